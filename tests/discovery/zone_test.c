/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Zones from files, lists and transfers. The transfers are from real servers: BIND and Knot, started here on loopback;
 * and from one of a few lines that answers nonsense.
 */

#include "test.h"

#include <arpa/inet.h>
#include <ldns/ldns.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "discovery/zone.h"

#define SECRET "2EdKVTGhYFYWFZDYVHUEtDTlfvjVAHB1QPC7uIkdHcE="

static const char zone_text[] =
	"$ORIGIN example.org.\n"
	"$TTL 300\n"
	"@ IN SOA ns1 admin 2026112001 3600 600 86400 300\n"
	"@ IN NS ns1\n"
	"@ IN MX 10 mail\n"
	"@ IN MX 20 mx.elsewhere.test.\n"
	"@ IN CAA 0 issue \"letsencrypt.org\"\n"
	"@ IN A 192.0.2.1\n"
	"ns1 IN A 127.0.0.1\n"
	"mail IN A 192.0.2.2\n"
	"WWW IN AAAA 2001:db8::1\n"
	"shop IN CNAME www\n"
	"*.apps IN A 192.0.2.3\n"
	"_imaps._tcp IN SRV 0 1 993 imap\n"
	"_sip._udp IN SRV 0 1 5060 sip\n"
	"_8443._tcp.api IN TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"
	"svc IN TYPE65 \\# 13 0001 03616c7400 0003 0002 20fb\n" /* 1 alt. port=8443: a name outside */
	"text IN TXT \"not a host\"\n";

static const struct {
	const char *name;
	uint16_t port;
} wanted[] = {
	{"api.example.org", 8443}, {"example.org", 0},       {"imap.example.org", 993}, {"mail.example.org", 0},
	{"mail.example.org", 25},  {"ns1.example.org", 0},   {"shop.example.org", 0},   {"www.example.org", 0},
};

static void check_zone(const struct zone *zone, bool svc)
{
	size_t at = 0;

	for (size_t i = 0; i < zone->count; i++) {
		if (str_is(zone->targets[i].name, "svc.example.org")) {
			assert_int_equal(zone->targets[i].port, 8443);
			assert_true(svc);
			continue;
		}
		assert_true(at < COUNT_OF(wanted));
		assert_str(zone->targets[i].name, wanted[at].name);
		assert_int_equal(zone->targets[i].port, wanted[at].port);
		at++;
	}
	assert_int_equal(at, COUNT_OF(wanted));
	assert_int_equal(zone->serial, 2026112001);
	assert_int_equal(zone->caa, 1);
}

TEST(a_zone_file_gives_its_names_and_ports)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct zone zone;
	struct err err = {0};

	(void)state;
	if (!zone_file_read(arena, str_of(zone_text), STR("example.org"), &zone, &err))
		fail_msg("%s", err.text);
	check_zone(&zone, true);
	assert_false(zone_file_read(arena, STR("www IN A not-an-address\n"), STR("example.org"), &zone, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(zone_file_read(arena, STR("$INCLUDE /etc/passwd\n"), STR("example.org"), &zone, &err));
	assert_false(zone_file_read(arena, STR(""), STR("example.org"), &zone, &err));
}

TEST(a_list_gives_its_names_and_says_which_line_is_wrong)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct zone zone;
	struct err err = {0};

	(void)state;
	assert_true(zone_list_read(arena, STR("# ours\nWWW.Example.org\n\nmail.example.org:25  # mail\r\nwww.example.org.\n"), &zone, &err));
	assert_int_equal(zone.count, 2);
	assert_str(zone.targets[0].name, "mail.example.org");
	assert_int_equal(zone.targets[0].port, 25);
	assert_str(zone.targets[1].name, "www.example.org");
	assert_false(zone_list_read(arena, STR("a.test\nb.test:99999\n"), &zone, &err));
	assert_non_null(strstr(err.text, "line 2"));
	assert_false(zone_list_read(arena, STR("a b\n"), &zone, &err));
}

TEST(keys_are_read_as_both_kinds_of_tool_write_them)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	static const char *const good[] = {"key \"k.test\" {\n\talgorithm hmac-sha256;\n\tsecret \"" SECRET "\";\n};\n",
					   "hmac-sha256:k.test:" SECRET "\n", "key K.test. { secret " SECRET "; algorithm hmac-sha256; };"};
	static const char *const bad[] = {"", "key", "key k {};", "hmac-sha256:k.test", "key \"k { secret", "{{{{;;;;"};
	struct zone_key key;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		if (!zone_key_read(arena, str_of(good[i]), &key, &err))
			fail_msg("%zu: %s", i, err.text);
		assert_str(key.name, "k.test.");
		assert_str(key.algorithm, "hmac-sha256.");
		assert_str(key.secret, SECRET);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(zone_key_read(arena, str_of(bad[i]), &key, &err));
}

