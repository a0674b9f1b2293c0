/* SPDX-License-Identifier: Apache-2.0 */

/* jobs/rule: what rules set, in their order, never over what a person set. */

#include "base/json.h"
#include "jobs/rule.h"
#include "records/store_fixture.h"

struct stage {
	struct fixture f;
	struct store_txn *txn;
	int64_t certificate, lineage;
};

static void stage_start(struct stage *stage)
{
	bool made;

	memset(stage, 0, sizeof *stage);
	fixture_start(&stage->f);
	stage->txn = writing(&stage->f);
	stage->certificate = add_certificate(&stage->f, stage->txn, "db.lab.example", 1);
	OK(&stage->f, store_lineage_adopt(stage->txn, stage->certificate, false, NOW, &stage->lineage, &made, &stage->f.err));
	note(&stage->f, stage->txn);
}

static void stage_end(struct stage *stage)
{
	store_end(&stage->txn);
	fixture_end(&stage->f);
}

static bool check(struct stage *stage, const char *q, const char *set, struct str *q_out, struct str *actions)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	size_t column;

	OK(&stage->f, json_doc_read(str_of(set), &doc, &stage->f.err));
	return rule_check(stage->txn, stage->f.arena, str_of(q), json_doc_root(doc), q_out, actions, &column, &stage->f.err);
}

static void rule_add(struct stage *stage, const char *name, const char *q, const char *set)
{
	struct model_rule rule = {.name = str_of(name), .enabled = true};
	int64_t id;

	if (!check(stage, q, set, &rule.q, &rule.actions_json))
		fail_msg("%s", stage->f.err.text);
	OK(&stage->f, store_rule_add(stage->txn, &rule, NOW, &id, &stage->f.err));
	note(&stage->f, stage->txn);
}

static bool apply(struct stage *stage)
{
	struct rules *rules;
	bool fits, changed, would;

	OK(&stage->f, rules_open(stage->txn, NOW, &rules, &stage->f.err));
	OK(&stage->f, rules_apply(rules, stage->txn, stage->certificate, true, &fits, &would, &stage->f.err));
	OK(&stage->f, rules_apply(rules, stage->txn, stage->certificate, false, &fits, &changed, &stage->f.err));
	assert_int_equal(would, changed);
	OK(&stage->f, rules_count_put(rules, stage->txn, &stage->f.err));
	rules_close(rules);
	return changed;
}

static struct model_lineage lineage(struct stage *stage)
{
	struct model_lineage row;

	OK(&stage->f, store_lineage(stage->txn, stage->f.arena, stage->lineage, &row, &stage->f.err));
	return row;
}

static void person(struct stage *stage, struct store_lineage_change change)
{
	bool changed;

	OK(&stage->f, store_lineage_change(stage->txn, stage->lineage, &change, NOW, &changed, &stage->f.err));
	assert_true(changed);
}

TEST(the_first_rule_that_fits_decides_and_tags_add_up)
{
	struct stage stage;

	stage_start(&stage);
	rule_add(&stage, "other", "name:shop.example", "{\"environment\":\"production\",\"tags\":[\"shop\"]}");
	rule_add(&stage, "first", "name:lab.example", "{\"environment\":\"test\",\"tags\":[\"lab\"]}");
	rule_add(&stage, "second", "key:rsa", "{\"environment\":\"staging\",\"tags\":[\"rsa\",\"lab\"],\"criticality\":\"low\"}");
	assert_true(apply(&stage));
	assert_str(lineage(&stage).environment, "test");
	assert_str(lineage(&stage).tags, "lab rsa");
	assert_int_equal(lineage(&stage).criticality, MODEL_CRITICALITY_LOW);
	assert_false(apply(&stage));
	stage_end(&stage);
	(void)state;
}

TEST(what_a_person_set_or_emptied_stays)
{
	static const struct str lab[] = {STR_INIT("lab")};
	struct stage stage;

	stage_start(&stage);
	person(&stage, (struct store_lineage_change){.purpose = STR("mine")});
	rule_add(&stage, "all", "", "{\"purpose\":\"theirs\",\"environment\":\"test\",\"tags\":[\"lab\"],\"ignore\":\"a lab\"}");
	assert_true(apply(&stage));
	assert_str(lineage(&stage).purpose, "mine");
	assert_str(lineage(&stage).environment, "test");
	assert_str(lineage(&stage).ignored_reason, "a lab");
	person(&stage, (struct store_lineage_change){.environment = STR("")});
	person(&stage, (struct store_lineage_change){.remove_tags = lab, .remove_tag_count = 1});
	person(&stage, (struct store_lineage_change){.set_ignored = true});
	assert_false(apply(&stage));
	assert_str(lineage(&stage).environment, "");
	assert_str(lineage(&stage).tags, "");
	assert_int_equal(lineage(&stage).ignored_at, 0);
	stage_end(&stage);
	(void)state;
}

