/* SPDX-License-Identifier: Apache-2.0 */

/* PEM in all the shapes that people have, and files as large as they may be. */

#include "test.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/limits.h"
#include "facts/container.h"

/* A certificate's base64, in lines. */
static struct str body(struct arena *arena)
{
	struct bytes content;
	struct err err;
	struct str text;

	if (!file_read(arena, "data/made/c.pem", 1 << 20, &content, &err))
		fail_msg("%s", err.text);
	text = str_skip(str_from(content), strlen("-----BEGIN CERTIFICATE-----\n"));
	return str_head(text, str_find(text, STR("-----END")));
}

static const struct container *read_text(struct arena *arena, struct str text)
{
	const struct container *container;
	struct err err;

	if (!container_read(arena, bytes_from(text), NULL, 0, &container, &err))
		fail_msg("%s", err.text);
	return container;
}

/* "@" in the pattern is the body, with its line ends replaced. */
static struct str with_body(struct arena *arena, const char *pattern, const char *line_end)
{
	CLEANUP(buf_done) struct buf text = buf_capped(1 << 20);

	for (; *pattern; pattern++) {
		struct str rest = body(arena), line;

		if (*pattern != '@') {
			buf_add_char(&text, *pattern);
			continue;
		}
		while (str_take_line(&rest, &line)) {
			buf_add_str(&text, line);
			buf_add_text(&text, line_end);
		}
	}
	return arena_str(arena, buf_str(&text));
}

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

TEST(one_certificate_is_found_in_every_shape)
{
	static const struct {
		const char *pattern, *line_end;
	} rows[] = {
		{BEGIN "\n@" END "\n", "\n"},
		{BEGIN "\n@" END, "\n"},
		{BEGIN "\r\n@" END "\r\n", "\r\n"},
		{BEGIN "\r@" END "\r", "\r"},
		{"\xef\xbb\xbf" BEGIN "\n@" END "\n", "\n"},
		{" 0 s:CN = a\n   i:CN = a\n" BEGIN "\n@" END "\n---\n", "\n"},
		{"  cert: |\n    " BEGIN "\n    @" END "\n", "\n    "},
		{"{\"certificate\":\"" BEGIN "\\n@" END "\\n\"}", "\\n"},
		{BEGIN " @ " END, " "},
		{BEGIN "@" END, ""},
		{"subject=/CN=a\n\n" BEGIN "\nProc-Type: 4,MIC-CLEAR\nContent-Domain: RFC822\n\n@" END "\n", "\n"},
		{"------" BEGIN "\n@" END "------\n", "\n"},
		{"-----BEGIN X509 CERTIFICATE-----\n@-----END X509 CERTIFICATE-----\n", "\n"},
		{"-----BEGIN SOMETHING ELSE-----\n@-----END SOMETHING ELSE-----\n", "\n"},
		{"-----BEGIN DH PARAMETERS-----\nMAYCAQ8CAQI=\n-----END DH PARAMETERS-----\n" BEGIN "\n@" END "\n", "\n"},
		{"@", "\n"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		const struct container *container =
			read_text(arena, with_body(arena, rows[i].pattern, rows[i].line_end));

		if (container->problem_count)
			fail_msg("row %zu: %.*s", i, STR_ARG(container->problems[0].text));
		if (container->item_count != 1)
			fail_msg("row %zu: %zu items", i, container->item_count);
		assert_str(container->items[0].cert->subject, "CN=a");
	}
	(void)state;
}

TEST(a_file_saved_as_utf16_is_read)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf wide = buf_capped(1 << 20);
	struct str text = with_body(arena, "x\n" BEGIN "\n@" END "\n", "\r\n");
	const struct container *container;

	buf_add(&wide, "\xff\xfe", 2);
	for (size_t i = 0; i < text.len; i++) {
		buf_add_char(&wide, text.data[i]);
		buf_add_char(&wide, 0);
	}
	container = read_text(arena, buf_str(&wide));
	assert_int_equal(container->item_count, 1);
	assert_int_equal(container->items[0].offset, 6);
	(void)state;
}

TEST(a_broken_block_does_not_hide_the_others)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct str good = with_body(arena, BEGIN "\n@" END "\n", "\n");
	struct str text = arena_format(arena, "%.*s" BEGIN "\nno base64!\n" END "\n" BEGIN "\n%.*s" BEGIN "\nMIIB\n" END "\n",
				       STR_ARG(good), STR_ARG(good));
	const struct container *container = read_text(arena, text);

	assert_int_equal(container->item_count, 2);
	assert_int_equal(container->problem_count, 3);
	assert_str(container->problems[0].item, "block 2 (CERTIFICATE)");
	assert_str(container->problems[0].text, "is not base64");
	assert_int_equal(container->problems[0].offset, good.len);
	assert_true(str_has(container->problems[1].text, STR("has no END line")));
	assert_true(str_has(container->problems[2].text, STR("at byte")));
	(void)state;
}

TEST(a_file_of_the_largest_size_is_read_to_its_end)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf text = buf_capped(LIMIT_FILE_BYTES);
	struct str one = with_body(arena, BEGIN "\n@" END "\n", "\n");
	const struct container *container;
	size_t blocks = 0;

	for (; text.len + one.len <= LIMIT_FILE_BYTES && blocks < 20000; blocks++)
		buf_add_str(&text, one);
	while (text.len < LIMIT_FILE_BYTES)
		buf_add_char(&text, '-');
	container = read_text(arena, buf_str(&text));
	assert_int_equal(container->item_count, blocks);
	assert_int_equal(container->problem_count, 0);
	(void)state;
}

static void read_repeated(const char *unit, bool full)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	size_t len = strlen(unit), times = LIMIT_FILE_BYTES / len;
	char *room = malloc(times * len);
	const struct container *container;
	struct err err;

	for (size_t i = 0; i < times; i++)
		memcpy(room + i * len, unit, len);
	if (container_read(arena, bytes_of(room, times * len), NULL, 0, &container, &err))
		assert_int_equal(container->problem_count > LIMIT_FILE_ITEMS, full);
	free(room);
}

TEST(hostile_files_of_the_largest_size_end)
{
	read_repeated(BEGIN "\n", true);
	read_repeated(BEGIN "\nAAAA\n" END "\n", true);
	read_repeated("-----BEGIN ", false);
	read_repeated("-----", false);
	read_repeated("\x30\x80", false);
	read_repeated("\x30\x00", false);
	read_repeated("\x24\x80", false);
	(void)state;
}

TEST(more_items_than_the_limit_are_told)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	static const char unit[] = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n-----END PUBLIC KEY-----\n";
	size_t len = sizeof unit - 1, times = LIMIT_FILE_ITEMS + 5;
	char *room = malloc(times * len);
	const struct container *container;

	for (size_t i = 0; i < times; i++)
		memcpy(room + i * len, unit, len);
	container = read_text(arena, (struct str){room, times * len});
	assert_int_equal(container->item_count, LIMIT_FILE_ITEMS);
	assert_int_equal(container->problem_count, 1);
	free(room);
	(void)state;
}

TESTS(RUN(one_certificate_is_found_in_every_shape), RUN(a_file_saved_as_utf16_is_read),
      RUN(a_broken_block_does_not_hide_the_others), RUN(a_file_of_the_largest_size_is_read_to_its_end),
      RUN(hostile_files_of_the_largest_size_end), RUN(more_items_than_the_limit_are_told))
