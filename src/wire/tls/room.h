/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of wire/tls share. */

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include "base/limits.h"
#include "wire/tls.h"

enum { TLS_HASH_MAX = 48, TLS_SECRET_MAX = 1024 };

/* Content types and handshake types, after RFC 8446 appendix B. */
enum {
	REC_CHANGE_CIPHER = 20, REC_ALERT = 21, REC_HANDSHAKE = 22, REC_DATA = 23,
	MSG_HELLO_REQUEST = 0, MSG_SERVER_HELLO = 2, MSG_TICKET = 4, MSG_ENCRYPTED_EXTENSIONS = 8,
	MSG_CERTIFICATE = 11, MSG_KEY_EXCHANGE = 12, MSG_CERTIFICATE_REQUEST = 13, MSG_HELLO_DONE = 14,
	MSG_CERTIFICATE_VERIFY = 15, MSG_FINISHED = 20, MSG_STATUS = 22, MSG_SUPPLEMENTAL = 23,
	MSG_HASH = 254,
	ALERT_CLOSE_NOTIFY = 0, ALERT_USER_CANCELED = 90, ALERT_UNRECOGNIZED_NAME = 112,
};

enum { TLS_HASHES = 2, TLS_AEADS = 5 };

struct tls_machine {
	EVP_MD *md[TLS_HASHES]; /* SHA-256, SHA-384 */
	EVP_MD_CTX *inner;
	uint8_t derived[TLS_HASHES][TLS_HASH_MAX]; /* the salt of the handshake secret: a constant */
	EVP_CIPHER *cipher[TLS_AEADS];
	EVP_CIPHER_CTX *aead[TLS_AEADS];
	struct buf hello;  /* scratch: a ClientHello written again for the transcript */
	SSL_CTX *whole;    /* made at the first whole handshake */
	size_t chain_count;
	struct bytes chain[LIMIT_CHAIN_CERTS];
	uint8_t opened[LIMIT_RECORD_BYTES]; /* plain text of the last sealed record */
};

/* keys.c: the key schedule of TLS 1.3 as far as the server's handshake keys. */
MUST_CHECK bool tls_keys_make(struct tls_reader *reader, struct bytes server_hello,
			      struct bytes secret);
/* Opens a record into machine->opened; false when it is not from the server of those keys. */
MUST_CHECK bool tls_keys_open(struct tls_reader *reader, struct bytes header, struct bytes sealed,
			      struct bytes *plain);
bool tls_keys_know(uint16_t suite);

/* HKDF-Expand-Label of RFC 8446 section 7.1 with the index-th hash; out_len at most one hash. */
void tls_keys_expand(struct tls_machine *machine, int hash, const uint8_t *secret, const char *label,
		     struct bytes context, uint8_t *out, size_t out_len);
void tls_keys_hmac(struct tls_machine *machine, int hash, struct bytes key, struct bytes data,
		   uint8_t *out);
size_t tls_hash_len(int hash);

/* groups.c: the base point of a group as a key share, and the secret it makes with the server's share. */
bool tls_group_share(uint16_t group, struct buf *to);
bool tls_group_has_share(uint16_t group);
MUST_CHECK bool tls_group_secret(uint16_t group, struct bytes server_share, struct bytes *secret);

/* hello.c: the ClientHello message without its record; cookie and group as a HelloRetryRequest wants. */
void tls_hello_message(const struct tls_hello *hello, uint16_t group, struct bytes cookie,
		       struct buf *to);

bool tls_hello_offers(enum tls_hello_kind kind, uint16_t version);

/* messages.c: reading one message; views into it. */
struct tls_server_hello {
	uint16_t version, suite, group;
	bool retry;
	struct bytes share, cookie;
};
MUST_CHECK bool tls_read_server_hello(struct bytes message, struct tls_server_hello *out,
				      const char **why);
/* Fills machine->chain with every certificate that is whole; why tells when the lengths are not right. */
void tls_read_certificate(struct tls_machine *machine, struct bytes message, bool tls13,
			  const char **why);
void tls_read_key_exchange(struct tls_seen *seen, struct bytes message);

/* sslv2.c */
void tls_sslv2_hello(const struct tls_hello *hello, struct buf *to);
enum tls_event tls_sslv2_read(struct tls_reader *reader, struct bytes *in);
