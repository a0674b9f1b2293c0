/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The one way out, against a name server and an HTTP server of a few lines on the same loop. The name server answers
 * by the first label of the name; the HTTP server by the path.
 */

#include "test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/loop.h"
#include "wire/egress.h"

/* ---- addresses ---- */

static struct dns_address address(const char *text)
{
	struct dns_address out = {0};

	if (inet_pton(AF_INET, text, out.bytes) == 1)
		out.len = 4;
	else if (inet_pton(AF_INET6, text, out.bytes) == 1)
		out.len = 16;
	assert_true(out.len);
	return out;
}

static struct egress_net net(const char *text)
{
	struct egress_net out;
	struct err err = {0};

	assert_true(egress_net_read(str_of(text), &out, &err));
	return out;
}

TEST(special_addresses_are_forbidden_and_public_ones_are_not)
{
	static const char *const forbidden[] = {
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
		"127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.8",
		"192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.7",
		"203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::2", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254",
		"64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "100:0:0:1::5", "2001::1",
		"2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:db8::1", "2001:10::1", "2001:1::4",
		"2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
		"febf::1", "fec0::1", "ff02::1", "4000::1", "8000::1", "200::1",
	};
	static const char *const fine[] = {
		"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
		"128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.0.9", "192.0.0.10", "192.0.1.0",
		"192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2600::1", "2001:4860:4860::8888",
		"2a00:1450::1", "2001:1::1", "2001:20::1", "2001:3::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
	};
	struct egress_policy none = {NULL, 0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(forbidden); i++) {
		struct dns_address at = address(forbidden[i]);

		if (!egress_forbids(&none, &at))
			fail_msg("%s is let through", forbidden[i]);
	}
	for (size_t i = 0; i < COUNT_OF(fine); i++) {
		struct dns_address at = address(fine[i]);
		const char *why = egress_forbids(&none, &at);

		if (why)
			fail_msg("%s is forbidden: %s", fine[i], why);
	}
}

TEST(what_the_administrator_allows_is_allowed_and_no_more)
{
	struct egress_net nets[] = {net("10.1.0.0/16"), net("127.0.0.5"), net("fd00:1::/32"), net("172.20.0.0/15")};
	struct egress_policy policy = {nets, COUNT_OF(nets)};
	static const char *const yes[] = {"10.1.0.0", "10.1.255.255", "127.0.0.5", "fd00:1::7", "172.21.3.4", "::ffff:10.1.2.3"};
	static const char *const no[] = {"10.2.0.0", "10.0.255.255", "127.0.0.4", "fd00:2::7", "172.22.0.1", "::1"};
	static const char *const wrong[] = {"", "10.0.0.0/33", "::/129", "10.0.0/8", "example.org", "10.0.0.0/", "/8", "10.0.0.0/8/9",
					    "1.2.3.4/-1", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"};
	struct egress_net out;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(yes); i++) {
		struct dns_address at = address(yes[i]);

		assert_null(egress_forbids(&policy, &at));
	}
	for (size_t i = 0; i < COUNT_OF(no); i++) {
		struct dns_address at = address(no[i]);

		assert_non_null(egress_forbids(&policy, &at));
	}
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_false(egress_net_read(str_of(wrong[i]), &out, &err));
		assert_int_equal(err.kind, ERR_INPUT);
	}
}

/* ---- servers ---- */

struct world {
	struct loop *loop;
	struct loop_watch dns_watch, http_watch;
	struct dns *dns;
	struct egress *egress;
	struct visitor *visitors;
	unsigned asks, requests;
	uint16_t port;
	/* the last answer */
	bool answered, ok;
	unsigned status;
	int64_t retry_after_s;
	char body[4096], location[512];
	struct err err;
};

static struct world *the_world;

