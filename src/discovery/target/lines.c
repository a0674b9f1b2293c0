/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Lines of a file or of standard input in 64 KiB of memory, whatever their number. A pipe that has nothing yet answers
 * LINES_LATER instead of stopping the loop; its descriptor is not made non-blocking, because it may be
 * shared with a terminal.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "discovery/target/room.h"

static bool refused(const char *path, const char *why, struct err *err)
{
	err_set(err, errno == ENOENT ? ERR_ABSENT : errno == EACCES ? ERR_DENIED : ERR_INPUT, "open %s: %s", path,
		why);
	return err_fix(err, "target-file", "give a readable file of targets, one a line: @FILE");
}

bool lines_open(const char *path, struct lines **out, struct err *err)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stat found;
	struct lines *lines;

	if (fd < 0 || fstat(fd, &found) != 0)
		return refused(path, strerror(errno), err);
	if (S_ISDIR(found.st_mode)) {
		if (!standard)
			close(fd);
		errno = EISDIR;
		return refused(path, "it is a folder", err);
	}
	lines = NEW(struct lines);
	lines->fd = fd;
	lines->name = standard ? "standard input" : path;
	*out = lines;
	return true;
}

void lines_close(struct lines *lines)
{
	if (lines && lines->fd != STDIN_FILENO)
		close(lines->fd);
	free(lines);
}

bool lines_is_file(const struct lines *lines)
{
	struct stat found;

	return fstat(lines->fd, &found) == 0 && S_ISREG(found.st_mode);
}

static enum lines_next fill(struct lines *lines)
{
	struct pollfd wait = {.fd = lines->fd, .events = POLLIN};
	ssize_t got;

	memmove(lines->data, lines->data + lines->start, lines->end - lines->start);
	lines->end -= lines->start;
	lines->start = 0;
	if (poll(&wait, 1, 0) == 0)
		return LINES_LATER;
	do
		got = read(lines->fd, lines->data + lines->end, sizeof lines->data - lines->end);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return LINES_FAILED;
	lines->at_end = got == 0;
	lines->end += (size_t)got;
	return LINES_HERE;
}

/* The last line may lack its end; a line that fills the buffer is dropped up to its end. */
static enum lines_next whole_line(struct lines *lines, struct str *line)
{
	struct str rest = {lines->data + lines->start, lines->end - lines->start};

	if (!str_take_line(&rest, line)) {
		if (!lines->at_end && rest.len < sizeof lines->data)
			return LINES_LATER;
		if (rest.len == 0)
			return LINES_END;
		*line = rest;
		lines->start = lines->end;
		lines->number += !lines->skipping;
		if (lines->at_end && !lines->skipping)
			return LINES_HERE;
		if (lines->skipping)
			return lines->at_end ? LINES_END : LINES_LATER;
		lines->skipping = true;
		return LINES_LONG;
	}
	lines->start = lines->end - rest.len;
	if (lines->skipping) {
		lines->skipping = false;
		return whole_line(lines, line);
	}
	lines->number++;
	return LINES_HERE;
}

enum lines_next lines_next(struct lines *lines, struct str *line)
{
	for (;;) {
		enum lines_next next = whole_line(lines, line);

		if (next != LINES_LATER)
			return next;
		next = fill(lines);
		if (next != LINES_HERE)
			return next;
	}
}
