/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Plays tests/data/conversations/tls/NAME.txt: a scripted server on the same loop as the collector, sending whole and
 * a byte at a time. Each must give exactly one record, the one written down, and leave no descriptor open.
 *
 *     look whole | light | polite       what is asked of it; light when not given
 *     name mail.example.org             the server name of the target
 *     protocol vnc                      what is spoken before TLS; tls when not given
 *     timeout 300                       milliseconds for a connection
 *     whole-only                        not a byte at a time: the script is about time
 *     connection                        what follows is one connection; the last one is played for all later ones
 *       wait                            until the client said something
 *       hello VERSION SUITE [EXT-HEX]   adds a ServerHello to what is collected; retry GROUP a HelloRetryRequest
 *       cert [COUNT] | done | ske | certreq | msg TYPE HEX | lie TYPE LENGTH HEX      adds a message
 *       flush [TYPE [VERSION]]          what is collected as one record; flush-in N: as records of N bytes
 *       alert LEVEL CODE | raw HEX | text WORDS                                       sends
 *       repeat COUNT RAW-HEX            sends it that often
 *       forever RAW-HEX                 sends it until nobody listens
 *       sleep MS | close | reset | hold
 *     = OUTCOME                         the record; then, each optional:
 *     detail WORDS | chain N | others N | connections N | version TLSv1.2 | asked | group NAME | no-name
 */

#include "test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/loop.h"
#include "discovery/probe.h"
#include "facts/scan_record.h"

enum act { WAIT, SEND, FOREVER, SLEEP, CLOSE, RESET, HOLD };
enum { ACTS = 24, CONNECTIONS = 8 };

struct action {
	enum act act;
	struct bytes bytes;
	int64_t ms;
};

struct lines {
	struct action at[ACTS];
	size_t count;
};

struct script {
	struct arena *arena;
	const char *path;
	struct probe_options options;
	struct str name, protocol, outcome, detail, version, group;
	struct lines connections[CONNECTIONS];
	size_t connection_count, accepted;
	bool whole_only, no_name, asked, bytewise;
	int64_t want_chain, want_others, want_connections;
	struct loop *loop;
	struct loop_watch listener;
	struct talker *talkers;
	size_t records;
};

struct talker {
	struct script *script;
	struct talker *next;
	const struct lines *lines;
	struct loop_watch watch;
	struct loop_timer timer;
	size_t at, sent;
	bool heard;
};

static struct bytes leaf;
static size_t script_failed;

static struct bytes make_leaf(struct arena *arena)
{
	EVP_PKEY *key = EVP_RSA_gen(1024);
	X509 *x = X509_new();
	unsigned char *der = NULL;
	struct bytes copy;
	int len;

	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"scripted.test", -1, -1, 0);
	X509_set_pubkey(x, key);
	assert_true(X509_sign(x, key, EVP_sha256()));
	len = i2d_X509(x, &der);
	copy = arena_bytes(arena, bytes_of(der, (size_t)len));
	OPENSSL_free(der);
	X509_free(x);
	EVP_PKEY_free(key);
	return copy;
}

/* ---- reading a script ---- */

static struct str word(struct str *line)
{
	struct str head;

	*line = str_trim(*line);
	if (!line->len)
		return (struct str){0};
	assert_true(str_split(line, ' ', &head));
	return head;
}

static uint64_t number(struct str *line, uint64_t otherwise)
{
	struct str text = word(line);
	uint64_t value = otherwise;

	if (text.len)
		assert_true(str_to_u64(text, UINT32_MAX, &value));
	return value;
}

static struct bytes hex(struct script *script, struct str *line)
{
	struct str text = word(line);
	uint8_t *room = (uint8_t *)arena_chars(script->arena, text.len / 2 + 1);

	if (text.len)
		assert_true(hex_read(text, room, text.len / 2));
	return bytes_of(room, text.len / 2);
}

