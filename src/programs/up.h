/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * up - the supervisor: starts, watches and ends the processes.
 *
 * It does nothing else: no database, no network. A process that dies is started again, later each time; the engine
 * gets a new socket to every new probe process. An engine that cannot start (exit code 2: configuration, data folder) ends
 * everything. SIGTERM and SIGINT end all in order: engine, probe, demo.
 */

#include <stdbool.h>

struct up_options {
	const char *config;   /* file; NULL: that of settings_path, or none */
	const char *data;     /* NULL: as in the file */
	const char *store;    /* URL of the database; NULL: as in the file */
	const char *listen;   /* NULL: as in the file */
	bool no_config;       /* read no file at all */
	bool demo;            /* start the demo's listeners, too */
};

/* Answers an exit code of the command line. */
int up_run(const struct up_options *options);
