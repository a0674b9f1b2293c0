/* SPDX-License-Identifier: Apache-2.0 */

/* Whole tables: what is in them by the engine's own catalogue, and their rows out and in. See tables.h. */

#include "records/store/tables.h"

#include <pthread.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/memory.h"

#define BATCH_ROWS 1000
#define SQL_BYTES  16384

static const struct {
	const char *name;
	bool search;
} tables[] = {
#define TABLE(name)  {#name, false},
#define SEARCH(name) {#name, true},
	TABLES_ALL(TABLE, SEARCH)
#undef TABLE
#undef SEARCH
};

size_t store_table_count(void)
{
	return COUNT_OF(tables);
}

const char *store_table_name(size_t at)
{
	return tables[at].name;
}

/*
 * Statements are kept by the address of their text, so a text that was put together has to stay where it is for as long as
 * the program runs. There are a few for each table.
 */
static const char *text_kept(struct str text)
{
	static struct kept {
		struct kept *next;
		char *text;
	} *first;
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct kept *one;

	pthread_mutex_lock(&lock);
	for (one = first; one && !str_is(text, one->text); one = one->next)
		;
	if (!one) {
		CLEANUP(arena_done) struct arena *arena = arena_new();

		one = NEW(struct kept);
		*one = (struct kept){first, memory_text(arena_str(arena, text).data)};
		first = one;
	}
	pthread_mutex_unlock(&lock);
	return one->text;
}

/* ---- what a table is ---- */

static bool kind_of(struct str type, enum row_kind *out)
{
	static const struct {
		const char *type;
		enum row_kind kind;
	} kinds[] = {
		{"INTEGER", ROW_INT}, {"int8", ROW_INT},   {"TEXT", ROW_TEXT},
		{"text", ROW_TEXT},   {"BLOB", ROW_BYTES}, {"bytea", ROW_BYTES},
	};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_is(type, kinds[i].type)) {
			*out = kinds[i].kind;
			return true;
		}
	return false;
}

static bool columns_read(struct store_txn *txn, struct arena *arena, struct store_table *table, struct err *err)
{
	struct db_rows rows;
	bool ok = true;

	if (!db_rows(txn, txn->db->driver->columns, VALUES(V(str_of(table->name))), &rows, err))
		return false;
	while (ok && db_next(&rows)) {
		size_t at = table->column_count, key = (size_t)db_int(&rows, 2);

		ok = at < TABLE_COLUMNS && key <= TABLE_KEYS && kind_of(db_text_here(&rows, 1), &table->columns[at].kind);
		if (!ok)
			break;
		table->columns[at].name = db_text(&rows, 0, arena).data;
		if (key)
			table->keys[key - 1] = at;
		table->key_count += key > 0;
		table->column_count++;
	}
	if (!db_rows_end(&rows, err))
		return false;
	if (!ok)
		return err_set(err, ERR_INTERNAL, "table %s has a column that cannot be moved", table->name);
	if (table->column_count == 0)
		return err_set(err, ERR_ABSENT, "there is no table %s", table->name);
	return table->key_count > 0 || err_set(err, ERR_INTERNAL, "table %s has no primary key", table->name);
}

static void columns_of_search(const struct driver *driver, struct store_table *table)
{
	table->columns[0].name = driver->search_key;
	table->columns[0].kind = ROW_INT;
	table->columns[1].name = "text";
	table->columns[1].kind = ROW_TEXT;
	table->column_count = 2;
	table->key_count = 1;
}

/* "a, b, c"; keys: only those of the key, each with `after` behind it. */
static void add_names(struct buf *sql, const struct store_table *table, bool keys, const char *after)
{
	size_t count = keys ? table->key_count : table->column_count;

	for (size_t i = 0; i < count; i++)
		buf_addf(sql, "%s%s%s", i ? ", " : "", table->columns[keys ? table->keys[i] : i].name, after);
}

