/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The collector as a whole: one record for every target whatever happens, limits kept, names resolved, stopped at any
 * time. Servers are sockets on the collector's own loop; the DNS is a table of the test.
 */

#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/loop.h"
#include "discovery/probe/room.h"
#include "facts/scan_record.h"
#include "wire/dns.h"

/* ---- a DNS of the test: these stand in for wire/dns ---- */

struct asked {
	struct loop_timer timer;
	dns_done_fn done;
	void *data;
	char name[64];
};

static struct loop *the_loop;
static size_t dns_in_flight;

static void dns_answer(struct loop_timer *timer)
{
	struct asked *asked = container_of(timer, struct asked, timer);
	struct dns_address two[2] = {{4, {127, 0, 0, 1}}, {4, {127, 0, 0, 2}}};
	struct dns_address six = {16, {0}};
	struct err err = {0};

	six.bytes[15] = 1;
	dns_in_flight--;
	if (strcmp(asked->name, "two.test") == 0)
		asked->done(asked->data, two, 2, NULL);
	else if (strcmp(asked->name, "six.test") == 0)
		asked->done(asked->data, &six, 1, NULL);
	else {
		err_set(&err, ERR_ABSENT, "no such name");
		asked->done(asked->data, NULL, 0, &err);
	}
	free(asked);
}

void dns_ask(struct dns *dns, struct str name, dns_done_fn done, void *data)
{
	struct asked *asked = calloc(1, sizeof *asked);

	assert_non_null(asked);
	memcpy(asked->name, name.data, name.len);
	asked->done = done;
	asked->data = data;
	dns_in_flight++;
	loop_timer_start(the_loop, &asked->timer, 10, dns_answer);
	(void)dns;
}

static int not_null;
#define A_DNS ((struct dns *)&not_null)

/* ---- servers ---- */

enum manner { REFUSES, ACCEPTS_SILENTLY, CLOSES, ALERTS, CHATTERS, MANNERS };

struct server {
	struct loop_watch watch;
	struct loop *loop;
	enum manner manner;
	uint16_t port;
	size_t open, open_most, accepted;
};

struct client {
	struct loop_watch watch;
	struct server *server;
};

static void client_ready(struct loop_watch *watch, uint32_t events)
{
	struct client *client = container_of(watch, struct client, watch);
	char heard[4096];
	ssize_t got = recv(watch->fd, heard, sizeof heard, MSG_DONTWAIT);
	int fd = watch->fd;

	if (got > 0) {
		if (client->server->manner == ALERTS)
			(void)!send(fd, "\x15\x03\x03\0\2\2\x28", 7, MSG_NOSIGNAL);
		if (client->server->manner == CHATTERS)
			(void)!send(fd, "\x16\x03\x03\0\4\0\0\0\0", 9, MSG_NOSIGNAL);
		return;
	}
	if (got < 0 && errno == EAGAIN)
		return;
	client->server->open--;
	loop_unwatch(client->server->loop, watch);
	close(fd);
	free(client);
	(void)events;
}

static void accepts(struct loop_watch *watch, uint32_t events)
{
	struct server *server = container_of(watch, struct server, watch);
	int fd;

	while ((fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		struct client *client = calloc(1, sizeof *client);

		assert_non_null(client);
		server->accepted++;
		if (server->manner == CLOSES) {
			close(fd);
			free(client);
			continue;
		}
		if (++server->open > server->open_most)
			server->open_most = server->open;
		client->server = server;
		assert_true(loop_watch(server->loop, &client->watch, fd, EPOLLIN, client_ready));
	}
	(void)events;
}

static void server_start(struct server *server, struct loop *loop, int family, enum manner manner)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	struct sockaddr *address = family == AF_INET ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
	socklen_t len = family == AF_INET ? sizeof v4 : sizeof v6;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	*server = (struct server){.loop = loop, .manner = manner};
	assert_int_equal(bind(fd, address, len), 0);
	assert_int_equal(getsockname(fd, address, &len), 0);
	server->port = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
	if (manner == REFUSES) {
		close(fd);
		server->watch.fd = -1;
		return;
	}
	assert_int_equal(listen(fd, 1024), 0);
	assert_true(loop_watch(loop, &server->watch, fd, EPOLLIN, accepts));
}

