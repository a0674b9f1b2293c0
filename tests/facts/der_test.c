/* SPDX-License-Identifier: Apache-2.0 */

/* Values of DER: what can be taken, numbers, times and strings. */

#include "test.h"

#include "base/arena.h"
#include "base/clock.h"
#include "facts/der.h"

#define B(literal) bytes_of("" literal, sizeof(literal) - 1)

TEST(a_value_is_taken_whole_or_not_at_all)
{
	static const struct {
		struct bytes from;
		bool ok;
		size_t content, left;
	} rows[] = {
		{{(const uint8_t *)"\x30\x02xy!", 5}, true, 2, 1},
		{{(const uint8_t *)"\x30\x00", 2}, true, 0, 0},
		{{(const uint8_t *)"\x30\x81\x02xy", 5}, true, 2, 0},         /* longer than needed */
		{{(const uint8_t *)"\x30\x84\x00\x00\x00\x02xy", 8}, true, 2, 0},
		{{(const uint8_t *)"\x9f\x81\x01\x01x", 5}, true, 1, 0},      /* tag number 129 */
		{{(const uint8_t *)"\x30\x03xy", 4}, false, 0, 4},
		{{(const uint8_t *)"\x30", 1}, false, 0, 1},
		{{(const uint8_t *)"", 0}, false, 0, 0},
		{{(const uint8_t *)"\x30\x80\x00\x00", 4}, false, 0, 4},      /* indefinite */
		{{(const uint8_t *)"\x30\x89\x01\x01\x01\x01\x01\x01\x01\x01\x01x", 12}, false, 0, 12},
		{{(const uint8_t *)"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff", 10}, false, 0, 10},
		{{(const uint8_t *)"\x9f\x81", 2}, false, 0, 2},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct bytes from = rows[i].from;
		struct der value;

		assert_int_equal(der_take(&from, &value), rows[i].ok);
		assert_int_equal(from.len, rows[i].left);
		if (rows[i].ok) {
			assert_int_equal(value.content.len, rows[i].content);
			assert_int_equal(value.whole.len, rows[i].from.len - rows[i].left);
		}
	}
	(void)state;
}

TEST(what_stands_in_the_way_is_told)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	assert_str(der_why(arena, B(""), 0x30), "is missing");
	assert_str(der_why(arena, B("\x02\x01\x00"), 0x30), "has tag 0x02, not 0x30");
	assert_str(der_why(arena, B("\x30\x80\x00\x00"), 0x30), "has an indefinite length, which DER does not allow");
	assert_str(der_why(arena, B("\x30\x05xy"), 0x30), "says 5 bytes, 2 are there");
	assert_str(der_why(arena, B("\x30"), 0x30), "ends in its tag");
	(void)state;
}

