/* SPDX-License-Identifier: Apache-2.0 */

/* Rules that are read, and what they set of one lineage: see the door. */

#include "jobs/rule/room.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"

#define ACTIONS_BYTES 65536

struct rule {
	int64_t id;
	struct model_filter filter;
	struct rule_actions actions;
	int64_t fitted; /* since they were counted */
};

struct rules {
	struct arena *arena; /* of the rules */
	struct arena *row;   /* of the certificate in hand */
	struct rule *rules;
	size_t count;
	int64_t now;
};

/* ---- reading ---- */

static bool fields_check(const struct model_filter *filter, struct err *err)
{
	for (size_t i = 0; i < filter->count; i++) {
		const struct model_term *term = &filter->terms[i];

		if (term->op == MODEL_AND || term->op == MODEL_OR || term->op == MODEL_NOT || rule_row_has(term->field))
			continue;
		err_set(err, ERR_INPUT, "q: a rule cannot ask for %s", model_field_name(term->field));
		return err_fix(err, "rule-field", "ask for names, issuer, key, dates, host, address, port, at, owner, tag …");
	}
	return true;
}

bool rule_check(struct store_txn *txn, struct arena *arena, struct str q, const struct json_value *set, struct str *q_out,
		struct str *actions_out, size_t *column, struct err *err)
{
	CLEANUP(buf_done) struct buf query = buf_capped(2 * LIMIT_QUERY_BYTES), text = buf_capped(ACTIONS_BYTES);
	struct json_out json = json_out_start(&text);
	const struct query_node *node;
	struct model_filter filter;
	struct rule_actions actions;

	if (!query_read(arena, q, &node, column, err))
		return false;
	filter = query_filter(arena, node, 0);
	if (!fields_check(&filter, err) || !actions_read(arena, set, &actions, err) ||
	    !actions_check(txn, arena, &actions, err))
		return false;
	query_write(&query, node);
	actions_write(&json, &actions);
	if (!buf_ok(&query) || !buf_ok(&text))
		return err_set(err, ERR_INPUT, "the rule is too long");
	*q_out = arena_str(arena, buf_str(&query));
	*actions_out = arena_str(arena, buf_str(&text));
	return true;
}

static bool compile(struct rules *rules, struct store_txn *txn, int64_t id, struct str q, struct str actions_json,
		    struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct rule *rule = &rules->rules[rules->count];
	const struct query_node *node;
	struct err gone = {0};
	size_t column;

	if (!query_read(rules->arena, arena_str(rules->arena, q), &node, &column, err) ||
	    !json_doc_read(actions_json, &doc, err) ||
	    !actions_read(rules->arena, json_doc_root(doc), &rule->actions, err))
		return err_wrap(err, "rule %lld", (long long)id);
	rule->id = id;
	rule->filter = query_filter(rules->arena, node, rules->now);
	if (!actions_check(txn, rules->arena, &rule->actions, &gone)) {
		if (gone.kind != ERR_INPUT) {
			*err = gone;
			return false;
		}
		rule->actions.owner = rule->actions.service = 0;
	}
	rules->count++;
	return true;
}

static struct rules *rules_new(size_t room, int64_t now)
{
	struct rules *rules = NEW(struct rules);

	rules->arena = arena_new();
	rules->row = arena_new();
	rules->rules = ARENA_ARRAY(rules->arena, struct rule, room + 1);
	rules->now = now;
	return rules;
}

bool rules_open(struct store_txn *txn, int64_t now, struct rules **out, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(rules_done) struct rules *rules = NULL;
	const struct model_rule *rows;
	size_t count;

	if (!store_rules(txn, arena, &rows, &count, err))
		return false;
	rules = rules_new(count, now);
	for (size_t i = 0; i < count; i++)
		if (rows[i].enabled && !compile(rules, txn, rows[i].id, rows[i].q, rows[i].actions_json, err))
			return false;
	*out = rules;
	rules = NULL;
	return true;
}

bool rules_open_one(struct store_txn *txn, struct str q, struct str actions_json, int64_t now, struct rules **out,
		    struct err *err)
{
	CLEANUP(rules_done) struct rules *rules = rules_new(1, now);

