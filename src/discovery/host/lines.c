/* SPDX-License-Identifier: Apache-2.0 */

/* Lines and words of configurations, as most servers spell them: comments, joined lines, quotes, variables. */

#include "discovery/host/room.h"

#include <string.h>

/* Cuts a comment off that starts after a blank and outside quotes. */
static struct str without_comment(struct str line, char comment)
{
	char quote = 0;

	for (size_t i = 0; i < line.len; i++) {
		char c = line.data[i];

		if (c == '\\' && i + 1 < line.len) {
			i++;
			continue;
		}
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == comment && (i == 0 || ascii_is_space(line.data[i - 1])))
			return str_head(line, i);
	}
	return line;
}

/* A line and, as the form has it, those that belong to it. */
static bool take_one(struct lines_in *lines, struct str *line)
{
	if (str_take_line(&lines->rest, line)) {
		lines->next++;
		return true;
	}
	if (lines->rest.len == 0)
		return false;
	*line = lines->rest; /* the last one has no end */
	lines->rest = (struct str){NULL, 0};
	lines->next++;
	return true;
}

static bool is_comment(const struct lines_in *lines, struct str line)
{
	line = str_trim(line);
	return lines->form.comment && line.len && line.data[0] == lines->form.comment;
}

/* The next line belongs to this one, or is a comment or empty between two such. */
static bool goes_on(const struct lines_in *lines)
{
	struct str rest = lines->rest;

	return rest.len && (rest.data[0] == ' ' || rest.data[0] == '\t' || rest.data[0] == lines->form.comment);
}

static struct str joined(struct lines_in *lines, struct str line)
{
	CLEANUP(buf_done) struct buf whole = buf_capped(LIMIT_HOST_CONFIG_BYTES);
	struct str more;

	buf_add_str(&whole, line);
	for (;;) {
		if (lines->form.backslash_joins && whole.len && whole.data[whole.len - 1] == '\\') {
			whole.len--;
			if (!take_one(lines, &more))
				break;
			buf_add_str(&whole, more);
		} else if (lines->form.blank_joins && goes_on(lines)) {
			(void)take_one(lines, &more);
			if (is_comment(lines, more))
				continue;
			buf_add_char(&whole, ' ');
			buf_add_str(&whole, str_trim(more));
		} else {
			break;
		}
	}
	return arena_str(lines->arena, buf_str(&whole));
}

bool lines_take(struct lines_in *lines, struct str *line, uint32_t *number)
{
	while (take_one(lines, line)) {
		bool may_join = lines->form.blank_joins || (lines->form.backslash_joins && str_ends(*line, STR("\\")));

		*number = lines->next;
		if (is_comment(lines, *line))
			continue;
		if (may_join && str_trim(*line).len)
			*line = joined(lines, *line);
		if (lines->form.comment_anywhere)
			*line = without_comment(*line, lines->form.comment);
		*line = str_trim(*line);
		if (line->len)
			return true;
	}
	return false;
}

bool word_take(struct arena *arena, struct str *rest, struct str *word)
{
	struct str in = *rest;
	char quote = 0, *to;
	size_t at = 0, len = 0;

	while (in.len && ascii_is_space(in.data[0]))
		in = str_skip(in, 1);
	if (!in.len)
		return false;
	to = arena_chars(arena, in.len + 1);
	for (; at < in.len; at++) {
		char c = in.data[at];

		if (c == '\\' && quote != '\'' && at + 1 < in.len)
			to[len++] = in.data[++at];
		else if (quote && c == quote)
			quote = 0;
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
		else if (!quote && ascii_is_space(c))
			break;
		else
			to[len++] = c;
	}
	to[len] = 0;
	*word = (struct str){to, len};
	*rest = str_skip(in, at);
	return true;
}

size_t words_take(struct arena *arena, struct str line, struct str words[WORDS_MAX])
{
	size_t count = 0;

	while (count < WORDS_MAX && word_take(arena, &line, &words[count]))
		count++;
	return count;
}

struct str unquoted(struct str value)
{
	if (value.len >= 2 && (value.data[0] == '"' || value.data[0] == '\'') && value.data[value.len - 1] == value.data[0])
		return str_head(str_skip(value, 1), value.len - 2);
	return value;
}

bool pair_take(struct str line, const char *by, struct str *key, struct str *value)
{
	size_t end = 0;

	while (end < line.len && !ascii_is_space(line.data[end]) && !(line.data[end] && strchr(by, line.data[end])))
		end++;
	*key = str_head(line, end);
	line = str_trim(str_skip(line, end));
	if (line.len && line.data[0] && strchr(by, line.data[0]))
		line = str_trim(str_skip(line, 1));
	*value = line;
	return key->len > 0;
}

static bool is_name(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

/* What stands after "$": a name in one of the forms. Takes it; false when it is just a "$". */
static bool take_variable(struct str *rest, const char *forms, struct str *name)
{
	char open = rest->len ? rest->data[0] : 0, close = open == '{' ? '}' : ')';
	size_t end = 0;

	if ((open == '{' || open == '(') && strchr(forms, open)) {
		end = str_find_char(*rest, close);
		if (end == SIZE_MAX)
			return false;
		*name = str_skip(str_head(*rest, end), 1);
		*rest = str_skip(*rest, end + 1);
		return true;
	}
	while (strchr(forms, 'a') && end < rest->len && is_name(rest->data[end]))
		end++;
	*name = str_head(*rest, end);
	*rest = str_skip(*rest, end);
	return end > 0;
}

struct str expanded(struct arena *arena, struct str text, const char *forms, variable_fn value, void *data)
{
	CLEANUP(buf_done) struct buf to = buf_capped(16384);
	struct str name, found;
	size_t at;

	if (str_find_char(text, '$') == SIZE_MAX)
		return text;
	while ((at = str_find_char(text, '$')) != SIZE_MAX) {
		buf_add_str(&to, str_head(text, at));
		text = str_skip(text, at + 1);
		if (!take_variable(&text, forms, &name)) {
			buf_add_char(&to, '$');
			continue;
		}
		found = value(data, name);
		if (!found.data)
			return (struct str){NULL, 0};
		buf_add_str(&to, found);
	}
	buf_add_str(&to, text);
	return buf_ok(&to) ? arena_str(arena, buf_str(&to)) : (struct str){NULL, 0};
}
