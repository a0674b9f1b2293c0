/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * tls - what a client says and reads to see a server's certificate, SSLv2 to TLS 1.3. No socket in here.
 *
 * Up to TLS 1.2 the Certificate message is plain text. For TLS 1.3 the key shares sent are the base points of their
 * groups, so our private key is 1 and the shared secret is the server's own share: reading the encrypted
 * Certificate takes a key schedule and an AEAD, but no client cryptography, and no key or parameter of the server
 * can be "refused". Nothing is verified: that is for those who judge certificates.
 *
 * tls_reader is a state machine over bytes that allocates only when a message or record is cut; tls_whole is a
 * finished handshake by libssl for servers whose logs should stay quiet. Both answer with the same events and fill
 * the same struct tls_seen. After RFC 8446, RFC 5246, RFC 6101.
 */

#include "base/buf.h"
#include "base/err.h"

/* Names by their IANA registries; "0x1234" when unknown. The text is static or lives in *room. */
struct tls_name {
	char text[12];
};
struct str tls_version_name(uint16_t version); /* "TLSv1.3", "SSLv2"; NULL data when unknown */
struct str tls_suite_name(uint16_t suite, struct tls_name *room);
struct str tls_group_name(uint16_t group, struct tls_name *room);
struct str tls_alert_name(uint8_t alert, struct tls_name *room);

enum {
	TLS_SSL20 = 0x0002, TLS_SSL30 = 0x0300, TLS_10 = 0x0301, TLS_11 = 0x0302,
	TLS_12 = 0x0303, TLS_13 = 0x0304,
	TLS_GROUP_P256 = 0x0017, TLS_GROUP_X25519 = 0x001d, TLS_GROUP_X25519MLKEM768 = 0x11ec,
};

/* Who signs or decrypts in a suite, so which certificate the server shows. */
enum tls_suite_kind {
	TLS_KIND_TLS13, TLS_KIND_ECDSA, TLS_KIND_RSA, TLS_KIND_ERSA, TLS_KIND_DHE_RSA, TLS_KIND_DSS,
	TLS_KIND_ECDH, TLS_KIND_DH_RSA, TLS_KIND_GOST, TLS_KIND_PSK_RSA, TLS_KIND_PSK, TLS_KIND_ANON,
	TLS_KIND_OTHER,
};
enum tls_suite_kind tls_suite_kind(uint16_t suite); /* OTHER when unknown */

/* The ClientHellos there are: hello.c tells the sense of each in its table. */
enum tls_hello_kind {
	TLS_HELLO_ALL,     /* SSLv3 to TLS 1.3 in one, every kind of certificate */
	TLS_HELLO_CHEAP,   /* up to TLS 1.2; ECDSA, then static RSA: an RSA server signs nothing */
	TLS_HELLO_ECDSA,   /* as ALL, but only ECDSA and EdDSA certificates will do */
	TLS_HELLO_RSA,     /* only RSA */
	TLS_HELLO_RARE,    /* only EdDSA, DSA, ML-DSA */
	TLS_HELLO_PQ,      /* TLS 1.3 with X25519MLKEM768 and no share: HelloRetryRequest means yes */
	TLS_HELLO_TLS11,   /* up to TLS 1.1 */
	TLS_HELLO_TLS10,   /* up to TLS 1.0 */
	TLS_HELLO_SHORT,   /* up to TLS 1.2 in less than 256 bytes */
	TLS_HELLO_OLD,     /* TLS 1.0 in the shape of 1999: no extension at all */
	TLS_HELLO_SSL30,   /* SSLv3 */
	TLS_HELLO_LEGACY,  /* up to TLS 1.2, all suites: export, anonymous, NULL, GOST, PSK */
	TLS_HELLO_SSL20,   /* SSLv2 framing, offering SSLv2 to TLS 1.0 */
	TLS_HELLO_COUNT,
};

struct tls_hello {
	enum tls_hello_kind kind;
	struct str server_name; /* empty: none is sent; borrowed while the reader lives */
	uint64_t seed;          /* of what looks random; the same seed gives the same bytes */
};

/* Whether hellos of that kind can carry a server name. */
bool tls_hello_has_name(enum tls_hello_kind kind);

/* Appends the record with the ClientHello. */
void tls_hello_write(const struct tls_hello *hello, struct buf *to);

/* Fetched algorithms, reused contexts, scratch room: one for all readers of a thread. */
struct tls_machine;
struct tls_machine *tls_machine_new(void);
void tls_machine_free(struct tls_machine *machine); /* NULL is fine */

