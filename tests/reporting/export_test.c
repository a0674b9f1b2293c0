/* SPDX-License-Identifier: Apache-2.0 */

/* Forms of export, by rows of input and answer. tests/e2e/exports.test.py has other programs read them. */

#include "test.h"

#include "reporting/export.h"

static void export_one(const char *form, const struct export_options *options, const char *row, const char *facts,
		       struct buf *to)
{
	CLEANUP(json_doc_done) struct json_doc *row_doc = NULL;
	CLEANUP(json_doc_done) struct json_doc *facts_doc = NULL;
	CLEANUP(export_done) struct export out = {0};
	struct export_item item = {.row_json = str_of(row)};

	assert_true(json_doc_read(str_of(row), &row_doc, NULL));
	item.row = json_doc_root(row_doc);
	if (facts) {
		assert_true(json_doc_read(str_of(facts), &facts_doc, NULL));
		item.facts = json_doc_root(facts_doc);
	}
	export_start(&out, export_form_find(str_of(form)), options, to);
	assert_true(export_item(&out, &item, NULL));
	export_end(&out);
	assert_true(buf_ok(to));
}

TEST(a_cell_is_never_a_formula_and_never_acts)
{
	/* clang-format off */
	static const struct { const char *json, *cell; } rows[] = {
		{"\"shop\"",             "\"shop\""},
		{"\"=1+1\"",             "\"'=1+1\""},
		{"\"@SUM(A1)\"",         "\"'@SUM(A1)\""},
		{"\"-2\"",               "\"'-2\""},
		{"\"+2\"",               "\"'+2\""},
		{"\"a\\tb\"",            "\"a\\x09b\""},
		{"\"\\r=1\"",            "\"\\x0d=1\""},
		{"\"say \\\"x\\\", y\"", "\"say \"\"x\"\", y\""},
		{"\"\\u202egpj\"",       "\"\\u202egpj\""},
		{"-5",                   "-5"},
		{"1.5",                  "1.5"},
		{"true",                 "\"yes\""},
		{"[\"a\",\"=b\"]",       "\"a =b\""},
		{"[\"=a\"]",             "\"'=a\""},
		{"[]",                   ""},
		{"null",                 ""},
	};
	/* clang-format on */
	static const struct str columns[] = {STR_INIT("x"), STR_INIT("y.z.missing")};
	const struct export_options options = {.columns = columns, .column_count = 2};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(buf_done) struct buf to = buf_capped(10000), row = buf_capped(1000), want = buf_capped(1000);

		buf_addf(&row, "{\"x\":%s}", rows[i].json);
		buf_addf(&want, "x,y.z.missing\r\n%s,\r\n", rows[i].cell);
		export_one("csv", &options, row.data, NULL, &to);
		assert_string_equal(to.data, want.data);
	}
	(void)state;
}

TEST(a_line_of_a_calendar_is_folded_between_characters)
{
	const struct export_options options = {.title = STR("t"), .instance = STR("i")};
	CLEANUP(buf_done) struct buf to = buf_capped(100000), row = buf_capped(4000), whole = buf_capped(100000);
	struct str rest, line;

	buf_addf(&row, "{\"id\":\"7\",\"not_after\":\"2027-02-03T04:05:06Z\",\"name\":\"");
	for (int i = 0; i < 100; i++)
		buf_add_text(&row, "\xc3\xbc,");
	buf_add_text(&row, "\"}");
	export_one("ics", &options, row.data, NULL, &to);
	for (rest = buf_str(&to); str_take_line(&rest, &line);) {
		assert_true(line.len <= 76); /* with the CR */
		assert_true(str_is_utf8(line));
		buf_add_str(&whole, str_starts(line, STR(" ")) ? str_skip(line, 1) : line);
	}
	assert_non_null(strstr(whole.data, "\xc3\xbc\\,\xc3\xbc\\,"));
	assert_non_null(strstr(to.data, "DTSTART;VALUE=DATE:20270203\r\nDTEND;VALUE=DATE:20270204\r\n"));
	(void)state;
}

TEST(a_renewal_moves_the_event_and_an_end_cancels_it)
{
	/* clang-format off */
	static const struct { const char *row; const char *has[4]; } rows[] = {
		{"{\"id\":\"7\",\"name\":\"a\",\"active\":true,\"certificates_count\":1,\"path\":\"none\",\"not_before\":\"2026-01-01T00:00:00Z\",\"not_after\":\"2026-03-01T00:00:00Z\"}",
		 {"UID:lineage-7@i\r\n", "SEQUENCE:0\r\n", "STATUS:CONFIRMED", "BEGIN:VALARM"}},
		{"{\"id\":\"7\",\"name\":\"a\",\"active\":true,\"certificates_count\":2,\"path\":\"none\",\"not_before\":\"2026-02-01T00:00:00Z\",\"not_after\":\"2026-05-01T00:00:00Z\"}",
		 {"UID:lineage-7@i\r\n", "SEQUENCE:1\r\n", "DTSTAMP:20260201T000000Z\r\n", "20260501"}},
		{"{\"id\":\"7\",\"name\":\"a\",\"active\":false,\"certificates_count\":2,\"path\":\"none\",\"not_after\":\"2026-05-01T00:00:00Z\"}",
		 {"UID:lineage-7@i\r\n", "SEQUENCE:2\r\n", "STATUS:CANCELLED", "is no longer served"}},
	};
	/* clang-format on */
	const struct export_options options = {.title = STR("t"), .instance = STR("i")};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(buf_done) struct buf to = buf_capped(100000);

		export_one("ics", &options, rows[i].row, NULL, &to);
		for (size_t j = 0; j < 4; j++)
			assert_non_null(strstr(to.data, rows[i].has[j]));
	}
	(void)state;
}

TEST(what_renews_itself_alarms_nobody)
{
	const struct export_options options = {.title = STR("t"), .instance = STR("i")};
	CLEANUP(buf_done) struct buf to = buf_capped(100000);

	export_one("ics", &options, "{\"id\":\"7\",\"path\":\"proven\",\"not_after\":\"2026-05-01T00:00:00Z\"}", NULL, &to);
	assert_null(strstr(to.data, "VALARM"));
	(void)state;
}

TEST(a_certificate_without_facts_is_refused_where_facts_are_the_form)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	CLEANUP(export_done) struct export out = {0};
	CLEANUP(buf_done) struct buf to = buf_capped(100000);
	const struct export_options options = {.uuid = STR("u"), .version = STR("0")};
	struct export_item item = {.row_json = STR("{}")};
	struct err err = {0};

	assert_true(json_doc_read(item.row_json, &doc, NULL));
	item.row = json_doc_root(doc);
	export_start(&out, &export_cyclonedx_1_7, &options, &to);
	assert_false(export_item(&out, &item, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	item.row = NULL;
	assert_false(export_item(&out, &item, &err));
	(void)state;
}

TESTS(RUN(a_cell_is_never_a_formula_and_never_acts), RUN(a_line_of_a_calendar_is_folded_between_characters),
      RUN(a_renewal_moves_the_event_and_an_end_cancels_it), RUN(what_renews_itself_alarms_nobody),
      RUN(a_certificate_without_facts_is_refused_where_facts_are_the_form))
