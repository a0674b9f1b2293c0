/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* rows - the table of listeners: what each one serves, and a sentence that says what it shows. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEMO_DOMAIN "demo.keepvalid.example"

enum demo_key { KEY_EC, KEY_RSA, KEY_RSA1024, KEY_ED25519 };
enum demo_issuer { BY_INTERMEDIATE, BY_RSA_INTERMEDIATE, BY_EXPIRED, BY_SELF };
enum demo_chain { CHAIN_WHOLE, CHAIN_LEAF, CHAIN_EXTRA };

/* Recipe of a certificate. Times count from the moment it is made; both 0: 30 days ago to 60 days from then. */
struct demo_leaf {
	const char *host;    /* CN and first name; NULL: the row's */
	const char *also;    /* further names and addresses, by spaces */
	const char *subject; /* an entry in subjects.c, in place of the CN alone */
	const char *key_of;  /* takes the key of the row of that name, and its certificate too when `copy` */
	bool copy;
	enum demo_key key;
	enum demo_issuer issuer;
	enum demo_chain chain;
	int64_t from_s, to_s;
	bool sha1, no_names, no_address, ca;
	uint16_t numbered_names; /* so many more names, n1.HOST, n2.HOST, … */
};

/* What speaks before, or in place of, TLS. */
enum demo_kind {
	SPEAKS_TLS,
	SPEAKS_SMTP,
	SPEAKS_IMAP,
	SPEAKS_POSTGRES,
	SPEAKS_LDAP,
	SPEAKS_HTTP,    /* no TLS at all */
	SPEAKS_SSLV3,   /* canned: libssl no longer can */
	SPEAKS_GARBAGE, /* canned */
	SPEAKS_NOTHING, /* accepts and is silent */
	SPEAKS_CLOSED,  /* nobody listens */
};

struct demo_row {
	const char *name, *shows;
	const char *host;     /* NULL: NAME.DEMO_DOMAIN */
	const char *outcome;  /* of a scan without a server name; NULL: ok */
	const char *problems; /* those it is there to show, by commas; NULL: none */
	enum demo_kind kind;
	uint16_t port; /* 0: that of its kind */
	struct demo_leaf leaf, other; /* other: of a second key type */
	bool has_other;
	int least, most;     /* TLS versions; 0: 1.2 and 1.3 */
	const char *ciphers; /* OpenSSL's list for TLS 1.2 and older */
	bool old;            /* lets libssl do what it refuses by default */
	bool wants_client, needs_name, renews;
};

extern const struct demo_row demo_rows[];
extern const size_t demo_row_count;

const struct demo_row *demo_row_find(const char *name, size_t *nth);
const char *demo_row_host(const struct demo_row *row, char to[128]);
const char *demo_row_protocol(const struct demo_row *row);
uint16_t demo_row_port(const struct demo_row *row);
/* "127.83.N.X" of the nth row. */
void demo_row_address(size_t nth, int network, char to[16]);
