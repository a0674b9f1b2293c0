/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* postgres - what the files of the driver for PostgreSQL share. */

#include <libpq-fe.h>

#include "records/store/driver.h"

/* More statements than this are not sent without reading what came of them: answers must fit the sockets' buffers. */
#define PG_QUEUE_MAX 400

struct pg_statement;

struct pg {
	PGconn *conn;
	char *url, *password;
	uint32_t busy_ms;
	bool plain;                     /* the server has no jit to switch off */
	bool lost;                      /* of no use any more: begin makes a new connection */
	int64_t lost_at_ms;             /* when connecting failed last, 0: never */
	struct pg_statement *streaming; /* its rows are still to come */
	size_t queued_count; /* > 0: in pipeline mode */
	int64_t changed;
	bool committed; /* the last answer was COMMIT */
	enum db_step failed; /* DB_DONE: nothing did */
	char message[480];
};

/* Notes what failed, from a result or (NULL) from the connection, and answers it. */
enum db_step pg_fail(struct pg *pg, const PGresult *result);
/* Whether the connection cannot be used any more, as far as is known. */
bool pg_is_lost(const struct pg *pg);

/* postgres_url.c */
bool pg_takes(struct str url);
bool pg_check(const char *url, struct err *err);
/* Connects; the URL and the password are those in pg. NULL only when memory is short. */
PGconn *pg_connect(const struct pg *pg);

/* postgres_look.c */
bool pg_look(void *conn, const struct store_look *look, struct err *err);

/* postgres_copy.c */
bool pg_bulk(void *conn, const struct store_table *table, struct bytes rows, struct err *err);

/* postgres_statement.c */
bool pg_prepare(void *conn, const char *sql, void **statement, struct err *err);
void pg_finish(void *statement);
bool pg_bind(void *statement, const struct db_value *values, size_t count);
enum db_step pg_step(void *statement);
enum db_step pg_queue(void *statement);
void pg_reset(void *statement);
bool pg_column_is_null(void *statement, int column);
int64_t pg_column_int(void *statement, int column);
struct bytes pg_column_bytes(void *statement, int column);
/* Reads all rows that are still to come, so that the connection is free; rows are kept for their statement. */
void pg_settle(struct pg *pg);
/* Sends and reads what is queued. */
enum db_step pg_flush(struct pg *pg);
/* Both, and what came is thrown away. */
void pg_forget(struct pg *pg);

/* postgres_value.c: what came in the binary format */
#define PG_TEXT_MAX 40
int64_t pg_value_int(Oid type, struct bytes value);
/* As text; room is used for what is not text already. */
struct bytes pg_value_bytes(Oid type, struct bytes value, char room[PG_TEXT_MAX]);
