/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The way to the finder process, for the thread of a job: blocking reads, a second at a time, so that the job can be asked to end. The
 * supervisor's socket comes on the loop's thread; one look takes it and uses it up.
 */

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "jobs/host.h"
#include "programs/engine/engine.h"

enum { WAIT_MS = 1000, READ_BYTES = 65536 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int waiting_fd = -1;

void finder_port_attach(int fd)
{
	pthread_mutex_lock(&lock);
	if (waiting_fd >= 0)
		close(waiting_fd);
	waiting_fd = fd;
	pthread_mutex_unlock(&lock);
}

static int take(void)
{
	int fd;

	pthread_mutex_lock(&lock);
	fd = waiting_fd;
	waiting_fd = -1;
	pthread_mutex_unlock(&lock);
	return fd;
}

static bool must_end(const struct host_calls *calls, void *data, struct err *err)
{
	return calls->must_end(data) && !err_set(err, ERR_LATER, "ended early");
}

/* A finder that waits to be asked; it comes some moments after the one before has ended. */
static bool wait_for_finder(const struct host_calls *calls, void *data, int *fd, struct err *err)
{
	for (int i = 0; i < 300; i++) {
		struct timespec pause = {0, 100000000};

		*fd = take();
		if (*fd >= 0)
			return true;
		if (must_end(calls, data, err))
			return false;
		(void)nanosleep(&pause, NULL);
	}
	err_set(err, ERR_UNREACHED, "the finder process does not come");
	return err_fix(err, "finder-absent", "start the server with `keepvalid serve`, and see its log for why the finder ends");
}

static bool send_all(int fd, const struct buf *buf, struct err *err)
{
	size_t sent = 0;

	while (sent < buf->len) {
		ssize_t n = send(fd, buf->data + sent, buf->len - sent, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return err_set(err, ERR_UNREACHED, "the finder process is gone");
		sent += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool ask(int fd, uint64_t run, struct str options_json, struct err *err)
{
	CLEANUP(buf_done) struct buf out = buf_capped(LIMIT_MESSAGE_BYTES + 1024);
	struct message hello = {.kind = MESSAGE_HELLO, .numbers = {MESSAGE_VERSION, MESSAGE_ENGINE}};
	struct message look = {.kind = MESSAGE_LOOK, .numbers = {run}, .texts = {bytes_from(options_json)}};

	if (!message_write(&out, &hello) || !message_write(&out, &look))
		return err_set(err, ERR_INPUT, "the options are too long");
	return send_all(fd, &out, err);
}

struct hearing {
	const struct host_calls *calls;
	void *data;
	uint64_t run;
	bool greeted, ended;
};

static bool handle(struct hearing *hearing, const struct message *message, struct err *err)
{
	if (!hearing->greeted) {
		hearing->greeted = message->kind == MESSAGE_HELLO && message->numbers[0] == MESSAGE_VERSION &&
				   message->numbers[1] == MESSAGE_FINDER;
		return hearing->greeted || err_set(err, ERR_PROTOCOL, "the finder did not say hello");
	}
	if (message->kind == MESSAGE_HELLO || message->numbers[0] != hearing->run)
		return err_set(err, ERR_PROTOCOL, "the finder tells of another look");
	switch (message->kind) {
	case MESSAGE_CERTIFICATE:
		return hearing->calls->certificate(hearing->data, message->texts[0], str_from(message->texts[1]), err);
	case MESSAGE_PLACE:
		return hearing->calls->place(hearing->data, str_from(message->texts[0]), str_from(message->texts[1]), err);
	case MESSAGE_LOOKED:
		hearing->ended = true;
		return hearing->calls->looked(hearing->data, str_from(message->texts[0]), str_from(message->texts[1]), err);
	default:
		return err_set(err, ERR_PROTOCOL, "the finder may not send %s", message_name(message->kind));
	}
}

static bool drain(struct hearing *hearing, struct buf *in, struct err *err)
{
	struct bytes rest = buf_bytes(in);
	struct message message;

	while (!hearing->ended) {
		enum message_take took = message_take(&rest, MESSAGE_FINDER, &message, err);

		if (took == MESSAGE_MORE)
			break;
		if (took == MESSAGE_WRONG || !handle(hearing, &message, err))
			return false;
	}
	buf_drop(in, in->len - rest.len);
	return true;
}

static bool hear(int fd, struct hearing *hearing, struct err *err)
{
	CLEANUP(buf_done) struct buf in = buf_capped(LIMIT_MESSAGE_BYTES + 2 * READ_BYTES);

	while (!hearing->ended) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		int ready = poll(&wait, 1, WAIT_MS);
		char *room;
		ssize_t n;

		if (must_end(hearing->calls, hearing->data, err))
			return false;
		if (ready <= 0)
			continue;
		room = buf_reserve(&in, READ_BYTES);
		n = room ? recv(fd, room, READ_BYTES, 0) : 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, ERR_UNREACHED, "the finder process ended before it was done");
		in.len += (size_t)n;
		if (!drain(hearing, &in, err))
			return false;
	}
	return true;
}

static bool look(uint64_t run, struct str options_json, const struct host_calls *calls, void *data, struct err *err)
{
	struct hearing hearing = {.calls = calls, .data = data, .run = run};
	bool ok;
	int fd;

	if (!wait_for_finder(calls, data, &fd, err))
		return false;
	ok = ask(fd, run, options_json, err) && hear(fd, &hearing, err);
	close(fd);
	return ok;
}

void finder_port_open(void)
{
	host_port_set(look);
}

void finder_port_close(void)
{
	host_port_set(NULL);
	finder_port_attach(-1);
}
