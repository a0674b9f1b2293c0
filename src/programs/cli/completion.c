/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid completion SHELL - from the table of commands. */

#include <stdio.h>
#include <string.h>

#include "programs/cli.h"
#include "programs/cli/command.h"

static void words_of(const struct command *command, const char *before, const char *after)
{
	for (const struct command_option *o = command->options; o && o->name; o++)
		printf("%s--%s%s", before, o->name, after);
}

static void print_bash(void)
{
	printf("# keepvalid completion for bash: source it, or put it where bash-completion looks\n"
	       "_keepvalid() {\n\tlocal word=${COMP_WORDS[COMP_CWORD]} words=\n"
	       "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\twords='");
	for (size_t i = 0; i < command_count; i++)
		if (command_table[i]->summary)
			printf("%s ", command_table[i]->name);
	printf("'\n\telse\n\t\tcase ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; i < command_count; i++) {
		if (!command_table[i]->summary)
			continue;
		printf("\t\t%s) words='", command_table[i]->name);
		words_of(command_table[i], "", " ");
		printf("--help' ;;\n");
	}
	printf("\t\tesac\n\tfi\n\tcase $word in\n\t-*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
	       "\t*) if [ \"$COMP_CWORD\" -eq 1 ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$word\"));\n"
	       "\t   else COMPREPLY=($(compgen -f -- \"$word\")); fi ;;\n\tesac\n}\n"
	       "complete -o filenames -F _keepvalid keepvalid\n");
}

static void print_zsh(void)
{
	printf("#compdef keepvalid\n_keepvalid() {\n\tif (( CURRENT == 2 )); then\n\t\tlocal -a commands=(\n");
	for (size_t i = 0; i < command_count; i++)
		if (command_table[i]->summary)
			printf("\t\t\t'%s:%s'\n", command_table[i]->name, command_table[i]->summary);
	printf("\t\t)\n\t\t_describe command commands\n\t\treturn\n\tfi\n\tcase $words[2] in\n");
	for (size_t i = 0; i < command_count; i++) {
		if (!command_table[i]->summary)
			continue;
		printf("\t%s) compadd -- ", command_table[i]->name);
		words_of(command_table[i], "", " ");
		printf("--help ;;\n");
	}
	printf("\tesac\n\t_files\n}\n_keepvalid \"$@\"\n");
}

static void print_fish(void)
{
	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = command_table[i];

		if (!command->summary)
			continue;
		printf("complete -c keepvalid -n __fish_use_subcommand -a %s -d '%s'\n", command->name,
		       command->summary);
		for (const struct command_option *o = command->options; o && o->name; o++)
			printf("complete -c keepvalid -n '__fish_seen_subcommand_from %s' -l %s%s\n",
			       command->name, o->name, o->value ? " -r" : "");
	}
}

static int run(struct command_call *call)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

	if (call->arg_count != 1)
		return command_usage(call, "want the name of one shell: bash, zsh or fish");
	for (size_t i = 0; i < COUNT_OF(shells); i++) {
		if (strcmp(shells[i].name, call->args[0]) == 0) {
			shells[i].print();
			return CLI_OK;
		}
	}
	return command_usage(call, "no completion for \"%s\"; there is bash, zsh and fish", call->args[0]);
}

const struct command command_completion = {
	.name = "completion",
	.arguments = "bash|zsh|fish",
	.summary = "print the completion of a shell",
	.examples = "$ source <(keepvalid completion bash)",
	.run = run,
};