/* A records of a name, by how often it was asked: first | then. */
static const struct {
	const char *first;
	const char *a[2], *aaaa;
} names[] = {
	{"good", {"127.0.0.1", NULL}, NULL},
	{"bad", {"10.0.0.1", NULL}, NULL},
	{"mixed", {"127.0.0.1", "192.168.0.1"}, NULL},
	{"meta", {"169.254.169.254", NULL}, NULL},
	{"mapped", {NULL, NULL}, "::ffff:10.0.0.1"},
	{"goodmapped", {NULL, NULL}, "::ffff:127.0.0.1"},
	{"six", {"127.0.0.1", NULL}, "fd00::1"},
	{"rebind", {"127.0.0.1", NULL}, NULL}, /* the second time it is asked: 10.0.0.1 */
};

static void add_address(struct buf *to, const char *text)
{
	struct dns_address at = address(text);

	buf_add_u16(to, 0xc00c);
	buf_add_u16(to, at.len == 4 ? 1 : 28);
	buf_add_u16(to, 1);
	buf_add_u32(to, 0);
	buf_add_u16(to, at.len);
	buf_add(to, at.bytes, at.len);
}

static void dns_asked(struct loop_watch *watch, uint32_t events)
{
	CLEANUP(buf_done) struct buf reply = buf_capped(4096), records = buf_capped(4096);
	uint8_t data[512];
	struct sockaddr_in from;
	socklen_t from_len = sizeof from;
	ssize_t len = recvfrom(watch->fd, data, sizeof data, 0, (struct sockaddr *)(void *)&from, &from_len);
	size_t name = strlen((char *)data + 12) + 1, count = 0;
	bool six = data[12 + name + 1] == 28;
	const char *extra = NULL;

	(void)events;
	if (len <= 17)
		return;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (data[12] != strlen(names[i].first) || memcmp(data + 13, names[i].first, data[12]) != 0)
			continue;
		if (strcmp(names[i].first, "rebind") == 0 && !six && the_world->asks > 1)
			extra = "10.0.0.1";
		for (size_t k = 0; k < 2 && !six && !extra; k++)
			if (names[i].a[k]) {
				add_address(&records, names[i].a[k]);
				count++;
			}
		if (extra || (six && names[i].aaaa)) {
			add_address(&records, extra ? extra : names[i].aaaa);
			count++;
		}
	}
	buf_add(&reply, data, 2);
	buf_add_u16(&reply, 0x8180);
	buf_add_u16(&reply, 1);
	buf_add_u16(&reply, (uint16_t)count);
	buf_add_u32(&reply, 0);
	buf_add(&reply, data + 12, name + 4);
	buf_add_str(&reply, buf_str(&records));
	assert_int_equal(sendto(watch->fd, reply.data, reply.len, 0, (struct sockaddr *)(void *)&from, from_len), reply.len);
}

