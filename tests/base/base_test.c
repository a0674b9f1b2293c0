/* SPDX-License-Identifier: Apache-2.0 */

/* The small pieces of the toolbox, by rows of input and answer. */

#include "test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/hex.h"
#include "base/map.h"
#include "base/memory.h"

TEST(times_are_read_and_written)
{
	static const struct {
		const char *text;
		int64_t at;
		const char *again;
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
		{"2026-11-20T15:04:05+01:30", 1795181645 - 5400 + 0, "2026-11-20T13:34:05Z"},
		{"2000-02-29t23:59:59.999z", 951868799, "2000-02-29T23:59:59Z"},
		{"1795181645", 1795181645 + 0, NULL},
		{"0001-01-01T00:00:00Z", -62135596800, "0001-01-01T00:00:00Z"},
		{"9999-12-31T23:59:59Z", 253402300799, "9999-12-31T23:59:59Z"},
	};
	static const char *const wrong[] = {"",
					    "2026-02-29T00:00:00Z",
					    "2026-13-01T00:00:00Z",
					    "2026-11-20T24:00:00Z",
					    "2026-11-20T15:04:05",
					    "2026-11-20",
					    "2026-11-20T15:04:05Zx",
					    "2026-11-20T15:04:05.Z"};
	int64_t at;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char again[CLOCK_TEXT];

		assert_true(clock_read(str_of(rows[i].text), &at));
		if (rows[i].again) {
			clock_write(at, again);
			assert_string_equal(again, rows[i].again);
		} else {
			assert_int_equal(at, rows[i].at);
		}
	}
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_false(clock_read(str_of(wrong[i]), &at));
	(void)state;
}

TEST(every_day_of_12_000_years_survives_the_calendar)
{
	for (int64_t day = -4371222; day < 2932896; day += 13) {
		struct clock_date date;
		int64_t at;

		clock_to_date(day * 86400 + 86399, &date);
		if (date.year < -9999)
			continue;
		assert_true(clock_from_date(&date, &at));
		assert_int_equal(at, day * 86400 + 86399);
	}
	(void)state;
}

TEST(durations_have_units)
{
	int64_t s;

	assert_true(clock_read_duration(STR("30d"), &s));
	assert_int_equal(s, 2592000);
	assert_true(clock_read_duration(STR("90"), &s));
	assert_int_equal(s, 90);
	assert_false(clock_read_duration(STR("3y"), &s));
	assert_false(clock_read_duration(STR("d"), &s));
	assert_false(clock_read_duration(STR("-3d"), &s));
	(void)state;
}

TEST(base64_goes_there_and_back)
{
	static const char *const rows[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}};
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct bytes back;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(buf_done) struct buf text = buf_capped(100);

		base64_write(&text, bytes_from(str_of(rows[i][0])));
		assert_str(buf_str(&text), rows[i][1]);
		assert_true(base64_read(buf_str(&text), arena, &back));
		assert_str(str_from(back), rows[i][0]);
	}
	assert_true(base64_read(STR("Zm9v\nYm\r\nFy Zg=\n="), arena, &back));
	assert_true(str_is(str_from(back), "foobarf"));
	assert_true(base64_read(STR("-_+/"), arena, &back)); /* both alphabets */
	assert_memory_equal(back.data, "\xfb\xff\xbf", 3);
	assert_false(base64_read(STR("Zm9vY"), arena, &back));
	assert_false(base64_read(STR("Zg==Zm9v"), arena, &back));
	assert_false(base64_read(STR("Zm9v\xc3\xa4Zm"), arena, &back));
	assert_false(base64_read(STR("Zg=x"), arena, &back));
	assert_false(base64_read(STR("Z"), arena, &back));
	assert_false(base64_read(STR("Zh=="), arena, &back));
	assert_false(base64_read(STR("Zg==="), arena, &back));
	(void)state;
}

TEST(a_buffer_keeps_its_cap)
{
	CLEANUP(buf_done) struct buf buf = buf_capped(300);
	size_t at = buf_open_vector8(&buf);

	for (int i = 0; i < 255; i++)
		buf_add_u8(&buf, 7);
	buf_close_vector8(&buf, at);
	assert_true(buf_ok(&buf));
	assert_int_equal(buf_bytes(&buf).data[0], 255);
	for (int i = 0; i < 44; i++)
		buf_add_char(&buf, 'x');
	assert_true(buf_ok(&buf));
	buf_add_char(&buf, 'y');
	assert_false(buf_ok(&buf));
	assert_int_equal(buf.len, 300);
	buf_drop(&buf, 256);
	assert_int_equal(buf.len, 44);
	(void)state;
}

