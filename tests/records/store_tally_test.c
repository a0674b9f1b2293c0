/* SPDX-License-Identifier: Apache-2.0 */

/* Facets against brute force: random estates, random filters, at once and in steps; groups' soonest ends; the timeline. */

#include <stdlib.h>

#include "decisions/query.h"
#include "records/store_fixture.h"

#define DAY   86400
#define COUNT 240

static uint64_t seed = 42;

static uint64_t below(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % n;
}

/* Certificates of every kind, most of them shown somewhere. */
static void fill(struct fixture *f)
{
	static const char *const issuers[] = {"R11", "r10", "Corp CA", "E6 \"x\"", "\xe2\x80\xaehostile"};
	static const char *const keys[] = {"rsa", "ec", "ed25519"};
	struct store_txn *txn = writing(f);
	int64_t scan = add_scan(f, txn);

	for (int64_t i = 0; i < COUNT; i++) {
		struct model_new_certificate made =
			certificate(f->arena, arena_format(f->arena, "n%lld.example.org", (long long)i / 3).data, i);
		int64_t id, lineage, life = (int64_t)(1 + below(400)) * DAY;
		bool added, fresh;

		made.row.issuer_cn = str_of(issuers[below(COUNT_OF(issuers))]);
		made.row.key_algorithm = str_of(keys[below(COUNT_OF(keys))]);
		made.row.key_bits = (int64_t)(1024 * (1 + below(4)));
		made.row.ca = below(10) == 0;
		made.row.wildcard = below(8) == 0;
		made.row.problems = below(4) == 0 ? MODEL_PROBLEM_WEAK_KEY | MODEL_PROBLEM_SELF_SIGNED : 0;
		made.row.not_before = NOW - (int64_t)below((uint64_t)life + 30 * DAY) + 5 * DAY;
		made.row.not_after = made.row.not_before + life;
		made.row.lifetime_s = life;
		OK(f, store_certificate_add(txn, &made, &id, NULL, &f->err));
		if (below(3) > 0) {
			struct store_seen seen = seen_at(scan, i, arena_format(f->arena, "h%llu", (unsigned long long)below(40)).data, &id, 1);

			seen.port = (int64_t)(443 + below(3));
			seen.problems = below(5) == 0 ? MODEL_PROBLEM_NAME_MISMATCH : 0;
			seen.tls_json = below(2) ? STR("{\"version\":\"TLSv1.3\",\"group\":\"x25519\"}") : STR("{\"version\":\"TLSv1.2\"}");
			OK(f, store_see(txn, &seen, &fresh, &f->err));
		}
		if (below(5) > 0) {
			OK(f, store_lineage_adopt(txn, id, false, NOW, &lineage, &added, &f->err));
			OK(f, store_lineage_path(txn, lineage, (enum model_path)below(5), STR("test"), &f->err));
		}
	}
	note(f, txn);
	OK(f, store_commit(&txn, &f->err));
}

static struct model_filter filter_of(struct fixture *f, const char *text)
{
	const struct query_node *query;

	OK(f, query_read(f->arena, str_of(text), &query, NULL, &f->err));
	return query_filter(f->arena, query, NOW);
}

static const enum model_facet facets[] = {MODEL_FACET_STATE, MODEL_FACET_PATH, MODEL_FACET_PROBLEM, MODEL_FACET_ISSUER,
					  MODEL_FACET_KEY,   MODEL_FACET_BITS, MODEL_FACET_ACTIVE,  MODEL_FACET_CA,
					  MODEL_FACET_WILDCARD, MODEL_FACET_WEEK, MODEL_FACET_TYPE, MODEL_FACET_OWNER};

/* Whether a row has that value of a facet; none: whether it has no value at all. */
static bool row_has(const struct model_certificate *row, enum model_facet facet, const struct store_counted *value)
{
	uint32_t problems = model_problems_at(row->problems, row->not_before, row->not_after, NOW);
	int64_t day = row->not_after / DAY;

	switch (facet) {
	case MODEL_FACET_STATE:
		return (int64_t)model_state_at(row->not_before, row->not_after, NOW) == value->number;
	case MODEL_FACET_PATH:
		return row->lineage_id && (int64_t)row->lineage_path == value->number;
	case MODEL_FACET_PROBLEM:
		return (problems & (uint64_t)value->number) != 0;
	case MODEL_FACET_ISSUER:
		return str_equal_nocase(row->issuer_cn, value->value);
	case MODEL_FACET_KEY:
		return str_equal(row->key_algorithm, value->value);
	case MODEL_FACET_BITS:
		return row->key_bits == value->number;
	case MODEL_FACET_ACTIVE:
		return row->active == value->number;
	case MODEL_FACET_CA:
		return row->ca == value->number;
	case MODEL_FACET_WILDCARD:
		return row->wildcard == value->number;
	case MODEL_FACET_WEEK:
		return (day - (day + 3) % 7) * DAY == value->number;
	case MODEL_FACET_TYPE:
		return (int64_t)row->kind == value->number;
	default:
		return value->number == 0;
	}
}

