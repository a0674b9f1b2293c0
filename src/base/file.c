/* SPDX-License-Identifier: Apache-2.0 */

/* Whole files: see the door. */

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"

static void close_fd(int *fd)
{
	if (*fd > STDERR_FILENO)
		close(*fd);
}

static bool fail_open(const char *path, struct err *err)
{
	int why = errno;

	err_set(err, why == ENOENT ? ERR_ABSENT : ERR_DENIED, "open %s: %s", path, strerror(why));
	if (why == ENOENT)
		return err_fix(err, "file-absent", "check the path, relative to the current folder");
	return err_fix(err, "file-denied", "check its owner and mode with ls -l");
}

bool file_read(struct arena *arena, const char *path, size_t max, struct bytes *out, struct err *err)
{
	CLEANUP(buf_done) struct buf whole = buf_capped(max + 1);
	CLEANUP(close_fd) int fd =
		strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return fail_open(path, err);
	for (;;) {
		size_t want = whole.cap - whole.len < 65536 ? whole.cap - whole.len : 65536;
		char *room = want ? buf_reserve(&whole, want) : NULL;
		ssize_t got;

		if (!room) {
			err_set(err, ERR_INPUT, "read %s: larger than %zu bytes", path, max);
			return err_fix(err, "file-too-large", "split it; `keepvalid help limits` lists limits");
		}
		got = read(fd, room, want);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			err_set(err, ERR_INPUT, "read %s: %s", path, strerror(errno));
			return err_fix(err, "file-unreadable", "give a regular file or - for standard input");
		}
		if (got == 0)
			break;
		whole.len += (size_t)got;
	}
	*out = arena_bytes(arena, buf_bytes(&whole));
	return true;
}

static bool write_all(int fd, struct bytes content)
{
	while (content.len) {
		ssize_t put = write(fd, content.data, content.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		content.data += put;
		content.len -= (size_t)put;
	}
	return true;
}

static void sync_folder_of(const char *path)
{
	char copy[PATH_MAX];
	int fd;

	snprintf(copy, sizeof copy, "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

bool file_write(const char *path, struct bytes content, unsigned mode, struct err *err)
{
	char temporary[PATH_MAX];
	bool ok;
	int fd;

	snprintf(temporary, sizeof temporary, "%s.new-%ld", path, (long)getpid());
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return fail_open(temporary, err);
	ok = fchmod(fd, mode) == 0 && write_all(fd, content) && fsync(fd) == 0;
	if (close(fd) != 0 || !ok || rename(temporary, path) != 0) {
		int why = errno;

		unlink(temporary);
		return err_set(err, ERR_INTERNAL, "write %s: %s", path, strerror(why));
	}
	sync_folder_of(path);
	return true;
}

bool file_make_folder(const char *path, unsigned mode, struct err *err)
{
	char part[PATH_MAX];
	size_t len = strlen(path);

	if (len == 0 || len >= sizeof part)
		return err_set(err, ERR_INPUT, "create folder: path of %zu bytes", len);
	memcpy(part, path, len + 1);
	for (size_t i = 1; i <= len; i++) {
		if (part[i] != '/' && part[i] != 0)
			continue;
		part[i] = 0;
		if (mkdir(part, mode) != 0 && errno != EEXIST)
			return err_set(err, ERR_DENIED, "create folder %s: %s", part, strerror(errno));
		part[i] = path[i];
	}
	return true;
}
