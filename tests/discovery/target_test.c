/* SPDX-License-Identifier: Apache-2.0 */

#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "discovery/target.h"
#include "discovery/target/room.h"

/* All targets of the words as "host:port protocol server-name\n"; wrong lines as "! text". */
static struct str all(struct arena *arena, const char *ports, size_t count, char *const *words)
{
	struct buf out = buf_capped(1 << 20);
	struct target_list *list = NULL;
	struct probe_target target;
	struct err err = {0};
	enum target_next next;
	struct str text;

	if (!target_list_open(words, count, ports, &list, &err))
		return arena_format(arena, "refused: %s", err.text);
	while ((next = target_list_next(list, &target, &err)) != TARGET_END) {
		if (next == TARGET_HERE) {
			buf_addf(&out, "%.*s:%u", STR_ARG(target.host), target.port);
			if (target.protocol.data)
				buf_addf(&out, " %.*s", STR_ARG(target.protocol));
			if (target.server_name.data)
				buf_addf(&out, " sni=%.*s", STR_ARG(target.server_name));
			buf_add_char(&out, '\n');
		} else {
			buf_addf(&out, "! %s\n", err.text);
		}
	}
	target_list_close(list);
	text = arena_str(arena, buf_str(&out));
	buf_done(&out);
	return text;
}

TEST(single_targets_are_read)
{
	/* clang-format off */
	static const struct { const char *word, *ports, *want; } rows[] = {
		{"example.org", NULL, "example.org:443\n"},
		{"example.org.", NULL, "example.org:443\n"},
		{"Example.ORG:8443", NULL, "Example.ORG:8443\n"},
		{"_sip._tls.example.org", NULL, "_sip._tls.example.org:443\n"},
		{"b\xc3\xbc" "cher.example:8443", NULL, "b\xc3\xbc" "cher.example:8443\n"},
		{"192.0.2.1", NULL, "192.0.2.1:443\n"},
		{"192.0.2.1:25", "443,8443", "192.0.2.1:25\n"},
		{"www.example.org@192.0.2.1:8443", NULL, "192.0.2.1:8443 sni=www.example.org\n"},
		{"www.example.org@[2001:db8::1]", NULL, "2001:db8::1:443 sni=www.example.org\n"},
		{"www.example.org@node1.example.org", NULL, "node1.example.org:443 sni=www.example.org\n"},
		{"::1", NULL, "::1:443\n"},
		{"2001:db8::1", "8443", "2001:db8::1:8443\n"},
		{"[2001:db8::1]", NULL, "2001:db8::1:443\n"},
		{"[2001:db8::1]:993", NULL, "2001:db8::1:993\n"},
		{"https://example.org/a?b#c", NULL, "example.org:443 tls\n"},
		{"https://user:secret@example.org:8443/", NULL, "example.org:8443 tls\n"},
		{"https://[::1]:8443/", NULL, "::1:8443 tls\n"},
		{"smtp://mail.example.org", NULL, "mail.example.org:25 smtp\n"},
		{"submission://mail.example.org", NULL, "mail.example.org:587 smtp\n"},
		{"IMAPS://mail.example.org", NULL, "mail.example.org:993 tls\n"},
		{"ldap://d.example.org:1389/dc=x", NULL, "d.example.org:1389 ldap\n"},
		{"postgresql://u@db/x", NULL, "db:5432 postgres\n"},
		{"mssql://db", NULL, "db:1433 mssql\n"},
		{"rdp://10.0.0.1", "443", "10.0.0.1:3389 rdp\n"},
		{"a-b.example.org", NULL, "a-b.example.org:443\n"},
		{"1-2.example.org", NULL, "1-2.example.org:443\n"},
		{"10.0.0.9-10:8443", NULL, NULL},
		{"h", "smtp,8443,2525/smtp,20-22", "h:25 smtp\nh:8443\nh:2525 smtp\nh:20\nh:21\nh:22\n"},
		{"h", "443,443,442-444", "h:443\nh:442\nh:444\n"},
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		char *words[] = {(char *)(uintptr_t)rows[i].word};

		if (rows[i].want)
			assert_str(all(arena, rows[i].ports, 1, words), rows[i].want);
	}
}

