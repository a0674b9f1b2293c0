/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * command - what a command is: a row of the table in commands.c and a file of its own.
 *
 * A row also feeds help, the completion and the manual. A new command is NAME.c with
 * `const struct command command_NAME`, and one line of COMMANDS_ALL.
 */

#include "base/err.h"

struct command_option {
	const char *name;  /* "timeout" for --timeout */
	char letter;       /* 't' for -t, or 0 */
	const char *value; /* what its value is called: "S"; NULL for a flag */
	const char *help;  /* one line */
	bool many;         /* may be given several times */
};

struct command_call;

struct command {
	const char *name;      /* as typed; hidden from help when summary is NULL */
	const char *arguments; /* "TARGET..." */
	const char *summary;   /* one line */
	const char *details;   /* paragraphs for `keepvalid help NAME` and the manual; may be NULL */
	const char *examples;  /* lines "$ keepvalid …"; may be NULL */
	const struct command_option *options; /* ends with a NULL name; NULL for none */
	int (*run)(struct command_call *call); /* answers an enum cli_exit */
	int usage_exit; /* of a usage error; 0: CLI_USAGE */
	bool signed_words; /* behind its first argument "-word" is an argument, no option */
};

struct command_call {
	const struct command *command;
	char **args; /* what is not an option; NULL ends it */
	int arg_count;
	struct command_given {
		const struct command_option *option;
		const char *value;
	} *given;
	size_t given_count;
};

/* Value of an option, the last one given, or NULL. */
const char *command_value(const struct command_call *call, const char *name);
/* The nth value (from 0) of an option that may be given many times, or NULL. */
const char *command_value_at(const struct command_call *call, const char *name, size_t nth);
bool command_has(const struct command_call *call, const char *name);

/* Number in the value of an option; `or` when it was not given. Says what is wrong and returns false. */
MUST_CHECK bool command_number(const struct command_call *call, const char *name, uint64_t least,
			       uint64_t most, uint64_t or, uint64_t *out, struct err *err);
/* RFC 3339 or seconds since 1970. */
MUST_CHECK bool command_time(const struct command_call *call, const char *name, int64_t or, int64_t *out,
			     struct err *err);

/* Prints "keepvalid NAME: text" and the fix to standard error. Returns the exit code of the error's kind. */
int command_fail(const struct command_call *call, const struct err *err);
/* Usage error: prints the reason and the usage line. Returns CLI_USAGE, or what the command has for it. */
int command_usage(const struct command_call *call, const char *format, ...) PRINTF(2, 3);

/* All commands, in the order of the help. */
extern const struct command *const command_table[];
extern const size_t command_count;
const struct command *command_find(const char *name);
/* The command whose name is nearest to what was typed, or NULL. */
const struct command *command_nearest(const char *typed);
