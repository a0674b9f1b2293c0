/* SPDX-License-Identifier: Apache-2.0 */

/* Statements and rows: see db.h. Constant statements are kept by the address of their text. */

#include "records/store/db.h"

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/memory.h"

struct db_statement {
	const char *sql; /* the key in the map is this pointer */
	void *handle;
	bool busy, once;
	bool changes; /* wants an audit entry */
};

bool db_open(const struct driver *driver, const struct db_where *where, bool writes, struct db **out, struct err *err)
{
	struct db *db = NEW(struct db);

	db->driver = driver;
	if (!driver->open(where, writes, &db->conn, err)) {
		memory_done(&db);
		return false;
	}
	db->statements = map_new();
	*out = db;
	return true;
}

void db_close(struct db *db)
{
	struct bytes key;
	void *value;
	size_t at = 0;

	if (!db)
		return;
	while (map_next(db->statements, &at, &key, &value)) {
		struct db_statement *statement = value;

		db->driver->finish(statement->handle);
		memory_done(&statement);
	}
	map_free(db->statements);
	db->driver->close(db->conn);
	memory_done(&db);
}

static bool sql_changes(const char *sql)
{
	struct str text = str_of(sql);

	return !str_starts(text, STR("SELECT")) && !str_starts(text, STR("WITH")) &&
	       !str_starts(text, STR("PRAGMA")) && !str_starts(text, STR(ROUTINE));
}

static bool statement_new(struct db *db, const char *sql, bool once, struct db_statement **out,
			  struct err *err)
{
	struct db_statement *made = NEW(struct db_statement);

	if (!db->driver->prepare(db->conn, sql, &made->handle, err)) {
		memory_done(&made);
		return err_wrap(err, "store: %.120s", sql);
	}
	made->sql = sql;
	made->once = once;
	made->changes = sql_changes(sql);
	*out = made;
	return true;
}

static bool statement_get(struct db *db, const char *sql, struct db_statement **out, struct err *err)
{
	struct db_statement *kept = map_get(db->statements, bytes_of(&sql, sizeof sql));

	if (kept && !kept->busy) {
		*out = kept;
		return true;
	}
	if (!statement_new(db, sql, kept != NULL, out, err))
		return false;
	if (!kept)
		map_set(db->statements, bytes_of(&(*out)->sql, sizeof sql), *out);
	return true;
}

static void statement_put(struct db *db, struct db_statement *statement)
{
	db->driver->reset(statement->handle);
	statement->busy = false;
	if (!statement->once)
		return;
	db->driver->finish(statement->handle);
	memory_done(&statement);
}

/* ---- values ---- */

static size_t value_count(const struct db_value *values)
{
	size_t count = 0;

	while (values && values[count].type != DB_END)
		count++;
	return count;
}

static bool value_fits(const struct db_value *value)
{
	return value->type != DB_TEXT || !value->data ||
	       (!memchr(value->data, 0, value->len) &&
		str_is_utf8((struct str){(const char *)value->data, value->len}));
}

/* Not every engine keeps a NUL, or what is not UTF-8: so none does. */
static struct db_value value_fit(struct arena *arena, struct db_value value)
{
	char *to;

	if (value_fits(&value))
		return value;
	to = arena_chars(arena, value.len);
	memcpy(to, value.data, value.len);
	for (size_t i = 0; i < value.len; i++)
		if (to[i] == 0 || (unsigned char)to[i] >= 0x80)
			to[i] = '?';
	value.data = to;
	return value;
}

static const struct db_value *values_fit(const struct db_value *values, size_t count, struct arena **arena)
{
	struct db_value *fit;
	size_t bad = 0;

	while (bad < count && value_fits(&values[bad]))
		bad++;
	if (bad == count)
		return values;
	*arena = arena_new();
	fit = ARENA_ARRAY(*arena, struct db_value, count);
	for (size_t i = 0; i < count; i++)
		fit[i] = value_fit(*arena, values[i]);
	return fit;
}

/* ---- rows ---- */

static bool rows_start(struct store_txn *txn, struct db_statement *statement, const struct db_value *values,
		       struct db_rows *rows, struct err *err)
{
	if (statement->changes && !txn->writes) {
		statement_put(txn->db, statement);
		return err_set(err, ERR_INTERNAL, "store: a reading transaction would write");
	}
	txn->changed |= statement->changes;
	statement->busy = true;
	*rows = (struct db_rows){txn, statement, DB_ROW, NULL};
	if (txn->db->driver->bind(statement->handle, values_fit(values, value_count(values), &rows->fitted),
				  value_count(values)))
		return true;
	err_set(err, ERR_INTERNAL, "store: values do not fit the statement %.120s", statement->sql);
	statement_put(txn->db, statement);
	arena_free(rows->fitted);
	return false;
}

bool db_rows(struct store_txn *txn, const char *sql, const struct db_value *values, struct db_rows *rows,
	     struct err *err)
{
	struct db_statement *statement;

	return statement_get(txn->db, sql, &statement, err) && rows_start(txn, statement, values, rows, err);
}

