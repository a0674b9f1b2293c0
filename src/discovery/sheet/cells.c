/* SPDX-License-Identifier: Apache-2.0 */

/* Records of CSV: see cells.h. A quote opens a quoted cell only at its start, as spreadsheets have it. */

#include "discovery/sheet/cells.h"

#include "base/arena.h"
#include "base/limits.h"

static bool at_line_end(struct str text)
{
	return text.len == 0 || text.data[0] == '\n' || text.data[0] == '\r';
}

static void take_line_end(struct str *text, uint32_t *lines)
{
	if (str_starts(*text, STR("\r\n")))
		*text = str_skip(*text, 2);
	else if (text->len)
		*text = str_skip(*text, 1);
	++*lines;
}

/* What stands between quotes; doubled ones are one. False: the closing one is missing. */
static bool take_quoted(struct arena *arena, struct str *text, uint32_t *lines, struct str *out)
{
	size_t len = 0, end = 1;
	bool closed;
	char *to;

	while (end < text->len && (text->data[end] != '"' || (end + 1 < text->len && text->data[end + 1] == '"')))
		end += text->data[end] == '"' ? 2 : 1;
	closed = end < text->len;
	to = arena_chars(arena, end);
	for (size_t i = 1; i < end && i < text->len; i++) {
		i += text->data[i] == '"';
		*lines += text->data[i] == '\n';
		to[len++] = text->data[i];
	}
	*out = (struct str){to, len};
	*text = str_skip(*text, closed ? end + 1 : text->len);
	return closed;
}

static struct str take_plain(struct str *text, char separator)
{
	size_t len = 0;
	struct str out;

	while (len < text->len && text->data[len] != separator && text->data[len] != '\n' && text->data[len] != '\r')
		len++;
	out = str_head(*text, len);
	*text = str_skip(*text, len);
	return out;
}

static struct str take_cell(struct arena *arena, struct str *text, char separator, uint32_t *lines,
			    const char **problem)
{
	struct str ahead = *text, cell;

	while (str_starts(ahead, STR(" ")))
		ahead = str_skip(ahead, 1);
	if (!str_starts(ahead, STR("\"")))
		return str_trim(take_plain(text, separator));
	*text = ahead;
	if (!take_quoted(arena, text, lines, &cell))
		*problem = "a quoted cell has no end";
	else if (str_trim(take_plain(text, separator)).len)
		*problem = "text stands behind a quoted cell";
	return str_trim(cell);
}

bool cells_take(struct arena *arena, struct str *text, char separator, struct cells *out, const char **problem)
{
	*out = (struct cells){.at = ARENA_ARRAY(arena, struct str, LIMIT_SHEET_COLUMNS)};
	*problem = NULL;
	if (!text->len)
		return false;
	for (;;) {
		struct str cell = take_cell(arena, text, separator, &out->lines, problem);

		if (out->count < LIMIT_SHEET_COLUMNS)
			out->at[out->count++] = cell;
		else
			*problem = "there are more columns than can be";
		if (at_line_end(*text))
			break;
		*text = str_skip(*text, 1);
	}
	take_line_end(text, &out->lines);
	return true;
}