static void add(struct script *script, struct lines *lines, enum act act, const struct buf *bytes, int64_t ms)
{
	assert_true(lines->count < ACTS);
	lines->at[lines->count++] = (struct action){act, bytes ? arena_bytes(script->arena, buf_bytes(bytes)) : (struct bytes){0}, ms};
}

static void add_hello(struct script *script, struct buf *to, struct str *line, bool retry)
{
	static const uint8_t random[32] = {7}, retry_random[32] = {
		0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
		0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};
	struct bytes first = hex(script, line), suite = {0}, extensions = {0};
	size_t message;

	if (!retry) {
		suite = hex(script, line);
		extensions = hex(script, line);
	}
	buf_add_u8(to, 2);
	message = buf_open_vector24(to);
	if (retry)
		buf_add_u16(to, 0x0303);
	else
		buf_add_bytes(to, first);
	buf_add(to, retry ? retry_random : random, 32);
	buf_add_u8(to, 0);
	if (retry) {
		buf_add_u16(to, 0x1301);
		buf_add_u8(to, 0);
		buf_add_u16(to, 12);
		buf_add(to, "\0\x2b\0\2\3\4\0\x33\0\2", 10);
		buf_add_bytes(to, first);
	} else {
		buf_add_bytes(to, suite);
		buf_add_u8(to, 0);
		if (extensions.len) {
			buf_add_u16(to, (uint16_t)extensions.len);
			buf_add_bytes(to, extensions);
		}
	}
	buf_close_vector24(to, message);
}

static void add_certificates(struct buf *to, uint64_t count)
{
	size_t message, list, one;

	buf_add_u8(to, 11);
	message = buf_open_vector24(to);
	list = buf_open_vector24(to);
	for (uint64_t i = 0; i < count; i++) {
		one = buf_open_vector24(to);
		buf_add_bytes(to, leaf);
		buf_close_vector24(to, one);
	}
	buf_close_vector24(to, list);
	buf_close_vector24(to, message);
}

static void add_message(struct script *script, struct buf *to, struct str *line, bool lie)
{
	uint8_t type = (uint8_t)number(line, 0);
	uint64_t len = lie ? number(line, 0) : 0;
	struct bytes body = hex(script, line);

	buf_add_u8(to, type);
	buf_add_u24(to, lie ? (uint32_t)len : (uint32_t)body.len);
	buf_add_bytes(to, body);
}

static void flush(struct script *script, struct lines *lines, struct buf *collected, size_t most, uint64_t type, uint64_t version)
{
	CLEANUP(buf_done) struct buf out = buf_capped(1 << 24);

	for (size_t at = 0; at < collected->len || !at; at += most) {
		size_t len = collected->len - at < most ? collected->len - at : most;

		buf_add_u8(&out, (uint8_t)type);
		buf_add_u16(&out, (uint16_t)version);
		buf_add_u16(&out, (uint16_t)len);
		buf_add(&out, collected->data + at, len);
		if (!collected->len)
			break;
	}
	buf_clear(collected);
	add(script, lines, SEND, &out, 0);
}

static void take_send(struct script *script, struct lines *lines, struct str verb, struct str *line)
{
	CLEANUP(buf_done) struct buf out = buf_capped(1 << 24);
	uint64_t count = str_is(verb, "repeat") ? number(line, 1) : 1;

	if (str_is(verb, "alert")) {
		buf_add(&out, "\x15\x03\x03\0\2", 5);
		buf_add_u8(&out, (uint8_t)number(line, 2));
		buf_add_u8(&out, (uint8_t)number(line, 0));
	} else if (str_is(verb, "text")) {
		buf_add_str(&out, str_trim(*line));
		buf_add_text(&out, "\r\n");
	} else {
		struct bytes once = hex(script, line);

		for (uint64_t i = 0; i < count; i++)
			buf_add_bytes(&out, once);
	}
	add(script, lines, str_is(verb, "forever") ? FOREVER : SEND, &out, 0);
}