TEST(what_is_no_target_is_refused_with_the_reason)
{
	/* clang-format off */
	static const struct { const char *word, *ports, *want; } rows[] = {
		{"", NULL, "is empty"},
		{"a b", NULL, "blank or control"},
		{"host:", NULL, "the port is no number"},
		{"host:0", NULL, "the port is no number"},
		{"host:65536", NULL, "the port is no number"},
		{"host:+1", NULL, "the port is no number"},
		{":443", NULL, "neither an address nor a host name"},
		{"a..b@192.0.2.1", NULL, "neither an address nor a host name"},
		{"a@b@c", NULL, "neither an address nor a host name"},
		{"www.example.org@", NULL, "neither an address nor a host name"},
		{"a..b", NULL, "neither an address nor a host name"},
		{"b\xfc" "cher.example", NULL, "is not UTF-8"},
		{"a,b", NULL, "neither an address nor a host name"},
		{"999.1.1.1", NULL, "looks like an IPv4 address"},
		{"1.2.3.4.5", NULL, "looks like an IPv4 address"},
		{"10.0.0.0/33", NULL, "no prefix length"},
		{"10.0.0.0/", NULL, "no prefix length"},
		{"10.0.0.0/7", NULL, "more than 16777216 addresses"},
		{"2001:db8::/64", NULL, "more than 16777216 addresses"},
		{"example.org/24", NULL, "before \"/\" is no address"},
		{"10.0.0.5-4", NULL, "ends before it begins"},
		{"10.0.0.5-256", NULL, "end of the range is no address"},
		{"10.0.0.5-::1", NULL, "end of the range is no address"},
		{"0.0.0.0-255.255.255.255", NULL, "more than 16777216 addresses"},
		{"::-ffff::", NULL, "more than 16777216 addresses"},
		{"[::1", NULL, "brackets are for"},
		{"[::1]x", NULL, "brackets are for"},
		{"[a.b]:1", NULL, "no IPv6 address"},
		{"fe80::1%eth0", NULL, "zone"},
		{"gopher://h", NULL, "scheme is unknown"},
		{"https://", NULL, "neither an address nor a host name"},
		{"@/nonexistent/file", NULL, "open /nonexistent/file: No such file"},
		{"@/", NULL, "it is a folder"},
		{"h", "", "is empty"},
		{"h", "0", "neither a port"},
		{"h", "443,", "is empty"},
		{"h", "10-9", "ends before it begins"},
		{"h", "1-65536", "ends in no port"},
		{"h", "gopher", "neither a port"},
		{"h", "443/gopher", "names no protocol"},
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct target_list *list = NULL;
		char *words[] = {(char *)(uintptr_t)rows[i].word};
		struct err err = {0};

		assert_false(target_list_open(words, 1, rows[i].ports, &list, &err));
		assert_non_null(strstr(err.text, rows[i].want));
		assert_true(err.kind == ERR_INPUT || err.kind == ERR_ABSENT);
		assert_true(err.fix[0] != 0);
	}
}

/* Reads all and checks that each host and port comes exactly once. */
static size_t distinct(const char *word, const char *ports, struct arena *arena, uint64_t *total)
{
	CLEANUP(map_done) struct map *seen = map_new();
	struct target_list *list = NULL;
	struct probe_target target;
	struct err err = {0};
	char *words[] = {(char *)(uintptr_t)word};

	assert_true(target_list_open(words, 1, ports, &list, &err));
	*total = target_list_total(list);
	while (target_list_next(list, &target, &err) == TARGET_HERE) {
		struct str key = arena_format(arena, "%.*s %u", STR_ARG(target.host), target.port);

		assert_null(map_set(seen, bytes_from(key), list));
		assert_str(target.text, word);
	}
	target_list_close(list);
	return map_count(seen);
}

TEST(ranges_give_each_host_and_port_once)
{
	/* clang-format off */
	static const struct { const char *word, *ports; size_t want; } rows[] = {
		{"10.1.2.3/32", NULL, 1}, {"10.1.2.3/31", NULL, 2}, {"10.1.2.3/24", "443,8443,25", 768},
		{"10.1.2.200-10.1.4.7", NULL, 320}, {"10.1.2.0-10", "1-100", 1100}, {"2001:db8::/116", NULL, 4096},
		{"2001:db8::fffe-2001:db8::1:3", NULL, 6}, {"10.0.0.0/24:8443", "1-9", 256},
		{"[2001:db8::/120]:443", NULL, 256}, {"10.7.0.0/16", NULL, 65536}, {"0.0.0.0/30", NULL, 4},
		{"255.255.255.254-255", NULL, 2}, {"h", "1-65535", 65535},
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		uint64_t total;

		assert_int_equal(distinct(rows[i].word, rows[i].ports, arena, &total), rows[i].want);
		assert_int_equal(total, rows[i].want);
	}
}

TEST(addresses_of_a_range_are_those_of_the_block)
{
	struct span span;
	struct err err = {0};
	char host[SPAN_HOST];

	assert_true(span_read(STR("10.1.255.77/15"), &span, &err));
	span_host(&span, 0, host);
	assert_string_equal(host, "10.0.0.0");
	span_host(&span, 131071, host);
	assert_string_equal(host, "10.1.255.255");
	assert_true(span_read(STR("2001:db8::ffff/112"), &span, &err));
	span_host(&span, 65535, host);
	assert_string_equal(host, "2001:db8::ffff");
	assert_true(span_read(STR("2001:db8::ffff:ffff-2001:db8::1:0:1"), &span, &err));
	span_host(&span, 2, host);
	assert_string_equal(host, "2001:db8::1:0:1");
}

