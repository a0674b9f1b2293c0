/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Counts of what a filter finds, by facets: one walk over the rows, which gives each row's value of every facet that is
 * wanted to a table in memory. Either the first rows only, in whatever order is cheapest, or all of them in steps by id, each
 * in a transaction of its own, so that nothing long is held. Facets that depend on the time are worked out from the times.
 */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/memory.h"
#include "records/store/query.h"

#define SLOTS_MAX 50000 /* values of one facet; what comes after is not told apart */
#define DAY_S     86400

/* What a facet reads of a row: columns, and how they become values. */
enum reading { READ_INT, READ_TEXT, READ_STATE, READ_PROBLEM, READ_WEEK, READ_WORDS };
struct facet_row {
	enum reading reading;
	const char *sql[MODEL_NOUN_COUNT]; /* NULL: the noun does not have it; SAME: as for certificates */
};
#define SAME ""

/* clang-format off */
#define TIMES "c.not_before, c.not_after, c.expiring_at"
static const struct facet_row facets[MODEL_FACET_COUNT] = {
	[MODEL_FACET_STATE]       = {READ_STATE,   {TIMES, SAME, SAME}},
	[MODEL_FACET_PATH]        = {READ_INT,     {"l.path", SAME, SAME}},
	[MODEL_FACET_PROBLEM]     = {READ_PROBLEM, {"c.problems, " TIMES,
						    "(e.problems | COALESCE(c.own_problems, 0)), " TIMES, SAME}},
	[MODEL_FACET_OWNER]       = {READ_INT,     {"COALESCE(l.team_id, 0)", SAME, SAME}},
	[MODEL_FACET_ISSUER]      = {READ_TEXT,    {"c.issuer_name", SAME, SAME}},
	[MODEL_FACET_TYPE]        = {READ_INT,     {"c.type", SAME, SAME}},
	[MODEL_FACET_KEY]         = {READ_TEXT,    {"k.algorithm", SAME, SAME}},
	[MODEL_FACET_ENVIRONMENT] = {READ_TEXT,    {"l.environment", SAME, SAME}},
	[MODEL_FACET_CRITICALITY] = {READ_INT,     {"COALESCE(l.criticality, 0)", SAME, SAME}},
	[MODEL_FACET_SERVICE]     = {READ_INT,     {"COALESCE(l.service_id, 0)", SAME, SAME}},
	[MODEL_FACET_PURPOSE]     = {READ_TEXT,    {"lower(l.purpose)", SAME, SAME}},
	[MODEL_FACET_TAG]         = {READ_WORDS,   {"l.tags", SAME, SAME}},
	[MODEL_FACET_BITS]        = {READ_INT,     {"k.bits", SAME, SAME}},
	[MODEL_FACET_SIGNATURE]   = {READ_TEXT,    {"lower(c.signature)", SAME, SAME}},
	[MODEL_FACET_ACTIVE]      = {READ_INT,     {"c.active", SAME, SAME}},
	[MODEL_FACET_CA]          = {READ_INT,     {"c.ca", SAME, SAME}},
	[MODEL_FACET_WILDCARD]    = {READ_INT,     {"c.wildcard", SAME, SAME}},
	[MODEL_FACET_IGNORED]     = {READ_INT,     {"(CASE WHEN l.ignored_at > 0 THEN 1 ELSE 0 END)", SAME, SAME}},
	[MODEL_FACET_WEEK]        = {READ_WEEK,    {"c.not_after", SAME, SAME}},
	[MODEL_FACET_PROTOCOL]    = {READ_TEXT,    {NULL, "e.protocol", NULL}},
	[MODEL_FACET_PORT]        = {READ_INT,     {NULL, "e.port", NULL}},
	[MODEL_FACET_OUTCOME]     = {READ_TEXT,    {NULL, "e.outcome", NULL}},
	[MODEL_FACET_TLS]         = {READ_TEXT,    {NULL, "e.tls_version", NULL}},
	[MODEL_FACET_GROUP]       = {READ_TEXT,    {NULL, "e.tls_group", NULL}},
	[MODEL_FACET_HOST]        = {READ_TEXT,    {NULL, "e.host", NULL}},
};
static const unsigned char column_counts[] = {
	[READ_INT] = 1, [READ_TEXT] = 1, [READ_STATE] = 3, [READ_PROBLEM] = 4, [READ_WEEK] = 1, [READ_WORDS] = 1,
};
static const struct { const char *id, *from; } nouns[] = {
	[MODEL_NOUN_CERTIFICATES] = {"c.id", CERTIFICATE_FROM},
	[MODEL_NOUN_ENDPOINTS] = {"e.id", ENDPOINT_FROM},
	[MODEL_NOUN_LINEAGES] = {"l.id", LINEAGE_FROM},
};
/* clang-format on */

