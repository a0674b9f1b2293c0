/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Statements and rows of PostgreSQL.
 *
 * Each is sent whole with its values, typed and in the binary format, and has no name at the server, so it may go to another
 * server connection each time. Rows come one by one; when another statement wants the connection meanwhile, the rest is
 * read into memory.
 *
 * What is queued is sent in pipeline mode: it goes out without an answer being awaited. The next statement that wants
 * one is sent after them, then a Sync; the answers come in order, and if one of the queued failed, all after it are
 * answered with "aborted". So the turn-around is paid once.
 */

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "records/store/drivers/postgres.h"

enum { OID_UNKNOWN = 0, OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25 };

struct pg_statement {
	struct pg *pg;
	char *sql;
	/* values as libpq wants them */
	size_t count, room;
	Oid *types;
	uint64_t *numbers; /* big-endian */
	const char **at;
	int *lengths, *formats;
	/* what came */
	bool sent, over;
	enum db_step end; /* when over: DB_DONE, or what failed */
	PGresult *row;
	PGresult **kept; /* rows read ahead */
	size_t kept_at, kept_count, kept_room;
	char text[PG_TEXT_MAX];
};

bool pg_prepare(void *conn, const char *sql, void **statement, struct err *err)
{
	struct pg_statement *made = NEW(struct pg_statement);

	(void)err;
	made->pg = conn;
	made->sql = memory_text(sql);
	*statement = made;
	return true;
}

void pg_finish(void *statement_)
{
	struct pg_statement *statement = statement_;

	pg_reset(statement);
	memory_done(&statement->sql);
	memory_done(&statement->types);
	memory_done(&statement->numbers);
	memory_done(&statement->at);
	memory_done(&statement->lengths);
	memory_done(&statement->formats);
	memory_done(&statement->kept);
	memory_done(&statement);
}

static void values_room(struct pg_statement *statement, size_t count)
{
	if (count <= statement->room)
		return;
	statement->room = count;
	statement->types = memory_grow(statement->types, count * sizeof *statement->types);
	statement->numbers = memory_grow(statement->numbers, count * sizeof *statement->numbers);
	statement->at = memory_grow(statement->at, count * sizeof *statement->at);
	statement->lengths = memory_grow(statement->lengths, count * sizeof *statement->lengths);
	statement->formats = memory_grow(statement->formats, count * sizeof *statement->formats);
}

bool pg_bind(void *statement_, const struct db_value *values, size_t count)
{
	struct pg_statement *statement = statement_;

	if (count > 65535) /* what the protocol can count */
		return false;
	values_room(statement, count);
	statement->count = count;
	for (size_t i = 0; i < count; i++) {
		const struct db_value *value = &values[i];

		statement->formats[i] = 1;
		if (value->type == DB_INT) {
			statement->numbers[i] = __builtin_bswap64((uint64_t)value->number);
			statement->types[i] = OID_INT8;
			statement->at[i] = (const char *)&statement->numbers[i];
			statement->lengths[i] = 8;
			continue;
		}
		if (value->len > INT32_MAX)
			return false;
		/* NULL has no type of its own: the server finds the one that fits */
		statement->types[i] = !value->data ? OID_UNKNOWN : value->type == DB_TEXT ? OID_TEXT : OID_BYTEA;
		statement->at[i] = value->data;
		statement->lengths[i] = (int)value->len;
	}
	return true;
}

static bool send_it(struct pg_statement *statement)
{
	return PQsendQueryParams(statement->pg->conn, statement->sql, (int)statement->count, statement->types,
				 statement->at, statement->lengths, statement->formats, 1) == 1;
}

/* ---- the queue ---- */

/* The answers of all that was queued; the first that failed is noted. */
static void queue_read(struct pg *pg)
{
	enum db_step first = DB_DONE;
	char said[sizeof pg->message];

	for (size_t i = 0; i < pg->queued_count; i++) {
		PGresult *result = PQgetResult(pg->conn), *end;
		ExecStatusType status = PQresultStatus(result);

		if (first == DB_DONE && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
			first = pg_fail(pg, result);
			memcpy(said, pg->message, sizeof said);
		}
		PQclear(result);
		while (result && (end = PQgetResult(pg->conn)))
			PQclear(end);
	}
	if (first != DB_DONE) {
		pg->failed = first;
		memcpy(pg->message, said, sizeof said);
	}
}

/* After the last answer: takes the answer to the Sync, and leaves pipeline mode. */
static void queue_end(struct pg *pg)
{
	PQclear(PQgetResult(pg->conn));
	pg->queued_count = 0;
	if (!PQexitPipelineMode(pg->conn))
		pg->lost = true;
}

enum db_step pg_flush(struct pg *pg)
{
	if (pg->queued_count == 0)
		return pg->failed;
	if (!PQpipelineSync(pg->conn)) {
		pg->queued_count = 0;
		return pg_fail(pg, NULL);
	}
	queue_read(pg);
	queue_end(pg);
	return pg->failed;
}

enum db_step pg_queue(void *statement_)
{
	struct pg_statement *statement = statement_;
	struct pg *pg = statement->pg;

