/* SPDX-License-Identifier: Apache-2.0 */

/* Lists: see query.h. */

#include "records/store/query.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"

#define PAGE_USUAL 50

struct query query_start(struct arena *arena)
{
	return (struct query){
		.sql = buf_capped(QUERY_BYTES),
		.values = ARENA_ARRAY(arena, struct db_value, QUERY_VALUES + 1),
		.arena = arena,
	};
}

void query_done(struct query *query)
{
	buf_done(&query->sql);
}

void query_add(struct query *query, const char *sql)
{
	buf_add_text(&query->sql, sql);
}

void query_value(struct query *query, struct db_value value)
{
	if (query->count == QUERY_VALUES) {
		query->full = true;
		return;
	}
	query->values[query->count++] = value;
	buf_addf(&query->sql, "$%zu", query->count);
}

void query_compare(struct query *query, const char *sql, const char *op, struct db_value value)
{
	const char *mark = strchr(sql, '?');

	buf_add(&query->sql, sql, (size_t)(mark - sql));
	query_add(query, op);
	query_value(query, value);
	if (str_starts(str_of(op), STR("LIKE")))
		query_add(query, " ESCAPE '\\'");
	query_add(query, mark + 1);
}

void query_fill(struct query *query, const char *sql, struct db_value value)
{
	query_compare(query, sql, "", value);
}

/* ---- pages ---- */

static uint32_t page_limit(const struct store_page *page)
{
	if (page->limit == 0)
		return PAGE_USUAL;
	return page->limit < LIMIT_PAGE_ROWS ? page->limit : LIMIT_PAGE_ROWS;
}

static bool count_all(struct store_txn *txn, const struct list *list, const struct query *where, int64_t *total,
		      struct err *err)
{
	CLEANUP(buf_done) struct buf sql = buf_capped(QUERY_BYTES + 1024);
	struct db_rows rows;

	buf_addf(&sql, "SELECT COUNT(*) FROM %s WHERE ", list->from);
	buf_add_str(&sql, buf_str(&where->sql));
	if (!db_rows_once(txn, sql.data, where->values, &rows, err))
		return false;
	*total = db_next(&rows) ? db_int(&rows, 0) : 0;
	return db_rows_end(&rows, err);
}

static void add_keyset(struct query *query, const struct list *list, const struct list_sort *sort,
		       const struct store_page *page)
{
	const char *than = page->descending ? " < " : " > ";

	if (!page->after.set)
		return;
	query_add(query, " AND ");
	if (!sort->column) {
		query_add(query, list->id);
		query_add(query, than);
		query_value(query, V(page->after.id));
		return;
	}
	buf_addf(&query->sql, "(%s, %s)%s(", sort->column, list->id, than);
	query_value(query, sort->is_text ? V(page->after.text.data ? page->after.text : STR(""))
					 : V(page->after.number));
	query_add(query, ", ");
	query_value(query, V(page->after.id));
	query_add(query, ")");
}

static void add_order(struct query *query, const struct list *list, const struct list_sort *sort,
		      const struct store_page *page)
{
	const char *way = page->descending ? " DESC" : "";

	query_add(query, " ORDER BY ");
	if (sort->column)
		buf_addf(&query->sql, "%s%s, ", sort->column, way);
	buf_addf(&query->sql, "%s%s LIMIT %u", list->id, way, page_limit(page) + 1);
}

/* Column 0 is the id, 1 the key of the sort, the list's columns follow. */
static bool read_page(struct db_rows *rows, struct arena *arena, const struct list *list,
		      const struct list_sort *sort, uint32_t limit, char *to, size_t *count,
		      struct store_more *more)
{
	struct store_cursor last = {0};

	for (*count = 0; db_next(rows); ++*count) {
		if (*count == limit) {
			more->next = last;
			return true;
		}
		list->read(rows, 2, arena, to + *count * list->row_size);
		last = (struct store_cursor){.set = true, .id = db_int(rows, 0)};
		if (sort->is_text)
			last.text = db_text(rows, 1, arena);
		else
			last.number = db_int(rows, 1);
	}
	return true;
}

bool list_run(struct store_txn *txn, struct arena *arena, const struct list *list, struct query *where,
	      const struct list_sort *sort, const struct store_page *page, const void **rows, size_t *count,
	      struct store_more *more, struct err *err)
{
	CLEANUP(buf_done) struct buf sql = buf_capped(QUERY_BYTES + 4096);
	uint32_t limit = page_limit(page);
	struct store_more found = {.total = -1};
	struct db_rows cursor;
	char *to;

	if (page->total && !count_all(txn, list, where, &found.total, err))
		return false;
	add_keyset(where, list, sort, page);
	add_order(where, list, sort, page);
	buf_addf(&sql, "SELECT %s, %s, %s FROM %s WHERE ", list->id, sort->column ? sort->column : "0",
		 list->columns, list->from);
	buf_add_str(&sql, buf_str(&where->sql));
	if (!buf_ok(&sql) || !buf_ok(&where->sql) || where->full)
		return err_set(err, ERR_INPUT, "the filter is too long");
	if (!db_rows_once(txn, sql.data, where->values, &cursor, err))
		return false;
	to = arena_array(arena, limit, list->row_size);
	read_page(&cursor, arena, list, sort, limit, to, count, &found);
	*rows = to;
	if (more)
		*more = found;
	return db_rows_end(&cursor, err);
}

bool list_all(struct store_txn *txn, struct arena *arena, const struct list *list, const char *sql,
	      const struct db_value *values, size_t max, const void **rows, size_t *count, struct err *err)
{
	struct db_rows cursor;
	char *to = NULL;
	size_t room = 0, n = 0;

	if (!db_rows(txn, sql, values, &cursor, err))
		return false;
	while (n < max && db_next(&cursor)) {
		if (n == room) {
			char *more = arena_array(arena, room = room ? room * 2 : 8, list->row_size);

			if (n)
				memcpy(more, to, n * list->row_size);
			to = more;
		}
		list->read(&cursor, 0, arena, to + n++ * list->row_size);
	}
	*rows = to;
	*count = n;
	return db_rows_end(&cursor, err);
}

bool list_one(struct store_txn *txn, struct arena *arena, const struct list *list, const char *sql,
	      const struct db_value *values, const char *what, void *row, struct err *err)
{
	struct db_rows cursor;
	bool found;

	if (!db_rows(txn, sql, values, &cursor, err))
		return false;
	found = db_next(&cursor);
	if (found)
		list->read(&cursor, 0, arena, row);
	if (!db_rows_end(&cursor, err))
		return false;
	return found || err_set(err, ERR_ABSENT, "no such %s", what);
}

bool list_named(struct store_txn *txn, struct arena *arena, const struct list *list, const char *part_sql,
		struct str part, const struct list_sort *sort, const struct store_page *page, const void **rows,
		size_t *count, struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);

	if (part.len)
		query_compare(&where, part_sql, "LIKE ", V(like_pattern(arena, part)));
	else
		query_add(&where, "1 = 1");
	return list_run(txn, arena, list, &where, sort, page, rows, count, more, err);
}
