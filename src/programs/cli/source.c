/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid source list|show|add|edit|rm|run|runs|kinds - where discovery looks, and when. */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/noun.h"
#include "programs/cli/show.h"

#define BODY_BYTES (1 << 20)

static struct str state_of(struct arena *arena, const struct json_value *last)
{
	struct str state = json_in_str(json_in_get(last, "state"), STR("-"));
	struct str at = json_in_str(json_in_get(last, "ended_at"), STR(""));

	return at.len ? arena_format(arena, "%.*s %.*s", STR_ARG(state), STR_ARG(at)) : state;
}

static const struct noun_column columns[] = {
	{"NAME", "name", NULL},	       {"KIND", "kind", NULL},	     {"EVERY", "schedule.every_s", noun_period},
	{"PAUSED", "schedule.paused", NULL}, {"NEXT RUN", "next_run_at", NULL}, {"LAST RUN", "last_run", state_of},
	{"NEW", "last_run.new_certificates", NULL}, {"FOUND", "found", NULL}, {NULL, NULL, NULL}};
static const struct noun noun = {"source", "sources", "/api/v1/sources", columns};

static const struct noun_column run_columns[] = {
	{"STARTED", "started_at", NULL}, {"STATE", "state", NULL}, {"TARGETS", "targets", NULL}, {"NEW", "new_certificates", NULL},
	{"CHANGED", "changed", NULL}, {"GONE", "gone", NULL}, {"BY", "by", NULL}, {"DETAIL", "detail", NULL}, {NULL, NULL, NULL}};
static const struct noun runs_noun = {"run", "runs", NULL, run_columns};

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

/* ---- options: NAME=VALUE words, of the types that the kind's table says ---- */

static bool kinds_read(struct client *client, struct arena *arena, struct str name, const struct json_value **options,
		       struct err *err)
{
	const struct json_value *kinds, *items;

	if (!client_get(client, arena, "/api/v1/sources/kinds", &kinds, err))
		return false;
	items = json_in_get(kinds, "items");
	for (size_t i = 0; i < json_in_count(items); i++)
		if (str_equal(json_in_str(json_in_get(json_in_at(items, i), "name"), STR("")), name)) {
			*options = json_in_get(json_in_at(items, i), "options");
			return true;
		}
	err_set(err, ERR_INPUT, "there is no kind of source \"%.*s\"", STR_ARG(name));
	return err_fix(err, "source-kind", "see `keepvalid source kinds`");
}

static struct str type_of(const struct json_value *options, struct str name)
{
	for (size_t i = 0; i < json_in_count(options); i++)
		if (str_equal(json_in_str(json_in_get(json_in_at(options, i), "name"), STR("")), name))
			return json_in_str(json_in_get(json_in_at(options, i), "type"), STR(""));
	return (struct str){NULL, 0};
}

/* Values of all words for that option; words of a list are joined, of others the last one counts. */
static void write_words(struct json_out *json, struct command_call *call, int from, struct str name)
{
	json_out_array(json);
	for (int i = from; i < call->arg_count; i++) {
		struct str rest = str_of(call->args[i]), key, one;

		if (!str_split(&rest, '=', &key) || !str_equal(key, name))
			continue;
		while (rest.len && str_split(&rest, ',', &one))
			json_out_str(json, one);
	}
	json_out_end_array(json);
}

static bool write_value(struct json_out *json, struct command_call *call, int from, struct str name, struct str type,
			struct str value, struct err *err)
{
	uint64_t number;

	if (str_is(type, "words")) {
		write_words(json, call, from, name);
	} else if (str_is(type, "number") && str_to_u64(value, INT64_MAX, &number)) {
		json_out_int(json, (int64_t)number);
	} else if (str_is(type, "flag") && (str_is(value, "yes") || str_is(value, "true"))) {
		json_out_bool(json, true);
	} else if (str_is(type, "flag") && (str_is(value, "no") || str_is(value, "false"))) {
		json_out_bool(json, false);
	} else if (str_is(type, "text") || str_is(type, "choice")) {
		json_out_str(json, value);
	} else {
		err_set(err, ERR_INPUT, "%.*s=%.*s: that is no %.*s", STR_ARG(name), STR_ARG(value), STR_ARG(type));
		return err_fix(err, "source-option", "see `keepvalid source kinds`");
	}
	return true;
}

static bool given_before(const struct command_call *call, int from, int at, struct str name)
{
	for (int i = from; i < at; i++)
		if (str_starts(str_of(call->args[i]), name) && call->args[i][name.len] == '=')
			return true;
	return false;
}

struct overlay {
	struct json_out *json;
	struct command_call *call;
	int from;
};

