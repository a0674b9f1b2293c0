/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * engine - the engine process: store, jobs, API.
 *
 * Holds the data folder (nobody else may while it runs), the only database handle, and the way to the probe process, whose
 * socket the supervisor hands it, again and again as probe processes come and go.
 */

#include "programs/settings.h"

/*
 * What the supervisor sends: one byte, and with PROBE and FINDER a descriptor. What the engine sends: READY, once, when it
 * serves. The descriptor is a SOCK_SEQPACKET.
 */
enum engine_word { ENGINE_WORD_PROBE = 'P', ENGINE_WORD_FINDER = 'F', ENGINE_WORD_READY = 'R' };

struct engine_options {
	struct settings settings;
	int control_fd;   /* of the supervisor; -1: none, then there is no probe either */
	bool demo;        /* watch DATA/demo and scan what listens there */
};

/*
 * The data folder, for who works on it in place of the engine: made with mode 0700; taken (ERR_CONFLICT "data-taken"), until
 * the descriptor is closed.
 */
MUST_CHECK bool engine_folder_make(const char *path, struct err *err);
MUST_CHECK bool engine_folder_take(const char *path, int *lock_fd, struct err *err);

/*
 * A restored database, ready beside the one in use: `ready` gives it the name by which the next start knows it; `take`, by
 * who holds the folder, puts it in place and the old one aside. Killed between, the next start ends it.
 */
MUST_CHECK bool engine_restored_ready(const char *database, const char *filled, struct err *err);
MUST_CHECK bool engine_restored_take(const char *database, struct err *err);

/* Serves until SIGTERM, SIGINT or the end of the supervisor. Answers an exit code of the command line. */
int engine_run(const struct engine_options *options);
