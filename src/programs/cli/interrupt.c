/* SPDX-License-Identifier: Apache-2.0 */

/* A signal handler that writes to a pipe. It works while the program waits in a write that nobody reads, too. */

#include "programs/cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "programs/cli.h"

static volatile sig_atomic_t came;
static int ends[2] = {-1, -1};

static void arrive(int number)
{
	int saved = errno;
	ssize_t wrote;

	(void)number;
	if (came)
		_exit(CLI_INTERRUPTED);
	came = 1;
	wrote = write(ends[1], "!", 1);
	(void)wrote;
	errno = saved;
}

int interrupt_listen(void)
{
	struct sigaction action = {.sa_handler = arrive};

	if (ends[0] < 0 && pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return -1;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return ends[0];
}

bool interrupt_came(void)
{
	return came != 0;
}
