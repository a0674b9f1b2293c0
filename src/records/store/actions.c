/* SPDX-License-Identifier: Apache-2.0 */

/* Actions: what is done to a selection, how far it is, and what failed. jobs/action goes through the items. */

#include "base/arena.h"
#include "records/store/query.h"

#define COLUMNS                                                                                    \
	"a.id, a.selection_id, a.action, a.arguments, a.by_who, a.origin, a.after_item, a.done, a.changed, " \
	"a.failed, a.created_at"

static const char ONE[] = "SELECT " COLUMNS " FROM actions a WHERE a.id = $1";
static const char ADD[] = "INSERT INTO actions (id, selection_id, action, arguments, by_who, origin, created_at) "
			  "VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char STEP[] = ROUTINE "UPDATE actions SET after_item = $2, done = $3, changed = $4, failed = $5 WHERE id = $1";
static const char FAILED[] = ROUTINE "INSERT INTO action_failures (action_id, item_id, name, why) "
				     "VALUES ($1, $2, $3, $4) ON CONFLICT (action_id, item_id) DO NOTHING";
static const char FAILURES[] = "SELECT f.item_id, f.name, f.why FROM action_failures f WHERE f.action_id = $1 "
			       "ORDER BY f.item_id LIMIT $2";

static void action_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_action *row = to;

	row->id = db_int(rows, at);
	row->selection_id = db_int(rows, at + 1);
	row->action = db_text(rows, at + 2, arena);
	row->arguments_json = db_text(rows, at + 3, arena);
	row->by = db_text(rows, at + 4, arena);
	row->from = db_text(rows, at + 5, arena);
	row->after_item = db_int(rows, at + 6);
	row->done = db_int(rows, at + 7);
	row->changed = db_int(rows, at + 8);
	row->failed = db_int(rows, at + 9);
	row->created_at = db_int(rows, at + 10);
}

static const struct list action_list = {
	.columns = COLUMNS,
	.from = "actions a",
	.id = "a.id",
	.row_size = sizeof(struct model_action),
	.read = action_read,
};

bool store_action_add(struct store_txn *txn, const struct model_action *action, int64_t now, int64_t *id,
		      struct err *err)
{
	int64_t made = store_new_id(txn->store);

	if (!db_run(txn, ADD,
		    VALUES(V(made), V(action->selection_id), V(action->action), V(action->arguments_json),
			   V(action->by), V(action->from), V(now)),
		    err))
		return err_wrap(err, "add action");
	*id = made;
	return true;
}

bool store_action(struct store_txn *txn, struct arena *arena, int64_t id, struct model_action *out, struct err *err)
{
	return list_one(txn, arena, &action_list, ONE, VALUES(V(id)), "action", out, err);
}

bool store_action_step(struct store_txn *txn, const struct model_action *action, struct err *err)
{
	return db_run(txn, STEP,
		      VALUES(V(action->id), V(action->after_item), V(action->done), V(action->changed),
			     V(action->failed)),
		      err);
}

bool store_action_failed(struct store_txn *txn, int64_t action_id, int64_t item_id, struct str name, struct str why,
			 struct err *err)
{
	return db_run(txn, FAILED, VALUES(V(action_id), V(item_id), V(name), V(why)), err);
}

bool store_action_failures(struct store_txn *txn, struct arena *arena, int64_t action_id, size_t max,
			   const struct model_action_failure **rows, size_t *count, struct err *err)
{
	struct model_action_failure *to = ARENA_ARRAY(arena, struct model_action_failure, max + 1);
	struct db_rows found;

	if (!db_rows(txn, FAILURES, VALUES(V(action_id), V(max)), &found, err))
		return false;
	for (*count = 0; *count < max && db_next(&found); ++*count)
		to[*count] = (struct model_action_failure){db_int(&found, 0), db_text(&found, 1, arena),
							   db_text(&found, 2, arena)};
	*rows = to;
	return db_rows_end(&found, err);
}
