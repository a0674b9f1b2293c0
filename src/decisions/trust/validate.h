/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* validate - a whole path, leaf to anchor, after RFC 5280 section 6.1. */

#include "base/limits.h"
#include "decisions/trust/link.h"
#include "decisions/trust/profile.h"

struct path {
	const struct link *at[LIMIT_PATH_CERTS]; /* leaf first, anchor last */
	size_t count;
};

struct validation {
	struct arena *arena;
	const struct trust_query *query;
	enum profile_level level;
	int64_t names_left;      /* comparisons of name constraints, for all paths together */
	int64_t signatures_left; /* and signatures */
	unsigned list_depth; /* how many signers of revocation lists we are away from the leaf */
};

/* What is wrong with the leaf whatever the path: NULL data, or in words. */
struct str validate_leaf(struct validation *v, const struct cert *leaf);

/*
 * What is wrong with the path, the leaf's own faults included: NULL data, or in words. Signatures
 * are taken as checked.
 */
struct str validate_path(struct validation *v, const struct path *path);

/* Whether a certificate can issue at all at this time, whatever the path: for the order of
 * candidates. */
bool validate_fit(const struct cert *cert, int64_t now);
