/* SPDX-License-Identifier: Apache-2.0 */

/* Views and their versions; selections that stay as they were made; how far an action is. */

#include "decisions/query.h"
#include "records/store_fixture.h"

static struct model_view view(const char *name, int64_t owner, bool shared)
{
	return (struct model_view){.name = str_of(name), .noun = MODEL_NOUN_LINEAGES, .q = STR("expires<30d"), .sort = STR("-name"),
				   .columns = STR("name owner"), .group_by = STR("issuer"), .shared = shared, .owner_id = owner,
				   .owner_name = STR("anna")};
}

static int64_t add_view(struct fixture *f, const char *name, int64_t owner, bool shared)
{
	struct model_view made = view(name, owner, shared);
	struct store_txn *txn = writing(f);
	int64_t id;

	OK(f, store_view_add(txn, &made, NOW, &id, &f->err));
	note(f, txn);
	OK(f, store_commit(&txn, &f->err));
	return id;
}

TEST(a_view_is_seen_by_its_owner_and_a_shared_one_by_all)
{
	struct fixture f;
	struct store_page page = {0};
	const struct model_view *rows;
	struct store_txn *txn;
	size_t count;

	fixture_start(&f);
	add_view(&f, "b", 1, false);
	add_view(&f, "A", 2, true);
	add_view(&f, "c", 2, false);
	txn = reading(&f);
	OK(&f, store_views(txn, f.arena, 1, &page, &rows, &count, NULL, &f.err));
	assert_int_equal(count, 2);
	assert_str(rows[0].name, "A");
	assert_str(rows[1].name, "b");
	assert_str(rows[1].columns, "name owner");
	assert_int_equal(rows[1].noun, MODEL_NOUN_LINEAGES);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(a_name_is_taken_once_by_an_owner_in_any_case)
{
	struct model_view again = view("DUE", 1, false);
	struct store_txn *txn;
	struct fixture f;
	int64_t id;

	fixture_start(&f);
	add_view(&f, "due", 1, false);
	add_view(&f, "due", 2, false);
	txn = writing(&f);
	assert_false(store_view_add(txn, &again, NOW, &id, &f.err));
	assert_int_equal(f.err.kind, ERR_CONFLICT);
	assert_string_equal(f.err.code, "view-name");
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(a_change_of_an_older_version_is_refused)
{
	struct store_txn *txn;
	struct model_view got;
	struct fixture f;
	int64_t id;

	fixture_start(&f);
	id = add_view(&f, "v", 1, false);
	txn = writing(&f);
	OK(&f, store_view(txn, f.arena, id, &got, &f.err));
	got.name = STR("w");
	OK(&f, store_view_change(txn, &got, &f.err));
	assert_false(store_view_change(txn, &got, &f.err));
	assert_string_equal(f.err.code, "changed");
	assert_false(store_view_remove(txn, id, got.version, &f.err));
	OK(&f, store_view_remove(txn, id, got.version + 1, &f.err));
	assert_false(store_view(txn, f.arena, id, &got, &f.err));
	assert_int_equal(f.err.kind, ERR_ABSENT);
	note(&f, txn);
	OK(&f, store_commit(&txn, &f.err));
	fixture_end(&f);
	(void)state;
}

static void add_some(struct fixture *f, int from, int to)
{
	struct store_txn *txn = writing(f);

	for (int i = from; i < to; i++)
		add_certificate(f, txn, arena_format(f->arena, "s%d.example.org", i).data, i);
	note(f, txn);
	OK(f, store_commit(&txn, &f->err));
}

static int64_t make(struct fixture *f, const char *text, struct model_selection *out)
{
	const struct query_node *query;
	struct model_filter filter;
	struct store_txn *txn = writing(f);
	int64_t id;

	OK(f, query_read(f->arena, str_of(text), &query, NULL, &f->err));
	filter = query_filter(f->arena, query, NOW);
	OK(f, store_selection_make(txn, MODEL_NOUN_CERTIFICATES, &filter, str_of(text), STR("user:anna"), NOW, NOW + 100, &id, &f->err));
	OK(f, store_selection(txn, f->arena, id, NOW, out, &f->err));
	OK(f, store_commit(&txn, &f->err)); /* needs no audit entry: nothing is changed yet */
	return id;
}

TEST(a_selection_stays_what_it_was_when_it_was_made)
{
	struct model_selection one, two, again;
	struct store_page page = {.limit = 3};
	const struct model_certificate *rows;
	struct store_more more;
	struct store_txn *txn;
	size_t count, all = 0;
	struct fixture f;
	int64_t id;

	fixture_start(&f);
	add_some(&f, 0, 10);
	id = make(&f, "s*.example.org", &one);
	assert_int_equal(one.count, 10);
	add_some(&f, 10, 15);
	txn = reading(&f);
	OK(&f, store_selection(txn, f.arena, id, NOW, &again, &f.err));
	assert_int_equal(again.count, 10);
	assert_memory_equal(again.hash, one.hash, HASH_SHA256);
	do {
		OK(&f, store_selection_certificates(txn, f.arena, id, &page, &rows, &count, &more, &f.err));
		all += count;
		page.after = more.next;
	} while (more.next.set);
	assert_int_equal(all, 10);
	store_end(&txn);
	make(&f, "s*.example.org", &two);
	assert_int_equal(two.count, 15);
	assert_memory_not_equal(two.hash, one.hash, HASH_SHA256);
	fixture_end(&f);
	(void)state;
}

TEST(the_same_ids_have_the_same_hash_however_they_were_found)
{
	struct model_selection by_query, by_ids;
	const int64_t *ids;
	struct store_txn *txn;
	int64_t reversed[10], id, made;
	struct fixture f;
	size_t count;

	fixture_start(&f);
	add_some(&f, 0, 5);
	id = make(&f, "", &by_query);
	txn = writing(&f);
	OK(&f, store_selection_ids(txn, f.arena, id, 0, 10, &ids, &count, &f.err));
	assert_int_equal(count, 5);
	for (size_t i = 0; i < count; i++)
		reversed[i] = ids[count - 1 - i];
	reversed[5] = ids[0]; /* twice is once */
	reversed[6] = 12345;  /* is not there */
	OK(&f, store_selection_of(txn, MODEL_NOUN_CERTIFICATES, reversed, 7, STR("x"), NOW, NOW + 10, &made, &f.err));
	OK(&f, store_selection(txn, f.arena, made, NOW, &by_ids, &f.err));
	assert_int_equal(by_ids.count, 5);
	assert_memory_equal(by_ids.hash, by_query.hash, HASH_SHA256);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(what_has_expired_is_gone_and_is_purged)
{
	struct model_selection made;
	struct store_txn *txn;
	const int64_t *ids;
	struct fixture f;
	size_t count;
	int64_t id;

	fixture_start(&f);
	add_some(&f, 0, 5);
	id = make(&f, "", &made);
	txn = writing(&f);
	assert_false(store_selection(txn, f.arena, id, NOW + 101, &made, &f.err));
	assert_int_equal(f.err.kind, ERR_ABSENT);
	OK(&f, store_selections_purge(txn, NOW + 50, &f.err));
	OK(&f, store_selection(txn, f.arena, id, NOW, &made, &f.err));
	OK(&f, store_selections_purge(txn, NOW + 101, &f.err));
	assert_false(store_selection(txn, f.arena, id, NOW, &made, &f.err));
	OK(&f, store_selection_ids(txn, f.arena, id, 0, 10, &ids, &count, &f.err));
	assert_int_equal(count, 0);
	OK(&f, store_commit(&txn, &f.err));
	fixture_end(&f);
	(void)state;
}

TEST(an_action_says_how_far_it_is_and_what_failed)
{
	struct model_selection selection;
	struct model_action action = {.action = STR("own"), .arguments_json = STR("{}"), .by = STR("user:anna"), .from = STR("unix")}, got;
	const struct model_action_failure *failures;
	struct store_txn *txn;
	struct fixture f;
	size_t count;

	fixture_start(&f);
	add_some(&f, 0, 3);
	action.selection_id = make(&f, "", &selection);
	txn = writing(&f);
	OK(&f, store_action_add(txn, &action, NOW, &action.id, &f.err));
	action.after_item = 77;
	action.done = 2;
	action.changed = 1;
	action.failed = 1;
	OK(&f, store_action_step(txn, &action, &f.err));
	OK(&f, store_action_failed(txn, action.id, 5, STR("a"), STR("because"), &f.err));
	OK(&f, store_action_failed(txn, action.id, 5, STR("a"), STR("again"), &f.err));
	OK(&f, store_action(txn, f.arena, action.id, &got, &f.err));
	assert_int_equal(got.after_item, 77);
	assert_int_equal(got.changed, 1);
	OK(&f, store_action_failures(txn, f.arena, action.id, 10, &failures, &count, &f.err));
	assert_int_equal(count, 1);
	assert_str(failures[0].why, "because");
	note(&f, txn);
	OK(&f, store_commit(&txn, &f.err));
	fixture_end(&f);
	(void)state;
}

TESTS(RUN(a_view_is_seen_by_its_owner_and_a_shared_one_by_all), RUN(a_name_is_taken_once_by_an_owner_in_any_case),
      RUN(a_change_of_an_older_version_is_refused), RUN(a_selection_stays_what_it_was_when_it_was_made),
      RUN(the_same_ids_have_the_same_hash_however_they_were_found), RUN(what_has_expired_is_gone_and_is_purged),
      RUN(an_action_says_how_far_it_is_and_what_failed))