static void add_numbers(struct buf *sql, size_t count)
{
	for (size_t i = 1; i <= count; i++)
		buf_addf(sql, "%s$%zu", i > 1 ? ", " : "", i);
}

static void statements_make(struct store_table *table)
{
	CLEANUP(buf_done) struct buf sql = buf_capped(SQL_BYTES);

	buf_add_text(&sql, "SELECT ");
	add_names(&sql, table, false, "");
	buf_addf(&sql, " FROM %s WHERE (", table->name);
	add_names(&sql, table, true, "");
	buf_add_text(&sql, ") > (");
	add_numbers(&sql, table->key_count);
	buf_add_text(&sql, ") ORDER BY ");
	add_names(&sql, table, true, "");
	buf_addf(&sql, " LIMIT %d", BATCH_ROWS);
	table->select = text_kept(buf_str(&sql));

	buf_clear(&sql);
	buf_add_text(&sql, "SELECT ");
	add_names(&sql, table, false, "");
	buf_addf(&sql, " FROM %s ORDER BY ", table->name);
	add_names(&sql, table, true, " DESC");
	buf_add_text(&sql, " LIMIT 1");
	table->last = text_kept(buf_str(&sql));

	buf_clear(&sql);
	buf_addf(&sql, ROUTINE "INSERT INTO %s (", table->name);
	add_names(&sql, table, false, "");
	buf_add_text(&sql, ") VALUES (");
	add_numbers(&sql, table->column_count);
	buf_add_text(&sql, ")");
	table->insert = text_kept(buf_str(&sql));
}

static void describe(struct arena *arena, struct store_table *table)
{
	static const char *const kinds[] = {[ROW_INT] = "int", [ROW_TEXT] = "text", [ROW_BYTES] = "bytes"};
	CLEANUP(buf_done) struct buf text = buf_capped(SQL_BYTES);

	for (size_t i = 0; i < table->column_count; i++)
		buf_addf(&text, "%s%s:%s", i ? "," : "", table->search && i == 0 ? "id" : table->columns[i].name,
			 kinds[table->columns[i].kind]);
	table->described = arena_str(arena, buf_str(&text));
}

bool store_table(struct store_txn *txn, struct arena *arena, struct str name, const struct store_table **out,
		 struct err *err)
{
	struct store_table *table = arena_alloc(arena, sizeof *table);
	size_t at = 0;

	while (at < COUNT_OF(tables) && !str_is(name, tables[at].name))
		at++;
	if (at == COUNT_OF(tables))
		return err_set(err, ERR_ABSENT, "there is no table %.*s", STR_ARG(str_head(name, 60)));
	*table = (struct store_table){.name = tables[at].name, .search = tables[at].search};
	if (table->search)
		columns_of_search(txn->db->driver, table);
	else if (!columns_read(txn, arena, table, err))
		return false;
	statements_make(table);
	describe(arena, table);
	*out = table;
	return true;
}

struct str store_table_columns(const struct store_table *table)
{
	return table->described;
}

/* ---- rows ---- */

bool row_take(struct bytes *row, struct db_value *out)
{
	struct bytes rest = *row, text;
	uint64_t number;
	uint32_t len;
	uint8_t kind;

	if (!bytes_take_u8(&rest, &kind))
		return false;
	if (kind == ROW_NULL) {
		*out = (struct db_value){DB_TEXT, 0, NULL, 0};
	} else if (kind == ROW_INT) {
		if (!bytes_take_u64(&rest, &number))
			return false;
		*out = (struct db_value){DB_INT, (int64_t)number, NULL, 0};
	} else {
		if (kind > ROW_BYTES || !bytes_take_u32(&rest, &len) || !bytes_take(&rest, len, &text))
			return false;
		*out = (struct db_value){kind == ROW_TEXT ? DB_TEXT : DB_BYTES, 0, text.data ? (const void *)text.data : "", len};
	}
	*row = rest;
	return true;
}

