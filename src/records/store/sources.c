/* SPDX-License-Identifier: Apache-2.0 */

/* Sources: where discovery looks, and when. */

#include "base/arena.h"
#include "records/store/query.h"

#define COLUMNS                                                                                    \
	"o.id, o.name, o.kind, o.options, o.every_s, o.quiet, o.zone, o.paused, o.state, o.created_at, "   \
	"o.next_run_at, o.last_due_at, o.last_run_id, o.open_run_id, o.found, o.version, o.demo"

static const char ONE[] = "SELECT " COLUMNS " FROM sources o WHERE o.id = $1";
static const char BY_NAME[] = "SELECT " COLUMNS " FROM sources o WHERE o.name_lower = $1";
static const char DUE[] = "SELECT " COLUMNS " FROM sources o WHERE o.paused = 0 AND o.next_run_at > 0 AND o.open_run_id = 0 "
			  "AND o.next_run_at <= $1 ORDER BY o.next_run_at, o.id LIMIT 64";
static const char NAME_TAKEN[] = "SELECT COUNT(*) FROM sources WHERE name_lower = $1 AND id <> $2";
static const char ADD[] = "INSERT INTO sources (id, name, name_lower, kind, options, every_s, quiet, zone, paused, "
			  "created_at, next_run_at, demo) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
static const char SET[] = "UPDATE sources SET name = $3, name_lower = $4, options = $5, every_s = $6, quiet = $7, zone = $8, "
			  "paused = $9, next_run_at = $10, version = version + 1 WHERE id = $1 AND version = $2";
static const char NEXT[] = ROUTINE "UPDATE sources SET next_run_at = $2 WHERE id = $1";
static const char STATE[] = ROUTINE "UPDATE sources SET state = $2 WHERE id = $1";
static const char OPEN_RUN[] = "SELECT open_run_id FROM sources WHERE id = $1";

/* What goes with a source, in this order. */
static const char *const removals[] = {
	"DELETE FROM source_run_outcomes WHERE run_id IN (SELECT id FROM source_runs WHERE source_id = $1)",
	"DELETE FROM source_runs WHERE source_id = $1",
	"DELETE FROM source_places WHERE source_id = $1",
	"DELETE FROM coverage WHERE source_id = $1",
	"DELETE FROM ct_logs WHERE source_id = $1",
	"DELETE FROM sources WHERE id = $1",
};

static void source_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_source *row = to;

	row->id = db_int(rows, at);
	row->name = db_text(rows, at + 1, arena);
	row->kind = db_text(rows, at + 2, arena);
	row->options_json = db_text(rows, at + 3, arena);
	row->every_s = db_int(rows, at + 4);
	row->quiet_json = db_text(rows, at + 5, arena);
	row->zone = db_text(rows, at + 6, arena);
	row->paused = db_int(rows, at + 7) != 0;
	row->state = db_text(rows, at + 8, arena);
	row->created_at = db_int(rows, at + 9);
	row->next_run_at = db_int(rows, at + 10);
	row->last_due_at = db_int(rows, at + 11);
	row->last_run_id = db_int(rows, at + 12);
	row->open_run_id = db_int(rows, at + 13);
	row->found = db_int(rows, at + 14);
	row->version = db_int(rows, at + 15);
	row->demo = db_int(rows, at + 16) != 0;
}

static const struct list source_list = {
	.columns = COLUMNS,
	.from = "sources o",
	.id = "o.id",
	.row_size = sizeof(struct model_source),
	.read = source_read,
};

bool store_sources(struct store_txn *txn, struct arena *arena, const struct store_page *page,
		   const struct model_source **rows, size_t *count, struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);

	query_add(&where, "1 = 1");
	return list_run(txn, arena, &source_list, &where, &(struct list_sort){"o.name_lower", true}, page,
			(const void **)rows, count, more, err);
}

bool store_source(struct store_txn *txn, struct arena *arena, int64_t id, struct model_source *out, struct err *err)
{
	return list_one(txn, arena, &source_list, ONE, VALUES(V(id)), "source", out, err);
}

bool store_source_by_name(struct store_txn *txn, struct arena *arena, struct str name, struct model_source *out,
			  struct err *err)
{
	return list_one(txn, arena, &source_list, BY_NAME, VALUES(V(arena_lower(arena, name))), "source", out, err);
}

static bool name_free(struct store_txn *txn, const struct model_source *source, struct str lower, struct err *err)
{
	int64_t taken;

	if (!db_number(txn, NAME_TAKEN, VALUES(V(lower), V(source->id)), 0, &taken, err))
		return false;
	if (!taken)
		return true;
	err_set(err, ERR_CONFLICT, "there is a source \"%.*s\" already", STR_ARG(source->name));
	return err_fix(err, "name-taken", "choose another name, or change that one");
}

bool store_source_add(struct store_txn *txn, const struct model_source *source, int64_t now, int64_t *id,
		      struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct str lower = arena_lower(arena, source->name);
	int64_t made = store_new_id(txn->store);

	if (!name_free(txn, source, lower, err) ||
	    !db_run(txn, ADD,
		    VALUES(V(made), V(source->name), V(lower), V(source->kind), V(source->options_json),
			   V(source->every_s), V(source->quiet_json), V(source->zone), V(source->paused), V(now),
			   V(source->next_run_at), V(source->demo)),
		    err))
		return err_wrap(err, "add source");
	*id = made;
	return !source->demo || counter_add(txn, "demo", 1, err);
}

bool store_source_set(struct store_txn *txn, const struct model_source *source, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct str lower = arena_lower(arena, source->name);
	int64_t changed;

	if (!name_free(txn, source, lower, err) ||
	    !db_change(txn, SET,
		       VALUES(V(source->id), V(source->version), V(source->name), V(lower), V(source->options_json),
			      V(source->every_s), V(source->quiet_json), V(source->zone), V(source->paused),
			      V(source->next_run_at)),
		       &changed, err))
		return false;
	if (changed == 1)
		return true;
	err_set(err, ERR_CONFLICT, "the source was changed meanwhile");
	return err_fix(err, "changed", "read it again, and change that");
}

bool store_source_remove(struct store_txn *txn, int64_t id, struct err *err)
{
	int64_t open;

	if (!db_number(txn, OPEN_RUN, VALUES(V(id)), -1, &open, err))
		return false;
	if (open < 0)
		return err_set(err, ERR_ABSENT, "no such source");
	if (open) {
		err_set(err, ERR_CONFLICT, "a run of the source has not ended");
		return err_fix(err, "source-runs", "stop its job first, or wait");
	}
	for (size_t i = 0; i < COUNT_OF(removals); i++)
		if (!db_run(txn, removals[i], VALUES(V(id)), err))
			return false;
	return true;
}

bool store_source_next(struct store_txn *txn, int64_t id, int64_t next_run_at, struct err *err)
{
	return db_run(txn, NEXT, VALUES(V(id), V(next_run_at)), err);
}

bool store_source_state(struct store_txn *txn, int64_t id, struct str state, struct err *err)
{
	return db_run(txn, STATE, VALUES(V(id), V(state)), err);
}

bool store_sources_due(struct store_txn *txn, struct arena *arena, int64_t now, size_t max,
		       const struct model_source **rows, size_t *count, struct err *err)
{
	return list_all(txn, arena, &source_list, DUE, VALUES(V(now)), max, (const void **)rows, count, err);
}
