/* SPDX-License-Identifier: Apache-2.0 */

/* From the body of a request to what is to be changed of each lineage. Each action is a row with a reader of its own. */

#include "jobs/action/room.h"

#include <string.h>

#include "base/clock.h"
#include "base/foreign.h"
#include "base/limits.h"

struct reading {
	struct store_txn *txn;
	struct arena *arena;
	const struct json_value *body;
	int64_t now;
	struct action_plan *plan;
};

static bool missing(const char *member, const char *fix, struct err *err)
{
	err_set(err, ERR_INPUT, "%s is missing", member);
	return err_fix(err, "action-member", "%s", fix);
}

/* An id, or null for none. */
static bool id_member(const struct json_value *object, const char *name, int64_t *id, struct err *err)
{
	const struct json_value *value = json_in_get(object, name);
	uint64_t number = 0;

	if (json_in_type(value) == JSON_IS_STR &&
	    (!str_to_u64(json_in_str(value, STR("")), INT64_MAX, &number) || number == 0)) {
		err_set(err, ERR_INPUT, "%s: not an id", name);
		return err_fix(err, "action-member", "take it from the list, or null for none");
	}
	*id = (int64_t)number;
	return true;
}

static bool team_read(struct reading *reading, int64_t id, struct str *name, struct err *err)
{
	struct model_team team;

	if (id == 0)
		return true;
	if (!store_team(reading->txn, reading->arena, id, &team, err)) {
		err_set(err, ERR_INPUT, "team: there is no team %lld", (long long)id);
		return err_fix(err, "no-such-team", "list them: GET /api/v1/teams");
	}
	*name = team.name;
	return true;
}

static bool own_read(struct reading *reading, struct err *err)
{
	struct store_lineage_change *change = &reading->plan->change;

	if (json_in_type(json_in_get(reading->body, "team")) == JSON_ABSENT)
		return missing("team", "send the id of a team, or null for none", err);
	change->set_owner = true;
	return id_member(reading->body, "team", &change->owner, err) &&
	       team_read(reading, change->owner, &reading->plan->team_name, err);
}

static bool words_read(struct reading *reading, const char *member, const struct str **words, size_t *count,
		       struct err *err)
{
	const struct json_value *list = json_in_get(reading->body, member);
	struct str *to;

	*count = json_in_count(list);
	if (*count > LIMIT_LINEAGE_TAGS) {
		err_set(err, ERR_INPUT, "%s: more than %d words", member, LIMIT_LINEAGE_TAGS);
		return err_fix(err, "tags-too-many", "send fewer");
	}
	to = ARENA_ARRAY(reading->arena, struct str, *count + 1);
	for (size_t i = 0; i < *count; i++) {
		to[i] = arena_lower(reading->arena, json_in_str(json_in_at(list, i), STR("")));
		if (!model_word_is_good(to[i])) {
			err_set(err, ERR_INPUT, "%s: \"%.*s\" is not a tag", member, STR_ARG(str_head(to[i], 80)));
			return err_fix(err, "tag-word", "use up to 64 of a-z, 0-9 and . _ - / + = @ #");
		}
	}
	*words = to;
	return true;
}

static bool tag_read(struct reading *reading, struct err *err)
{
	struct store_lineage_change *change = &reading->plan->change;

	if (!words_read(reading, "tags", &change->add_tags, &change->add_tag_count, err) ||
	    !words_read(reading, "remove_tags", &change->remove_tags, &change->remove_tag_count, err))
		return false;
	return change->add_tag_count + change->remove_tag_count > 0 || missing("tags", "send at least one", err);
}

static bool untag_read(struct reading *reading, struct err *err)
{
	struct store_lineage_change *change = &reading->plan->change;

	return words_read(reading, "tags", &change->remove_tags, &change->remove_tag_count, err) &&
	       (change->remove_tag_count > 0 || missing("tags", "send at least one", err));
}

/* A member that is text, with null for none. */
static bool text_member(const struct json_value *set, const char *name, size_t most, bool word, struct str *out,
			struct err *err)
{
	const struct json_value *value = json_in_get(set, name);
	struct str text = json_in_str(value, STR(""));

	if (json_in_type(value) == JSON_ABSENT)
		return true;
	if (text.len > most || !foreign_is_plain(text) || (word && text.len && !model_word_is_good(text))) {
		err_set(err, ERR_INPUT, "set.%s: not up to %zu bytes of plain %s", name, most, word ? "word" : "text");
		return err_fix(err, "action-member", "shorten it, and leave out control characters");
	}
	*out = text;
	return true;
}

