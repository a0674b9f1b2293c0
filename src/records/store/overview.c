/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The first screen: totals from counters, weeks from a table of days, needs from indexes of active certificates. Nothing
 * here walks the certificates.
 */

#include <string.h>

#include "base/arena.h"
#include "records/store/inside.h"
#include "records/store/query.h"

#define DAY_S 86400
/*
 * Whole days from the table, the rest and those before their time from the indexes: see needs.c. "+": by not_before, as few
 * certificates are shown before their time and all that are active have a need_at.
 */
static const char NEED_DAYS[] = "SELECT COALESCE(SUM(count), 0) FROM need_days WHERE day < $1";
static const char NEED_TODAY[] = "SELECT COUNT(*) FROM certificates WHERE need_at > 0 AND need_at >= $1 AND need_at <= $2";
static const char NEED_EARLY[] = "SELECT COUNT(*) FROM certificates WHERE not_before > $1 AND +need_at > $1";
static const char DAYS[] = "SELECT day, count FROM expiry_days WHERE day >= $1 AND day < $2";

/* Each answers ids, worst first; $1 now, $2 mask, $3 limit. */
#define NEED "SELECT c.id FROM certificates c WHERE c.need_at > 0 AND "
static const char NEED_EXPIRED[] =
	NEED "c.active = 1 AND c.not_after < $1 AND $2 = $2 ORDER BY c.not_after DESC, c.id LIMIT $3";
static const char NEED_LASTING_ROWS[] =
	NEED "c.active = 1 AND c.problems <> 0 AND (c.problems & $2) <> 0 AND c.not_after >= $1 "
	"ORDER BY c.not_after, c.id LIMIT $3";
static const char NEED_FUTURE[] = NEED "c.not_before > $1 AND $2 = $2 ORDER BY c.not_before DESC, c.id LIMIT $3";
/* by the time from which they need somebody, which goes by the share of life that is left */
static const char NEED_EXPIRING[] = NEED "c.need_at > 1 AND c.need_at <= $1 AND c.not_after >= $1 AND $2 = $2 "
					 "ORDER BY c.need_at, c.id LIMIT $3";
static const char ENDPOINT_OF[] =
	"SELECT " ENDPOINT_COLUMNS " FROM " ENDPOINT_FROM
	/* by its sightings: an endpoint of two key types shows a second leaf that is not its own */
	" WHERE e.location_id IN (SELECT s.location_id FROM sightings s WHERE s.certificate_id = $1 AND "
	"s.current = 1) ORDER BY ((e.problems & $2) <> 0) DESC, e.id LIMIT 1";
static const char ENDPOINT_COUNT[] = "SELECT served_as_leaf FROM certificates WHERE id = $1";

bool store_overview(struct store_txn *txn, int64_t now, struct store_overview *out, struct err *err)
{
	struct {
		const char *name;
		int64_t *value;
	} counters[] = {
		{"active", &out->active},       {"proven", &out->proven},       {"certificates", &out->certificates},
		{"lineages", &out->lineages},   {"endpoints", &out->endpoints}, {"hosts", &out->hosts},
	};
	int64_t days, today, early, demo;

	for (size_t i = 0; i < COUNT_OF(counters); i++)
		if (!counter_get(txn, counters[i].name, counters[i].value, err))
			return false;
	if (!counter_get(txn, "demo", &demo, err) ||
	    !db_number(txn, NEED_DAYS, VALUES(V(now / DAY_S)), 0, &days, err) ||
	    !db_number(txn, NEED_TODAY, VALUES(V(now / DAY_S * DAY_S), V(now)), 0, &today, err) ||
	    !db_number(txn, NEED_EARLY, VALUES(V(now)), 0, &early, err))
		return false;
	out->need_you = days + today + early;
	out->demo = demo > 0;
	return true;
}

