/* SPDX-License-Identifier: Apache-2.0 */

/*
 * c-ares on the loop. Its sockets become watches; its timeouts are looked at every TICK_MS while questions are in flight, which
 * is cheaper than asking it for the next one after each event. Names of /etc/hosts are answered
 * from memory. c-ares asks for A and AAAA together and sorts after RFC 6724.
 */

#include "wire/dns.h"

#include <ares.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/memory.h"
#include "wire/dns/room.h"

enum {
	TICK_MS = 50,
	TRY_MS = 2000, /* first try; c-ares doubles it for the second */
	TRIES = 2,
	ANSWER_BYTES = 1232, /* by EDNS, as of DNS flag day 2020 */
	FLIGHT_MAX = 256, /* questions asked at once: more would overflow a name server's socket */
	RECEIVE_BYTES = 1 << 20, /* answers to thousands of questions come to one socket */
	HOSTS_BYTES = 16 << 20,
};

struct dns {
	struct loop *loop;
	ares_channel channel;
	struct hosts *hosts;
	struct loop_timer tick;
	struct line *lines;
	size_t flying;
	struct dns_question *waiting, **waiting_end;
	bool closing;
};

/* A socket of c-ares. */
struct line {
	struct loop_watch watch;
	struct dns *dns;
	struct line *next;
};

struct dns_question {
	struct dns *dns;
	struct dns_question *next; /* waiting */
	dns_done_fn done;
	void *data;
	char name[256];
};

static void tick_due(struct loop_timer *timer)
{
	struct dns *dns = container_of(timer, struct dns, tick);

	ares_process_fd(dns->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	if (dns->flying > 0)
		loop_timer_start(dns->loop, &dns->tick, TICK_MS, tick_due);
}

/* The line may be gone when this returns. */
static void line_ready(struct loop_watch *watch, uint32_t events)
{
	struct line *line = container_of(watch, struct line, watch);
	int fd = line->watch.fd;
	bool readable = events & (EPOLLIN | EPOLLERR | EPOLLHUP);

	ares_process_fd(line->dns->channel, readable ? fd : ARES_SOCKET_BAD,
			events & EPOLLOUT ? fd : ARES_SOCKET_BAD);
}

static void line_end(struct dns *dns, struct line **at)
{
	struct line *line = *at;

	*at = line->next;
	loop_unwatch(dns->loop, &line->watch);
	free(line);
}

/* c-ares says what it waits for on a socket; nothing at all: it is about to be closed. */
static void socket_changed(void *data, ares_socket_t fd, int readable, int writable)
{
	struct dns *dns = data;
	uint32_t events = (readable ? (uint32_t)EPOLLIN : 0) | (writable ? (uint32_t)EPOLLOUT : 0);
	struct line **at = &dns->lines, *line;

	while (*at && (*at)->watch.fd != fd)
		at = &(*at)->next;
	if (*at && events == 0) {
		line_end(dns, at);
	} else if (*at) {
		loop_rewatch(dns->loop, &(*at)->watch, events);
	} else if (events != 0) {
		line = NEW(struct line);
		line->dns = dns;
		if (!loop_watch(dns->loop, &line->watch, fd, events, line_ready)) {
			free(line); /* its questions time out */
			return;
		}
		line->next = dns->lines;
		dns->lines = line;
	}
}

static struct hosts *system_hosts(void)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct bytes text = {0};
	struct err err;

	if (!file_read(arena, "/etc/hosts", HOSTS_BYTES, &text, &err))
		text = (struct bytes){0};
	return hosts_new(str_from(text));
}

static bool failed(int status, const char *what, struct err *err)
{
	return err_set(err, ERR_INTERNAL, "%s: %s", what, ares_strerror(status));
}

bool dns_open(struct loop *loop, const char *servers, struct dns **out, struct err *err)
{
	struct dns *dns = NEW(struct dns);
	struct ares_options options = {
		.timeout = TRY_MS,
		.flags = ARES_FLAG_EDNS,
		.tries = TRIES,
		.ednspsz = ANSWER_BYTES,
		.lookups = (char[]){"b"}, /* not the files: they are hosts.c's */
		.socket_receive_buffer_size = RECEIVE_BYTES,
		.sock_state_cb = socket_changed,
		.sock_state_cb_data = dns,
	};
	int status = ares_library_init(ARES_LIB_INIT_ALL);

	if (status == ARES_SUCCESS)
		status = ares_init_options(&dns->channel, &options,
					   ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS |
						   ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_RCVBUF | ARES_OPT_SOCK_STATE_CB);
	if (status != ARES_SUCCESS) {
		free(dns);
		return failed(status, "start of the name resolver", err);
	}
	dns->loop = loop;
	dns->waiting_end = &dns->waiting;
	if (servers && (status = ares_set_servers_ports_csv(dns->channel, servers)) != ARES_SUCCESS) {
		dns_close(dns);
		return failed(status, "name servers", err);
	}
	dns->hosts = system_hosts();
	*out = dns;
	return true;
}

