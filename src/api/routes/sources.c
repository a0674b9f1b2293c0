/* SPDX-License-Identifier: Apache-2.0 */

/* /sources: where discovery looks and when, and their runs. */

#include "api/routes/route.h"

#include <string.h>

#include "base/arena.h"
#include "jobs/runner.h"
#include "jobs/source.h"

/* ---- as JSON ---- */

void row_run(struct json_out *json, const struct model_run *row)
{
	json_out_object(json);
	row_id(json, "id", row->id);
	row_id(json, "source", row->source_id);
	json_out_key_text(json, "state", model_scan_state_name(row->state));
	row_id(json, "scan", row->scan_id);
	json_out_key_time(json, "due_at", row->due_at);
	row_time(json, "started_at", row->started_at);
	row_time(json, "ended_at", row->ended_at);
	json_out_key_int(json, "targets", row->targets);
	json_out_key(json, "outcomes");
	json_out_object(json);
	for (size_t i = 0; i < row->outcome_count; i++) {
		json_out_key_named(json, row->outcomes[i].name);
		json_out_int(json, row->outcomes[i].count);
	}
	json_out_end_object(json);
	json_out_key_int(json, "new_certificates", row->new_certificates);
	json_out_key_int(json, "changed", row->changed);
	json_out_key_int(json, "gone", row->gone);
	json_out_key_str(json, "by", row->by);
	json_out_key_str(json, "detail", row->detail);
	json_out_end_object(json);
}

static void write_schedule(struct json_out *json, const struct model_source *row)
{
	json_out_key(json, "schedule");
	json_out_object(json);
	json_out_key_int(json, "every_s", row->every_s);
	json_out_key(json, "quiet");
	json_out_raw(json, row->quiet_json.len ? row->quiet_json : STR("[]"));
	json_out_key_str(json, "zone", row->zone);
	json_out_key_bool(json, "paused", row->paused);
	json_out_end_object(json);
}

static bool write_source(struct call *call, struct json_out *json, const struct model_source *row, struct err *err)
{
	struct model_run last;

	if (row->last_run_id && !store_run(call->txn, call->arena, row->last_run_id, &last, err))
		return false;
	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_str(json, "name", row->name);
	json_out_key_str(json, "kind", row->kind);
	json_out_key(json, "options");
	json_out_raw(json, row->options_json);
	write_schedule(json, row);
	json_out_key_time(json, "created_at", row->created_at);
	row_time(json, "next_run_at", row->paused ? 0 : row->next_run_at);
	json_out_key_bool(json, "running", row->open_run_id != 0);
	json_out_key(json, "last_run");
	if (row->last_run_id)
		row_run(json, &last);
	else
		json_out_null(json);
	json_out_key_int(json, "found", row->found);
	json_out_key_bool(json, "demo", row->demo);
	json_out_end_object(json);
	return true;
}

static bool answer(struct call *call, int64_t id, struct err *err)
{
	struct model_source *source = &call->object.source;

	if (!call_reread(call, err) || !store_source(call->txn, call->arena, id, source, err))
		return false;
	version_write(call, source->version);
	return write_source(call, &call->json, source, err);
}

/* ---- reading ---- */

