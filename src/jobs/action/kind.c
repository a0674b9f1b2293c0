/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The job: batches of items in the order of their ids. Each batch is one transaction, which holds the lease, changes the
 * lineages, writes an audit entry for each that changed, and notes the last item that is done. A kill between
 * two batches loses nothing; one within a batch undoes it whole, and it is done again. What cannot be done to an item is
 * kept with its reason, and the others go on.
 */

#include "jobs/action/room.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/hex.h"
#include "base/limits.h"
#include "jobs/job.h"

#define BATCH         200
#define FAILURES_TOLD 20

struct doing {
	struct job_work *work;
	struct model_action action;
	struct model_selection selection;
	const struct action_plan *plan;
	struct json_doc *doc; /* the texts of the plan */
	struct arena *batch;
	struct audit_actor actor;
	struct str what; /* "lineage.own" */
};

/* ---- one item ---- */

static bool refuse(struct doing *doing, struct store_txn *txn, const struct store_item *item, struct str why,
		   struct err *err)
{
	doing->action.failed++;
	return doing->action.failed > LIMIT_ACTION_FAILURES ||
	       store_action_failed(txn, doing->action.id, item->id, item->name, why, err);
}

static bool is_of_item(const struct err *err)
{
	return err->kind == ERR_INPUT || err->kind == ERR_ABSENT || err->kind == ERR_CONFLICT;
}

/* The lineage of an item, made when it has none and may get one. 0: it has none, and *why says so. */
static bool lineage_of(struct doing *doing, struct store_txn *txn, const struct store_item *item, int64_t *lineage_id,
		       bool *made, struct str *why, struct err *err)
{
	*made = false;
	*lineage_id = item->lineage_id;
	if (*lineage_id)
		return true;
	if (!item->certificate_id)
		*why = STR("it shows no certificate");
	else if (item->ca && doing->plan->kind != ACTION_ADOPT)
		*why = STR("a CA certificate without a lineage: adopt it first");
	else
		return store_lineage_adopt(txn, item->certificate_id, item->demo, clock_now_s(), lineage_id, made, err);
	return true;
}

static bool audit_lineage(struct doing *doing, struct store_txn *txn, int64_t lineage_id, struct err *err)
{
	struct str object = arena_format(doing->batch, "lineage:%lld", (long long)lineage_id);

	return audit_add(txn, &doing->actor, doing->what.data, object, clock_now_s(), err);
}

static bool do_item(struct doing *doing, struct store_txn *txn, const struct store_item *item, struct err *err)
{
	struct err own = {0};
	struct str why = {NULL, 0};
	bool made, changed = false;
	int64_t lineage_id;

	if (!lineage_of(doing, txn, item, &lineage_id, &made, &why, err))
		return false;
	if (lineage_id == 0)
		return refuse(doing, txn, item, why, err);
	if (!store_lineage_change(txn, lineage_id, &doing->plan->change, clock_now_s(), &changed, &own)) {
		if (is_of_item(&own))
			return refuse(doing, txn, item, str_of(own.text), err);
		*err = own;
		return false;
	}
	if (!made && !changed)
		return true;
	doing->action.changed++;
	return audit_lineage(doing, txn, lineage_id, err);
}

/* ---- batches ---- */

static bool do_batch(struct doing *doing, size_t *count, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_action before = doing->action;
	const struct store_item *items;

	doing->batch = arena;

	if (!job_write(doing->work, &txn, err) ||
	    !store_selection_lineage_items(txn, arena, &doing->selection, doing->action.after_item, BATCH, &items,
					   count, err))
		return false;
	for (size_t i = 0; i < *count; i++) {
		if (!do_item(doing, txn, &items[i], err)) {
			doing->action = before;
			return false;
		}
		if (FAULT("action.item")) {
			doing->action = before;
			return err_set(err, ERR_INTERNAL, "action: fault injected");
		}
	}
	doing->action.done += (int64_t)*count;
	if (*count)
		doing->action.after_item = items[*count - 1].id;
	if (store_action_step(txn, &doing->action, err) && store_commit(&txn, err))
		return true;
	doing->action = before;
	return false;
}

