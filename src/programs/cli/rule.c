/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid rule list|show|add|edit|rm|test|apply - what is set when something is found. */

#include <stdio.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/noun.h"
#include "programs/cli/show.h"

#define BODY_BYTES 65536

/* "owner, tags" */
static struct str set_of(struct arena *arena, const struct json_value *set)
{
	static const char *const fields[] = {"owner", "tags", "purpose", "environment", "criticality", "service", "ignore"};
	CLEANUP(buf_done) struct buf text = buf_capped(256);

	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const struct json_value *value = json_in_get(set, fields[i]);

		if (json_in_type(value) == JSON_IS_NULL || (json_in_type(value) == JSON_IS_ARRAY && !json_in_count(value)))
			continue;
		buf_addf(&text, "%s%s", text.len ? ", " : "", fields[i]);
	}
	return arena_str(arena, buf_str(&text));
}

static const struct noun_column columns[] = {
	{"POSITION", "position", NULL}, {"NAME", "name", NULL}, {"QUERY", "q", NULL}, {"SETS", "set", set_of},
	{"ENABLED", "enabled", NULL}, {"MATCHES", "matches", NULL}, {NULL, NULL, NULL}};
static const struct noun noun = {"rule", "rules", "/api/v1/rules", columns};
static const struct noun teams = {"team", "teams", "/api/v1/teams", columns};
static const struct noun services = {"service", "services", "/api/v1/services", columns};

static int list(struct command_call *call, struct client *client, struct arena *arena)
{
	return noun_list(call, client, arena, &noun, str_of(noun.path));
}

static int show(struct command_call *call, struct client *client, struct arena *arena)
{
	return noun_show(call, client, arena, &noun);
}

static int rm(struct command_call *call, struct client *client, struct arena *arena)
{
	return noun_remove(call, client, arena, &noun);
}

/* ---- what it sets ---- */

static bool sets_something(const struct command_call *call)
{
	static const char *const options[] = {"owner", "tag", "purpose", "env", "criticality", "service", "ignore"};

	for (size_t i = 0; i < COUNT_OF(options); i++)
		if (command_value(call, options[i]))
			return true;
	return false;
}

/* By name in the command, by id in the body. */
static bool write_ref(struct json_out *json, struct command_call *call, struct client *client, struct arena *arena,
		      const char *key, const struct noun *of, struct err *err)
{
	const struct json_value *thing;

	if (!command_value(call, key))
		return true;
	if (!noun_find(client, arena, of, command_value(call, key), &thing, err))
		return false;
	json_out_key_str(json, key, json_in_str(json_in_get(thing, "id"), STR("")));
	return true;
}

static bool write_set(struct json_out *json, struct command_call *call, struct client *client, struct arena *arena,
		      struct err *err)
{
	static const char *const texts[][2] = {
		{"purpose", "purpose"}, {"env", "environment"}, {"criticality", "criticality"}, {"ignore", "ignore"}};

	json_out_key(json, "set");
	json_out_object(json);
	if (!write_ref(json, call, client, arena, "owner", &teams, err) ||
	    !write_ref(json, call, client, arena, "service", &services, err))
		return false;
	json_out_key(json, "tags");
	json_out_array(json);
	for (size_t i = 0; command_value_at(call, "tag", i); i++)
		json_out_text(json, command_value_at(call, "tag", i));
	json_out_end_array(json);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (command_value(call, texts[i][0]))
			json_out_key_text(json, texts[i][1], command_value(call, texts[i][0]));
	json_out_end_object(json);
	return true;
}

static struct str words_from(struct arena *arena, const struct command_call *call, int from)
{
	struct command_call rest = *call;

	rest.args += from;
	rest.arg_count -= from;
	return call->arg_count > from ? client_words(arena, &rest) : (struct str){NULL, 0};
}

static bool write_more(struct json_out *json, const struct command_call *call, struct err *err)
{
	uint64_t position;

	if (command_value(call, "position")) {
		if (!command_number(call, "position", 0, 1000000, 0, &position, err))
			return false;
		json_out_key_int(json, "position", (int64_t)position);
	}
	if (command_has(call, "enable") || command_has(call, "disable"))
		json_out_key_bool(json, "enabled", command_has(call, "enable"));
	return true;
}

/* ---- add, edit ---- */

static int add(struct command_call *call, struct client *client, struct arena *arena)
{
	CLEANUP(buf_done) struct buf body = buf_capped(BODY_BYTES);
	struct json_out json = json_out_start(&body);
	const struct json_value *made;
	struct str q = words_from(arena, call, 2);
	struct err err = {0};

	json_out_object(&json);
	json_out_key_text(&json, "name", call->args[1]);
	json_out_key_str(&json, "q", q.data ? q : STR(""));
	if (!write_set(&json, call, client, arena, &err) || !write_more(&json, call, &err))
		return client_fail(call, &err);
	json_out_end_object(&json);
	if (!client_post(client, arena, noun.path, buf_bytes(&body), &made, &err))
		return client_fail(call, &err);
	show_json(made);
	return CLI_OK;
}