/* ---- real servers ---- */

struct server {
	char folder[64];
	uint16_t port;
	pid_t pid;
};

static uint16_t free_port(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)(void *)&at, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)(void *)&at, &len), 0);
	close(fd);
	return ntohs(at.sin_port);
}

static void write_file(const struct server *server, const char *name, const char *text)
{
	char path[128];
	FILE *to;

	snprintf(path, sizeof path, "%s/%s", server->folder, name);
	to = fopen(path, "w");
	assert_non_null(to);
	fputs(text, to);
	fclose(to);
}

static void huge_zone(const struct server *server)
{
	char path[128];
	FILE *to;

	snprintf(path, sizeof path, "%s/huge.zone", server->folder);
	to = fopen(path, "w");
	assert_non_null(to);
	fputs("$ORIGIN huge.test.\n$TTL 60\n@ IN SOA ns admin 7 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\n", to);
	for (int i = 0; i < 30000; i++)
		fprintf(to, "host%d IN A 192.0.2.%d\n", i, i % 250);
	fclose(to);
}

static void server_files(struct server *server)
{
	snprintf(server->folder, sizeof server->folder, "/tmp/keepvalid-zone-XXXXXX");
	assert_non_null(mkdtemp(server->folder));
	server->port = free_port();
	write_file(server, "example.zone", zone_text);
	huge_zone(server);
}

static void start(struct server *server, const char *program, const char *const *arguments)
{
	char path[128];

	server->pid = fork();
	if (server->pid == 0) {
		FILE *log;

		snprintf(path, sizeof path, "%s/log", server->folder);
		log = freopen(path, "w", stderr);
		(void)!(log && freopen("/dev/null", "w", stdout));
		execv(program, (char *const *)(uintptr_t)arguments);
		_exit(127);
	}
}

static void wait_until_it_answers(struct server *server)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct zone_asked asked = {.zone = STR("open.test"), .address = {4, {127, 0, 0, 1}}, .port = server->port};
	struct zone zone;
	struct err err = {0};

	for (int i = 0; i < 600; i++) {
		int status;

		if (zone_transfer(arena, &asked, &zone, &err))
			return;
		if (waitpid(server->pid, &status, WNOHANG) == server->pid)
			fail_msg("the server ended; is it installed? See %s/log", server->folder);
		usleep(100000);
	}
	fail_msg("no answer from the server: %s", err.text);
}

static void server_stop(struct server *server)
{
	char command[128];
	int status;

	kill(server->pid, SIGKILL);
	waitpid(server->pid, &status, 0);
	static const char *const files[] = {"example.zone", "huge.zone", "open.zone", "named.conf", "knot.conf", "log"};
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		snprintf(command, sizeof command, "%s/%s", server->folder, files[i]);
		unlink(command);
	}
	/* what the server made: its cache, journals, pid file */
	if (fork() == 0)
		execlp("rm", "rm", "-rf", server->folder, (char *)NULL);
	wait(&status);
}

static const char open_zone[] = "$ORIGIN open.test.\n$TTL 60\n@ IN SOA ns admin 1 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\n";

static void start_bind(struct server *server)
{
	char conf[2048], path[128];
	const char *arguments[] = {"named", "-4", "-g", "-c", path, NULL};

	server_files(server);
	write_file(server, "open.zone", open_zone);
	snprintf(conf, sizeof conf,
		 "options { directory \"%s\"; listen-on port %u { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none; recursion no; "
		 "session-keyfile none; allow-transfer { none; }; };\ncontrols { };\n"
		 "key \"k.test\" { algorithm hmac-sha256; secret \"" SECRET "\"; };\n"
		 "zone \"example.org\" { type primary; file \"example.zone\"; allow-transfer { key k.test; }; };\n"
		 "zone \"huge.test\" { type primary; file \"huge.zone\"; allow-transfer { key k.test; }; };\n"
		 "zone \"open.test\" { type primary; file \"open.zone\"; allow-transfer { any; }; };\n",
		 server->folder, server->port);
	write_file(server, "named.conf", conf);
	snprintf(path, sizeof path, "%s/named.conf", server->folder);
	start(server, "/usr/sbin/named", arguments);
	wait_until_it_answers(server);
}

