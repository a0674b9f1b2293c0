/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* child - one process that is kept running. */

#include <sys/types.h>

#include "base/loop.h"

#define CHILD_FD 3 /* where a child finds the socket it is given */

struct child {
	const char *name;
	pid_t pid; /* 0: not running */
	int64_t began_ms;
	uint32_t wait_ms; /* before the next start */
	struct loop_timer again;
	bool done; /* not to be started again */
};

/* Starts this executable with args (args[0] is the command). fd becomes CHILD_FD; -1: none. False: no process. */
bool child_start(struct child *child, char *const *args, int fd, int64_t now_ms);

/* It ended: how long to wait before the next start. Grows while it dies young. */
uint32_t child_ended(struct child *child, int64_t now_ms);

/* "exit code 1", "signal 9" */
void child_status_write(int status, char to[32]);