TEST(a_permutation_hits_every_value_once_and_leaves_the_order)
{
	static const uint64_t counts[] = {1, 2, 3, 4, 5, 16, 17, 255, 256, 257, 1000, 65537};

	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		struct shuffle shuffle = shuffle_of(counts[i], 0x1234567890abcdefull + i);
		uint8_t *seen = calloc(counts[i], 1);
		uint64_t in_place = 0;

		for (uint64_t at = 0; at < counts[i]; at++) {
			uint64_t value = shuffle_at(&shuffle, at);

			assert_true(value < counts[i]);
			assert_int_equal(seen[value]++, 0);
			in_place += value == at;
		}
		assert_true(counts[i] < 100 || in_place < counts[i] / 4);
		free(seen);
	}
	assert_true(shuffle_at(&(struct shuffle){1ull << 40, 7, 20}, 5) < 1ull << 40);
}

static char *written(const char *content, size_t len)
{
	static char path[] = "/tmp/keepvalid-target-XXXXXX";
	static char word[64];
	int fd;

	memcpy(path + sizeof path - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, len), len);
	close(fd);
	snprintf(word, sizeof word, "@%s", path);
	return word;
}

TEST(files_have_comments_columns_and_commas)
{
	static const char content[] = "\xef\xbb\xbf# a comment\n\n  one.example.org  # behind a blank\r\n"
				      "two.example.org:8443\n"
				      "three.example.org 2525 smtp\n"
				      "four.example.org,993,tls,imap.example.org\n"
				      "five.example.org, -, ldap\n"
				      "six.example.org\t-\t-\tother.example.org\n"
				      "seven.example.org smtp\n"
				      "10.0.0.1-2 25\n"
				      "https://eight.example.org/x#y\n"
				      "last.example.org";
	CLEANUP(arena_done) struct arena *arena = arena_new();
	char *words[] = {written(content, sizeof content - 1)};
	struct str got = all(arena, NULL, 1, words);

	unlink(words[0] + 1);
	assert_true(str_starts(got, STR("one.example.org:443\ntwo.example.org:8443\nthree.example.org:2525 smtp\n"
					"four.example.org:993 tls sni=imap.example.org\nfive.example.org:443 ldap\n"
					"six.example.org:443 sni=other.example.org\nseven.example.org:25 smtp\n"
					"10.0.0.")));
	assert_true(str_has(got, STR("10.0.0.1:25\n")) && str_has(got, STR("10.0.0.2:25\n")));
	assert_true(str_has(got, STR("eight.example.org:443 tls\nlast.example.org:443\n")));
}

TEST(wrong_lines_are_named_and_the_rest_is_read)
{
	static const char content[] = "one.example.org\nbad host name here x\nhost:99999\n@nested\n-\nhost 443 gopher\n"
				      "host 70000\na\tb\tc\td\te\nnul\0byte\nlast.example.org\n";
	CLEANUP(arena_done) struct arena *arena = arena_new();
	char *words[] = {written(content, sizeof content - 1), (char[]){"after.example.org"}};
	struct str got = all(arena, NULL, 2, words), line;
	size_t wrong = 0;

	unlink(words[0] + 1);
	assert_true(str_has(got, STR("one.example.org:443\n")) && str_has(got, STR("last.example.org:443\n")));
	assert_true(str_has(got, STR("after.example.org:443\n")));
	assert_true(str_has(got, STR(":3: target \"host:99999\": the port is no number")));
	while (str_take_line(&got, &line))
		if (str_starts(line, STR("! "))) {
			assert_true(str_starts(line, STR("! /tmp/keepvalid-target-")));
			wrong++;
		}
	assert_int_equal(wrong, 8);
}

TEST(a_line_without_end_is_dropped_up_to_its_end)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	size_t len = 300000;
	char *content = malloc(len);
	struct str got;
	char *words[1];

	memset(content, 'x', len);
	memcpy(content, "first\n", 6);
	memcpy(content + 200000, "\nsecond\n#", 9);
	words[0] = written(content, len);
	got = all(arena, NULL, 1, words);
	unlink(words[0] + 1);
	free(content);
	assert_true(str_starts(got, STR("first:443\n! /tmp/")));
	assert_true(str_has(got, STR(":2: the line is longer than")));
	assert_true(str_has(got, STR("second:443\n")));
}

