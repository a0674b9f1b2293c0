/* SPDX-License-Identifier: Apache-2.0 */

/* What only PostgreSQL has: connections that are lost, other engines on the same database, answers that come later. */

#include <pthread.h>

#include "records/store_fixture.h"

/* Ends all connections to the test's database but the one that asks. */
static void cut(struct fixture *f)
{
	char text[200];

	snprintf(text, sizeof text,
		 "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '%s' AND pid <> "
		 "pg_backend_pid()",
		 f->place.name);
	place_run(f->place.admin, text);
}

static void setting(struct fixture *f, struct store_txn *txn, const char *value)
{
	OK(f, store_setting_put(txn, STR("word"), bytes_from(str_of(value)), &f->err));
	note(f, txn);
}

static void check(struct fixture *f, const char *value)
{
	struct store_txn *txn = reading(f);
	struct bytes found;

	OK(f, store_setting(txn, f->arena, STR("word"), &found, &f->err));
	assert_str(str_from(found), value);
	store_end(&txn);
}

TEST(a_connection_that_died_between_transactions_is_made_anew)
{
	struct fixture f;
	struct store_txn *txn;

	fixture_start(&f);
	txn = writing(&f);
	setting(&f, txn, "one");
	OK(&f, store_commit(&txn, &f.err));
	check(&f, "one");
	cut(&f);
	check(&f, "one");
	txn = writing(&f);
	setting(&f, txn, "two");
	OK(&f, store_commit(&txn, &f.err));
	check(&f, "two");
	fixture_end(&f);
	(void)state;
}

TEST(a_connection_that_dies_in_a_transaction_is_told_and_nothing_is_half_done)
{
	struct fixture f;
	struct store_txn *txn;

	fixture_start(&f);
	txn = writing(&f);
	setting(&f, txn, "one");
	OK(&f, store_commit(&txn, &f.err));
	txn = writing(&f);
	setting(&f, txn, "two");
	cut(&f);
	assert_false(store_setting_put(txn, STR("other"), bytes_of("x", 1), &f.err));
	assert_int_equal(f.err.kind, ERR_UNREACHED);
	assert_string_equal(f.err.code, "database-gone");
	assert_true(f.err.fix[0] != 0);
	assert_false(store_commit(&txn, &f.err));
	check(&f, "one");
	fixture_end(&f);
	(void)state;
}

TEST(a_commit_whose_answer_is_lost_is_told_as_unknown)
{
	struct fixture f;
	struct store_txn *txn;

	fixture_start(&f);
	txn = writing(&f);
	setting(&f, txn, "one");
	cut(&f);
	assert_false(store_commit(&txn, &f.err));
	assert_int_equal(f.err.kind, ERR_UNREACHED);
	assert_string_equal(f.err.code, "commit-unknown");
	txn = writing(&f);
	setting(&f, txn, "two");
	OK(&f, store_commit(&txn, &f.err));
	check(&f, "two");
	fixture_end(&f);
	(void)state;
}

TEST(what_nobody_waits_for_fails_at_the_commit_and_leaves_nothing)
{
	struct fixture f;
	struct store_txn *txn;
	struct store_seen seen;
	int64_t leaf, scan, nobody = 42, count;
	bool fresh;

	fixture_start(&f);
	txn = writing(&f);
	scan = add_scan(&f, txn);
	OK(&f, store_commit(&txn, &f.err));
	txn = writing(&f);
	leaf = add_certificate(&f, txn, "a.example", 1);
	seen = seen_at(scan, 0, "a.example", &leaf, 1);
	OK(&f, store_see(txn, &seen, &fresh, &f.err));
	OK(&f, store_user_count(txn, &count, &f.err)); /* all went well up to here */
	seen = seen_at(scan, 1, "b.example", &nobody, 1);
	if (store_see(txn, &seen, &fresh, &f.err))
		assert_false(store_commit(&txn, &f.err));
	else
		store_end(&txn);
	assert_int_equal(f.err.kind, ERR_CONFLICT);
	txn = reading(&f);
	assert_false(store_certificate_by_id(txn, f.arena, leaf, &(struct model_certificate){0}, &f.err));
	assert_int_equal(f.err.kind, ERR_ABSENT);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

struct other {
	const char *url;
};

/* Another engine: counts on what the first one committed. */
static void *count_on(void *data)
{
	static const struct audit_actor actor = {STR_INIT("user:other"), STR_INIT("127.0.0.1"), {NULL, 0}};
	struct other *other = data;
	struct store *store = NULL;
	struct err err = {0};

	if (!store_open(other->url, NULL, &store, &err))
		abort(); /* cmocka's asserts belong to the main thread */
	for (int i = 0; i < 50; i++) {
		struct store_txn *txn = NULL;

		if (!store_write(store, &txn, &err) ||
		    !audit_add(txn, &actor, "test.change", STR("thing:2"), NOW, &err) || !store_commit(&txn, &err))
			abort();
	}
	store_close(store);
	return NULL;
}

TEST(engines_on_one_database_take_turns)
{
	struct fixture f;
	struct other other = {0};
	pthread_t threads[2];
	struct store_txn *txn;
	struct audit_state audit;

	fixture_start(&f);
	other.url = f.path;
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count_on, &other), 0);
	for (int i = 0; i < 50; i++) {
		txn = writing(&f);
		note(&f, txn);
		OK(&f, store_commit(&txn, &f.err));
	}
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		pthread_join(threads[i], NULL);
	txn = reading(&f);
	OK(&f, audit_verify(txn, &audit, &f.err));
	assert_int_equal(audit.count, 150);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(who_waits_too_long_for_a_turn_is_told_to_come_later)
{
	struct fixture f;
	struct store_options options = {.busy_ms = 100};
	struct store *second;
	struct store_txn *first, *txn = NULL;

	fixture_start(&f);
	OK(&f, store_open(f.path, &options, &second, &f.err));
	first = writing(&f);
	assert_false(store_write(second, &txn, &f.err));
	assert_int_equal(f.err.kind, ERR_LATER);
	assert_true(f.err.retry_s >= 1);
	store_end(&first);
	OK(&f, store_write(second, &txn, &f.err));
	store_end(&txn);
	store_close(second);
	fixture_end(&f);
	(void)state;
}

TESTS(RUN(a_connection_that_died_between_transactions_is_made_anew),
      RUN(a_connection_that_dies_in_a_transaction_is_told_and_nothing_is_half_done),
      RUN(a_commit_whose_answer_is_lost_is_told_as_unknown),
      RUN(what_nobody_waits_for_fails_at_the_commit_and_leaves_nothing), RUN(engines_on_one_database_take_turns),
      RUN(who_waits_too_long_for_a_turn_is_told_to_come_later))
