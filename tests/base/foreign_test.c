/* SPDX-License-Identifier: Apache-2.0 */

/* Text from strangers: what acts is spelt out, and JSON keeps its value. */

#include "test.h"

#include "base/foreign.h"
#include "base/json.h"

/* clang-format off */
static const struct {
	const char *text, *shown, *json;
} rows[] = {
	{"shop.example",            "shop.example",              "\"shop.example\""},
	{"a\nb\x1b[31m\x7f",        "a\\x0ab\\x1b[31m\\x7f",     "\"a\\nb\\u001b[31m\\u007f\""},
	{"M\xc3\xbcller \xe2\x82\xac", "M\xc3\xbcller \xe2\x82\xac", "\"M\xc3\xbcller \xe2\x82\xac\""},
	{"evil\xe2\x80\xaegpj",     "evil\\u202egpj",            "\"evil\\u202egpj\""},
	{"\xef\xbb\xbfx\xe2\x80\x8b", "\\ufeffx\\u200b",         "\"\\ufeffx\\u200b\""},
	{"\xc2\x9b" "31m\xc2\xad",  "\\u009b31m\\u00ad",         "\"\\u009b31m\\u00ad\""},
	{"\xf3\xa0\x81\x81",        "\\ue0041",                  "\"\\udb40\\udc41\""},
	{"\xf0\x9f\x98\x80",        "\xf0\x9f\x98\x80",          "\"\xf0\x9f\x98\x80\""},
	{"\xff\xc3",                "\\xff\\xc3",                "\"\xef\xbf\xbd\xef\xbf\xbd\""},
};
/* clang-format on */

TEST(what_acts_is_spelt_out_and_the_rest_stays)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(buf_done) struct buf to = buf_capped(1000);

		foreign_add(&to, str_of(rows[i].text));
		assert_string_equal(to.data, rows[i].shown);
	}
	(void)state;
}

TEST(json_escapes_what_acts_and_reads_back_as_the_same)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(buf_done) struct buf to = buf_capped(1000);
		struct json_out json = json_out_start(&to);

		json_out_array(&json);
		json_out_text(&json, rows[i].text);
		json_out_end_array(&json);
		buf_drop(&to, 1);
		to.data[--to.len] = 0;
		assert_string_equal(to.data, rows[i].json);
	}
	(void)state;
}

TESTS(RUN(what_acts_is_spelt_out_and_the_rest_stays), RUN(json_escapes_what_acts_and_reads_back_as_the_same))
