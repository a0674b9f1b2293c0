/* SPDX-License-Identifier: Apache-2.0 */

/* One process that is kept running: see child.h. */

#include "programs/up/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

#define WAIT_FIRST_MS 100
#define WAIT_MOST_MS  30000
#define OLD_ENOUGH_MS 60000

#define ARGS_MAX 32

/* Between fork and exec: nothing that needs a lock or memory. */
static _Noreturn void become(char *const *args, int fd, pid_t parent)
{
	char *all[ARGS_MAX + 2];
	char self[] = "/proc/self/exe", name[] = "keepvalid";
	sigset_t none;
	size_t count = 0;

	all[count++] = name;
	for (size_t i = 0; args[i] && count < ARGS_MAX; i++)
		all[count++] = args[i];
	all[count] = NULL;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* a group of its own: Ctrl-C reaches the supervisor alone, who ends the others in order */
	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	if (getppid() != parent)
		_exit(1); /* it died before the line above */
	if (fd == CHILD_FD)
		(void)fcntl(fd, F_SETFD, 0);
	else if (fd >= 0 && dup2(fd, CHILD_FD) < 0)
		_exit(1);
	execv(self, all);
	_exit(1);
}

bool child_start(struct child *child, char *const *args, int fd, int64_t now_ms)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		become(args, fd, parent);
	if (pid < 0) {
		log_error("process not started", F("process", child->name), F("error", strerror(errno)));
		return false;
	}
	child->pid = pid;
	child->began_ms = now_ms;
	return true;
}

uint32_t child_ended(struct child *child, int64_t now_ms)
{
	bool old = now_ms - child->began_ms > OLD_ENOUGH_MS;
	uint32_t wait_ms = old || child->wait_ms == 0 ? WAIT_FIRST_MS : child->wait_ms;

	child->pid = 0;
	child->wait_ms = wait_ms < WAIT_MOST_MS / 2 ? wait_ms * 2 : WAIT_MOST_MS;
	return wait_ms;
}

void child_status_write(int status, char to[32])
{
	if (WIFEXITED(status))
		snprintf(to, 32, "exit code %d", WEXITSTATUS(status));
	else
		snprintf(to, 32, "signal %d", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}
