/* SPDX-License-Identifier: Apache-2.0 */

/* Counting, and the answers of /facets, /groups and /timeline: see counted.h. */

#include "api/routes/counted.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "decisions/query.h"

#define STEP_ROWS    5000
#define FACET_VALUES 20
#define GROUP_VALUES 1000
#define DAY_S        86400

struct writing {
	struct store *store;
	struct store_txn *txn; /* NULL: steps */
	const struct count_ask *ask;
	struct model_filter filter;
	struct arena *arena;
	int64_t now, rows_max;
	const volatile bool *stop;
	bool cut;
	struct json_out json;
};

static bool stopped(struct err *err)
{
	err_set(err, ERR_LATER, "the server is stopping");
	err->retry_s = 1;
	return false;
}

/* ---- facets and groups ---- */

static bool tally_steps(struct writing *writing, struct store_tally *tally, struct err *err)
{
	for (bool more = true; more;) {
		CLEANUP(store_end) struct store_txn *txn = NULL;

		if (writing->stop && *writing->stop)
			return stopped(err);
		if (!store_read(writing->store, &txn, err) || !store_tally_step(txn, tally, STEP_ROWS, &more, err))
			return false;
	}
	return true;
}

static void write_value(struct writing *writing, const struct facet_words *words, int64_t count, int64_t next)
{
	struct json_out *json = &writing->json;

	json_out_object(json);
	json_out_key_str(json, "value", words->value);
	json_out_key_str(json, "label", words->label);
	json_out_key_int(json, "count", count);
	if (writing->ask->kind == COUNT_GROUPS)
		row_time(json, "next_not_after", next);
	json_out_key_str(json, "term", words->term);
	json_out_key_str(json, "q", facet_query(writing->arena, writing->ask->q, words->term));
	json_out_end_object(json);
}

static void write_counts(struct writing *writing, const char *key, const struct store_counts *counts)
{
	struct facet_words words;
	int64_t none = counts->none, none_next = counts->none_next_not_after;

	json_out_key(&writing->json, key);
	json_out_array(&writing->json);
	for (size_t i = 0; i < counts->count; i++) {
		facet_words(writing->arena, counts->facet, &counts->values[i], &words);
		if (words.value.data) {
			write_value(writing, &words, counts->values[i].count, counts->values[i].next_not_after);
			continue;
		}
		none += counts->values[i].count;
		if (!none_next || (counts->values[i].next_not_after && counts->values[i].next_not_after < none_next))
			none_next = counts->values[i].next_not_after;
	}
	if (none) {
		facet_words_none(counts->facet, &words);
		write_value(writing, &words, none, none_next);
	}
	json_out_end_array(&writing->json);
	json_out_key_bool(&writing->json, "more", counts->more);
}

/* Of all rows the total is kept, however few were counted. */
static bool write_total(struct writing *writing, struct store_txn *txn, int64_t rows, struct err *err)
{
	struct store_overview totals;
	bool known = !writing->cut;

	if (writing->cut && writing->filter.count == 0) {
		if (!store_overview(txn, writing->now, &totals, err))
			return false;
		rows = writing->ask->noun == MODEL_NOUN_CERTIFICATES ? totals.certificates
		       : writing->ask->noun == MODEL_NOUN_ENDPOINTS  ? totals.endpoints
								     : totals.lineages;
		known = true;
	}
	json_out_key(&writing->json, "total");
	if (known)
		json_out_int(&writing->json, rows);
	else
		json_out_null(&writing->json);
	json_out_key_bool(&writing->json, "approximate", writing->cut);
	json_out_key_time(&writing->json, "at", writing->now);
	return true;
}

static bool write_tally(struct writing *writing, struct store_txn *txn, const struct store_tally *tally, struct err *err)
{
	bool groups = writing->ask->kind == COUNT_GROUPS;
	struct json_out *json = &writing->json;
	const struct store_counts *counts;
	size_t count;

	if (!store_tally_read(txn, writing->arena, tally, groups ? GROUP_VALUES : FACET_VALUES, &counts, &count, err))
		return false;
	json_out_object(json);
	if (!write_total(writing, txn, store_tally_rows(tally), err))
		return false;
	if (groups && count > 0) {
		json_out_key_text(json, "by", model_facet_name(counts[0].facet));
		write_counts(writing, "items", &counts[0]);
	} else {
		json_out_key(json, "facets");
		json_out_array(json);
		for (size_t i = 0; i < count; i++) {
			json_out_object(json);
			json_out_key_text(json, "field", model_facet_name(counts[i].facet));
			write_counts(writing, "values", &counts[i]);
			json_out_end_object(json);
		}
		json_out_end_array(json);
	}
	json_out_end_object(json);
	return true;
}