/* One value of one facet. */
struct slot {
	struct str text; /* of texts and words; NULL data: none */
	int64_t number;
	int64_t count;
	int64_t next_end; /* the soonest end of its certificates that is not past; 0: none */
};

struct counted {
	enum model_facet facet;
	int column; /* its first */
	struct map *places;
	struct slot **slots;
	size_t count, room;
	struct slot none; /* rows without a value */
	bool full;        /* some values were not told apart */
};

struct store_tally {
	struct arena *arena;
	enum model_noun noun;
	const struct model_filter *filter;
	int64_t now, rows, after;
	struct counted *counted;
	size_t counted_count;
	int end_column; /* c.not_after, for next_end */
};

struct store_tally *store_tally_new(enum model_noun noun, const struct model_filter *filter,
				    const enum model_facet *wanted, size_t count, int64_t now)
{
	struct store_tally *tally = NEW(struct store_tally);
	int column = 2; /* the id, and the end */

	tally->arena = arena_new();
	tally->noun = noun;
	tally->filter = filter;
	tally->now = now;
	tally->end_column = 1;
	tally->counted = ARENA_ARRAY(tally->arena, struct counted, count + 1);
	for (size_t i = 0; i < count; i++) {
		if (!model_facet_is_of(wanted[i], noun))
			continue;
		tally->counted[tally->counted_count++] =
			(struct counted){.facet = wanted[i], .column = column, .places = map_new()};
		column += column_counts[facets[wanted[i]].reading];
	}
	return tally;
}

void store_tally_free(struct store_tally *tally)
{
	if (!tally)
		return;
	for (size_t i = 0; i < tally->counted_count; i++)
		map_free(tally->counted[i].places);
	arena_free(tally->arena);
	memory_done(&tally);
}

void store_tally_done(struct store_tally **tally)
{
	store_tally_free(*tally);
	*tally = NULL;
}

/* ---- values ---- */

static void slot_count(struct slot *slot, int64_t end, int64_t now)
{
	slot->count++;
	if (end >= now && (slot->next_end == 0 || end < slot->next_end))
		slot->next_end = end;
}

static struct slot *slot_new(struct store_tally *tally, struct counted *counted, struct slot value)
{
	struct slot *made = ARENA_NEW(tally->arena, struct slot);

	if (counted->count == counted->room) {
		struct slot **more = ARENA_ARRAY(tally->arena, struct slot *, counted->room ? counted->room * 2 : 16);

		if (counted->count)
			memcpy(more, counted->slots, counted->count * sizeof *more);
		counted->slots = more;
		counted->room = counted->room ? counted->room * 2 : 16;
	}
	*made = value;
	counted->slots[counted->count++] = made;
	return made;
}

static void count_number(struct store_tally *tally, struct counted *counted, int64_t number, int64_t end)
{
	struct slot *slot = map_get(counted->places, bytes_of(&number, sizeof number));

	if (!slot && counted->count == SLOTS_MAX) {
		counted->full = true;
		return;
	}
	if (!slot) {
		slot = slot_new(tally, counted, (struct slot){.number = number});
		map_set(counted->places, bytes_of(&slot->number, sizeof slot->number), slot);
	}
	slot_count(slot, end, tally->now);
}

static void count_text(struct store_tally *tally, struct counted *counted, struct str text, int64_t end)
{
	struct slot *slot;

	if (text.len == 0) {
		slot_count(&counted->none, end, tally->now);
		return;
	}
	slot = map_get(counted->places, bytes_from(text));
	if (!slot && counted->count == SLOTS_MAX) {
		counted->full = true;
		return;
	}
	if (!slot) {
		slot = slot_new(tally, counted, (struct slot){.text = arena_str(tally->arena, text)});
		map_set(counted->places, bytes_from(slot->text), slot);
	}
	slot_count(slot, end, tally->now);
}

static void count_words(struct store_tally *tally, struct counted *counted, struct str words, int64_t end)
{
	struct str one;

	if (words.len == 0)
		slot_count(&counted->none, end, tally->now);
	while (words.len && str_split(&words, ' ', &one))
		if (one.len)
			count_text(tally, counted, one, end);
}