static bool criticality_member(const struct json_value *set, struct store_lineage_change *change, struct err *err)
{
	const struct json_value *value = json_in_get(set, "criticality");

	if (json_in_type(value) == JSON_ABSENT)
		return true;
	change->set_criticality = true;
	if (json_in_type(value) == JSON_IS_NULL || model_criticality_read(json_in_str(value, STR("")), &change->criticality))
		return true;
	err_set(err, ERR_INPUT, "set.criticality: no such word");
	return err_fix(err, "action-member", "low, normal, high, critical or null");
}

static bool service_member(struct reading *reading, const struct json_value *set, struct store_lineage_change *change,
			   struct err *err)
{
	struct model_service service;

	if (json_in_type(json_in_get(set, "service")) == JSON_ABSENT)
		return true;
	change->set_service = true;
	if (!id_member(set, "service", &change->service, err))
		return false;
	if (change->service == 0)
		return true;
	if (!store_service(reading->txn, reading->arena, change->service, &service, err)) {
		err_set(err, ERR_INPUT, "set.service: there is no service %lld", (long long)change->service);
		return err_fix(err, "no-such-service", "list them: GET /api/v1/services");
	}
	reading->plan->service_name = service.name;
	return true;
}

static bool set_read(struct reading *reading, struct err *err)
{
	const struct json_value *set = json_in_get(reading->body, "set");
	struct store_lineage_change *change = &reading->plan->change;

	if (json_in_type(set) != JSON_IS_OBJECT || json_in_count(set) == 0)
		return missing("set", "send what is to be set, such as {\"environment\":\"production\"}", err);
	return text_member(set, "environment", 64, true, &change->environment, err) &&
	       text_member(set, "purpose", LIMIT_PURPOSE_BYTES, false, &change->purpose, err) &&
	       criticality_member(set, change, err) && service_member(reading, set, change, err);
}

static bool ignore_read(struct reading *reading, struct err *err)
{
	const struct json_value *until = json_in_get(reading->body, "until");
	struct store_lineage_change *change = &reading->plan->change;
	struct str reason = str_trim(json_in_str(json_in_get(reading->body, "reason"), STR("")));

	if (reason.len == 0)
		return missing("reason", "say why, for those who come after", err);
	if (reason.len > LIMIT_PURPOSE_BYTES || !foreign_is_plain(reason)) {
		err_set(err, ERR_INPUT, "reason: not up to %d bytes of plain text", LIMIT_PURPOSE_BYTES);
		return err_fix(err, "action-member", "shorten it, and leave out control characters");
	}
	change->set_ignored = change->ignore = true;
	change->ignored_reason = reason;
	if (json_in_type(until) != JSON_IS_STR)
		return true;
	if (!clock_read(json_in_str(until, STR("")), &change->ignored_until) || change->ignored_until <= reading->now) {
		err_set(err, ERR_INPUT, "until is not a time to come");
		return err_fix(err, "action-member", "write 2027-03-01T00:00:00Z, or null for good");
	}
	return true;
}

static bool unignore_read(struct reading *reading, struct err *err)
{
	reading->plan->change.set_ignored = true;
	return true;
}

/* clang-format off */
static const struct { const char *name; bool (*read)(struct reading *reading, struct err *err); } actions[] = {
	[ACTION_OWN] = {"own", own_read},
	[ACTION_TAG] = {"tag", tag_read},
	[ACTION_UNTAG] = {"untag", untag_read},
	[ACTION_SET] = {"set", set_read},
	[ACTION_IGNORE] = {"ignore", ignore_read},
	[ACTION_UNIGNORE] = {"unignore", unignore_read},
	[ACTION_ADOPT] = {"adopt", unignore_read}, /* what is adopted is looked after again */
};
/* clang-format on */

const char *action_name(enum action_kind kind)
{
	return actions[kind].name;
}

bool action_plan_read(struct store_txn *txn, struct arena *arena, const struct json_value *body, int64_t now,
		      const struct action_plan **out, struct err *err)
{
	struct action_plan *plan = ARENA_NEW(arena, struct action_plan);
	struct reading reading = {txn, arena, body, now, plan};
	struct str name = json_in_str(json_in_get(body, "action"), STR(""));

	for (size_t i = 0; i < COUNT_OF(actions); i++)
		if (str_is(name, actions[i].name)) {
			plan->kind = (enum action_kind)i;
			plan->change.by_person = true;
			*out = plan;
			return actions[i].read(&reading, err);
		}
	err_set(err, ERR_INPUT, "action: there is no action \"%.*s\"", STR_ARG(str_head(name, 80)));
	return err_fix(err, "action", "own, tag, untag, set, ignore, unignore or adopt");
}
