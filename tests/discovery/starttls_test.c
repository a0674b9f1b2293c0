/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Plays tests/data/conversations/DIALECT/NAME.txt against the dialect's state machine: whole, cut at every byte, and a byte at a
 * time; each time the outcome must be the one written down. A conversation is lines of
 *
 *     name mail.example.org      the server name asked for
 *     S: 220 ready               the server says this line (CRLF is added); consecutive ones come in one breath
 *     C: STARTTLS                the client must have said this by now, and in the end nothing else
 *     S| \x0a\x00\{9000 x}       the same without CRLF
 *     = tls                      the outcome: tls, missing, garbage (and part of the detail), or more
 *     rest| injected             what is left after the go-ahead, for the collector to drop
 *     W| T|                      after "= tls": TLS bytes to wrap (the next C| shows how), TLS bytes that came out
 */

#include "test.h"

#include <dirent.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"
#include "discovery/target.h"

enum { EVENTS_MAX = 64, WHOLE = -1, BYTEWISE = -2 };

struct event {
	char kind; /* S C W T */
	struct bytes bytes;
};

struct script {
	struct arena *arena;
	const struct starttls *dialect;
	const char *path;
	struct str name;
	struct event events[EVENTS_MAX];
	size_t count, outcome_at; /* events before that are the dialogue */
	struct str outcome, detail;
	struct bytes rest;
	bool has_outcome, has_rest;
	size_t server_bytes;
};

#define expect(script, condition, ...)                                                             \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s: ", (script)->path);                                   \
			fprintf(stderr, __VA_ARGS__);                                              \
			fprintf(stderr, "\n");                                                     \
			fail();                                                                    \
		}                                                                                  \
	} while (0)

static char one_char(struct str *text)
{
	static const char escapes[] = "r\rn\nt\t\\\\0";
	char c = text->data[0];
	uint8_t byte;

	*text = str_skip(*text, 1);
	if (c != '\\' || text->len == 0)
		return c;
	c = text->data[0];
	*text = str_skip(*text, 1);
	if (c == 'x') {
		assert_true(hex_read(str_head(*text, 2), &byte, 1));
		*text = str_skip(*text, 2);
		return (char)byte;
	}
	for (size_t i = 0; escapes[i] && escapes[i] != '0'; i += 2)
		if (escapes[i] == c)
			return escapes[i + 1];
	fail_msg("unknown escape \\%c", c);
	return 0;
}

static void unescape(struct buf *to, struct str text)
{
	while (text.len > 0) {
		struct str count;
		uint64_t times = 1;

		if (str_starts(text, STR("\\{"))) {
			text = str_skip(text, 2);
			assert_true(str_split(&text, ' ', &count));
			assert_true(str_to_u64(count, 1 << 20, &times));
		} else {
			buf_add_char(to, one_char(&text));
			continue;
		}
		for (char c = one_char(&text); times > 0; times--)
			buf_add_char(to, c);
		assert_true(str_starts(text, STR("}")));
		text = str_skip(text, 1);
	}
}

static struct bytes bytes_in(struct script *script, struct str text, bool line)
{
	CLEANUP(buf_done) struct buf buf = buf_capped(1 << 20);

	unescape(&buf, text);
	if (line)
		buf_add_text(&buf, "\r\n");
	return arena_bytes(script->arena, buf_bytes(&buf));
}

static void read_line(struct script *script, struct str line)
{
	struct str text = str_skip(line, 2);
	bool raw = line.len > 1 && line.data[1] == '|';

	if (line.len == 0 || line.data[0] == '#')
		return;
	text = str_starts(text, STR(" ")) ? str_skip(text, 1) : text;
	if (str_starts(line, STR("name "))) {
		script->name = str_skip(line, 5);
	} else if (str_starts(line, STR("rest| "))) {
		script->rest = bytes_in(script, str_skip(line, 6), false);
		script->has_rest = true;
	} else if (str_starts(line, STR("= "))) {
		struct str words = text;

		assert_true(str_split(&words, ' ', &script->outcome));
		script->detail = words;
		script->has_outcome = true;
		script->outcome_at = script->count;
	} else if (line.len > 1 && strchr("SCWT", line.data[0]) && (raw || line.data[1] == ':')) {
		assert_true(script->count < EVENTS_MAX);
		script->events[script->count++] = (struct event){line.data[0], bytes_in(script, text, !raw)};
	} else {
		expect(script, false, "cannot read \"%.*s\"", STR_ARG(line));
	}
}