static void count_problems(struct store_tally *tally, struct counted *counted, struct db_rows *rows, int64_t end)
{
	uint32_t lasting = (uint32_t)db_int(rows, counted->column), all = lasting;

	if (!db_is_null(rows, counted->column + 1))
		all = model_problems_at(lasting, db_int(rows, counted->column + 1), db_int(rows, counted->column + 2),
					tally->now);
	for (size_t i = 0; i < model_problem_count(); i++)
		if (all & model_problem_at(i))
			count_number(tally, counted, model_problem_at(i), end);
	if (all == 0)
		slot_count(&counted->none, end, tally->now);
}

static int64_t week_of(int64_t at)
{
	int64_t day = at / DAY_S - (at % DAY_S < 0);

	return (day - ((day + 3) % 7 + 7) % 7) * DAY_S; /* 1970-01-01 was a Thursday */
}

static void count_facet(struct store_tally *tally, struct counted *counted, struct db_rows *rows, int64_t end)
{
	int column = counted->column;
	enum reading reading = facets[counted->facet].reading;

	if (reading == READ_PROBLEM) {
		count_problems(tally, counted, rows, end);
		return;
	}
	if (db_is_null(rows, column)) {
		slot_count(&counted->none, end, tally->now);
		return;
	}
	switch (reading) {
	case READ_TEXT:
		count_text(tally, counted, db_text_here(rows, column), end);
		break;
	case READ_WORDS:
		count_words(tally, counted, db_text_here(rows, column), end);
		break;
	case READ_STATE:
		count_number(tally, counted,
			     model_state_at(db_int(rows, column), db_int(rows, column + 1), tally->now), end);
		break;
	case READ_WEEK:
		count_number(tally, counted, week_of(db_int(rows, column)), end);
		break;
	default:
		count_number(tally, counted, db_int(rows, column), end);
	}
}

/* ---- the walk ---- */

static const char *facet_sql(enum model_facet facet, enum model_noun noun)
{
	const char *own = facets[facet].sql[noun];

	return own && !*own ? facets[facet].sql[MODEL_NOUN_CERTIFICATES] : own;
}

static void add_columns(const struct store_tally *tally, struct query *query)
{
	query_add(query, "SELECT ");
	query_add(query, nouns[tally->noun].id);
	query_add(query, ", c.not_after");
	for (size_t i = 0; i < tally->counted_count; i++) {
		query_add(query, ", ");
		query_add(query, facet_sql(tally->counted[i].facet, tally->noun));
	}
	query_add(query, " FROM ");
	query_add(query, nouns[tally->noun].from);
	query_add(query, " WHERE ");
}

static bool walk(struct store_txn *txn, struct store_tally *tally, const struct query *query, int64_t max, bool *cut,
		 struct err *err)
{
	struct db_rows rows;
	int64_t seen = 0;

	if (!db_rows_once(txn, query->sql.data, query->values, &rows, err))
		return false;
	*cut = false;
	while (db_next(&rows)) {
		int64_t end = db_int(&rows, tally->end_column);

		if (seen == max) {
			*cut = true;
			break;
		}
		seen++;
		tally->after = db_int(&rows, 0);
		for (size_t i = 0; i < tally->counted_count; i++)
			count_facet(tally, &tally->counted[i], &rows, end);
	}
	tally->rows += seen;
	return db_rows_end(&rows, err);
}

/* ordered: by id from where the last step ended. */
static bool step(struct store_txn *txn, struct store_tally *tally, bool ordered, int64_t max, bool *cut,
		 struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(query_done) struct query query = query_start(arena);

	add_columns(tally, &query);
	if (!filter_add(txn, &query, tally->filter, (enum filter_of)tally->noun, tally->now, err))
		return false;
	if (ordered) {
		buf_addf(&query.sql, " AND %s > ", nouns[tally->noun].id);
		query_value(&query, V(tally->after));
		buf_addf(&query.sql, " ORDER BY %s", nouns[tally->noun].id);
	}
	buf_addf(&query.sql, " LIMIT %lld", (long long)max + 1);
	if (!buf_ok(&query.sql) || query.full)
		return err_set(err, ERR_INPUT, "the filter is too long");
	return walk(txn, tally, &query, max, cut, err);
}