bool handle_sources(struct call *call, struct err *err)
{
	CLEANUP(list_done) struct list list = {0};
	const struct model_source *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_sources(call->txn, call->arena, &list.page, &rows, &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!write_source(call, list_item(&list), &rows[i], err))
			return false;
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

bool handle_source_kinds(struct call *call, struct err *err)
{
	json_out_object(&call->json);
	json_out_key(&call->json, "items");
	source_kinds_write(&call->json);
	json_out_end_object(&call->json);
	return true;
}

bool handle_source(struct call *call, struct err *err)
{
	version_write(call, call->object.source.version);
	return write_source(call, &call->json, &call->object.source, err);
}

static void time_or_null(struct json_out *json, const char *key, int64_t at)
{
	if (at)
		json_out_key_time(json, key, at);
	else
		json_out_key_null(json, key);
}

static void row_log(struct json_out *json, const struct store_ct_log *log)
{
	bool wrong = log->problem_code.len > 0;

	json_out_object(json);
	json_out_key_str(json, "log", log->log_id);
	json_out_key_str(json, "name", log->name);
	json_out_key_str(json, "url", log->url);
	json_out_key_int(json, "tree_size", log->tree_size);
	json_out_key_int(json, "next_index", log->next_index);
	json_out_key_int(json, "read", log->entries_read);
	json_out_key_int(json, "found", log->entries_ours);
	json_out_key_int(json, "unreadable", log->entries_unreadable);
	time_or_null(json, "read_at", log->read_at);
	json_out_key_str(json, "problem", wrong ? log->problem : (struct str){NULL, 0});
	json_out_key_str(json, "problem_code", wrong ? log->problem_code : (struct str){NULL, 0});
	time_or_null(json, "problem_at", wrong ? log->problem_at : 0);
	json_out_end_object(json);
}

bool handle_source_logs(struct call *call, struct err *err)
{
	const struct store_ct_log *rows;
	size_t count;

	if (!store_ct_logs(call->txn, call->arena, call->object.source.id, &rows, &count, err))
		return false;
	json_out_object(&call->json);
	json_out_key(&call->json, "items");
	json_out_array(&call->json);
	for (size_t i = 0; i < count; i++)
		row_log(&call->json, &rows[i]);
	json_out_end_array(&call->json);
	json_out_end_object(&call->json);
	return true;
}

bool handle_source_runs(struct call *call, struct err *err)
{
	CLEANUP(list_done) struct list list = {0};
	const struct model_run *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_runs(call->txn, call->arena, call->object.source.id, &list.page, &rows, &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		row_run(list_item(&list), &rows[i]);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

/* ---- changing ---- */

static struct str text_of(const struct json_value *object, const char *key)
{
	return json_in_str(json_in_get(object, key), (struct str){NULL, 0});
}

static struct source_request request_of(struct call *call)
{
	const struct json_value *schedule = json_in_get(call->body, "schedule");
	const struct json_value *paused = json_in_get(schedule, "paused");
	const struct json_value *options = json_in_get(call->body, "options");

	return (struct source_request){
		.name = text_of(call->body, "name"),
		.kind = text_of(call->body, "kind"),
		.options = json_in_type(options) == JSON_IS_OBJECT ? options : NULL,
		.every_s = json_in_int(json_in_get(schedule, "every_s"), -1),
		.quiet = json_in_get(schedule, "quiet"),
		.zone = text_of(schedule, "zone"),
		.paused = json_in_type(paused) == JSON_IS_BOOL ? json_in_bool(paused, false) : -1,
	};
}

/* What ids of the body stand for: every_s below 0 means "as it is" only when it was left out. */
static bool every_check(struct call *call, struct err *err)
{
	if (json_in_int(json_in_get(json_in_get(call->body, "schedule"), "every_s"), 0) >= 0)
		return true;
	err_set(err, ERR_INPUT, "schedule.every_s is less than 0");
	return err_fix(err, "schedule-every", "0 for never by itself");
}

static void wake(struct call *call)
{
	if (call->api->options.runner)
		runner_wake(call->api->options.runner);
}

bool handle_source_new(struct call *call, struct err *err)
{
	struct source_request request = request_of(call);
	struct model_source made;
	int64_t id;

	if (!every_check(call, err) || !source_check(call->arena, &request, NULL, call->now, &made, err))
		return false;
	if (call->dry_run) {
		call->response->status = 200;
		made.created_at = call->now;
		return write_source(call, &call->json, &made, err);
	}
	store_end(&call->txn);
	if (!source_add(call->api->options.store, &made, &call->actor, call->now, &id, err))
		return false;
	http_response_header(call->response, "Location",
			     arena_format(call->arena, "/api/v1/sources/%lld", (long long)id));
	return answer(call, id, err);
}

/* A change that came between the check and the write is 412, too. */
static bool stale(struct call *call, const struct err *err)
{
	if (err->kind == ERR_CONFLICT && strcmp(err->code, "changed") == 0)
		call->error_status = 412;
	return false;
}

bool handle_source_change(struct call *call, struct err *err)
{
	struct source_request request = request_of(call);
	const struct model_source before = call->object.source;
	struct model_source after;

	if (!version_check(call, before.version, err) || !every_check(call, err) ||
	    !source_check(call->arena, &request, &before, call->now, &after, err))
		return false;
	store_end(&call->txn);
	if (!source_set(call->api->options.store, &after, &call->actor, call->now, err))
		return stale(call, err);
	return answer(call, before.id, err);
}

bool handle_source_remove(struct call *call, struct err *err)
{
	int64_t id = call->object.source.id;

	if (!version_check(call, call->object.source.version, err))
		return false;
	store_end(&call->txn);
	return source_remove(call->api->options.store, id, &call->actor, call->now, err);
}

bool handle_source_run(struct call *call, struct err *err)
{
	int64_t id = call->object.source.id, run_id;
	struct model_run run;

	store_end(&call->txn);
	if (!source_run(call->api->options.store, id, &call->actor, call->now, &run_id, err))
		return false;
	wake(call);
	if (!call_reread(call, err) || !store_run(call->txn, call->arena, run_id, &run, err))
		return false;
	json_out_object(&call->json);
	json_out_key(&call->json, "run");
	row_run(&call->json, &run);
	json_out_end_object(&call->json);
	return true;
}