static int edit(struct command_call *call, struct client *client, struct arena *arena)
{
	CLEANUP(buf_done) struct buf body = buf_capped(BODY_BYTES);
	struct json_out json = json_out_start(&body);
	const struct json_value *rule, *changed;
	struct str q = words_from(arena, call, 2);
	struct err err = {0};

	if (!noun_find(client, arena, &noun, call->args[1], &rule, &err))
		return client_fail(call, &err);
	json_out_object(&json);
	if (command_value(call, "name"))
		json_out_key_text(&json, "name", command_value(call, "name"));
	if (q.data)
		json_out_key_str(&json, "q", q);
	if ((sets_something(call) && !write_set(&json, call, client, arena, &err)) || !write_more(&json, call, &err))
		return client_fail(call, &err);
	json_out_end_object(&json);
	if (!client_change(client, arena, "PATCH", noun_path(arena, &noun, rule).data, buf_bytes(&body), &changed, &err))
		return client_fail(call, &err);
	show_json(changed);
	return CLI_OK;
}

/* ---- test, apply ---- */

static void trial_print(const struct json_value *trial)
{
	const struct json_value *sample = json_in_get(trial, "sample");

	printf("%lld certificates fit; %s%lld would change\n", (long long)json_in_int(json_in_get(trial, "matches"), 0),
	       json_in_bool(json_in_get(trial, "approximate"), false) ? "at least " : "",
	       (long long)json_in_int(json_in_get(trial, "would_change"), 0));
	for (size_t i = 0; i < json_in_count(sample); i++)
		show_json(json_in_get(json_in_at(sample, i), "name"));
}

static int test(struct command_call *call, struct client *client, struct arena *arena)
{
	CLEANUP(buf_done) struct buf body = buf_capped(BODY_BYTES);
	struct json_out json = json_out_start(&body);
	const struct json_value *trial;
	struct str q = words_from(arena, call, 1);
	struct err err = {0};

	json_out_object(&json);
	json_out_key_str(&json, "q", q.data ? q : STR(""));
	if (!write_set(&json, call, client, arena, &err))
		return client_fail(call, &err);
	json_out_end_object(&json);
	if (!client_post(client, arena, "/api/v1/rules/try", buf_bytes(&body), &trial, &err))
		return client_fail(call, &err);
	if (command_has(call, "json") || command_has(call, "jsonl"))
		show_json(trial);
	else
		trial_print(trial);
	return json_in_int(json_in_get(trial, "matches"), 0) ? CLI_OK : CLI_NOTHING;
}

static int apply(struct command_call *call, struct client *client, struct arena *arena)
{
	const struct json_value *made;
	struct err err = {0};

	if (!client_post(client, arena, "/api/v1/rules/apply", (struct bytes){NULL, 0}, &made, &err))
		return client_fail(call, &err);
	show_json(json_in_get(made, "job"));
	return CLI_OK;
}

static const struct noun_verb verbs[] = {{"list", false, list}, {"show", true, show}, {"add", true, add}, {"edit", true, edit},
					 {"rm", true, rm},	{"test", false, test}, {"apply", false, apply}};

static int run(struct command_call *call)
{
	return noun_run(call, &noun, verbs, COUNT_OF(verbs));
}

const struct command command_rule = {
	.name = "rule",
	.arguments = "list|show|add|edit|rm|test|apply [NAME] [QUERY]",
	.summary = "what is set when something is found",
	.details = "Rules stand in an order: of each field the first that fits decides, tags add up. What a person set is never "
		   "overwritten. `test` says what a rule would change, and changes nothing; `apply` applies all rules to what is there.",
	.examples = "$ keepvalid rule test --tag lab 'host:.lab.example.org'\n"
		    "$ keepvalid rule add 'lab machines' --tag lab --env test --owner platform 'host:.lab.example.org'\n"
		    "$ keepvalid rule apply",
	.options = (const struct command_option[]){{"owner", 0, "TEAM", "team that answers", false},
						   {"service", 0, "SERVICE", "service it is for", false},
						   {"tag", 0, "TAG", "a tag", true},
						   {"env", 0, "WORD", "environment: production, test …", false},
						   {"purpose", 0, "TEXT", "what it is for", false},
						   {"criticality", 0, "LEVEL", "low, normal, high or critical", false},
						   {"ignore", 0, "REASON", "ignore it, and why", false},
						   {"position", 0, "N", "its place; 0: last", false},
						   {"enable", 0, NULL, "apply it again", false},
						   {"disable", 0, NULL, "do not apply it", false},
						   {"name", 0, "NAME", "edit: its new name", false},
						   {"limit", 0, "N", "at most so many (default 1000)", false},
						   OUTPUT_OPTIONS,
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};
