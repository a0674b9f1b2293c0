/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* pack - the data packs: those that the binary carries, or those of a folder that replaces them. */

#include "base/err.h"
#include "decisions/trust.h"

struct arena;

/*
 * The lists of root programs and the system's bundle.
 *
 * folder  laid out like data/ of the sources (trust/mozilla_roots.json, …); NULL: the environment's
 *         KEEPVALID_DATA, or else the packs in the binary. A file that the folder lacks is the
 * binary's. *out    lives in the arena; a machine without a bundle (SSL_CERT_FILE,
 * /etc/ssl/certs/ca-certificates.crt, …) has an empty one
 */
MUST_CHECK
bool pack_trust(struct arena *arena, const char *folder, struct trust_packs *out, struct err *err);

/* The list of CT logs (discovery/ct): ct/log_list.json of the folder, or the binary's. */
MUST_CHECK bool pack_ct(struct arena *arena, const char *folder, struct bytes *out, struct err *err);

/* The same as a set of stores, which the caller frees. */
MUST_CHECK
bool pack_trust_set(const char *folder, struct trust_set **out, struct err *err);

/* The same for a judge of records: the binary's own lists are read when the first chain comes that they know. */
MUST_CHECK bool pack_trust_set_for_records(struct trust_set **out, struct err *err);
