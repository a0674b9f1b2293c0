/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of discovery/probe share. */

#include <netinet/in.h>

#include "base/loop.h"
#include "base/map.h"
#include "discovery/probe.h"
#include "discovery/probe/starttls/table.h"
#include "facts/scan_record.h"
#include "wire/dns.h"
#include "wire/tls.h"

/* ---- keep.c: certificates, each parsed once ---- */

struct keep;
/* wants_json: certificates come with facts_json. */
struct keep *keep_new(bool wants_json);
void keep_free(struct keep *keep);
/* The certificate of these bytes, copied and read at its first sight. One use is counted. */
struct scan_cert *keep_take(struct keep *keep, struct bytes der);
void keep_drop(struct keep *keep, struct scan_cert *cert); /* one use less */
void keep_forget(struct keep *keep, size_t most);
void keep_count(const struct keep *keep, uint64_t *kept, uint64_t *parsed);

/* ---- ladder.c: what to ask next, from what was seen; no I/O ---- */

/* What one connection showed that had no certificate for us. */
enum answer {
	ANSWER_NONE,        /* nothing was asked yet */
	ANSWER_CERTIFICATE, /* it had one */
	ANSWER_ANONYMOUS,   /* the server goes on without a certificate */
	ANSWER_RETRY,       /* HelloRetryRequest that was not or cannot be answered */
	ANSWER_ALERT,       /* evidence.alert */
	ANSWER_CLOSED,      /* closed or reset without a byte */
	ANSWER_CUT,         /* closed or reset in the middle */
	ANSWER_PLAIN,       /* not TLS */
	ANSWER_BROKEN,      /* against the rules */
	ANSWER_LIMIT,
	ANSWER_TIMEOUT,
};

enum {
	ASK_REAL = TLS_HELLO_COUNT, /* a whole handshake by libssl */
	ASK_REAL_RSA = TLS_HELLO_COUNT + 1, /* the same, RSA before all else */
	ASK_NOTHING = TLS_HELLO_COUNT + 2,
	ASK_WITHOUT_NAME = 0x100, /* added: leave out the server name */
	OTHER_LEAVES = 3,
};

struct evidence {
	uint32_t asked;       /* bit per hello kind, 1 << ASK_REAL, 1 << ASK_REAL_RSA */
	bool has_chain;       /* the first chain came before the last connection */
	enum answer answer;   /* of the last connection */
	struct tls_seen seen; /* of the last connection */
	uint8_t kind;         /* its hello */
	bool has_name, without_name; /* a name could be sent; it is left out now */
	bool few;             /* one connection must do: the server locks out who comes again */
	bool look_for_others; /* a second look for another type of certificate is wanted */

	/* What is kept. */
	struct tls_seen best; /* of the connection that showed the chain, or of the first ServerHello */
	uint8_t best_kind;
	uint16_t versions;    /* bit per version: 0 SSLv2, 1 SSLv3 … 5 TLS 1.3 */
	enum scan_maybe pq;
	bool client_certificate_asked, sslv2_framing;
	struct scan_cert **chain;
	size_t chain_count;
	struct scan_cert *others[OTHER_LEAVES];
	size_t other_count;
	enum answer failure; /* the one that tells most, for the record's words */
	uint8_t alert;
	const char *why;
};

/* A hello kind (perhaps with ASK_WITHOUT_NAME), ASK_REAL or ASK_NOTHING. */
int ladder_next(const struct evidence *evidence, enum probe_look look);

/* Whether the first answer leaves no room for a certificate of the other type. */
bool ladder_is_conclusive(const struct evidence *evidence);

/* Takes in the answer of a connection; kind and seen are set already, and the chain when there is one. */
void ladder_take(struct evidence *evidence, enum answer answer);

/* ---- learn.c: what earlier endpoints teach about later ones ---- */

struct place {
	const uint8_t *address;
	size_t len;
	uint16_t port;
	uint64_t issuer; /* hash of who signed the leaf and of its type of key */
	uint64_t leaf;   /* hash of it */
};

struct learn;
struct learn *learn_new(void);
void learn_free(struct learn *learn);
/* The hello to begin a light look with. */
int learn_first(struct learn *learn, const struct place *place);
/* Whether a second look is worth a connection; weak: the first answer says little about another certificate. */
bool learn_wants_other(struct learn *learn, const struct place *place, bool weak);
/* With the first chain: what the next ones should begin with. */
void learn_saw_first(struct learn *learn, const struct place *place, const struct evidence *evidence);
/* At the end: whether a second look found another certificate. */
void learn_saw(struct learn *learn, const struct place *place, const struct evidence *evidence);

/* ---- visit.c: one record to come: an endpoint at one address ---- */

enum phase {
	PHASE_WAITING,   /* for a connection slot */
	PHASE_DIALLING,
	PHASE_DIALOGUE,  /* the STARTTLS dialect speaks */
	PHASE_HELLO,     /* a ClientHello was sent, or is being sent */
	PHASE_FLIGHT,    /* the certificate is here; the rest of the flight is read while it comes */
	PHASE_REAL,      /* libssl speaks */
	PHASE_GREETING,  /* plain text came: who is it? */
};