/* clang-format off */
static const struct {
	int status;
	enum err_kind kind;
	const char *why;
} failures[] = {
	{ARES_ENOTFOUND,    ERR_ABSENT,    "there is no such name"},
	{ARES_ENODATA,      ERR_ABSENT,    "the name has no address"},
	{ARES_EBADNAME,     ERR_ABSENT,    "this cannot be a name"},
	{ARES_ETIMEOUT,     ERR_TIMEOUT,   "no answer from the name server"},
	{ARES_ECONNREFUSED, ERR_UNREACHED, "no name server can be reached, or all of them failed"},
	{ARES_EREFUSED,     ERR_PROTOCOL,  "the name server refuses to answer"},
	{ARES_ESERVFAIL,    ERR_PROTOCOL,  "the name server failed"},
	{ARES_EDESTRUCTION, ERR_LATER,     "interrupted"},
	{ARES_ECANCELLED,   ERR_LATER,     "interrupted"},
};
/* clang-format on */

static void failure(struct err *err, const char *name, int status)
{
	for (size_t i = 0; i < COUNT_OF(failures); i++)
		if (failures[i].status == status) {
			err_set(err, failures[i].kind, "name %s: %s", name, failures[i].why);
			return;
		}
	err_set(err, ERR_PROTOCOL, "name %s: %s", name, ares_strerror(status));
}

static size_t addresses_take(const struct ares_addrinfo *found, struct dns_address *to, size_t room)
{
	size_t count = 0;

	for (const struct ares_addrinfo_node *at = found->nodes; at && count < room; at = at->ai_next) {
		const void *from = at->ai_addr;

		if (at->ai_family == AF_INET) {
			to[count].len = 4;
			memcpy(to[count++].bytes, &((const struct sockaddr_in *)from)->sin_addr, 4);
		} else if (at->ai_family == AF_INET6) {
			to[count].len = 16;
			memcpy(to[count++].bytes, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
		}
	}
	return count;
}

static void fly(struct dns_question *question);

/* The next one waiting takes the place of one that is done. */
static void next_fly(struct dns *dns)
{
	struct dns_question *question = dns->waiting;

	if (!question || dns->closing || dns->flying >= FLIGHT_MAX)
		return;
	dns->waiting = question->next;
	if (!dns->waiting)
		dns->waiting_end = &dns->waiting;
	fly(question);
}

static void answered(void *data, int status, int timeouts, struct ares_addrinfo *found)
{
	struct dns_question *question = data;
	struct dns *dns = question->dns;
	struct dns_address addresses[LIMIT_DNS_ADDRESSES] = {0};
	size_t count = status == ARES_SUCCESS ? addresses_take(found, addresses, LIMIT_DNS_ADDRESSES) : 0;
	struct err err = {0};

	(void)timeouts;
	dns->flying--;
	if (count == 0)
		failure(&err, question->name, status == ARES_SUCCESS ? ARES_ENODATA : status);
	question->done(question->data, count ? addresses : NULL, count, count ? NULL : &err);
	if (found)
		ares_freeaddrinfo(found);
	free(question);
	next_fly(dns);
}

static void fly(struct dns_question *question)
{
	static const struct ares_addrinfo_hints hints = {
		.ai_flags = ARES_AI_NUMERICSERV,
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
	};
	struct dns *dns = question->dns;

	dns->flying++;
	if (!loop_timer_runs(&dns->tick))
		loop_timer_start(dns->loop, &dns->tick, TICK_MS, tick_due);
	ares_getaddrinfo(dns->channel, question->name, NULL, &hints, answered, question);
}

static void ask_servers(struct dns *dns, struct str name, dns_done_fn done, void *data)
{
	struct dns_question *question = NEW(struct dns_question);

	question->dns = dns;
	question->done = done;
	question->data = data;
	memcpy(question->name, name.data, name.len);
	if (dns->flying < FLIGHT_MAX) {
		fly(question);
		return;
	}
	*dns->waiting_end = question;
	dns->waiting_end = &question->next;
}

void dns_ask(struct dns *dns, struct str name, dns_done_fn done, void *data)
{
	const struct dns_address *known;
	struct err err;
	size_t count;

	if (dns->closing) {
		failure(&err, "?", ARES_EDESTRUCTION);
		done(data, NULL, 0, &err);
		return;
	}
	if (name.len == 0 || name.len > 254 || memchr(name.data, 0, name.len)) {
		failure(&err, "\"\"", ARES_EBADNAME);
		done(data, NULL, 0, &err);
		return;
	}
	known = hosts_find(dns->hosts, name, &count);
	if (known)
		done(data, known, count, NULL);
	else
		ask_servers(dns, name, done, data);
}

/* Answers the first that waits. */
static void waiting_end(struct dns *dns)
{
	struct dns_question *question = dns->waiting;
	struct err err = {0};

	dns->waiting = question->next;
	failure(&err, question->name, ARES_EDESTRUCTION);
	question->done(question->data, NULL, 0, &err);
	free(question);
}

void dns_close(struct dns *dns)
{
	if (!dns)
		return;
	dns->closing = true;
	ares_destroy(dns->channel);
	while (dns->waiting)
		waiting_end(dns);
	while (dns->lines)
		line_end(dns, &dns->lines);
	loop_timer_stop(dns->loop, &dns->tick);
	hosts_free(dns->hosts);
	ares_library_cleanup();
	free(dns);
}
