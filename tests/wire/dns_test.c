/* SPDX-License-Identifier: Apache-2.0 */

/* A name server of a few lines runs on the same loop; what it answers is chosen by the name. */

#include "test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/loop.h"
#include "wire/dns.h"
#include "wire/dns/room.h"

struct server {
	struct loop_watch watch;
	struct loop *loop;
	struct dns *dns;
	char address[32];
	unsigned questions;
	int fd;
};

enum { TYPE_A = 1, TYPE_AAAA = 28 };

/* "4.example.test" has an A record, "6…" AAAA, "46…" both, "many…" 70 of A; others a failure of that name. */
struct answer {
	const char *first;
	unsigned a, aaaa, code;
	bool silent, garbage, cut;
};
static const struct answer answers[] = {
	{.first = "four", .a = 1},       {.first = "six", .aaaa = 1}, {.first = "both", .a = 2, .aaaa = 1},
	{.first = "many", .a = 70},     {.first = "absent", .code = 3}, {.first = "empty"},
	{.first = "broken", .code = 2},  {.first = "refused", .code = 5}, {.first = "silent", .silent = true},
	{.first = "garbage", .garbage = true}, {.first = "cut", .a = 1, .aaaa = 1, .cut = true},
};

static const struct answer *answer_of(const uint8_t *question)
{
	for (size_t i = 0; i < COUNT_OF(answers); i++)
		if (question[0] == strlen(answers[i].first) &&
		    memcmp(question + 1, answers[i].first, question[0]) == 0)
			return &answers[i];
	return &answers[4];
}

static void add_record(struct buf *to, unsigned type, unsigned number)
{
	buf_add_u16(to, 0xc00c);
	buf_add_u16(to, (uint16_t)type);
	buf_add_u16(to, 1);
	buf_add_u32(to, 60);
	buf_add_u16(to, type == TYPE_A ? 4 : 16);
	if (type == TYPE_AAAA)
		buf_add(to, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0", 12);
	buf_add_u32(to, 0x0a000001 + number);
}

static void asked(struct loop_watch *watch, uint32_t events)
{
	struct server *server = container_of(watch, struct server, watch);
	CLEANUP(buf_done) struct buf reply = buf_capped(8192);
	uint8_t data[512];
	struct sockaddr_in from;
	socklen_t from_len = sizeof from;
	ssize_t len = recvfrom(watch->fd, data, sizeof data, 0, (struct sockaddr *)(void *)&from, &from_len);
	const struct answer *answer = answer_of(data + 12);
	size_t name = strlen((char *)data + 12) + 1;
	unsigned type = (unsigned)(data[12 + name] << 8 | data[13 + name]);
	unsigned count = type == TYPE_A ? answer->a : answer->aaaa;

	(void)events;
	assert_true(len > 17);
	server->questions++;
	if (answer->silent)
		return;
	buf_add(&reply, data, 2);
	buf_add_u16(&reply, (uint16_t)(0x8180 | answer->code));
	buf_add_u16(&reply, 1);
	buf_add_u16(&reply, (uint16_t)count);
	buf_add_u32(&reply, 0);
	buf_add(&reply, data + 12, name + 4);
	for (unsigned i = 0; i < count; i++)
		add_record(&reply, type, i);
	if (answer->garbage)
		memset(reply.data + 12, 0xff, reply.len - 12);
	if (answer->cut && count > 0)
		reply.len -= 3;
	assert_int_equal(sendto(watch->fd, reply.data, reply.len, 0, (struct sockaddr *)(void *)&from, from_len),
			 reply.len);
}

static void server_start(struct server *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct err err = {0};

	*server = (struct server){.loop = loop_new(), .fd = fd};
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){1 << 20}, sizeof(int)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)(void *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)(void *)&address, &len), 0);
	assert_true(loop_watch(server->loop, &server->watch, fd, EPOLLIN, asked));
	snprintf(server->address, sizeof server->address, "127.0.0.1:%u", ntohs(address.sin_port));
	assert_true(dns_open(server->loop, server->address, &server->dns, &err));
}

static void server_stop(struct server *server)
{
	dns_close(server->dns);
	loop_unwatch(server->loop, &server->watch);
	close(server->fd);
	loop_free(server->loop);
}

struct asking {
	struct loop *loop;
	size_t answers, count;
	struct dns_address first, last;
	bool has_4, has_6;
	struct err err;
};

static void done(void *data, const struct dns_address *addresses, size_t count, const struct err *err)
{
	struct asking *asking = data;

	asking->answers++;
	asking->count = count;
	for (size_t i = 0; i < count; i++) {
		asking->has_4 |= addresses[i].len == 4;
		asking->has_6 |= addresses[i].len == 16;
	}
	if (count > 0) {
		asking->first = addresses[0];
		asking->last = addresses[count - 1];
	}
	if (err)
		asking->err = *err;
	assert_true((count > 0) == (err == NULL));
	loop_stop(asking->loop);
}

static void ask(struct server *server, const char *name, struct asking *asking)
{
	*asking = (struct asking){.loop = server->loop};
	dns_ask(server->dns, str_of(name), done, asking);
	while (asking->answers == 0)
		loop_turn(server->loop, 1000);
	assert_int_equal(asking->answers, 1);
}

