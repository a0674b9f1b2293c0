/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The driver for SQLite 3.40.
 *
 * Write-ahead log; one connection writes and makes the checkpoints, all others are read-only and cannot. (Versions before
 * 3.51.3 may damage a database when two connections write and checkpoint at once: here that cannot be.)
 * synchronous=FULL: what is committed is on the disk.
 */

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "records/store/driver.h"

static bool complain(sqlite3 *db, const char *what, struct err *err)
{
	return err_set(err, ERR_INTERNAL, "%s: %s", what, db ? sqlite3_errmsg(db) : "no memory");
}

static enum db_step step_of(int answer)
{
	switch (answer & 0xff) {
	case SQLITE_ROW:
		return DB_ROW;
	case SQLITE_DONE:
	case SQLITE_OK:
		return DB_DONE;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return DB_BUSY;
	case SQLITE_CONSTRAINT:
		return DB_CONFLICT;
	case SQLITE_FULL:
		return DB_FULL;
	default:
		return DB_BROKEN;
	}
}

static bool script(void *conn, const char *sql, struct err *err)
{
	enum db_step end = step_of(sqlite3_exec(conn, sql, NULL, NULL, NULL));

	return end == DB_DONE || db_step_err(end, sqlite3_errmsg(conn), err);
}

static bool begin(void *conn, bool writes, struct err *err)
{
	return script(conn, writes ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

static bool commit(void *conn, struct err *err)
{
	return script(conn, "COMMIT", err);
}

static void rollback(void *conn)
{
	/* fails only when the engine has undone it already */
	(void)script(conn, "ROLLBACK", NULL);
}

static bool takes(struct str url)
{
	return !str_has(url, STR("://"));
}

static void close_conn(void *conn)
{
	sqlite3_close(conn);
}

/* Made by us, so that its mode is never wider than 0600; the log's files copy it. */
static bool create_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set(err, errno == EACCES ? ERR_DENIED : ERR_INTERNAL, "open %s: %s", path,
			       strerror(errno));
	close(fd);
	return true;
}

static bool settle(sqlite3 *db, bool writes, uint32_t busy_ms, struct err *err)
{
	sqlite3_busy_timeout(db, (int)busy_ms);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	if (!writes)
		return script(db, "PRAGMA query_only=ON; PRAGMA foreign_keys=ON; PRAGMA cache_size=-8192;"
				  "PRAGMA case_sensitive_like=ON", err);
	return script(db,
		      "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA synchronous=FULL;"
		      "PRAGMA case_sensitive_like=ON;"
		      "PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY;"
		      "PRAGMA journal_size_limit=67108864; PRAGMA journal_mode=WAL",
		      err);
}

static bool open_conn(const struct db_where *where, bool writes, void **conn, struct err *err)
{
	const char *path = where->url;
	int flags = SQLITE_OPEN_NOMUTEX | (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
	sqlite3 *db = NULL;

	if (writes && !create_file(path, err))
		return false;
	if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK) {
		complain(db, path, err);
		sqlite3_close(db);
		return false;
	}
	if (!settle(db, writes, where->busy_ms, err)) {
		sqlite3_close(db);
		return err_wrap(err, "%s", path);
	}
	*conn = db;
	return true;
}

static bool prepare(void *conn, const char *sql, void **statement, struct err *err)
{
	sqlite3_stmt *made = NULL;

	if (sqlite3_prepare_v3(conn, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, NULL) != SQLITE_OK)
		return complain(conn, "prepare", err);
	*statement = made;
	return true;
}

static void finish(void *statement)
{
	sqlite3_finalize(statement);
}

/* SQLite numbers $1, $2 by first appearance, so each is asked for by its name. */
static bool bind(void *statement, const struct db_value *values, size_t count)
{
	char name[24];
	int ok = SQLITE_OK;

	for (size_t i = 0; i < count && ok == SQLITE_OK; i++) {
		const struct db_value *value = &values[i];
		int at;

		snprintf(name, sizeof name, "$%zu", i + 1);
		at = sqlite3_bind_parameter_index(statement, name);
		if (at == 0)
			return false;
		if (value->type == DB_INT)
			ok = sqlite3_bind_int64(statement, at, value->number);
		else if (!value->data)
			ok = sqlite3_bind_null(statement, at);
		else if (value->type == DB_TEXT)
			ok = sqlite3_bind_text64(statement, at, value->data, value->len, SQLITE_STATIC,
						 SQLITE_UTF8);
		else
			ok = sqlite3_bind_blob64(statement, at, value->data, value->len, SQLITE_STATIC);
	}
	return ok == SQLITE_OK && (size_t)sqlite3_bind_parameter_count(statement) == count;
}

static enum db_step step(void *statement)
{
	return step_of(sqlite3_step(statement));
}

static void reset(void *statement)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

static bool column_is_null(void *statement, int column)
{
	return sqlite3_column_type(statement, column) == SQLITE_NULL;
}

static int64_t column_int(void *statement, int column)
{
	return sqlite3_column_int64(statement, column);
}

static struct bytes column_bytes(void *statement, int column)
{
	const void *data = sqlite3_column_blob(statement, column);
	int len = sqlite3_column_bytes(statement, column);

	if (!data && sqlite3_column_type(statement, column) != SQLITE_NULL)
		data = "";
	return bytes_of(data, (size_t)len);
}

static int64_t changes(void *conn)
{
	return sqlite3_changes64(conn);
}

static const char *message(void *conn)
{
	return sqlite3_errmsg(conn);
}

static bool checkpoint(void *conn, struct err *err)
{
	int answer = sqlite3_wal_checkpoint_v2(conn, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

	return answer == SQLITE_OK || answer == SQLITE_BUSY || complain(conn, "checkpoint", err);
}

static bool schema_word(struct str word, struct buf *out)
{
	static const struct {
		const char *word, *text;
	} words[] = {
		{"BIGINT", "INTEGER"}, {"BLOB", "BLOB"}, {"STRICT", "STRICT"}, {"KEYED", ", WITHOUT ROWID"},
	};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_is(word, words[i].word)) {
			buf_add_text(out, words[i].text);
			return true;
		}
	if (str_is(word, "SEARCH_REFILL")) {
		buf_add_text(out, "INSERT INTO certificate_texts (rowid, text) SELECT c.id, COALESCE((SELECT group_concat(n.name, "
				  "char(10)) FROM certificate_names n WHERE n.certificate_id = c.id) || char(10), '') || "
				  "lower(c.subject) FROM certificates c;");
		return true;
	}
	if (!str_starts(word, STR("SEARCH ")))
		return false;
	buf_addf(out, "CREATE VIRTUAL TABLE %.*s USING fts5 (text, tokenize = 'trigram');",
		 STR_ARG(str_skip(word, 7)));
	return true;
}

/* A phrase in the language of FTS5: quotes doubled. */
static void search_phrase(struct str text, struct buf *out)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, text.data[i] ? text.data[i] : ' ');
	}
	buf_add_char(out, '"');
}