static void respond(int fd, const char *path)
{
	CLEANUP(buf_done) struct buf out = buf_capped(1 << 20);
	const char *rest = strchr(path, ' ');
	struct str at = {path, (size_t)(rest - path)};

	if (str_is(at, "/long")) {
		buf_add_text(&out, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
		for (size_t i = 0; i < 100000; i++)
			buf_add_char(&out, 'x');
	} else if (str_is(at, "/headers")) {
		buf_add_text(&out, "HTTP/1.1 200 OK\r\n");
		for (size_t i = 0; i < 4000; i++)
			buf_addf(&out, "X-Long-Header-%zu: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", i);
		buf_add_text(&out, "Content-Length: 0\r\n\r\n");
	} else if (str_is(at, "/later")) {
		buf_add_text(&out, "HTTP/1.1 429 Slow Down\r\nRetry-After: 17\r\nContent-Length: 4\r\n\r\nslow");
	} else if (str_starts(at, STR("/to/"))) {
		struct str to = str_skip(at, 4), host;

		str_split(&to, '/', &host);
		buf_addf(&out, "HTTP/1.1 302 Found\r\nLocation: http://%.*s:%u/%.*s\r\nContent-Length: 2\r\n\r\nno", STR_ARG(host),
			 the_world->port, STR_ARG(to));
	} else if (str_is(at, "/file")) {
		buf_add_text(&out, "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
	} else if (str_is(at, "/silent")) {
		return;
	} else {
		buf_addf(&out, "HTTP/1.1 200 OK\r\nContent-Type: Text/Plain; charset=utf-8\r\nContent-Length: %zu\r\n\r\n%.*s", at.len,
			 STR_ARG(at));
	}
	assert_true(buf_ok(&out));
	(void)!write(fd, out.data, out.len);
}

static void stop_watching(struct loop *loop, struct loop_watch *watch)
{
	int fd = watch->fd;

	loop_unwatch(loop, watch); /* its fd is then -1 */
	close(fd);
}

/* One connection: the request is small enough to come in one piece. */
struct visitor {
	struct loop_watch watch;
	struct visitor *next;
};

static void visitor_ready(struct loop_watch *watch, uint32_t events)
{
	char data[4096];
	ssize_t len = recv(watch->fd, data, sizeof data - 1, MSG_DONTWAIT);

	(void)events;
	if (len > 4) {
		data[len] = 0;
		respond(watch->fd, strchr(data, ' ') + 1);
		if (strstr(data, "/silent"))
			return;
	}
	stop_watching(the_world->loop, watch);
}

static void http_asked(struct loop_watch *watch, uint32_t events)
{
	struct visitor *visitor;
	int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0)
		return;
	the_world->requests++;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){1 << 20}, sizeof(int));
	visitor = calloc(1, sizeof *visitor);
	visitor->next = the_world->visitors;
	the_world->visitors = visitor;
	assert_true(loop_watch(the_world->loop, &visitor->watch, fd, EPOLLIN, visitor_ready));
}

static int bound(int type, uint16_t *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)(void *)&at, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)(void *)&at, &len), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

static void world_start(struct world *world, const struct egress_policy *policy)
{
	struct egress_options options;
	struct err err = {0};
	char servers[32];
	uint16_t port;
	int fd = bound(SOCK_DGRAM, &port);

	*world = (struct world){.loop = loop_new()};
	the_world = world;
	snprintf(servers, sizeof servers, "127.0.0.1:%u", port);
	assert_true(loop_watch(world->loop, &world->dns_watch, fd, EPOLLIN, dns_asked));
	assert_true(dns_open(world->loop, servers, &world->dns, &err));
	fd = bound(SOCK_STREAM, &world->port);
	assert_int_equal(listen(fd, 16), 0);
	assert_true(loop_watch(world->loop, &world->http_watch, fd, EPOLLIN, http_asked));
	options = (struct egress_options){.loop = world->loop, .dns = world->dns, .policy = *policy};
	world->egress = egress_new(&options);
}

static void world_stop(struct world *world)
{
	egress_free(world->egress);
	dns_close(world->dns);
	stop_watching(world->loop, &world->dns_watch);
	stop_watching(world->loop, &world->http_watch);
	while (world->visitors) {
		struct visitor *visitor = world->visitors;

		world->visitors = visitor->next;
		if (visitor->watch.fd >= 0)
			stop_watching(world->loop, &visitor->watch);
		free(visitor);
	}
	loop_free(world->loop);
}

static void answered(void *data, const struct egress_answer *answer, const struct err *err)
{
	struct world *world = data;

	world->answered = true;
	world->ok = answer != NULL;
	if (!answer) {
		world->err = *err;
		return;
	}
	world->status = answer->status;
	world->retry_after_s = answer->retry_after_s;
	snprintf(world->body, sizeof world->body, "%.*s", STR_ARG(str_from(answer->body)));
	snprintf(world->location, sizeof world->location, "%.*s", STR_ARG(answer->location));
	if (answer->status == 200)
		assert_str(answer->type, "text/plain");
}

