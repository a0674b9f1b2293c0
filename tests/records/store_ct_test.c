/* SPDX-License-Identifier: Apache-2.0 */

/* Logs of certificates: positions that move only from where they stood, entries once, pairs that find each other, problems as news. */

#include "records/store_fixture.h"

#define SOURCE 7

static struct store_ct_log log_at(const char *id, int64_t next)
{
	return (struct store_ct_log){
		.log_id = str_of(id),
		.name = STR("log"),
		.url = STR("https://log.test"),
		.position = STR("{}"),
		.tree_size = 1000,
		.next_index = next,
		.entries_read = 100,
		.entries_ours = 2,
		.entries_unreadable = 1,
		.read_at = NOW,
	};
}

TEST(a_position_moves_only_from_where_it_stood)
{
	struct store_ct_log log = log_at("aa", 100);
	const struct store_ct_log *rows;
	struct store_txn *txn;
	struct fixture f;
	size_t count;

	(void)state;
	fixture_start(&f);
	txn = writing(&f);
	OK(&f, store_ct_log_put(txn, SOURCE, &log, -1, &f.err));
	log.next_index = 200;
	assert_false(store_ct_log_put(txn, SOURCE, &log, 150, &f.err));
	assert_int_equal(f.err.kind, ERR_CONFLICT);
	OK(&f, store_ct_log_put(txn, SOURCE, &log, 100, &f.err));
	log = log_at("bb", 5);
	OK(&f, store_ct_log_put(txn, SOURCE, &log, -1, &f.err));
	OK(&f, store_ct_logs(txn, f.arena, SOURCE, &rows, &count, &f.err));
	assert_int_equal(count, 2);
	assert_int_equal(rows[0].next_index, 200);
	assert_true(rows[0].entries_read >= 200);
	OK(&f, store_ct_logs(txn, f.arena, SOURCE + 1, &rows, &count, &f.err));
	assert_int_equal(count, 0);
	OK(&f, store_commit(&txn, &f.err)); /* what a log says needs no audit */
	fixture_end(&f);
}

TEST(a_problem_is_news_once_and_when_it_goes)
{
	struct store_ct_log log = log_at("aa", 100);
	struct store_txn *txn;
	struct fixture f;
	bool is_news;

	(void)state;
	fixture_start(&f);
	txn = writing(&f);
	OK(&f, store_ct_log_problem(txn, SOURCE, &log, &is_news, &f.err)); /* none, and none before */
	assert_false(is_news);
	log.problem_code = STR("ct-fork");
	log.problem = STR("it has forked");
	OK(&f, store_ct_log_problem(txn, SOURCE, &log, &is_news, &f.err));
	assert_true(is_news);
	OK(&f, store_ct_log_problem(txn, SOURCE, &log, &is_news, &f.err));
	assert_false(is_news);
	log.problem_code = log.problem = STR("");
	OK(&f, store_ct_log_problem(txn, SOURCE, &log, &is_news, &f.err));
	assert_true(is_news);
	store_end(&txn);
	fixture_end(&f);
}

TEST(entries_are_kept_once)
{
	struct store_ct_entry entry = {.log_id = STR("aa"), .index = 5, .logged_at_ms = INT64_C(1000) * NOW, .first_seen = NOW};
	struct store_txn *txn;
	struct fixture f;
	int64_t twin;

	(void)state;
	fixture_start(&f);
	txn = writing(&f);
	entry.certificate_id = add_certificate(&f, txn, "a.example", 1);
	OK(&f, store_ct_entry_add(txn, &entry, &f.err));
	OK(&f, store_ct_entry_add(txn, &entry, &f.err));
	OK(&f, store_ct_twin(txn, entry.certificate_id, &twin, &f.err));
	assert_true(twin != entry.certificate_id);
	store_end(&txn);
	fixture_end(&f);
}

TESTS(RUN(a_position_moves_only_from_where_it_stood), RUN(a_problem_is_news_once_and_when_it_goes), RUN(entries_are_kept_once))
