/* SPDX-License-Identifier: Apache-2.0 */

/* A scan as the API and its events show it. */

#include <stdio.h>

#include "jobs/scan/room.h"

static void key_time(struct json_out *json, const char *key, int64_t at)
{
	if (at)
		json_out_key_time(json, key, at);
	else
		json_out_key_null(json, key);
}

void scan_write(struct json_out *json, const struct model_scan *scan)
{
	char id[24];

	snprintf(id, sizeof id, "%lld", (long long)scan->id);
	json_out_object(json);
	json_out_key_text(json, "id", id);
	json_out_key_text(json, "state", model_scan_state_name(scan->state));
	json_out_key(json, "targets");
	json_out_raw(json, scan->targets_json.len ? scan->targets_json : STR("[]"));
	json_out_key(json, "targets_total");
	if (scan->targets_total < 0)
		json_out_null(json);
	else
		json_out_int(json, scan->targets_total);
	json_out_key_int(json, "targets_done", scan->targets_done);
	json_out_key(json, "outcomes");
	json_out_object(json);
	for (size_t i = 0; i < scan->outcome_count; i++) {
		json_out_key_named(json, scan->outcomes[i].name);
		json_out_int(json, scan->outcomes[i].count);
	}
	json_out_end_object(json);
	json_out_key_int(json, "new_certificates", scan->new_certificates);
	json_out_key_time(json, "created_at", scan->created_at);
	key_time(json, "started_at", scan->started_at);
	key_time(json, "ended_at", scan->ended_at);
	json_out_key_str(json, "by", scan->by);
	json_out_key_str(json, "detail", scan->detail);
	json_out_end_object(json);
}
