/* SPDX-License-Identifier: Apache-2.0 */

/* What a person set of a lineage, rules leave alone; what nobody set, they set. */

#include "records/store_fixture.h"

static int64_t start(struct fixture *f, struct store_txn **txn)
{
	int64_t certificate_id, lineage;
	bool made;

	fixture_start(f);
	*txn = writing(f);
	certificate_id = add_certificate(f, *txn, "a.example.org", 1);
	OK(f, store_lineage_adopt(*txn, certificate_id, false, NOW, &lineage, &made, &f->err));
	return lineage;
}

static bool change(struct fixture *f, struct store_txn *txn, int64_t id, struct store_lineage_change wanted)
{
	bool changed;

	OK(f, store_lineage_change(txn, id, &wanted, NOW, &changed, &f->err));
	return changed;
}

static struct model_lineage now_is(struct fixture *f, struct store_txn *txn, int64_t id)
{
	struct model_lineage row;

	OK(f, store_lineage(txn, f->arena, id, &row, &f->err));
	return row;
}

TEST(a_rule_leaves_alone_what_a_person_set)
{
	static const struct str by_hand[] = {STR_INIT("mine")}, by_rule[] = {STR_INIT("theirs")};
	struct model_lineage row;
	struct store_txn *txn;
	struct fixture f;
	int64_t id = start(&f, &txn);

	assert_true(change(&f, txn, id, (struct store_lineage_change){.by_person = true, .environment = STR("production"),
								       .add_tags = by_hand, .add_tag_count = 1}));
	assert_true(change(&f, txn, id, (struct store_lineage_change){.by_rule = true, .environment = STR("test"),
								       .purpose = STR("shop"), .add_tags = by_rule, .add_tag_count = 1,
								       .set_criticality = true, .criticality = MODEL_CRITICALITY_HIGH}));
	row = now_is(&f, txn, id);
	assert_str(row.environment, "production");
	assert_str(row.tags, "mine");
	assert_str(row.purpose, "shop");
	assert_int_equal(row.criticality, MODEL_CRITICALITY_HIGH);
	assert_false(change(&f, txn, id, (struct store_lineage_change){.by_rule = true, .environment = STR("test")}));
	note(&f, txn);
	OK(&f, store_commit(&txn, &f.err));
	fixture_end(&f);
	(void)state;
}

TEST(a_person_who_says_what_is_so_already_says_it_for_good)
{
	struct store_txn *txn;
	struct fixture f;
	int64_t id = start(&f, &txn);

	change(&f, txn, id, (struct store_lineage_change){.by_rule = true, .environment = STR("test")});
	note(&f, txn);
	OK(&f, store_commit(&txn, &f.err));
	txn = writing(&f);
	assert_false(change(&f, txn, id, (struct store_lineage_change){.by_person = true, .environment = STR("test")}));
	OK(&f, store_commit(&txn, &f.err)); /* nothing is different: no audit entry is wanted */
	txn = writing(&f);
	assert_false(change(&f, txn, id, (struct store_lineage_change){.by_rule = true, .environment = STR("other")}));
	assert_true(change(&f, txn, id, (struct store_lineage_change){.environment = STR("engine")}));
	assert_str(now_is(&f, txn, id).environment, "engine");
	note(&f, txn);
	OK(&f, store_commit(&txn, &f.err));
	fixture_end(&f);
	(void)state;
}

TESTS(RUN(a_rule_leaves_alone_what_a_person_set), RUN(a_person_who_says_what_is_so_already_says_it_for_good))
