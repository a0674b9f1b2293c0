/* SPDX-License-Identifier: Apache-2.0 */

#include "decisions/trust/reach.h"

#include "base/arena.h"
#include "base/map.h"

struct walk {
	struct reach *reach;
	const struct trust_store *store;
	const struct trust_pool *pool;
};

static size_t find(const struct reach *reach, struct bytes name)
{
	for (size_t i = 0; i < reach->count; i++)
		if (bytes_equal(reach->names[i], name))
			return i;
	return SIZE_MAX;
}

/* Whether an issuer of that name is an anchor: in the store, or in the pool and known to the store
 * by its hash. */
static bool is_anchor(const struct walk *walk, struct bytes name, const struct link_list *others)
{
	const struct store_mark *mark;

	if (index_find(&walk->store->index, name))
		return true;
	for (const struct link *link = others ? others->first : NULL; link; link = link->next) {
		mark = store_mark_find(walk->store, link->cert->sha256);
		if (mark && !mark->blocked)
			return true;
		if (!map_count(walk->store->marks))
			return false;
	}
	return false;
}

static size_t add(struct walk *walk, struct bytes name)
{
	struct reach *reach = walk->reach;
	const struct link_list *others = walk->pool ? index_find(&walk->pool->index, name) : NULL;
	size_t at;

	if (reach->count == REACH_NAMES)
		return SIZE_MAX;
	at = reach->count++;
	reach->names[at] = name;
	reach->distance[at] = is_anchor(walk, name, others) ? 0 : REACH_NEVER;
	reach->possible = reach->possible || !reach->distance[at];
	return at;
}

/* The issuers of all that has the name of number `at`. */
static void expand(struct walk *walk, size_t at)
{
	struct reach *reach = walk->reach;
	const struct link_list *list = index_find(&walk->pool->index, reach->names[at]);
	struct bytes last = {0};
	size_t to;

	for (const struct link *link = list ? list->first : NULL; link; link = link->next) {
		if (!link->issuer.data || bytes_equal(link->issuer, last))
			continue;
		last = link->issuer;
		to = find(reach, link->issuer);
		if (to == SIZE_MAX)
			to = add(walk, link->issuer);
		if (to != SIZE_MAX && to != at && reach->edge_count < REACH_EDGES)
			reach->edges[reach->edge_count++] =
				(struct reach_edge){(uint16_t)at, (uint16_t)to};
	}
}

/* Distances flow down the edges until nothing changes. */
static void measure(struct reach *reach)
{
	bool changed = reach->possible;

	for (size_t round = 0; changed && round < reach->count; round++) {
		changed = false;
		for (size_t i = 0; i < reach->edge_count; i++) {
			const uint16_t far = reach->distance[reach->edges[i].to];
			uint16_t *near = &reach->distance[reach->edges[i].from];

			if (far == REACH_NEVER || *near <= far + 1)
				continue;
			*near = (uint16_t)(far + 1);
			changed = true;
		}
	}
}

void reach_find(struct reach *reach, struct arena *arena, const struct trust_store *store,
		const struct trust_pool *pool, struct bytes issuer)
{
	struct walk walk = {reach, store, pool};
	const bool alone = !pool || !index_find(&pool->index, issuer);
	/* Every certificate of the pool adds one name and one edge at most. */
	const size_t most = alone ? 0 : map_count(pool->index.by_hash);
	const size_t room = most < REACH_NAMES ? most + 1 : REACH_NAMES;

	*reach = (struct reach){0};
	if (!issuer.data || (alone && !index_find(&store->index, issuer)))
		return;
	reach->names = ARENA_ARRAY(arena, struct bytes, room);
	reach->distance = ARENA_ARRAY(arena, uint16_t, room);
	add(&walk, issuer);
	if (alone)
		return;
	reach->edges = ARENA_ARRAY(arena, struct reach_edge, most < REACH_EDGES ? most : REACH_EDGES);
	for (size_t i = 0; i < reach->count; i++)
		expand(&walk, i);
	measure(reach);
}

uint16_t reach_distance(const struct reach *reach, struct bytes name)
{
	size_t at = name.data ? find(reach, name) : SIZE_MAX;

	return at == SIZE_MAX ? REACH_NEVER : reach->distance[at];
}