static void compare(const struct store_counts *counts, const struct model_certificate *rows, size_t row_count,
		    const char *filter)
{
	for (size_t i = 0; i < counts->count; i++) {
		const struct store_counted *value = &counts->values[i];
		int64_t count = 0, next = 0;

		for (size_t r = 0; r < row_count; r++) {
			if (!row_has(&rows[r], counts->facet, value))
				continue;
			count++;
			if (rows[r].not_after >= NOW && (next == 0 || rows[r].not_after < next))
				next = rows[r].not_after;
		}
		if (count != value->count || next != value->next_not_after)
			fail_msg("%s: %s value %zu: %lld counted, %lld there", filter, model_facet_name(counts->facet), i,
				 (long long)value->count, (long long)count);
		if (i > 0 && counts->facet != MODEL_FACET_WEEK)
			assert_true(value[-1].count >= value->count);
	}
}

/* Every row has one value or none of each facet but problems. */
static void complete(const struct store_counts *counts, size_t row_count)
{
	int64_t sum = counts->none;

	for (size_t i = 0; i < counts->count; i++)
		sum += counts->values[i].count;
	if (counts->facet != MODEL_FACET_PROBLEM)
		assert_int_equal(sum, row_count);
	assert_false(counts->more);
}

static void check(struct fixture *f, struct store_txn *txn, const char *text)
{
	struct model_filter filter = filter_of(f, text);
	struct store_page page = {.limit = 1000};
	const struct model_certificate *rows;
	size_t row_count;

	OK(f, store_certificates(txn, f->arena, &filter, STORE_BY_NAME, &page, NOW, &rows, &row_count, NULL, &f->err));
	for (int steps = 0; steps < 2; steps++) {
		CLEANUP(store_tally_done) struct store_tally *tally =
			store_tally_new(MODEL_NOUN_CERTIFICATES, &filter, facets, COUNT_OF(facets), NOW);
		const struct store_counts *counts;
		size_t count;
		bool more = true;

		if (!steps) {
			OK(f, store_tally_first(txn, tally, 100000, &more, &f->err));
			assert_false(more);
		}
		while (steps && more)
			OK(f, store_tally_step(txn, tally, 7, &more, &f->err));
		assert_int_equal(store_tally_rows(tally), row_count);
		OK(f, store_tally_read(txn, f->arena, tally, 1000, &counts, &count, &f->err));
		assert_int_equal(count, COUNT_OF(facets));
		for (size_t i = 0; i < count; i++) {
			compare(&counts[i], rows, row_count, text);
			complete(&counts[i], row_count);
		}
	}
}

