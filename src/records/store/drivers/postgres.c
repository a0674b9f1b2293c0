/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The driver for PostgreSQL 15: connections and transactions; postgres_statement.c has the rest.
 *
 * Nothing outlives a transaction at the server, so a pooler may stand between that hands out server connections by the
 * transaction (pgbouncer's transaction mode), and the leader may change: settings are SET LOCAL, statements have no
 * names, there are no advisory locks and no LISTEN. Writers of all engines take turns by the lock of one row. A reading
 * transaction is REPEATABLE READ, a writing one READ COMMITTED: once it has its turn, every statement sees all that was
 * committed before. All go to the primary: nothing is decided on a replica.
 */

#include "records/store/drivers/postgres.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/memory.h"

#define CONNECT_AGAIN_MS 1000

#define TURN_TABLE "write_turn"
static const char TURN_THERE[] = "SELECT 1 FROM " TURN_TABLE " WHERE one = 1";
static const char TURN_MAKE[] = "CREATE TABLE IF NOT EXISTS " TURN_TABLE " (one BIGINT PRIMARY KEY CHECK (one = 1)); "
				"INSERT INTO " TURN_TABLE " (one) VALUES (1) ON CONFLICT (one) DO NOTHING";
static const char HAS_JIT[] = "SELECT current_setting('jit', true) IS NOT NULL";

/* ---- what failed ---- */

/* SQLSTATEs, or classes of them, by what is to be done next. */
static const struct {
	const char *state;
	enum db_step step;
} states[] = {
	{"40001", DB_BUSY},     {"40P01", DB_BUSY},     {"55P03", DB_BUSY},     {"57014", DB_BUSY},
	{"23505", DB_CONFLICT}, {"23503", DB_CONFLICT}, {"23514", DB_CONFLICT}, {"23502", DB_CONFLICT},
	{"53100", DB_FULL},     {"53", DB_BUSY},        {"08", DB_GONE},        {"57P", DB_GONE},
	{"42501", DB_DENIED},
	{"25006", DB_GONE}, /* it became a replica: somebody else leads now */
};

static enum db_step step_of(const char *state)
{
	for (size_t i = 0; state && i < COUNT_OF(states); i++)
		if (str_starts(str_of(state), str_of(states[i].state)))
			return states[i].step;
	return DB_BROKEN;
}

/* One line, without what libpq puts around it. */
static void message_set(struct pg *pg, const char *text)
{
	struct str line = str_trim(str_of(text)), head;

	if (str_split(&line, '\n', &head) && head.len)
		snprintf(pg->message, sizeof pg->message, "%.*s", STR_ARG(str_trim(head)));
	else
		snprintf(pg->message, sizeof pg->message, "no connection");
}

bool pg_is_lost(const struct pg *pg)
{
	return pg->lost || !pg->conn || PQstatus(pg->conn) != CONNECTION_OK;
}

enum db_step pg_fail(struct pg *pg, const PGresult *result)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	pg->failed = step_of(state);
	if (pg->failed == DB_GONE || PQstatus(pg->conn) != CONNECTION_OK) {
		pg->failed = DB_GONE;
		pg->lost = true;
	}
	message_set(pg, primary ? primary : PQerrorMessage(pg->conn));
	return pg->failed;
}

static bool fail(struct pg *pg, const PGresult *result, struct err *err)
{
	enum db_step step = pg_fail(pg, result);

	return db_step_err(step, pg->message, err);
}

/* ---- connecting ---- */

static void quiet(void *data, const PGresult *notice)
{
	(void)data;
	(void)notice;
}

static bool run(struct pg *pg, const char *sql, struct err *err)
{
	PGresult *result = PQexec(pg->conn, sql);
	ExecStatusType status = PQresultStatus(result);
	bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	if (!ok)
		fail(pg, result, err);
	PQclear(result);
	return ok;
}

static void look_at_server(struct pg *pg)
{
	PGresult *result = PQexec(pg->conn, HAS_JIT);

	pg->plain = PQntuples(result) != 1 || strcmp(PQgetvalue(result, 0, 0), "t") != 0;
	PQclear(result);
}

static bool connect_now(struct pg *pg, struct err *err)
{
	PQfinish(pg->conn);
	pg->conn = pg_connect(pg);
	pg->lost = false;
	pg->streaming = NULL;
	pg->queued_count = 0;
	if (PQstatus(pg->conn) != CONNECTION_OK) {
		pg->lost_at_ms = clock_ticks_us() / 1000;
		return fail(pg, NULL, err);
	}
	PQsetNoticeReceiver(pg->conn, quiet, NULL);
	look_at_server(pg);
	return true;
}