static bool ask_as(struct world *world, const struct egress_ask *ask)
{
	world->answered = world->ok = false;
	world->asks++;
	world->err = (struct err){0};
	egress_ask(world->egress, ask, answered, world);
	assert_false(world->answered); /* never from within */
	while (!world->answered)
		loop_turn(world->loop, 100);
	return world->ok;
}

static bool ask(struct world *world, const char *host, const char *path, unsigned redirects)
{
	char url[512];
	struct egress_ask question = {.url = url, .most_bytes = 8192, .redirects = redirects, .timeout_ms = 60000};

	snprintf(url, sizeof url, "http://%s:%u%s", host, world->port, path);
	return ask_as(world, &question);
}

static void with_loopback(struct world *world)
{
	static struct egress_net loopback;
	struct egress_policy policy = {&loopback, 1};

	loopback = net("127.0.0.1");
	world_start(world, &policy);
}

TEST(names_at_forbidden_addresses_are_not_dialled)
{
	static const char *const hosts[] = {"bad.test", "mixed.test", "meta.test", "mapped.test", "six.test", "10.0.0.1", "[::1]",
					    "[::ffff:10.0.0.1]", "0x0a.0.0.1", "167772161", "127.1.2.3"};
	struct world world;

	(void)state;
	with_loopback(&world);
	for (size_t i = 0; i < COUNT_OF(hosts); i++) {
		if (ask(&world, hosts[i], "/", 0))
			fail_msg("%s was asked", hosts[i]);
		if (world.err.kind != ERR_DENIED || strcmp(world.err.code, "egress-denied") != 0)
			fail_msg("%s: %s", hosts[i], world.err.text);
	}
	assert_int_equal(world.requests, 0);
	assert_true(ask(&world, "good.test", "/hello", 0));
	assert_string_equal(world.body, "/hello");
	assert_true(ask(&world, "goodmapped.test", "/mapped", 0) || world.err.kind == ERR_UNREACHED);
	assert_true(ask(&world, "127.0.0.1", "/plain", 0));
	assert_string_equal(world.body, "/plain");
	world_stop(&world);
}

TEST(nothing_is_dialled_without_an_allow_list)
{
	struct egress_policy none = {NULL, 0};
	struct world world;

	(void)state;
	world_start(&world, &none);
	assert_false(ask(&world, "good.test", "/", 0));
	assert_int_equal(world.err.kind, ERR_DENIED);
	assert_non_null(strstr(world.err.text, "loopback"));
	assert_non_null(strstr(world.err.fix, "egress.allow"));
	assert_int_equal(world.requests, 0);
	world_stop(&world);
}

TEST(a_name_that_changes_its_address_is_checked_each_time)
{
	struct world world;

	(void)state;
	with_loopback(&world);
	assert_true(ask(&world, "rebind.test", "/first", 0));
	assert_false(ask(&world, "rebind.test", "/second", 0));
	assert_int_equal(world.err.kind, ERR_DENIED);
	assert_int_equal(world.requests, 1);
	world_stop(&world);
}

TEST(redirects_are_off_or_checked)
{
	struct world world;

	(void)state;
	with_loopback(&world);
	assert_true(ask(&world, "good.test", "/to/good.test/there", 0));
	assert_int_equal(world.status, 302);
	assert_non_null(strstr(world.location, "/there"));
	assert_true(ask(&world, "good.test", "/to/good.test/there", 1));
	assert_int_equal(world.status, 200);
	assert_string_equal(world.body, "/there");
	assert_false(ask(&world, "good.test", "/to/bad.test/there", 3));
	assert_int_equal(world.err.kind, ERR_DENIED);
	assert_false(ask(&world, "good.test", "/to/10.0.0.1/there", 3));
	assert_int_equal(world.err.kind, ERR_DENIED);
	assert_false(ask(&world, "good.test", "/file", 3));
	assert_true(world.err.kind == ERR_INPUT || world.err.kind == ERR_PROTOCOL);
	/* more than it may follow: the redirect is the answer */
	assert_true(ask(&world, "good.test", "/to/good.test/to/good.test/to/good.test/x", 2));
	assert_int_equal(world.status, 302);
	world_stop(&world);
}

