/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid timeline [QUERY] - when certificates end, week by week. */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "programs/cli/show.h"
#include "programs/cli/terminal.h"

#define BAR_MOST 48

static void print_bar(int64_t count, int64_t without, int64_t most)
{
	int64_t length = most > 0 ? count * BAR_MOST / most : 0, hollow = count > 0 ? length * without / count : 0;

	if (count > 0 && length == 0)
		length = 1;
	if (without > 0 && hollow == 0)
		hollow = 1;
	for (int64_t i = 0; i < length - hollow; i++)
		fputs("█", stdout);
	for (int64_t i = 0; i < hollow; i++)
		fputs("░", stdout);
}

static int64_t most_of(const struct json_value *weeks, size_t count)
{
	int64_t most = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t here = json_in_int(json_in_get(json_in_at(weeks, i), "count"), 0);

		most = here > most ? here : most;
	}
	return most;
}

static void print_weeks(struct arena *arena, const struct json_value *root, size_t wanted)
{
	const struct json_value *weeks = json_in_get(root, "weeks");
	size_t count = json_in_count(weeks) < wanted ? json_in_count(weeks) : wanted;
	bool terminal = terminal_of(1).is_terminal;
	int64_t most = most_of(weeks, count);

	for (size_t i = 0; i < count; i++) {
		const struct json_value *week = json_in_at(weeks, i);
		struct str without = shown_number(arena, week, "without_path");

		if (!terminal) {
			printf("%.*s\t%.*s\t%.*s\n", STR_ARG(shown_text(week, "week")),
			       STR_ARG(shown_number(arena, week, "count")), STR_ARG(without));
			continue;
		}
		printf("%.*s %6.*s ", STR_ARG(shown_text(week, "week")), STR_ARG(shown_number(arena, week, "count")));
		print_bar(json_in_int(json_in_get(week, "count"), 0), json_in_int(json_in_get(week, "without_path"), 0),
			  most);
		putchar('\n');
	}
	if (terminal)
		printf("█ with a proven renewal path  ░ without\n");
	fprintf(terminal ? stdout : stderr, "%.*s\n", STR_ARG(shown_text(root, "sentence")));
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	struct str path = STR("/api/v1/timeline"), words = client_words(arena, call);
	const struct json_value *root;
	struct err err = {0};
	uint64_t weeks;

	if (!command_number(call, "weeks", 1, 52, 26, &weeks, &err))
		return client_fail(call, &err);
	path = client_path(arena, path, "days", arena_format(arena, "%llu", (unsigned long long)weeks * 7));
	if (words.len)
		path = client_path(arena, path, "q", words);
	if (command_value(call, "what-if"))
		path = client_path(arena, path, "what_if", str_of(command_value(call, "what-if")));
	if (!client_open(call, &client, &err) || !client_get(client, arena, path.data, &root, &err))
		return client_fail(call, &err);
	if (command_has(call, "json"))
		show_json(root);
	else
		print_weeks(arena, root, weeks);
	return CLI_OK;
}

const struct command command_timeline = {
	.name = "timeline",
	.arguments = "[QUERY]",
	.summary = "show when certificates end, week by week",
	.details = "Served certificates only. Elsewhere than on a terminal a week a line: its Monday, how many end, and how many of\n"
		   "them have no proven renewal path; the sentence goes to standard error.",
	.examples = "$ keepvalid timeline --weeks 12 env:production\n$ keepvalid timeline --what-if 47",
	.options = (const struct command_option[]){{"weeks", 0, "N", "so many weeks, 1 to 52 (default 26)", false},
						   {"what-if", 0, "DAYS", "compare with lifetimes of so many days: 200, 100, 47", false},
						   {"json", 0, NULL, "one JSON document", false},
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};
