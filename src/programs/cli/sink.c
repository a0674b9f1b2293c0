/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A pipe is opened again by /proc to get a description of its own that does not block; changing the given one would change it for
 * everybody who shares it. Files and terminals are written to as they are.
 */

#include "programs/cli/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/memory.h"

enum { WRITE_BYTES = 65536, FULL_BYTES = 4 << 20, CAP_BYTES = 1 << 30, LINGER_MS = 100 };

struct sink {
	struct loop *loop;
	int fd;
	bool own_fd, watching;
	int failed; /* errno */
	size_t sent; /* of the buffer's front */
	struct buf buf;
	struct loop_watch watch;
	struct loop_timer timer;
};

static int own_pipe(int fd)
{
	struct stat found;
	char path[40];

	if (fstat(fd, &found) != 0 || !S_ISFIFO(found.st_mode))
		return -1;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

struct sink *sink_new(struct loop *loop, int fd)
{
	struct sink *sink = NEW(struct sink);
	int own = own_pipe(fd);

	sink->loop = loop;
	sink->fd = own >= 0 ? own : fd;
	sink->own_fd = own >= 0;
	sink->buf = buf_capped(CAP_BYTES);
	return sink;
}

static void unwatch(struct sink *sink)
{
	if (sink->watching)
		loop_unwatch(sink->loop, &sink->watch);
	sink->watching = false;
}

void sink_free(struct sink *sink)
{
	if (!sink)
		return;
	unwatch(sink);
	loop_timer_stop(sink->loop, &sink->timer);
	if (sink->own_fd)
		close(sink->fd);
	buf_done(&sink->buf);
	free(sink);
}

struct buf *sink_buf(struct sink *sink)
{
	return &sink->buf;
}

static size_t waiting(const struct sink *sink)
{
	return sink->buf.len - sink->sent;
}

static void writable(struct loop_watch *watch, uint32_t events)
{
	struct sink *sink = container_of(watch, struct sink, watch);

	(void)events;
	unwatch(sink);
	sink_turn(sink, true);
}

static void due(struct loop_timer *timer)
{
	sink_turn(container_of(timer, struct sink, timer), true);
}

/* Writes until all is out or the reader is behind. */
static void push(struct sink *sink)
{
	while (waiting(sink) > 0 && !sink->failed) {
		ssize_t wrote = write(sink->fd, sink->buf.data + sink->sent, waiting(sink));

		if (wrote >= 0)
			sink->sent += (size_t)wrote;
		else if (errno == EAGAIN)
			break;
		else if (errno != EINTR)
			sink->failed = errno;
	}
	if (sink->failed || waiting(sink) == 0) {
		buf_clear(&sink->buf);
		sink->sent = 0;
	} else if (sink->sent > FULL_BYTES) {
		buf_drop(&sink->buf, sink->sent);
		sink->sent = 0;
	}
}

void sink_turn(struct sink *sink, bool urgent)
{
	if (waiting(sink) == 0 || sink->watching)
		return;
	if (!urgent && waiting(sink) < WRITE_BYTES) {
		if (!loop_timer_runs(&sink->timer))
			loop_timer_start(sink->loop, &sink->timer, LINGER_MS, due);
		return;
	}
	loop_timer_stop(sink->loop, &sink->timer);
	push(sink);
	if (waiting(sink) > 0)
		sink->watching = loop_watch(sink->loop, &sink->watch, sink->fd, EPOLLOUT, writable);
}

bool sink_is_full(const struct sink *sink)
{
	return waiting(sink) > FULL_BYTES;
}

bool sink_has_failed(const struct sink *sink)
{
	return sink->failed != 0;
}

bool sink_end(struct sink *sink, struct err *err)
{
	unwatch(sink);
	push(sink);
	while (waiting(sink) > 0 && !sink->failed) {
		struct pollfd wait = {.fd = sink->fd, .events = POLLOUT};

		(void)poll(&wait, 1, -1);
		push(sink);
	}
	if (sink->failed)
		return err_set(err, ERR_INTERNAL, "write standard output: %s", strerror(sink->failed));
	return sink->buf.full ? err_set(err, ERR_INTERNAL, "write standard output: the reader is 1 GiB behind") : true;
}
