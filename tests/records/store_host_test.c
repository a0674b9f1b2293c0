/* SPDX-License-Identifier: Apache-2.0 */

/* Files of machines: what is known of them is kept, and they are compared with what their endpoints show. */

#include "records/store_fixture.h"

static int64_t file_put(struct fixture *f, struct store_txn *txn, const char *path, int64_t certificate, const char *name)
{
	struct store_place_seen seen = {MODEL_LOCATION_FILE, str_of(path), &certificate, 1, true, false, NOW, false};
	struct model_host_serves serves = {.address = STR("127.0.0.1"), .port = 443, .server_name = str_of(name)};
	struct model_host_file file = {.path = str_of(path), .server = STR("nginx"), .line = 7, .mode = 0600, .record = STR("{}"), .seen_at = NOW};

	OK(f, store_place_see(txn, &seen, &file.location_id, &f->err));
	OK(f, store_host_file_put(txn, &file, &serves, 1, &f->err));
	return file.location_id;
}

static int64_t matches(struct fixture *f, struct store_txn *txn, int64_t location)
{
	struct model_host_file file;
	bool found;

	OK(f, store_host_file(txn, f->arena, location, &file, &found, &f->err));
	assert_true(found);
	return file.matches_served;
}

static void compare(struct fixture *f, struct store_txn *txn, int64_t not_served)
{
	int64_t differ;

	OK(f, store_host_compare(txn, NOW, NOW + 1, &differ, &f->err));
	assert_int_equal(differ, not_served);
}

static void see(struct fixture *f, struct store_txn *txn, int64_t number, int64_t *chain, size_t count)
{
	struct store_seen seen = seen_at(add_scan(f, txn), number, "a.example", chain, count);
	bool fresh;

	OK(f, store_see(txn, &seen, &fresh, &f->err));
}

TEST(a_file_is_compared_with_what_its_endpoint_shows)
{
	struct fixture f;
	struct store_txn *txn;
	int64_t old, renewed, file;

	fixture_start(&f);
	txn = writing(&f);
	old = add_certificate(&f, txn, "a.example", 1);
	renewed = add_certificate(&f, txn, "a.example", 2);
	file = file_put(&f, txn, "/etc/a.pem", old, "a.example");
	compare(&f, txn, 0);
	assert_int_equal(matches(&f, txn, file), MODEL_UNKNOWN);
	see(&f, txn, 1, &old, 1);
	compare(&f, txn, 0);
	assert_int_equal(matches(&f, txn, file), MODEL_YES);
	file_put(&f, txn, "/etc/a.pem", renewed, "a.example");
	compare(&f, txn, 1);
	assert_int_equal(matches(&f, txn, file), MODEL_NO);
	see(&f, txn, 2, &renewed, 1);
	compare(&f, txn, 0);
	assert_int_equal(matches(&f, txn, file), MODEL_YES);
	store_end(&txn);
	fixture_end(&f);
}

TEST(a_second_file_for_one_name_that_is_not_shown_says_nothing)
{
	struct fixture f;
	struct store_txn *txn;
	int64_t rsa, ec, first, second;

	fixture_start(&f);
	txn = writing(&f);
	rsa = add_certificate(&f, txn, "a.example", 1);
	ec = add_certificate(&f, txn, "a.example", 2);
	first = file_put(&f, txn, "/etc/rsa.pem", rsa, "a.example");
	second = file_put(&f, txn, "/etc/ec.pem", ec, "a.example");
	see(&f, txn, 1, &rsa, 1);
	compare(&f, txn, 0);
	assert_int_equal(matches(&f, txn, first), MODEL_YES);
	assert_int_equal(matches(&f, txn, second), MODEL_UNKNOWN);
	store_end(&txn);
	fixture_end(&f);
}

TESTS(RUN(a_file_is_compared_with_what_its_endpoint_shows), RUN(a_second_file_for_one_name_that_is_not_shown_says_nothing))
