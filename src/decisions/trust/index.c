/* SPDX-License-Identifier: Apache-2.0 */

/* Pools and stores: certificates found by subject and by hash. */

#include "base/arena.h"
#include "base/map.h"
#include "base/memory.h"
#include "decisions/trust/dn.h"
#include "decisions/trust/link.h"
#include "decisions/trust/memo.h"

void link_init(struct arena *arena, struct link *link, const struct cert *cert)
{
	*link = (struct link){.cert = cert};
	if (!dn_canonical(arena, cert->subject_der, &link->subject))
		link->subject = (struct bytes){0};
	if (cert->self_issued)
		link->issuer = link->subject;
	else if (!dn_canonical(arena, cert->issuer_der, &link->issuer))
		link->issuer = (struct bytes){0};
}

void index_init(struct index *index)
{
	*index = (struct index){arena_new(), map_new(), map_new()};
}

void index_done(struct index *index)
{
	map_free(index->by_subject);
	map_free(index->by_hash);
	arena_free(index->arena);
}

struct link *index_add(struct index *index, const struct cert *cert)
{
	struct link_list *list;
	struct link *link;

	if (map_get(index->by_hash, bytes_of(cert->sha256, sizeof(cert->sha256))))
		return NULL;
	link = ARENA_NEW(index->arena, struct link);
	link_init(index->arena, link, cert);
	map_set(index->by_hash, bytes_of(cert->sha256, sizeof(cert->sha256)), link);
	if (!link->subject.data)
		return link;
	list = map_get(index->by_subject, link->subject);
	if (!list) {
		list = ARENA_NEW(index->arena, struct link_list);
		map_set(index->by_subject, link->subject, list);
	}
	if (list->last)
		list->last->next = link;
	else
		list->first = link;
	list->last = link;
	list->count++;
	return link;
}

const struct link_list *index_find(const struct index *index, struct bytes subject)
{
	return subject.data ? map_get(index->by_subject, subject) : NULL;
}

const struct link *index_at(const struct index *index, const uint8_t sha256[32])
{
	return map_get(index->by_hash, bytes_of(sha256, 32));
}

struct trust_pool *trust_pool_new(void)
{
	struct trust_pool *pool = NEW(struct trust_pool);

	index_init(&pool->index);
	return pool;
}

void trust_pool_free(struct trust_pool *pool)
{
	if (!pool)
		return;
	index_done(&pool->index);
	memory_done(&pool);
}

void trust_pool_add(struct trust_pool *pool, const struct cert *cert)
{
	index_add(&pool->index, cert);
}

struct trust_store *trust_store_new(struct str name, struct str version, int64_t dated)
{
	struct trust_store *store = NEW(struct trust_store);

	index_init(&store->index);
	store->marks = map_new();
	store->name = arena_str(store->index.arena, name);
	store->version = arena_str(store->index.arena, version);
	store->dated = dated;
	store->given = str_is(name, "given");
	store->memo = memo_new();
	store->memo_owned = true;
	return store;
}

void store_share(struct trust_store *store, struct memo *memo)
{
	if (store->memo_owned)
		memo_free(store->memo);
	store->memo = memo;
	store->memo_owned = false;
}

void trust_store_free(struct trust_store *store)
{
	if (!store)
		return;
	if (store->memo_owned)
		memo_free(store->memo);
	map_free(store->marks);
	index_done(&store->index);
	memory_done(&store);
}

static struct trust_anchor_limits limits_of(const struct trust_anchor_limits *limits_or_null)
{
	return limits_or_null ? *limits_or_null
			      : (struct trust_anchor_limits){INT64_MAX, INT64_MAX};
}

void trust_store_add(struct trust_store *store, const struct cert *anchor,
		     const struct trust_anchor_limits *limits_or_null)
{
	struct link *link = index_add(&store->index, anchor);
	struct trust_anchor_limits *limits;

	if (!link)
		return;
	limits = ARENA_NEW(store->index.arena, struct trust_anchor_limits);
	*limits = limits_of(limits_or_null);
	link->limits = limits;
}

static void mark(struct trust_store *store, const uint8_t sha256[32], bool blocked,
		 const struct trust_anchor_limits *limits_or_null)
{
	struct store_mark *row = ARENA_NEW(store->index.arena, struct store_mark);

	for (size_t i = 0; i < sizeof(row->sha256); i++)
		row->sha256[i] = sha256[i];
	row->blocked = blocked;
	row->limits = limits_of(limits_or_null);
	map_set(store->marks, bytes_of(row->sha256, sizeof(row->sha256)), row);
}

void trust_store_add_hash(struct trust_store *store, const uint8_t sha256[32],
			  const struct trust_anchor_limits *limits_or_null)
{
	mark(store, sha256, false, limits_or_null);
}

void trust_store_block(struct trust_store *store, const uint8_t sha256[32])
{
	mark(store, sha256, true, NULL);
}

const struct store_mark *store_mark_find(const struct trust_store *store, const uint8_t sha256[32])
{
	return map_count(store->marks) ? map_get(store->marks, bytes_of(sha256, 32)) : NULL;
}

struct str trust_store_name(const struct trust_store *store)
{
	return store->name;
}

struct str trust_store_version(const struct trust_store *store)
{
	return store->version;
}

int64_t trust_store_dated(const struct trust_store *store)
{
	return store->dated;
}

size_t trust_store_count(const struct trust_store *store)
{
	return map_count(store->index.by_hash) + map_count(store->marks);
}
