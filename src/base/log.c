/* SPDX-License-Identifier: Apache-2.0 */

/* Builds a line in one buffer and writes it by one write(2), so lines of processes do not mix. */

#include "base/log.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"

static struct {
	enum log_level most;
	bool as_json;
	const char *role;
} settings = {LOG_INFO, false, ""};

static const char *const level_names[] = {"error", "warn", "info", "debug"};

void log_setup(enum log_level most, bool as_json, const char *role)
{
	settings.most = most;
	settings.as_json = as_json;
	settings.role = role;
}

static bool needs_quotes(struct str s)
{
	if (s.len == 0)
		return true;
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] <= ' ' || s.data[i] == '"' || s.data[i] == '=' || s.data[i] == '\\' ||
		    (unsigned char)s.data[i] >= 0x7f)
			return true;
	return false;
}

static void logfmt_text(struct buf *line, struct str s)
{
	struct json_out json = json_out_start(line);

	if (needs_quotes(s))
		json_out_str(&json, s);
	else
		buf_add_str(line, s);
}

static void logfmt_line(struct buf *line, const char *at, enum log_level level, const char *event,
			const struct log_field *fields)
{
	buf_addf(line, "at=%s level=%s role=%s event=", at, level_names[level], settings.role);
	logfmt_text(line, str_of(event));
	for (; fields->key; fields++) {
		buf_addf(line, " %s=", fields->key);
		if (fields->type == LOG_TEXT)
			logfmt_text(line, fields->text);
		else if (fields->type == LOG_FLAG)
			buf_add_text(line, fields->number ? "true" : "false");
		else
			buf_addf(line, "%lld", (long long)fields->number);
	}
}

static void json_line(struct buf *line, const char *at, enum log_level level, const char *event,
		      const struct log_field *fields)
{
	struct json_out json = json_out_start(line);

	json_out_object(&json);
	json_out_key_text(&json, "at", at);
	json_out_key_text(&json, "level", level_names[level]);
	json_out_key_text(&json, "role", settings.role);
	json_out_key_text(&json, "event", event);
	for (; fields->key; fields++) {
		if (fields->type == LOG_TEXT)
			json_out_key_str(&json, fields->key, fields->text);
		else if (fields->type == LOG_FLAG)
			json_out_key_bool(&json, fields->key, fields->number != 0);
		else
			json_out_key_int(&json, fields->key, fields->number);
	}
	json_out_end_object(&json);
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
	CLEANUP(buf_done) struct buf line = buf_capped(16384);
	char at[CLOCK_TEXT_MS];

	if (level > settings.most)
		return;
	clock_write_ms(clock_now_ms(), at);
	if (settings.as_json)
		json_line(&line, at, level, event, fields);
	else
		logfmt_line(&line, at, level, event, fields);
	buf_add_char(&line, '\n');
	if (write(STDERR_FILENO, line.data, line.len) < 0)
		return; /* nobody is left to be told */
}
