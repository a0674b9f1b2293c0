/* SPDX-License-Identifier: Apache-2.0 */

/* Runs of sources: made once for a due time, begun, counted, ended. */

#include "base/arena.h"
#include "records/store/query.h"

#define COLUMNS                                                                                    \
	"u.id, u.source_id, u.due_at, u.state, u.scan_id, u.targets, u.new_certificates, u.changed, u.gone, " \
	"u.created_at, u.started_at, u.ended_at, u.asked_by, u.detail"

static const char ONE[] = "SELECT " COLUMNS " FROM source_runs u WHERE u.id = $1";
static const char OUTCOMES[] = "SELECT outcome, count FROM source_run_outcomes WHERE run_id = $1 ORDER BY outcome";
static const char ADD[] = "INSERT INTO source_runs (id, source_id, due_at, state, created_at, asked_by) VALUES ($1, $2, $3, "
			  "$4, $5, $6) ON CONFLICT (source_id, due_at) DO NOTHING";
static const char OPENED[] = ROUTINE "UPDATE sources SET open_run_id = $2, last_run_id = $2, last_due_at = $3 "
				     "WHERE id = $1 AND open_run_id = 0";
static const char FAILED[] = "SELECT COUNT(*) FROM source_runs WHERE source_id = $1 AND state = $2";
static const char UNMAKE[] = ROUTINE "DELETE FROM source_runs WHERE id = $1";
static const char BEGIN[] = "UPDATE source_runs SET state = $2, scan_id = $3, started_at = CASE WHEN started_at = 0 THEN $4 ELSE "
			    "started_at END WHERE id = $1";
static const char OUTCOME[] = ROUTINE "INSERT INTO source_run_outcomes (run_id, outcome, count) VALUES ($1, $2, $3) "
				      "ON CONFLICT (run_id, outcome) DO UPDATE SET count = source_run_outcomes.count + "
				      "excluded.count";
static const char TARGETS[] = ROUTINE "UPDATE source_runs SET targets = targets + $2 WHERE id = $1";
static const char SCAN_OF[] = "SELECT scan_id FROM source_runs WHERE id = $1";
static const char OF_SCAN[] = ROUTINE "INSERT INTO source_run_outcomes (run_id, outcome, count) SELECT CAST($1 AS BIGINT), "
				      "outcome, count FROM scan_outcomes WHERE scan_id = $2 ON CONFLICT (run_id, outcome) "
				      "DO UPDATE SET count = excluded.count";
static const char TARGETS_OF_SCAN[] =
	ROUTINE "UPDATE source_runs SET targets = (SELECT targets_done FROM scans WHERE id = $2) WHERE id = $1";
static const char END[] =
	"UPDATE source_runs SET state = $2, detail = $3, ended_at = $4, new_certificates = (SELECT COUNT(*) FROM changes WHERE "
	"run_id = $1 AND run_id > 0 AND kind = $5), changed = (SELECT COUNT(*) FROM changes WHERE run_id = $1 AND run_id > 0 "
	"AND kind = $6), gone = (SELECT COUNT(*) FROM changes WHERE run_id = $1 AND run_id > 0 AND kind = $7) WHERE id = $1";
static const char CLOSED[] =
	ROUTINE "UPDATE sources SET open_run_id = 0, found = (SELECT COUNT(*) FROM source_places p JOIN locations o ON o.id = "
		"p.location_id WHERE p.source_id = sources.id AND o.gone_at = 0) WHERE open_run_id = $1";

static void run_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_run *row = to;

	row->id = db_int(rows, at);
	row->source_id = db_int(rows, at + 1);
	row->due_at = db_int(rows, at + 2);
	row->state = (enum model_scan_state)db_int(rows, at + 3);
	row->scan_id = db_int(rows, at + 4);
	row->targets = db_int(rows, at + 5);
	row->new_certificates = db_int(rows, at + 6);
	row->changed = db_int(rows, at + 7);
	row->gone = db_int(rows, at + 8);
	row->created_at = db_int(rows, at + 9);
	row->started_at = db_int(rows, at + 10);
	row->ended_at = db_int(rows, at + 11);
	row->by = db_text(rows, at + 12, arena);
	row->detail = db_text(rows, at + 13, arena);
}

