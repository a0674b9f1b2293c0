/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A restored database takes the place of the one in use.
 *
 * It waits as DATABASE.restored, whole and closed. The old one is moved aside with its log, under one name for one restore
 * (the time when it was ready); then the new one gets the name. As long as DATABASE.restored is there, it is not
 * done: whoever opens the database next ends it.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "programs/engine.h"
#include "programs/engine/engine.h"

static bool give_name(const char *from, const char *to, struct err *err)
{
	return rename(from, to) == 0 || err_set(err, ERR_INTERNAL, "%s: %s", to, strerror(errno));
}

/* Names of the folder to the disk. */
static void settle(struct arena *arena, const char *path)
{
	struct str folder = str_of(path);
	size_t slash = str_find_last_char(folder, '/');
	int fd = open(slash == SIZE_MAX ? "." : arena_str(arena, str_head(folder, slash + 1)).data, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
}

bool engine_restored_ready(const char *database, const char *filled, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	int fd = open(filled, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) != 0) {
		if (fd >= 0)
			close(fd);
		return err_set(err, ERR_INTERNAL, "%s: %s", filled, strerror(errno));
	}
	close(fd);
	if (!give_name(filled, arena_format(arena, "%s.restored", database).data, err))
		return false;
	settle(arena, database);
	return true;
}

static bool aside(struct arena *arena, const char *database, const char *tail, const char *when, struct err *err)
{
	const char *from = arena_format(arena, "%s%s", database, tail).data;

	return access(from, F_OK) != 0 ||
	       give_name(from, arena_format(arena, "%s.replaced-%s%s", database, when, tail).data, err);
}

bool engine_restored_take(const char *database, struct err *err)
{
	static const char *const tails[] = {"", "-wal", "-shm"};
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const char *waiting = arena_format(arena, "%s.restored", database).data;
	char when[CLOCK_TEXT];
	struct stat found;

	if (stat(waiting, &found) != 0)
		return true;
	clock_write(found.st_mtime, when);
	for (size_t i = 0; i < COUNT_OF(tails); i++) {
		if (!aside(arena, database, tails[i], when, err))
			return err_wrap(err, "put the restored database in place");
		if (FAULT("restore.swap"))
			return err_set(err, ERR_INTERNAL, "restore: fault injected");
	}
	if (!give_name(waiting, database, err))
		return err_wrap(err, "put the restored database in place");
	settle(arena, database);
	log_info("database restored", F("replaced", (const char *)arena_format(arena, "%s.replaced-%s", database, when).data));
	return true;
}
