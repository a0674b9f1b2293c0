/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One connection of a visit: dialling, its events, hanging up.
 *
 * The system calls of a usual visit are socket, connect, epoll_ctl, send, recv and close, and no more: events are
 * edge-triggered, so nothing is re-armed; an error of connect shows at the first send; and where sending right
 * after connect works (loopback, fast networks), the wait for "writable" is left out.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "discovery/probe/room.h"

enum { EAGER_BEST = 8, EAGER_WORST = -64 };

static void visit_ready(struct loop_watch *watch, uint32_t events);

static void visit_due(struct loop_timer *timer)
{
	visit_timeout(container_of(timer, struct visit, timer));
}

static enum scan_outcome outcome_of(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return SCAN_REFUSED;
	case ETIMEDOUT:
		return SCAN_TIMEOUT;
	default:
		return SCAN_UNREACHABLE;
	}
}

void visit_fail_to_connect(struct visit *visit, int error)
{
	struct str why = str_of(strerrordesc_np(error));

	/* After a certificate this says nothing about the endpoint but that it is tired of us. */
	if (!visit->evidence.chain_count) {
		visit->outcome_known = true;
		visit->outcome = outcome_of(error);
		snprintf(visit->detail, sizeof visit->detail, "connect: %.*s", STR_ARG(why));
	}
	visit_end(visit, ANSWER_NONE);
}

static bool is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM ||
	       error == EADDRNOTAVAIL || error == EAGAIN;
}

/* Sending at once costs a system call where it fails, so it is tried only while it pays. */
static bool is_eager(struct probe *probe)
{
	if (probe->eager >= 0)
		return true;
	probe->eager++;
	return false;
}

static void learn_eager(struct probe *probe, bool worked)
{
	if (!worked)
		probe->eager = EAGER_WORST;
	else if (probe->eager < EAGER_BEST)
		probe->eager++;
}

/* Sends the hello before the connection is known to stand. Zero, or why connect failed. */
static int dial_eagerly(struct visit *visit)
{
	int error = visit_send_first(visit);

	learn_eager(visit->probe, visit->connected);
	if (!error && !visit->connected)
		visit_unbegin(visit);
	return error;
}

enum dialled visit_dial(struct visit *visit)
{
	struct probe *probe = visit->probe;
	bool v4 = visit->address.any.sa_family == AF_INET;
	uint32_t events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
	int error = 0, fd;

	fd = socket(visit->address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return is_shortage(errno) ? DIAL_LATER : DIAL_FAILED;
	visit->watch.fd = fd;
	visit->phase = PHASE_DIALLING;
	visit->connected = false;
	if (connect(fd, &visit->address.any, v4 ? sizeof visit->address.v4 : sizeof visit->address.v6) != 0 &&
	    errno != EINPROGRESS)
		error = errno;
	else if (!visit->dialect && is_eager(probe))
		error = dial_eagerly(visit);
	if (visit->connected && !visit->out.len)
		events = EPOLLIN | EPOLLRDHUP | EPOLLET;
	if (!error && !loop_watch(probe->loop, &visit->watch, fd, events, visit_ready))
		error = ENOMEM;
	if (error) {
		visit->watch.fd = -1;
		close(fd);
		errno = error;
		return is_shortage(error) ? DIAL_LATER : DIAL_FAILED;
	}
	loop_timer_start(probe->loop, &visit->timer, probe->options.timeout_ms, visit_due);
	return DIALLED;
}

/*
 * A reset leaves no TIME_WAIT, but costs this machine some microseconds more than an orderly end. So it is for long scans: before
 * that many connections the kernel's table of them (262,144 by default) is far from full.
 */
#define RESET_AFTER 65536

void visit_hang_up(struct visit *visit)
{
	struct probe *probe = visit->probe;
	int fd = visit->watch.fd;

	loop_timer_stop(probe->loop, &visit->timer);
	if (fd < 0)
		return;
	loop_forget(probe->loop, &visit->watch);
	if (visit->seen_enough && probe->stats.connections > RESET_AFTER)
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
	close(fd);
}

/* Zero when all was sent or put aside, or why the connection never stood. */
int visit_send(struct visit *visit, struct bytes data)
{
	ssize_t sent = 0;

	if (visit->out.len) {
		buf_add_bytes(&visit->out, data);
		data = buf_bytes(&visit->out);
	}
	if (data.len)
		sent = send(visit->watch.fd, data.data, data.len, MSG_NOSIGNAL);
	if (sent < 0 && errno != EAGAIN && errno != EINTR && !visit->connected)
		return errno;
	if (sent < 0)
		sent = 0; /* once the connection stood, reading tells what the other side did */
	visit->connected |= sent > 0;
	if (visit->out.len)
		buf_drop(&visit->out, (size_t)sent);
	else if ((size_t)sent < data.len)
		buf_add(&visit->out, data.data + sent, data.len - (size_t)sent);
	return 0;
}

static void take_input(struct visit *visit, uint32_t events)
{
	struct probe *probe = visit->probe;
	int fd = visit->watch.fd;

	for (;;) {
		ssize_t got = recv(fd, probe->room, sizeof probe->room, 0);

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (got <= 0) {
			visit_closed(visit, got < 0 ? errno : 0);
			return;
		}
		probe->stats.bytes_in += (uint64_t)got;
		visit->bytes_in += (size_t)got;
		if (!visit_bytes(visit, bytes_of(probe->room, (size_t)got)))
			return;
		/* The edge is used up once all is read; an end that is announced already gives no other. */
		if ((size_t)got < sizeof probe->room && !(events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)))
			return;
	}
}

static void visit_ready(struct loop_watch *watch, uint32_t events)
{
	struct visit *visit = container_of(watch, struct visit, watch);

	if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP) && !visit_writable(visit))
		return;
	if (events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP))
		take_input(visit, events);
}
