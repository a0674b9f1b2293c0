/* SPDX-License-Identifier: Apache-2.0 */

/*
 * keepvalid manual [COMMAND] - a manual page as scdoc source, from the command's row. Hidden: the build makes
 * the pages by it (tools/make-man), so that help and manual cannot differ.
 */

#include <stdio.h>
#include <string.h>

#include "programs/cli.h"
#include "programs/cli/command.h"

/* scdoc takes these as markup, and a dash or a dot as a list where they begin a line. */
static void print_escaped(const char *text)
{
	if (*text == '-' || *text == '.')
		putchar('\\');
	for (; *text; text++) {
		if (strchr("_*\\<>#~`", *text))
			putchar('\\');
		putchar(*text);
	}
}

/* A paragraph a line; blank lines part them. Lines that begin with blanks are shown as they are. */
static void print_paragraphs(const char *text)
{
	bool literal = false;

	while (*text) {
		size_t len = strcspn(text, "\n");
		bool indented = text[0] == ' ' && len > 0;

		if (indented != literal && (indented || literal)) {
			printf("```\n");
			literal = indented;
		}
		if (literal)
			printf("%.*s\n", (int)len, text);
		else {
			char line[1024];

			snprintf(line, sizeof line, "%.*s", (int)len, text);
			print_escaped(line);
			putchar('\n');
		}
		text += len + (text[len] == '\n');
	}
	if (literal)
		printf("```\n");
}

static void print_options(const struct command *command)
{
	if (!command->options || !command->options->name)
		return;
	printf("\n# OPTIONS\n\n");
	for (const struct command_option *o = command->options; o->name; o++) {
		if (o->letter)
			printf("*-%c*, ", o->letter);
		printf("*--%s*", o->name);
		if (o->value) {
			printf(" ");
			print_escaped(o->value);
		}
		printf("\n\t");
		print_escaped(o->help);
		printf("%s\n\n", o->many ? " (may be given several times)" : "");
	}
}

static void print_page(const struct command *command)
{
	printf("keepvalid-%s(1)\n\n# NAME\n\nkeepvalid-%s - %s\n\n# SYNOPSIS\n\n*keepvalid %s*", command->name,
	       command->name, command->summary, command->name);
	if (command->options)
		printf(" [OPTION...]");
	if (command->arguments) {
		printf(" ");
		print_escaped(command->arguments);
	}
	printf("\n");
	if (command->details) {
		printf("\n# DESCRIPTION\n\n");
		print_paragraphs(command->details);
	}
	print_options(command);
	if (command->examples)
		printf("\n# EXAMPLES\n\n```\n%s\n```\n", command->examples);
}

static void print_overview(void)
{
	printf("keepvalid(1)\n\n# NAME\n\nkeepvalid - finds, judges, renews and proves TLS certificates\n\n# SYNOPSIS\n\n"
	       "*keepvalid* COMMAND [OPTION...] [ARGUMENT...]\n\n# COMMANDS\n\n");
	for (size_t i = 0; i < command_count; i++)
		if (command_table[i]->summary)
			printf("*%s*\n\t%s; see *keepvalid-%s*(1)\n\n", command_table[i]->name,
			       command_table[i]->summary, command_table[i]->name);
}

static int run(struct command_call *call)
{
	const struct command *command;

	if (call->arg_count == 0) {
		/* The names, a line each, for those who make all pages. */
		for (size_t i = 0; i < command_count; i++)
			if (command_table[i]->summary)
				printf("%s\n", command_table[i]->name);
		return CLI_OK;
	}
	if (strcmp(call->args[0], "keepvalid") == 0) {
		print_overview();
		return CLI_OK;
	}
	command = command_find(call->args[0]);
	if (!command || !command->summary)
		return command_usage(call, "there is no command \"%s\"", call->args[0]);
	print_page(command);
	return CLI_OK;
}

const struct command command_manual = {
	.name = "manual",
	.arguments = "[COMMAND]",
	.run = run,
};
