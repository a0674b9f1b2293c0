/* SPDX-License-Identifier: Apache-2.0 */

/* /rules: what is set when something is found; tried and applied on what is there. */

#include "api/routes/route.h"

#include <string.h>

#include "base/arena.h"
#include "decisions/query.h"
#include "jobs/rule.h"
#include "jobs/runner.h"

#define NAME_BYTES  100
#define TRIED_MOST  20000 /* certificates of a trial; the count of matches is whole */
#define SAMPLE_MOST 10

static void write_rule(struct json_out *json, const struct model_rule *row)
{
	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_str(json, "name", row->name);
	json_out_key_int(json, "position", row->position);
	json_out_key_str(json, "q", row->q);
	json_out_key(json, "set");
	json_out_raw(json, row->actions_json);
	json_out_key_bool(json, "enabled", row->enabled);
	json_out_key_int(json, "matches", row->matches);
	json_out_key_time(json, "created_at", row->created_at);
	json_out_end_object(json);
}

bool handle_rules(struct call *call, struct err *err)
{
	CLEANUP(list_done) struct list list = {0};
	const struct model_rule *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_rules_page(call->txn, call->arena, &list.page, &rows, &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		write_rule(list_item(&list), &rows[i]);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

bool handle_rule(struct call *call, struct err *err)
{
	version_write(call, call->object.rule.version);
	write_rule(&call->json, &call->object.rule);
	return true;
}

/* ---- making and changing ---- */

static bool name_check(struct str name, struct err *err)
{
	bool wrong = name.len == 0 || name.len > NAME_BYTES;

	for (size_t i = 0; !wrong && i < name.len; i++)
		wrong = (unsigned char)name.data[i] < 0x20 || name.data[i] == 0x7f;
	if (!wrong)
		return true;
	err_set(err, ERR_INPUT, "name: not 1 to %d characters of text", NAME_BYTES);
	return err_fix(err, "rule-name", "such as \"lab machines\"");
}

/* Members that the body does not have stay as they are. */
static bool members_read(struct call *call, struct model_rule *rule, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *before = NULL;
	const struct json_value *body = call->body, *set = json_in_get(body, "set");

	rule->name = json_in_str(json_in_get(body, "name"), rule->name);
	rule->position = json_in_int(json_in_get(body, "position"), rule->position);
	rule->enabled = json_in_bool(json_in_get(body, "enabled"), rule->enabled);
	if (!name_check(rule->name, err))
		return false;
	if (rule->position < 0 || rule->position > 1000000) {
		err_set(err, ERR_INPUT, "position: not from 0 to 1000000");
		return err_fix(err, "rule-position", "0 puts it last");
	}
	if (!set) {
		if (!json_doc_read(rule->actions_json, &before, err))
			return false;
		set = json_doc_root(before);
	}
	return rule_check(call->txn, call->arena, json_in_str(json_in_get(body, "q"), rule->q), set, &rule->q,
			  &rule->actions_json, &call->error_column, err);
}

static bool note(struct call *call, struct store_txn *txn, const char *what, int64_t id, struct err *err)
{
	return audit_add(txn, &call->actor, what, arena_format(call->arena, "rule:%lld", (long long)id), call->now, err);
}

static bool answer(struct call *call, int64_t id, struct err *err)
{
	return call_reread(call, err) && store_rule(call->txn, call->arena, id, &call->object.rule, err) &&
	       handle_rule(call, err);
}

bool handle_rule_new(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_rule rule = {.name = STR(""), .q = STR(""), .actions_json = STR("{}"), .enabled = true};
	int64_t id;

	if (!members_read(call, &rule, err))
		return false;
	store_end(&call->txn);
	if (!store_write(call->api->options.store, &txn, err) || !store_rule_add(txn, &rule, call->now, &id, err) ||
	    !note(call, txn, "rule.create", id, err) || !store_commit(&txn, err))
		return false;
	http_response_header(call->response, "Location",
			     arena_format(call->arena, "/api/v1/rules/%lld", (long long)id));
	return answer(call, id, err);
}

/* A change that came between the check and the write is 412, too. */
static bool stale(struct call *call, const struct err *err)
{
	if (err->kind == ERR_CONFLICT && strcmp(err->code, "changed") == 0)
		call->error_status = 412;
	return false;
}

bool handle_rule_change(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_rule rule = call->object.rule;

	if (!version_check(call, rule.version, err) || !members_read(call, &rule, err))
		return false;
	store_end(&call->txn);
	if (!store_write(call->api->options.store, &txn, err) || !store_rule_set(txn, &rule, err) ||
	    !note(call, txn, "rule.change", rule.id, err) || !store_commit(&txn, err))
		return stale(call, err);
	return answer(call, rule.id, err);
}

bool handle_rule_remove(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t id = call->object.rule.id;

	if (!version_check(call, call->object.rule.version, err))
		return false;
	store_end(&call->txn);
	return store_write(call->api->options.store, &txn, err) && store_rule_remove(txn, id, err) &&
	       note(call, txn, "rule.remove", id, err) && store_commit(&txn, err);
}

/* ---- trying and applying ---- */

struct trial {
	struct call *call;
	struct rules *rules;
	struct model_filter filter;
	int64_t matches, tried, would_change;
	struct model_certificate sample[SAMPLE_MOST];
	size_t sample_count;
};

static bool try_page(struct trial *trial, struct store_page *page, bool *last, struct err *err)
{
	struct call *call = trial->call;
	const struct model_certificate *rows;
	struct store_more more;
	size_t count;

	page->total = trial->matches < 0;
	if (!store_certificates(call->txn, call->arena, &trial->filter, STORE_BY_NAME, page, call->now, &rows, &count,
				&more, err))
		return false;
	if (page->total)
		trial->matches = more.total;
	for (size_t i = 0; i < count; i++) {
		bool fits, changed;

		if (!rules_apply(trial->rules, call->txn, rows[i].id, true, &fits, &changed, err))
			return false;
		trial->would_change += changed;
		if (changed && trial->sample_count < SAMPLE_MOST)
			trial->sample[trial->sample_count++] = rows[i];
	}
	trial->tried += (int64_t)count;
	page->after = more.next;
	*last = !more.next.set || trial->tried >= TRIED_MOST;
	return true;
}

static void trial_write(struct trial *trial)
{
	struct json_out *json = &trial->call->json;

	json_out_object(json);
	json_out_key_int(json, "matches", trial->matches);
	json_out_key_int(json, "would_change", trial->would_change);
	json_out_key_bool(json, "approximate", trial->tried < trial->matches);
	json_out_key(json, "sample");
	json_out_array(json);
	for (size_t i = 0; i < trial->sample_count; i++)
		row_certificate(json, &trial->sample[i], trial->call->now);
	json_out_end_array(json);
	json_out_end_object(json);
}

bool handle_rule_try(struct call *call, struct err *err)
{
	CLEANUP(rules_done) struct rules *rules = NULL;
	struct trial trial = {.call = call, .matches = -1};
	struct store_page page = {.limit = 500};
	const struct query_node *query;
	struct str q, actions;
	bool last = false;

	if (!rule_check(call->txn, call->arena, json_in_str(json_in_get(call->body, "q"), STR("")),
			json_in_get(call->body, "set"), &q, &actions, &call->error_column, err) ||
	    !rules_open_one(call->txn, q, actions, call->now, &rules, err) ||
	    !query_read(call->arena, q, &query, &call->error_column, err))
		return false;
	trial.rules = rules;
	trial.filter = query_filter(call->arena, query, call->now);
	while (!last)
		if (!try_page(&trial, &page, &last, err))
			return false;
	trial_write(&trial);
	return true;
}

bool handle_rules_apply(struct call *call, struct err *err)
{
	struct model_job job;
	int64_t id;

	store_end(&call->txn);
	if (!rules_apply_all(call->api->options.store, &call->actor, call->now, &id, err))
		return false;
	if (call->api->options.runner)
		runner_wake(call->api->options.runner);
	if (!call_reread(call, err) || !store_job(call->txn, call->arena, id, &job, err))
		return false;
	json_out_object(&call->json);
	json_out_key(&call->json, "job");
	row_job(&call->json, &job);
	json_out_end_object(&call->json);
	return true;
}
