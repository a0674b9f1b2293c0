/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A line of a file: "target port protocol server-name" with blanks or commas between, "-" for what is not given, "#"
 * for a comment at the start of the line or after a blank.
 */

#include <string.h>

#include "base/arena.h"
#include "discovery/target/room.h"

enum { COLUMNS = 4 };

static struct str without_comment(struct str line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.data[i] == '#' && (i == 0 || memchr(" \t,", line.data[i - 1], 3)))
			return str_trim(str_head(line, i));
	return str_trim(line);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == ',';
}

/* "a, b" and "a  b" are two columns; "a,,b" are three. */
static struct str column_take(struct str *rest)
{
	struct str column = *rest;
	size_t end = 0, commas = 0;

	while (end < rest->len && !is_blank(rest->data[end]))
		end++;
	column.len = end;
	while (end < rest->len && is_blank(rest->data[end]) && (rest->data[end] != ',' || commas++ == 0))
		end++;
	*rest = str_skip(*rest, end);
	return column;
}

static bool given(struct str column)
{
	return column.len > 0 && !str_is(column, "-");
}

static bool wrong(const char *which, struct str column, const char *fix, struct err *err)
{
	err_set(err, ERR_INPUT, "%s \"%.*s\"", which, STR_ARG(str_head(column, 80)));
	return err_fix(err, "target-columns", "%s", fix);
}

static bool port_column(struct str column, struct span *span, struct err *err)
{
	const struct target_protocol *protocol = target_protocol_find(column);
	uint64_t port;

	if (protocol) {
		span->port = protocol->port;
		span->protocol = str_of(protocol->protocol);
		return true;
	}
	if (!str_to_u64(column, 65535, &port) || port == 0)
		return wrong("the second column is no port:", column, "columns are: target port protocol server-name; \"-\" for not given", err);
	span->port = (uint16_t)port;
	return true;
}

static bool protocol_column(struct str column, struct span *span, struct err *err)
{
	const struct target_protocol *protocol = target_protocol_find(column);

	if (!protocol)
		return wrong("the third column is no protocol:", column, "write tls, smtp, imap, ldap, postgres, …, or \"-\"", err);
	span->protocol = str_of(protocol->protocol);
	return true;
}

bool span_read_line(struct str line, struct str *text, struct span *out, struct err *err)
{
	struct str rest, columns[COLUMNS];

	err->kind = ERR_NONE;
	if (str_starts(line, STR("\xef\xbb\xbf")))
		line = str_skip(line, 3);
	rest = without_comment(line);
	if (rest.len == 0)
		return false;
	for (size_t i = 0; i < COLUMNS; i++)
		columns[i] = column_take(&rest);
	if (rest.len > 0)
		return wrong("more than four columns:", rest, "columns are: target port protocol server-name", err);
	*text = columns[0];
	if (!span_read(columns[0], out, err))
		return false;
	if (given(columns[1]) && !port_column(columns[1], out, err))
		return false;
	if (given(columns[2]) && !protocol_column(columns[2], out, err))
		return false;
	if (given(columns[3]) && columns[3].len > 253)
		return wrong("the server name is too long:", columns[3], "a host name has at most 253 characters", err);
	if (given(columns[3]))
		out->server_name = columns[3];
	return true;
}

/* One word says at most host, port and either a protocol or a name. */
static bool word_fits(struct str text, const struct str columns[COLUMNS])
{
	bool plain = str_find(text, STR("://")) == SIZE_MAX && str_find_char(text, '@') == SIZE_MAX;

	if (!given(columns[1]) && !given(columns[2]) && !given(columns[3]))
		return true;
	if (given(columns[2]) && (given(columns[3]) || str_find_char(text, '/') != SIZE_MAX))
		return false;
	return plain;
}

/* The host without a port; IPv6 in brackets. */
static struct str host_of(struct arena *arena, struct str text)
{
	size_t colon = str_find_char(text, ':');

	if (text.data[0] == '[')
		return str_head(text, str_find_char(text, ']') + 1);
	if (colon == SIZE_MAX)
		return text;
	return colon == str_find_last_char(text, ':') ? str_head(text, colon) : arena_format(arena, "[%.*s]", STR_ARG(text));
}

bool target_line_word(struct arena *arena, struct str line, struct str *out, struct err *err)
{
	struct str text = {0}, rest, columns[COLUMNS];
	struct span span;
	const char *protocol;

	if (!span_read_line(line, &text, &span, err)) {
		*out = (struct str){0};
		return err->kind == ERR_NONE;
	}
	rest = without_comment(line);
	for (size_t i = 0; i < COLUMNS; i++)
		columns[i] = column_take(&rest);
	columns[0] = text;
	if (!word_fits(text, columns)) {
		err_set(err, ERR_INPUT, "\"%.*s\": no single word says all of this", STR_ARG(str_head(line, 120)));
		return err_fix(err, "target-columns", "give port and name, or port and protocol, with a plain host; or scan it apart");
	}
	*out = text;
	if (!given(columns[1]) && !given(columns[2]) && !given(columns[3]))
		return true;
	text = host_of(arena, text);
	protocol = span.protocol.data && !str_is(span.protocol, "tls") ? span.protocol.data : NULL;
	if (span.port)
		text = arena_format(arena, "%.*s:%u", STR_ARG(text), span.port);
	if (given(columns[3]))
		text = arena_format(arena, "%.*s@%.*s", STR_ARG(columns[3]), STR_ARG(text));
	*out = protocol && !given(columns[3]) ? arena_format(arena, "%s://%.*s", protocol, STR_ARG(text)) : text;
	return span_read(*out, &span, err);
}