bool db_rows_once(struct store_txn *txn, const char *sql, const struct db_value *values, struct db_rows *rows,
		  struct err *err)
{
	struct db_statement *statement;

	return statement_new(txn->db, sql, true, &statement, err) &&
	       rows_start(txn, statement, values, rows, err);
}

bool db_next(struct db_rows *rows)
{
	if (rows->last == DB_ROW)
		rows->last = rows->txn->db->driver->step(rows->statement->handle);
	return rows->last == DB_ROW;
}

static bool later(struct err *err, uint32_t retry_s)
{
	if (err)
		err->retry_s = retry_s;
	return false;
}

bool db_step_err(enum db_step step, const char *message, struct err *err)
{
	switch (step) {
	case DB_CONFLICT:
		return err_set(err, ERR_CONFLICT, "store: %s", message);
	case DB_BUSY:
		err_set(err, ERR_LATER, "store: the database is busy: %s", message);
		err_fix(err, "store-locked", "try again; end other programs that have the database open");
		return later(err, 1);
	case DB_FULL:
		err_set(err, ERR_LATER, "store: there is no room for the database: %s", message);
		err_fix(err, "disk-full", "make room on its disk; nothing that was acknowledged is lost");
		return later(err, 60);
	case DB_GONE:
		err_set(err, ERR_UNREACHED, "store: the database is not reached: %s", message);
		err_fix(err, "database-gone", "look whether the database server runs and lets keepvalid in; it goes on by itself then");
		return later(err, 5);
	case DB_DENIED:
		err_set(err, ERR_DENIED, "store: %s", message);
		return err_fix(err, "store-denied", "make the database's role the owner of the database, or let it create in it");
	default:
		err_set(err, ERR_INTERNAL, "store: %s", message);
		return err_fix(err, "store-broken", "look for a full disk; `keepvalid doctor` checks the database");
	}
}

/* After any failure nothing of the transaction may stay: an engine may have undone what came before, too. */
static bool step_failed(struct db_rows *rows, struct err *err)
{
	struct db *db = rows->txn->db;

	rows->txn->broken = true;
	return db_step_err(rows->last, db->driver->message(db->conn), err);
}

bool db_rows_end(struct db_rows *rows, struct err *err)
{
	bool ok = rows->last == DB_ROW || rows->last == DB_DONE;

	if (!ok)
		step_failed(rows, err);
	statement_put(rows->txn->db, rows->statement);
	rows->statement = NULL;
	arena_free(rows->fitted);
	rows->fitted = NULL;
	return ok;
}

bool db_run(struct store_txn *txn, const char *sql, const struct db_value *values, struct err *err)
{
	const struct driver *driver = txn->db->driver;
	struct db_rows rows;

	if (!db_rows(txn, sql, values, &rows, err))
		return false;
	/* nobody waits for the answer of what is routine; of a change, somebody wants to know of a conflict here */
	if (driver->queue && !rows.statement->changes) {
		rows.last = driver->queue(rows.statement->handle);
		return db_rows_end(&rows, err);
	}
	while (db_next(&rows))
		;
	return db_rows_end(&rows, err);
}

bool db_change(struct store_txn *txn, const char *sql, const struct db_value *values, int64_t *changed,
	       struct err *err)
{
	struct db_rows rows;

	if (!db_rows(txn, sql, values, &rows, err))
		return false;
	while (db_next(&rows))
		;
	*changed = rows.last == DB_DONE ? txn->db->driver->changes(txn->db->conn) : 0;
	return db_rows_end(&rows, err);
}

bool db_is_null(struct db_rows *rows, int column)
{
	return rows->txn->db->driver->column_is_null(rows->statement->handle, column);
}

int64_t db_int(struct db_rows *rows, int column)
{
	return rows->txn->db->driver->column_int(rows->statement->handle, column);
}

struct str db_text_here(struct db_rows *rows, int column)
{
	return str_from(rows->txn->db->driver->column_bytes(rows->statement->handle, column));
}

struct str db_text(struct db_rows *rows, int column, struct arena *arena)
{
	struct str here = db_text_here(rows, column);

	return here.data ? arena_str(arena, here) : here;
}

struct bytes db_bytes(struct db_rows *rows, int column, struct arena *arena)
{
	struct bytes here = rows->txn->db->driver->column_bytes(rows->statement->handle, column);

	return here.data ? arena_bytes(arena, here) : here;
}

bool db_hash(struct db_rows *rows, int column, uint8_t to[HASH_SHA256])
{
	struct bytes here = rows->txn->db->driver->column_bytes(rows->statement->handle, column);

	memset(to, 0, HASH_SHA256);
	if (here.len != HASH_SHA256)
		return false;
	memcpy(to, here.data, HASH_SHA256);
	return true;
}

bool db_number(struct store_txn *txn, const char *sql, const struct db_value *values, int64_t or, int64_t *out,
	       struct err *err)
{
	struct db_rows rows;

	if (!db_rows(txn, sql, values, &rows, err))
		return false;
	*out = db_next(&rows) ? db_int(&rows, 0) : or;
	return db_rows_end(&rows, err);
}
