/* SPDX-License-Identifier: Apache-2.0 */

/* Many rows of a table at once, by COPY in its binary format: a count of columns for each row, then length and bytes. */

#include <stdio.h>

#include "base/buf.h"
#include "records/store/drivers/postgres.h"
#include "records/store/tables.h"

#define PIECE_BYTES (1u << 20)
#define COPY_BYTES  (64u << 20)

static const char SIGNATURE[] = "PGCOPY\n\377\r\n";

static bool row_add(const struct store_table *table, struct bytes *rows, struct buf *to)
{
	buf_add_u16(to, (uint16_t)table->column_count);
	for (size_t i = 0; i < table->column_count; i++) {
		struct db_value value;

		if (!row_take(rows, &value))
			return false;
		if (value.type == DB_INT) {
			buf_add_u32(to, 8);
			buf_add_u64(to, (uint64_t)value.number);
		} else if (!value.data) {
			buf_add_u32(to, UINT32_MAX);
		} else {
			buf_add_u32(to, (uint32_t)value.len);
			buf_add(to, value.data, value.len);
		}
	}
	return buf_ok(to);
}

static bool send_piece(struct pg *pg, struct buf *piece)
{
	bool ok = PQputCopyData(pg->conn, piece->data, (int)piece->len) == 1;

	buf_clear(piece);
	return ok;
}

static bool send_rows(struct pg *pg, const struct store_table *table, struct bytes rows, bool *whole)
{
	CLEANUP(buf_done) struct buf piece = buf_capped(COPY_BYTES);

	*whole = true;
	buf_add(&piece, SIGNATURE, sizeof SIGNATURE); /* with its NUL */
	buf_add_u32(&piece, 0);
	buf_add_u32(&piece, 0);
	while (rows.len && (*whole = row_add(table, &rows, &piece)))
		if (piece.len >= PIECE_BYTES && !send_piece(pg, &piece))
			return false;
	buf_add_u16(&piece, 0xffff);
	return *whole && send_piece(pg, &piece);
}

bool pg_bulk(void *conn, const struct store_table *table, struct bytes rows, struct err *err)
{
	CLEANUP(buf_done) struct buf sql = buf_capped(8192);
	struct pg *pg = conn;
	PGresult *result;
	bool whole = true, ok;

	pg_settle(pg);
	if (pg->failed != DB_DONE || pg_flush(pg) != DB_DONE)
		return db_step_err(pg->failed, pg->message, err);
	buf_addf(&sql, "COPY %s (", table->name);
	for (size_t i = 0; i < table->column_count; i++)
		buf_addf(&sql, "%s%s", i ? ", " : "", table->columns[i].name);
	buf_add_text(&sql, ") FROM STDIN (FORMAT binary)");
	result = PQexec(pg->conn, sql.data);
	ok = PQresultStatus(result) == PGRES_COPY_IN;
	if (ok) {
		PQclear(result);
		ok = send_rows(pg, table, rows, &whole);
		(void)PQputCopyEnd(pg->conn, ok ? NULL : "cut off");
		result = PQgetResult(pg->conn);
		ok = PQresultStatus(result) == PGRES_COMMAND_OK;
	}
	if (!ok)
		db_step_err(pg_fail(pg, result), pg->message, err);
	do
		PQclear(result);
	while ((result = PQgetResult(pg->conn)));
	return ok && (whole || err_set(err, ERR_INPUT, "a row of %s is cut off", table->name));
}