static bool take_action(struct script *script, struct lines *lines, struct buf *collected, struct str verb, struct str *line)
{
	static const struct { const char *verb; enum act act; } plain[] = {
		{"wait", WAIT}, {"close", CLOSE}, {"reset", RESET}, {"hold", HOLD}, {"sleep", SLEEP}};
	static const struct { const char *verb, *bytes; size_t len; } fixed[] = {
		{"done", "\x0e\0\0\0", 4}, {"ske", "\x0c\0\0\x08\x03\0\x17\x04xxxx", 12}, {"certreq", "\x0d\0\0\x04\1\1\0\0", 8}};

	for (size_t i = 0; i < COUNT_OF(plain); i++)
		if (str_is(verb, plain[i].verb)) {
			add(script, lines, plain[i].act, NULL, (int64_t)number(line, 0));
			return true;
		}
	for (size_t i = 0; i < COUNT_OF(fixed); i++)
		if (str_is(verb, fixed[i].verb)) {
			buf_add(collected, fixed[i].bytes, fixed[i].len);
			return true;
		}
	if (str_is(verb, "hello") || str_is(verb, "retry"))
		add_hello(script, collected, line, str_is(verb, "retry"));
	else if (str_is(verb, "cert"))
		add_certificates(collected, number(line, 1));
	else if (str_is(verb, "msg") || str_is(verb, "lie"))
		add_message(script, collected, line, str_is(verb, "lie"));
	else if (str_is(verb, "flush")) {
		uint64_t type = number(line, 22);

		flush(script, lines, collected, 16384, type, number(line, 0x0303));
	} else if (str_is(verb, "flush-in"))
		flush(script, lines, collected, number(line, 64), 22, 0x0303);
	else if (str_is(verb, "alert") || str_is(verb, "raw") || str_is(verb, "text") || str_is(verb, "repeat") || str_is(verb, "forever"))
		take_send(script, lines, verb, line);
	else
		return false;
	return true;
}

static bool take_setting(struct script *script, struct str verb, struct str *line)
{
	struct str rest = str_trim(*line);

	if (str_is(verb, "look"))
		script->options.look = str_is(rest, "whole") ? PROBE_WHOLE : str_is(rest, "polite") ? PROBE_POLITE : PROBE_LIGHT;
	else if (str_is(verb, "name"))
		script->name = rest;
	else if (str_is(verb, "protocol"))
		script->protocol = rest;
	else if (str_is(verb, "timeout"))
		script->options.timeout_ms = (uint32_t)number(line, 0);
	else if (str_is(verb, "whole-only"))
		script->whole_only = true;
	else if (str_is(verb, "="))
		script->outcome = rest;
	else if (str_is(verb, "detail"))
		script->detail = rest;
	else if (str_is(verb, "version"))
		script->version = rest;
	else if (str_is(verb, "group"))
		script->group = rest;
	else if (str_is(verb, "chain"))
		script->want_chain = (int64_t)number(line, 0);
	else if (str_is(verb, "others"))
		script->want_others = (int64_t)number(line, 0);
	else if (str_is(verb, "connections"))
		script->want_connections = (int64_t)number(line, 0);
	else if (str_is(verb, "asked"))
		script->asked = true;
	else if (str_is(verb, "no-name"))
		script->no_name = true;
	else
		return false;
	return true;
}

static void script_read(struct script *script, struct str text)
{
	CLEANUP(buf_done) struct buf collected = buf_capped(1 << 22);
	struct lines *lines = NULL;
	struct str line;

	while (str_split(&text, '\n', &line)) {
		struct str verb;

		line = str_trim(line);
		if (!line.len || line.data[0] == '#')
			continue;
		verb = word(&line);
		if (str_is(verb, "connection")) {
			assert_true(script->connection_count < CONNECTIONS);
			lines = &script->connections[script->connection_count++];
		} else if (!(lines && take_action(script, lines, &collected, verb, &line)) && !take_setting(script, verb, &line)) {
			fprintf(stderr, "%s: unknown word %.*s\n", script->path, STR_ARG(verb));
			fail();
		}
	}
	assert_true(script->outcome.len);
}

