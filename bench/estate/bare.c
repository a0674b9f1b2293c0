/* SPDX-License-Identifier: Apache-2.0 */

/*
 * bench_bare FROM TO all|body - the ceiling: the rows of a finished SQLite store, put into an empty one by bare prepared inserts,
 * 500 certificates a transaction, with the same settings. `all`: the same rows of the same tables with the same indexes;
 * `body`: only the bytes of the certificates (DER and facts) into one table without an index. JSON, one line.
 */

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH 500

static void need(int ok, sqlite3 *db)
{
	if (!ok) {
		fprintf(stderr, "bench_bare: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
}

static void run(sqlite3 *db, const char *sql)
{
	need(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, db);
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* What one certificate brings, by the key that its rows have. */
static const struct {
	const char *table, *columns, *where;
} brings[] = {
	{"certificates", "*", "id = ?"},
	{"certificate_bodies", "*", "certificate_id = ?"},
	{"certificate_names", "*", "certificate_id = ?"},
	{"keys", "*", "id = (SELECT key_id FROM certificates WHERE id = ?)"},
	{"certificate_texts", "rowid, text", "rowid = ?"},
};
#define TABLES (sizeof brings / sizeof brings[0])

static void copy_schema(sqlite3 *from, sqlite3 *to)
{
	sqlite3_stmt *all;

	need(sqlite3_prepare_v2(from,
				"SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ('certificates', "
				"'certificate_bodies', 'certificate_names', 'keys', 'certificate_texts') AND type IN ('table', 'index') "
				"AND name NOT LIKE 'certificate_texts_%' ORDER BY type DESC",
				-1, &all, NULL) == SQLITE_OK,
	     from);
	while (sqlite3_step(all) == SQLITE_ROW)
		run(to, (const char *)sqlite3_column_text(all, 0));
	sqlite3_finalize(all);
}

static void prepare(sqlite3 *from, sqlite3 *to, size_t i, sqlite3_stmt **get, sqlite3_stmt **put)
{
	char sql[4096];
	int columns;

	snprintf(sql, sizeof sql, "SELECT %s FROM %s WHERE %s", brings[i].columns, brings[i].table, brings[i].where);
	need(sqlite3_prepare_v2(from, sql, -1, get, NULL) == SQLITE_OK, from);
	columns = sqlite3_column_count(*get);
	snprintf(sql, sizeof sql, "INSERT OR IGNORE INTO %s%s VALUES (%.*s)", brings[i].table,
		 brings[i].columns[0] == '*' ? "" : " (rowid, text)", 2 * columns - 1,
		 "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?");
	need(sqlite3_prepare_v2(to, sql, -1, put, NULL) == SQLITE_OK, to);
}

int main(int argc, char **argv)
{
	sqlite3 *from, *to;
	sqlite3_stmt *ids, *get[TABLES], *put[TABLES];
	double spent = 0, start = 0;
	long count = 0;
	int all;

	if (argc != 4) {
		fprintf(stderr, "usage: bench_bare FROM TO all|body\n");
		return 2;
	}
	all = strcmp(argv[3], "all") == 0;
	need(sqlite3_open_v2(argv[1], &from, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, from);
	need(sqlite3_open(argv[2], &to) == SQLITE_OK, to);
	run(to, "PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY; PRAGMA "
		"journal_mode=WAL");
	if (all)
		copy_schema(from, to);
	else
		run(to, "CREATE TABLE certificate_bodies (certificate_id INTEGER PRIMARY KEY, der BLOB, facts TEXT)");
	for (size_t i = 0; i < TABLES; i++)
		if (all || i == 1)
			prepare(from, to, i, &get[i], &put[i]);
	need(sqlite3_prepare_v2(from, "SELECT id FROM certificates ORDER BY id", -1, &ids, NULL) == SQLITE_OK, from);
	while (sqlite3_step(ids) == SQLITE_ROW) {
		if (count % BATCH == 0) {
			start = now();
			run(to, "BEGIN IMMEDIATE");
			spent += now() - start;
		}
		for (size_t i = 0; i < TABLES; i++) {
			if (!all && i != 1)
				continue;
			sqlite3_bind_int64(get[i], 1, sqlite3_column_int64(ids, 0));
			while (sqlite3_step(get[i]) == SQLITE_ROW) {
				for (int c = 0; c < sqlite3_column_count(get[i]); c++)
					sqlite3_bind_value(put[i], c + 1, sqlite3_column_value(get[i], c));
				start = now();
				need(sqlite3_step(put[i]) == SQLITE_DONE, to);
				spent += now() - start;
				sqlite3_reset(put[i]);
			}
			sqlite3_reset(get[i]);
		}
		if (++count % BATCH == 0) {
			start = now();
			run(to, "COMMIT");
			spent += now() - start;
		}
	}
	if (count % BATCH)
		run(to, "COMMIT");
	printf("{\"count\":%ld,\"seconds\":%.3f,\"per_second\":%.0f}\n", count, spent, (double)count / spent);
	return 0;
}
