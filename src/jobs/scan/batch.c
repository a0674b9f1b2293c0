/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What came from the probe process, until it is written. One transaction a batch: certificates first, then the records
 * that show them, the lease checked and extended with them. It stays as it is until it is committed.
 */

#include "base/clock.h"
#include "base/fault.h"
#include "base/hex.h"
#include "base/memory.h"
#include "decisions/schedule.h"
#include "jobs/find.h"
#include "jobs/scan/room.h"

struct batch_certificate {
	struct bytes der;
	struct str facts_json, problem; /* NULL data: none */
};

struct batch_record {
	uint64_t number;
	struct str json;
};

struct batch {
	struct batch_env env;
	struct arena *arena;
	struct batch_certificate *certificates;
	struct batch_record *records;
	size_t certificate_count, certificate_room, record_count, record_room;
};

struct batch *batch_new(const struct batch_env *env)
{
	struct batch *batch = NEW(struct batch);

	batch->env = *env;
	batch->arena = arena_new();
	return batch;
}

void batch_free(struct batch *batch)
{
	if (!batch)
		return;
	arena_free(batch->arena);
	memory_done(&batch->certificates);
	memory_done(&batch->records);
	memory_done(&batch);
}

/* Room for one more; how many there can be is bounded by the targets that are out at once. */
static void *grow(void *items, size_t size, size_t count, size_t *room)
{
	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 64;
	return memory_grow(items, *room * size);
}

void batch_certificate(struct batch *batch, struct bytes der, struct str facts_json, struct str problem)
{
	batch->certificates = grow(batch->certificates, sizeof *batch->certificates, batch->certificate_count,
				   &batch->certificate_room);
	batch->certificates[batch->certificate_count++] = (struct batch_certificate){
		.der = arena_bytes(batch->arena, der),
		.facts_json = facts_json.data ? arena_str(batch->arena, facts_json) : facts_json,
		.problem = problem.data ? arena_str(batch->arena, problem) : problem,
	};
}

void batch_record(struct batch *batch, uint64_t number, struct str json)
{
	batch->records = grow(batch->records, sizeof *batch->records, batch->record_count, &batch->record_room);
	batch->records[batch->record_count++] = (struct batch_record){number, arena_str(batch->arena, json)};
}

size_t batch_count(const struct batch *batch)
{
	return batch->certificate_count + batch->record_count;
}

size_t batch_bytes(const struct batch *batch)
{
	return arena_used(batch->arena);
}

struct writing {
	struct batch *batch;
	struct store_txn *txn;
	struct find *find;
	struct arena *arena; /* of the record in hand */
	int64_t now;
};

/* Ids of the certificates a record shows. One that never came is left out: a record is not lost for it. */
static bool find_ids(struct writing *to, const struct str *hex, size_t count, const int64_t **out,
		     size_t *out_count, struct err *err)
{
	int64_t *ids = ARENA_ARRAY(to->arena, int64_t, count + 1);
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		uint8_t hash[HASH_SHA256];

		if (!hex_read(hex[i], hash, sizeof hash))
			continue;
		if (store_certificate_id(to->txn, hash, &ids[found], err))
			found++;
		else if (err->kind != ERR_ABSENT)
			return false;
	}
	*out = ids;
	*out_count = found;
	return true;
}

/* "untrusted" is what is left when neither the leaf's dates nor its own signature say why already. */
static bool settle_untrusted(struct writing *to, struct store_seen *seen, struct err *err)
{
	struct model_certificate leaf;

	if (!(seen->problems & MODEL_PROBLEM_UNTRUSTED) || seen->chain_count == 0)
		return true;
	if (!store_certificate_by_id(to->txn, to->arena, seen->chain[0], &leaf, err))
		return false;
	if (leaf.self_signed || seen->at < leaf.not_before || seen->at > leaf.not_after)
		seen->problems &= ~(uint32_t)MODEL_PROBLEM_UNTRUSTED;
	return true;
}

/* What came of it, as far as it says whether something is there. */
static void settle_presence(struct scan_view *view)
{
	struct store_seen *seen = &view->seen;

	seen->miss = view->chain_count || seen->tls_known ? 0 : schedule_miss(seen->outcome);
	seen->gone_at_misses = schedule_gone_at(GONE_LOOKS);
	seen->unclear = view->chain_count == 0 && schedule_answered(seen->outcome);
}

static bool write_view(struct writing *to, struct scan_view *view, struct err *err)
{
	struct store_seen *seen = &view->seen;
	bool fresh;

	settle_presence(view);
	return find_ids(to, view->chain, view->chain_count, &seen->chain, &seen->chain_count, err) &&
	       find_ids(to, view->other_leaves, view->other_leaf_count, &seen->other_leaves, &seen->other_leaf_count,
			err) &&
	       settle_untrusted(to, seen, err) && find_endpoint(to->find, seen, &fresh, err);
}

static bool write_record(struct writing *to, const struct batch_record *record, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct scan_view view;
	struct err unread = {0};

	if (!scan_record_view(to->arena, record->json, &doc, &view, &unread)) {
		struct scan_port_target nobody = {.number = record->number, .text = STR("?"), .host = STR("?")};
		struct str own = scan_record_own(to->arena, &nobody, "garbage", str_of(unread.text), to->now);

		json_doc_done(&doc);
		if (!scan_record_view(to->arena, own, &doc, &view, err))
			return false;
	}
	view.seen.scan_id = to->batch->env.scan_id;
	view.seen.number = (int64_t)record->number;
	view.seen.whole = to->batch->env.whole;
	view.seen.scope = to->batch->env.run_id ? view.target : (struct str){NULL, 0};
	view.seen.demo |= to->batch->env.demo;
	if (view.seen.at == 0 || view.seen.at > to->now + 60)
		view.seen.at = to->now;
	return write_view(to, &view, err);
}

static bool write_all(struct writing *to, struct err *err)
{
	struct batch *batch = to->batch;

	if (!store_job_hold(to->txn, batch->env.job_id, batch->env.epoch, to->now, batch->env.lease_s, err))
		return false;
	for (size_t i = 0; i < batch->certificate_count; i++) {
		const struct batch_certificate *from = &batch->certificates[i];
		int64_t id;

		if (!find_certificate(to->find, from->der, from->facts_json, from->problem, &id, NULL, err))
			return false;
	}
	if (FAULT("scan.batch"))
		return err_set(err, ERR_INTERNAL, "batch: fault injected");
	for (size_t i = 0; i < batch->record_count; i++) {
		arena_reset(to->arena);
		if (!write_record(to, &batch->records[i], err))
			return false;
	}
	return store_scan_found(to->txn, batch->env.scan_id, find_added(to->find), err) && find_finish(to->find, err);
}

bool batch_write(struct batch *batch, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(store_end) struct store_txn *txn = NULL;
	CLEANUP(find_drop) struct find *find = NULL;
	struct writing to = {.batch = batch, .arena = arena, .now = clock_now_s()};
	struct find_options options = {
		.store = batch->env.store,
		.events = batch->env.events,
		.source_id = batch->env.source_id,
		.run_id = batch->env.run_id,
		.demo = batch->env.demo,
		.now = to.now,
	};

	if (!store_write(batch->env.store, &txn, err))
		return false;
	to.txn = txn;
	to.find = find = find_in(txn, &options);
	if (!write_all(&to, err) || !store_commit(&txn, err))
		return err_wrap(err, "write what was seen");
	batch->certificate_count = batch->record_count = 0;
	arena_reset(batch->arena);
	find_tell(find);
	return true;
}
