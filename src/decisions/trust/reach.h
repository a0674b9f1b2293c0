/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * reach - which names lead to an anchor, by names alone.
 *
 * Walks up from the leaf's issuer over the pool, once per name, and notes for each the least number
 * of steps to a name that is an anchor's. What cannot get there needs no signature.
 */

#include "decisions/trust/link.h"

#define REACH_NAMES 256 /* names above one leaf; more are taken as leading nowhere */
#define REACH_EDGES 2048
#define REACH_NEVER UINT16_MAX

struct reach {
	bool possible;
	size_t count, edge_count;
	struct bytes *names;
	uint16_t *distance;
	struct reach_edge {
		uint16_t from, to;
	} * edges;
};

void reach_find(struct reach *reach, struct arena *arena, const struct trust_store *store,
		const struct trust_pool *pool, struct bytes issuer);

/* Steps from an issuer of that name to an anchor: 0 when an anchor has it, REACH_NEVER when none is
 * reached. */
uint16_t reach_distance(const struct reach *reach, struct bytes name);
