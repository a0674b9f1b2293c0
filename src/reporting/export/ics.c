/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A calendar: one all-day event for each lineage, on the day its current certificate ends. After RFC 5545 and RFC 7986.
 *
 * The identity of an event is its lineage, so a renewal moves it (SEQUENCE grows by one) and leaves no old one behind; a
 * lineage that is served no more has its event cancelled. DTSTAMP is when the current certificate began: the
 * same inventory gives the same bytes, which spares subscribers.
 */

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/foreign.h"
#include "reporting/export.h"

#define FOLD_BYTES 75
#define LINE_BYTES 65536

/* after RFC 5545 section 3.1: at most 75 bytes a line, never within a character. */
static void line_end(struct export *out, struct buf *line)
{
	struct str rest = buf_str(line);
	size_t most = FOLD_BYTES;

	while (rest.len > most) {
		size_t cut = most;

		while (cut > 1 && ((uint8_t)rest.data[cut] & 0xc0) == 0x80)
			cut--;
		buf_add_str(out->to, str_head(rest, cut));
		buf_add_text(out->to, "\r\n ");
		rest = str_skip(rest, cut);
		most = FOLD_BYTES - 1;
	}
	buf_add_str(out->to, rest);
	buf_add_text(out->to, "\r\n");
	if (!buf_ok(line))
		out->to->full = true;
	buf_done(line);
}

static void line(struct export *out, const char *name, const char *value)
{
	struct buf text = buf_capped(LINE_BYTES);

	buf_addf(&text, "%s:%s", name, value);
	line_end(out, &text);
}

/* after RFC 5545 section 3.3.11 */
static void text_add(struct buf *to, struct str text)
{
	CLEANUP(buf_done) struct buf shown = buf_capped(LINE_BYTES);

	for (struct str one; str_split(&text, '\n', &one);) {
		buf_clear(&shown);
		foreign_add(&shown, one);
		for (size_t i = 0; i < shown.len; i++) {
			if (strchr("\\;,", shown.data[i]))
				buf_add_char(to, '\\');
			buf_add_char(to, shown.data[i]);
		}
		if (text.len)
			buf_add_text(to, "\\n");
	}
}

static void text_line(struct export *out, const char *name, struct str value)
{
	struct buf text = buf_capped(LINE_BYTES);

	buf_addf(&text, "%s:", name);
	text_add(&text, value);
	line_end(out, &text);
}

static void calendar_start(struct export *out)
{
	line(out, "BEGIN", "VCALENDAR");
	line(out, "VERSION", "2.0");
	line(out, "PRODID", "-//Keepvalid//Certificates//EN");
	line(out, "CALSCALE", "GREGORIAN");
	text_line(out, "NAME", out->options.title);
	text_line(out, "X-WR-CALNAME", out->options.title);
	line(out, "REFRESH-INTERVAL;VALUE=DURATION", "PT6H");
	line(out, "X-PUBLISHED-TTL", "PT6H");
}

static void stamp(char to[20], int64_t at)
{
	struct clock_date date;

	clock_to_date(at, &date);
	snprintf(to, 20, "%04d%02u%02uT%02u%02u%02uZ", date.year % 10000, date.month % 13u, date.day % 32u,
		 date.hour % 24u, date.minute % 60u, date.second % 60u);
}

static void day_line(struct export *out, const char *name, int64_t at)
{
	struct buf text = buf_capped(LINE_BYTES);
	char day[20];

	stamp(day, at);
	day[8] = 0;
	buf_addf(&text, "%s;VALUE=DATE:%s", name, day);
	line_end(out, &text);
}