static void server_stop(struct server *server)
{
	/* What the collector closed is still to be seen. */
	for (int turn = 0; turn < 1000 && server->open; turn++)
		loop_turn(server->loop, 10);
	assert_int_equal(server->open, 0);
	if (server->watch.fd >= 0) {
		int fd = server->watch.fd;

		loop_unwatch(server->loop, &server->watch);
		close(fd);
	}
}

/* ---- records ---- */

struct seen {
	size_t records, of_outcome[16];
	char addresses[8][64];
	struct probe *stop_at_first;
};

static void count(void *data, struct scan_record *record)
{
	struct seen *seen = data;

	if (record->address.data && seen->records < COUNT_OF(seen->addresses))
		snprintf(seen->addresses[seen->records], 64, "%.*s", STR_ARG(record->address));
	seen->records++;
	seen->of_outcome[record->outcome]++;
	if (seen->stop_at_first)
		probe_stop(seen->stop_at_first);
}

static void add(struct probe *probe, const char *host, uint16_t port)
{
	struct probe_target target = {.text = str_of(host), .host = str_of(host), .port = port, .protocol = STR("tls")};

	probe_add(probe, &target);
}

static void run(struct loop *loop, struct probe *probe)
{
	while (probe_pending(probe))
		loop_turn(loop, -1);
}

static struct probe_options light(void)
{
	struct probe_options options = probe_defaults();

	options.look = PROBE_LIGHT;
	options.timeout_ms = 60000; /* where somebody is silent, the test says less */
	return options;
}

TEST(every_target_of_a_hostile_crowd_has_one_record)
{
	struct loop *loop = the_loop = loop_new();
	struct server servers[MANNERS];
	struct probe_options options = light();
	struct seen seen = {0};
	struct probe *probe;

	for (int i = 0; i < MANNERS; i++)
		server_start(&servers[i], loop, AF_INET, (enum manner)i);
	options.concurrency = 50;
	options.timeout_ms = 500; /* answers are due long before */
	probe = probe_new(loop, A_DNS, &options, count, &seen);
	for (int i = 0; i < 500; i++)
		add(probe, i % 7 == 6 ? "absent.test" : "127.0.0.1", servers[i % MANNERS].port);
	run(loop, probe);
	assert_int_equal(seen.records, 500);
	assert_int_equal(probe_stats(probe).targets, 500);
	assert_int_equal(probe_stats(probe).records, 500);
	assert_int_equal(seen.of_outcome[SCAN_DNS], 71);
	assert_true(seen.of_outcome[SCAN_REFUSED] && seen.of_outcome[SCAN_TIMEOUT] && seen.of_outcome[SCAN_NO_TLS] &&
		    seen.of_outcome[SCAN_ALERT]);
	probe_free(probe);
	for (int i = 0; i < MANNERS; i++)
		server_stop(&servers[i]);
	loop_free(loop);
	(void)state;
}

TEST(stopping_answers_what_is_open_waiting_and_being_resolved)
{
	for (int turns = 0; turns < 6; turns++) {
		struct loop *loop = the_loop = loop_new();
		struct server server;
		struct probe_options options = light();
		struct seen seen = {0};
		struct probe *probe;

		server_start(&server, loop, AF_INET, ACCEPTS_SILENTLY);
		options.concurrency = 10;
		options.per_address = turns % 2 ? 3 : 0;
		options.look = turns > 3 ? PROBE_POLITE : PROBE_LIGHT;
		probe = probe_new(loop, A_DNS, &options, count, &seen);
		for (int i = 0; i < 60; i++)
			add(probe, i % 3 == 2 ? "two.test" : "127.0.0.1", server.port);
		for (int i = 0; i < turns; i++)
			loop_turn(loop, 20);
		probe_stop(probe);
		assert_int_equal(seen.records, 60);
		assert_int_equal(probe_pending(probe), 0);
		assert_false(probe_wants_more(probe));
		add(probe, "127.0.0.1", server.port);
		assert_int_equal(seen.records, 61);
		probe_free(probe);
		while (dns_in_flight) /* answers to a probe that is gone */
			loop_turn(loop, 20);
		server_stop(&server);
		loop_free(loop);
	}
	(void)state;
}