static bool count_rows(struct writing *writing, struct err *err)
{
	CLEANUP(store_tally_done) struct store_tally *tally =
		store_tally_new(writing->ask->noun, &writing->filter, writing->ask->facets, writing->ask->facet_count,
				writing->now);
	CLEANUP(store_end) struct store_txn *own = NULL;
	bool counted = writing->txn ? store_tally_first(writing->txn, tally, writing->rows_max, &writing->cut, err)
				    : tally_steps(writing, tally, err);

	if (!counted || (!writing->txn && !store_read(writing->store, &own, err)))
		return false;
	return write_tally(writing, writing->txn ? writing->txn : own, tally, err);
}

/* ---- the timeline ---- */

static void write_date(struct json_out *json, const char *key, int64_t day)
{
	char text[CLOCK_TEXT];

	clock_write(day * DAY_S, text);
	text[10] = 0;
	json_out_key_text(json, key, text);
}

/* What is without a path is not known of days whose rows were not all counted. */
static void write_point(struct writing *writing, const char *key, int64_t day, int64_t count, int64_t without)
{
	json_out_object(&writing->json);
	write_date(&writing->json, key, day);
	json_out_key_int(&writing->json, "count", count);
	if (writing->cut)
		json_out_key_null(&writing->json, "without_path");
	else
		json_out_key_int(&writing->json, "without_path", without);
	json_out_end_object(&writing->json);
}

struct busiest {
	int64_t week, count;
};

static struct busiest write_weeks(struct writing *writing, const struct store_timeline *timeline)
{
	struct busiest busiest = {0, 0};
	int64_t first = timeline->from_day - ((timeline->from_day + 3) % 7 + 7) % 7;
	int64_t end = timeline->from_day + (int64_t)timeline->day_count;

	json_out_key(&writing->json, "weeks");
	json_out_array(&writing->json);
	for (int64_t week = first; week < end; week += 7) {
		int64_t count = 0, without = 0;

		for (int64_t day = week; day < week + 7 && day < end; day++)
			if (day >= timeline->from_day) {
				count += timeline->days[day - timeline->from_day].count;
				without += timeline->days[day - timeline->from_day].without_path;
			}
		if (count > busiest.count)
			busiest = (struct busiest){week, count};
		write_point(writing, "week", week, count, without);
	}
	json_out_end_array(&writing->json);
	return busiest;
}

/* A rate in a million weeks as people say it: one place after the point below ten. */
static struct str rate_text(struct arena *arena, int64_t in_million_weeks)
{
	double rate = (double)in_million_weeks / 1e6;

	return arena_format(arena, rate < 10 ? "%.1f" : "%.0f", rate);
}

static void write_load(struct writing *writing, const struct store_timeline *timeline)
{
	struct json_out *json = &writing->json;

	json_out_key(json, "load");
	if (writing->cut) {
		json_out_null(json);
		return;
	}
	json_out_object(json);
	json_out_key(json, "per_week_now");
	json_out_double(json, (double)timeline->load_now / 1e6);
	json_out_key(json, "per_week_then");
	if (timeline->what_if_s)
		json_out_double(json, (double)timeline->load_then / 1e6);
	else
		json_out_null(json);
	json_out_key(json, "lifetime_days");
	if (timeline->what_if_s)
		json_out_int(json, timeline->what_if_s / DAY_S);
	else
		json_out_null(json);
	json_out_end_object(json);
}

