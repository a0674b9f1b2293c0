/* SPDX-License-Identifier: Apache-2.0 */

/* One end of a socket pair on a loop: see the door. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/loop.h"
#include "base/memory.h"
#include "programs/message.h"

#define READ_BYTES 65536

struct channel {
	struct loop *loop;
	struct loop_watch watch;
	int fd;
	enum message_role peer;
	const struct channel_calls *calls;
	void *data;
	struct buf in, out;
	size_t sent; /* of out */
	bool greeted, dead, writing;
	bool busy, unwanted; /* freed while busy: it goes when the event is done */
};

static void channel_watch(struct channel *channel)
{
	bool wants = channel->sent < channel->out.len;

	if (wants == channel->writing)
		return;
	channel->writing = wants;
	loop_rewatch(channel->loop, &channel->watch, EPOLLIN | (wants ? EPOLLOUT : 0u));
}

static void channel_die(struct channel *channel, const struct err *why)
{
	if (channel->dead)
		return;
	channel->dead = true;
	loop_unwatch(channel->loop, &channel->watch);
	channel->calls->closed(channel->data, why);
}

static void flush(struct channel *channel)
{
	while (channel->sent < channel->out.len) {
		ssize_t n = send(channel->fd, channel->out.data + channel->sent, channel->out.len - channel->sent,
				 MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break; /* full, or gone: reading tells which */
		channel->sent += (size_t)n;
	}
	if (channel->sent == channel->out.len) {
		buf_clear(&channel->out);
		channel->sent = 0;
	} else if (channel->sent > channel->out.len / 2) {
		buf_drop(&channel->out, channel->sent);
		channel->sent = 0;
	}
	channel_watch(channel);
}

/* The first message: the same version, the role we wait for. */
static bool greet(struct channel *channel, const struct message *message, struct err *err)
{
	if (message->kind != MESSAGE_HELLO)
		return err_set(err, ERR_PROTOCOL, "the peer did not say hello");
	if (message->numbers[0] != MESSAGE_VERSION || message->numbers[1] != (uint64_t)channel->peer)
		return err_set(err, ERR_PROTOCOL, "the peer is version %llu, role %llu",
			       (unsigned long long)message->numbers[0], (unsigned long long)message->numbers[1]);
	channel->greeted = true;
	return true;
}

static bool handle(struct channel *channel, const struct message *message, struct err *err)
{
	if (!channel->greeted) {
		if (!greet(channel, message, err))
			return false;
		channel->calls->ready(channel->data);
		return true;
	}
	if (message->kind == MESSAGE_HELLO)
		return err_set(err, ERR_PROTOCOL, "the peer said hello twice");
	channel->calls->message(channel->data, message);
	return true;
}

/* Hands out what has come whole. False when the channel is dead. */
static bool drain(struct channel *channel)
{
	struct bytes rest = buf_bytes(&channel->in);
	struct message message;
	struct err err = {0};

	for (;;) {
		enum message_take took = message_take(&rest, channel->peer, &message, &err);

		if (took == MESSAGE_MORE)
			break;
		if (took == MESSAGE_WRONG || !handle(channel, &message, &err))
			channel_die(channel, &err);
		if (channel->dead)
			return false;
	}
	buf_drop(&channel->in, channel->in.len - rest.len);
	return true;
}

static void readable(struct channel *channel)
{
	for (int turn = 0; turn < 16; turn++) { /* others on the loop have their turn too */
		char *room = buf_reserve(&channel->in, READ_BYTES);
		struct err err = {0};
		ssize_t n = room ? recv(channel->fd, room, READ_BYTES, 0) : 0;

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			err_set(&err, ERR_UNREACHED, "the peer is gone%s%s", n < 0 ? ": " : "",
				n < 0 ? strerror(errno) : "");
			channel_die(channel, &err);
			return;
		}
		channel->in.len += (size_t)n;
		if (!drain(channel))
			return;
		if (n < READ_BYTES)
			return;
	}
}

static void release(struct channel *channel)
{
	close(channel->fd);
	buf_done(&channel->in);
	buf_done(&channel->out);
	memory_done(&channel);
}

static void ready(struct loop_watch *watch, uint32_t events)
{
	struct channel *channel = container_of(watch, struct channel, watch);

	channel->busy = true;
	if (events & EPOLLOUT)
		flush(channel);
	if (!channel->dead && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		readable(channel);
	channel->busy = false;
	if (channel->unwanted)
		release(channel);
}

bool channel_open(struct loop *loop, int fd, enum message_role own, enum message_role peer,
		  const struct channel_calls *calls, void *data, struct channel **out, struct err *err)
{
	struct message hello = {.kind = MESSAGE_HELLO, .numbers = {MESSAGE_VERSION, (uint64_t)own}};
	struct channel *channel = NEW(struct channel);

	*channel = (struct channel){
		.loop = loop,
		.fd = fd,
		.peer = peer,
		.calls = calls,
		.data = data,
		.in = buf_capped(LIMIT_MESSAGE_BYTES + 2 * READ_BYTES),
		.out = buf_capped(CHANNEL_BACKLOG_BYTES),
	};
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0 ||
	    !loop_watch(loop, &channel->watch, fd, EPOLLIN, ready)) {
		err_set(err, ERR_INTERNAL, "channel: descriptor %d: %s", fd, strerror(errno));
		memory_done(&channel);
		return false;
	}
	*out = channel;
	return channel_send(channel, &hello);
}

void channel_free(struct channel *channel)
{
	if (!channel)
		return;
	if (!channel->dead)
		loop_unwatch(channel->loop, &channel->watch);
	channel->dead = true;
	if (channel->busy)
		channel->unwanted = true;
	else
		release(channel);
}

bool channel_send(struct channel *channel, const struct message *message)
{
	if (channel->dead)
		return true;
	if (!message_write(&channel->out, message))
		return false;
	if (!channel->writing)
		flush(channel);
	return true;
}

size_t channel_backlog(const struct channel *channel)
{
	return channel->out.len - channel->sent;
}
