/* SPDX-License-Identifier: Apache-2.0 */

/*
 * When active certificates end, by the day, with and without a proven path; and how many renewals a week their lifetimes make.
 * A walk in steps like that of tally.c. Days that nobody narrowed come from the table of days.
 */

#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "records/store/query.h"

#define DAY_S 86400

#define ROWS                                                                                       \
	"SELECT c.id, c.not_after, c.lifetime_s, COALESCE(l.path, 0) FROM " CERTIFICATE_FROM                \
	" WHERE c.active = 1 AND "
static const char DAYS[] = "SELECT day, count FROM expiry_days WHERE day >= $1 AND day < $2";
static const char OVERDUE[] = "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM expiry_days WHERE day < $1";

void store_timeline_start(struct store_timeline *timeline, int64_t from_day, size_t days, int64_t what_if_s)
{
	memset(timeline, 0, sizeof *timeline);
	timeline->from_day = from_day;
	timeline->day_count = days < STORE_TIMELINE_DAYS ? days : STORE_TIMELINE_DAYS;
	timeline->what_if_s = what_if_s;
}

static int64_t day_of(int64_t at)
{
	return at / DAY_S - (at % DAY_S < 0);
}

/* Renewals in a million weeks of something that is renewed at two thirds of its life. */
static int64_t load_of(int64_t lifetime_s)
{
	int64_t every_s = lifetime_s / 3 * 2;

	return every_s < DAY_S ? 7 * INT64_C(1000000) : 7 * DAY_S * INT64_C(1000000) / every_s;
}

static void count_row(struct store_timeline *timeline, int64_t not_after, int64_t lifetime_s, bool proven)
{
	int64_t day = day_of(not_after) - timeline->from_day;
	int64_t then_s = timeline->what_if_s && timeline->what_if_s < lifetime_s ? timeline->what_if_s : lifetime_s;

	timeline->rows++;
	timeline->load_now += load_of(lifetime_s);
	timeline->load_then += load_of(then_s);
	if (day < 0)
		timeline->overdue++;
	if (day < 0 || day >= (int64_t)timeline->day_count)
		return;
	timeline->days[day].count++;
	timeline->days[day].without_path += !proven;
}

static bool step(struct store_txn *txn, struct store_timeline *timeline, const struct model_filter *filter, bool ordered,
		 int64_t now, int64_t max, bool *more, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(query_done) struct query query = query_start(arena);
	struct db_rows rows;
	int64_t seen = 0;

	query_add(&query, ROWS);
	if (!filter_add(txn, &query, filter, FILTER_CERTIFICATES, now, err))
		return false;
	if (ordered) {
		query_fill(&query, " AND c.id > ?", V(timeline->after));
		query_add(&query, " ORDER BY c.id");
	}
	buf_addf(&query.sql, " LIMIT %lld", (long long)max + 1);
	if (!buf_ok(&query.sql) || query.full)
		return err_set(err, ERR_INPUT, "the filter is too long");
	if (!db_rows_once(txn, query.sql.data, query.values, &rows, err))
		return false;
	*more = false;
	while (!*more && db_next(&rows)) {
		*more = seen == max;
		if (*more)
			break;
		seen++;
		timeline->after = db_int(&rows, 0);
		count_row(timeline, db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3) == MODEL_PATH_PROVEN);
	}
	return db_rows_end(&rows, err);
}

bool store_timeline_first(struct store_txn *txn, struct store_timeline *timeline, const struct model_filter *filter,
			  int64_t now, int64_t max, bool *cut, struct err *err)
{
	return step(txn, timeline, filter, false, now, max, cut, err);
}

bool store_timeline_step(struct store_txn *txn, struct store_timeline *timeline, const struct model_filter *filter,
			 int64_t now, int64_t max, bool *more, struct err *err)
{
	return step(txn, timeline, filter, true, now, max, more, err);
}

bool store_timeline_days(struct store_txn *txn, struct store_timeline *timeline, struct err *err)
{
	int64_t end = timeline->from_day + (int64_t)timeline->day_count;
	struct db_rows rows;

	if (!db_number(txn, OVERDUE, VALUES(V(timeline->from_day)), 0, &timeline->overdue, err) ||
	    !db_rows(txn, DAYS, VALUES(V(timeline->from_day), V(end)), &rows, err))
		return false;
	for (size_t i = 0; i < timeline->day_count; i++)
		timeline->days[i].count = 0;
	while (db_next(&rows))
		timeline->days[db_int(&rows, 0) - timeline->from_day].count = db_int(&rows, 1);
	return db_rows_end(&rows, err);
}
