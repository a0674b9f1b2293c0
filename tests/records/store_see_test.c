/* SPDX-License-Identifier: Apache-2.0 */

#include "records/store_fixture.h"

static bool see(struct fixture *f, struct store_txn *txn, const struct store_seen *seen)
{
	bool fresh;

	OK(f, store_see(txn, seen, &fresh, &f->err));
	return fresh;
}

static struct model_certificate row_of(struct fixture *f, struct store_txn *txn, int64_t id)
{
	struct model_certificate row;

	OK(f, store_certificate_by_id(txn, f->arena, id, &row, &f->err));
	return row;
}

static struct store_overview overview(struct fixture *f, struct store_txn *txn)
{
	struct store_overview out;

	OK(f, store_overview(txn, NOW, &out, &f->err));
	return out;
}

TEST(a_target_has_one_record_for_an_address_whatever_comes_twice)
{
	struct fixture f;
	struct store_txn *txn;
	struct model_scan scan;
	struct store_seen seen;
	const struct model_scan_record *records;
	struct store_page page = {0};
	size_t count;
	int64_t leaf;

	fixture_start(&f);
	txn = writing(&f);
	int64_t scan_id = add_scan(&f, txn);
	leaf = add_certificate(&f, txn, "a.example", 1);
	seen = seen_at(scan_id, 0, "a.example", &leaf, 1);
	assert_true(see(&f, txn, &seen));
	assert_false(see(&f, txn, &seen));
	seen.address = STR("127.0.0.2"); /* another address of the same target */
	assert_true(see(&f, txn, &seen));
	seen = seen_at(scan_id, 1, "b.example", NULL, 0);
	seen.outcome = STR("refused");
	assert_true(see(&f, txn, &seen));
	OK(&f, store_scan(txn, f.arena, scan_id, &scan, &f.err));
	assert_int_equal(scan.targets_done, 2);
	assert_int_equal(scan.outcome_count, 2);
	assert_str(scan.outcomes[0].name, "ok");
	assert_int_equal(scan.outcomes[0].count, 2);
	assert_int_equal(scan.outcomes[1].count, 1);
	OK(&f, store_scan_records(txn, f.arena, scan_id, (struct str){NULL, 0}, &page, &records, &count, NULL, &f.err));
	assert_int_equal(count, 3);
	assert_int_equal(records[2].number, 1);
	assert_int_equal(overview(&f, txn).endpoints, 2);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(a_certificate_that_was_replaced_is_no_longer_active)
{
	struct fixture f;
	struct store_txn *txn;
	struct store_seen seen;
	struct store_week weeks[STORE_WEEKS];
	int64_t old[2], new[2], lineage, same, total = 0;
	bool made;

	fixture_start(&f);
	txn = writing(&f);
	int64_t scan_id = add_scan(&f, txn);
	old[0] = add_certificate(&f, txn, "a.example", 1);
	new[0] = add_certificate(&f, txn, "a.example", 2);
	old[1] = new[1] = add_certificate(&f, txn, "ca.example", 3);
	seen = seen_at(scan_id, 0, "a.example", old, 2);
	see(&f, txn, &seen);
	OK(&f, store_lineage_adopt(txn, old[0], false, NOW, &lineage, &made, &f.err));
	assert_true(made);
	assert_true(row_of(&f, txn, old[0]).active);
	assert_false(row_of(&f, txn, old[1]).active);
	assert_int_equal(row_of(&f, txn, old[1]).served, 1);
	assert_int_equal(overview(&f, txn).active, 1);

	seen = seen_at(scan_id, 1, "a.example", new, 2);
	seen.at = NOW + 10;
	see(&f, txn, &seen);
	OK(&f, store_lineage_adopt(txn, new[0], false, NOW, &same, &made, &f.err));
	assert_false(made);
	assert_true(same == lineage);
	assert_false(row_of(&f, txn, old[0]).active);
	assert_int_equal(row_of(&f, txn, old[0]).served, 0);
	assert_true(row_of(&f, txn, new[0]).active);
	assert_int_equal(row_of(&f, txn, new[1]).served, 1);
	assert_true(row_of(&f, txn, new[1]).last_seen == NOW + 10);
	assert_int_equal(overview(&f, txn).active, 1);
	assert_int_equal(overview(&f, txn).endpoints, 1);
	OK(&f, store_expiring_weeks(txn, NOW, weeks, &f.err));
	for (int i = 0; i < STORE_WEEKS; i++)
		total += weeks[i].count;
	assert_int_equal(total, 1);
	assert_int_equal(weeks[(NOW + 60 * 86400 - weeks[0].start) / (7 * 86400)].count, 1);

	struct model_lineage row;
	OK(&f, store_lineage(txn, f.arena, lineage, &row, &f.err));
	assert_int_equal(row.certificate_count, 2);
	assert_true(row.current_certificate_id == new[0]);
	assert_true(row.active);
	assert_str(row.path_reason, STORE_PATH_FIRST);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(a_server_that_does_not_answer_keeps_what_it_showed_and_says_so)
{
	struct fixture f;
	struct store_txn *txn;
	struct store_seen seen;
	const struct model_endpoint *endpoints;
	struct store_page page = {0};
	int64_t leaf;
	size_t count;

	fixture_start(&f);
	txn = writing(&f);
	int64_t scan_id = add_scan(&f, txn);
	leaf = add_certificate(&f, txn, "a.example", 1);
	seen = seen_at(scan_id, 0, "a.example", &leaf, 1);
	see(&f, txn, &seen);
	seen = seen_at(scan_id, 1, "a.example", NULL, 0);
	seen.outcome = STR("timeout");
	seen.address = (struct str){NULL, 0};
	see(&f, txn, &seen);
	OK(&f, store_endpoints(txn, f.arena, NULL, STORE_ENDPOINT_BY_HOST, &page, NOW, &endpoints, &count, NULL, &f.err));
	assert_int_equal(count, 1);
	assert_str(endpoints[0].outcome, "timeout");
	assert_true(endpoints[0].has_certificate);
	assert_true(row_of(&f, txn, leaf).active);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(problems_of_endpoints_come_and_go_with_them)
{
	struct fixture f;
	struct store_txn *txn;
	struct store_seen seen;
	int64_t leaf, other;

	fixture_start(&f);
	txn = writing(&f);
	int64_t scan_id = add_scan(&f, txn);
	leaf = add_certificate(&f, txn, "a.example", 1);
	other = add_certificate(&f, txn, "b.example", 2);
	seen = seen_at(scan_id, 0, "a.example", &leaf, 1);
	seen.problems = MODEL_PROBLEM_NAME_MISMATCH;
	see(&f, txn, &seen);
	assert_int_equal(row_of(&f, txn, leaf).problems, MODEL_PROBLEM_NAME_MISMATCH);
	assert_int_equal(overview(&f, txn).need_you, 1);

	/* the same certificate on a second host: its key is shared */
	seen = seen_at(scan_id, 1, "b.example", &leaf, 1);
	see(&f, txn, &seen);
	assert_int_equal(row_of(&f, txn, leaf).problems, MODEL_PROBLEM_NAME_MISMATCH | MODEL_PROBLEM_SHARED_KEY);

	seen = seen_at(scan_id, 2, "b.example", &other, 1);
	see(&f, txn, &seen);
	assert_int_equal(row_of(&f, txn, leaf).problems, MODEL_PROBLEM_NAME_MISMATCH);
	seen = seen_at(scan_id, 3, "a.example", &leaf, 1);
	see(&f, txn, &seen);
	assert_int_equal(row_of(&f, txn, leaf).problems, 0);
	assert_int_equal(overview(&f, txn).need_you, 0);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(a_light_look_does_not_forget_the_certificate_of_another_key_type)
{
	struct fixture f;
	struct store_txn *txn;
	struct store_seen seen;
	struct model_new_certificate ec;
	int64_t rsa, ecdsa;

	fixture_start(&f);
	txn = writing(&f);
	int64_t scan_id = add_scan(&f, txn);
	rsa = add_certificate(&f, txn, "a.example", 1);
	ec = certificate(f.arena, "a.example", 2);
	ec.row.key_algorithm = STR("ec");
	OK(&f, store_certificate_add(txn, &ec, &ecdsa, NULL, &f.err));
	seen = seen_at(scan_id, 0, "a.example", &rsa, 1);
	seen.other_leaves = &ecdsa;
	seen.other_leaf_count = 1;
	see(&f, txn, &seen);
	assert_true(row_of(&f, txn, rsa).active && row_of(&f, txn, ecdsa).active);
	seen = seen_at(scan_id, 1, "a.example", &rsa, 1);
	seen.whole = false;
	see(&f, txn, &seen);
	assert_true(row_of(&f, txn, ecdsa).active);
	seen = seen_at(scan_id, 2, "a.example", &rsa, 1);
	see(&f, txn, &seen);
	assert_false(row_of(&f, txn, ecdsa).active);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(needs_come_worst_first_with_a_place_that_shows_them)
{
	struct fixture f;
	struct store_txn *txn;
	struct store_seen seen;
	struct model_new_certificate made;
	const struct store_need *needs;
	const struct model_sighting *sightings;
	struct store_page page = {0};
	int64_t id;
	size_t count;

	fixture_start(&f);
	txn = writing(&f);
	int64_t scan_id = add_scan(&f, txn);
	for (int i = 0; i < 4; i++) {
		static const char *const names[] = {"good.example", "soon.example", "gone.example", "weak.example"};
		static const int64_t ends[] = {NOW + 80 * 86400, NOW + 86400, NOW - 86400, NOW + 80 * 86400};

		made = certificate(f.arena, names[i], i);
		made.row.not_after = ends[i];
		made.row.problems = i == 3 ? MODEL_PROBLEM_WEAK_KEY : 0;
		OK(&f, store_certificate_add(txn, &made, &id, NULL, &f.err));
		seen = seen_at(scan_id, i, names[i], &id, 1);
		see(&f, txn, &seen);
	}
	OK(&f, store_needs(txn, f.arena, NOW, 50, &needs, &count, &f.err));
	assert_int_equal(count, 3);
	assert_str(needs[0].certificate.name, "gone.example");
	assert_int_equal(needs[0].problem, MODEL_PROBLEM_EXPIRED);
	assert_str(needs[0].endpoint.host, "gone.example");
	assert_str(needs[1].certificate.name, "soon.example");
	assert_str(needs[2].certificate.name, "weak.example");
	assert_int_equal(overview(&f, txn).need_you, 3);
	OK(&f, store_needs(txn, f.arena, NOW, 2, &needs, &count, &f.err));
	assert_int_equal(count, 2);
	OK(&f, store_sightings(txn, f.arena, needs[0].certificate.id, &page, &sightings, &count, NULL, &f.err));
	assert_int_equal(count, 1);
	assert_true(sightings[0].current);
	assert_str(sightings[0].endpoint.host, "gone.example");
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TESTS(RUN(a_target_has_one_record_for_an_address_whatever_comes_twice),
      RUN(a_certificate_that_was_replaced_is_no_longer_active),
      RUN(a_server_that_does_not_answer_keeps_what_it_showed_and_says_so),
      RUN(problems_of_endpoints_come_and_go_with_them),
      RUN(a_light_look_does_not_forget_the_certificate_of_another_key_type),
      RUN(needs_come_worst_first_with_a_place_that_shows_them))