static const char *plural(int64_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

static void write_sentence(struct writing *writing, const struct store_timeline *timeline, int64_t count,
			   int64_t without, const struct busiest *busiest)
{
	CLEANUP(buf_done) struct buf text = buf_capped(1024);
	char monday[CLOCK_TEXT];

	buf_addf(&text, "%lld %s in %lld days", (long long)count,
		 plural(count, "certificate ends", "certificates end"), (long long)timeline->day_count);
	if (!writing->cut && count)
		buf_addf(&text, ", %lld of them without a proven renewal path", (long long)without);
	if (busiest->count) {
		clock_write(busiest->week * DAY_S, monday);
		buf_addf(&text, "; the busiest week begins on %.10s with %lld", monday, (long long)busiest->count);
	}
	buf_add_char(&text, '.');
	if (timeline->overdue)
		buf_addf(&text, " %lld served %s before.", (long long)timeline->overdue,
			 plural(timeline->overdue, "one ended", "ones ended"));
	if (!writing->cut && timeline->rows > 0) {
		struct str now = rate_text(writing->arena, timeline->load_now),
			   then = rate_text(writing->arena, timeline->load_then);

		buf_addf(&text, " Renewed at two thirds of their lives they make %.*s renewals a week", STR_ARG(now));
		if (timeline->what_if_s)
			buf_addf(&text, "; with lifetimes of %lld days, %.*s",
				 (long long)(timeline->what_if_s / DAY_S), STR_ARG(then));
		buf_add_char(&text, '.');
	}
	json_out_key_str(&writing->json, "sentence", buf_str(&text));
}

static void write_timeline(struct writing *writing, const struct store_timeline *timeline)
{
	struct json_out *json = &writing->json;
	int64_t count = 0, without = 0;
	struct busiest busiest;

	json_out_object(json);
	write_date(json, "from", timeline->from_day);
	json_out_key_bool(json, "approximate", writing->cut);
	json_out_key_time(json, "at", writing->now);
	json_out_key_int(json, "overdue", timeline->overdue);
	json_out_key(json, "days");
	json_out_array(json);
	for (size_t i = 0; i < timeline->day_count; i++) {
		count += timeline->days[i].count;
		without += timeline->days[i].without_path;
		write_point(writing, "day", timeline->from_day + (int64_t)i, timeline->days[i].count,
			    timeline->days[i].without_path);
	}
	json_out_end_array(json);
	busiest = write_weeks(writing, timeline);
	write_load(writing, timeline);
	write_sentence(writing, timeline, count, without, &busiest);
	json_out_end_object(json);
}

static bool timeline_steps(struct writing *writing, struct store_timeline *timeline, struct err *err)
{
	for (bool more = true; more;) {
		CLEANUP(store_end) struct store_txn *txn = NULL;

		if (writing->stop && *writing->stop)
			return stopped(err);
		if (!store_read(writing->store, &txn, err) ||
		    !store_timeline_step(txn, timeline, &writing->filter, writing->now, STEP_ROWS, &more, err))
			return false;
	}
	return true;
}

static bool count_timeline(struct writing *writing, struct err *err)
{
	struct store_timeline *timeline = ARENA_NEW(writing->arena, struct store_timeline);
	const struct count_ask *ask = writing->ask;
	bool ok;

	store_timeline_start(timeline, ask->from_day, (size_t)ask->days, ask->what_if_days * DAY_S);
	ok = writing->txn ? store_timeline_first(writing->txn, timeline, &writing->filter, writing->now,
						 writing->rows_max, &writing->cut, err)
			  : timeline_steps(writing, timeline, err);
	/* the days of all are kept, however few rows were counted */
	if (ok && writing->cut && writing->filter.count == 0)
		ok = store_timeline_days(writing->txn, timeline, err);
	if (ok)
		write_timeline(writing, timeline);
	return ok;
}

bool count_write(struct store *store, struct store_txn *txn, const struct count_ask *ask, int64_t now, int64_t rows_max,
		 const volatile bool *stop, struct buf *to, bool *cut, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct writing writing = {.store = store, .txn = txn,	       .ask = ask,   .arena = arena,
				  .now = now,	  .rows_max = rows_max, .stop = stop, .json = json_out_start(to)};
	const struct query_node *query;
	bool ok;

	if (!query_read(arena, ask->q, &query, NULL, err))
		return false;
	writing.filter = query_filter(arena, query, now);
	ok = ask->kind == COUNT_TIMELINE ? count_timeline(&writing, err) : count_rows(&writing, err);
	*cut = writing.cut;
	if (ok && !buf_ok(to))
		return err_set(err, ERR_INTERNAL, "the answer is too long");
	return ok;
}
