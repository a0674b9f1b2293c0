/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * policy - certificate policies over a path, after RFC 5280 section 6.1 with any-policy as the
 * initial set and all initial flags off.
 *
 * Only the question "is there a valid policy, if one is required" is answered, so a level of the
 * policy graph (RFC 9618) is all that is kept: never a tree, which a hostile path could make grow
 * exponentially.
 */

#include "base/bytes.h"

struct arena;
struct cert;

#define POLICIES_MAX 256 /* policies or mappings of one certificate; more is refused */

struct policy_node {
	struct bytes valid;           /* the policy */
	const struct bytes *expected; /* what it is called by the next certificate */
	size_t expected_count;
};

struct policy_state {
	bool gone; /* the valid_policy_tree is NULL */
	bool any;  /* it has anyPolicy at this level */
	struct policy_node *nodes;
	size_t count;
	uint64_t explicit_after, no_mapping_after, no_any_after;
};

/* length: certificates in the path without the anchor. */
void policy_start(struct policy_state *state, size_t length);

/* The next certificate, from the anchor down. Returns NULL, or in words what is wrong. */
const char *policy_step(struct arena *arena, struct policy_state *state, const struct cert *cert,
			bool self_issued, bool last);
