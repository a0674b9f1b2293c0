/* SPDX-License-Identifier: Apache-2.0 */

/* jobs/lineages over a store: renewals that continue, sites that stay apart, paths and what they replace. */

#include "records/store_fixture.h"

#include "jobs/lineages.h"

#define DAY 86400

struct world {
	struct fixture f;
	struct store_txn *txn;
	int64_t scan, number;
};

static void start(struct world *w)
{
	memset(w, 0, sizeof *w);
	fixture_start(&w->f);
	w->txn = writing(&w->f);
	w->scan = add_scan(&w->f, w->txn);
}

static void end(struct world *w)
{
	OK(&w->f, store_commit(&w->txn, &w->f.err));
	fixture_end(&w->f);
}

/* A certificate of 90 days for words, the first of which is its common name. */
static int64_t issue(struct world *w, const char *words, int64_t begun)
{
	struct model_new_certificate made = certificate(w->f.arena, words, begun);
	struct str *names = ARENA_ARRAY(w->f.arena, struct str, 8), rest = str_of(words);
	int64_t id;

	made.name_count = 0;
	while (str_split(&rest, ' ', &names[made.name_count]))
		made.name_count++;
	made.names = names;
	made.row.name = made.row.subject_cn = names[0];
	made.row.not_before = begun;
	made.row.not_after = begun + 90 * DAY - 1;
	OK(&w->f, store_certificate_add(w->txn, &made, &id, NULL, &w->f.err));
	return id;
}

/* It is seen at host as server name at a time; answers its lineage. */
static int64_t see(struct world *w, const char *host, const char *server_name, int64_t id, int64_t at)
{
	struct store_seen seen = seen_at(w->scan, w->number++, host, &id, 1);
	int64_t lineage;
	bool fresh;

	seen.server_name = str_of(server_name);
	seen.at = at;
	OK(&w->f, store_see(w->txn, &seen, &fresh, &w->f.err));
	OK(&w->f, lineage_join(w->txn, id, false, at, &lineage, NULL, &w->f.err));
	OK(&w->f, lineages_review(w->txn, 100, at, NULL, &w->f.err));
	return lineage;
}

static struct model_lineage row(struct world *w, int64_t id)
{
	struct model_lineage out;

	OK(&w->f, store_lineage(w->txn, w->f.arena, id, &out, &w->f.err));
	return out;
}

TEST(a_name_more_continues_and_what_was_said_stays)
{
	const struct store_lineage_change note_it = {.note = STR_INIT("ask Anna")};
	struct world w;
	int64_t first, lineage;
	bool changed;

	start(&w);
	first = see(&w, "h1", "shop", issue(&w, "shop www", NOW), NOW);
	OK(&w.f, store_lineage_change(w.txn, first, &note_it, NOW, &changed, &w.f.err));
	note(&w.f, w.txn);
	lineage = see(&w, "h1", "shop", issue(&w, "shop www pay", NOW + 60 * DAY), NOW + 60 * DAY);
	assert_true(lineage == first);
	assert_str(row(&w, first).note, "ask Anna");
	assert_int_equal(row(&w, first).certificate_count, 2);
	/* both sets are its own from now on, wherever they are met */
	assert_true(see(&w, "h2", "shop", issue(&w, "pay shop www", NOW + 61 * DAY), NOW + 61 * DAY) == first);
	assert_true(see(&w, "h3", "shop", issue(&w, "shop www", NOW + 62 * DAY), NOW + 62 * DAY) == first);
	end(&w);
}

TEST(sites_on_one_address_stay_apart)
{
	struct world w;
	int64_t a, b, c;

	start(&w);
	a = see(&w, "h1", "a.example", issue(&w, "a.example shared.example", NOW), NOW);
	b = see(&w, "h1", "b.example", issue(&w, "b.example shared.example", NOW), NOW);
	assert_true(a != b);
	/* another site takes the place of the first under the same server name */
	c = see(&w, "h1", "a.example", issue(&w, "c.example shared.example", NOW + DAY), NOW + DAY);
	assert_true(c != a && c != b);
	/* the same main name, but another set altogether */
	assert_true(see(&w, "h1", "b.example", issue(&w, "b.example x y z", NOW + DAY), NOW + DAY) != b);
	/* the same main name elsewhere, in the place of nothing */
	assert_true(see(&w, "h9", "b.example", issue(&w, "b.example shared.example more.example", NOW + DAY), NOW + DAY) != b);
	end(&w);
}

TEST(a_lineage_that_was_founded_a_moment_too_early_is_undone)
{
	struct store_overview overview;
	struct model_lineage out;
	struct world w;
	int64_t old, new, founded;

	start(&w);
	old = see(&w, "h1", "shop", issue(&w, "shop", NOW), NOW);
	new = issue(&w, "shop www", NOW + 60 * DAY);
	founded = see(&w, "h2", "shop", new, NOW + 60 * DAY);
	assert_true(founded != old);
	assert_true(see(&w, "h1", "shop", new, NOW + 60 * DAY + 5) == old);
	assert_false(store_lineage(w.txn, w.f.arena, founded, &out, &w.f.err));
	assert_int_equal(row(&w, old).certificate_count, 2);
	assert_true(see(&w, "h2", "shop", new, NOW + 61 * DAY) == old);
	OK(&w.f, store_overview(w.txn, NOW, &overview, &w.f.err));
	assert_int_equal(overview.lineages, 1);
	end(&w);
}

