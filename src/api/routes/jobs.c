/* SPDX-License-Identifier: Apache-2.0 */

/* /jobs and /audit */

#include "api/routes/route.h"

#include "jobs/job.h"
#include "jobs/runner.h"

void row_job(struct json_out *json, const struct model_job *row)
{
	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_str(json, "kind", row->kind);
	row_id(json, "subject", row->subject_id);
	json_out_key_text(json, "state", model_job_state_name(row->state));
	json_out_key_int(json, "attempts", row->attempts);
	json_out_key_time(json, "due_at", row->due_at);
	json_out_key_time(json, "created_at", row->created_at);
	row_time(json, "ended_at", row->ended_at);
	json_out_key_str(json, "detail", row->detail);
	json_out_key_bool(json, "stop_asked", row->stop_asked);
	json_out_key(json, "progress");
	json_out_object(json);
	json_out_key_int(json, "done", row->progress_done);
	json_out_key(json, "total");
	if (row->progress_total < 0)
		json_out_null(json);
	else
		json_out_int(json, row->progress_total);
	json_out_end_object(json);
	json_out_key(json, "result");
	if (row->result_json.len)
		json_out_raw(json, row->result_json);
	else
		json_out_null(json);
	json_out_end_object(json);
}

bool handle_job(struct call *call, struct err *err)
{
	row_job(&call->json, &call->object.job);
	return true;
}

bool handle_job_stop(struct call *call, struct err *err)
{
	int64_t id = call->object.job.id;

	store_end(&call->txn);
	if (!job_stop(call->api->options.store, runner_kind_named(call->object.job.kind), id, &call->actor, call->now, err))
		return false;
	if (call->api->options.runner)
		runner_wake(call->api->options.runner);
	if (!call_reread(call, err) || !store_job(call->txn, call->arena, id, &call->object.job, err))
		return false;
	row_job(&call->json, &call->object.job);
	return true;
}

bool handle_jobs(struct call *call, struct err *err)
{
	CLEANUP(list_done) struct list list = {0};
	const struct model_job *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_jobs(call->txn, call->arena, &list.page, &rows, &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		row_job(list_item(&list), &rows[i]);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

static void write_audit(struct json_out *json, const struct model_audit *row)
{
	json_out_object(json);
	json_out_key_int(json, "index", row->index);
	json_out_key_time(json, "at", row->at);
	json_out_key_str(json, "who", row->who);
	json_out_key_str(json, "what", row->what);
	json_out_key_str(json, "object", row->object);
	json_out_key_str(json, "why", row->why);
	json_out_key_str(json, "from", row->from);
	json_out_key_hex(json, "hash", bytes_of(row->hash, HASH_SHA256));
	json_out_end_object(json);
}

bool handle_audit(struct call *call, struct err *err)
{
	CLEANUP(list_done) struct list list = {0};
	const struct model_audit *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err))
		return false;
	list.page.descending = true;
	if (!store_audit(call->txn, call->arena, (struct str){NULL, 0}, &list.page, &rows, &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		write_audit(list_item(&list), &rows[i]);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}
