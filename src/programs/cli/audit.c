/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid audit list - who did what, newest first. */

#include <string.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "programs/cli/show.h"
#include "programs/cli/table.h"

struct listing {
	struct arena *arena;
	struct table table;
	bool as_json;
};

static bool each(void *data, const struct json_value *item)
{
	struct listing *listing = data;
	const struct str cells[] = {shown_number(listing->arena, item, "index"), shown_text(item, "at"),
				    shown_text(item, "who"), shown_text(item, "what"), shown_text(item, "object"),
				    shown_text(item, "from")};

	if (listing->as_json)
		show_json(item);
	else
		table_add(&listing->table, cells);
	return true;
}

static int run(struct command_call *call)
{
	static const char *const titles[] = {"INDEX", "AT", "WHO", "WHAT", "OBJECT", "FROM", NULL};
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	struct listing listing = {.arena = arena, .table = table_new(arena, titles), .as_json = command_has(call, "jsonl")};
	struct err err = {0};
	uint64_t most;
	bool ok;

	if (call->arg_count != 1 || strcmp(call->args[0], "list") != 0)
		return command_usage(call, "say `keepvalid audit list`");
	ok = command_number(call, "limit", 1, 100000000, 100, &most, &err) && client_open(call, &client, &err) &&
	     client_walk(client, arena, "/api/v1/audit", most, each, &listing, &err);
	if (ok)
		table_print(&listing.table);
	table_done(&listing.table);
	return ok ? CLI_OK : client_fail(call, &err);
}

const struct command command_audit = {
	.name = "audit",
	.arguments = "list",
	.summary = "list who did what",
	.examples = "$ keepvalid audit list --limit 20",
	.options = (const struct command_option[]){{"limit", 0, "N", "at most so many, newest first (default 100)", false},
						   {"jsonl", 0, NULL, "a JSON record a line", false},
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};