static void script_read(struct script *script)
{
	struct bytes content;
	struct str text, line;
	struct err err = {0};

	expect(script, file_read(script->arena, script->path, 1 << 20, &content, &err), "%s", err.text);
	text = str_from(content);
	while (str_take_line(&text, &line))
		read_line(script, line);
	expect(script, text.len == 0 && script->has_outcome, "no end of line, or no outcome");
	for (size_t i = 0; i < script->count; i++)
		if (script->events[i].kind == 'S')
			script->server_bytes += script->events[i].bytes.len;
}

static const char *step_name(enum starttls_step step)
{
	static const char *const names[] = {"more", "tls", "missing", "garbage"};

	return names[step];
}

/* One conversation being played. */
struct play {
	struct script *script;
	int cut; /* after that many bytes of the server, WHOLE or BYTEWISE */
	size_t delivered;
	struct starttls_talk talk;
	struct buf in, out, tls;
	enum starttls_step step;
};

static void turn(struct play *play)
{
	const struct starttls *dialect = play->script->dialect;
	struct bytes left = buf_bytes(&play->in);

	if (play->script->has_outcome && play->step == STARTTLS_TLS && dialect->unwrap)
		expect(play->script, dialect->unwrap(&play->talk, &left, &play->tls, &play->out) == STARTTLS_MORE, "unwrap");
	else
		play->step = dialect->speak(&play->talk, &left, &play->out);
	expect(play->script, left.len <= play->in.len, "input grew");
	buf_drop(&play->in, play->in.len - left.len);
	expect(play->script, memchr(play->talk.detail, 0, sizeof play->talk.detail), "detail without end");
}

static void deliver(struct play *play, struct bytes bytes, bool dialogue)
{
	for (size_t i = 0; i < bytes.len; i++) {
		bool last = i + 1 == bytes.len;

		buf_add(&play->in, bytes.data + i, 1);
		play->delivered++;
		if (dialogue && play->step != STARTTLS_MORE)
			continue;
		if (last || play->cut == BYTEWISE || (int)play->delivered == play->cut)
			turn(play);
	}
}

static void client_said(struct play *play, struct bytes wanted)
{
	struct bytes said = buf_bytes(&play->out);

	expect(play->script, said.len >= wanted.len && memcmp(said.data, wanted.data, wanted.len) == 0,
	       "cut %d: client said \"%.*s\", not \"%.*s\"", play->cut, STR_ARG(str_from(said)),
	       STR_ARG(str_from(wanted)));
	buf_drop(&play->out, wanted.len);
}

static void tls_came(struct play *play, struct bytes wanted)
{
	expect(play->script, bytes_equal(buf_bytes(&play->tls), wanted), "cut %d: other TLS bytes came out", play->cut);
	buf_clear(&play->tls);
}

/* Consecutive lines of the server are one breath. */
static void play_events(struct play *play, size_t from, size_t to)
{
	CLEANUP(buf_done) struct buf breath = buf_capped(1 << 20);
	struct script *script = play->script;

	for (size_t i = from; i < to; i++) {
		const struct event *event = &script->events[i];

		if (event->kind == 'S') {
			buf_add_bytes(&breath, event->bytes);
			if (i + 1 < to && event[1].kind == 'S')
				continue;
			deliver(play, buf_bytes(&breath), i < script->outcome_at);
			buf_clear(&breath);
		} else if (event->kind == 'C') {
			client_said(play, event->bytes);
		} else if (event->kind == 'W') {
			script->dialect->wrap(&play->talk, event->bytes, &play->out);
		} else {
			tls_came(play, event->bytes);
		}
	}
}

