/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid where SEL - where a certificate is served. */

#include <stdio.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "programs/cli/show.h"
#include "programs/cli/table.h"

static void add(struct arena *arena, struct table *table, const struct json_value *at)
{
	const struct str cells[] = {
		shown_text(at, "host"),
		shown_text(at, "address"),
		shown_number(arena, at, "port"),
		shown_text(at, "protocol"),
		shown_text(at, "server_name"),
		json_in_bool(json_in_get(at, "current"), false) ? STR("now") : STR("before"),
		shown_text(at, "last_seen"),
	};

	table_add(table, cells);
}

/* On a terminal: whose it is and whether it will be renewed, on standard error, as it is talk. */
static void tell(struct arena *arena, const struct json_value *root)
{
	const struct json_value *row = json_in_get(root, "row"), *lineage = json_in_get(root, "lineage");
	CLEANUP(buf_done) struct buf out = buf_capped(1048576);

	text_add(&out, shown_text(row, "name"), 0);
	buf_addf(&out, ", owner %.*s", STR_ARG(shown_text(json_in_get(row, "owner"), "name")));
	buf_addf(&out, ", tags %.*s", STR_ARG(shown_list(arena, json_in_get(row, "tags"))));
	buf_addf(&out, ", environment %.*s\n", STR_ARG(shown_text(row, "environment")));
	buf_addf(&out, "renewal path %.*s: %.*s\n", STR_ARG(shown_text(lineage, "path")),
		 STR_ARG(shown_text(lineage, "path_reason")));
	fwrite(out.data, 1, out.len, stderr);
}

static int run(struct command_call *call)
{
	static const char *const titles[] = {"HOST", "ADDRESS", "PORT", "PROTOCOL", "NAME ASKED", "SERVED", "LAST SEEN", NULL};
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	CLEANUP(table_done) struct table table = table_new(arena, titles);
	const struct json_value *root, *locations;
	struct str sha256;
	struct err err = {0};

	if (call->arg_count == 0)
		return command_usage(call, "which certificate?");
	if (!client_open(call, &client, &err) ||
	    !client_select(client, arena, client_words(arena, call), &sha256, &err) ||
	    !client_get(client, arena, arena_format(arena, "/api/v1/certificates/%.*s", STR_ARG(sha256)).data, &root, &err))
		return client_fail(call, &err);
	locations = json_in_get(root, "locations");
	if (table.terminal.is_terminal && !command_has(call, "json") && !command_has(call, "jsonl"))
		tell(arena, root);
	if (command_has(call, "json"))
		show_json(locations);
	for (size_t i = 0; i < json_in_count(locations); i++)
		if (command_has(call, "jsonl"))
			show_json(json_in_at(locations, i));
		else
			add(arena, &table, json_in_at(locations, i));
	if (!command_has(call, "json"))
		table_print(&table);
	return json_in_count(locations) ? CLI_OK : CLI_NOTHING;
}

const struct command command_where = {
	.name = "where",
	.arguments = "SEL",
	.summary = "tell where a certificate is served",
	.examples = "$ keepvalid where shop.example.org",
	.options = (const struct command_option[]){OUTPUT_OPTIONS, CLIENT_OPTIONS, {0}},
	.run = run,
};
