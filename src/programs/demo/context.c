/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One SSL_CTX a listener. The security level is 2 but for rows that show what libssl refuses by default (SHA-1,
 * 1024 bits, TLS 1.0): those get 0, for their own listener alone.
 */

#include <openssl/err.h>

#include "programs/demo/pki.h"
#include "programs/demo/stage.h"
#include "programs/demo/x509.h"

static bool add_pair(SSL_CTX *context, const struct demo_pair *pair)
{
	if (SSL_CTX_use_certificate(context, pair->cert) != 1 || SSL_CTX_use_PrivateKey(context, pair->key) != 1)
		return false;
	for (size_t i = 0; i < pair->above_count; i++)
		if (SSL_CTX_add1_chain_cert(context, pair->above[i]) != 1)
			return false;
	return true;
}

/* RFC 6066 section 3: a server may answer an unknown name with a fatal alert; here, no name as well. */
static int check_name(SSL *ssl, int *alert, void *data)
{
	const struct demo_row *row = data;
	const char *asked = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	char host[128];

	if (asked && str_equal_nocase(str_of(asked), str_of(demo_row_host(row, host))))
		return SSL_TLSEXT_ERR_OK;
	*alert = SSL_AD_UNRECOGNIZED_NAME;
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool ask_for_client(SSL_CTX *context, X509 *root)
{
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	return SSL_CTX_add_client_CA(context, root) == 1 &&
	       X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root) == 1;
}

static bool set_up(SSL_CTX *context, const struct demo_row *row, X509 *root, const struct demo_pair *pair,
		   const struct demo_pair *other)
{
	SSL_CTX_set_security_level(context, row->old ? 0 : 2);
	SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE);
	SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_num_tickets(context, 0);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	if (!SSL_CTX_set_min_proto_version(context, row->least ? row->least : TLS1_2_VERSION) ||
	    !SSL_CTX_set_max_proto_version(context, row->most ? row->most : TLS1_3_VERSION))
		return false;
	if (row->ciphers && SSL_CTX_set_cipher_list(context, row->ciphers) != 1)
		return false;
	if (row->wants_client && !ask_for_client(context, root))
		return false;
	if (row->needs_name) {
		SSL_CTX_set_tlsext_servername_callback(context, check_name);
		SSL_CTX_set_tlsext_servername_arg(context, (void *)(uintptr_t)row);
	}
	return add_pair(context, pair) && (!other || add_pair(context, other));
}

SSL_CTX *demo_context_new(const struct demo_row *row, X509 *root, const struct demo_pair *pair,
			  const struct demo_pair *other, struct err *err)
{
	SSL_CTX *context;

	ERR_clear_error();
	context = SSL_CTX_new(TLS_server_method());
	if (context && set_up(context, row, root, pair, other))
		return context;
	SSL_CTX_free(context);
	demo_crypto_err(err, "set up TLS");
	err_wrap(err, "demo listener %s", row->name);
	return NULL;
}