TEST(facets_count_what_is_there_for_every_filter)
{
	static const char *const filters[] = {
		"", "state:expired", "-state:expired", "issuer:r1", "issuer=\"corp ca\"", "key:[ec,rsa] bits>2048", "active:yes",
		"path:proven", "-has:lineage", "problem:weak-key OR problem:name-mismatch", "expires<30d", "port:443", "host:h1*",
		"name:n1*", "n2", "has:chain", "tls:1.3", "group:x25519", "location:endpoint", "at:h1", "nosuchthing"};
	struct fixture f;
	struct store_txn *txn;

	fixture_start(&f);
	fill(&f);
	txn = reading(&f);
	for (size_t i = 0; i < COUNT_OF(filters); i++)
		check(&f, txn, filters[i]);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(of_too_many_rows_only_the_first_are_counted_and_it_says_so)
{
	struct fixture f;
	struct store_txn *txn;
	struct store_tally *tally;
	bool cut;

	fixture_start(&f);
	fill(&f);
	txn = reading(&f);
	tally = store_tally_new(MODEL_NOUN_CERTIFICATES, NULL, facets, COUNT_OF(facets), NOW);
	OK(&f, store_tally_first(txn, tally, 10, &cut, &f.err));
	assert_true(cut);
	assert_int_equal(store_tally_rows(tally), 10);
	store_tally_free(tally);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

/* All facets of all nouns can be counted, in both ways. */
TEST(every_facet_of_every_noun_can_be_counted)
{
	struct fixture f;
	struct store_txn *txn;

	fixture_start(&f);
	fill(&f);
	txn = reading(&f);
	for (int noun = 0; noun < MODEL_NOUN_COUNT; noun++) {
		enum model_facet all[MODEL_FACET_COUNT];
		const struct store_counts *counts;
		struct store_tally *tally;
		size_t count = 0, of_noun = 0;
		bool more = true;

		for (int i = 0; i < MODEL_FACET_COUNT; i++) {
			all[i] = (enum model_facet)i;
			of_noun += model_facet_is_of(all[i], (enum model_noun)noun);
		}
		tally = store_tally_new((enum model_noun)noun, NULL, all, MODEL_FACET_COUNT, NOW);
		while (more)
			OK(&f, store_tally_step(txn, tally, 50, &more, &f.err));
		OK(&f, store_tally_read(txn, f.arena, tally, 5, &counts, &count, &f.err));
		assert_int_equal(count, of_noun);
		assert_true(store_tally_rows(tally) > 0);
		store_tally_free(tally);
	}
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(the_timeline_counts_each_day_and_the_load)
{
	static struct store_timeline timeline, kept;
	struct fixture f;
	struct store_txn *txn;
	struct model_filter filter;
	const struct model_certificate *rows;
	struct store_page page = {.limit = 1000};
	size_t count;
	int64_t from = NOW / DAY, overdue = 0;
	bool more = true;

	fixture_start(&f);
	fill(&f);
	txn = reading(&f);
	filter = filter_of(&f, "active:yes");
	OK(&f, store_certificates(txn, f.arena, &filter, STORE_BY_NAME, &page, NOW, &rows, &count, NULL, &f.err));
	store_timeline_start(&timeline, from, 100, 47 * DAY);
	while (more)
		OK(&f, store_timeline_step(txn, &timeline, NULL, NOW, 11, &more, &f.err));
	assert_int_equal(timeline.rows, count);
	for (int64_t day = from; day < from + 100; day++) {
		int64_t there = 0, without = 0;

		for (size_t i = 0; i < count; i++)
			if (rows[i].not_after / DAY == day) {
				there++;
				without += rows[i].lineage_path != MODEL_PATH_PROVEN;
			}
		assert_int_equal(timeline.days[day - from].count, there);
		assert_int_equal(timeline.days[day - from].without_path, without);
	}
	for (size_t i = 0; i < count; i++)
		overdue += rows[i].not_after / DAY < from;
	assert_int_equal(timeline.overdue, overdue);
	assert_true(timeline.load_then >= timeline.load_now && timeline.load_now > 0);
	kept = timeline;
	OK(&f, store_timeline_days(txn, &kept, &f.err));
	assert_memory_equal(&kept, &timeline, sizeof kept);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(values_of_the_inventory_are_found_by_a_part)
{
	static const struct {
		enum model_field field;
		const char *part, *first;
	} rows[] = {{MODEL_FIELD_ISSUER, "r1", "r10"}, {MODEL_FIELD_ISSUER, "corp", "corp ca"}, {MODEL_FIELD_ISSUER, "ca", "corp ca"},
		    {MODEL_FIELD_NAME, "n1", "n1.example.org"}, {MODEL_FIELD_NAME, "N1", "n1.example.org"}, {MODEL_FIELD_HOST, "h3", "h3"},
		    {MODEL_FIELD_LINEAGE, "n7", "n7.example.org"}, {MODEL_FIELD_ADDRESS, "127", "127.0.0.1"},
		    {MODEL_FIELD_ISSUER, "%", NULL}, {MODEL_FIELD_ISSUER, "_", NULL}, {MODEL_FIELD_OWNER, "", NULL},
		    {MODEL_FIELD_TAG, "x", NULL}, {MODEL_FIELD_ENV, "", NULL}, {MODEL_FIELD_SERIAL, "0", NULL}};
	struct fixture f;
	struct store_txn *txn;

	fixture_start(&f);
	fill(&f);
	txn = reading(&f);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct str *values;
		size_t count;

		OK(&f, store_values(txn, f.arena, rows[i].field, str_of(rows[i].part), 10, &values, &count, &f.err));
		if ((count == 0) != (rows[i].first == NULL) || (count && !str_is(values[0], rows[i].first)))
			fail_msg("%s %s: %zu, %.*s", model_field_name(rows[i].field), rows[i].part, count,
				 STR_ARG(count ? values[0] : STR("")));
		assert_true(count <= 10);
	}
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TESTS(RUN(facets_count_what_is_there_for_every_filter), RUN(of_too_many_rows_only_the_first_are_counted_and_it_says_so),
      RUN(every_facet_of_every_noun_can_be_counted), RUN(the_timeline_counts_each_day_and_the_load),
      RUN(values_of_the_inventory_are_found_by_a_part))
