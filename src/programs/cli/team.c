/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid team list|show|add|edit|rm - who answers for what. */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/noun.h"
#include "programs/cli/show.h"

static struct str contact_cell(struct arena *arena, const struct json_value *contacts)
{
	CLEANUP(buf_done) struct buf text = buf_capped(65536);

	for (size_t i = 0; i < json_in_count(contacts); i++) {
		const struct json_value *one = json_in_at(contacts, i);
		struct str email = json_in_str(json_in_get(one, "email"), STR(""));

		buf_addf(&text, "%s%.*s: %.*s%s%.*s%s", i ? ", " : "", STR_ARG(shown_text(one, "role")),
			 STR_ARG(shown_text(one, "name")), email.len ? " <" : "", STR_ARG(email), email.len ? ">" : "");
	}
	return text.len ? arena_str(arena, buf_str(&text)) : STR("-");
}

static const struct noun_column columns[] = {
	{"NAME", "name", NULL},	       {"LINEAGES", "lineages", NULL}, {"SERVICES", "services", NULL},
	{"HOSTS", "hosts", NULL},      {"CONTACTS", "contacts", contact_cell},
	{"NOTE", "note", NULL},	       {"ID", "id", NULL},
	{0},
};
static const struct noun team_noun = {"team", "teams", "/api/v1/teams", columns};

static int list(struct command_call *call, struct client *client, struct arena *arena)
{
	return noun_list(call, client, arena, &team_noun, STR("/api/v1/teams"));
}

static int show(struct command_call *call, struct client *client, struct arena *arena)
{
	return noun_show(call, client, arena, &team_noun);
}

/* "security=Bo Berg <bo@example.org>", the address left out or not. */
static bool contact_write(struct json_out *json, const char *word, struct err *err)
{
	struct str text = str_of(word);
	size_t equals = str_find_char(text, '='), open = str_find_char(text, '<');
	struct str role, name, email = {NULL, 0};

	if (equals == SIZE_MAX || (open != SIZE_MAX && (open < equals || text.data[text.len - 1] != '>'))) {
		err_set(err, ERR_INPUT, "\"%s\" is no contact", word);
		return err_fix(err, "contact", "write owner|technical|security=NAME or ROLE=NAME <ADDRESS>");
	}
	role = str_trim(str_head(text, equals));
	name = str_trim(str_skip(str_head(text, open == SIZE_MAX ? text.len : open), equals + 1));
	if (open != SIZE_MAX)
		email = str_head(str_skip(text, open + 1), text.len - open - 2);
	json_out_object(json);
	json_out_key_str(json, "role", role);
	json_out_key_str(json, "name", name);
	json_out_key_str(json, "email", email);
	json_out_end_object(json);
	return true;
}

static bool body_write(const struct command_call *call, const char *name, struct buf *to, struct err *err)
{
	struct json_out json = json_out_start(to);
	const char *word;

	json_out_object(&json);
	if (name)
		json_out_key_text(&json, "name", name);
	if (command_has(call, "note"))
		json_out_key_text(&json, "note", command_value(call, "note"));
	if (command_has(call, "contact")) {
		json_out_key(&json, "contacts");
		json_out_array(&json);
		for (size_t i = 0; (word = command_value_at(call, "contact", i)); i++)
			if (!contact_write(&json, word, err))
				return false;
		json_out_end_array(&json);
	}
	json_out_end_object(&json);
	return true;
}

static int add(struct command_call *call, struct client *client, struct arena *arena)
{
	CLEANUP(buf_done) struct buf body = buf_capped(1048576);
	const struct json_value *made;
	struct err err = {0};

	if (!body_write(call, call->args[1], &body, &err) ||
	    !client_post(client, arena, "/api/v1/teams", buf_bytes(&body), &made, &err))
		return client_fail(call, &err);
	show_json(made);
	return CLI_OK;
}

static int edit(struct command_call *call, struct client *client, struct arena *arena)
{
	CLEANUP(buf_done) struct buf body = buf_capped(1048576);
	const struct json_value *is, *made;
	struct err err = {0};

	if (!body_write(call, command_value(call, "name"), &body, &err) ||
	    !noun_find(client, arena, &team_noun, call->args[1], &is, &err) ||
	    !client_change(client, arena, "PATCH", noun_path(arena, &team_noun, is).data, buf_bytes(&body), &made, &err))
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

	if (to && !noun_find(client, arena, &team_noun, to, &other, &err))
		return client_fail(call, &err);
	if (to)
		path = arena_format(arena, "?to=%.*s", STR_ARG(shown_text(other, "id")));
	/* read last: its tag is the one that goes with the change */
	if (!noun_find(client, arena, &team_noun, call->args[1], &is, &err))
		return client_fail(call, &err);
	path = arena_format(arena, "%.*s%.*s", STR_ARG(noun_path(arena, &team_noun, is)), STR_ARG(path));
	if (!client_change(client, arena, "DELETE", path.data, (struct bytes){NULL, 0}, &nothing, &err))
		return client_fail(call, &err);
	return CLI_OK;
}

static int run(struct command_call *call)
{
	static const struct noun_verb verbs[] = {
		{"list", false, list}, {"show", true, show}, {"add", true, add}, {"edit", true, edit}, {"rm", true, rm},
	};

	return noun_run(call, &team_noun, verbs, COUNT_OF(verbs));
}

const struct command command_team = {
	.name = "team",
	.arguments = "list|show|add|edit|rm [NAME]",
	.summary = "teams, who answer for lineages, services and hosts, and their people",
	.details = "Contacts are given as a whole: ROLE=NAME or \"ROLE=NAME <ADDRESS>\", ROLE one of owner, technical, security.\n"
		   "A team that answers for something is removed with --to TEAM, which takes it over.",
	.examples = "$ keepvalid team add Payments --contact \"owner=Anna <anna@example.org>\" --contact \"security=Bo\"\n"
		    "$ keepvalid team rm Payments --to Web",
	.options = (const struct command_option[]){{"contact", 0, "CONTACT", "a contact; may be given several times", true},
						   {"note", 0, "TEXT", "a note", false},
						   {"name", 0, "NAME", "with edit: the new name", false},
						   {"to", 0, "TEAM", "with rm: the team that takes over", false},
						   {"limit", 0, "N", "with list: so many at most", false},
						   OUTPUT_OPTIONS,
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};
