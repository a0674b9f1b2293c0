/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * driver - the seam of the database engines.
 *
 * A driver opens connections, runs prepared statements and knows the few words that differ. SQL is one text for all,
 * with $1 parameters, inside the subset that SQLite and PostgreSQL share (docs/ARCHITECTURE.md). A new engine is
 * a file in drivers/ and a line in DRIVERS_ALL.
 *
 * What both keep: text compares by its bytes; LIKE tells upper from lower case; text is UTF-8 without NUL (db.c sees to
 * it); a reading transaction sees one state of the store; writers take turns, and each sees all that was
 * committed before its turn; a broken constraint leaves nothing of its transaction to be committed.
 */

#include "base/err.h"

/* clang-format off */
#define DRIVERS_ALL(X) \
	X(postgres)    \
	X(sqlite)
/* clang-format on */

struct buf;

enum db_type { DB_END, DB_INT, DB_TEXT, DB_BYTES };

/* A value to bind; NULL data is NULL. What it points at is borrowed until the statement is reset. */
struct db_value {
	enum db_type type;
	int64_t number;
	const void *data;
	size_t len;
};

enum db_step {
	DB_ROW,
	DB_DONE,
	DB_BUSY,     /* somebody else holds it: again later */
	DB_CONFLICT, /* a constraint */
	DB_FULL,     /* no room */
	DB_GONE,     /* no connection */
	DB_DENIED,   /* the engine does not let us */
	DB_BROKEN
};

/* The err of a step that is neither DB_ROW nor DB_DONE. Returns false. */
bool db_step_err(enum db_step step, const char *message, struct err *err);

/* Where a database is, and how to get in. */
struct db_where {
	const char *url;
	const char *password; /* NULL: none, or from a file that the URL or the environment names */
	uint32_t busy_ms;
};

struct store_look;
struct store_table;

struct driver {
	const char *name;
	bool (*takes)(struct str url); /* whether it is for that file or URL: the first one that says so is taken */
	bool (*check)(const char *url, struct err *err); /* whether it is well formed; NULL: it always is */
	/* What there is to say of the server before it is used; NULL: nothing. */
	bool (*look)(void *conn, const struct store_look *look, struct err *err);
	/* conn and statement are the driver's own. writes: may change and create the database. */
	bool (*open)(const struct db_where *where, bool writes, void **conn, struct err *err);
	void (*close)(void *conn);
	bool (*script)(void *conn, const char *sql, struct err *err); /* statements without values */
	/*
	 * A connection that was lost is made anew by begin. commit: ERR_UNREACHED "commit-unknown" when the answer to it
	 * was lost: then it may or may not have happened.
	 */
	bool (*begin)(void *conn, bool writes, struct err *err);
	bool (*commit)(void *conn, struct err *err);
	void (*rollback)(void *conn);
	bool (*prepare)(void *conn, const char *sql, void **statement, struct err *err);
	void (*finish)(void *statement);
	bool (*bind)(void *statement, const struct db_value *values, size_t count);
	enum db_step (*step)(void *statement);
	/*
	 * Runs one whose answer nobody waits for, with what was bound: DB_DONE, and if it fails the next step or the commit
	 * says so. NULL: the engine has no such way.
	 */
	enum db_step (*queue)(void *statement);
	void (*reset)(void *statement);
	bool (*column_is_null)(void *statement, int column);
	int64_t (*column_int)(void *statement, int column);
	struct bytes (*column_bytes)(void *statement, int column); /* until the next step */
	int64_t (*changes)(void *conn); /* rows of the last INSERT, UPDATE or DELETE */
	const char *(*message)(void *conn);
	bool (*checkpoint)(void *conn, struct err *err);

	const char *has_table; /* answers 1 row when table $1 is there */
	const char *integrity; /* answers "ok" */
	const char *tables;    /* answers the names of all tables of data */
	const char *columns;   /* of table $1, in their order: name, type, place in the primary key or 0 */
	/* Rows of a table as tables.h has them, all at once; NULL: one by one is as good. */
	bool (*bulk)(void *conn, const struct store_table *table, struct bytes rows, struct err *err);
	/* Scripts around the filling of an empty database; NULL: none. */
	const char *fill_begin, *fill_end;
	/* How the engine spells what stands between the words of a schema file. NULL: as it stands. */
	void (*schema_text)(struct str text, struct buf *out);
	/* Writes what stands for @WORD@ or "@WORD argument@" in a schema file; false: no such word. */
	bool (*schema_word)(struct str word, struct buf *out);

	/* Search for any part of a text; table certificate_texts. */
	const char *search_key;    /* its column that holds the id */
	const char *search_add;    /* $1 id, $2 text */
	const char *search_drop;   /* $1 id */
	const char *search_probe;  /* a row for each match of $1, at most $2 */
	const char *search_rare;   /* condition on c.id with one value, "?" for it: cheap when few match */
	const char *search_common; /* the same, cheap when many match; its value is a LIKE pattern */
	void (*search_phrase)(struct str text, struct buf *out); /* the value of probe and rare */
};

#define X(name) extern const struct driver driver_##name;
DRIVERS_ALL(X)
#undef X