static void start_knot(struct server *server)
{
	char conf[2048], path[128];
	const char *arguments[] = {"knotd", "-c", path, NULL};

	server_files(server);
	write_file(server, "open.zone", open_zone);
	snprintf(conf, sizeof conf,
		 "server:\n    rundir: \"%s\"\n    listen: 127.0.0.1@%u\n\nlog:\n  - target: stderr\n    any: info\n\n"
		 "database:\n    storage: \"%s\"\n\nkey:\n  - id: k.test\n    algorithm: hmac-sha256\n    secret: " SECRET "\n\n"
		 "acl:\n  - id: by_key\n    key: k.test\n    action: transfer\n  - id: open\n    address: 127.0.0.1\n    action: transfer\n\n"
		 "template:\n  - id: default\n    storage: \"%s\"\n    zonefile-sync: -1\n\nzone:\n"
		 "  - domain: example.org\n    file: example.zone\n    acl: by_key\n"
		 "  - domain: huge.test\n    file: huge.zone\n    acl: by_key\n"
		 "  - domain: open.test\n    file: open.zone\n    acl: open\n",
		 server->folder, server->port, server->folder, server->folder);
	write_file(server, "knot.conf", conf);
	snprintf(path, sizeof path, "%s/knot.conf", server->folder);
	start(server, "/usr/sbin/knotd", arguments);
	wait_until_it_answers(server);
}

