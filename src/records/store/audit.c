/* SPDX-License-Identifier: Apache-2.0 */

/* The rows of the audit and what is kept of its tree; the tree itself is in records/audit. */

#include <string.h>

#include "base/arena.h"
#include "records/store/query.h"

#define COLUMNS "a.number, a.at, a.who, a.what, a.object, a.why, a.origin, a.hash"

static const char HEAD[] = "SELECT count, frontier, root FROM audit_tree WHERE one = 1";
static const char HEAD_PUT[] = ROUTINE "INSERT INTO audit_tree (one, count, frontier, root) VALUES (1, $1, $2, $3) "
				       "ON CONFLICT (one) DO UPDATE SET count = excluded.count, "
				       "frontier = excluded.frontier, root = excluded.root";
static const char ADD[] = ROUTINE "INSERT INTO audit (number, at, who, what, object, why, origin, hash) "
				  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

static void audit_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_audit *row = to;

	row->index = db_int(rows, at);
	row->at = db_int(rows, at + 1);
	row->who = db_text(rows, at + 2, arena);
	row->what = db_text(rows, at + 3, arena);
	row->object = db_text(rows, at + 4, arena);
	row->why = db_text(rows, at + 5, arena);
	row->from = db_text(rows, at + 6, arena);
	db_hash(rows, at + 7, row->hash);
}

static const struct list audit_list = {
	.columns = COLUMNS,
	.from = "audit a",
	.id = "a.number",
	.row_size = sizeof(struct model_audit),
	.read = audit_read,
};

bool store_audit_head(struct store_txn *txn, struct arena *arena, struct store_audit_head *out, struct err *err)
{
	struct db_rows rows;

	if (!db_rows(txn, HEAD, NULL, &rows, err))
		return false;
	memset(out, 0, sizeof *out);
	if (db_next(&rows)) {
		out->count = db_int(&rows, 0);
		out->frontier = db_bytes(&rows, 1, arena);
		db_hash(&rows, 2, out->root);
	} else {
		hash_sha256(bytes_of("", 0), out->root);
	}
	return db_rows_end(&rows, err);
}

bool store_audit_append(struct store_txn *txn, const struct model_audit *entry,
			const struct store_audit_head *head, struct err *err)
{
	if (!db_run(txn, ADD,
		    VALUES(V(entry->index), V(entry->at), V(entry->who), V(entry->what), V(entry->object),
			   V(entry->why), V(entry->from), V_HASH(entry->hash)),
		    err) ||
	    !db_run(txn, HEAD_PUT, VALUES(V(head->count), V(head->frontier), V_HASH(head->root)), err))
		return err_wrap(err, "audit");
	txn->audited = true;
	return true;
}

bool store_audit(struct store_txn *txn, struct arena *arena, struct str object_or_null,
		 const struct store_page *page, const struct model_audit **rows, size_t *count,
		 struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);

	if (object_or_null.data)
		query_fill(&where, "a.object = ?", V(object_or_null));
	else
		query_add(&where, "1 = 1");
	return list_run(txn, arena, &audit_list, &where, &(struct list_sort){NULL, false}, page,
			(const void **)rows, count, more, err);
}