	if (!compile(rules, txn, 0, q, actions_json, err))
		return false;
	*out = rules;
	rules = NULL;
	return true;
}

void rules_close(struct rules *rules)
{
	if (!rules)
		return;
	arena_free(rules->arena);
	arena_free(rules->row);
	memory_done(&rules);
}

void rules_done(struct rules **rules)
{
	rules_close(*rules);
	*rules = NULL;
}

size_t rules_count(const struct rules *rules)
{
	return rules->count;
}

/* ---- applying ---- */

struct applying {
	struct rules *rules;
	struct store_txn *txn;
	struct rule_row row;
	struct store_lineage_change change;
	struct str *tags; /* that are added */
	/* what is noted as set by a rule */
	struct mark {
		struct str field, value;
		int64_t rule_id;
	} *marks;
	size_t mark_count;
};

/* Whether the field is the rules': see the door. now: its value as text, empty when nobody said. */
static bool is_ours(struct applying *to, struct str field, struct str now, bool *ours, struct err *err)
{
	struct str marked;
	bool found;

	if (!store_rule_mark(to->txn, to->rules->row, to->row.lineage.id, field, &marked, &found, err))
		return false;
	*ours = found ? str_equal(marked, now) : now.len == 0;
	return true;
}

static void mark(struct applying *to, const struct rule *rule, struct str field, struct str value)
{
	to->marks[to->mark_count++] = (struct mark){field, value, rule->id};
}

static struct str id_text(struct applying *to, int64_t id)
{
	return id ? arena_format(to->rules->row, "%lld", (long long)id) : STR("");
}

/*
 * One field of one rule. *done: an earlier rule decided it. wanted empty: this rule does not set it. *set: it is to be
 * changed.
 */
static bool field_apply(struct applying *to, const struct rule *rule, const char *field, struct str now, struct str wanted,
			bool *done, bool *set, struct err *err)
{
	bool ours;

	*set = false;
	if (*done || wanted.len == 0)
		return true;
	*done = true;
	if (!is_ours(to, str_of(field), now, &ours, err))
		return false;
	*set = ours && !str_equal(now, wanted);
	if (*set)
		mark(to, rule, str_of(field), wanted);
	return true;
}

static bool has_word(struct str words, struct str wanted)
{
	struct str one;

	while (words.len && str_split(&words, ' ', &one))
		if (str_equal(one, wanted))
			return true;
	return false;
}

static bool tags_apply(struct applying *to, const struct rule *rule, struct err *err)
{
	for (size_t i = 0; i < rule->actions.tag_count; i++) {
		struct str tag = rule->actions.tags[i], value;
		struct str field = arena_format(to->rules->row, "tag:%.*s", STR_ARG(tag));
		bool taken_away;

		if (has_word(to->row.lineage.tags, tag) || to->change.add_tag_count == LIMIT_LINEAGE_TAGS)
			continue;
		for (size_t j = 0; j < to->change.add_tag_count; j++)
			if (str_equal(to->tags[j], tag))
				goto next;
		if (!store_rule_mark(to->txn, to->rules->row, to->row.lineage.id, field, &value, &taken_away, err))
			return false;
		if (taken_away) /* a person did not want it */
			continue;
		to->tags[to->change.add_tag_count++] = tag;
		mark(to, rule, field, tag);
	next:;
	}
	return true;
}

struct decided {
	bool owner, service, purpose, environment, criticality, ignore;
};

static bool ids_apply(struct applying *to, const struct rule *rule, struct decided *done, struct err *err)
{
	const struct rule_actions *actions = &rule->actions;
	const struct model_lineage *is = &to->row.lineage;
	struct store_lineage_change *change = &to->change;
	bool owner, service;

	if (!field_apply(to, rule, "owner", id_text(to, is->owner.id), id_text(to, actions->owner), &done->owner, &owner,
			 err) ||
	    !field_apply(to, rule, "service", id_text(to, is->service.id), id_text(to, actions->service), &done->service,
			 &service, err))
		return false;
	if (owner) {
		change->set_owner = true;
		change->owner = actions->owner;
	}
	if (service) {
		change->set_service = true;
		change->service = actions->service;
	}
	return true;
}