/* While the server is away, not every request waits until connecting has failed. */
static bool connect_again(struct pg *pg, struct err *err)
{
	if (pg->lost_at_ms && clock_ticks_us() / 1000 - pg->lost_at_ms < CONNECT_AGAIN_MS)
		return db_step_err(DB_GONE, pg->message, err);
	return connect_now(pg, err);
}

/* The row whose lock is the turn to write. */
static bool turn_make(struct pg *pg, struct err *err)
{
	PGresult *there = PQexec(pg->conn, TURN_THERE);
	bool made = PQntuples(there) == 1;

	PQclear(there);
	return made || run(pg, TURN_MAKE, NULL) || run(pg, TURN_MAKE, err); /* two at once: the second time it is there */
}

static void close_conn(void *conn)
{
	struct pg *pg = conn;

	PQfinish(pg->conn);
	memory_done(&pg->url);
	if (pg->password)
		explicit_bzero(pg->password, strlen(pg->password));
	memory_done(&pg->password);
	memory_done(&pg);
}

static bool open_conn(const struct db_where *where, bool writes, void **conn, struct err *err)
{
	struct pg *pg = NEW(struct pg);

	pg->url = memory_text(where->url);
	pg->password = where->password ? memory_text(where->password) : NULL;
	pg->busy_ms = where->busy_ms;
	if (!connect_now(pg, err) || (writes && !turn_make(pg, err))) {
		close_conn(pg);
		return false;
	}
	*conn = pg;
	return true;
}

/* ---- transactions ---- */

static bool script(void *conn, const char *sql, struct err *err)
{
	struct pg *pg = conn;

	if (pg->failed != DB_DONE)
		return db_step_err(pg->failed, pg->message, err);
	pg_settle(pg);
	if (pg_flush(pg) != DB_DONE)
		return db_step_err(pg->failed, pg->message, err);
	return run(pg, sql, err);
}

static bool begin_once(struct pg *pg, bool writes, struct err *err)
{
	const char *jit = pg->plain ? "" : "SET LOCAL jit = off;";
	char sql[300];

	pg->failed = DB_DONE;
	if (writes)
		snprintf(sql, sizeof sql,
			 "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; %s SET LOCAL lock_timeout = %u; "
			 "SELECT one FROM " TURN_TABLE " WHERE one = 1 FOR UPDATE",
			 jit, pg->busy_ms);
	else
		snprintf(sql, sizeof sql, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; %s", jit);
	if (run(pg, sql, err))
		return true;
	if (!pg_is_lost(pg))
		PQclear(PQexec(pg->conn, "ROLLBACK"));
	return false;
}

/* A connection that died while nothing was asked of it is found out here, when a second try does no harm. */
static bool begin(void *conn, bool writes, struct err *err)
{
	struct pg *pg = conn;

	if (!pg_is_lost(pg)) {
		if (begin_once(pg, writes, err))
			return true;
		if (!pg_is_lost(pg))
			return false;
		pg->lost_at_ms = 0;
	}
	return connect_again(pg, err) && begin_once(pg, writes, err);
}

static bool commit_unknown(struct pg *pg, struct err *err)
{
	err_set(err, ERR_UNREACHED,
		"store: the connection was lost while a change was committed, and whether it was is not known: %s",
		pg->message);
	return err_fix(err, "commit-unknown", "look whether the change is there before you ask for it again");
}

/*
 * What was queued goes before the COMMIT; if it fails there, the COMMIT is not done. A transaction that has failed
 * answers COMMIT with ROLLBACK, and no error.
 */
static bool commit(void *conn, struct err *err)
{
	struct pg *pg = conn;
	void *statement;
	enum db_step end;

	if (pg->failed != DB_DONE)
		return db_step_err(pg->failed, pg->message, err);
	pg->committed = false;
	if (!pg_prepare(pg, "COMMIT", &statement, err))
		return false;
	end = pg_step(statement);
	pg_finish(statement);
	if (end == DB_DONE && pg->committed)
		return true;
	if (end == DB_GONE)
		return commit_unknown(pg, err);
	return db_step_err(end == DB_DONE ? DB_BROKEN : end, end == DB_DONE ? "it was rolled back" : pg->message, err);
}

static void rollback(void *conn)
{
	struct pg *pg = conn;

	if (!pg_is_lost(pg))
		pg_forget(pg);
	if (!pg_is_lost(pg))
		PQclear(PQexec(pg->conn, "ROLLBACK"));
	pg->failed = DB_DONE;
}

static int64_t changes(void *conn)
{
	return ((struct pg *)conn)->changed;
}

static const char *message(void *conn)
{
	return ((struct pg *)conn)->message;
}

/* The server does its own. */
static bool checkpoint(void *conn, struct err *err)
{
	(void)conn;
	(void)err;
	return true;
}

/* ---- words ---- */

static bool schema_word(struct str word, struct buf *out)
{
	static const struct {
		const char *word, *text;
	} words[] = {{"BIGINT", "BIGINT"}, {"BLOB", "BYTEA"}, {"STRICT", ""}, {"KEYED", ""}};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_is(word, words[i].word)) {
			buf_add_text(out, words[i].text);
			return true;
		}
	if (str_is(word, "SEARCH_REFILL")) {
		buf_add_text(out, "INSERT INTO certificate_texts (id, text) SELECT c.id, COALESCE((SELECT string_agg(n.name, chr(10)) "
				  "FROM certificate_names n WHERE n.certificate_id = c.id) || chr(10), '') || lower(c.subject) "
				  "FROM certificates c;");
		return true;
	}
	if (!str_starts(word, STR("SEARCH ")))
		return false;
	word = str_skip(word, 7);
	buf_addf(out,
		 "CREATE EXTENSION IF NOT EXISTS pg_trgm; "
		 "CREATE TABLE %.*s (id BIGINT PRIMARY KEY, text TEXT COLLATE \"C\" NOT NULL); "
		 "CREATE INDEX %.*s_search ON %.*s USING gin (text gin_trgm_ops);",
		 STR_ARG(word), STR_ARG(word), STR_ARG(word));
	return true;
}

