/* SPDX-License-Identifier: Apache-2.0 */

/* The canonical form: one space between terms, quotes only where needed, parentheses only around OR and negated lists. */

#include "decisions/query/inside.h"

#include <string.h>

#include "base/buf.h"

static const char *const signs[] = {[QUERY_HAS] = ":", [QUERY_IS] = "=",  [QUERY_NOT_IS] = "!", [QUERY_LT] = "<",
				    [QUERY_LE] = "<=", [QUERY_GT] = ">",  [QUERY_GE] = ">="};

static bool needs_quotes(struct str text, bool bare)
{
	if (text.len == 0 || str_has(text, STR("..")) || str_is(text, "OR") || str_is(text, "AND") || str_is(text, "NOT"))
		return true;
	if (text.data[0] == '[' || (bare && text.data[0] == '-'))
		return true;
	for (size_t i = 0; i < text.len; i++)
		if (ascii_is_space(text.data[i]) || strchr("()\",]\\", text.data[i]) ||
		    (bare && strchr(":<>=!", text.data[i])) ||
		    (i == 0 && strchr("=", text.data[i])))
			return true;
	return false;
}

/* Wildcards in quotes are plain characters, and must stay so. */
static bool is_spelt_so(const struct query_value *value)
{
	bool wild = str_find_char(value->text, '*') != SIZE_MAX || str_find_char(value->text, '?') != SIZE_MAX;

	return wild == value->pattern;
}

static void write_value(struct buf *to, const struct query_value *value, bool bare)
{
	if (value->kind == QUERY_OPEN)
		return;
	if (!needs_quotes(value->text, bare) && is_spelt_so(value)) {
		buf_add_str(to, value->text);
		return;
	}
	buf_add_char(to, '"');
	for (size_t i = 0; i < value->text.len; i++) {
		if (value->text.data[i] == '"' || value->text.data[i] == '\\')
			buf_add_char(to, '\\');
		buf_add_char(to, value->text.data[i]);
	}
	buf_add_char(to, '"');
}

void write_text(struct buf *to, struct str text)
{
	struct query_value value = {.kind = QUERY_TEXT, .text = text};

	write_value(to, &value, false);
}

static void write_choice(struct buf *to, const struct query_choice *choice, bool bare)
{
	write_value(to, &choice->from, bare);
	if (choice->is_range)
		buf_add_text(to, "..");
	write_value(to, &choice->to, bare);
}

static void write_term(struct buf *to, const struct query_node *term)
{
	if (!term->bare) {
		buf_add_text(to, model_field_name(term->field));
		buf_add_text(to, signs[term->op]);
	}
	if (term->choice_count > 1)
		buf_add_char(to, '[');
	for (size_t i = 0; i < term->choice_count; i++) {
		if (i > 0)
			buf_add_char(to, ',');
		write_choice(to, &term->choices[i], term->bare);
	}
	if (term->choice_count > 1)
		buf_add_char(to, ']');
}

static void write_grouped(struct buf *to, const struct query_node *node, bool group)
{
	if (group)
		buf_add_char(to, '(');
	query_write(to, node);
	if (group)
		buf_add_char(to, ')');
}

void query_write(struct buf *to, const struct query_node *query)
{
	switch (query->kind) {
	case QUERY_ALL:
		break;
	case QUERY_TERM:
		write_term(to, query);
		break;
	case QUERY_NOT:
		buf_add_char(to, '-');
		write_grouped(to, query->first, query->first->kind == QUERY_AND || query->first->kind == QUERY_OR);
		break;
	default:
		for (const struct query_node *child = query->first; child; child = child->next) {
			if (child != query->first)
				buf_add_text(to, query->kind == QUERY_OR ? " OR " : " ");
			write_grouped(to, child, query->kind == QUERY_AND ? child->kind == QUERY_AND || child->kind == QUERY_OR
									   : child->kind == QUERY_OR);
		}
	}
}
