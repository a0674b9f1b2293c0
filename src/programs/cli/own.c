/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid own QUERY TEAM - who answers for what a query finds. */

#include <string.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/bulk.h"
#include "programs/cli/client.h"

struct team {
	struct arena *arena;
	struct str wanted;
	struct str id; /* NULL data: not found yet */
};

static bool each(void *data, const struct json_value *item)
{
	struct team *team = data;

	if (!str_equal_nocase(json_in_str(json_in_get(item, "name"), STR("")), team->wanted))
		return true;
	team->id = arena_str(team->arena, json_in_str(json_in_get(item, "id"), STR("")));
	return false;
}

static bool team_find(struct client *client, struct arena *arena, struct team *team, struct err *err)
{
	if (!client_walk(client, arena, "/api/v1/teams", 0, each, team, err))
		return false;
	if (team->id.data)
		return true;
	err_set(err, ERR_INPUT, "there is no team \"%.*s\"", STR_ARG(team->wanted));
	return err_fix(err, "no-such-team", "see `keepvalid team list`, or make it: `keepvalid team add NAME`");
}

static void write(struct json_out *json, void *data)
{
	const struct team *team = data;

	json_out_key_text(json, "action", "own");
	json_out_key_str(json, "team", team->id);
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	bool none = command_has(call, "none");
	struct team team = {.arena = arena};
	struct bulk bulk = {.words = STR("own by nobody"), .write = write, .data = &team};
	struct err err = {0};

	if (call->arg_count < (none ? 1 : 2))
		return command_usage(call, none ? "what?" : "what, and by which team?");
	if (!none) {
		team.wanted = str_of(call->args[--call->arg_count]);
		bulk.words = arena_format(arena, "owned by %.*s", STR_ARG(team.wanted));
	}
	bulk.query = client_words(arena, call);
	if (!client_open(call, &client, &err) || (!none && !team_find(client, arena, &team, &err)))
		return client_fail(call, &err);
	return bulk_run(call, client, arena, &bulk);
}

const struct command command_own = {
	.name = "own",
	.arguments = "QUERY TEAM",
	.summary = "say which team answers for what a query finds",
	.details = "The owner is a thing of the lineage and survives renewal. What is found is frozen, shown, and asked about; then\n"
		   "it is done in the background and told when it is over. Rules never change what was set so.",
	.examples = "$ keepvalid own '-has:owner name:*.shop.example.org' payments\n$ keepvalid own --none --yes owner:left",
	.options = (const struct command_option[]){{"none", 0, NULL, "take the owner away", false}, BULK_OPTIONS, CLIENT_OPTIONS, {0}},
	.run = run,
};