/* Text compares by its bytes, whatever the database was made with: the type of every column says so. */
static void schema_text(struct str text, struct buf *out)
{
	static const struct str type = STR_INIT(" TEXT"), cast = STR_INIT(" AS");
	size_t at;

	while ((at = str_find(text, type)) != SIZE_MAX) {
		struct str before = str_head(text, at);
		char after = at + type.len < text.len ? text.data[at + type.len] : ' ';

		buf_add_str(out, before);
		buf_add_str(out, type);
		if (!ascii_is_alpha(after) && after != '_' && !str_ends(before, cast))
			buf_add_text(out, " COLLATE \"C\"");
		text = str_skip(text, at + type.len);
	}
	buf_add_str(out, text);
}

/* A LIKE pattern for any part of a text. */
static void search_phrase(struct str text, struct buf *out)
{
	buf_add_char(out, '%');
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '%' || text.data[i] == '_' || text.data[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, text.data[i] ? text.data[i] : ' ');
	}
	buf_add_char(out, '%');
}

const struct driver driver_postgres = {
	.name = "postgres",
	.takes = pg_takes,
	.check = pg_check,
	.look = pg_look,
	.open = open_conn,
	.close = close_conn,
	.script = script,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.prepare = pg_prepare,
	.finish = pg_finish,
	.bind = pg_bind,
	.step = pg_step,
	.queue = pg_queue,
	.reset = pg_reset,
	.column_is_null = pg_column_is_null,
	.column_int = pg_column_int,
	.column_bytes = pg_column_bytes,
	.changes = changes,
	.message = message,
	.checkpoint = checkpoint,
	.has_table = "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = $1",
	.integrity = "SELECT COALESCE((SELECT 'the index ' || c.relname || ' is not valid' FROM pg_catalog.pg_index i "
		     "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid LIMIT 1), 'ok')",
	.tables = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename NOT IN "
		  "('schema_versions', 'filling', '" TURN_TABLE "')",
	.columns = "SELECT a.attname, y.typname, COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0) "
		   "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND "
		   "NOT a.attisdropped JOIN pg_catalog.pg_type y ON y.oid = a.atttypid LEFT JOIN pg_catalog.pg_index i "
		   "ON i.indrelid = c.oid AND i.indisprimary WHERE c.relname = $1 AND c.relkind = 'r' AND "
		   "c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = current_schema()) "
		   "ORDER BY a.attnum",
	.bulk = pg_bulk,
	/* an index over trigrams is made in one go many times faster than row by row */
	.fill_begin = "DROP INDEX IF EXISTS certificate_texts_search",
	.fill_end = "CREATE INDEX IF NOT EXISTS certificate_texts_search ON certificate_texts USING gin (text gin_trgm_ops); "
		    "ANALYZE",
	.schema_word = schema_word,
	.schema_text = schema_text,
	.search_key = "id",
	.search_add = "/* routine */ INSERT INTO certificate_texts (id, text) VALUES ($1, $2)",
	.search_drop = "/* routine */ DELETE FROM certificate_texts WHERE id = $1",
	.search_probe = "SELECT id FROM certificate_texts WHERE text LIKE $1 ESCAPE '\\' LIMIT $2",
	.search_rare = "c.id IN (SELECT id FROM certificate_texts WHERE text LIKE ? ESCAPE '\\')",
	/* "|| ''" keeps the search index out of it: the row is looked up by its id */
	.search_common = "EXISTS (SELECT 1 FROM certificate_texts t WHERE t.id = c.id AND (t.text || '') LIKE ? "
			 "ESCAPE '\\')",
	.search_phrase = search_phrase,
};
