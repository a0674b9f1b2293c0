/* SPDX-License-Identifier: Apache-2.0 */

/* What a rule sets, from and to JSON: {"owner":"7","tags":["lab"],"environment":"test","ignore":"a lab"} */

#include "base/limits.h"
#include "jobs/rule/room.h"

#define TEXT_BYTES 1000

static bool wrong(const char *field, const char *why, const char *fix, struct err *err)
{
	err_set(err, ERR_INPUT, "set.%s: %s", field, why);
	return err_fix(err, "rule-set", "%s", fix);
}

static bool id_read(const struct json_value *set, const char *field, int64_t *out, struct err *err)
{
	struct str text = json_in_str(json_in_get(set, field), (struct str){NULL, 0});
	uint64_t number;

	*out = 0;
	if (!text.data)
		return true;
	if (!str_to_u64(text, INT64_MAX, &number) || number == 0)
		return wrong(field, "is no id", "take the id of the list", err);
	*out = (int64_t)number;
	return true;
}

static bool text_read(struct arena *arena, const struct json_value *set, const char *field, struct str *out,
		      struct err *err)
{
	struct str text = json_in_str(json_in_get(set, field), (struct str){NULL, 0});

	*out = (struct str){NULL, 0};
	if (!text.data)
		return true;
	if (text.len == 0 || text.len > TEXT_BYTES || !str_is_utf8(text))
		return wrong(field, "is empty, too long or no text", "leave it out to set nothing", err);
	*out = arena_str(arena, text);
	return true;
}

static bool tags_read(struct arena *arena, const struct json_value *set, struct rule_actions *out, struct err *err)
{
	const struct json_value *list = json_in_get(set, "tags");
	struct str *tags = ARENA_ARRAY(arena, struct str, json_in_count(list) + 1);

	if (json_in_count(list) > LIMIT_LINEAGE_TAGS)
		return wrong("tags", "are too many", "set fewer", err);
	for (size_t i = 0; i < json_in_count(list); i++) {
		tags[i] = arena_lower(arena, json_in_str(json_in_at(list, i), STR("")));
		if (!model_word_is_good(tags[i]))
			return wrong("tags", "has a word that cannot be a tag", "use up to 64 of a-z, 0-9 and . _ - / + = @ #",
				     err);
	}
	out->tags = tags;
	out->tag_count = json_in_count(list);
	return true;
}

static bool sets_nothing(const struct rule_actions *actions)
{
	return !actions->owner && !actions->service && !actions->tag_count && !actions->purpose.data &&
	       !actions->environment.data && !actions->ignore.data && actions->criticality == MODEL_CRITICALITY_NONE;
}

bool actions_read(struct arena *arena, const struct json_value *set, struct rule_actions *out, struct err *err)
{
	struct str criticality = json_in_str(json_in_get(set, "criticality"), (struct str){NULL, 0});

	*out = (struct rule_actions){0};
	if (!id_read(set, "owner", &out->owner, err) || !id_read(set, "service", &out->service, err) ||
	    !text_read(arena, set, "purpose", &out->purpose, err) ||
	    !text_read(arena, set, "environment", &out->environment, err) ||
	    !text_read(arena, set, "ignore", &out->ignore, err) || !tags_read(arena, set, out, err))
		return false;
	if (out->environment.data) {
		out->environment = arena_lower(arena, out->environment);
		if (!model_word_is_good(out->environment))
			return wrong("environment", "is no word", "such as production or test", err);
	}
	if (criticality.data && !model_criticality_read(criticality, &out->criticality))
		return wrong("criticality", "is none of the words it can be", "low, normal, high or critical", err);
	if (!sets_nothing(out))
		return true;
	err_set(err, ERR_INPUT, "set: the rule sets nothing");
	return err_fix(err, "rule-set", "owner, tags, purpose, environment, criticality, service or ignore");
}

static void key_id(struct json_out *json, const char *key, int64_t id)
{
	CLEANUP(buf_done) struct buf text = buf_capped(32);

	buf_addf(&text, "%lld", (long long)id);
	json_out_key_text(json, key, id ? text.data : NULL);
}

void actions_write(struct json_out *json, const struct rule_actions *actions)
{
	json_out_object(json);
	key_id(json, "owner", actions->owner);
	json_out_key(json, "tags");
	json_out_array(json);
	for (size_t i = 0; i < actions->tag_count; i++)
		json_out_str(json, actions->tags[i]);
	json_out_end_array(json);
	json_out_key_str(json, "purpose", actions->purpose);
	json_out_key_str(json, "environment", actions->environment);
	json_out_key_text(json, "criticality", model_criticality_name(actions->criticality));
	key_id(json, "service", actions->service);
	json_out_key_str(json, "ignore", actions->ignore);
	json_out_end_object(json);
}

static bool there(bool found, const char *field, struct err *err)
{
	if (found || err->kind != ERR_ABSENT)
		return found;
	return wrong(field, "there is none with that id", "list them first", err);
}

bool actions_check(struct store_txn *txn, struct arena *arena, const struct rule_actions *actions, struct err *err)
{
	struct model_team team;
	struct model_service service;

	return (!actions->owner || there(store_team(txn, arena, actions->owner, &team, err), "owner", err)) &&
	       (!actions->service || there(store_service(txn, arena, actions->service, &service, err), "service", err));
}
