/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid changes - what is new, changed or gone; keepvalid coverage - what the last runs found where. */

#include <stdio.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/noun.h"
#include "programs/cli/show.h"

static const struct noun_column columns[] = {
	{"AT", "at", NULL}, {"KIND", "kind", NULL}, {"NAME", "certificate.name", NULL}, {"WHERE", "location", NULL},
	{"SOURCE", "source.name", NULL}, {"UNTIL", "certificate.not_after", NULL}, {"SHA-256", "certificate.sha256", NULL},
	{NULL, NULL, NULL}};
static const struct noun noun = {"change", "changes", "/api/v1/changes", columns};

static int run(struct command_call *call)
{
	static const char *const parameters[] = {"kind", "since"};
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	struct str path = str_of(noun.path), q = client_words(arena, call);
	struct err err = {0};

	for (size_t i = 0; i < COUNT_OF(parameters); i++)
		if (command_value(call, parameters[i]))
			path = client_path(arena, path, parameters[i], str_of(command_value(call, parameters[i])));
	if (q.len)
		path = client_path(arena, path, "q", q);
	if (!client_open(call, &client, &err))
		return client_fail(call, &err);
	return noun_list(call, client, arena, &noun, path);
}

const struct command command_changes = {
	.name = "changes",
	.arguments = "[QUERY]",
	.summary = "certificates that are new, changed or gone",
	.details = "Each change is told once: when a certificate was first found, when a place began to show another one, and when a place "
		   "was not there any more in two looks. The query is of certificates: see `keepvalid help query`.",
	.examples = "$ keepvalid changes --since 7d\n$ keepvalid changes --kind gone env:production",
	.options = (const struct command_option[]){{"kind", 0, "KIND", "new, changed or gone", false},
						   {"since", 0, "TIME", "7d, 24h, or a time", false},
						   {"limit", 0, "N", "at most so many, newest first (default 1000)", false},
						   OUTPUT_OPTIONS,
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};

/* ---- coverage ---- */

static void coverage_print(struct arena *arena, const struct json_value *rows)
{
	static const char *const titles[] = {"SCOPE", "TARGETS", "ANSWERED", "TLS", "CERTIFICATES", "LAST", NULL};
	CLEANUP(table_done) struct table table = table_new(arena, titles);

	for (size_t i = 0; i < json_in_count(rows); i++) {
		const struct json_value *row = json_in_at(rows, i);
		struct str scope = shown_text(row, "scope");
		const struct str cells[] = {
			scope.len ? scope : STR("(learnt names)"),    shown_number(arena, row, "targets"),
			shown_number(arena, row, "answered"),	      shown_number(arena, row, "tls"),
			shown_number(arena, row, "certificates"), shown_text(row, "last_scanned_at")};

		table_add(&table, cells);
	}
	table_print(&table);
}

static int run_coverage(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	const struct json_value *answer, *rows;
	struct err err = {0};

	if (call->arg_count)
		return command_usage(call, "it takes no words");
	if (!client_open(call, &client, &err) || !client_get(client, arena, "/api/v1/coverage", &answer, &err))
		return client_fail(call, &err);
	rows = json_in_get(answer, "rows");
	if (command_has(call, "json"))
		show_json(rows);
	else if (command_has(call, "jsonl"))
		for (size_t i = 0; i < json_in_count(rows); i++)
			show_json(json_in_at(rows, i));
	else
		coverage_print(arena, rows);
	return json_in_count(rows) ? CLI_OK : CLI_NOTHING;
}

const struct command command_coverage = {
	.name = "coverage",
	.arguments = "",
	.summary = "what the last runs found of each scope",
	.examples = "$ keepvalid coverage",
	.options = (const struct command_option[]){OUTPUT_OPTIONS, CLIENT_OPTIONS, {0}},
	.run = run_coverage,
};
