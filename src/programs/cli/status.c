/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid status - the estate in a few lines: what is covered, what needs somebody. */

#include <stdio.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "programs/cli/show.h"
#include "programs/cli/table.h"

static long long number(const struct json_value *object, const char *key)
{
	return (long long)json_in_int(json_in_get(object, key), 0);
}

static void print_headline(const struct json_value *root)
{
	const struct json_value *headline = json_in_get(root, "headline"), *totals = json_in_get(root, "totals");
	long long need = number(headline, "need_you");

	printf("%lld active certificates. %lld have a proven renewal path. %lld need%s you%s\n", number(headline, "active"),
	       number(headline, "proven"), need, need == 1 ? "s" : "", need ? ":" : ".");
	if (need == 0)
		printf("%lld certificates known, on %lld endpoints of %lld hosts.\n", number(totals, "certificates"),
		       number(totals, "endpoints"), number(totals, "hosts"));
}

static int run(struct command_call *call)
{
	static const char *const titles[] = {"NAME", "WHY", "SEVERITY", NULL};
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	CLEANUP(table_done) struct table table = table_new(arena, titles);
	const struct json_value *root, *needs;
	struct err err = {0};

	if (call->arg_count > 0)
		return command_usage(call, "no argument is taken");
	if (!client_open(call, &client, &err) || !client_get(client, arena, "/api/v1/overview", &root, &err))
		return client_fail(call, &err);
	if (command_has(call, "json") || command_has(call, "jsonl")) {
		show_json(root);
		return CLI_OK;
	}
	print_headline(root);
	needs = json_in_get(root, "needs");
	for (size_t i = 0; i < json_in_count(needs); i++) {
		const struct json_value *need = json_in_at(needs, i);
		const struct str cells[] = {shown_text(need, "name"), shown_text(need, "why"), shown_text(need, "severity")};

		table_add(&table, cells);
	}
	table_print(&table);
	return CLI_OK;
}

const struct command command_status = {
	.name = "status",
	.summary = "tell how the estate stands and what needs you",
	.examples = "$ keepvalid status",
	.options = (const struct command_option[]){OUTPUT_OPTIONS, CLIENT_OPTIONS, {0}},
	.run = run,
};
