/* SPDX-License-Identifier: Apache-2.0 */

/*
 * From argv to a command_call: picks the command, reads its options by getopt_long from its own table.
 * Options may stand before and after arguments; "--" ends them.
 */

#include "programs/cli.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "programs/cli/command.h"

const char *command_value_at(const struct command_call *call, const char *name, size_t nth)
{
	for (size_t i = 0; i < call->given_count; i++)
		if (strcmp(call->given[i].option->name, name) == 0 && nth-- == 0)
			return call->given[i].value;
	return NULL;
}

const char *command_value(const struct command_call *call, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < call->given_count; i++)
		if (strcmp(call->given[i].option->name, name) == 0)
			value = call->given[i].value;
	return value;
}

bool command_has(const struct command_call *call, const char *name)
{
	for (size_t i = 0; i < call->given_count; i++)
		if (strcmp(call->given[i].option->name, name) == 0)
			return true;
	return false;
}

bool command_number(const struct command_call *call, const char *name, uint64_t least, uint64_t most,
		    uint64_t or, uint64_t *out, struct err *err)
{
	const char *value = command_value(call, name);
	uint64_t number = or;

	if (value && (!str_to_u64(str_of(value), most, &number) || number < least)) {
		err_set(err, ERR_INPUT, "--%s %s: not a number from %llu to %llu", name, value,
			(unsigned long long)least, (unsigned long long)most);
		return err_fix(err, "option-number", "see `keepvalid help %s`", call->command->name);
	}
	*out = number;
	return true;
}

bool command_time(const struct command_call *call, const char *name, int64_t or, int64_t *out,
		  struct err *err)
{
	const char *value = command_value(call, name);
	int64_t at = or;

	if (value && !clock_read(str_of(value), &at)) {
		err_set(err, ERR_INPUT, "--%s %s: not a time", name, value);
		return err_fix(err, "option-time", "write 2026-11-20T15:00:00Z or seconds since 1970");
	}
	*out = at;
	return true;
}

static int exit_of(enum err_kind kind)
{
	switch (kind) {
	case ERR_DENIED:
		return CLI_DENIED;
	case ERR_UNREACHED:
		return CLI_UNREACHED;
	default:
		return CLI_FAILED;
	}
}

int command_fail(const struct command_call *call, const struct err *err)
{
	fprintf(stderr, "keepvalid %s: %s\n", call->command->name, err->text);
	if (err->fix[0] && err->code[0])
		fprintf(stderr, "  fix: %s [%s]\n", err->fix, err->code);
	else if (err->fix[0])
		fprintf(stderr, "  fix: %s\n", err->fix);
	return exit_of(err->kind);
}

int command_usage(const struct command_call *call, const char *format, ...)
{
	const struct command *command = call->command;
	va_list args;

	fprintf(stderr, "keepvalid %s: ", command->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n  usage: keepvalid %s%s%s%s\n  fix: see `keepvalid help %s`\n", command->name,
		command->options ? " [OPTION...]" : "", command->arguments ? " " : "",
		command->arguments ? command->arguments : "", command->name);
	return command->usage_exit ? command->usage_exit : CLI_USAGE;
}

/* getopt's two forms of the table. Flag letters come after ':' so that a missing value is told apart. */
static void getopt_tables(const struct command *command, struct option *longs, char *letters)
{
	*letters++ = ':';
	for (const struct command_option *o = command->options; o && o->name; o++) {
		*longs++ = (struct option){o->name, o->value ? required_argument : no_argument, NULL,
					   256 + (int)(o - command->options)};
		if (o->letter) {
			*letters++ = o->letter;
			if (o->value)
				*letters++ = ':';
		}
	}
	*longs = (struct option){"help", no_argument, NULL, 'h'};
	*letters++ = 'h';
	*letters = 0;
}

static const struct command_option *option_of(const struct command *command, int got)
{
	if (got >= 256)
		return &command->options[got - 256];
	for (const struct command_option *o = command->options; o && o->name; o++)
		if (o->letter == got)
			return o;
	return NULL;
}

