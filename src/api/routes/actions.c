/* SPDX-License-Identifier: Apache-2.0 */

/* POST /selections/{id}/actions: what is done to a frozen set, after its hash was checked: first shown, then done. */

#include "api/routes/route.h"

#include <string.h>

#include "base/arena.h"
#include "base/hex.h"
#include "jobs/action.h"
#include "jobs/runner.h"

/* What is done must be done to what was shown. */
static bool hash_check(struct call *call, struct err *err)
{
	struct str text = json_in_str(json_in_get(call->body, "hash"), STR(""));
	uint8_t hash[HASH_SHA256];

	if (hex_read(text, hash, sizeof hash) && memcmp(hash, call->object.selection.hash, sizeof hash) == 0)
		return true;
	err_set(err, ERR_CONFLICT, "hash is not that of the selection");
	return err_fix(err, "selection-hash", "look at the selection again: GET /api/v1/selections/%lld",
		       (long long)call->object.selection.id);
}

static bool preview(struct call *call, const struct action_plan *plan, struct err *err)
{
	call->response->status = 200;
	json_out_object(&call->json);
	json_out_key(&call->json, "preview");
	if (!action_preview_write(call->txn, call->arena, &call->object.selection, plan, &call->json, err))
		return false;
	json_out_end_object(&call->json);
	return true;
}

static bool make(struct call *call, struct err *err)
{
	struct str action = json_in_str(json_in_get(call->body, "action"), STR(""));
	const struct api_options *options = &call->api->options;
	struct model_job job;
	int64_t id;

	store_end(&call->txn);
	if (!action_create(options->store, &call->object.selection, action, str_from(call->request->body), &call->actor,
			   call->now, &id, err))
		return false;
	if (options->runner)
		runner_wake(options->runner);
	if (!call_reread(call, err) || !store_job(call->txn, call->arena, id, &job, err))
		return false;
	http_response_header(call->response, "Location", arena_format(call->arena, "/api/v1/jobs/%lld", (long long)id));
	json_out_object(&call->json);
	json_out_key(&call->json, "job");
	row_job(&call->json, &job);
	json_out_end_object(&call->json);
	return true;
}

bool handle_selection_act(struct call *call, struct err *err)
{
	const struct action_plan *plan;

	if (!hash_check(call, err) || !action_plan_read(call->txn, call->arena, call->body, call->now, &plan, err))
		return false;
	return call->dry_run ? preview(call, plan, err) : make(call, err);
}