static void transfers_from(struct server *server)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct zone_key key = {STR("k.test."), STR("hmac-sha256."), STR(SECRET)}, other = key, unknown = key;
	struct zone_asked asked = {.zone = STR("example.org"), .address = {4, {127, 0, 0, 1}}, .port = server->port, .key = &key};
	struct zone zone;
	struct err err = {0};

	if (!zone_transfer(arena, &asked, &zone, &err))
		fail_msg("%s", err.text);
	check_zone(&zone, true);
	asked.known = true;
	asked.known_serial = 2026112001;
	assert_true(zone_transfer(arena, &asked, &zone, &err));
	assert_true(zone.unchanged);
	asked.known_serial = 1;
	assert_true(zone_transfer(arena, &asked, &zone, &err));
	assert_false(zone.unchanged);

	asked.key = NULL; /* refused without the key */
	assert_false(zone_transfer(arena, &asked, &zone, &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_string_equal(err.code, "zone-refused");
	other.secret = STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
	asked.key = &other; /* another secret under its name */
	assert_false(zone_transfer(arena, &asked, &zone, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	assert_string_equal(err.code, "zone-key");
	unknown.name = STR("unknown.test.");
	asked.key = &unknown;
	assert_false(zone_transfer(arena, &asked, &zone, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	asked.key = &key;
	asked.zone = STR("absent.test");
	assert_false(zone_transfer(arena, &asked, &zone, &err));
	assert_true(err.kind == ERR_REFUSED || err.kind == ERR_DENIED);
	asked.zone = STR("huge.test"); /* many messages, each signed over the one before */
	asked.known = false;
	if (!zone_transfer(arena, &asked, &zone, &err))
		fail_msg("%s", err.text);
	assert_int_equal(zone.count, 30001);
}

TEST(bind_gives_a_zone_to_the_key_and_to_nobody_else)
{
	struct server server;

	(void)state;
	start_bind(&server);
	transfers_from(&server);
	server_stop(&server);
}

TEST(knot_gives_a_zone_to_the_key_and_to_nobody_else)
{
	struct server server;

	(void)state;
	start_knot(&server);
	transfers_from(&server);
	server_stop(&server);
}

/* ---- a server that answers nonsense ---- */

enum nonsense { SHORT_MESSAGE, GARBAGE, OTHER_ID, NO_SOA, OTHER_END, ENDLESS, CLOSES, SILENT, NONSENSES };

struct liar {
	int fd;
	uint16_t port;
	enum nonsense kind;
	pthread_t thread;
};

static void add_soa(struct buf *to, uint32_t serial)
{
	buf_add(to, "\3bad\4test\0", 10);
	buf_add(to, "\0\6\0\1\0\0\0\x3c\0\x18\0\0", 12); /* root mname and rname: 2 + 20, and 2 more below */
	to->len -= 4;
	buf_add_u16(to, 22);
	buf_add(to, "\0\0", 2);
	buf_add_u32(to, serial);
	buf_add(to, "\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1", 16);
}

static void add_a(struct buf *to, unsigned number)
{
	buf_add(to, "\4host\3bad\4test\0", 15);
	buf_add(to, "\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2", 13);
	buf_add_u8(to, (uint8_t)number);
}

static bool reply(int fd, const uint8_t *question, uint16_t answers, const struct buf *records, bool other_id)
{
	CLEANUP(buf_done) struct buf out = buf_capped(1 << 20);

	buf_add_u16(&out, (uint16_t)(12 + records->len));
	buf_add_u8(&out, other_id ? (uint8_t)~question[0] : question[0]);
	buf_add_u8(&out, question[1]);
	buf_add_u16(&out, 0x8400);
	buf_add_u16(&out, 0);
	buf_add_u16(&out, answers);
	buf_add_u32(&out, 0);
	buf_add_str(&out, buf_str(records));
	return send(fd, out.data, out.len, MSG_NOSIGNAL) == (ssize_t)out.len;
}

static bool read_question(int fd, uint8_t *to)
{
	uint8_t head[2], rest[512];

	return recv(fd, head, 2, MSG_WAITALL) == 2 && recv(fd, rest, head[1], MSG_WAITALL) == head[1] && memcpy(to, rest, 2);
}

static void lie(struct liar *liar, int fd)
{
	CLEANUP(buf_done) struct buf records = buf_capped(1 << 20);
	uint8_t question[2];

	if (!read_question(fd, question))
		return;
	add_soa(&records, 5);
	if (!reply(fd, question, 1, &records, false) || !read_question(fd, question))
		return;
	switch (liar->kind) {
	case SHORT_MESSAGE:
		(void)!send(fd, "\0\3abc", 5, MSG_NOSIGNAL);
		return;
	case GARBAGE:
		(void)!send(fd, "\0\x20" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 34, MSG_NOSIGNAL);
		return;
	case OTHER_ID:
		(void)!reply(fd, question, 1, &records, true);
		return;
	case NO_SOA:
		buf_clear(&records);
		add_a(&records, 1);
		(void)!reply(fd, question, 1, &records, false);
		return;
	case OTHER_END:
		add_soa(&records, 6);
		(void)!reply(fd, question, 2, &records, false);
		return;
	case ENDLESS:
		(void)!reply(fd, question, 1, &records, false);
		buf_clear(&records);
		for (unsigned i = 0; i < 2000; i++)
			add_a(&records, i);
		while (reply(fd, question, 2000, &records, false))
			;
		return;
	case SILENT:
		(void)!read_question(fd, question); /* until the other end goes */
		return;
	default:
		return;
	}
}

static void *liar_run(void *data)
{
	struct liar *liar = data;
	int fd = accept(liar->fd, NULL, NULL);

	if (fd >= 0) {
		lie(liar, fd);
		close(fd);
	}
	return NULL;
}

TEST(nonsense_is_refused_in_bounded_time_and_space)
{
	(void)state;
	for (int kind = 0; kind < NONSENSES; kind++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		struct liar liar = {.kind = (enum nonsense)kind, .fd = socket(AF_INET, SOCK_STREAM, 0)};
		struct zone_asked asked = {.zone = STR("bad.test."), .address = {4, {127, 0, 0, 1}},
					   .timeout_ms = kind == SILENT ? 700 : 60000};
		socklen_t len = sizeof at;
		struct zone zone;
		struct err err = {0};

		assert_int_equal(bind(liar.fd, (struct sockaddr *)(void *)&at, len), 0);
		assert_int_equal(getsockname(liar.fd, (struct sockaddr *)(void *)&at, &len), 0);
		assert_int_equal(listen(liar.fd, 4), 0);
		asked.port = ntohs(at.sin_port);
		pthread_create(&liar.thread, NULL, liar_run, &liar);
		if (zone_transfer(arena, &asked, &zone, &err))
			fail_msg("kind %d was taken", kind);
		if (kind == SILENT)
			assert_int_equal(err.kind, ERR_TIMEOUT);
		else if (kind == CLOSES)
			assert_int_equal(err.kind, ERR_REFUSED);
		else
			assert_int_equal(err.kind, ERR_PROTOCOL);
		pthread_join(liar.thread, NULL);
		close(liar.fd);
	}
}

TESTS(RUN(a_zone_file_gives_its_names_and_ports), RUN(a_list_gives_its_names_and_says_which_line_is_wrong),
      RUN(keys_are_read_as_both_kinds_of_tool_write_them), RUN(bind_gives_a_zone_to_the_key_and_to_nobody_else),
      RUN(knot_gives_a_zone_to_the_key_and_to_nobody_else), RUN(nonsense_is_refused_in_bounded_time_and_space))