	if (pg->failed != DB_DONE)
		return pg->failed;
	pg_settle(pg);
	if (pg->queued_count == PG_QUEUE_MAX && pg_flush(pg) != DB_DONE)
		return pg->failed;
	if ((pg->queued_count == 0 && !PQenterPipelineMode(pg->conn)) || !send_it(statement)) {
		pg->lost = true; /* half of something was sent */
		return pg_fail(pg, NULL);
	}
	pg->queued_count++;
	return DB_DONE;
}

/* ---- rows ---- */

static enum db_step over(struct pg_statement *statement, enum db_step end)
{
	struct pg *pg = statement->pg;
	PGresult *rest;

	while (!pg_is_lost(pg) && (rest = PQgetResult(pg->conn)))
		PQclear(rest);
	if (pg->queued_count)
		queue_end(pg);
	pg->streaming = NULL;
	statement->over = true;
	return statement->end = end;
}

static void note_changes(struct pg *pg, PGresult *result)
{
	pg->changed = strtoll(PQcmdTuples(result), NULL, 10);
	pg->committed = strcmp(PQcmdStatus(result), "COMMIT") == 0;
}

/* The next row from the server. */
static enum db_step next(struct pg_statement *statement, PGresult **row)
{
	struct pg *pg = statement->pg;
	PGresult *result = PQgetResult(pg->conn);
	enum db_step end = DB_DONE;

	switch (PQresultStatus(result)) {
	case PGRES_SINGLE_TUPLE:
		*row = result;
		return DB_ROW;
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
		note_changes(pg, result);
		break;
	case PGRES_PIPELINE_ABORTED: /* why was noted with the one that failed */
		end = pg->failed == DB_DONE ? pg_fail(pg, result) : pg->failed;
		break;
	default:
		end = pg_fail(pg, result);
	}
	PQclear(result);
	return over(statement, end);
}

/* Never seen: the rows would come in one piece, and be missed. */
static bool broken_off(struct pg_statement *statement)
{
	pg_fail(statement->pg, NULL);
	statement->pg->lost = true;
	over(statement, DB_BROKEN);
	return false;
}

static bool start(struct pg_statement *statement)
{
	struct pg *pg = statement->pg;

	statement->sent = true;
	if (pg->failed != DB_DONE) {
		statement->over = true;
		statement->end = pg->failed;
		return false;
	}
	pg_settle(pg);
	if (!send_it(statement) || (pg->queued_count && !PQpipelineSync(pg->conn))) {
		statement->over = true;
		statement->end = pg_fail(pg, NULL);
		return false;
	}
	pg->streaming = statement;
	if (pg->queued_count)
		queue_read(pg); /* if one failed, the answer to this one says so */
	return PQsetSingleRowMode(pg->conn) || pg->failed != DB_DONE || broken_off(statement);
}

enum db_step pg_step(void *statement_)
{
	struct pg_statement *statement = statement_;

	PQclear(statement->row);
	statement->row = NULL;
	if (!statement->sent)
		(void)start(statement);
	if (statement->kept_at < statement->kept_count) {
		statement->row = statement->kept[statement->kept_at++];
		return DB_ROW;
	}
	return statement->over ? statement->end : next(statement, &statement->row);
}

static void keep(struct pg_statement *statement, PGresult *row)
{
	if (statement->kept_count == statement->kept_room) {
		statement->kept_room = statement->kept_room ? statement->kept_room * 2 : 16;
		statement->kept = memory_grow(statement->kept, statement->kept_room * sizeof *statement->kept);
	}
	statement->kept[statement->kept_count++] = row;
}

void pg_settle(struct pg *pg)
{
	struct pg_statement *statement = pg->streaming;
	PGresult *row = NULL;

	while (pg->streaming && next(statement, &row) == DB_ROW)
		keep(statement, row);
}

void pg_forget(struct pg *pg)
{
	struct pg_statement *statement = pg->streaming;
	PGresult *row = NULL;

	while (pg->streaming && next(statement, &row) == DB_ROW)
		PQclear(row);
	(void)pg_flush(pg);
}

void pg_reset(void *statement_)
{
	struct pg_statement *statement = statement_;

	if (statement->pg->streaming == statement) {
		PGresult *row = NULL;

		while (!statement->over && next(statement, &row) == DB_ROW)
			PQclear(row);
	}
	PQclear(statement->row);
	statement->row = NULL;
	while (statement->kept_at < statement->kept_count)
		PQclear(statement->kept[statement->kept_at++]);
	statement->kept_at = statement->kept_count = 0;
	statement->sent = statement->over = false;
	statement->count = 0;
}

/* ---- columns ---- */

bool pg_column_is_null(void *statement_, int column)
{
	const struct pg_statement *statement = statement_;

	return PQgetisnull(statement->row, 0, column) == 1;
}

static struct bytes column(const struct pg_statement *statement, int at)
{
	if (!statement->row || PQgetisnull(statement->row, 0, at))
		return bytes_of(NULL, 0);
	return bytes_of(PQgetvalue(statement->row, 0, at), (size_t)PQgetlength(statement->row, 0, at));
}

int64_t pg_column_int(void *statement_, int at)
{
	const struct pg_statement *statement = statement_;
	struct bytes value = column(statement, at);

	return value.data ? pg_value_int(PQftype(statement->row, at), value) : 0;
}

struct bytes pg_column_bytes(void *statement_, int at)
{
	struct pg_statement *statement = statement_;
	struct bytes value = column(statement, at);

	return value.data ? pg_value_bytes(PQftype(statement->row, at), value, statement->text) : value;
}
