/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A finished handshake by libssl through memory, for servers whose logs should show nothing unusual.
 *
 * The messages are read as they pass by, so the certificates are kept even when libssl then dislikes them, and no
 * X509 object is looked at. Nothing is verified; every version and suite that the library still has is allowed.
 */

#include "wire/tls.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "base/memory.h"
#include "wire/tls/room.h"

enum { MESSAGE_HEADER = 4 };

struct tls_whole {
	SSL *ssl;
	BIO *in, *out; /* the ssl owns them */
	struct tls_machine *machine;
	struct tls_seen seen;
	struct buf certificates; /* the Certificate message */
	struct bytes *chain;
	size_t chain_count;
};

static void keep_certificates(struct tls_whole *whole, struct bytes body)
{
	size_t count;

	if (whole->seen.certificate)
		return;
	whole->seen.certificate = true;
	buf_add_bytes(&whole->certificates, body);
	tls_read_certificate(whole->machine, buf_bytes(&whole->certificates),
			     whole->seen.version == TLS_13, &whole->seen.why);
	count = whole->machine->chain_count;
	whole->chain = memory_new(count * sizeof *whole->chain + 1);
	memcpy(whole->chain, whole->machine->chain, count * sizeof *whole->chain);
	whole->chain_count = count;
}

static void keep_hello(struct tls_whole *whole, struct bytes body)
{
	struct tls_server_hello hello;
	const char *why;

	if (!tls_read_server_hello(body, &hello, &why))
		return;
	whole->seen.group = hello.group;
	if (hello.retry) {
		whole->seen.retried = true;
		whole->seen.retry_group = hello.group;
		return;
	}
	whole->seen.hello = true;
	whole->seen.version = hello.version;
	whole->seen.suite = hello.suite;
}

/* libssl's window on what passes: SSL_CTX_set_msg_callback(3). */
static void message_passes(int sent, int version, int type, const void *data, size_t len, SSL *ssl,
			   void *arg)
{
	struct tls_whole *whole = arg;
	struct bytes message = bytes_of(data, len), body;

	if (sent || !whole)
		return;
	if (type == REC_ALERT && len == 2 && message.data[0] != 1)
		whole->seen.alert = message.data[1];
	if (type == REC_ALERT && len == 2 && message.data[1] == ALERT_UNRECOGNIZED_NAME)
		whole->seen.name_unknown = true;
	if (type != REC_HANDSHAKE || len < MESSAGE_HEADER)
		return;
	body = bytes_of(message.data + MESSAGE_HEADER, len - MESSAGE_HEADER);
	if (message.data[0] == MSG_SERVER_HELLO)
		keep_hello(whole, body);
	else if (message.data[0] == MSG_CERTIFICATE)
		keep_certificates(whole, body);
	else if (message.data[0] == MSG_KEY_EXCHANGE)
		tls_read_key_exchange(&whole->seen, body);
	else if (message.data[0] == MSG_CERTIFICATE_REQUEST)
		whole->seen.client_certificate_asked = true;
	(void)version;
	(void)ssl;
}

static int accept_any(X509_STORE_CTX *store, void *arg)
{
	(void)store;
	(void)arg;
	return 1;
}

static SSL_CTX *context_new(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	if (!context || !SSL_CTX_set_cipher_list(context, "ALL:!aNULL:@SECLEVEL=0"))
		memory_exhausted(0);
	SSL_CTX_set_security_level(context, 0);
	SSL_CTX_set_min_proto_version(context, 0);
	SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_TICKET |
					     SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_max_cert_list(context, LIMIT_HANDSHAKE_BYTES);
	SSL_CTX_set_cert_verify_callback(context, accept_any, NULL);
	SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_msg_callback(context, message_passes);
	return context;
}

/* Servers that follow the client's order then show their RSA certificate, when they have one beside another. */
static void rsa_first(SSL *ssl)
{
	/* not const: the library's macro casts that away */
	static char sigalgs[] = "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:rsa_pss_pss_sha256:"
				      "rsa_pss_pss_sha384:rsa_pss_pss_sha512:RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1:"
				      "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ECDSA+SHA1:ed25519:ed448";

	if (!SSL_set_cipher_list(ssl, "aRSA:ALL:!aNULL:@SECLEVEL=0") || !SSL_set1_sigalgs_list(ssl, sigalgs))
		memory_exhausted(0);
}

struct tls_whole *tls_whole_new(struct tls_machine *machine, struct str server_name, enum tls_whole_order order)
{
	struct tls_whole *whole = NEW(struct tls_whole);
	char name[256];

	if (!machine->whole)
		machine->whole = context_new();
	whole->machine = machine;
	whole->certificates = buf_capped(LIMIT_HANDSHAKE_BYTES);
	whole->ssl = SSL_new(machine->whole);
	whole->in = BIO_new(BIO_s_mem());
	whole->out = BIO_new(BIO_s_mem());
	if (!whole->ssl || !whole->in || !whole->out)
		memory_exhausted(0);
	SSL_set_bio(whole->ssl, whole->in, whole->out);
	if (order == TLS_WHOLE_RSA_FIRST)
		rsa_first(whole->ssl);
	SSL_set_msg_callback_arg(whole->ssl, whole);
	SSL_set_connect_state(whole->ssl);
	if (server_name.len && server_name.len < sizeof name) {
		memcpy(name, server_name.data, server_name.len);
		name[server_name.len] = 0;
		SSL_set_tlsext_host_name(whole->ssl, name);
	}
	return whole;
}

void tls_whole_free(struct tls_whole *whole)
{
	if (!whole)
		return;
	SSL_free(whole->ssl);
	buf_done(&whole->certificates);
	free(whole->chain);
	free(whole);
}

static void drain(struct tls_whole *whole, struct buf *out)
{
	char *data;
	long len = BIO_get_mem_data(whole->out, &data);

	buf_add(out, data, (size_t)(len > 0 ? len : 0));
	(void)BIO_reset(whole->out);
}

static enum tls_event failed(struct tls_whole *whole)
{
	unsigned long code = ERR_peek_last_error();

	ERR_clear_error();
	if (whole->seen.alert)
		return TLS_ALERT;
	if (!whole->seen.why)
		whole->seen.why = code ? ERR_reason_error_string(code) : NULL;
	return TLS_BROKEN;
}

enum tls_event tls_whole_step(struct tls_whole *whole, struct bytes *in, struct buf *out)
{
	int done, want;

	if (in->len && BIO_write(whole->in, in->data, (int)in->len) != (int)in->len)
		memory_exhausted(in->len);
	*in = (struct bytes){0};
	ERR_clear_error();
	done = SSL_do_handshake(whole->ssl);
	want = done == 1 ? SSL_ERROR_NONE : SSL_get_error(whole->ssl, done);
	if (done == 1)
		SSL_shutdown(whole->ssl);
	drain(whole, out);
	if (done == 1)
		return TLS_FLIGHT_END;
	return want == SSL_ERROR_WANT_READ ? TLS_MORE : failed(whole);
}

const struct tls_seen *tls_whole_seen(const struct tls_whole *whole)
{
	return &whole->seen;
}

const struct bytes *tls_whole_chain(const struct tls_whole *whole, size_t *count)
{
	*count = whole->chain_count;
	return whole->chain;
}