TEST(addresses_of_both_families_are_found)
{
	struct server server;
	struct asking asking;

	server_start(&server);
	ask(&server, "four.example.test", &asking);
	assert_int_equal(asking.count, 1);
	assert_int_equal(asking.first.len, 4);
	assert_memory_equal(asking.first.bytes, "\x0a\0\0\x01", 4);
	ask(&server, "six.example.test", &asking);
	assert_int_equal(asking.count, 1);
	assert_int_equal(asking.first.len, 16);
	assert_memory_equal(asking.first.bytes, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\x0a\0\0\x01", 16);
	ask(&server, "both.example.test", &asking);
	assert_int_equal(asking.count, 3);
	assert_true(asking.has_4 && asking.has_6);
	assert_int_equal(server.questions, 6);
	server_stop(&server);
}

TEST(more_addresses_than_the_limit_are_dropped)
{
	struct server server;
	struct asking asking;

	server_start(&server);
	ask(&server, "many.example.test", &asking);
	assert_int_equal(asking.count, 64);
	server_stop(&server);
}

TEST(failures_are_told_apart)
{
	/* clang-format off */
	static const struct { const char *name; enum err_kind kind; const char *why; } rows[] = {
		{"absent.example.test", ERR_ABSENT, "no such name"},
		{"empty.example.test", ERR_ABSENT, "no address"},
		{"broken.example.test", ERR_UNREACHED, "all of them failed"},
		{"refused.example.test", ERR_UNREACHED, "all of them failed"},
		{"cut.example.test", ERR_PROTOCOL, "DNS"},
		{"", ERR_ABSENT, "cannot be a name"},
		{"a..b", ERR_ABSENT, ""},
	};
	/* clang-format on */
	struct server server;

	server_start(&server);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct asking asking;

		ask(&server, rows[i].name, &asking);
		assert_int_equal(asking.err.kind, rows[i].kind);
		assert_non_null(strstr(asking.err.text, rows[i].why));
	}
	server_stop(&server);
}

TEST(a_silent_server_ends_in_a_timeout)
{
	struct server server;
	struct asking asking;

	server_start(&server);
	ask(&server, "silent.example.test", &asking);
	assert_int_equal(asking.err.kind, ERR_TIMEOUT);
	server_stop(&server);
}

TEST(no_server_at_all_is_unreached)
{
	struct server server;
	struct asking asking;

	server_start(&server);
	loop_unwatch(server.loop, &server.watch);
	close(server.fd);
	ask(&server, "four.example.test", &asking);
	assert_int_equal(asking.err.kind, ERR_UNREACHED);
	dns_close(server.dns);
	loop_free(server.loop);
}

TEST(closing_answers_what_is_pending)
{
	struct server server;
	struct asking first = {0}, second = {0};

	server_start(&server);
	first.loop = second.loop = server.loop;
	dns_ask(server.dns, STR("silent.example.test"), done, &first);
	dns_ask(server.dns, STR("garbage.example.test"), done, &second);
	server_stop(&server);
	assert_int_equal(first.answers, 1);
	assert_int_equal(first.err.kind, ERR_LATER);
	assert_int_equal(second.answers, 1);
}

TEST(a_thousand_questions_at_once_are_all_answered)
{
	enum { MANY = 1000 };
	struct server server;
	struct asking *all = calloc(MANY, sizeof *all);
	size_t answered = 0;

	server_start(&server);
	for (size_t i = 0; i < MANY; i++) {
		char name[64];

		all[i].loop = server.loop;
		snprintf(name, sizeof name, "%s.n%zu.test", i % 2 ? "both" : "absent", i);
		dns_ask(server.dns, str_of(name), done, &all[i]);
	}
	while (answered < MANY) {
		loop_turn(server.loop, 1000);
		answered = 0;
		for (size_t i = 0; i < MANY; i++)
			answered += all[i].answers;
	}
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(all[i].answers, 1);
		assert_int_equal(all[i].count, i % 2 ? 3 : 0);
	}
	free(all);
	server_stop(&server);
}

TEST(hosts_are_read_with_comments_aliases_and_both_families)
{
	struct hosts *hosts = hosts_new(STR("# comment\n127.0.0.1 localhost lo.example.test # tail\n"
					    "\t::1   localhost\r\nnot-an-address name\n10.0.0.1 UPPER\n10.0.0.2"));
	size_t count;
	const struct dns_address *found = hosts_find(hosts, STR("LOCALHOST"), &count);

	assert_int_equal(count, 2);
	assert_int_equal(found[0].len, 4);
	assert_int_equal(found[1].len, 16);
	assert_non_null(hosts_find(hosts, STR("upper"), &count));
	assert_null(hosts_find(hosts, STR("name"), &count));
	assert_null(hosts_find(hosts, STR("comment"), &count));
	assert_null(hosts_find(hosts, STR("tail"), &count));
	hosts_free(hosts);
}

TEST(names_of_the_hosts_file_need_no_server)
{
	struct server server;
	struct asking asking;

	server_start(&server);
	ask(&server, "localhost", &asking);
	assert_true(asking.count > 0);
	assert_int_equal(server.questions, 0);
	server_stop(&server);
}

TEST(servers_that_cannot_be_read_are_refused)
{
	struct loop *loop = loop_new();
	struct dns *dns = NULL;
	struct err err = {0};

	assert_false(dns_open(loop, "not an address", &dns, &err));
	assert_int_equal(err.kind, ERR_INTERNAL);
	loop_free(loop);
}

TESTS(RUN(addresses_of_both_families_are_found), RUN(more_addresses_than_the_limit_are_dropped),
      RUN(failures_are_told_apart), RUN(a_silent_server_ends_in_a_timeout), RUN(no_server_at_all_is_unreached),
      RUN(closing_answers_what_is_pending), RUN(a_thousand_questions_at_once_are_all_answered),
      RUN(hosts_are_read_with_comments_aliases_and_both_families), RUN(names_of_the_hosts_file_need_no_server),
      RUN(servers_that_cannot_be_read_are_refused))
