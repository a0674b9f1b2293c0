/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* x509 - making one certificate with libcrypto, and keeping it in a PEM file. */

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/err.h"
#include "programs/demo/rows.h"

struct demo_x509 {
	const char *cn;      /* NULL when subject is given */
	const char *subject; /* "ca" (O and CN), "odd", or NULL: the CN alone */
	const char *names;   /* OpenSSL's form: "DNS:a,IP:1.2.3.4"; NULL: none */
	bool ca;
	int path_length; /* of a CA; -1: none */
	bool sha1;
	int64_t from, to;
};

/* What libcrypto complains of, as an ERR_INTERNAL. Returns false. */
bool demo_crypto_err(struct err *err, const char *what);

EVP_PKEY *demo_key_new(enum demo_key kind);

/* issuer NULL: signs itself. The caller frees. NULL on failure. */
X509 *demo_x509_make(const struct demo_x509 *what, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key);

/* One certificate and its key. False without an err when the file is not there or cannot be read. */
bool demo_x509_load(const char *path, X509 **cert, EVP_PKEY **key);
MUST_CHECK bool demo_x509_save(const char *path, X509 *cert, EVP_PKEY *key, struct err *err);
/* The certificate alone. */
MUST_CHECK bool demo_x509_publish(const char *path, X509 *cert, struct err *err);

int64_t demo_x509_not_before(const X509 *cert);
int64_t demo_x509_not_after(const X509 *cert);
