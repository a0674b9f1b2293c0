/* SPDX-License-Identifier: Apache-2.0 */

/* A source's schedule, from its row to decisions/schedule. */

#include "base/limits.h"
#include "jobs/source/room.h"

static struct str text_at(const struct json_value *window, const char *key)
{
	return json_in_str(json_in_get(window, key), STR(""));
}

bool plan_quiet_read(struct arena *arena, const struct json_value *list, struct schedule *out, struct err *err)
{
	struct schedule_quiet *quiet;
	size_t count = json_in_count(list);

	if (list && json_in_type(list) != JSON_IS_ARRAY) {
		err_set(err, ERR_INPUT, "schedule.quiet is not a list");
		return err_fix(err, "schedule-quiet", "[{\"days\":\"mon-fri\",\"from\":\"08:00\",\"to\":\"18:00\"}]");
	}
	if (count > LIMIT_QUIET_WINDOWS) {
		err_set(err, ERR_INPUT, "schedule.quiet has %zu windows", count);
		return err_fix(err, "schedule-quiet", "%d at most", LIMIT_QUIET_WINDOWS);
	}
	quiet = ARENA_ARRAY(arena, struct schedule_quiet, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct json_value *window = json_in_at(list, i);

		if (!schedule_days_read(text_at(window, "days"), &quiet[i].days, err) ||
		    !schedule_time_read(text_at(window, "from"), &quiet[i].from, err) ||
		    !schedule_time_read(text_at(window, "to"), &quiet[i].to, err))
			return false;
	}
	out->quiet = quiet;
	out->quiet_count = count;
	return true;
}

bool plan_read(struct arena *arena, const struct model_source *source, struct schedule *out, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *quiet = NULL;
	struct schedule_zone *zone = ARENA_NEW(arena, struct schedule_zone);

	*out = (struct schedule){.every_s = source->every_s, .paused = source->paused, .zone = zone};
	return json_doc_read(source->quiet_json.len ? source->quiet_json : STR("[]"), &quiet, err) &&
	       plan_quiet_read(arena, json_doc_root(quiet), out, err) && zone_read(arena, source->zone, zone, err) &&
	       schedule_check(out, err);
}

bool plan_next(struct arena *arena, const struct model_source *source, int64_t now, int64_t *begins_at, int64_t *due_at,
	       struct err *err)
{
	struct schedule plan;

	if (!plan_read(arena, source, &plan, err))
		return false;
	*begins_at = schedule_next(&plan, source->id, source->created_at ? source->created_at : now, source->last_due_at,
				   now, due_at);
	return true;
}
