/* SPDX-License-Identifier: Apache-2.0 */

/* The data folder: one engine at a time, and nobody else looks in. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "programs/engine/engine.h"

static bool close_to_others(const char *path, struct err *err)
{
	struct stat found;

	if (stat(path, &found) != 0)
		return err_set(err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
	if (found.st_uid != geteuid()) {
		err_set(err, ERR_DENIED, "%s belongs to another user", path);
		return err_fix(err, "data-owner", "run keepvalid as the user that owns it, or choose another with --data");
	}
	if ((found.st_mode & 077) && chmod(path, 0700) != 0)
		return err_set(err, ERR_DENIED, "%s: others can read it, and that cannot be changed: %s", path,
			       strerror(errno));
	return true;
}

bool engine_folder_make(const char *path, struct err *err)
{
	return file_make_folder(path, 0700, err) && close_to_others(path, err);
}

bool engine_folder_take(const char *path, int *lock_fd, struct err *err)
{
	char lock[4096];
	int fd;

	if (!engine_folder_make(path, err))
		return false;
	snprintf(lock, sizeof lock, "%s/keepvalid.lock", path);
	fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(err, ERR_DENIED, "%s: %s", lock, strerror(errno));
	/* the engine of a supervisor that was just killed is still on its way out */
	for (int tries = 0; tries < 30 && flock(fd, LOCK_EX | LOCK_NB) != 0; tries++)
		usleep(100000);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		err_set(err, ERR_CONFLICT, "another keepvalid serves %s", path);
		return err_fix(err, "data-taken", "end it first, or choose another folder with --data");
	}
	*lock_fd = fd;
	return true;
}