TEST(stopping_from_within_a_record_is_fine)
{
	struct loop *loop = the_loop = loop_new();
	struct server server;
	struct probe_options options = light();
	struct seen seen = {0};
	struct probe *probe;

	server_start(&server, loop, AF_INET, ALERTS);
	probe = probe_new(loop, A_DNS, &options, count, &seen);
	for (int i = 0; i < 40; i++)
		add(probe, "127.0.0.1", server.port);
	seen.stop_at_first = probe;
	run(loop, probe);
	assert_int_equal(seen.records, 40);
	probe_free(probe);
	server_stop(&server);
	loop_free(loop);
	(void)state;
}

TEST(no_more_than_so_many_connections_at_once_and_to_one_address)
{
	static const struct { uint32_t concurrency, per_address, most; } rows[] = {{7, 0, 7}, {50, 4, 4}, {1, 9, 1}};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct loop *loop = the_loop = loop_new();
		struct server server;
		struct probe_options options = light();
		struct seen seen = {0};
		struct probe *probe;

		options.concurrency = rows[i].concurrency;
		options.per_address = rows[i].per_address;
		options.timeout_ms = 20;
		server_start(&server, loop, AF_INET, ACCEPTS_SILENTLY);
		probe = probe_new(loop, A_DNS, &options, count, &seen);
		for (int k = 0; k < 30; k++)
			add(probe, "127.0.0.1", server.port);
		run(loop, probe);
		assert_int_equal(seen.records, 30);
		/* The server sees a close a little later than the next connection. */
		assert_true(server.open_most <= 2 * rows[i].most);
		probe_free(probe);
		server_stop(&server);
		loop_free(loop);
	}
	(void)state;
}

static bool pauses(const struct probe *probe)
{
	for (size_t i = 0; i < HOSTS; i++)
		if (loop_timer_runs(&probe->hosts[i].pause))
			return true;
	return false;
}

TEST(a_polite_look_has_one_connection_to_an_address_and_pauses)
{
	struct loop *loop = the_loop = loop_new();
	struct server server;
	struct probe_options options = light();
	struct seen seen = {0};
	struct probe *probe;
	size_t pause_count = 0;

	options.look = PROBE_POLITE;
	server_start(&server, loop, AF_INET, CLOSES);
	probe = probe_new(loop, A_DNS, &options, count, &seen);
	add(probe, "127.0.0.1", server.port);
	while (probe_pending(probe)) {
		uint64_t before = probe_stats(probe).connections;
		bool paused = pauses(probe);

		loop_turn(loop, -1);
		/* A pause that goes on lets nobody through; each connection ends in one. */
		if (paused && pauses(probe))
			assert_int_equal(probe_stats(probe).connections, before);
		pause_count += !paused && pauses(probe);
		assert_true(probe->open <= 1);
	}
	assert_int_equal(seen.records, 1);
	assert_true(server.accepted > 1);
	assert_int_equal(pause_count, server.accepted);
	probe_free(probe);
	server_stop(&server);
	loop_free(loop);
	(void)state;
}

TEST(the_rate_is_kept)
{
	struct loop *loop = the_loop = loop_new();
	struct server server;
	struct probe_options options = light();
	struct seen seen = {0};
	struct probe *probe;
	uint64_t before;

	options.rate = 100;
	server_start(&server, loop, AF_INET, REFUSES);
	probe = probe_new(loop, A_DNS, &options, count, &seen);
	for (int i = 0; i < 50; i++)
		add(probe, "127.0.0.1", server.port);
	/* The loop's time stands still between turns: a tenth of a second's credit at most is spent in one. */
	assert_true(probe_stats(probe).connections <= 10);
	while (probe_pending(probe)) {
		before = probe_stats(probe).connections;
		assert_true(before == 50 || probe->open == probe->open_max || loop_timer_runs(&probe->refill));
		loop_turn(loop, -1);
		assert_true(probe_stats(probe).connections - before <= 10);
	}
	assert_int_equal(seen.records, 50);
	assert_int_equal(probe_stats(probe).connections, 50);
	probe_free(probe);
	loop_free(loop);
	(void)state;
}