static const struct list run_list = {
	.columns = COLUMNS, .from = "source_runs u", .id = "u.id", .row_size = sizeof(struct model_run), .read = run_read,
};

static void count_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_count *row = to;

	row->name = db_text(rows, at, arena);
	row->count = db_int(rows, at + 1);
}
static const struct list count_list = {.row_size = sizeof(struct model_count), .read = count_read};

static bool outcomes_fill(struct store_txn *txn, struct arena *arena, struct model_run *run, struct err *err)
{
	return list_all(txn, arena, &count_list, OUTCOMES, VALUES(V(run->id)), 64, (const void **)&run->outcomes,
			&run->outcome_count, err);
}

bool store_run(struct store_txn *txn, struct arena *arena, int64_t id, struct model_run *out, struct err *err)
{
	return list_one(txn, arena, &run_list, ONE, VALUES(V(id)), "run", out, err) &&
	       outcomes_fill(txn, arena, out, err);
}

bool store_runs(struct store_txn *txn, struct arena *arena, int64_t source_id, const struct store_page *page,
		const struct model_run **rows, size_t *count, struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);
	struct store_page newest = *page;
	const void *found;

	newest.descending = true;
	query_fill(&where, "u.source_id = ?", V(source_id));
	if (!list_run(txn, arena, &run_list, &where, &(struct list_sort){NULL, false}, &newest, &found, count, more,
		      err))
		return false;
	*rows = found;
	for (size_t i = 0; i < *count; i++) /* the rows are of this arena */
		if (!outcomes_fill(txn, arena, (struct model_run *)(uintptr_t)&(*rows)[i], err))
			return false;
	return true;
}

bool store_run_add(struct store_txn *txn, int64_t source_id, int64_t due_at, struct str by, int64_t now, int64_t *id,
		   bool *made, struct err *err)
{
	int64_t new_id = store_new_id(txn->store), changed;

	*made = false;
	if (!db_change(txn, ADD,
		       VALUES(V(new_id), V(source_id), V(due_at), V(MODEL_SCAN_WAITING), V(now), V(by)), &changed, err))
		return err_wrap(err, "add run");
	if (changed != 1)
		return true;
	if (!db_change(txn, OPENED, VALUES(V(source_id), V(new_id), V(due_at)), &changed, err))
		return false;
	if (changed != 1) /* one is open */
		return db_run(txn, UNMAKE, VALUES(V(new_id)), err);
	*id = new_id;
	*made = true;
	return true;
}

bool store_runs_failed(struct store_txn *txn, int64_t source_id, int64_t *out, struct err *err)
{
	return db_number(txn, FAILED, VALUES(V(source_id), V(MODEL_SCAN_FAILED)), 0, out, err);
}

bool store_run_begin(struct store_txn *txn, int64_t id, int64_t scan_id, int64_t now, struct err *err)
{
	return db_run(txn, BEGIN, VALUES(V(id), V(MODEL_SCAN_RUNNING), V(scan_id), V(now)), err);
}

bool store_run_outcome(struct store_txn *txn, int64_t id, struct str outcome, int64_t count, struct err *err)
{
	return db_run(txn, OUTCOME, VALUES(V(id), V(outcome), V(count)), err) &&
	       db_run(txn, TARGETS, VALUES(V(id), V(count)), err);
}

bool store_run_end(struct store_txn *txn, int64_t id, enum model_scan_state state, struct str detail, int64_t now,
		   struct err *err)
{
	int64_t scan_id;

	if (!db_number(txn, SCAN_OF, VALUES(V(id)), 0, &scan_id, err))
		return false;
	if (scan_id && !(db_run(txn, OF_SCAN, VALUES(V(id), V(scan_id)), err) &&
			 db_run(txn, TARGETS_OF_SCAN, VALUES(V(id), V(scan_id)), err)))
		return false;
	return db_run(txn, END,
		      VALUES(V(id), V(state), V(detail), V(now), V(MODEL_CHANGE_NEW), V(MODEL_CHANGE_CHANGED),
			     V(MODEL_CHANGE_GONE)),
		      err) &&
	       db_run(txn, CLOSED, VALUES(V(id)), err);
}