static bool texts_apply(struct applying *to, const struct rule *rule, struct decided *done, struct err *err)
{
	const struct rule_actions *actions = &rule->actions;
	const struct model_lineage *is = &to->row.lineage;
	struct store_lineage_change *change = &to->change;
	bool purpose, environment, ignore;

	if (!field_apply(to, rule, "purpose", is->purpose, actions->purpose, &done->purpose, &purpose, err) ||
	    !field_apply(to, rule, "environment", is->environment, actions->environment, &done->environment, &environment,
			 err) ||
	    !field_apply(to, rule, "ignore", is->ignored_at ? is->ignored_reason : STR(""), actions->ignore, &done->ignore,
			 &ignore, err))
		return false;
	if (purpose)
		change->purpose = actions->purpose;
	if (environment)
		change->environment = actions->environment;
	if (ignore) {
		change->set_ignored = change->ignore = true;
		change->ignored_reason = actions->ignore;
	}
	return true;
}

static bool level_apply(struct applying *to, const struct rule *rule, struct decided *done, struct err *err)
{
	const char *now = model_criticality_name(to->row.lineage.criticality);
	const char *wanted = model_criticality_name(rule->actions.criticality);
	bool set;

	if (!field_apply(to, rule, "criticality", str_of(now ? now : ""), str_of(wanted ? wanted : ""), &done->criticality,
			 &set, err))
		return false;
	if (set) {
		to->change.set_criticality = true;
		to->change.criticality = rule->actions.criticality;
	}
	return true;
}

static bool write(struct applying *to, bool *changed, struct err *err)
{
	static const struct audit_actor actor = {STR_INIT("rules"), STR_INIT("engine"), {NULL, 0}};
	int64_t id = to->row.lineage.id, now = to->rules->now;

	to->change.add_tags = to->tags;
	if (!store_lineage_change(to->txn, id, &to->change, now, changed, err))
		return false;
	for (size_t i = 0; i < to->mark_count; i++)
		if (!store_rule_mark_put(to->txn, id, to->marks[i].field, to->marks[i].value, to->marks[i].rule_id, now, err))
			return false;
	return !*changed || audit_add(to->txn, &actor, "lineage.rule",
				      arena_format(to->rules->row, "lineage:%lld", (long long)id), now, err);
}

bool rules_apply(struct rules *rules, struct store_txn *txn, int64_t certificate_id, bool dry, bool *fits, bool *changed,
		 struct err *err)
{
	struct applying to = {.rules = rules, .txn = txn};
	struct decided done = {0};
	bool has_lineage;

	*fits = *changed = false;
	if (rules->count == 0)
		return true;
	arena_reset(rules->row);
	if (!rule_row_read(txn, rules->row, certificate_id, rules->now, &to.row, &has_lineage, err))
		return false;
	if (!has_lineage)
		return true;
	to.tags = ARENA_ARRAY(rules->row, struct str, LIMIT_LINEAGE_TAGS + 1);
	to.marks = ARENA_ARRAY(rules->row, struct mark, LIMIT_LINEAGE_TAGS + 8);
	for (size_t i = 0; i < rules->count; i++) {
		struct rule *rule = &rules->rules[i];

		if (!query_matches(&rule->filter, rule_row_get, &to.row))
			continue;
		*fits = true;
		rule->fitted += !dry;
		if (!ids_apply(&to, rule, &done, err) || !texts_apply(&to, rule, &done, err) ||
		    !level_apply(&to, rule, &done, err) || !tags_apply(&to, rule, err))
			return false;
	}
	*changed = to.mark_count > 0;
	return dry || !*changed || write(&to, changed, err);
}

bool rules_count_put(struct rules *rules, struct store_txn *txn, struct err *err)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (rules->rules[i].fitted && !store_rule_matched(txn, rules->rules[i].id, rules->rules[i].fitted, err))
			return false;
		rules->rules[i].fitted = 0;
	}
	return true;
}