const struct driver driver_sqlite = {
	.name = "sqlite",
	.takes = takes,
	.open = open_conn,
	.close = close_conn,
	.script = script,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.prepare = prepare,
	.finish = finish,
	.bind = bind,
	.step = step,
	.reset = reset,
	.column_is_null = column_is_null,
	.column_int = column_int,
	.column_bytes = column_bytes,
	.changes = changes,
	.message = message,
	.checkpoint = checkpoint,
	.has_table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
	.integrity = "PRAGMA quick_check(1)",
	.tables = "SELECT t.name FROM sqlite_master t WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND "
		  "t.name NOT IN ('schema_versions', 'filling') AND NOT EXISTS (SELECT 1 FROM sqlite_master v WHERE "
		  "v.sql LIKE 'CREATE VIRTUAL %' AND t.name LIKE v.name || '\\_%' ESCAPE '\\')",
	.columns = "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid",
	.schema_word = schema_word,
	.search_key = "rowid",
	.search_add = "/* routine */ INSERT INTO certificate_texts (rowid, text) VALUES ($1, $2)",
	.search_drop = "/* routine */ DELETE FROM certificate_texts WHERE rowid = $1",
	.search_probe = "SELECT rowid FROM certificate_texts WHERE certificate_texts MATCH $1 LIMIT $2",
	.search_rare = "c.id IN (SELECT rowid FROM certificate_texts WHERE certificate_texts MATCH ?)",
	/* "|| ''" keeps the search index out of it: the row is looked up by its id */
	.search_common = "EXISTS (SELECT 1 FROM certificate_texts t WHERE t.rowid = c.id AND (t.text || '') LIKE ? "
			 "ESCAPE '\\')",
	.search_phrase = search_phrase,
};
