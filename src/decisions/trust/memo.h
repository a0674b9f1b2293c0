/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * memo - signatures that were checked before.
 *
 * A fixed table from (key of the issuer, certificate) to the verdict, of the full hashes of both; a
 * new pair replaces what stood in its place. Loaded keys of issuers are kept in the same way. Safe
 * for several threads.
 */

#include "facts/cert.h"
#include "facts/sign.h"

struct memo;

struct memo *memo_new(void);
void memo_free(struct memo *memo);

/*
 * Whether the key signed the certificate. *left: checks that may still be made; what is remembered
 * costs none. False when it would need one and there is none left.
 */
MUST_CHECK
bool memo_check(struct memo *memo, const struct cert_key *key, const struct cert *cert,
		int64_t *left, enum sign_verdict *out);
