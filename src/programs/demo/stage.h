/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* stage - what the parts of the demo share: the listeners, their state, the loop. */

#include <openssl/ssl.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/loop.h"
#include "programs/demo/rows.h"

struct demo_pki;
struct demo_pair;
struct demo_fault;
struct demo_stage;

struct demo_listener {
	struct loop_watch watch; /* fd -1: nobody listens */
	struct demo_stage *stage;
	const struct demo_row *row;
	size_t nth;
	enum demo_kind kind;            /* the row's, or what a fault made of it */
	const struct demo_fault *fault; /* NULL: healthy */
	SSL_CTX *context;               /* NULL when it speaks no TLS */
	struct bytes canned_leaf;       /* DER, for SPEAKS_SSLV3; libcrypto's memory */
	uint8_t serial[20]; /* of the certificate it serves */
	size_t serial_len;
	struct loop_timer renewal;
	uint32_t open; /* connections now */
};

enum { DEMO_NEWS_KEPT = 64 };

struct demo_stage {
	struct loop *loop;
	struct demo_pki *pki;
	const char *folder;
	int network;
	struct demo_listener *listeners;
	size_t listener_count;
	struct demo_connection *connections; /* list */
	uint32_t open, most_open;
	struct loop_timer refresh;
	uint64_t news_base, news_count; /* base 0: not told yet */
	size_t news[DEMO_NEWS_KEPT];    /* rows that changed, a ring */
};

/* listener.c */
/* Reads or makes the certificates of a listener after its row and fault. */
MUST_CHECK bool demo_listener_dress(struct demo_listener *listener, int64_t now, struct err *err);
/* Starts to listen, unless its kind is SPEAKS_CLOSED. */
MUST_CHECK bool demo_listener_open(struct demo_listener *listener, struct err *err);
void demo_listener_shut(struct demo_listener *listener); /* stops listening */
void demo_listener_done(struct demo_listener *listener);

/* context.c: an SSL_CTX with one or two certificates. NULL with err set. */
SSL_CTX *demo_context_new(const struct demo_row *row, X509 *root, const struct demo_pair *pair,
			  const struct demo_pair *other, struct err *err);

/* connection.c */
void demo_connection_new(struct demo_listener *listener, int fd); /* takes the fd */
void demo_connections_free(struct demo_stage *stage);

/* dialogue.c: what is said in plain text. */
enum demo_heard {
	HEARD_MORE,   /* wants more input */
	HEARD_ANSWER, /* has answered, and looks at the rest of the input */
	HEARD_TLS,    /* answer, then TLS */
	HEARD_END,    /* answer, then the end */
};
/* Takes from in, adds to out. Called once with empty input, for the greeting. */
enum demo_heard demo_hear(const struct demo_listener *listener, bool greeting, struct buf *in, struct buf *out);
/* Whether anything is said before TLS. */
bool demo_kind_is_tls(enum demo_kind kind);
bool demo_kind_has_certificate(enum demo_kind kind);

/* news.c */
MUST_CHECK bool demo_news_start(struct demo_stage *stage, struct err *err);
void demo_news_add(struct demo_stage *stage, size_t nth); /* this listener changed */

/* fault.c */
struct demo_fault {
	const char *name, *what;
	int kind;                                /* enum demo_kind, or -1: stays */
	void (*spoil)(struct demo_leaf *recipe); /* NULL: the certificate stays */
};
const struct demo_fault *demo_fault_find(struct str name);
MUST_CHECK bool demo_break(struct demo_listener *listener, const struct demo_fault *fault, int64_t now,
			   struct err *err);
MUST_CHECK bool demo_heal(struct demo_listener *listener, int64_t now, struct err *err);

/* control.c */
struct demo_control;
MUST_CHECK bool demo_control_open(struct demo_stage *stage, struct demo_control **out, struct err *err);
void demo_control_close(struct demo_control *control);

/* table.c */
void demo_write_table(int network, const struct demo_listener *listeners_or_null, struct buf *to);
