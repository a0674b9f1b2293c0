/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * db - statements and rows, within a transaction.
 *
 * A statement is a constant text at the top of a noun's file and is prepared once per connection. One that changes
 * what people rely on wants an audit entry in the same transaction; ROUTINE before its text says that it does
 * not (what scans observe, counters, leases).
 */

#include "records/store.h"
#include "records/store/driver.h"

#define ROUTINE "/* routine */ "

struct map;
struct arena;
struct query;

/* A connection with its prepared statements. */
struct db {
	const struct driver *driver;
	void *conn;
	struct map *statements;
	struct db *next; /* in the pool */
};

struct store_txn {
	struct store *store;
	struct db *db;
	bool writes;
	bool changed; /* something that wants an audit entry */
	bool audited;
	bool broken;  /* a step failed: nothing is left to commit */
};

bool db_open(const struct driver *driver, const struct db_where *where, bool writes, struct db **out, struct err *err);
void db_close(struct db *db);

/* Values for $1, $2, … */
static inline struct db_value db_value_int(int64_t value)
{
	return (struct db_value){DB_INT, value, NULL, 0};
}
static inline struct db_value db_value_str(struct str value)
{
	return (struct db_value){DB_TEXT, 0, value.data, value.len};
}
static inline struct db_value db_value_bytes(struct bytes value)
{
	return (struct db_value){DB_BYTES, 0, value.data, value.len};
}
/* clang-format off */
#define V(value) \
	_Generic((value), struct str: db_value_str, struct bytes: db_value_bytes, default: db_value_int)(value)
/* clang-format on */
#define V_HASH(hash) db_value_bytes(bytes_of((hash), HASH_SHA256))
#define VALUES(...)  (const struct db_value[]){__VA_ARGS__ __VA_OPT__(, ){DB_END}}

/*
 * Runs a statement that answers no rows. A ROUTINE one may fail later: at the next statement that answers something, or
 * at the commit. Whoever has to know at once uses db_change.
 */
bool db_run(struct store_txn *txn, const char *sql, const struct db_value *values, struct err *err);
/* The same, and how many rows it changed. */
bool db_change(struct store_txn *txn, const char *sql, const struct db_value *values, int64_t *changed,
	       struct err *err);

/*
 * Rows, one at a time:
 *
 *     if (!db_rows(txn, SQL, VALUES(V(id)), &rows, err))
 *             return false;
 *     while (db_next(&rows))
 *             ... db_int(&rows, 0) ...
 *     return db_rows_end(&rows, err);
 *
 * Other statements may run meanwhile; an engine may then hold all rows that are still to come in memory, so what may
 * be many is read in pages (query.h).
 */
struct db_rows {
	struct store_txn *txn;
	struct db_statement *statement;
	enum db_step last;
	struct arena *fitted; /* values that had to be made fit */
};
bool db_rows(struct store_txn *txn, const char *sql, const struct db_value *values, struct db_rows *rows,
	     struct err *err);
/* For a text that was put together: not kept. */
bool db_rows_once(struct store_txn *txn, const char *sql, const struct db_value *values, struct db_rows *rows,
		  struct err *err);
bool db_next(struct db_rows *rows);
bool db_rows_end(struct db_rows *rows, struct err *err);

bool db_is_null(struct db_rows *rows, int column);
int64_t db_int(struct db_rows *rows, int column);
struct str db_text(struct db_rows *rows, int column, struct arena *arena); /* a copy; NULL: NULL data */
struct bytes db_bytes(struct db_rows *rows, int column, struct arena *arena);
struct str db_text_here(struct db_rows *rows, int column); /* until the next step */
bool db_hash(struct db_rows *rows, int column, uint8_t to[HASH_SHA256]); /* zeros when it is not a hash */

/* The first column of the only row, as a number; `or` when there is no row. */
bool db_number(struct store_txn *txn, const char *sql, const struct db_value *values, int64_t or, int64_t *out,
	       struct err *err);

/* store-wide totals */
bool counter_add(struct store_txn *txn, const char *name, int64_t by, struct err *err);
bool counter_get(struct store_txn *txn, const char *name, int64_t *out, struct err *err);

/* migrate.c; version 0: there is no schema */
bool store_version_read(struct store_txn *txn, int64_t *version, struct err *err);
bool store_version_is_newest(struct store_txn *txn, int64_t *version, struct err *err);
bool store_migrate(struct store_txn *txn, int64_t now, int64_t *version, struct err *err);
/* Only up to that one. */
bool store_migrate_to(struct store_txn *txn, int64_t last, int64_t now, int64_t *version, struct err *err);

/* fill.c */
bool store_fill_start(struct store_txn *txn, const struct store_options *options, int64_t now, int64_t *version,
		      struct err *err);
/* "store-unfinished" when the database is half filled. */
bool store_fill_refuse(struct store_txn *txn, struct err *err);
