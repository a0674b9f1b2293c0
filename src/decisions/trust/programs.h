/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* programs - what root programs say beyond "in" and "out": the dates from which an anchor does not
 * count. */

#include "decisions/trust/link.h"

/* NULL data, or in words why the program does not trust the leaf under that anchor. */
struct str programs_problem(struct arena *arena, const struct trust_query *query,
			    const struct trust_anchor_limits *limits, const struct cert *anchor);

/* Until when the program trusts what the anchor issues; INT64_MAX: no end is set. */
int64_t programs_limit(const struct trust_anchor_limits *limits);