/* All columns of a row. */
static bool row_values(const struct store_table *table, struct bytes *rows, struct db_value *values, struct err *err)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (!row_take(rows, &values[i]))
			return err_set(err, ERR_INPUT, "a row of %s is cut off", table->name);
	values[table->column_count] = (struct db_value){.type = DB_END};
	return true;
}

static void row_add(struct db_rows *rows, const struct store_table *table, struct buf *to)
{
	for (size_t i = 0; i < table->column_count; i++) {
		enum row_kind kind = table->columns[i].kind;
		struct bytes bytes;

		if (db_is_null(rows, (int)i)) {
			buf_add_u8(to, ROW_NULL);
			continue;
		}
		buf_add_u8(to, (uint8_t)kind);
		if (kind == ROW_INT) {
			buf_add_u64(to, (uint64_t)db_int(rows, (int)i));
			continue;
		}
		bytes = bytes_from(db_text_here(rows, (int)i));
		buf_add_u32(to, (uint32_t)bytes.len);
		buf_add_bytes(to, bytes);
	}
}

/* The key of a row, to go on after it; before all rows when there is none. */
static bool key_values(const struct store_table *table, struct bytes row, struct db_value *values, struct err *err)
{
	struct db_value all[TABLE_COLUMNS + 1];
	bool there = row.len > 0;

	if (there && !row_values(table, &row, all, err))
		return false;
	for (size_t i = 0; i < table->key_count; i++) {
		enum row_kind kind = table->columns[table->keys[i]].kind;

		if (there)
			values[i] = all[table->keys[i]];
		else if (kind == ROW_INT)
			values[i] = V(INT64_MIN);
		else
			values[i] = (struct db_value){kind == ROW_TEXT ? DB_TEXT : DB_BYTES, 0, "", 0};
	}
	values[table->key_count] = (struct db_value){.type = DB_END};
	return true;
}

bool store_table_read(struct store_txn *txn, const struct store_table *table, struct bytes after, size_t max_bytes,
		      struct buf *to, size_t *count, struct bytes *last, struct err *err)
{
	struct db_value key[TABLE_KEYS + 1];
	struct db_rows rows;
	size_t at = 0;

	*count = 0;
	if (!key_values(table, after, key, err) || !db_rows(txn, table->select, key, &rows, err))
		return false;
	/* a key of empty text stands before no row, but nothing has an empty key of its own */
	while ((*count == 0 || to->len < max_bytes) && db_next(&rows)) {
		at = to->len;
		row_add(&rows, table, to);
		++*count;
	}
	if (!db_rows_end(&rows, err))
		return false;
	*last = *count ? bytes_of(to->data + at, to->len - at) : bytes_of(NULL, 0);
	return buf_ok(to) || err_set(err, ERR_INPUT, "a row of %s is too long", table->name);
}

bool store_table_last(struct store_txn *txn, const struct store_table *table, struct buf *to, struct err *err)
{
	struct db_rows rows;

	if (!db_rows(txn, table->last, NULL, &rows, err))
		return false;
	if (db_next(&rows))
		row_add(&rows, table, to);
	return db_rows_end(&rows, err);
}

static bool write_each(struct store_txn *txn, const struct store_table *table, struct bytes rows, struct err *err)
{
	struct db_value values[TABLE_COLUMNS + 1];

	while (rows.len)
		if (!row_values(table, &rows, values, err) || !db_run(txn, table->insert, values, err))
			return false;
	return true;
}

bool store_table_write(struct store_txn *txn, const struct store_table *table, struct bytes rows, struct err *err)
{
	const struct driver *driver = txn->db->driver;
	bool ok = driver->bulk ? driver->bulk(txn->db->conn, table, rows, err) : write_each(txn, table, rows, err);

	if (!ok)
		txn->broken = true;
	return ok || err_wrap(err, "table %s", table->name);
}