TEST(what_a_rule_set_follows_the_rule_when_it_changes)
{
	struct stage stage;
	const struct model_rule *rules;
	struct model_rule rule;
	size_t count;

	stage_start(&stage);
	rule_add(&stage, "env", "", "{\"environment\":\"test\"}");
	assert_true(apply(&stage));
	OK(&stage.f, store_rules(stage.txn, stage.f.arena, &rules, &count, &stage.f.err));
	rule = rules[0];
	assert_int_equal(rule.matches, 1);
	assert_true(check(&stage, "name:lab.example", "{\"environment\":\"staging\"}", &rule.q, &rule.actions_json));
	OK(&stage.f, store_rule_set(stage.txn, &rule, &stage.f.err));
	assert_true(apply(&stage));
	assert_str(lineage(&stage).environment, "staging");
	assert_false(store_rule_set(stage.txn, &rule, &stage.f.err)); /* it was changed meanwhile */
	assert_string_equal(stage.f.err.code, "changed");
	stage_end(&stage);
	(void)state;
}

TEST(a_rule_asks_for_names_places_and_dates)
{
	static const struct {
		const char *q;
		bool fits;
	} rows[] = {
		{"db.lab", true}, {"name=db.lab.example", true}, {"issuer:R11", true}, {"expires<90d", true}, {"expires<10d", false},
		{"host:db.host", true}, {"host:other", false}, {"port:443", true}, {"port:1..100", false}, {"location:endpoint", true},
		{"-tag:lab", true}, {"owner:nobody", false}, {"ca:yes", false}, {"state:valid", true}, {"served>0", true},
		{"key:[ec,rsa] bits>=2048", true}, {"at:db.host", true}, {"address:127.0.0.1 OR port:1", true},
	};
	struct store_seen seen;
	struct stage stage;
	bool fresh;

	stage_start(&stage);
	seen = seen_at(add_scan(&stage.f, stage.txn), 0, "db.host", &stage.certificate, 1);
	OK(&stage.f, store_see(stage.txn, &seen, &fresh, &stage.f.err));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str q, actions;
		struct rules *rules;
		bool fits, changed;

		if (!check(&stage, rows[i].q, "{\"tags\":[\"x\"]}", &q, &actions))
			fail_msg("%s: %s", rows[i].q, stage.f.err.text);
		OK(&stage.f, rules_open_one(stage.txn, q, actions, NOW, &rules, &stage.f.err));
		OK(&stage.f, rules_apply(rules, stage.txn, stage.certificate, true, &fits, &changed, &stage.f.err));
		if (fits != rows[i].fits)
			fail_msg("%s", rows[i].q);
		rules_close(rules);
	}
	stage_end(&stage);
	(void)state;
}

TEST(what_cannot_be_asked_or_set_is_refused)
{
	static const char *const bad[][2] = {
		{"has:owner", "{\"tags\":[\"x\"]}"}, {"", "{}"},	 {"name:", "{\"tags\":[\"x\"]}"},
		{"", "{\"tags\":[\"two words\"]}"}, {"", "{\"owner\":\"7\"}"}, {"", "{\"criticality\":\"vast\"}"},
		{"", "{\"purpose\":\"\"}"},
	};
	struct str q, actions;
	struct stage stage;

	stage_start(&stage);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		if (check(&stage, bad[i][0], bad[i][1], &q, &actions))
			fail_msg("%s %s", bad[i][0], bad[i][1]);
		assert_int_equal(stage.f.err.kind, ERR_INPUT);
		assert_true(stage.f.err.fix[0] != 0);
	}
	stage_end(&stage);
	(void)state;
}

TESTS(RUN(the_first_rule_that_fits_decides_and_tags_add_up), RUN(what_a_person_set_or_emptied_stays),
      RUN(what_a_rule_set_follows_the_rule_when_it_changes), RUN(a_rule_asks_for_names_places_and_dates),
      RUN(what_cannot_be_asked_or_set_is_refused))
