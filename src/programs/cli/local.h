/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* local - for commands that work on the database itself, without a server: which it is, and that no server has it. */

#include "programs/cli/command.h"
#include "programs/settings.h"

#define LOCAL_OPTIONS                                                                              \
	{"data", 0, "DIR", "data folder (usual: the configuration's)", false}, \
		{"store", 0, "URL", "database, in place of the configuration's", false}, \
		{"config", 'c', "FILE", "configuration", false}

struct local {
	struct arena *arena;
	struct settings settings;
	const char *data, *url, *password;
	int lock_fd; /* -1: not held */
};

MUST_CHECK bool local_open(const struct command_call *call, struct arena *arena, struct local *out, struct err *err);
/* Takes the data folder, as a server would: ERR_CONFLICT "data-taken" while one runs. It must be there. */
MUST_CHECK bool local_take(struct local *local, struct err *err);
void local_done(struct local *local); /* for CLEANUP */
