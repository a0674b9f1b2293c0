/* SPDX-License-Identifier: Apache-2.0 */

/* Scans, what came of their targets, and the records. see.c adds records. */

#include <string.h>

#include "base/arena.h"
#include "base/hex.h"
#include "base/json.h"
#include "records/store/query.h"

#define COLUMNS                                                                                    \
	"x.id, x.state, x.targets, x.options, x.targets_total, x.targets_done, x.new_certificates, "        \
	"x.created_at, x.started_at, x.ended_at, x.asked_by, x.detail, x.demo, x.source_id, x.run_id"

static const char ADD[] = "INSERT INTO scans (id, state, targets, options, targets_total, created_at, asked_by, demo, "
			  "source_id, run_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
static const char ONE[] = "SELECT " COLUMNS " FROM scans x WHERE x.id = $1";
static const char LAST[] = "SELECT " COLUMNS " FROM scans x ORDER BY x.id DESC LIMIT 1";
static const char OUTCOMES[] = "SELECT outcome, count FROM scan_outcomes WHERE scan_id = $1 ORDER BY outcome";
static const char STATE[] = "UPDATE scans SET state = $2, detail = COALESCE($3, detail), started_at = CASE WHEN "
			    "CAST($4 AS BIGINT) > 0 AND started_at = 0 THEN $4 ELSE started_at END, ended_at = $5 "
			    "WHERE id = $1";
static const char RUN_OF[] = "SELECT run_id FROM scans WHERE id = $1";
static const char TOTAL[] = ROUTINE "UPDATE scans SET targets_total = $2 WHERE id = $1";
static const char FOUND[] = ROUTINE "UPDATE scans SET new_certificates = new_certificates + $2 WHERE id = $1";
static const char NUMBERS[] = "SELECT DISTINCT number FROM scan_records WHERE scan_id = $1 ORDER BY number";
static const char FACTS[] = "SELECT b.facts FROM certificates c JOIN certificate_bodies b ON b.certificate_id = c.id "
			    "WHERE c.sha256 = $1";

static void scan_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_scan *row = to;

	row->id = db_int(rows, at);
	row->state = (enum model_scan_state)db_int(rows, at + 1);
	row->targets_json = db_text(rows, at + 2, arena);
	row->options_json = db_text(rows, at + 3, arena);
	row->targets_total = db_int(rows, at + 4);
	row->targets_done = db_int(rows, at + 5);
	row->new_certificates = db_int(rows, at + 6);
	row->created_at = db_int(rows, at + 7);
	row->started_at = db_int(rows, at + 8);
	row->ended_at = db_int(rows, at + 9);
	row->by = db_text(rows, at + 10, arena);
	row->detail = db_text(rows, at + 11, arena);
	row->demo = db_int(rows, at + 12) != 0;
	row->source_id = db_int(rows, at + 13);
	row->run_id = db_int(rows, at + 14);
}

static const struct list scan_list = {
	.columns = COLUMNS, .from = "scans x", .id = "x.id", .row_size = sizeof(struct model_scan), .read = scan_read,
};

static void record_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_scan_record *row = to;

	row->scan_id = db_int(rows, at);
	row->number = db_int(rows, at + 1);
	row->address = db_text(rows, at + 2, arena);
	row->outcome = db_text(rows, at + 3, arena);
	row->endpoint_id = db_int(rows, at + 4);
	row->json = db_text(rows, at + 5, arena);
}

/* Of one scan; the cursor is (number, row), as a target with several addresses has several rows. */
static const struct list record_list = {
	.columns = "r.scan_id, r.number, r.address, r.outcome, r.endpoint_id, r.record",
	.from = "scan_records r",
	.id = "r.row_id",
	.row_size = sizeof(struct model_scan_record),
	.read = record_read,
};

static void count_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_count *row = to;

	row->name = db_text(rows, at, arena);
	row->count = db_int(rows, at + 1);
}
static const struct list count_list = {.row_size = sizeof(struct model_count), .read = count_read};

static bool outcomes_fill(struct store_txn *txn, struct arena *arena, struct model_scan *scan, struct err *err)
{
	return list_all(txn, arena, &count_list, OUTCOMES, VALUES(V(scan->id)), 64, (const void **)&scan->outcomes,
			&scan->outcome_count, err);
}

bool store_scan_add(struct store_txn *txn, const struct store_scan_new *scan, int64_t now, int64_t *id,
		    struct err *err)
{
	int64_t made = store_new_id(txn->store);

	if (!db_run(txn, ADD,
		    VALUES(V(made), V(MODEL_SCAN_WAITING), V(scan->targets_json), V(scan->options_json),
			   V(scan->targets_total), V(now), V(scan->by), V(scan->demo), V(scan->source_id),
			   V(scan->run_id)),
		    err))
		return err_wrap(err, "add scan");
	*id = made;
	return true;
}

bool store_scan(struct store_txn *txn, struct arena *arena, int64_t id, struct model_scan *out, struct err *err)
{
	return list_one(txn, arena, &scan_list, ONE, VALUES(V(id)), "scan", out, err) &&
	       outcomes_fill(txn, arena, out, err);
}

