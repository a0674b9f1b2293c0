/* SPDX-License-Identifier: Apache-2.0 */

/* Databases of older schemas are kept in data/db, one for each that was released: every one must come up to the newest. */

#include "base/file.h"
#include "records/store_fixture.h"

/* kept: the name of one in data/db; NULL: nothing is there. */
static void put(struct fixture *f, const char *kept)
{
	bool file = place_is_file(&f->place);
	struct bytes content = {NULL, 0};

	if (kept)
		OK(f, file_read(f->arena, arena_format(f->arena, "data/db/%s.%s", kept, file ? "db" : "sql").data, 1 << 24,
				&content, &f->err));
	if (file)
		OK(f, file_write(f->path, content.data ? content : bytes_of("", 0), 0600, &f->err));
	else if (kept)
		place_sql(&f->place, arena_str(f->arena, str_from(content)).data);
}

/* Like fixture_start, on a copy of a kept database. */
static void start_on(struct fixture *f, const char *kept)
{
	memset(f, 0, sizeof *f);
	place_make(&f->place);
	f->path = f->place.url;
	f->arena = arena_new();
	put(f, kept);
}

TEST(an_empty_place_becomes_a_store)
{
	struct fixture f;

	start_on(&f, NULL);
	fixture_open(&f);
	assert_int_equal(store_schema_version(f.store), store_schema_newest());
	fixture_end(&f);
	(void)state;
}

