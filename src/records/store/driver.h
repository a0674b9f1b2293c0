/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * driver - the seam of the database engines.
 *
 * A driver opens connections, runs prepared statements and knows the few words that differ. SQL is one text for all,
 * with $1 parameters, inside the subset that SQLite and PostgreSQL share (docs/ARCHITECTURE.md). A new engine is
 * a file in drivers/ and a line in DRIVERS_ALL.
 */

#include "base/err.h"

/* clang-format off */
#define DRIVERS_ALL(X) \
	X(sqlite)
/* clang-format on */

struct buf;

enum db_type { DB_END, DB_INT, DB_TEXT, DB_BYTES };

/* A value to bind; NULL data is NULL. Borrowed until the statement is reset. */
struct db_value {
	enum db_type type;
	int64_t number;
	const void *data;
	size_t len;
};

enum db_step { DB_ROW, DB_DONE, DB_BUSY, DB_CONFLICT, DB_BROKEN };

struct driver {
	const char *name;
	/* conn and statement are the driver's own. writes: may change and create the database. */
	bool (*open)(const char *path, bool writes, uint32_t busy_ms, void **conn, struct err *err);
	void (*close)(void *conn);
	bool (*script)(void *conn, const char *sql, struct err *err); /* statements without values */
	bool (*prepare)(void *conn, const char *sql, void **statement, struct err *err);
	void (*finish)(void *statement);
	bool (*bind)(void *statement, const struct db_value *values, size_t count);
	enum db_step (*step)(void *statement);
	void (*reset)(void *statement);
	bool (*column_is_null)(void *statement, int column);
	int64_t (*column_int)(void *statement, int column);
	struct bytes (*column_bytes)(void *statement, int column); /* until the next step */
	int64_t (*changes)(void *conn); /* rows of the last INSERT, UPDATE or DELETE */
	const char *(*message)(void *conn);
	bool (*checkpoint)(void *conn, struct err *err);

	const char *begin_read, *begin_write; /* statements */
	const char *has_table;                /* answers 1 row when table $1 is there */
	const char *integrity;                /* answers "ok" */
	/* Writes what stands for @WORD@ or "@WORD argument@" in a schema file; false: no such word. */
	bool (*schema_word)(struct str word, struct buf *out);

	/* Search for any part of a text; table certificate_texts. */
	const char *search_add;    /* $1 id, $2 text */
	const char *search_probe;  /* a row for each match of $1, at most $2 */
	const char *search_rare;   /* condition on c.id with one value, "?" for it: cheap when few match */
	const char *search_common; /* the same, cheap when many match; its value is a LIKE pattern */
	void (*search_phrase)(struct str text, struct buf *out); /* the value of probe and rare */
};

#define X(name) extern const struct driver driver_##name;
DRIVERS_ALL(X)
#undef X