TEST(integers_are_written_without_leading_zeros)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	static const struct {
		struct bytes content;
		const char *text;
	} rows[] = {
		{{(const uint8_t *)"\x00", 1}, "0"},
		{{(const uint8_t *)"\x00\x00", 2}, "0"},
		{{(const uint8_t *)"", 0}, "0"},
		{{(const uint8_t *)"\x0a", 1}, "a"},
		{{(const uint8_t *)"\x00\xff", 2}, "ff"},
		{{(const uint8_t *)"\x01\x02\x03", 3}, "10203"},
		{{(const uint8_t *)"\xff", 1}, "-1"},
		{{(const uint8_t *)"\x80", 1}, "-80"},
		{{(const uint8_t *)"\x80\x00", 2}, "-8000"},
		{{(const uint8_t *)"\xff\x00", 2}, "-100"},
		{{(const uint8_t *)"\xff\xff\xfe", 3}, "-2"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_str(der_integer_hex(arena, rows[i].content), rows[i].text);
	(void)state;
}

TEST(small_integers_fit_or_are_refused)
{
	int64_t value = 5;

	assert_true(der_integer(B("\x00\x80"), &value) && value == 128);
	assert_true(der_integer(B("\x80"), &value) && value == -128);
	assert_true(der_integer(B("\x7f\xff\xff\xff\xff\xff\xff\xff"), &value) && value == INT64_MAX);
	assert_true(der_integer(B("\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff"), &value) && value == INT64_MAX);
	assert_true(der_integer(B("\xff\x80\x00\x00\x00\x00\x00\x00\x00"), &value) && value == INT64_MIN);
	assert_false(der_integer(B("\x00\x80\x00\x00\x00\x00\x00\x00\x00"), &value));
	assert_false(der_integer(B(""), &value));
	(void)state;
}

TEST(times_are_read_in_all_forms)
{
	static const struct {
		uint8_t tag;
		const char *text, *at, *odd;
	} rows[] = {
		{DER_UTC_TIME, "260101000000Z", "2026-01-01T00:00:00Z", NULL},
		{DER_UTC_TIME, "491231235959Z", "2049-12-31T23:59:59Z", NULL},
		{DER_UTC_TIME, "500101000000Z", "1950-01-01T00:00:00Z", NULL},
		{DER_UTC_TIME, "991231235959Z", "1999-12-31T23:59:59Z", NULL},
		{DER_UTC_TIME, "9601010000Z", "1996-01-01T00:00:00Z", "time without seconds"},
		{DER_UTC_TIME, "960101020000+0200", "1996-01-01T00:00:00Z", "time with an offset from UTC"},
		{DER_UTC_TIME, "9601010000-0130", "1996-01-01T01:30:00Z", "time with an offset from UTC"},
		{DER_UTC_TIME, "960101000000", "1996-01-01T00:00:00Z", "time without zone"},
		{DER_GENERALIZED_TIME, "20500101000000Z", "2050-01-01T00:00:00Z", NULL},
		{DER_GENERALIZED_TIME, "99991231235959Z", "9999-12-31T23:59:59Z", NULL},
		{DER_GENERALIZED_TIME, "00000101000000Z", "0000-01-01T00:00:00Z", NULL},
		{DER_GENERALIZED_TIME, "19000101000000Z", "1900-01-01T00:00:00Z", NULL},
		{DER_GENERALIZED_TIME, "20260101000000.123Z", "2026-01-01T00:00:00Z", "time with a fraction"},
		{DER_GENERALIZED_TIME, "202601010000Z", "2026-01-01T00:00:00Z", "time without seconds"},
		{DER_GENERALIZED_TIME, "20260101000000+01", "2025-12-31T23:00:00Z", "time with an offset from UTC"},
		{DER_GENERALIZED_TIME, "20000229000000Z", "2000-02-29T00:00:00Z", NULL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *odd = NULL;
		char text[CLOCK_TEXT];
		int64_t at;

		assert_true(der_time(rows[i].tag, bytes_of(rows[i].text, strlen(rows[i].text)), &at, &odd));
		clock_write(at, text);
		assert_string_equal(text, rows[i].at);
		assert_true((odd == NULL) == (rows[i].odd == NULL));
		if (odd)
			assert_string_equal(odd, rows[i].odd);
	}
	(void)state;
}

TEST(what_is_no_time_is_refused)
{
	static const struct {
		uint8_t tag;
		const char *text;
	} rows[] = {
		{DER_UTC_TIME, ""}, {DER_UTC_TIME, "Z"}, {DER_UTC_TIME, "261301000000Z"},
		{DER_UTC_TIME, "260230000000Z"}, {DER_UTC_TIME, "260101240000Z"}, {DER_UTC_TIME, "260101006000Z"},
		{DER_UTC_TIME, "2601010000000Z"}, {DER_UTC_TIME, "260101000000ZZ"}, {DER_UTC_TIME, "26010100000xZ"},
		{DER_UTC_TIME, "260101000000+2400"}, {DER_UTC_TIME, "-60101000000Z"},
		{DER_GENERALIZED_TIME, "20260101000000.Z"}, {DER_GENERALIZED_TIME, "2026"},
		{DER_GENERALIZED_TIME, "20250229000000Z"}, {DER_OCTET_STRING, "260101000000Z"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *odd = NULL;
		int64_t at = 77;

		assert_false(der_time(rows[i].tag, bytes_of(rows[i].text, strlen(rows[i].text)), &at, &odd));
		assert_true(at == 77 && !odd);
	}
	(void)state;
}

TEST(strings_of_every_type_become_utf8)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	static const struct {
		uint8_t tag;
		struct bytes content;
		const char *text;
		bool clean;
	} rows[] = {
		{DER_PRINTABLE, {(const uint8_t *)"plain", 5}, "plain", true},
		{DER_UTF8, {(const uint8_t *)"\xc3\xbc", 2}, "\xc3\xbc", true},
		{DER_UTF8, {(const uint8_t *)"a\xff" "b", 3}, "a\xef\xbf\xbd" "b", false},
		{DER_T61, {(const uint8_t *)"M\xfcnchen", 7}, "M\xc3\xbcnchen", true},
		{DER_PRINTABLE, {(const uint8_t *)"M\xfcnchen", 7}, "M\xc3\xbcnchen", false},
		{DER_BMP, {(const uint8_t *)"\x00M\x00\xfc\x20\xac", 6}, "M\xc3\xbc\xe2\x82\xac", true},
		{DER_BMP, {(const uint8_t *)"\xd8\x3d\xde\x00", 4}, "\xf0\x9f\x98\x80", true},
		{DER_BMP, {(const uint8_t *)"\xd8\x3d\x00x", 4}, "\xef\xbf\xbdx", false},
		{DER_BMP, {(const uint8_t *)"\x00x\x00", 3}, "x\xef\xbf\xbd", false},
		{DER_UNIVERSAL, {(const uint8_t *)"\x00\x01\xf6\x00\x00\x00\x00z", 8}, "\xf0\x9f\x98\x80z", true},
		{DER_UNIVERSAL, {(const uint8_t *)"\x00\x11\x00\x00", 4}, "\xef\xbf\xbd", false},
		{DER_IA5, {(const uint8_t *)"", 0}, "", true},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		bool clean = true;

		assert_true(der_is_string(rows[i].tag));
		assert_str(der_string(arena, rows[i].tag, rows[i].content, &clean), rows[i].text);
		assert_int_equal(clean, rows[i].clean);
	}
	assert_false(der_is_string(DER_BIT_STRING));
	(void)state;
}

TEST(bits_are_counted_without_leading_zeros)
{
	assert_int_equal(der_bits(B("\x00\x80")), 8);
	assert_int_equal(der_bits(B("\x01\x00")), 9);
	assert_int_equal(der_bits(B("\x7f")), 7);
	assert_int_equal(der_bits(B("")), 0);
	(void)state;
}

TESTS(RUN(a_value_is_taken_whole_or_not_at_all), RUN(what_stands_in_the_way_is_told),
      RUN(integers_are_written_without_leading_zeros), RUN(small_integers_fit_or_are_refused),
      RUN(times_are_read_in_all_forms), RUN(what_is_no_time_is_refused),
      RUN(strings_of_every_type_become_utf8), RUN(bits_are_counted_without_leading_zeros))