/* An option that stays as it is. */
static bool write_kept(void *data, struct str key, const struct json_value *value)
{
	struct overlay *overlay = data;

	if (!given_before(overlay->call, overlay->from, overlay->call->arg_count, key)) {
		json_out_key_named(overlay->json, key);
		json_out_value(overlay->json, value);
	}
	return true;
}

static bool write_options(struct json_out *json, struct command_call *call, int from, const struct json_value *table,
			  const struct json_value *before, struct err *err)
{
	struct overlay overlay = {json, call, from};

	json_out_key(json, "options");
	json_out_object(json);
	if (before)
		(void)json_in_members(before, write_kept, &overlay);
	for (int i = from; i < call->arg_count; i++) {
		struct str value = str_of(call->args[i]), name, type;

		if (str_find_char(value, '=') == SIZE_MAX || !str_split(&value, '=', &name) ||
		    !(type = type_of(table, name)).data) {
			err_set(err, ERR_INPUT, "\"%s\" is no option of this kind of source", call->args[i]);
			return err_fix(err, "source-option", "write NAME=VALUE; see `keepvalid source kinds`");
		}
		if (given_before(call, from, i, name))
			continue;
		json_out_key_named(json, name);
		if (!write_value(json, call, from, name, type, value, err))
			return false;
	}
	json_out_end_object(json);
	return true;
}

/* ---- the schedule ---- */

/* "mon-fri 08:00-18:00" */
static bool write_quiet(struct json_out *json, const struct command_call *call, struct err *err)
{
	const char *text;

	json_out_key(json, "quiet");
	json_out_array(json);
	for (size_t i = 0; (text = command_value_at(call, "quiet", i)); i++) {
		struct str rest = str_of(text), days, from;

		if (str_is(rest, "none"))
			continue;
		if (!str_split(&rest, ' ', &days) || !str_split(&rest, '-', &from) || rest.len == 0) {
			err_set(err, ERR_INPUT, "\"%s\" is no quiet time", text);
			return err_fix(err, "schedule-quiet", "write 'mon-fri 08:00-18:00', or none");
		}
		json_out_object(json);
		json_out_key_str(json, "days", days);
		json_out_key_str(json, "from", from);
		json_out_key_str(json, "to", rest);
		json_out_end_object(json);
	}
	json_out_end_array(json);
	return true;
}

static bool write_schedule(struct json_out *json, const struct command_call *call, struct err *err)
{
	int64_t every_s;

	json_out_key(json, "schedule");
	json_out_object(json);
	if (command_value(call, "every")) {
		if (!noun_period_read(command_value(call, "every"), &every_s, err))
			return false;
		json_out_key_int(json, "every_s", every_s);
	}
	if (command_value(call, "quiet") && !write_quiet(json, call, err))
		return false;
	if (command_value(call, "zone"))
		json_out_key_text(json, "zone", command_value(call, "zone"));
	if (command_has(call, "pause") || command_has(call, "resume"))
		json_out_key_bool(json, "paused", command_has(call, "pause"));
	json_out_end_object(json);
	return true;
}

/* ---- add, edit, run ---- */

static int add(struct command_call *call, struct client *client, struct arena *arena)
{
	CLEANUP(buf_done) struct buf body = buf_capped(BODY_BYTES);
	struct json_out json = json_out_start(&body);
	const struct json_value *made, *table;
	const char *path = command_has(call, "dry-run") ? "/api/v1/sources?dry_run=true" : noun.path;
	struct err err = {0};

	if (call->arg_count < 3)
		return command_usage(call, "which kind? See `keepvalid source kinds`");
	if (!kinds_read(client, arena, str_of(call->args[2]), &table, &err))
		return client_fail(call, &err);
	json_out_object(&json);
	json_out_key_text(&json, "name", call->args[1]);
	json_out_key_text(&json, "kind", call->args[2]);
	if (!write_options(&json, call, 3, table, NULL, &err) || !write_schedule(&json, call, &err))
		return client_fail(call, &err);
	json_out_end_object(&json);
	if (!client_post(client, arena, path, buf_bytes(&body), &made, &err))
		return client_fail(call, &err);
	show_json(made);
	return CLI_OK;
}