bool store_tally_first(struct store_txn *txn, struct store_tally *tally, int64_t max, bool *cut, struct err *err)
{
	return step(txn, tally, false, max, cut, err);
}

bool store_tally_step(struct store_txn *txn, struct store_tally *tally, int64_t max, bool *more, struct err *err)
{
	return step(txn, tally, true, max, more, err);
}

int64_t store_tally_rows(const struct store_tally *tally)
{
	return tally->rows;
}

/* ---- results ---- */

static int by_count(const void *a, const void *b)
{
	const struct slot *one = *(struct slot *const *)a, *two = *(struct slot *const *)b;

	if (one->count != two->count)
		return one->count < two->count ? 1 : -1;
	if (one->text.data && two->text.data)
		return str_compare(one->text, two->text);
	return one->number < two->number ? -1 : one->number > two->number;
}

static int by_number(const void *a, const void *b)
{
	const struct slot *one = *(struct slot *const *)a, *two = *(struct slot *const *)b;

	return one->number < two->number ? -1 : one->number > two->number;
}

static const char TEAM_NAME[] = "SELECT name FROM teams WHERE id = $1";
static const char SERVICE_NAME[] = "SELECT name FROM services WHERE id = $1";
static const char ISSUER_LABEL[] = "SELECT issuer_cn, issuer FROM certificates WHERE issuer_name = $1 LIMIT 1";

static bool name_of(struct store_txn *txn, struct arena *arena, const char *sql, struct db_value value, struct str *out,
		    struct err *err)
{
	struct db_rows rows;

	if (!db_rows(txn, sql, (const struct db_value[]){value, {DB_END}}, &rows, err))
		return false;
	if (db_next(&rows)) {
		*out = db_text(&rows, 0, arena);
		if (out->len == 0 && sql == ISSUER_LABEL)
			*out = db_text(&rows, 1, arena);
	}
	return db_rows_end(&rows, err);
}

/* The value as the API has it: words of kinds, names of teams. */
static bool value_fill(struct store_txn *txn, struct arena *arena, enum model_facet facet, const struct slot *slot,
		       struct store_counted *to, struct err *err)
{
	*to = (struct store_counted){.number = slot->number, .count = slot->count, .next_not_after = slot->next_end};
	if (slot->text.data)
		to->value = to->label = arena_str(arena, slot->text);
	switch (facet) {
	case MODEL_FACET_OWNER:
	case MODEL_FACET_SERVICE:
		if (slot->number && !name_of(txn, arena, facet == MODEL_FACET_OWNER ? TEAM_NAME : SERVICE_NAME,
					     V(slot->number), &to->value, err))
			return false;
		to->label = to->value;
		return true;
	case MODEL_FACET_ISSUER:
		return name_of(txn, arena, ISSUER_LABEL, V(slot->text), &to->label, err);
	default:
		return true;
	}
}

static bool counted_fill(struct store_txn *txn, struct arena *arena, const struct counted *counted, size_t max,
			 struct store_counts *to, struct err *err)
{
	struct slot **sorted = ARENA_ARRAY(arena, struct slot *, counted->count + 1);
	struct store_counted *values;
	size_t count = counted->count < max ? counted->count : max;

	if (counted->count)
		memcpy(sorted, counted->slots, counted->count * sizeof *sorted);
	qsort(sorted, counted->count, sizeof *sorted, counted->facet == MODEL_FACET_WEEK ? by_number : by_count);
	values = ARENA_ARRAY(arena, struct store_counted, count + 1);
	for (size_t i = 0; i < count; i++)
		if (!value_fill(txn, arena, counted->facet, sorted[i], &values[i], err))
			return false;
	*to = (struct store_counts){
		.facet = counted->facet,
		.values = values,
		.count = count,
		.none = counted->none.count,
		.none_next_not_after = counted->none.next_end,
		.more = counted->full || counted->count > max,
	};
	return true;
}

bool store_tally_read(struct store_txn *txn, struct arena *arena, const struct store_tally *tally, size_t max,
		      const struct store_counts **out, size_t *count, struct err *err)
{
	struct store_counts *to = ARENA_ARRAY(arena, struct store_counts, tally->counted_count + 1);

	for (size_t i = 0; i < tally->counted_count; i++)
		if (!counted_fill(txn, arena, &tally->counted[i], max, &to[i], err))
			return false;
	*out = to;
	*count = tally->counted_count;
	return true;
}
