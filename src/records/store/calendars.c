/* SPDX-License-Identifier: Apache-2.0 */

/* Calendars: a query that others subscribe to by a secret address, of which only the hash is kept. */

#include "base/arena.h"
#include "records/store/query.h"

#define COLUMNS "l.id, l.name, l.q, l.created_at, l.created_by, l.last_read_at"

static const char ADD[] = "INSERT INTO calendars (id, name, q, token_sha256, created_at, created_by) "
			  "VALUES ($1, $2, $3, $4, $5, $6)";
static const char ONE[] = "SELECT " COLUMNS " FROM calendars l WHERE l.id = $1";
static const char BY_TOKEN[] = "SELECT " COLUMNS " FROM calendars l WHERE l.token_sha256 = $1";
static const char REMOVE[] = "DELETE FROM calendars WHERE id = $1";
static const char READ_AT[] = ROUTINE "UPDATE calendars SET last_read_at = $2 WHERE id = $1";

static void calendar_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_calendar *row = to;

	row->id = db_int(rows, at);
	row->name = db_text(rows, at + 1, arena);
	row->q = db_text(rows, at + 2, arena);
	row->created_at = db_int(rows, at + 3);
	row->by = db_text(rows, at + 4, arena);
	row->last_read_at = db_int(rows, at + 5);
}

static const struct list calendar_list = {
	.columns = COLUMNS,
	.from = "calendars l",
	.id = "l.id",
	.row_size = sizeof(struct model_calendar),
	.read = calendar_read,
};

bool store_calendar_add(struct store_txn *txn, const struct model_calendar *calendar,
			const uint8_t token_sha256[HASH_SHA256], int64_t *id, struct err *err)
{
	int64_t made = store_new_id(txn->store);

	if (!db_run(txn, ADD,
		    VALUES(V(made), V(calendar->name), V(calendar->q), V_HASH(token_sha256), V(calendar->created_at),
			   V(calendar->by)),
		    err))
		return false;
	*id = made;
	return true;
}

bool store_calendar(struct store_txn *txn, struct arena *arena, int64_t id, struct model_calendar *out, struct err *err)
{
	return list_one(txn, arena, &calendar_list, ONE, VALUES(V(id)), "calendar", out, err);
}

bool store_calendar_by_token(struct store_txn *txn, struct arena *arena, const uint8_t token_sha256[HASH_SHA256],
			     struct model_calendar *out, struct err *err)
{
	return list_one(txn, arena, &calendar_list, BY_TOKEN, VALUES(V_HASH(token_sha256)), "calendar", out, err);
}

bool store_calendars(struct store_txn *txn, struct arena *arena, const struct store_page *page,
		     const struct model_calendar **rows, size_t *count, struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);

	query_add(&where, "1 = 1");
	return list_run(txn, arena, &calendar_list, &where, &(struct list_sort){"l.name", true}, page,
			(const void **)rows, count, more, err);
}

bool store_calendar_remove(struct store_txn *txn, int64_t id, struct err *err)
{
	int64_t changed;

	return db_change(txn, REMOVE, VALUES(V(id)), &changed, err) &&
	       (changed == 1 || err_set(err, ERR_ABSENT, "no such calendar"));
}

bool store_calendar_touch(struct store_txn *txn, int64_t id, int64_t now, struct err *err)
{
	return db_run(txn, READ_AT, VALUES(V(id), V(now)), err);
}
