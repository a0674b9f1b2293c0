/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid service list|show|add|edit|rm - business services. */

#include <string.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/noun.h"
#include "programs/cli/show.h"

static const struct noun_column columns[] = {
	{"NAME", "name", NULL},		  {"CRITICALITY", "criticality", NULL}, {"ENVIRONMENT", "environment", NULL},
	{"OWNER", "owner.name", NULL},	  {"LINEAGES", "lineages", NULL},	{"HOSTS", "hosts", NULL},
	{"CMDB ID", "cmdb_id", NULL},	  {"ID", "id", NULL},
	{0},
};
static const struct noun service_noun = {"service", "services", "/api/v1/services", columns};
static const struct noun team_noun = {"team", "teams", "/api/v1/teams", NULL};

static int list(struct command_call *call, struct client *client, struct arena *arena)
{
	return noun_list(call, client, arena, &service_noun, STR("/api/v1/services"));
}

static int show(struct command_call *call, struct client *client, struct arena *arena)
{
	return noun_show(call, client, arena, &service_noun);
}

/* Options that are words of the body; "none" takes away what was said. */
static const char *const members[][2] = {
	{"criticality", "criticality"}, {"environment", "environment"}, {"note", "note"}, {"cmdb-id", "cmdb_id"},
};

static bool body_write(const struct command_call *call, struct client *client, struct arena *arena, const char *name,
		       struct buf *to, struct err *err)
{
	struct json_out json = json_out_start(to);
	const char *owner = command_value(call, "owner");
	const struct json_value *team;

	json_out_object(&json);
	if (name)
		json_out_key_text(&json, "name", name);
	for (size_t i = 0; i < COUNT_OF(members); i++) {
		const char *value = command_value(call, members[i][0]);

		if (value)
			json_out_key_text(&json, members[i][1], strcmp(value, "none") == 0 ? NULL : value);
	}
	if (owner && strcmp(owner, "none") == 0) {
		json_out_key_null(&json, "owner");
	} else if (owner) {
		if (!noun_find(client, arena, &team_noun, owner, &team, err))
			return false;
		json_out_key_str(&json, "owner", json_in_str(json_in_get(team, "id"), STR("")));
	}
	json_out_end_object(&json);
	return true;
}

static int add(struct command_call *call, struct client *client, struct arena *arena)
{
	CLEANUP(buf_done) struct buf body = buf_capped(1048576);
	const struct json_value *made;
	struct err err = {0};

	if (!body_write(call, client, arena, call->args[1], &body, &err) ||
	    !client_post(client, arena, "/api/v1/services", buf_bytes(&body), &made, &err))
		return client_fail(call, &err);
	show_json(made);
	return CLI_OK;
}

static int edit(struct command_call *call, struct client *client, struct arena *arena)
{
	CLEANUP(buf_done) struct buf body = buf_capped(1048576);
	const struct json_value *is, *made;
	struct err err = {0};

	if (!body_write(call, client, arena, command_value(call, "name"), &body, &err) ||
	    !noun_find(client, arena, &service_noun, call->args[1], &is, &err) ||
	    !client_change(client, arena, "PATCH", noun_path(arena, &service_noun, is).data, buf_bytes(&body), &made, &err))
		return client_fail(call, &err);
	show_json(made);
	return CLI_OK;
}

static int rm(struct command_call *call, struct client *client, struct arena *arena)
{
	const char *to = command_value(call, "to");
	const struct json_value *is, *other, *nothing;
	struct str path = STR("");
	struct err err = {0};

	if (to && !noun_find(client, arena, &service_noun, to, &other, &err))
		return client_fail(call, &err);
	if (to)
		path = arena_format(arena, "?to=%.*s", STR_ARG(shown_text(other, "id")));
	/* read last: its tag is the one that goes with the change */
	if (!noun_find(client, arena, &service_noun, call->args[1], &is, &err))
		return client_fail(call, &err);
	path = arena_format(arena, "%.*s%.*s", STR_ARG(noun_path(arena, &service_noun, is)), STR_ARG(path));
	if (!client_change(client, arena, "DELETE", path.data, (struct bytes){NULL, 0}, &nothing, &err))
		return client_fail(call, &err);
	return CLI_OK;
}

static int run(struct command_call *call)
{
	static const struct noun_verb verbs[] = {
		{"list", false, list}, {"show", true, show}, {"add", true, add}, {"edit", true, edit}, {"rm", true, rm},
	};

	return noun_run(call, &service_noun, verbs, COUNT_OF(verbs));
}

const struct command command_service = {
	.name = "service",
	.arguments = "list|show|add|edit|rm [NAME]",
	.summary = "business services, what lineages and hosts are for",
	.details = "The word none takes away what was said: --owner none. A service that lineages or hosts are of is removed with\n"
		   "--to SERVICE, which takes them over.",
	.examples = "$ keepvalid service add Shop --criticality high --environment production --owner Payments",
	.options = (const struct command_option[]){{"criticality", 0, "WORD", "low, normal, high or critical", false},
						   {"environment", 0, "WORD", "production, test and the like", false},
						   {"owner", 0, "TEAM", "who answers for it", false},
						   {"note", 0, "TEXT", "a note", false},
						   {"cmdb-id", 0, "ID", "its item in a CMDB", false},
						   {"name", 0, "NAME", "with edit: the new name", false},
						   {"to", 0, "SERVICE", "with rm: the service that takes over", false},
						   {"limit", 0, "N", "with list: so many at most", false},
						   OUTPUT_OPTIONS,
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};
