/* SPDX-License-Identifier: Apache-2.0 */

/* Places that are not endpoints: what is held is not served, what is told of is neither, what is nowhere is gone. */

#include "records/store_fixture.h"

static struct model_certificate row_of(struct fixture *f, struct store_txn *txn, int64_t id)
{
	struct model_certificate row;

	OK(f, store_certificate_by_id(txn, f->arena, id, &row, &f->err));
	return row;
}

static void place(struct fixture *f, struct store_txn *txn, struct store_place_seen seen)
{
	OK(f, store_place_see(txn, &seen, NULL, &f->err));
}

TEST(a_file_holds_a_certificate_and_does_not_serve_it)
{
	struct fixture f;
	struct store_txn *txn;
	const struct model_sighting *sightings;
	struct model_certificate row;
	struct store_page page = {0};
	struct store_more more;
	size_t count;
	int64_t ids[2];

	fixture_start(&f);
	txn = writing(&f);
	ids[0] = add_certificate(&f, txn, "a.example", 1);
	ids[1] = add_certificate(&f, txn, "ca", 1);
	place(&f, txn, (struct store_place_seen){MODEL_LOCATION_FILE, STR("/etc/a.pem"), ids, 2, true, false, NOW, false});
	place(&f, txn, (struct store_place_seen){MODEL_LOCATION_KEYSTORE, STR("/a.p12#a"), ids, 1, true, false, NOW, false});
	row = row_of(&f, txn, ids[0]);
	assert_int_equal(row.places, 2);
	assert_int_equal(row.served, 0);
	assert_false(row.active);
	assert_int_equal(row_of(&f, txn, ids[1]).places, 1);
	OK(&f, store_sightings(txn, f.arena, ids[1], &page, &sightings, &count, &more, &f.err));
	assert_int_equal(count, 1);
	assert_int_equal(sightings[0].kind, MODEL_LOCATION_FILE);
	assert_str(sightings[0].location, "/etc/a.pem");
	assert_int_equal(sightings[0].position, 1);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(a_file_that_holds_another_one_lets_the_first_go)
{
	struct fixture f;
	struct store_txn *txn;
	const struct model_sighting *sightings;
	struct store_page page = {0};
	struct store_more more;
	size_t count;
	int64_t old, new;

	fixture_start(&f);
	txn = writing(&f);
	old = add_certificate(&f, txn, "a.example", 1);
	new = add_certificate(&f, txn, "a.example", 2);
	place(&f, txn, (struct store_place_seen){MODEL_LOCATION_FILE, STR("/a"), &old, 1, true, false, NOW, false});
	place(&f, txn, (struct store_place_seen){MODEL_LOCATION_FILE, STR("/a"), &new, 1, true, false, NOW + 9, false});
	assert_int_equal(row_of(&f, txn, old).gone_at, NOW + 9);
	assert_int_equal(row_of(&f, txn, old).places, 0);
	assert_int_equal(row_of(&f, txn, new).gone_at, 0);
	OK(&f, store_sightings(txn, f.arena, old, &page, &sightings, &count, &more, &f.err));
	assert_false(sightings[0].current);
	assert_int_equal(sightings[0].gone_at, NOW + 9);
	/* it comes back */
	place(&f, txn, (struct store_place_seen){MODEL_LOCATION_FILE, STR("/b"), &old, 1, true, false, NOW + 20, false});
	assert_int_equal(row_of(&f, txn, old).gone_at, 0);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(a_log_only_tells_of_a_certificate)
{
	struct fixture f;
	struct store_txn *txn;
	struct model_certificate row;
	int64_t ids[2];

	fixture_start(&f);
	txn = writing(&f);
	ids[0] = add_certificate(&f, txn, "a.example", 1);
	ids[1] = add_certificate(&f, txn, "b.example", 1);
	place(&f, txn, (struct store_place_seen){MODEL_LOCATION_CT_LOG, STR("log.example"), ids, 1, true, true, NOW, false});
	place(&f, txn, (struct store_place_seen){MODEL_LOCATION_CT_LOG, STR("log.example"), ids + 1, 1, true, true, NOW, false});
	row = row_of(&f, txn, ids[0]);
	assert_true(row.places == 0 && row.served == 0 && !row.active && row.gone_at == 0);
	/* served, then not any more: it is gone, whatever the log says */
	struct store_seen seen = seen_at(add_scan(&f, txn), 0, "a.example", ids, 1);
	bool fresh;
	OK(&f, store_see(txn, &seen, &fresh, &f.err));
	assert_true(row_of(&f, txn, ids[0]).active);
	seen = seen_at(add_scan(&f, txn), 0, "a.example", ids + 1, 1);
	seen.at = NOW + 5;
	OK(&f, store_see(txn, &seen, &fresh, &f.err));
	assert_int_equal(row_of(&f, txn, ids[0]).gone_at, NOW + 5);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(an_endpoint_or_a_place_without_an_address_is_refused)
{
	struct fixture f;
	struct store_txn *txn;
	int64_t id;

	fixture_start(&f);
	txn = writing(&f);
	id = add_certificate(&f, txn, "a.example", 1);
	assert_false(store_place_see(
		txn, &(struct store_place_seen){MODEL_LOCATION_ENDPOINT, STR("x"), &id, 1, true, false, NOW, false},
		NULL, &f.err));
	assert_false(store_place_see(
		txn, &(struct store_place_seen){MODEL_LOCATION_FILE, STR(""), &id, 1, true, false, NOW, false}, NULL,
		&f.err));
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TESTS(RUN(a_file_holds_a_certificate_and_does_not_serve_it), RUN(a_file_that_holds_another_one_lets_the_first_go),
      RUN(a_log_only_tells_of_a_certificate), RUN(an_endpoint_or_a_place_without_an_address_is_refused))