static void describe(struct export *out, const struct json_value *row)
{
	struct str owner = json_in_str(json_in_get(json_in_get(row, "owner"), "name"), STR("nobody"));
	struct str until = json_in_str(json_in_get(row, "not_after"), STR(""));
	struct str path = json_in_str(json_in_get(row, "path"), STR("none"));
	struct str reason = json_in_str(json_in_get(row, "path_reason"), STR(""));
	struct str note = json_in_str(json_in_get(row, "note"), STR(""));
	CLEANUP(buf_done) struct buf text = buf_capped(LINE_BYTES);

	buf_addf(&text, "Valid until %.*s.\nRenewal path: %.*s%s%.*s\nOwner: %.*s", STR_ARG(until), STR_ARG(path),
		 reason.len ? ": " : "", STR_ARG(reason), STR_ARG(owner));
	if (note.len)
		buf_addf(&text, "\nHow to renew: %.*s", STR_ARG(str_head(note, 2000)));
	text_line(out, "DESCRIPTION", buf_str(&text));
}

/* Who must act is reminded; what renews itself is only shown. */
static void alarm(struct export *out, const struct json_value *row)
{
	if (str_is(json_in_str(json_in_get(row, "path"), STR("")), "proven"))
		return;
	line(out, "BEGIN", "VALARM");
	line(out, "ACTION", "DISPLAY");
	text_line(out, "DESCRIPTION", json_in_str(json_in_get(row, "name"), STR("certificate")));
	line(out, "TRIGGER", "-P14D");
	line(out, "END", "VALARM");
}

static void identity(struct export *out, struct str id, const struct json_value *row, bool active)
{
	int64_t generation = json_in_int(json_in_get(row, "certificates_count"), 1), begun;
	struct buf text = buf_capped(LINE_BYTES);
	char at[20];

	buf_addf(&text, "UID:lineage-%.*s@%.*s", STR_ARG(id), STR_ARG(out->options.instance));
	line_end(out, &text);
	if (!clock_read(json_in_str(json_in_get(row, "not_before"), STR("")), &begun))
		begun = 0;
	stamp(at, begun);
	line(out, "DTSTAMP", at);
	text = buf_capped(LINE_BYTES);
	buf_addf(&text, "SEQUENCE:%lld", (long long)(generation > 0 ? generation - active : 0));
	line_end(out, &text);
}

static bool calendar_item(struct export *out, const struct export_item *item, struct err *err)
{
	const struct json_value *row = item->row;
	struct str id = json_in_str(json_in_get(row, "id"), STR(""));
	bool active = json_in_bool(json_in_get(row, "active"), true);
	CLEANUP(buf_done) struct buf title = buf_capped(LINE_BYTES);
	int64_t ends;

	if (!clock_read(json_in_str(json_in_get(row, "not_after"), STR("")), &ends))
		return true; /* no certificate, no day */
	line(out, "BEGIN", "VEVENT");
	identity(out, id, row, active);
	day_line(out, "DTSTART", ends);
	day_line(out, "DTEND", ends + 86400);
	buf_add_str(&title, str_head(json_in_str(json_in_get(row, "name"), STR("?")), 500));
	buf_add_text(&title, active ? " expires" : " is no longer served");
	text_line(out, "SUMMARY", buf_str(&title));
	describe(out, row);
	line(out, "STATUS", active ? "CONFIRMED" : "CANCELLED");
	line(out, "TRANSP", "TRANSPARENT");
	if (out->options.base_url.data) {
		struct buf text = buf_capped(LINE_BYTES);

		buf_addf(&text, "URL:%.*s/#/lineages/%.*s", STR_ARG(out->options.base_url), STR_ARG(id));
		line_end(out, &text);
	}
	if (active)
		alarm(out, row);
	line(out, "END", "VEVENT");
	return true;
}

static void calendar_end(struct export *out)
{
	line(out, "END", "VCALENDAR");
}

const struct export_form export_ics = {
	.name = "ics",
	.type = "text/calendar; charset=utf-8",
	.ending = ".ics",
	.of = "lineages",
	.about = "a calendar of expiries (RFC 5545)",
	.start = calendar_start,
	.item = calendar_item,
	.end = calendar_end,
};
