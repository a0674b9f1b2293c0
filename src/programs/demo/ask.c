/* SPDX-License-Identifier: Apache-2.0 */

/* The other end of the control socket, and the removal of a demo with all it left. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <ftw.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "programs/demo.h"
#include "programs/demo/control.h"

enum { ANSWER_S = 10, GONE_MS = 10000 };

static int dial(const char *folder)
{
	struct timeval wait = {.tv_sec = ANSWER_S};
	struct sockaddr_un name;
	int folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;

	if (folder_fd < 0)
		return -1;
	demo_control_name(folder_fd, &name);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) != 0 ||
			connect(fd, (struct sockaddr *)&name, sizeof name) != 0)) {
		close(fd);
		fd = -1;
	}
	close(folder_fd);
	return fd;
}

static bool not_running(const char *folder, struct err *err)
{
	err_set(err, ERR_UNREACHED, "no demo runs in %s", folder);
	return err_fix(err, "demo-not-running", "start it with keepvalid up --demo, or name its data with --data");
}

/* "error\nWHAT\nFIX\n" as an err. */
static bool as_err(struct str text, struct err *err)
{
	struct str what = {0}, fix = {0};

	if (!str_take_line(&text, &what) || !str_take_line(&text, &fix))
		return err_set(err, ERR_PROTOCOL, "the demo gave no answer");
	err_set(err, ERR_REFUSED, "%.*s", STR_ARG(what));
	return fix.len ? err_fix(err, "demo-request", "%.*s", STR_ARG(fix)) : false;
}

bool demo_ask(const char *folder, const char *request, struct buf *answer, struct err *err)
{
	CLEANUP(buf_done) struct buf text = buf_capped(DEMO_ANSWER_MAX);
	char line[DEMO_REQUEST_MAX + 1], piece[4096];
	int fd, len = snprintf(line, sizeof line, "%s\n", request);
	struct str rest, status;
	ssize_t got;

	if (len <= 0 || len >= (int)sizeof line)
		return err_set(err, ERR_INPUT, "the request is too long");
	fd = dial(folder);
	if (fd < 0)
		return not_running(folder, err);
	if (send(fd, line, (size_t)len, MSG_NOSIGNAL) == len)
		while ((got = recv(fd, piece, sizeof piece, 0)) > 0)
			buf_add(&text, piece, (size_t)got);
	close(fd);
	rest = buf_str(&text);
	if (!str_take_line(&rest, &status) || !str_is(status, "ok"))
		return as_err(rest, err);
	buf_add_str(answer, str_trim(rest));
	return true;
}

bool demo_runs(const char *folder)
{
	int fd = dial(folder);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* The listeners hold the lock until everything is closed. */
static bool wait_until_gone(const char *folder, struct err *err)
{
	int64_t end = clock_ticks_ms() + GONE_MS;
	char path[4096];
	bool gone = false;
	int fd;

	snprintf(path, sizeof path, "%s/lock", folder);
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT || err_set(err, ERR_DENIED, "open %s: %s", path, strerror(errno));
	while (!(gone = flock(fd, LOCK_EX | LOCK_NB) == 0) && clock_ticks_ms() < end)
		poll(NULL, 0, 20);
	close(fd);
	return gone || err_set(err, ERR_TIMEOUT, "the demo in %s does not end", folder);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

/* Whatever else is called demo is not ours to remove. */
static bool is_demo(const char *folder)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/lock", folder);
	return access(path, F_OK) == 0;
}

bool demo_remove(const char *folder, struct err *err)
{
	CLEANUP(buf_done) struct buf answer = buf_capped(1024);
	struct stat status;

	if (lstat(folder, &status) != 0 && errno == ENOENT)
		return true;
	if (!is_demo(folder)) {
		err_set(err, ERR_INPUT, "%s is not a demo's folder: it has no lock file", folder);
		return err_fix(err, "demo-folder", "remove it by hand if it is not needed");
	}
	if (demo_runs(folder) && !demo_ask(folder, "stop", &answer, err))
		return false;
	if (!wait_until_gone(folder, err))
		return false;
	if (nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0 && errno != ENOENT)
		return err_set(err, ERR_DENIED, "remove %s: %s", folder, strerror(errno));
	return true;
}
