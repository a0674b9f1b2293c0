/* SPDX-License-Identifier: Apache-2.0 */

/* The processes of the server: hidden commands, which the supervisor starts. */

#include "base/arena.h"
#include "base/log.h"
#include "programs/cli.h"
#include "programs/cli/command.h"
#include "programs/engine.h"
#include "programs/finder.h"
#include "programs/probe.h"

static const struct command_option engine_options[] = {
	{"control-fd", 0, "N", "socket of the supervisor"},
	{"config", 0, "FILE", "configuration"},
	{"no-config", 0, NULL, "read no configuration"},
	{"data", 0, "DIR", "in place of the file's"},
	{"store", 0, "URL", "in place of the file's"},
	{"listen", 0, "ADDRESS:PORT", "in place of the file's"},
	{"demo", 0, NULL, "watch the demo"},
	{0},
};

static bool settle(struct command_call *call, struct arena *arena, struct settings *out, struct err *err)
{
	static const struct {
		const char *option, *key;
	} given[] = {{"data", "data"}, {"store", "store.url"}, {"listen", "listen"}};

	if (command_has(call, "no-config"))
		settings_usual(arena, out);
	else if (!settings_read(arena, command_value(call, "config"), out, err))
		return false;
	for (size_t i = 0; i < COUNT_OF(given); i++)
		if (command_has(call, given[i].option) &&
		    !settings_set(arena, given[i].key, str_of(command_value(call, given[i].option)), out, err))
			return false;
	return settings_check(out, err);
}

static int run_engine(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct engine_options options = {.demo = command_has(call, "demo"), .control_fd = -1};
	struct err err = {0};
	uint64_t fd = 0;

	if (!command_number(call, "control-fd", 3, 1023, 0, &fd, &err) || !settle(call, arena, &options.settings, &err))
		return command_fail(call, &err);
	if (fd)
		options.control_fd = (int)fd;
	log_setup((enum log_level)options.settings.log_level, options.settings.log_format == SETTINGS_LOG_JSON, "engine");
	return engine_run(&options);
}

const struct command command_engine = {
	.name = "engine",
	.options = engine_options,
	.run = run_engine,
};

static const struct command_option probe_options[] = {
	{"fd", 0, "N", "socket of the engine"},
	{0},
};

static int run_probe(struct command_call *call)
{
	struct err err = {0};
	uint64_t fd;

	if (!command_number(call, "fd", 3, 1023, 3, &fd, &err))
		return command_fail(call, &err);
	log_setup(LOG_INFO, false, "probe");
	return probe_process((int)fd);
}

const struct command command_probe = {
	.name = "probe",
	.options = probe_options,
	.run = run_probe,
};

static int run_finder(struct command_call *call)
{
	struct err err = {0};
	uint64_t fd;

	if (!command_number(call, "fd", 3, 1023, 3, &fd, &err))
		return command_fail(call, &err);
	log_setup(LOG_INFO, false, "finder");
	return finder_process((int)fd);
}

const struct command command_finder = {
	.name = "finder",
	.options = probe_options,
	.run = run_finder,
};