TEST(names_are_resolved_and_each_address_may_have_its_record)
{
	for (int all = 0; all < 2; all++) {
		struct loop *loop = the_loop = loop_new();
		struct server server, six;
		struct probe_options options = light();
		struct seen seen = {0};
		struct probe *probe;

		options.all_addresses = all;
		server_start(&server, loop, AF_INET, ALERTS); /* on 127.0.0.1 only */
		server_start(&six, loop, AF_INET6, ALERTS);
		probe = probe_new(loop, A_DNS, &options, count, &seen);
		add(probe, "two.test", server.port);
		run(loop, probe);
		assert_int_equal(seen.records, all ? 2 : 1);
		if (!all)
			assert_string_equal(seen.addresses[0], "127.0.0.1");
		add(probe, "six.test", six.port);
		add(probe, "::1", six.port);
		add(probe, "absent.test", 443);
		add(probe, "not a name", 443);
		run(loop, probe);
		assert_int_equal(seen.of_outcome[SCAN_DNS], 2);
		assert_int_equal(seen.of_outcome[SCAN_ALERT], 3);
		probe_free(probe);
		server_stop(&server);
		server_stop(&six);
		loop_free(loop);
	}
	(void)state;
}

TEST(too_few_descriptors_delay_and_lose_nothing)
{
	struct rlimit before, few;
	struct loop *loop = the_loop = loop_new();
	struct server server;
	struct probe_options options = light();
	struct seen seen = {0};
	struct probe *probe;
	int listening;

	/* It listens and never accepts, so that it needs no descriptors itself. */
	server_start(&server, loop, AF_INET, ACCEPTS_SILENTLY);
	listening = server.watch.fd;
	loop_unwatch(loop, &server.watch);
	options.concurrency = 200;
	options.per_address = 0;
	options.timeout_ms = 10;
	probe = probe_new(loop, A_DNS, &options, count, &seen);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = 24;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	for (int i = 0; i < 300; i++)
		add(probe, "127.0.0.1", server.port);
	run(loop, probe);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(seen.records, 300);
	assert_int_equal(seen.of_outcome[SCAN_TIMEOUT], 300);
	probe_free(probe);
	close(listening);
	loop_free(loop);
	(void)state;
}

TEST(a_second_address_is_tried_when_the_first_refuses)
{
	struct loop *loop = the_loop = loop_new();
	struct sockaddr_in second = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002)};
	socklen_t len = sizeof second;
	struct server server = {.loop = loop, .manner = ALERTS};
	struct probe_options options = light();
	struct seen seen = {0};
	struct probe *probe;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&second, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&second, &len), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_true(loop_watch(loop, &server.watch, fd, EPOLLIN, accepts));
	probe = probe_new(loop, A_DNS, &options, count, &seen);
	add(probe, "two.test", ntohs(second.sin_port));
	run(loop, probe);
	assert_int_equal(seen.of_outcome[SCAN_ALERT], 1);
	assert_string_equal(seen.addresses[0], "127.0.0.2");
	probe_free(probe);
	server_stop(&server);
	loop_free(loop);
	(void)state;
}

TESTS(RUN(every_target_of_a_hostile_crowd_has_one_record),
      RUN(stopping_answers_what_is_open_waiting_and_being_resolved),
      RUN(stopping_from_within_a_record_is_fine),
      RUN(no_more_than_so_many_connections_at_once_and_to_one_address),
      RUN(a_polite_look_has_one_connection_to_an_address_and_pauses), RUN(the_rate_is_kept),
      RUN(names_are_resolved_and_each_address_may_have_its_record),
      RUN(too_few_descriptors_delay_and_lose_nothing), RUN(a_second_address_is_tried_when_the_first_refuses))
