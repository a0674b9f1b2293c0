/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Tables as RFC 4180 has them: UTF-8, CRLF, a header line, every column that was asked for. Lists are joined by a space.
 *
 * A cell that a spreadsheet would take for a formula (it begins with = + - @, or with a tab or line end) gets an apostrophe
 * before it; what acts is spelt out.
 */

#include <stdio.h>
#include <string.h>

#include "base/foreign.h"
#include "reporting/export.h"

#define CELL_BYTES 4194304

static void cell(struct export *out, struct str text)
{
	CLEANUP(buf_done) struct buf shown = buf_capped(CELL_BYTES);
	struct str rest;

	foreign_add(&shown, text);
	rest = buf_str(&shown);
	buf_add_char(out->to, '"');
	if (rest.len && strchr("=+-@", rest.data[0]))
		buf_add_char(out->to, '\'');
	for (size_t i = 0; i < rest.len; i++) {
		if (rest.data[i] == '"')
			buf_add_char(out->to, '"');
		buf_add_char(out->to, rest.data[i]);
	}
	buf_add_char(out->to, '"');
	if (!buf_ok(&shown))
		out->to->full = true;
}

static void value_add(struct buf *to, const struct json_value *value)
{
	char number[40];

	switch (json_in_type(value)) {
	case JSON_IS_STR:
		buf_add_str(to, json_in_str(value, STR("")));
		break;
	case JSON_IS_INT:
		snprintf(number, sizeof number, "%lld", (long long)json_in_int(value, 0));
		buf_add_text(to, number);
		break;
	case JSON_IS_REAL:
		snprintf(number, sizeof number, "%.17g", json_in_double(value, 0));
		buf_add_text(to, number);
		break;
	case JSON_IS_BOOL:
		buf_add_text(to, json_in_bool(value, false) ? "yes" : "no");
		break;
	case JSON_IS_ARRAY:
		for (size_t i = 0; i < json_in_count(value); i++) {
			if (i)
				buf_add_char(to, ' ');
			value_add(to, json_in_at(value, i));
		}
		break;
	default: /* null, absent, and objects, of which a column names a member */
		break;
	}
}

static void csv_start(struct export *out)
{
	if (out->options.mark)
		buf_add_text(out->to, "\xef\xbb\xbf");
	for (size_t i = 0; i < out->options.column_count; i++) {
		if (i)
			buf_add_char(out->to, ',');
		buf_add_str(out->to, out->options.columns[i]);
	}
	buf_add_text(out->to, "\r\n");
}

/* Numbers stay numbers; all else is quoted. */
static void csv_value(struct export *out, const struct json_value *value)
{
	CLEANUP(buf_done) struct buf text = buf_capped(CELL_BYTES);
	enum json_type type = json_in_type(value);

	value_add(&text, value);
	if (!buf_ok(&text))
		out->to->full = true;
	if (type == JSON_IS_INT || type == JSON_IS_REAL)
		buf_add_str(out->to, buf_str(&text));
	else if (text.len)
		cell(out, buf_str(&text));
}

static bool csv_item(struct export *out, const struct export_item *item, struct err *err)
{
	for (size_t i = 0; i < out->options.column_count; i++) {
		if (i)
			buf_add_char(out->to, ',');
		csv_value(out, export_member(item, out->options.columns[i]));
	}
	buf_add_text(out->to, "\r\n");
	return true;
}

static void csv_end(struct export *out)
{
}

const struct export_form export_csv = {
	.name = "csv",
	.type = "text/csv; charset=utf-8; header=present",
	.ending = ".csv",
	.needs = EXPORT_COLUMNS,
	.about = "a table for spreadsheets (RFC 4180)",
	.start = csv_start,
	.item = csv_item,
	.end = csv_end,
};