struct visit {
	struct probe *probe;
	struct visit *next, **here; /* in the list it is in */
	struct loop_watch watch;
	struct loop_timer timer;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address;
	struct host *at_host;       /* counts the connections to this address */
	char *text;                 /* all strings of the target, one allocation */
	struct str target, name_of_host, server_name;
	const struct starttls *dialect;
	struct starttls_talk *talk; /* while one is spoken */
	struct tls_whole *whole;
	struct tls_reader reader;
	struct buf out, held;       /* not sent yet; dialogue bytes not understood yet */
	struct evidence evidence;
	struct dns_address *more;   /* further addresses to try */
	size_t more_count;
	int64_t started_ms;
	size_t bytes_in;
	uint32_t connections;
	uint16_t port;
	uint16_t injected;          /* bytes after the STARTTLS go-ahead */
	uint16_t ask;               /* what the next connection asks */
	uint8_t phase;
	bool auto_dialect, connected, interrupted;
	bool seen_enough;           /* of this connection, which may be reset: nothing waits for its end */
	bool outcome_known;         /* the dialogue or connecting decided it: outcome and detail */
	enum scan_outcome outcome;
	char detail[160];
};

enum dialled { DIALLED, DIAL_LATER, DIAL_FAILED }; /* errno says why it failed */
enum dialled visit_dial(struct visit *visit);
/* Closes the connection, if any. */
void visit_hang_up(struct visit *visit);
/* Zero when all was sent or put aside, or why the connection never stood (an errno). */
int visit_send(struct visit *visit, struct bytes data);
void visit_fail_to_connect(struct visit *visit, int error);

/*
 * flow.c: what is said and read on a connection. Those that answer bool say whether the visit still has this
 * connection; after false nothing of it may be touched: it may be gone.
 */
uint16_t visit_first_ask(const struct visit *visit); /* what to begin with; late, so that others have taught */
int visit_send_first(struct visit *visit); /* as visit_send */
void visit_unbegin(struct visit *visit);   /* forgets a first message that could not be sent */
bool visit_writable(struct visit *visit);
bool visit_bytes(struct visit *visit, struct bytes in);
void visit_closed(struct visit *visit, int error);
void visit_timeout(struct visit *visit);
/* The connection is over: the next one, or the record. */
void visit_end(struct visit *visit, enum answer answer);
/* Asks the same again on a new connection: another protocol is to be spoken first. */
void visit_retry(struct visit *visit);

/* dialogue.c: STARTTLS, and who speaks when it is not TLS. */
bool dialogue_start(struct visit *visit);
bool dialogue_bytes(struct visit *visit, struct bytes in);
void dialogue_closed(struct visit *visit);
void dialogue_timeout(struct visit *visit);
bool greeting_bytes(struct visit *visit, struct bytes in);
void greeting_decide(struct visit *visit);

/* record.c: hands out the record of a visit that has no connection, and frees it. */
void visit_report(struct visit *visit);
struct visit *visit_new(struct probe *probe); /* zeroed */
void visit_free(struct visit *visit);
/* A record for a target that never became a visit. */
void record_without_visit(struct probe *probe, const struct probe_target *target,
			  enum scan_outcome outcome, struct str detail);

/* queue.c: who is next. */
enum { HOSTS = 1024 };
struct host {
	struct visit *first, **last; /* waiting for a connection to it */
	struct loop_timer pause;     /* polite: between two connections */
	struct probe *probe;
	uint32_t open;
};
void queue_add(struct visit *visit);        /* at the end */
void queue_add_again(struct visit *visit);  /* its next connection: before all others */
void queue_connection_over(struct visit *visit);
void queue_pump(struct probe *probe);
void queue_stop(struct probe *probe);
/*
 * A light look begins with few connections, and with each record there may be one more: what the first ones teach then
 * holds for nearly all. A moment later, or when all are open, this is over.
 */
void queue_begin_slowly(struct probe *probe);
void queue_record_over(struct probe *probe);

/* resolve.c: a target becomes one visit, or several. */
void resolve_target(struct probe *probe, const struct probe_target *target);
void resolve_next_address(struct visit *visit);
void resolve_stop(struct probe *probe);
/* Questions in flight outlive the probe; their answers are dropped. */
void resolve_forget(struct probe *probe);

enum { ROOM_BYTES = 65536 };

struct probe {
	struct loop *loop;
	struct dns *dns;
	struct probe_options options;
	probe_record_fn record;
	void *data;
	struct tls_machine *machine;
	struct keep *keep;
	struct learn *learn;
	struct visit *spare;            /* freed, to be used again */
	size_t spare_count;
	struct visit *active;           /* with an open connection */
	struct visit *first, **last;    /* waiting */
	struct visit *again, **again_end;
	const struct starttls *port_dialect; /* of dialect_port, which was asked for last */
	uint16_t dialect_port;
	struct question *questions;     /* names being asked for */
	size_t pending, open, open_max, open_most; /* max: for now; most: ever */
	int64_t tokens_us, tokens_at_ms; /* rate: microseconds of credit */
	struct loop_timer refill;
	struct loop_timer slow;         /* runs while few connections may be open */
	uint64_t seed;
	struct probe_stats stats;
	int8_t eager;                   /* how well sending right after connect works */
	bool stopping, pumping;
	struct buf hello;
	struct host hosts[HOSTS];
	uint8_t room[ROOM_BYTES];
};