static int edit(struct command_call *call, struct client *client, struct arena *arena)
{
	CLEANUP(buf_done) struct buf body = buf_capped(BODY_BYTES);
	struct json_out json = json_out_start(&body);
	const struct json_value *source, *table, *changed;
	struct err err = {0};

	if (!noun_find(client, arena, &noun, call->args[1], &source, &err) ||
	    !kinds_read(client, arena, json_in_str(json_in_get(source, "kind"), STR("")), &table, &err))
		return client_fail(call, &err);
	json_out_object(&json);
	if (command_value(call, "name"))
		json_out_key_text(&json, "name", command_value(call, "name"));
	if ((call->arg_count > 2 && !write_options(&json, call, 2, table, json_in_get(source, "options"), &err)) ||
	    !write_schedule(&json, call, &err))
		return client_fail(call, &err);
	json_out_end_object(&json);
	if (!client_change(client, arena, "PATCH", noun_path(arena, &noun, source).data, buf_bytes(&body), &changed, &err))
		return client_fail(call, &err);
	show_json(changed);
	return CLI_OK;
}

static int run_now(struct command_call *call, struct client *client, struct arena *arena)
{
	const struct json_value *source, *made;
	struct err err = {0};

	if (!noun_find(client, arena, &noun, call->args[1], &source, &err) ||
	    !client_post(client, arena,
			 arena_format(arena, "%.*s/run", STR_ARG(noun_path(arena, &noun, source))).data,
			 (struct bytes){NULL, 0}, &made, &err))
		return client_fail(call, &err);
	show_json(json_in_get(made, "run"));
	return CLI_OK;
}

static int runs(struct command_call *call, struct client *client, struct arena *arena)
{
	const struct json_value *source;
	struct err err = {0};

	if (!noun_find(client, arena, &noun, call->args[1], &source, &err))
		return client_fail(call, &err);
	return noun_list(call, client, arena, &runs_noun,
			 arena_format(arena, "%.*s/runs", STR_ARG(noun_path(arena, &noun, source))));
}

/* Each kind with its options, for people. */
static int kinds(struct command_call *call, struct client *client, struct arena *arena)
{
	const struct json_value *answer, *items;
	struct err err = {0};

	if (!client_get(client, arena, "/api/v1/sources/kinds", &answer, &err))
		return client_fail(call, &err);
	items = json_in_get(answer, "items");
	if (command_has(call, "json") || command_has(call, "jsonl")) {
		show_json(items);
		return CLI_OK;
	}
	for (size_t i = 0; i < json_in_count(items); i++) {
		const struct json_value *kind = json_in_at(items, i), *options = json_in_get(kind, "options");

		printf("%.*s: %.*s\n", STR_ARG(shown_text(kind, "name")), STR_ARG(shown_text(kind, "about")));
		for (size_t j = 0; j < json_in_count(options); j++) {
			const struct json_value *option = json_in_at(options, j);

			printf("    %.*s (%.*s%s): %.*s\n", STR_ARG(shown_text(option, "name")),
			       STR_ARG(shown_text(option, "type")),
			       json_in_bool(json_in_get(option, "needed"), false) ? ", needed" : "",
			       STR_ARG(shown_text(option, "help")));
		}
	}
	return CLI_OK;
}

static const struct noun_verb verbs[] = {{"list", false, list}, {"show", true, show}, {"add", true, add},   {"edit", true, edit},
					 {"rm", true, rm},	{"run", true, run_now}, {"runs", true, runs}, {"kinds", false, kinds}};

static int run(struct command_call *call)
{
	return noun_run(call, &noun, verbs, COUNT_OF(verbs));
}

const struct command command_source = {
	.name = "source",
	.arguments = "list|show|add|edit|rm|run|runs|kinds [NAME] [KIND] [OPTION=VALUE...]",
	.summary = "where discovery looks, and when",
	.details = "A source is looked at by itself, every so often, but never begins in its quiet hours. After a pause only the latest of "
		   "the times that passed is run. Options of a list are joined: scopes=10.0.0.0/24,10.0.1.0/24.",
	.examples = "$ keepvalid source kinds\n"
		    "$ keepvalid source add office network scopes=10.0.0.0/24 ports=443,8443 exclude=10.0.0.7 --every 1d --quiet 'mon-fri "
		    "08:00-18:00'\n"
		    "$ keepvalid source run office\n"
		    "$ keepvalid source edit office rate=50 --pause",
	.options = (const struct command_option[]){{"every", 0, "PERIOD", "6h, 1d, 2w or never", false},
						   {"quiet", 0, "WHEN", "'mon-fri 08:00-18:00', or none", true},
						   {"zone", 0, "ZONE", "of the quiet hours: local, utc, +01:00, Europe/Berlin", false},
						   {"pause", 0, NULL, "do not run by itself", false},
						   {"resume", 0, NULL, "run by itself again", false},
						   {"name", 0, "NAME", "edit: its new name", false},
						   {"dry-run", 0, NULL, "add: check only", false},
						   {"limit", 0, "N", "at most so many (default 1000)", false},
						   OUTPUT_OPTIONS,
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};
