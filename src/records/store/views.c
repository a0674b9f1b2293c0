/* SPDX-License-Identifier: Apache-2.0 */

/* Views: saved queries, a person's own or shared with all. A version guards each change (ETag of the API). */

#include "base/arena.h"
#include "records/store/query.h"

#define COLUMNS                                                                                    \
	"v.id, v.name, v.noun, v.q, v.sort, v.columns, v.group_by, v.shared, v.owner_id, v.owner_name, "     \
	"v.version, v.created_at"

static const char ONE[] = "SELECT " COLUMNS " FROM views v WHERE v.id = $1";
static const char ADD[] = "INSERT INTO views (id, name, name_lower, noun, q, sort, columns, group_by, shared, owner_id, "
			  "owner_name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
static const char CHANGE[] = "UPDATE views SET name = $3, name_lower = $4, noun = $5, q = $6, sort = $7, columns = $8, "
			     "group_by = $9, shared = $10, version = version + 1 WHERE id = $1 AND version = $2";
static const char REMOVE[] = "DELETE FROM views WHERE id = $1 AND version = $2";

static void view_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_view *row = to;

	row->id = db_int(rows, at);
	row->name = db_text(rows, at + 1, arena);
	if (!model_noun_read(db_text_here(rows, at + 2), &row->noun))
		row->noun = MODEL_NOUN_CERTIFICATES;
	row->q = db_text(rows, at + 3, arena);
	row->sort = db_text(rows, at + 4, arena);
	row->columns = db_text(rows, at + 5, arena);
	row->group_by = db_text(rows, at + 6, arena);
	row->shared = db_int(rows, at + 7) != 0;
	row->owner_id = db_int(rows, at + 8);
	row->owner_name = db_text(rows, at + 9, arena);
	row->version = db_int(rows, at + 10);
	row->created_at = db_int(rows, at + 11);
}

static const struct list view_list = {
	.columns = COLUMNS, .from = "views v", .id = "v.id", .row_size = sizeof(struct model_view), .read = view_read,
};

bool store_views(struct store_txn *txn, struct arena *arena, int64_t user_id, const struct store_page *page,
		 const struct model_view **rows, size_t *count, struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);

	query_fill(&where, "(v.shared = 1 OR v.owner_id = ?)", V(user_id));
	return list_run(txn, arena, &view_list, &where, &(struct list_sort){"v.name_lower", true}, page,
			(const void **)rows, count, more, err);
}

bool store_view(struct store_txn *txn, struct arena *arena, int64_t id, struct model_view *out, struct err *err)
{
	return list_one(txn, arena, &view_list, ONE, VALUES(V(id)), "view", out, err);
}

static bool taken(const struct model_view *view, struct err *err)
{
	if (!err || err->kind != ERR_CONFLICT)
		return false;
	err_set(err, ERR_CONFLICT, "there is a view \"%.*s\" already", STR_ARG(view->name));
	return err_fix(err, "view-name", "take another name, or change that view");
}

bool store_view_add(struct store_txn *txn, const struct model_view *view, int64_t now, int64_t *id, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	int64_t made = store_new_id(txn->store);

	if (!db_run(txn, ADD,
		    VALUES(V(made), V(view->name), V(arena_lower(arena, view->name)),
			   V(str_of(model_noun_name(view->noun))), V(view->q), V(view->sort), V(view->columns),
			   V(view->group_by), V(view->shared), V(view->owner_id), V(view->owner_name), V(now)),
		    err))
		return taken(view, err);
	*id = made;
	return true;
}

static bool was_current(int64_t changed, struct err *err)
{
	if (changed == 1)
		return true;
	err_set(err, ERR_CONFLICT, "the view was changed meanwhile");
	return err_fix(err, "changed", "read it again");
}

bool store_view_change(struct store_txn *txn, const struct model_view *view, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	int64_t changed;

	if (!db_change(txn, CHANGE,
		       VALUES(V(view->id), V(view->version), V(view->name), V(arena_lower(arena, view->name)),
			      V(str_of(model_noun_name(view->noun))), V(view->q), V(view->sort), V(view->columns),
			      V(view->group_by), V(view->shared)),
		       &changed, err))
		return taken(view, err);
	return was_current(changed, err);
}

bool store_view_remove(struct store_txn *txn, int64_t id, int64_t version, struct err *err)
{
	int64_t changed;

	return db_change(txn, REMOVE, VALUES(V(id), V(version)), &changed, err) && was_current(changed, err);
}
