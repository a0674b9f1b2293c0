/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid whoami - as whom the server sees us. */

#include <stdio.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "programs/cli/show.h"

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	const struct json_value *root, *user;
	struct err err = {0};

	if (!client_open(call, &client, &err) || !client_get(client, arena, "/api/v1/whoami", &root, &err))
		return client_fail(call, &err);
	user = json_in_get(root, "user");
	if (command_has(call, "json") || command_has(call, "jsonl"))
		show_json(root);
	else
		printf("%s\t%s\n", shown_text(user, "name").data, shown_text(user, "role").data);
	return CLI_OK;
}

const struct command command_whoami = {
	.name = "whoami",
	.summary = "tell as whom the server sees you",
	.options = (const struct command_option[]){OUTPUT_OPTIONS, CLIENT_OPTIONS, {0}},
	.run = run,
};