/* ---- the server ---- */

static void talker_end(struct talker *talker, bool reset)
{
	struct linger linger = {1, 0};
	int fd = talker->watch.fd;

	if (fd < 0)
		return;
	loop_timer_stop(talker->script->loop, &talker->timer);
	loop_unwatch(talker->script->loop, &talker->watch);
	if (reset)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	close(fd);
}

static void talk(struct talker *talker, bool may_send);

static void talker_due(struct loop_timer *timer)
{
	struct talker *talker = container_of(timer, struct talker, timer);

	talker->at++;
	talk(talker, true);
}

/* Sends on; false when the socket takes no more now, or the connection is gone. */
static bool send_on(struct talker *talker, const struct action *action)
{
	struct bytes left = bytes_of(action->bytes.data + talker->sent, action->bytes.len - talker->sent);
	ssize_t sent;

	if (talker->script->bytewise && left.len > 1)
		left.len = 1;
	sent = send(talker->watch.fd, left.data, left.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0) {
		if (errno != EAGAIN)
			talker_end(talker, false);
		return false;
	}
	talker->sent += (size_t)sent;
	if (talker->sent < action->bytes.len)
		return false;
	talker->sent = 0;
	return true;
}

static void talk(struct talker *talker, bool may_send)
{
	while (talker->watch.fd >= 0) {
		const struct action *action = talker->at < talker->lines->count ? &talker->lines->at[talker->at] : NULL;

		if (!action || action->act == HOLD) {
			loop_rewatch(talker->script->loop, &talker->watch, EPOLLIN);
			return;
		}
		switch (action->act) {
		case WAIT:
			loop_rewatch(talker->script->loop, &talker->watch, talker->heard ? EPOLLIN | EPOLLOUT : EPOLLIN);
			if (!talker->heard)
				return;
			talker->heard = false;
			break;
		case SEND:
		case FOREVER:
			if (!may_send || !send_on(talker, action))
				return;
			may_send = !talker->script->bytewise;
			if (action->act == FOREVER)
				continue;
			break;
		case SLEEP:
			loop_rewatch(talker->script->loop, &talker->watch, EPOLLIN);
			loop_timer_start(talker->script->loop, &talker->timer, action->ms, talker_due);
			return;
		default:
			talker_end(talker, action->act == RESET);
			return;
		}
		talker->at++;
	}
}

static void talker_ready(struct loop_watch *watch, uint32_t events)
{
	struct talker *talker = container_of(watch, struct talker, watch);
	char heard[4096];

	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		ssize_t got = recv(watch->fd, heard, sizeof heard, MSG_DONTWAIT);

		if (got == 0 || (got < 0 && errno != EAGAIN)) {
			talker_end(talker, false);
			return;
		}
		talker->heard |= got > 0;
	}
	talk(talker, events & EPOLLOUT);
}

static void accepts(struct loop_watch *watch, uint32_t events)
{
	struct script *script = container_of(watch, struct script, listener);
	struct talker *talker = calloc(1, sizeof *talker);
	size_t place = script->accepted < script->connection_count ? script->accepted : script->connection_count - 1;
	int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	assert_true(fd >= 0 && talker);
	script->accepted++;
	talker->script = script;
	talker->lines = &script->connections[place];
	talker->next = script->talkers;
	script->talkers = talker;
	assert_true(loop_watch(script->loop, &talker->watch, fd, EPOLLIN | EPOLLOUT, talker_ready));
	(void)events;
}

static uint16_t listen_on(struct script *script)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 64), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	assert_true(loop_watch(script->loop, &script->listener, fd, EPOLLIN, accepts));
	return ntohs(address.sin_port);
}