bool store_scans(struct store_txn *txn, struct arena *arena, const struct store_page *page,
		 const struct model_scan **rows, size_t *count, struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);
	struct store_page newest = *page;
	const void *found;

	newest.descending = true;
	query_add(&where, "1 = 1");
	if (!list_run(txn, arena, &scan_list, &where, &(struct list_sort){NULL, false}, &newest, &found, count,
		      more, err))
		return false;
	*rows = found;
	for (size_t i = 0; i < *count; i++) /* the rows are of this arena */
		if (!outcomes_fill(txn, arena, (struct model_scan *)(uintptr_t)&(*rows)[i], err))
			return false;
	return true;
}

bool store_scan_last(struct store_txn *txn, struct arena *arena, struct model_scan *out, bool *found,
		     struct err *err)
{
	const void *row;
	size_t count;

	if (!list_all(txn, arena, &scan_list, LAST, NULL, 1, &row, &count, err))
		return false;
	*found = count == 1;
	if (!*found)
		return true;
	*out = *(const struct model_scan *)row;
	return outcomes_fill(txn, arena, out, err);
}

bool store_scan_state(struct store_txn *txn, int64_t id, enum model_scan_state state, struct str detail, int64_t now,
		      struct err *err)
{
	bool open = state == MODEL_SCAN_RUNNING || state == MODEL_SCAN_WAITING;
	int64_t changed, run_id, started = state == MODEL_SCAN_RUNNING ? now : 0;

	if (!db_change(txn, STATE, VALUES(V(id), V(state), V(detail), V(started), V(open ? 0 : now)), &changed, err))
		return false;
	if (changed != 1)
		return err_set(err, ERR_ABSENT, "no such scan");
	/* the run that waits for it goes on */
	return open || (db_number(txn, RUN_OF, VALUES(V(id)), 0, &run_id, err) &&
			(run_id == 0 || store_job_hurry(txn, STR("run"), run_id, now, err)));
}

bool store_scan_total(struct store_txn *txn, int64_t id, int64_t targets_total, struct err *err)
{
	return db_run(txn, TOTAL, VALUES(V(id), V(targets_total)), err);
}

bool store_scan_found(struct store_txn *txn, int64_t scan_id, int64_t new_certificates, struct err *err)
{
	return new_certificates == 0 || db_run(txn, FOUND, VALUES(V(scan_id), V(new_certificates)), err);
}

bool store_scan_records(struct store_txn *txn, struct arena *arena, int64_t scan_id, struct str outcome,
			const struct store_page *page, const struct model_scan_record **rows, size_t *count,
			struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);

	query_fill(&where, "r.scan_id = ?", V(scan_id));
	if (outcome.data)
		query_fill(&where, " AND r.outcome = ?", V(outcome));
	return list_run(txn, arena, &record_list, &where, &(struct list_sort){"r.number", false}, page,
			(const void **)rows, count, more, err);
}

bool store_scan_numbers(struct store_txn *txn, int64_t scan_id, void (*each)(void *data, int64_t number),
			void *data, struct err *err)
{
	struct db_rows rows;

	if (!db_rows(txn, NUMBERS, VALUES(V(scan_id)), &rows, err))
		return false;
	while (db_next(&rows))
		each(data, db_int(&rows, 0));
	return db_rows_end(&rows, err);
}

/* ---- a record as the contract has it ---- */

struct record_write {
	struct store_txn *txn;
	struct arena *arena;
	struct json_out *json;
	struct err *err;
};

static bool write_facts(struct record_write *to, struct str hex)
{
	uint8_t hash[HASH_SHA256];
	struct db_rows rows;

	if (!hex_read(hex, hash, sizeof hash)) {
		json_out_null(to->json);
		return true;
	}
	if (!db_rows(to->txn, FACTS, VALUES(V_HASH(hash)), &rows, to->err))
		return false;
	if (db_next(&rows))
		json_out_raw(to->json, db_text_here(&rows, 0));
	else
		json_out_null(to->json);
	return db_rows_end(&rows, to->err);
}

static bool write_member(void *data, struct str key, const struct json_value *value)
{
	struct record_write *to = data;

	json_out_key_named(to->json, key);
	if (!str_is(key, "chain") && !str_is(key, "other_leaves")) {
		json_out_value(to->json, value);
		return true;
	}
	json_out_array(to->json);
	for (size_t i = 0; i < json_in_count(value); i++)
		if (!write_facts(to, json_in_str(json_in_at(value, i), STR(""))))
			return false;
	json_out_end_array(to->json);
	return true;
}

bool store_scan_record_write(struct store_txn *txn, struct arena *arena, const struct model_scan_record *record,
			     struct json_out *json, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct record_write to = {txn, arena, json, err};

	if (!json_doc_read(record->json, &doc, err))
		return err_wrap(err, "scan record");
	json_out_object(json);
	if (!json_in_members(json_doc_root(doc), write_member, &to))
		return false;
	json_out_end_object(json);
	return true;
}
