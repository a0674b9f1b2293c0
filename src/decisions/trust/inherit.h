/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * inherit - DSA keys without parameters of their own: they have those of their issuer (RFC 3279
 * section 2.3.2, RFC 5280 section 6.1.4 (e)).
 */

#include "decisions/trust/validate.h"

bool inherit_needed(const struct cert_key *key);

/*
 * The key of a certificate in a path that ends in an anchor, with the parameters of those above it
 * where it has none. False when there are none.
 */
MUST_CHECK
bool inherit_key(struct arena *arena, const struct path *path, size_t place, struct cert_key *out);