/* ---- playing ---- */

#define expect(script, condition, ...)                                                             \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s (%s): ", (script)->path, (script)->bytewise ? "bytewise" : "whole"); \
			fprintf(stderr, __VA_ARGS__);                                              \
			fprintf(stderr, "\n");                                                     \
			script_failed++;                                                           \
		}                                                                                  \
	} while (0)

static void check(void *data, struct scan_record *record)
{
	struct script *script = data;
	const char *outcome = scan_outcome_name(record->outcome);

	script->records++;
	expect(script, str_is(script->outcome, outcome), "outcome %s: %.*s", outcome, STR_ARG(record->detail));
	expect(script, !script->detail.len || str_has(record->detail, script->detail), "detail %.*s", STR_ARG(record->detail));
	expect(script, script->want_chain < 0 || (size_t)script->want_chain == record->chain_count, "chain of %zu", record->chain_count);
	expect(script, script->want_others < 0 || (size_t)script->want_others == record->other_leaf_count, "others %zu", record->other_leaf_count);
	expect(script, script->want_connections < 0 || script->want_connections == record->connections, "%u connections", record->connections);
	expect(script, !script->version.len || str_equal(record->tls.version, script->version), "version %.*s", STR_ARG(record->tls.version));
	expect(script, !script->group.len || str_equal(record->tls.group, script->group), "group %.*s", STR_ARG(record->tls.group));
	expect(script, !script->asked || record->tls.client_certificate_asked, "no client certificate asked");
	expect(script, !script->no_name || !record->server_name.data, "a server name was sent");
}

static size_t open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static void play(const char *path, bool bytewise)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct script script = {.arena = arena, .path = path, .bytewise = bytewise, .options = probe_defaults(),
				.want_chain = -1, .want_others = -1, .want_connections = -1};
	struct probe_target target = {.text = STR("scripted"), .host = STR("127.0.0.1"), .protocol = STR("tls")};
	size_t descriptors = open_descriptors();
	struct probe *probe;
	struct bytes text;
	struct err err;

	script.options.look = PROBE_LIGHT;
	script.options.timeout_ms = 60000;
	assert_true(file_read(arena, path, 1 << 20, &text, &err));
	script_read(&script, str_from(text));
	if (script.whole_only && bytewise)
		return;
	script.loop = loop_new();
	target.port = listen_on(&script);
	target.server_name = script.name;
	if (script.protocol.len)
		target.protocol = script.protocol;
	probe = probe_new(script.loop, NULL, &script.options, check, &script);
	probe_add(probe, &target);
	while (probe_pending(probe))
		loop_turn(script.loop, -1);
	assert_int_equal(script.records, 1);
	probe_free(probe);
	assert_int_equal(script.records, 1);
	close(script.listener.fd);
	while (script.talkers) {
		struct talker *talker = script.talkers;

		script.talkers = talker->next;
		talker_end(talker, false);
		free(talker);
	}
	loop_free(script.loop);
	assert_int_equal(open_descriptors(), descriptors);
}

TEST(every_conversation_gives_the_one_record_that_is_written_down)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	char folder[512];
	struct dirent *entry;
	DIR *dir;
	size_t played = 0;

	snprintf(folder, sizeof folder, "%s/tests/data/conversations/tls", getenv("KEEPVALID_SOURCE"));
	dir = opendir(folder);
	assert_non_null(dir);
	leaf = make_leaf(arena);
	while ((entry = readdir(dir))) {
		char path[800];

		if (!str_ends(str_of(entry->d_name), STR(".txt")))
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		play(path, false);
		play(path, true);
		played++;
	}
	closedir(dir);
	assert_int_equal(script_failed, 0);
	assert_true(played >= 60);
	(void)state;
}

TESTS(RUN(every_conversation_gives_the_one_record_that_is_written_down))
