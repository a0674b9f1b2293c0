/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A line of a file: "target port protocol server-name" with blanks or commas between, "-" for what is not given, "#"
 * for a comment at the start of the line or after a blank.
 */

#include <string.h>

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
