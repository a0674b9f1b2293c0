/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * backup - an inventory as one file, and from one engine to another.
 *
 * A backup holds every row of every table as one reading transaction saw them, in a form that every engine reads: taken from
 * SQLite it can be restored into PostgreSQL, and the other way. Moving copies tables in the order of their keys, a
 * batch a transaction, and goes on where it was when it is begun again; at the end both sides are read once more, row by
 * row.
 *
 * The file: "KEEPVALID BACKUP\n", then frames of one byte (what), four bytes (length) and the content, and at the end the
 * SHA-256 of all before it. What: H the facts as JSON, T a table begins (its name and columns as JSON), R rows,
 * E a table ends (its count and hash as JSON), Z all is there.
 *
 * Errors besides those of the store: ERR_INPUT "backup-damaged", ERR_CONFLICT "backup-newer" (of a schema this program does
 * not know), "backup-differs" (the two sides are not equal), ERR_INTERNAL with the name of the file (disk).
 */

#include "records/store.h"

struct backup_facts {
	int64_t schema;
	char instance[40];
	int64_t made_at;
	int64_t rows, bytes;
	uint8_t sha256[HASH_SHA256]; /* of the file without its last 32 bytes */
};

/* Told now and then, and at the end of each table. False: end soon, the call fails with ERR_LATER "stopped". */
struct backup_watch {
	bool (*tell)(void *data, const char *table, int64_t rows_of_table, int64_t rows);
	void *data;
};

/* Writes all that is committed now to an open file, from its place on. Readers and writers go on meanwhile. */
MUST_CHECK bool backup_write(struct store *store, int fd, int64_t now, const struct backup_watch *watch,
			     struct backup_facts *out, struct err *err);

/* Reads a file from its start to its end: whether it is whole, and what is in it. Nothing is believed before that. */
MUST_CHECK bool backup_check(int fd, struct backup_facts *out, struct err *err);

/*
 * Puts a file that backup_check found good into a database: into an empty one, or one that was half filled from the same
 * file. The schema is brought up to date after.
 */
MUST_CHECK bool backup_restore(int fd, const struct backup_facts *facts, const char *url, const char *password,
			       const struct backup_watch *watch, struct err *err);

/* What was compared of a table. */
struct backup_table {
	const char *name;
	int64_t rows[2];
	uint8_t sha256[2][HASH_SHA256];
	bool equal;
};

/*
 * Copies all from a store that nobody writes to into an empty database, or goes on with it. Then compares; only when all is
 * equal may a server serve from it. *tables live in arena; they are set when the comparison was done, equal or not.
 */
MUST_CHECK bool backup_move(struct store *from, const char *url, const char *password, struct arena *arena,
			    const struct backup_watch *watch, const struct backup_table **tables, size_t *count,
			    struct err *err);
