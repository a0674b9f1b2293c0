/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid config show|validate|path - the server's configuration file. */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/command.h"
#include "programs/settings.h"

static const struct command_option options[] = {
	{"config", 'c', "FILE", "the file (usual: $KEEPVALID_CONFIG, /etc/keepvalid/keepvalid.yaml)"},
	{0},
};

static int print_path(struct command_call *call)
{
	const char *path = command_has(call, "config") ? command_value(call, "config") : settings_path();

	if (!path) {
		fprintf(stderr, "keepvalid config: no file; usual settings hold. It would be %s\n", SETTINGS_PATH);
		return CLI_NOTHING;
	}
	printf("%s\n", path);
	return CLI_OK;
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const char *what = call->arg_count == 1 ? call->args[0] : "";
	const char *path = command_value(call, "config");
	struct settings settings;
	struct err err = {0};

	if (strcmp(what, "path") == 0)
		return print_path(call);
	if (strcmp(what, "show") != 0 && strcmp(what, "validate") != 0)
		return command_usage(call, "show, validate or path is wanted");
	if (!settings_read(arena, path, &settings, &err) || !settings_check(&settings, &err)) {
		command_fail(call, &err);
		return CLI_USAGE;
	}
	if (strcmp(what, "show") == 0)
		settings_write(stdout, &settings);
	else if (!path && !settings_path())
		fprintf(stderr, "keepvalid config: no file; usual settings hold\n");
	return CLI_OK;
}

const struct command command_config = {
	.name = "config",
	.arguments = "show|validate|path",
	.summary = "the server's configuration: print it, check it, say where it is",
	.details = "show prints every key with its value as it holds now, in the form of the file. validate reads the file\n"
		   "and says what is wrong with line and column; exit code 2 when something is. path prints its path.",
	.examples = "$ keepvalid config show > keepvalid.yaml\n$ keepvalid config validate --config keepvalid.yaml",
	.options = options,
	.run = run,
};