TEST(files_are_counted_beforehand_and_pipes_are_not)
{
	char *words[] = {written("a\nb 25\n#c\n10.0.0.0/24\nbad:0\n", 28)};
	struct target_list *list = NULL;
	struct err err = {0};

	assert_true(target_list_open(words, 1, "1-10", &list, &err));
	assert_int_equal(target_list_total(list), 10 + 1 + 2560);
	target_list_close(list);
	unlink(words[0] + 1);
}

TEST(a_pipe_that_has_nothing_yet_answers_later)
{
	char *words[] = {(char[]){"-"}};
	struct target_list *list = NULL;
	struct probe_target target;
	struct err err = {0};
	int ends[2], kept = dup(STDIN_FILENO);

	assert_int_equal(pipe(ends), 0);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_true(target_list_open(words, 1, NULL, &list, &err));
	assert_int_equal(target_list_total(list), 0);
	assert_int_equal(target_list_next(list, &target, &err), TARGET_LATER);
	assert_int_equal(target_list_fd(list), STDIN_FILENO);
	assert_int_equal(write(ends[1], "one\ntw", 6), 6);
	assert_int_equal(target_list_next(list, &target, &err), TARGET_HERE);
	assert_str(target.host, "one");
	assert_int_equal(target_list_next(list, &target, &err), TARGET_LATER);
	assert_int_equal(write(ends[1], "o", 1), 1);
	close(ends[1]);
	assert_int_equal(target_list_next(list, &target, &err), TARGET_HERE);
	assert_str(target.host, "two");
	assert_int_equal(target_list_next(list, &target, &err), TARGET_END);
	assert_int_equal(target_list_next(list, &target, &err), TARGET_END);
	target_list_close(list);
	dup2(kept, STDIN_FILENO);
	close(kept);
}

TEST(words_take_turns_so_that_no_host_sees_a_burst)
{
	char *words[] = {(char[]){"a"}, (char[]){"b"}, (char[]){"c"}};
	CLEANUP(arena_done) struct arena *arena = arena_new();

	assert_str(all(arena, "1-3", 3, words), "a:1\nb:1\nc:1\na:2\nb:2\nc:2\na:3\nb:3\nc:3\n");
}

TEST(listeners_of_the_kernel_table_are_read)
{
	static const char table[] =
		"  sl  local_address rem_address   st tx_queue rx_queue\n"
		"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1\n"
		"   1: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2\n"
		"   2: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3\n"
		"   3: 0100007F:0050 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4\n"
		"   4: 0100007F:0000 00000000:0000 0A\n"
		"   5: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0\n"
		"   6: 0000000000000000FFFF00000100007F:0017 00000000000000000000000000000000:0000 0A 0\n"
		"   7: B80D0120000000000000000001000000:0018 00000000000000000000000000000000:0000 0A 0\n"
		"   8: zz\n   9: 0100007F\n";
	struct listeners found = {0};
	char host[SPAN_HOST];

	listeners_add(&found, str_of(table));
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
		static const struct {
			const char *host;
			uint16_t port;
		} want[] = {{"127.0.0.1", 8080}, {"127.0.0.1", 443}, {"::1", 22}, {"127.0.0.1", 23}, {"2001:db8::1", 24}};

		assert_int_equal(found.count, COUNT_OF(want));
		for (size_t i = 0; i < found.count; i++) {
			struct span span = {.address_len = found.at[i].address_len, .host_count = 1};

			memcpy(span.first, found.at[i].address, 16);
			span_host(&span, 0, host);
			assert_string_equal(host, want[i].host);
			assert_int_equal(found.at[i].port, want[i].port);
		}
	}
	free(found.at);
}

TEST(names_of_protocols_are_unique_and_ports_have_a_usual_one)
{
	size_t count;
	const struct target_protocol *rows = target_protocols(&count);

	for (size_t i = 0; i < count; i++)
		assert_ptr_equal(target_protocol_find(str_of(rows[i].name)), &rows[i]);
	assert_string_equal(target_protocol_of_port(443), "tls");
	assert_string_equal(target_protocol_of_port(25), "smtp");
	assert_null(target_protocol_of_port(1));
}

TESTS(RUN(single_targets_are_read), RUN(what_is_no_target_is_refused_with_the_reason),
      RUN(ranges_give_each_host_and_port_once), RUN(addresses_of_a_range_are_those_of_the_block),
      RUN(a_permutation_hits_every_value_once_and_leaves_the_order), RUN(files_have_comments_columns_and_commas),
      RUN(wrong_lines_are_named_and_the_rest_is_read), RUN(a_line_without_end_is_dropped_up_to_its_end),
      RUN(files_are_counted_beforehand_and_pipes_are_not), RUN(a_pipe_that_has_nothing_yet_answers_later),
      RUN(words_take_turns_so_that_no_host_sees_a_burst), RUN(listeners_of_the_kernel_table_are_read),
      RUN(names_of_protocols_are_unique_and_ports_have_a_usual_one))
