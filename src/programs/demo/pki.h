/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * pki - the demo's certification authority: a root, intermediates, and leaves after the recipes of rows.c.
 *
 * Everything lies in FOLDER/pki as PEM (key and certificate in one file, mode 0600) and is used again at the next
 * start, so that history means something; what no longer plays its part (its dates have moved on) is made anew.
 */

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/err.h"
#include "programs/demo/rows.h"

struct demo_pki;

/* A certificate, its key, and what is sent after it. */
struct demo_pair {
	X509 *cert;
	EVP_PKEY *key;
	X509 *above[2];
	size_t above_count;
};
void demo_pair_done(struct demo_pair *pair);

MUST_CHECK bool demo_pki_open(const char *folder, int network, int64_t now, struct demo_pki **out,
			      struct err *err);
void demo_pki_free(struct demo_pki *pki);
X509 *demo_pki_root(const struct demo_pki *pki); /* borrowed */

/* Makes a certificate of the nth row after a recipe. */
MUST_CHECK bool demo_pki_make(struct demo_pki *pki, size_t nth, const struct demo_leaf *recipe, int64_t now,
			      struct demo_pair *out, struct err *err);

/* The kept one (file FOLDER/pki/NAME.pem) when it still plays its part, or else a new one, which is kept. */
MUST_CHECK bool demo_pki_leaf(struct demo_pki *pki, size_t nth, const struct demo_leaf *recipe, const char *name,
			      int64_t now, struct demo_pair *out, struct err *err);
