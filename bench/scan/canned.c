/* SPDX-License-Identifier: Apache-2.0 */

/*
 * canned - answers every ClientHello with the same flight, so that a collector's own cost shows and not a server's.
 *
 *   canned FIRST_PORT PORTS silent|CHAIN.der...
 *
 * Each CHAIN.der holds certificates one after the other, leaf first. A connection gets ServerHello, Certificate and
 * ServerHelloDone of TLS 1.2 with static RSA in one record, from the chains in turn. "silent" accepts and says nothing.
 * Listens on all of 127.0.0.0/8 until it is killed.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"

enum { PORTS_MAX = 64, BATCH = 256, CHAIN_BYTES = 1 << 20 };

static struct bytes *flights;
static size_t flight_count, next_flight;
static int listeners[PORTS_MAX];
static size_t listener_count;

/* The length of the DER object at the front. */
static size_t object_len(struct bytes der)
{
	size_t len = 0, digits;

	if (der.len < 2)
		return 0;
	if (der.data[1] < 0x80)
		return 2 + (size_t)der.data[1];
	digits = der.data[1] & 0x7f;
	for (size_t i = 0; i < digits && 2 + i < der.len; i++)
		len = len << 8 | der.data[2 + i];
	return 2 + digits + len;
}

static struct bytes flight_of(struct arena *arena, struct bytes chain)
{
	CLEANUP(buf_done) struct buf out = buf_capped(CHAIN_BYTES);
	size_t record, message, list, one;
	struct bytes der;

	buf_add(&out, "\x16\x03\x03", 3);
	record = buf_open_vector16(&out);
	buf_add(&out, "\x02\0\0\x26\x03\x03" "thirty-two bytes that look it..." "\0\0\x9c\0", 42);
	message = (buf_add_u8(&out, 11), buf_open_vector24(&out));
	list = buf_open_vector24(&out);
	while (chain.len && bytes_take(&chain, object_len(chain), &der)) {
		one = buf_open_vector24(&out);
		buf_add_bytes(&out, der);
		buf_close_vector24(&out, one);
	}
	buf_close_vector24(&out, list);
	buf_close_vector24(&out, message);
	buf_add(&out, "\x0e\0\0\0", 4);
	buf_close_vector16(&out, record);
	return arena_bytes(arena, buf_bytes(&out));
}

static int listen_on(uint16_t port)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
	    bind(fd, (struct sockaddr *)&any, sizeof any) != 0 || listen(fd, 4096) != 0) {
		perror("canned: listen");
		exit(1);
	}
	return fd;
}

static bool is_listener(int fd)
{
	for (size_t i = 0; i < listener_count; i++)
		if (listeners[i] == fd)
			return true;
	return false;
}

static void take_in(int epoll_fd, int listener)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

		epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
	}
}

static void answer(int fd)
{
	char heard[4096];
	ssize_t got = recv(fd, heard, sizeof heard, 0);

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		close(fd);
		return;
	}
	if (flight_count) {
		struct bytes flight = flights[next_flight++ % flight_count];

		if (send(fd, flight.data, flight.len, MSG_NOSIGNAL) < 0)
			close(fd);
	}
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	struct epoll_event batch[BATCH];
	int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	uint64_t first = 0, ports = 0;
	struct rlimit limit;
	struct err err;

	if (argc < 4 || !str_to_u64(str_of(argv[1]), 65000, &first) || !str_to_u64(str_of(argv[2]), PORTS_MAX, &ports)) {
		fprintf(stderr, "usage: canned FIRST_PORT PORTS silent|CHAIN.der...\n");
		return 2;
	}
	flights = ARENA_ARRAY(arena, struct bytes, (size_t)argc);
	for (int i = 3; i < argc && strcmp(argv[3], "silent") != 0; i++) {
		struct bytes chain;

		if (!file_read(arena, argv[i], CHAIN_BYTES, &chain, &err)) {
			fprintf(stderr, "canned: %s\n", err.text);
			return 1;
		}
		flights[flight_count++] = flight_of(arena, chain);
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	for (uint64_t i = 0; i < ports; i++) {
		struct epoll_event event = {.events = EPOLLIN};

		event.data.fd = listeners[listener_count++] = listen_on((uint16_t)(first + i));
		epoll_ctl(epoll_fd, EPOLL_CTL_ADD, event.data.fd, &event);
	}
	for (;;) {
		int count = epoll_wait(epoll_fd, batch, BATCH, -1);

		for (int i = 0; i < count; i++) {
			if (is_listener(batch[i].data.fd))
				take_in(epoll_fd, batch[i].data.fd);
			else
				answer(batch[i].data.fd);
		}
	}
}