TEST(a_kept_database_of_schema_1_keeps_its_rows)
{
	struct fixture f;
	struct store_txn *txn;
	struct model_certificate row;
	struct model_user user;
	struct model_scan scan;
	struct audit_state audit;
	struct store_overview overview;
	uint8_t hash[HASH_SHA256];
	bool found;

	start_on(&f, "0001");
	fixture_open(&f);
	assert_int_equal(store_schema_version(f.store), store_schema_newest());
	txn = reading(&f);
	OK(&f, store_integrity(txn, &f.err));
	OK(&f, audit_verify(txn, &audit, &f.err));
	assert_int_equal(audit.count, 2);
	OK(&f, store_user_by_name(txn, f.arena, STR("kept"), &user, &f.err));
	hash_sha256(bytes_from(STR("kept.example/1")), hash);
	OK(&f, store_certificate(txn, f.arena, hash, &row, &f.err));
	assert_str(row.name, "kept.example");
	assert_true(row.active);
	OK(&f, store_scan_last(txn, f.arena, &scan, &found, &f.err));
	assert_true(found && scan.targets_done == 1);
	OK(&f, store_overview(txn, NOW, &overview, &f.err));
	assert_int_equal(overview.certificates, 1);
	assert_int_equal(overview.active, 1);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

/*
 * What data/db was made with: with KEEPVALID_TEST_KEEP the place is left behind (tests/data/README.md).
 */
TEST(a_store_of_now_can_be_kept)
{
	struct fixture f;
	struct store_txn *txn;
	struct store_seen seen;
	int64_t leaf, scan, user, lineage;
	bool fresh, made;

	fixture_start(&f);
	txn = writing(&f);
	OK(&f, store_user_add(txn, STR("Kept"), MODEL_ROLE_ADMIN, STR("hash"), NOW, &user, &f.err));
	note(&f, txn);
	scan = add_scan(&f, txn);
	leaf = add_certificate(&f, txn, "kept.example", 1);
	seen = seen_at(scan, 0, "kept.example", &leaf, 1);
	OK(&f, store_see(txn, &seen, &fresh, &f.err));
	OK(&f, store_lineage_adopt(txn, leaf, false, NOW, &lineage, &made, &f.err));
	OK(&f, store_commit(&txn, &f.err));
	store_close(f.store);
	f.store = NULL;
	fixture_end(&f);
	(void)state;
}

TEST(a_database_that_is_newer_is_refused_and_left_as_it_is)
{
	struct fixture f;
	struct buf before = buf_capped(1 << 26), after = buf_capped(1 << 26);

	start_on(&f, "0001");
	place_sql(&f.place, "INSERT INTO schema_versions VALUES (9999, '9999-future.sql', '', 0)");
	place_dump(&f.place, &before);
	assert_false(store_open(f.path, NULL, &f.store, &f.err));
	assert_int_equal(f.err.kind, ERR_CONFLICT);
	assert_string_equal(f.err.code, "store-newer");
	place_dump(&f.place, &after);
	assert_true(buf_ok(&before) && bytes_equal(buf_bytes(&before), buf_bytes(&after)));
	buf_done(&before);
	buf_done(&after);
	f.store = NULL;
	fixture_end(&f);
	(void)state;
}

TEST(what_is_not_a_database_is_refused_and_left_as_it_is)
{
	struct fixture f;
	struct bytes after;

	start_on(&f, NULL);
	if (!place_is_file(&f.place)) { /* a database that is not there is not made */
		assert_false(store_open("postgres:///nothing?host=/nonexistent", NULL, &f.store, &f.err));
		assert_int_equal(f.err.kind, ERR_UNREACHED);
		assert_string_equal(f.err.code, "database-gone");
		fixture_end(&f);
		return;
	}
	OK(&f, file_write(f.path, bytes_of("this is a letter, not a database, and it is long enough", 55), 0600, &f.err));
	assert_false(store_open(f.path, NULL, &f.store, &f.err));
	OK(&f, file_read(f.arena, f.path, 1 << 24, &after, &f.err));
	assert_int_equal(after.len, 55);
	f.store = NULL;
	fixture_end(&f);
	(void)state;
}

/* What an attacker with the database in hand may do to the audit, and the first words of what verify says. */
TEST(an_audit_that_was_tampered_with_does_not_verify)
{
	static const char *const deeds[] = {
		"UPDATE audit SET who = 'user:other' WHERE number = 5",
		"UPDATE audit SET at = at + 1 WHERE number = 0",
		"UPDATE audit SET why = '' WHERE number = 3",
		"DELETE FROM audit WHERE number = 7",
		"DELETE FROM audit WHERE number = 9",
		"DELETE FROM audit WHERE number = 0",
		"UPDATE audit SET hash = (SELECT hash FROM audit WHERE number = 1) WHERE number = 2",
		"UPDATE audit SET number = 100 WHERE number = 9",
		("UPDATE audit SET number = -1 WHERE number = 4; UPDATE audit SET number = 4 WHERE number = 5; "
		 "UPDATE audit SET number = 5 WHERE number = -1"),
		"INSERT INTO audit SELECT 10, at, who, what, object, why, origin, hash FROM audit WHERE number = 9",
		"UPDATE audit_tree SET count = 9",
		"UPDATE audit_tree SET root = (SELECT hash FROM audit WHERE number = 1)",
		"UPDATE audit_tree SET frontier = (SELECT hash FROM audit WHERE number = 1)",
		"DELETE FROM audit_tree",
		"DELETE FROM audit",
	};

	for (size_t i = 0; i < COUNT_OF(deeds); i++) {
		struct fixture f;
		struct store_txn *txn;
		struct audit_state audit;

		fixture_start(&f);
		txn = writing(&f);
		for (int j = 0; j < 10; j++)
			note(&f, txn);
		OK(&f, store_commit(&txn, &f.err));
		store_close(f.store);
		place_sql(&f.place, deeds[i]);
		fixture_open(&f);
		txn = reading(&f);
		if (audit_verify(txn, &audit, &f.err))
			fail_msg("not seen: %s", deeds[i]);
		assert_string_equal(f.err.code, "audit-broken");
		store_end(&txn);
		fixture_end(&f);
	}
	(void)state;
}

TESTS(RUN(an_empty_place_becomes_a_store), RUN(a_store_of_now_can_be_kept), RUN(a_kept_database_of_schema_1_keeps_its_rows),
      RUN(a_database_that_is_newer_is_refused_and_left_as_it_is), RUN(what_is_not_a_database_is_refused_and_left_as_it_is),
      RUN(an_audit_that_was_tampered_with_does_not_verify))