static void play_once(struct script *script, int cut)
{
	struct play play = {.script = script, .cut = cut};

	play.in = play.out = play.tls = buf_capped(1 << 20);
	play.talk.server_name = script->name;
	turn(&play);
	play_events(&play, 0, script->outcome_at);
	expect(script, str_is(script->outcome, step_name(play.step)), "cut %d: outcome %s (%s)", cut, step_name(play.step),
	       play.talk.detail);
	/* What garbage is called depends on how much of it came. */
	expect(script, !script->detail.data || (play.step == STARTTLS_GARBAGE && cut != WHOLE) || str_has(str_of(play.talk.detail), script->detail), "cut %d: detail \"%s\"",
	       cut, play.talk.detail);
	expect(script, play.out.len == 0, "cut %d: client said more: \"%s\"", cut, play.out.data);
	if (script->outcome_at == script->count)
		expect(script, play.step != STARTTLS_TLS || bytes_equal(buf_bytes(&play.in), script->rest),
		       "cut %d: other bytes are left after the go-ahead: \"%s\"", cut, play.in.data);
	play_events(&play, script->outcome_at, script->count);
	expect(script, play.out.len == 0 && play.tls.len == 0, "cut %d: bytes nobody expected", cut);
	buf_done(&play.in);
	buf_done(&play.out);
	buf_done(&play.tls);
}

static void play_file(const struct starttls *dialect, const char *path)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct script script = {.arena = arena, .dialect = dialect, .path = path};

	script_read(&script);
	play_once(&script, WHOLE);
	play_once(&script, BYTEWISE);
	for (int cut = 0; cut < (int)script.server_bytes; cut++)
		play_once(&script, cut);
}

static size_t play_folder(const struct starttls *dialect)
{
	char folder[256], path[600];
	size_t count = 0;
	struct dirent *entry;
	DIR *dir;

	snprintf(folder, sizeof folder, "%s/tests/data/conversations/%s", getenv("KEEPVALID_SOURCE"), dialect->name);
	dir = opendir(folder);
	if (!dir)
		fail_msg("%s: no conversations", folder);
	while ((entry = readdir(dir)))
		if (str_ends(str_of(entry->d_name), STR(".txt"))) {
			snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
			play_file(dialect, path);
			count++;
		}
	closedir(dir);
	return count;
}

TEST(every_conversation_ends_as_written_however_it_is_cut)
{
	size_t count = 0;

	for (const struct starttls *const *at = starttls_all; *at; at++) {
		size_t of_dialect = play_folder(*at);

		assert_true(of_dialect >= 6);
		count += of_dialect;
	}
	print_message("%zu conversations\n", count);
	assert_true(count >= 160);
}