TEST(a_vector_that_outgrows_its_length_is_refused)
{
	CLEANUP(buf_done) struct buf buf = buf_capped(1000);
	size_t at = buf_open_vector8(&buf);

	for (int i = 0; i < 256; i++)
		buf_add_u8(&buf, 7);
	buf_close_vector8(&buf, at);
	assert_false(buf_ok(&buf));
	(void)state;
}

TEST(what_cannot_be_taken_changes_nothing)
{
	struct bytes from = bytes_of("\x00\x03yes\x00\x09no", 9), out;

	assert_true(bytes_take_vector16(&from, &out));
	assert_int_equal(out.len, 3);
	assert_false(bytes_take_vector16(&from, &out));
	assert_int_equal(from.len, 4);
	(void)state;
}

TEST(errors_read_from_the_outside_in_and_are_printable)
{
	struct err err;

	assert_false(err_set(&err, ERR_TIMEOUT, "no answer within %d s from \x1b[31m\xff", 5));
	assert_false(err_wrap(&err, "finalize order %d", 7));
	assert_string_equal(err.text, "finalize order 7: no answer within 5 s from ?[31m?");
	(void)state;
}

TEST(a_map_forgets_what_is_removed_and_nothing_else)
{
	enum { N = 5000 };
	CLEANUP(map_done) struct map *map = map_new();
	static uint32_t keys[N];
	size_t seen = 0, at = 0;
	struct bytes key;
	void *value;

	for (uint32_t i = 0; i < N; i++) {
		keys[i] = i;
		assert_null(map_set(map, bytes_of(&keys[i], 4), &keys[i]));
	}
	for (uint32_t i = 0; i < N; i += 3)
		assert_ptr_equal(map_remove(map, bytes_of(&keys[i], 4)), &keys[i]);
	for (uint32_t i = 0; i < N; i++)
		assert_ptr_equal(map_get(map, bytes_of(&keys[i], 4)), i % 3 ? &keys[i] : NULL);
	while (map_next(map, &at, &key, &value))
		seen++;
	assert_int_equal(seen, map_count(map));
	(void)state;
}

TEST(an_arena_gives_aligned_zeroed_memory_again_after_a_reset)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	for (int round = 0; round < 3; round++) {
		for (size_t len = 1; len < 10000; len = len * 3 + 1) {
			unsigned char *room = arena_alloc(arena, len);

			assert_int_equal((uintptr_t)room % 16, 0);
			for (size_t i = 0; i < len; i++)
				assert_int_equal(room[i], 0);
			memset(room, 0xff, len);
		}
		arena_reset(arena);
	}
	(void)state;
}

TEST(text_is_split_and_taken_by_line)
{
	struct str rest = STR("a,,b"), head, line;
	CLEANUP(buf_done) struct buf joined = buf_capped(16);

	while (str_split(&rest, ',', &head)) {
		buf_add_str(&joined, head);
		buf_add_char(&joined, '|');
	}
	assert_string_equal(joined.data, "a||b|");
	rest = STR("x\r\ny");
	assert_true(str_take_line(&rest, &line));
	assert_str(line, "x");
	assert_false(str_take_line(&rest, &line));
	assert_str(rest, "y");
	assert_false(str_is_utf8(STR("\xc0\x80")));
	assert_false(str_is_utf8(STR("\xed\xa0\x80")));
	assert_true(str_is_utf8(STR("\xf0\x9f\x98\x80")));
	(void)state;
}

TEST(plain_text_shows_as_it_is_spelt)
{
	static const struct {
		struct str text;
		bool plain;
	} rows[] = {
		{STR_INIT(""), true},		    {STR_INIT("a b"), true},	       {STR_INIT("\xc3\xa9\xf0\x9f\x98\x80"), true},
		{STR_INIT("a\nb"), false},	    {STR_INIT("a\x7f"), false},	       {STR_INIT("a\xe2\x80\xae"), false},
		{STR_INIT("\xe2\x81\xa6x"), false}, {STR_INIT("x\xe2\x80\x8by"), false}, {STR_INIT("\xc2\x85"), false},
		{STR_INIT("\xff"), false},	    {STR_INIT("\0"), false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (foreign_is_plain(rows[i].text) != rows[i].plain)
			fail_msg("row %zu", i);
}

TESTS(RUN(plain_text_shows_as_it_is_spelt), RUN(times_are_read_and_written), RUN(every_day_of_12_000_years_survives_the_calendar),
      RUN(durations_have_units), RUN(base64_goes_there_and_back), RUN(a_buffer_keeps_its_cap),
      RUN(a_vector_that_outgrows_its_length_is_refused), RUN(what_cannot_be_taken_changes_nothing),
      RUN(errors_read_from_the_outside_in_and_are_printable),
      RUN(a_map_forgets_what_is_removed_and_nothing_else),
      RUN(an_arena_gives_aligned_zeroed_memory_again_after_a_reset),
      RUN(text_is_split_and_taken_by_line))
