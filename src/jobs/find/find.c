/* SPDX-License-Identifier: Apache-2.0 */

/* One transaction's worth of finds: see the door. */

#include "jobs/find/room.h"

#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "jobs/job.h"
#include "jobs/lineages.h"
#include "jobs/rule.h"

#define REVIEWED_AT_MOST 4096 /* lineages with one transaction; what is left, the job does */

struct find {
	struct find_options options;
	struct store_txn *txn;
	bool own;            /* the transaction is ours */
	struct arena *arena; /* of one step */
	int64_t first, last; /* ids of changes lie between */
	int64_t *fresh;      /* certificates that were not known */
	size_t fresh_count, fresh_room;
};

struct find *find_in(struct store_txn *txn, const struct find_options *options)
{
	struct find *find = NEW(struct find);

	find->options = *options;
	find->txn = txn;
	find->arena = arena_new();
	/* writers take turns, so ids between here and the commit are of this transaction */
	find->first = store_new_id(options->store);
	return find;
}

bool find_begin(struct job_work *work, const struct find_options *options, struct find **out, struct err *err)
{
	struct store_txn *txn;

	if (!job_write(work, &txn, err))
		return false;
	*out = find_in(txn, options);
	(*out)->own = true;
	return true;
}

struct store_txn *find_txn(struct find *find)
{
	return find->txn;
}

int64_t find_added(const struct find *find)
{
	return (int64_t)find->fresh_count;
}

bool find_certificate(struct find *find, struct bytes der, struct str facts_json, struct str problem, int64_t *id,
		      bool *added, struct err *err)
{
	struct find_new from = {der, facts_json, problem};
	struct model_new_certificate row;
	bool fresh;

	arena_reset(find->arena);
	find_certificate_row(find->arena, &from, find->options.now, find->options.demo, &row);
	if (!store_certificate_add(find->txn, &row, id, &fresh, err))
		return false;
	if (added)
		*added = fresh;
	if (!fresh)
		return true;
	if (find->fresh_count == find->fresh_room) {
		find->fresh_room = find->fresh_room ? find->fresh_room * 2 : 64;
		find->fresh = memory_grow(find->fresh, find->fresh_room * sizeof *find->fresh);
	}
	find->fresh[find->fresh_count++] = *id;
	return true;
}

/* Every certificate that is somebody's own belongs to a lineage. */
static bool adopt(struct find *find, int64_t certificate_id, struct err *err)
{
	return lineage_join(find->txn, certificate_id, find->options.demo, find->options.now, NULL, NULL, err);
}

bool find_place(struct find *find, const struct store_place_seen *seen, struct err *err)
{
	struct store_place_seen here = *seen;

	arena_reset(find->arena);
	here.at = find->options.now;
	here.demo |= find->options.demo;
	here.source_id = find->options.source_id;
	here.run_id = find->options.run_id;
	if (!store_place_see(find->txn, &here, NULL, err))
		return false;
	for (size_t i = 0; here.leaf && i < here.count && (i == 0 || here.part); i++)
		if (!adopt(find, here.certificates[i], err))
			return false;
	return true;
}

bool find_endpoint(struct find *find, const struct store_seen *seen, bool *fresh, struct err *err)
{
	struct store_seen here = *seen;

	arena_reset(find->arena);
	here.source_id = find->options.source_id;
	here.run_id = find->options.run_id;
	if (!store_see(find->txn, &here, fresh, err))
		return false;
	if (!*fresh)
		return true;
	if (seen->chain_count && !adopt(find, seen->chain[0], err))
		return false;
	for (size_t i = 0; i < seen->other_leaf_count; i++)
		if (!adopt(find, seen->other_leaves[i], err))
			return false;
	return true;
}

bool find_name(struct find *find, struct str name, enum model_name_origin origin, struct str address,
	       struct err *err)
{
	return store_name_learn(find->txn, name, origin, address, find->options.now, err);
}

bool find_outcome(struct find *find, struct str outcome, int64_t count, struct err *err)
{
	return find->options.run_id == 0 || store_run_outcome(find->txn, find->options.run_id, outcome, count, err);
}

/* ---- the end ---- */

/* What is new gets what the rules say; they are read only when there is something new. */
static bool rules_follow(struct find *find, struct err *err)
{
	CLEANUP(rules_done) struct rules *rules = NULL;
	bool fits, changed;

	if (find->fresh_count == 0)
		return true;
	if (!rules_open(find->txn, find->options.now, &rules, err))
		return false;
	for (size_t i = 0; rules_count(rules) && i < find->fresh_count; i++)
		if (!rules_apply(rules, find->txn, find->fresh[i], false, &fits, &changed, err))
			return false;
	return rules_count_put(rules, find->txn, err);
}

bool find_finish(struct find *find, struct err *err)
{
	struct model_change change = {
		.at = find->options.now,
		.source_id = find->options.source_id,
		.run_id = find->options.run_id,
		.demo = find->options.demo,
	};

	for (size_t i = 0; i < find->fresh_count; i++)
		if (!store_change_new(find->txn, &change, find->fresh[i], err))
			return false;
	if (!rules_follow(find, err) || !lineages_review(find->txn, REVIEWED_AT_MOST, find->options.now, NULL, err))
		return false;
	find->last = store_new_id(find->options.store);
	return true;
}

void find_tell(struct find *find)
{
	if (find->options.events)
		find_tell_changes(find->options.store, find->options.events, find->first, find->last);
}

bool find_end(struct find **find, struct err *err)
{
	bool ok = find_finish(*find, err) && store_commit(&(*find)->txn, err);

	if (ok)
		find_tell(*find);
	find_drop(find);
	return ok;
}

void find_drop(struct find **find)
{
	if (!*find)
		return;
	if ((*find)->own)
		store_end(&(*find)->txn);
	arena_free((*find)->arena);
	memory_done(&(*find)->fresh);
	memory_done(find);
}