/* Reads all options. Answers -1 to go on, or an exit code. */
static int read_options(struct command_call *call, int argc, char **argv)
{
	struct option longs[64] = {0};
	char letters[160];
	int got;

	getopt_tables(call->command, longs, letters);
	optind = 0;
	opterr = 0;
	while ((got = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct command_option *option = option_of(call->command, got);
		const char *typed = optind > 0 ? argv[optind - 1] : "";

		if (got == 'h' && !option) {
			char *words[] = {(char[]){"help"}, (char *)(uintptr_t)call->command->name, NULL};
			struct command_call help = {command_find("help"), words + 1, 1, NULL, 0};

			return help.command->run(&help);
		}
		if (got == ':')
			return command_usage(call, "%s needs a value", typed);
		if (!option)
			return command_usage(call, "unknown option %s", typed);
		if (!option->many && command_has(call, option->name))
			return command_usage(call, "--%s is given twice", option->name);
		call->given[call->given_count++] = (struct command_given){option, optarg};
	}
	call->args = argv + optind;
	call->arg_count = argc - optind;
	return -1;
}

static bool is_option_of(const struct command *command, const char *word)
{
	if (word[0] != '-' || word[1] == 0)
		return false;
	if (word[1] == '-')
		return true;
	for (const struct command_option *o = command->options; o && o->name; o++)
		if (o->letter == word[1] && word[2] == 0)
			return true;
	return strcmp(word, "-h") == 0;
}

/*
 * For `tag QUERY +a -b`: the words with a sign that stand behind the first argument go to the end, behind "--". What was
 * typed with a "--" of its own is left alone.
 */
static void signed_last(const struct command *command, int argc, char **argv, char **to)
{
	static char end[] = "--";
	int count = 0, kept = 0;
	bool argument = false, own = false;
	char **held = memory_new((size_t)(argc + 1) * sizeof *held);

	for (int i = 0; i < argc; i++)
		own |= strcmp(argv[i], "--") == 0;
	for (int i = 0; i < argc; i++) {
		bool option = is_option_of(command, argv[i]);
		bool is_signed = argument && !option && (argv[i][0] == '-' || argv[i][0] == '+');

		if (is_signed && !own)
			held[kept++] = argv[i];
		else
			to[count++] = argv[i];
		argument |= i > 0 && !option;
	}
	if (kept)
		to[count++] = end;
	for (int i = 0; i < kept; i++)
		to[count++] = held[i];
	to[count] = NULL;
	free(held);
}

static int run(const struct command *command, int argc, char **argv)
{
	struct command_call call = {.command = command};
	char **sorted = NULL;
	int code;

	if (command->signed_words) {
		sorted = memory_new((size_t)(argc + 2) * sizeof *sorted);
		signed_last(command, argc, argv, sorted);
		for (argc = 0; sorted[argc]; argc++)
			;
		argv = sorted;
	}
	call.given = memory_new((size_t)(argc + 1) * sizeof *call.given);
	code = read_options(&call, argc, argv);
	if (code < 0)
		code = command->run(&call);
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == CLI_OK) {
		/* a reader that has seen enough (head) is no news */
		if (errno != EPIPE)
			fprintf(stderr, "keepvalid %s: write standard output: %s\n", command->name, strerror(errno));
		code = CLI_FAILED;
	}
	free(call.given);
	free(sorted);
	return code;
}

static int unknown_command(const char *typed)
{
	const struct command *nearest = command_nearest(typed);

	fprintf(stderr, "keepvalid: there is no command \"%s\"", typed);
	if (nearest)
		fprintf(stderr, "; did you mean \"%s\"?", nearest->name);
	fprintf(stderr, "\n  fix: see `keepvalid help`\n");
	return CLI_USAGE;
}

int cli_main(int argc, char **argv)
{
	const struct command *command;
	char *help[] = {(char[]){"help"}, NULL};

	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		run(command_find("help"), 1, help);
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return run(command_find("help"), 1, help);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return run(command_find("version"), 1, argv + 1);
	command = command_find(argv[1]);
	if (!command)
		return unknown_command(argv[1]);
	return run(command, argc - 1, argv + 1);
}