TEST(greetings_tell_the_protocol)
{
	/* clang-format off */
	static const struct { const char *greeting, *want; } rows[] = {
		{"220 mail.example.org ESMTP Postfix\r\n", "smtp"}, {"220 mx ready\r\n", "smtp"},
		{"220-mail.example.org ESMTP\r\n220 x\r\n", "smtp"}, {"554 no SMTP service here\r\n", "smtp"},
		{"220 host LMTP ready\r\n", "lmtp"}, {"220 ProFTPD Server ready.\r\n", "ftp"}, {"220 (vsFTPd 3.0.3)\r\n", "ftp"},
		{"* OK IMAP4rev1\r\n", "imap"}, {"* BYE busy\r\n", "imap"}, {"* PREAUTH hi\r\n", "imap"}, {"+OK ready\r\n", "pop3"},
		{"\"IMPLEMENTATION\" \"Dovecot\"\r\n", "sieve"}, {"200 news.example.org InterNetNews NNRP\r\n", "nntp"},
		{"201 NNTP no posting\r\n", "nntp"}, {":irc.example.org NOTICE * :*** Looking up\r\n", "irc"},
		{"NOTICE AUTH :*** hi\r\n", "irc"}, {"\xff\xfd\x18\xff\xfd\x20", "telnet"}, {"RFB 003.008\n", "vnc"},
		{"INFO {\"server_id\":\"x\"}\r\n", "nats"}, {"NBDMAGICIHAVEOPT\0\3", "nbd"}, {"\x10\x01\x01\x01\x0a" "5.5", NULL},
		{"SSH-2.0-OpenSSH_9.2\r\n", NULL}, {"HTTP/1.1 400 Bad Request\r\n", NULL}, {"", NULL}, {"2", NULL}, {"500 x\r\n", NULL},
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct starttls *got = starttls_of_greeting(bytes_from(str_of(rows[i].greeting)));

		if (rows[i].want) {
			assert_non_null(got);
			assert_string_equal(got->name, rows[i].want);
		} else {
			assert_null(got);
		}
	}
	assert_string_equal(starttls_of_greeting(bytes_of("\x4a\0\0\0\x0a" "5.7", 8))->name, "mysql");
	assert_string_equal(starttls_of_greeting(bytes_of("\x4a\0\0\0\xff\x6a\x04", 7))->name, "mysql");
}

TEST(what_cannot_begin_tls_is_named)
{
	assert_string_equal(greeting_name(bytes_from(STR("SSH-2.0-x\r\n"))), "SSH");
	assert_string_equal(greeting_name(bytes_from(STR("HTTP/1.1 400\r\n"))), "HTTP");
	assert_string_equal(greeting_name(bytes_of("\x15\x03\x01\0\x02\x02\x46", 7)), "TLS from the first byte");
	assert_null(greeting_name(bytes_from(STR("hello"))));
	assert_null(greeting_name(bytes_from(STR(""))));
}

TEST(names_and_ports_agree_with_those_of_targets)
{
	for (const struct starttls *const *at = starttls_all; *at; at++) {
		const struct target_protocol *known = target_protocol_find(str_of((*at)->name));

		assert_non_null(known);
		assert_string_equal(known->protocol, (*at)->name);
		assert_int_equal(known->port, (*at)->ports[0]);
		assert_ptr_equal(starttls_named(str_of((*at)->name)), *at);
		assert_ptr_equal(starttls_of_port((*at)->ports[0]), *at);
		assert_non_null((*at)->source);
	}
}

TEST(a_long_flight_is_cut_into_packets_and_comes_back_whole)
{
	static const char *const wrapping[] = {"mssql", "openvpn"};
	uint8_t flight[20000];

	for (size_t i = 0; i < sizeof flight; i++)
		flight[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < COUNT_OF(wrapping); i++) {
		const struct starttls *dialect = starttls_named(str_of(wrapping[i]));
		CLEANUP(buf_done) struct buf packets = buf_capped(65536), tls = buf_capped(65536), out = buf_capped(65536);
		struct starttls_talk talk = {0};
		struct bytes in;

		dialect->wrap(&talk, bytes_of(flight, sizeof flight), &packets);
		in = buf_bytes(&packets);
		assert_true(in.len > sizeof flight);
		assert_int_equal(dialect->unwrap(&talk, &in, &tls, &out), STARTTLS_MORE);
		assert_int_equal(in.len, 0);
		assert_true(bytes_equal(buf_bytes(&tls), bytes_of(flight, sizeof flight)));
		in = bytes_of("\0\1\xff\xff\xff\xff\xff\xff\xff\xff", 10);
		assert_int_equal(dialect->unwrap(&talk, &in, &tls, &out), STARTTLS_GARBAGE);
	}
}

TESTS(RUN(every_conversation_ends_as_written_however_it_is_cut), RUN(greetings_tell_the_protocol),
      RUN(what_cannot_begin_tls_is_named), RUN(names_and_ports_agree_with_those_of_targets),
      RUN(a_long_flight_is_cut_into_packets_and_comes_back_whole))