TEST(answers_are_bounded_in_size_and_time)
{
	struct world world;
	char url[128];
	struct egress_ask slow = {.url = url, .most_bytes = 100, .timeout_ms = 300};

	(void)state;
	with_loopback(&world);
	assert_false(ask(&world, "good.test", "/long", 0));
	assert_int_equal(world.err.kind, ERR_PROTOCOL);
	assert_false(ask(&world, "good.test", "/headers", 0));
	assert_int_equal(world.err.kind, ERR_PROTOCOL);
	assert_true(ask(&world, "good.test", "/later", 0));
	assert_int_equal(world.status, 429);
	assert_int_equal(world.retry_after_s, 17);
	snprintf(url, sizeof url, "http://good.test:%u/silent", world.port);
	assert_false(ask_as(&world, &slow));
	assert_int_equal(world.err.kind, ERR_TIMEOUT);
	world_stop(&world);
}

TEST(odd_urls_are_refused)
{
	static const char *const urls[] = {"", "good.test", "file:///etc/passwd", "gopher://good.test/", "http://user:pw@good.test/",
					   "http://", "http://[::1", "http://[fe80::1%25lo]/", "http://exa mple/", "https://absent.test/"};
	struct world world;

	(void)state;
	with_loopback(&world);
	for (size_t i = 0; i < COUNT_OF(urls); i++) {
		struct egress_ask question = {.url = urls[i], .most_bytes = 100};

		if (ask_as(&world, &question))
			fail_msg("%s was asked", urls[i]);
		assert_true(world.err.kind == ERR_INPUT || world.err.kind == ERR_ABSENT || world.err.kind == ERR_DENIED ||
			    world.err.kind == ERR_PROTOCOL);
	}
	world_stop(&world);
}

TEST(calls_can_be_cancelled_and_left_behind)
{
	struct world world;
	char url[128];
	struct egress_ask question = {.url = url, .most_bytes = 100};

	(void)state;
	with_loopback(&world);
	snprintf(url, sizeof url, "http://good.test:%u/silent", world.port);
	for (int turns = 0; turns < 12; turns++) {
		struct egress_call *call = egress_ask(world.egress, &question, answered, &world);

		for (int i = 0; i < turns; i++)
			loop_turn(world.loop, 1);
		egress_cancel(call);
		egress_ask(world.egress, &question, answered, &world);
	}
	world_stop(&world); /* with calls in all states */
}

TEST(the_waiting_form_answers_the_same)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct egress_policy none = {NULL, 0};
	struct egress_ask question = {.url = "http://127.0.0.1:1/", .most_bytes = 100};
	struct egress_net loopback = net("127.0.0.0/8");
	struct egress_policy loop = {&loopback, 1};
	struct egress_answer answer;
	struct err err = {0};

	(void)state;
	assert_false(egress_ask_and_wait(&none, "127.0.0.1:1", (struct bytes){0}, arena, &question, &answer, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	assert_false(egress_ask_and_wait(&loop, "127.0.0.1:1", (struct bytes){0}, arena, &question, &answer, &err));
	assert_int_equal(err.kind, ERR_UNREACHED);
}

TESTS(RUN(special_addresses_are_forbidden_and_public_ones_are_not), RUN(what_the_administrator_allows_is_allowed_and_no_more),
      RUN(names_at_forbidden_addresses_are_not_dialled), RUN(nothing_is_dialled_without_an_allow_list),
      RUN(a_name_that_changes_its_address_is_checked_each_time), RUN(redirects_are_off_or_checked),
      RUN(answers_are_bounded_in_size_and_time), RUN(odd_urls_are_refused), RUN(calls_can_be_cancelled_and_left_behind),
      RUN(the_waiting_form_answers_the_same))
