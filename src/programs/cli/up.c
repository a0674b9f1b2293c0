/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid up, serve - the server: up with usual settings in a folder here, serve after a configuration file. */

#include "programs/up.h"

#include "programs/cli.h"
#include "programs/cli/command.h"

#define USUAL_DATA   "var"
#define USUAL_LISTEN "127.0.0.1:8484"

static const struct command_option up_options[] = {
	{"data", 0, "DIR", "folder of the database (usual: ./" USUAL_DATA ")"},
	{"store", 0, "URL", "database: postgres://USER@HOST/DATABASE (usual: a file in the folder)"},
	{"listen", 0, "ADDRESS:PORT", "where the console and the API are (usual: " USUAL_LISTEN "; port 0: any free one)"},
	{"demo", 0, NULL, "start the demo's listeners and scan them"},
	{0},
};

static int run_up(struct command_call *call)
{
	struct up_options options = {
		.no_config = true,
		.data = command_has(call, "data") ? command_value(call, "data") : USUAL_DATA,
		.listen = command_has(call, "listen") ? command_value(call, "listen") : USUAL_LISTEN,
		.store = command_value(call, "store"),
		.demo = command_has(call, "demo"),
	};

	if (call->arg_count)
		return command_usage(call, "it takes no arguments");
	return up_run(&options);
}

const struct command command_up = {
	.name = "up",
	.summary = "start the server here, with usual settings",
	.details = "Starts the server in the foreground: its data lies in one folder, the console is on this machine only.\n"
		   "While there is no administrator it prints an address with which to make one; the address works once.\n"
		   "Ctrl-C ends it; started again, it goes on where it was.",
	.examples = "$ keepvalid up\n$ keepvalid up --demo --data /tmp/demo",
	.options = up_options,
	.run = run_up,
};

static const struct command_option serve_options[] = {
	{"config", 'c', "FILE", "configuration (usual: $KEEPVALID_CONFIG, /etc/keepvalid/keepvalid.yaml)"},
	{"data", 0, "DIR", "folder of the database, in place of the file's"},
	{"store", 0, "URL", "database, in place of the file's"},
	{"listen", 0, "ADDRESS:PORT", "in place of the file's"},
	{0},
};

static int run_serve(struct command_call *call)
{
	struct up_options options = {
		.config = command_value(call, "config"),
		.data = command_value(call, "data"),
		.store = command_value(call, "store"),
		.listen = command_value(call, "listen"),
	};

	if (call->arg_count)
		return command_usage(call, "it takes no arguments");
	return up_run(&options);
}

const struct command command_serve = {
	.name = "serve",
	.summary = "start the server after its configuration file",
	.details = "For service managers: runs in the foreground, logs to standard error, ends on SIGTERM.\n"
		   "`keepvalid config show` prints all keys of the file with their values.",
	.examples = "$ keepvalid serve --config /etc/keepvalid/keepvalid.yaml",
	.options = serve_options,
	.run = run_serve,
};
