/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * place - where a test's store stands: a file in a folder of its own, or a database of its own.
 *
 * KEEPVALID_TEST_STORE chooses: nothing for a file, "postgres:FILE" for a database of the server that tests/postgres/cluster
 * started (FILE names its folder), "pgbouncer:FILE" for the same behind its pooler. ctest runs every test that makes a
 * place with each of them (tests/CMakeLists.txt).
 */

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "test.h"

#include "base/buf.h"
#include "base/bytes.h"

struct place {
	char folder[64];
	char url[256];   /* what store_open takes */
	char direct[256]; /* without the pooler */
	char admin[256]; /* for PostgreSQL: where databases are made */
	char name[48];
};

static inline bool place_is_file(const struct place *place)
{
	return !place->admin[0];
}

static inline void place_run(const char *url, const char *text)
{
	PGconn *conn = PQconnectdb(url);
	PGresult *result = PQexec(conn, text);

	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s: %s%s", text, PQerrorMessage(conn), PQresultErrorMessage(result));
	PQclear(result);
	PQfinish(conn);
}

/* The folder of the server, and the port of it or of its pooler; false: a file is wanted. */
static inline bool place_wanted(char folder[64], int *port)
{
	const char *wanted = getenv("KEEPVALID_TEST_STORE"), *file;
	FILE *in = NULL;

	if (!wanted || !*wanted)
		return false;
	file = strchr(wanted, ':');
	if (!file || !(in = fopen(file + 1, "r")))
		fail_msg("KEEPVALID_TEST_STORE=%s: tests/postgres/cluster was not started there", wanted);
	*port = strncmp(wanted, "pgbouncer", 9) == 0 ? 6432 : 5432;
	if (!fgets(folder, 64, in))
		fail_msg("%s is empty", file + 1);
	fclose(in);
	folder[strcspn(folder, "\n")] = 0;
	return true;
}

static inline void place_url(char to[256], const char *folder, int port, const char *name)
{
	int n = snprintf(to, 256, "postgres:///%s?host=%s&port=%d&user=keepvalid", name, folder, port);

	assert_true(n > 0 && n < 256);
}

static inline void place_make_file(struct place *place)
{
	memset(place, 0, sizeof *place);
	snprintf(place->folder, sizeof place->folder, "/tmp/keepvalid-store-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->url, sizeof place->url, "%s/t.db", place->folder);
}

/* A database sorts as people do, so that a text that forgot to say how it compares shows. */
static inline void place_make(struct place *place)
{
	static int made;
	char folder[64], sql[200];
	int port;

	memset(place, 0, sizeof *place);
	if (!place_wanted(folder, &port)) {
		place_make_file(place);
		return;
	}
	snprintf(place->name, sizeof place->name, "t_%d_%d", (int)getpid(), made++);
	place_url(place->admin, folder, 5432, "postgres");
	place_url(place->url, folder, port, place->name);
	place_url(place->direct, folder, 5432, place->name);
	snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'", place->name);
	place_run(place->admin, sql);
}

static inline void place_remove(struct place *place)
{
	static const char *const tails[] = {"", "-wal", "-shm"};
	char text[300];

	if (getenv("KEEPVALID_TEST_KEEP")) {
		print_message("kept: %s\n", place->url);
		return;
	}
	if (!place_is_file(place)) {
		snprintf(text, sizeof text, "DROP DATABASE IF EXISTS %s WITH (FORCE)", place->name);
		place_run(place->admin, text);
		return;
	}
	for (size_t i = 0; i < COUNT_OF(tails); i++) {
		snprintf(text, sizeof text, "%s%s", place->url, tails[i]);
		unlink(text);
	}
	rmdir(place->folder);
}

static inline void place_read_file(const char *path, struct buf *to)
{
	FILE *in = fopen(path, "rb");
	char piece[4096];
	size_t n;

	if (!in)
		return; /* no log beside the database */
	while ((n = fread(piece, 1, sizeof piece, in)) > 0)
		buf_add(to, piece, n);
	fclose(in);
}

/* All that is kept: the bytes of the files, or all tables as XML. */
static inline void place_dump(const struct place *place, struct buf *to)
{
	char path[300];
	PGconn *conn;
	PGresult *result;

	if (place_is_file(place)) {
		place_read_file(place->url, to);
		snprintf(path, sizeof path, "%s-wal", place->url);
		place_read_file(path, to);
		return;
	}
	conn = PQconnectdb(place->direct);
	result = PQexec(conn, "SELECT database_to_xml(true, false, '')");
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s", PQerrorMessage(conn));
	buf_add_text(to, PQgetvalue(result, 0, 0));
	PQclear(result);
	PQfinish(conn);
}

/* Behind the store's back. */
static inline void place_sql(const struct place *place, const char *text)
{
	sqlite3 *db;

	if (!place_is_file(place)) {
		place_run(place->direct, text);
		return;
	}
	assert_int_equal(sqlite3_open(place->url, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}