static bool write_end(struct doing *doing, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct str object = arena_format(doing->work->arena, "selection:%lld", (long long)doing->selection.id);

	return job_write(doing->work, &txn, err) &&
	       audit_add(txn, &doing->actor, "action.done", object, clock_now_s(), err) && store_commit(&txn, err);
}

static bool write_result(struct doing *doing, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct json_out json = json_out_start(&doing->work->result);
	const struct model_action_failure *failures;
	size_t count;

	if (!store_read(doing->work->store, &txn, err) ||
	    !store_action_failures(txn, doing->work->arena, doing->action.id, FAILURES_TOLD, &failures, &count, err))
		return false;
	json_out_object(&json);
	json_out_key_text(&json, "action", action_name(doing->plan->kind));
	json_out_key_int(&json, "changed", doing->action.changed);
	json_out_key_int(&json, "unchanged", doing->action.done - doing->action.changed - doing->action.failed);
	json_out_key_int(&json, "failed", doing->action.failed);
	json_out_key(&json, "failures");
	json_out_array(&json);
	for (size_t i = 0; i < count; i++) {
		json_out_object(&json);
		json_out_key_str(&json, "name", failures[i].name);
		json_out_key_str(&json, "why", failures[i].why);
		json_out_end_object(&json);
	}
	json_out_end_array(&json);
	json_out_end_object(&json);
	return true;
}

/* ---- the whole ---- */

static bool start(struct doing *doing, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct arena *arena = doing->work->arena;
	const struct json_value *body;
	struct str reason;

	if (!store_read(doing->work->store, &txn, err) ||
	    !store_action(txn, arena, doing->work->job.subject_id, &doing->action, err) ||
	    !store_selection(txn, arena, doing->action.selection_id, 0, &doing->selection, err) ||
	    !json_doc_read(doing->action.arguments_json, &doing->doc, err))
		return false;
	body = json_doc_root(doing->doc);
	/* what was in time when it was asked for is still so */
	if (!action_plan_read(txn, arena, body, doing->action.created_at, &doing->plan, err))
		return false;
	reason = json_in_str(json_in_get(body, "reason"), STR(""));
	doing->what = arena_format(arena, "lineage.%s", action_name(doing->plan->kind));
	doing->actor = (struct audit_actor){
		doing->action.by, doing->action.from,
		arena_format(arena, "selection %lld, sha256 %.*s%s%.*s", (long long)doing->selection.id,
			     STR_ARG(hex_str(arena, bytes_of(doing->selection.hash, HASH_SHA256))),
			     reason.len ? ": " : "", STR_ARG(reason))};
	return true;
}

static enum job_outcome do_all(struct doing *doing, struct err *err)
{
	size_t count = 1;

	while (count > 0) {
		if (job_must_end(doing->work))
			return job_end_early(doing->work);
		if (!do_batch(doing, &count, err))
			return JOB_FAILED;
		job_progress(doing->work, doing->action.done, doing->selection.count);
		if (count > 0 && FAULT("action.batch")) {
			err_set(err, ERR_INTERNAL, "action: fault injected");
			return JOB_FAILED;
		}
	}
	return write_end(doing, err) && write_result(doing, err) ? JOB_DONE : JOB_FAILED;
}

static enum job_outcome work(struct job_work *work, struct err *err)
{
	struct doing doing = {.work = work};
	enum job_outcome outcome = start(&doing, err) ? do_all(&doing, err) : JOB_FAILED;

	json_doc_free(doing.doc);
	return outcome;
}

const struct job_kind job_kind_action = {
	.name = "action",
	.at_once = 1,
	.about = "what is done to every item of a selection",
	.work = work,
};