TEST(one_that_somebody_spoke_of_is_not_undone)
{
	const struct store_lineage_change note_it = {.note = STR_INIT("mine")};
	struct world w;
	int64_t old, new, founded;
	bool changed;

	start(&w);
	old = see(&w, "h1", "shop", issue(&w, "shop", NOW), NOW);
	new = issue(&w, "shop www", NOW + 60 * DAY);
	founded = see(&w, "h2", "shop", new, NOW + 60 * DAY);
	OK(&w.f, store_lineage_change(w.txn, founded, &note_it, NOW, &changed, &w.f.err));
	note(&w.f, w.txn);
	assert_true(see(&w, "h1", "shop", new, NOW + 60 * DAY + 5) == founded);
	assert_true(founded != old);
	end(&w);
}

TEST(two_renewals_prove_and_one_that_stays_away_fails)
{
	struct store_overview overview;
	struct model_certificate seen;
	struct world w;
	int64_t lineage = 0, ids[3];
	size_t reviewed;

	start(&w);
	for (int i = 0; i < 3; i++) {
		ids[i] = issue(&w, "shop", NOW + i * 60 * DAY);
		lineage = see(&w, "h1", "shop", ids[i], NOW + i * 60 * DAY);
		if (i == 1)
			assert_int_equal(row(&w, lineage).path, MODEL_PATH_UNTESTED);
	}
	assert_int_equal(row(&w, lineage).path, MODEL_PATH_PROVEN);
	assert_true(str_starts(row(&w, lineage).path_reason, STR("renewed 2 times, each at least 30 days")));
	OK(&w.f, store_overview(w.txn, NOW + 120 * DAY, &overview, &w.f.err));
	assert_int_equal(overview.proven, 1);
	OK(&w.f, store_certificate_by_id(w.txn, w.f.arena, ids[1], &seen, &w.f.err));
	assert_true(seen.has_replaces && seen.has_replaced_by && seen.gone_at == NOW + 120 * DAY);
	/* 20 days before its end nobody is needed; at 15 the path has failed, and somebody is */
	OK(&w.f, lineages_review(w.txn, 100, NOW + 190 * DAY, &reviewed, &w.f.err));
	assert_int_equal(reviewed, 0);
	OK(&w.f, store_overview(w.txn, NOW + 190 * DAY, &overview, &w.f.err));
	assert_int_equal(overview.need_you, 0);
	OK(&w.f, lineages_review(w.txn, 100, NOW + 196 * DAY, &reviewed, &w.f.err));
	assert_int_equal(reviewed, 1);
	assert_int_equal(row(&w, lineage).path, MODEL_PATH_FAILING);
	OK(&w.f, store_overview(w.txn, NOW + 196 * DAY, &overview, &w.f.err));
	assert_int_equal(overview.need_you, 1);
	assert_int_equal(overview.proven, 0);
	end(&w);
}

TEST(an_ignored_time_ends_by_itself)
{
	const struct store_lineage_change ignore = {.set_ignored = true, .ignore = true, .ignored_until = NOW + 5 * DAY,
						    .ignored_reason = STR_INIT("a test machine")};
	struct store_overview overview;
	struct world w;
	int64_t lineage;
	bool changed;

	start(&w);
	lineage = see(&w, "h1", "shop", issue(&w, "shop", NOW - 85 * DAY), NOW);
	OK(&w.f, store_overview(w.txn, NOW, &overview, &w.f.err));
	assert_int_equal(overview.need_you, 1);
	OK(&w.f, store_lineage_change(w.txn, lineage, &ignore, NOW, &changed, &w.f.err));
	note(&w.f, w.txn);
	OK(&w.f, lineages_review(w.txn, 100, NOW, NULL, &w.f.err));
	OK(&w.f, store_overview(w.txn, NOW, &overview, &w.f.err));
	assert_int_equal(overview.need_you, 0);
	OK(&w.f, lineages_review(w.txn, 100, NOW + 5 * DAY - 1, NULL, &w.f.err));
	assert_true(row(&w, lineage).ignored_at != 0);
	OK(&w.f, lineages_review(w.txn, 100, NOW + 5 * DAY, NULL, &w.f.err));
	assert_true(row(&w, lineage).ignored_at == 0);
	OK(&w.f, store_overview(w.txn, NOW + 5 * DAY, &overview, &w.f.err));
	assert_int_equal(overview.need_you, 1);
	end(&w);
}

TESTS(RUN(a_name_more_continues_and_what_was_said_stays), RUN(sites_on_one_address_stay_apart),
      RUN(a_lineage_that_was_founded_a_moment_too_early_is_undone), RUN(one_that_somebody_spoke_of_is_not_undone),
      RUN(two_renewals_prove_and_one_that_stays_away_fails), RUN(an_ignored_time_ends_by_itself))
