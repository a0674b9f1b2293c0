/* SPDX-License-Identifier: Apache-2.0 */

#include <sys/stat.h>

#include "records/store_fixture.h"

TEST(a_new_store_has_the_newest_schema_and_is_closed_to_others)
{
	struct fixture f;
	struct stat stat_;

	fixture_start(&f);
	assert_int_equal(store_schema_version(f.store), store_schema_newest());
	if (place_is_file(&f.place)) {
		assert_int_equal(stat(f.path, &stat_), 0);
		assert_int_equal(stat_.st_mode & 0777, 0600);
	}
	fixture_end(&f);
	(void)state;
}

TEST(a_change_without_an_audit_entry_does_not_commit)
{
	struct fixture f;
	struct store_txn *txn;
	struct model_user user;
	int64_t id;

	fixture_start(&f);
	txn = writing(&f);
	OK(&f, store_user_add(txn, STR("Anna"), MODEL_ROLE_ADMIN, STR("hash"), NOW, &id, &f.err));
	assert_false(store_commit(&txn, &f.err));
	assert_string_equal(f.err.code, "store-unaudited");
	assert_null(txn);
	txn = reading(&f);
	assert_false(store_user_by_name(txn, f.arena, STR("anna"), &user, &f.err));
	assert_int_equal(f.err.kind, ERR_ABSENT);
	store_end(&txn);

	txn = writing(&f);
	OK(&f, store_user_add(txn, STR("Anna"), MODEL_ROLE_ADMIN, STR("hash"), NOW, &id, &f.err));
	note(&f, txn);
	OK(&f, store_commit(&txn, &f.err));
	txn = reading(&f);
	OK(&f, store_user_by_name(txn, f.arena, STR("ANNA"), &user, &f.err));
	assert_true(user.id == id);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(a_reading_transaction_cannot_write)
{
	struct fixture f;
	struct store_txn *txn;
	int64_t id;

	fixture_start(&f);
	txn = reading(&f);
	assert_false(store_user_add(txn, STR("Anna"), MODEL_ROLE_ADMIN, STR("hash"), NOW, &id, &f.err));
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(a_name_is_given_to_one_user_only)
{
	struct fixture f;
	struct store_txn *txn;
	int64_t id;

	fixture_start(&f);
	txn = writing(&f);
	OK(&f, store_user_add(txn, STR("Anna"), MODEL_ROLE_ADMIN, STR("hash"), NOW, &id, &f.err));
	assert_false(store_user_add(txn, STR("anna"), MODEL_ROLE_ADMIN, STR("hash"), NOW, &id, &f.err));
	assert_int_equal(f.err.kind, ERR_CONFLICT);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(sessions_end_with_their_time_and_setup_tokens_work_once)
{
	struct fixture f;
	struct store_txn *txn;
	struct model_session session;
	uint8_t token[HASH_SHA256] = {1, 2, 3};
	int64_t user, id;

	fixture_start(&f);
	txn = writing(&f);
	OK(&f, store_user_add(txn, STR("Anna"), MODEL_ROLE_ADMIN, STR("hash"), NOW, &user, &f.err));
	OK(&f, store_session_add(txn, user, token, STR("127.0.0.1"), NOW, NOW + 60, &id, &f.err));
	OK(&f, store_session(txn, f.arena, token, NOW + 59, &session, &f.err));
	assert_str(session.user.name, "Anna");
	assert_null(session.user.password.data);
	assert_false(store_session(txn, f.arena, token, NOW + 60, &session, &f.err));
	OK(&f, store_session_end(txn, id, &f.err));
	assert_false(store_session(txn, f.arena, token, NOW, &session, &f.err));

	OK(&f, store_setup_token_put(txn, token, NOW, NOW + 60, &f.err));
	assert_false(store_setup_token_take(txn, token, NOW + 60, &f.err));
	OK(&f, store_setup_token_take(txn, token, NOW + 59, &f.err));
	assert_false(store_setup_token_take(txn, token, NOW + 59, &f.err));
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(a_stale_epoch_cannot_write_and_a_lease_that_ran_out_is_taken_over)
{
	struct fixture f;
	struct store_txn *txn;
	struct model_job first, second;
	int64_t id;
	bool taken;

	fixture_start(&f);
	txn = writing(&f);
	OK(&f, store_job_add(txn, STR("scan"), 7, NOW, NOW, &id, &f.err));
	OK(&f, store_job_take(txn, f.arena, STR("scan"), NOW, 30, &first, &taken, &f.err));
	assert_true(taken && first.epoch == 1);
	OK(&f, store_job_take(txn, f.arena, STR("scan"), NOW + 29, 30, &second, &taken, &f.err));
	assert_false(taken);
	OK(&f, store_job_take(txn, f.arena, STR("scan"), NOW + 30, 30, &second, &taken, &f.err));
	assert_true(taken && second.epoch == 2 && second.id == first.id);
	assert_false(store_job_hold(txn, id, first.epoch, NOW + 31, 30, &f.err));
	assert_string_equal(f.err.code, "job-stale");
	assert_false(store_job_end(txn, id, first.epoch, MODEL_JOB_DONE, 0, STR("x"), NOW, &f.err));
	OK(&f, store_job_hold(txn, id, second.epoch, NOW + 31, 30, &f.err));
	OK(&f, store_job_end(txn, id, second.epoch, MODEL_JOB_DONE, 0, STR("x"), NOW, &f.err));
	assert_false(store_job_hold(txn, id, second.epoch, NOW + 31, 30, &f.err));
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(what_was_committed_is_there_after_opening_again_and_ids_grow)
{
	struct fixture f;
	struct store_txn *txn;
	struct model_certificate row;
	int64_t id, next;

	fixture_start(&f);
	txn = writing(&f);
	id = add_certificate(&f, txn, "a.example", 1);
	OK(&f, store_commit(&txn, &f.err));
	store_close(f.store);
	fixture_open(&f);
	next = store_new_id(f.store);
	assert_true(next > id);
	assert_true(store_new_id(f.store) > next);
	txn = reading(&f);
	OK(&f, store_certificate_by_id(txn, f.arena, id, &row, &f.err));
	assert_str(row.name, "a.example");
	OK(&f, store_integrity(txn, &f.err));
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(settings_and_answers_are_kept)
{
	struct fixture f;
	struct store_txn *txn;
	struct bytes value;
	struct str body;
	uint8_t hash[HASH_SHA256] = {9}, back[HASH_SHA256];
	int64_t status;

	fixture_start(&f);
	txn = writing(&f);
	assert_false(store_setting(txn, f.arena, STR("secret"), &value, &f.err));
	OK(&f, store_setting_put(txn, STR("secret"), bytes_of("\0a", 2), &f.err));
	OK(&f, store_setting_put(txn, STR("secret"), bytes_of("\0b", 2), &f.err));
	OK(&f, store_setting(txn, f.arena, STR("secret"), &value, &f.err));
	assert_memory_equal(value.data, "\0b", 2);
	OK(&f, store_answer_put(txn, STR("1/key"), hash, 202, STR("{}"), NOW, &f.err));
	OK(&f, store_answer(txn, f.arena, STR("1/key"), back, &status, &body, &f.err));
	assert_int_equal(status, 202);
	assert_memory_equal(hash, back, sizeof hash);
	OK(&f, store_answers_purge(txn, NOW + 1, &f.err));
	assert_false(store_answer(txn, f.arena, STR("1/key"), back, &status, &body, &f.err));
	note(&f, txn);
	OK(&f, store_answer_put(txn, STR("1/key"), hash, 202, STR("{}"), NOW, &f.err));
	assert_false(store_answer_put(txn, STR("1/key"), hash, 202, STR("{}"), NOW, &f.err));
	assert_int_equal(f.err.kind, ERR_CONFLICT);
	assert_false(store_commit(&txn, &f.err)); /* nothing goes on after a conflict */
	fixture_end(&f);
	(void)state;
}

TESTS(RUN(a_new_store_has_the_newest_schema_and_is_closed_to_others),
      RUN(a_change_without_an_audit_entry_does_not_commit), RUN(a_reading_transaction_cannot_write),
      RUN(a_name_is_given_to_one_user_only), RUN(sessions_end_with_their_time_and_setup_tokens_work_once),
      RUN(a_stale_epoch_cannot_write_and_a_lease_that_ran_out_is_taken_over),
      RUN(what_was_committed_is_there_after_opening_again_and_ids_grow), RUN(settings_and_answers_are_kept))