/* What a server has shown so far. Zero: not shown. */
struct tls_seen {
	uint16_t version, suite;
	uint16_t group;       /* of the key exchange; in ECDHE only when its message was read */
	uint16_t dh_bits;     /* size of a DHE prime */
	uint16_t retry_group; /* that a HelloRetryRequest asked for */
	bool hello;           /* a ServerHello was read: version and suite are set */
	bool retried;         /* a HelloRetryRequest was read */
	bool certificate;     /* a Certificate message was read */
	bool client_certificate_asked;
	bool name_unknown;    /* the warning unrecognized_name came */
	bool sslv2_framing;   /* the server answered in SSLv2 framing */
	uint8_t alert;        /* the alert that ended it, when the event was TLS_ALERT */
	const char *why;      /* the rule that was broken, static text; NULL when none */
};

enum tls_event {
	TLS_MORE,           /* everything was taken; wants more bytes */
	TLS_SERVER_HELLO,   /* seen->version and suite are set */
	TLS_RETRY,          /* HelloRetryRequest: tls_reader_retry answers it, where it can */
	TLS_CERTIFICATE,    /* tls_reader_chain has it. seen->why tells when its lengths lied */
	TLS_NO_CERTIFICATE, /* the server goes on without one: anonymous or pre-shared key */
	TLS_FLIGHT_END,     /* the server has said all it will say of interest; tls_whole: out of the way */
	TLS_ALERT,          /* a fatal alert or close_notify: seen->alert */
	TLS_PLAIN,          /* the first bytes are not TLS: another protocol speaks */
	TLS_BROKEN,         /* against the rules: seen->why */
	TLS_LIMIT,          /* larger than a limit: seen->why */
};

/* After MORE, the only events that let a reader go on are the first five. */
struct tls_reader {
	struct tls_seen seen;
	struct tls_machine *machine;
	struct tls_hello hello;
	struct buf record, messages, retry; /* cut records, cut messages, the HelloRetryRequest */
	struct bytes plain;                 /* what is left of the record in hand */
	size_t message_bytes, total_bytes;  /* handshake messages and all bytes so far */
	size_t taken;                       /* of messages, given out by the last event */
	uint64_t sequence;
	uint8_t key[32], iv[12];
	uint8_t strange; /* warnings, empty records and ChangeCipherSpecs */
	bool started, sealed, record_whole, got_flight_end, chain_seen;
};

/* Nothing is allocated. hello.server_name is borrowed. */
void tls_reader_start(struct tls_reader *reader, struct tls_machine *machine,
		      const struct tls_hello *hello);
void tls_reader_done(struct tls_reader *reader); /* of a zeroed one too */

/*
 * Takes from the front of *in until there is something to tell. Call again with what is left until it answers
 * TLS_MORE, before any other reader of the same machine is called.
 */
enum tls_event tls_reader_read(struct tls_reader *reader, struct bytes *in);

/* The certificates of the last TLS_CERTIFICATE, leaf first; the views last until the next read. */
const struct bytes *tls_reader_chain(const struct tls_reader *reader, size_t *count);

/* After TLS_RETRY: appends the second ClientHello. False when we have no share of that group. */
bool tls_reader_retry(struct tls_reader *reader, struct buf *to);

/* What says to a server up to TLS 1.2 that we leave: user_canceled and close_notify. */
struct bytes tls_farewell(void);

/*
 * A whole handshake by libssl: every version and suite that the library still can, nothing verified.
 */
struct tls_whole;
enum tls_whole_order {
	TLS_WHOLE_USUAL,     /* ECDSA before RSA, as clients of today */
	TLS_WHOLE_RSA_FIRST, /* everything is still offered, so that nobody refuses */
};
struct tls_whole *tls_whole_new(struct tls_machine *machine, struct str server_name, enum tls_whole_order order);
void tls_whole_free(struct tls_whole *whole); /* NULL is fine */

/*
 * Feeds what came (nothing at the first call) and appends what is to be sent. TLS_FLIGHT_END when the handshake is
 * done and close_notify is in out; TLS_ALERT and TLS_BROKEN when it failed, with what was seen kept.
 */
enum tls_event tls_whole_step(struct tls_whole *whole, struct bytes *in, struct buf *out);
const struct tls_seen *tls_whole_seen(const struct tls_whole *whole);
const struct bytes *tls_whole_chain(const struct tls_whole *whole, size_t *count);