bool store_expiring_weeks(struct store_txn *txn, int64_t now, struct store_week weeks[STORE_WEEKS],
			  struct err *err)
{
	/* 1970-01-01 was a Thursday */
	int64_t today = now / DAY_S, monday = today - (today + 3) % 7;
	struct db_rows rows;

	for (int i = 0; i < STORE_WEEKS; i++)
		weeks[i] = (struct store_week){(monday + 7 * i) * DAY_S, 0};
	if (!db_rows(txn, DAYS, VALUES(V(monday), V(monday + 7 * STORE_WEEKS)), &rows, err))
		return false;
	while (db_next(&rows))
		weeks[(db_int(&rows, 0) - monday) / 7].count += db_int(&rows, 1);
	return db_rows_end(&rows, err);
}

/* The worst of them: the heaviest, the first of the table among equals. */
static enum model_problem worst(uint32_t problems)
{
	enum model_problem worst = 0;
	int weight = 0;

	for (size_t i = 0; i < model_problem_count(); i++) {
		enum model_problem one = model_problem_at(i);

		if ((problems & one) && model_problem_weight(one) > weight) {
			worst = one;
			weight = model_problem_weight(one);
		}
	}
	return worst;
}

static bool need_fill(struct store_txn *txn, struct arena *arena, int64_t id, int64_t now, struct store_need *need,
		      struct err *err)
{
	const void *endpoint;
	size_t count;

	if (!store_certificate_by_id(txn, arena, id, &need->certificate, err))
		return false;
	need->problems = model_problems_at(need->certificate.problems, need->certificate.not_before,
					   need->certificate.not_after, now);
	need->problem = worst(need->problems);
	if (!list_all(txn, arena, &endpoint_list, ENDPOINT_OF, VALUES(V(id), V(need->problem)), 1, &endpoint,
		      &count, err) ||
	    !db_number(txn, ENDPOINT_COUNT, VALUES(V(id)), 0, &need->endpoint_count, err))
		return false;
	if (count)
		need->endpoint = *(const struct model_endpoint *)endpoint;
	return true;
}

static bool need_ids(struct store_txn *txn, const char *sql, int64_t mask, int64_t now, uint32_t limit, int64_t *ids,
		     size_t *count, struct err *err)
{
	struct db_rows rows;

	if (!db_rows(txn, sql, VALUES(V(now), V(mask), V(limit)), &rows, err))
		return false;
	while (db_next(&rows)) {
		int64_t id = db_int(&rows, 0);
		bool known = false;

		for (size_t i = 0; i < *count; i++)
			known |= ids[i] == id;
		if (!known && *count < limit)
			ids[(*count)++] = id;
	}
	return db_rows_end(&rows, err);
}

bool store_needs(struct store_txn *txn, struct arena *arena, int64_t now, uint32_t limit,
		 const struct store_need **rows, size_t *count, struct err *err)
{
	/* What has ended comes before what is wrong for clients, that before what will end, the weak last. */
	static const struct {
		const char *sql;
		int64_t mask;
	} steps[] = {
		{NEED_EXPIRED, 0},
		{NEED_FUTURE, 0},
		{NEED_LASTING_ROWS, MODEL_PROBLEM_NAME_MISMATCH},
		{NEED_EXPIRING, 0},
		{NEED_LASTING_ROWS, NEED_LASTING},
	};
	int64_t *ids = ARENA_ARRAY(arena, int64_t, limit + 1);
	struct store_need *needs;

	*count = 0;
	for (size_t i = 0; i < COUNT_OF(steps) && *count < limit; i++)
		if (!need_ids(txn, steps[i].sql, steps[i].mask, now, limit, ids, count, err))
			return false;
	needs = ARENA_ARRAY(arena, struct store_need, *count + 1);
	for (size_t i = 0; i < *count; i++)
		if (!need_fill(txn, arena, ids[i], now, &needs[i], err))
			return false;
	*rows = needs;
	return true;
}
