/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid help [TOPIC] - from the tables of commands and limits; nothing is written twice. */

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "programs/cli.h"
#include "programs/cli/command.h"
#include "programs/cli/help_query.h"

static void print_options(const struct command *command)
{
	if (!command->options || !command->options->name)
		return;
	printf("\nOptions:\n");
	for (const struct command_option *o = command->options; o->name; o++) {
		char left[64];

		snprintf(left, sizeof left, "%s%c%s--%s%s%s", o->letter ? "-" : "", o->letter ? o->letter : ' ',
			 o->letter ? ", " : "   ", o->name, o->value ? " " : "", o->value ? o->value : "");
		printf("  %-26s %s\n", left, o->help);
	}
}

static int print_command(const struct command *command)
{
	printf("keepvalid %s - %s\n\nUsage: keepvalid %s%s%s%s\n", command->name, command->summary,
	       command->name, command->options ? " [OPTION...]" : "", command->arguments ? " " : "",
	       command->arguments ? command->arguments : "");
	if (command->details)
		printf("\n%s\n", command->details);
	print_options(command);
	if (command->examples)
		printf("\nExamples:\n%s\n", command->examples);
	return CLI_OK;
}

static int print_limits(void)
{
	size_t count;
	const struct limit_row *rows = limits_table(&count);

	for (size_t i = 0; i < count; i++)
		printf("%-22s %10lld %-8s %s\n", rows[i].name, (long long)rows[i].value, rows[i].unit,
		       rows[i].what);
	return CLI_OK;
}

static const struct topic {
	const char *name, *summary;
	int (*print)(void);
} topics[] = {
	{"limits", "every limit on what peers and users choose", print_limits},
	{"query", "the query language of list, the console and the API", help_query},
	{"query-tables", NULL, help_query_table}, /* docs/QUERY.md has them */
};

static int print_all(void)
{
	printf("keepvalid %s - finds, judges, renews and proves TLS certificates\n\n"
	       "Usage: keepvalid COMMAND [OPTION...] [ARGUMENT...]\n\nCommands:\n",
	       KEEPVALID_VERSION);
	for (size_t i = 0; i < command_count; i++)
		if (command_table[i]->summary)
			printf("  %-12s %s\n", command_table[i]->name, command_table[i]->summary);
	printf("\nTopics:\n");
	for (size_t i = 0; i < COUNT_OF(topics); i++)
		if (topics[i].summary)
			printf("  %-12s %s\n", topics[i].name, topics[i].summary);
	printf("\n`keepvalid help COMMAND` tells more.\n"
	       "Exit codes: 0 goal holds, 1 failed, 2 usage, 3 --fail-on matched, 4 permission needed,\n"
	       "5 some targets failed, 6 nothing matched, 7 waiting for approval, 8 server unreachable.\n");
	return CLI_OK;
}

static int run(struct command_call *call)
{
	const struct command *command;

	if (call->arg_count == 0)
		return print_all();
	for (size_t i = 0; i < COUNT_OF(topics); i++)
		if (strcmp(call->args[0], topics[i].name) == 0)
			return topics[i].print();
	command = command_find(call->args[0]);
	if (!command || !command->summary)
		return command_usage(call, "no help on \"%s\"", call->args[0]);
	return print_command(command);
}

const struct command command_help = {
	.name = "help",
	.arguments = "[TOPIC]",
	.summary = "tell about a command or a topic",
	.run = run,
};
