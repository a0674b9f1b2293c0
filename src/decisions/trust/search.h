/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* search - finds a path that holds, within the limits of the validation. */

#include "decisions/trust/validate.h"

/* Whether there is one from the link to an anchor; it is put into *out. */
bool search_path(struct validation *v, const struct link *leaf, struct path *out);

/*
 * trust_check for a leaf whose names are canonical already; several stores are asked about it. Answers whether its issuers'
 * names lead to an anchor, so that more than names was looked at.
 */
bool search_check(struct arena *arena, const struct trust_query *query, const struct link *leaf,
		  struct trust_answer *answer);
