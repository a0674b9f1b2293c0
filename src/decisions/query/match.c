/* SPDX-License-Identifier: Apache-2.0 */

/* A filter against one row: a stack of truths, kept as bits. */

#include "decisions/query/inside.h"

#include <assert.h>

#define STACK 64 /* LIMIT_QUERY_DEPTH and one for the list being joined stay below */

static bool has_nocase(struct str s, struct str part)
{
	for (size_t i = 0; i + part.len <= s.len; i++)
		if (str_equal_nocase(str_head(str_skip(s, i), part.len), part))
			return true;
	return false;
}

/* The whole of s against * and ?. A star is tried again further on when what follows it does not fit. */
static bool like_nocase(struct str s, struct str pattern)
{
	size_t at = 0, p = 0, star = SIZE_MAX, from = 0;

	while (at < s.len) {
		if (p < pattern.len && pattern.data[p] == '*') {
			star = p++;
			from = at;
		} else if (p < pattern.len && (pattern.data[p] == '?' || ascii_lower(pattern.data[p]) == ascii_lower(s.data[at]))) {
			/* a character may have several bytes */
			if (pattern.data[p++] == '?')
				while (at + 1 < s.len && ((unsigned char)s.data[at + 1] & 0xc0) == 0x80)
					at++;
			at++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			at = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.data[p] == '*')
		p++;
	return p == pattern.len;
}

static bool text_holds(const struct model_term *term, struct str text)
{
	if (term->op == MODEL_LIKE)
		return like_nocase(text, term->text);
	return term->op == MODEL_HAS ? has_nocase(text, term->text) : str_equal_nocase(text, term->text);
}

static bool number_holds(const struct model_term *term, int64_t number)
{
	bool bits = model_field_type(term->field) == MODEL_TYPE_PROBLEM;

	switch (term->op) {
	case MODEL_LT:
		return number < term->number;
	case MODEL_LE:
		return number <= term->number;
	case MODEL_GT:
		return number > term->number;
	case MODEL_GE:
		return number >= term->number;
	default:
		return bits ? (number & term->number) != 0 : number == term->number;
	}
}

static bool holds(const struct model_term *term, query_get_fn get, void *row)
{
	bool is_text = model_field_type(term->field) == MODEL_TYPE_TEXT, found = false;
	struct str text = {NULL, 0};
	int64_t number = 0;

	for (size_t n = 0; !found && get(row, term->field, n, &text, &number); n++)
		found = is_text ? text_holds(term, text) : number_holds(term, number);
	return term->op == MODEL_NE ? !found : found;
}

bool query_matches(const struct model_filter *filter, query_get_fn get, void *row)
{
	bool stack[STACK];
	size_t depth = 0;

	for (size_t i = 0; i < filter->count; i++) {
		const struct model_term *term = &filter->terms[i];

		switch (term->op) {
		case MODEL_AND:
			assert(depth >= 2);
			depth--;
			stack[depth - 1] &= stack[depth];
			break;
		case MODEL_OR:
			assert(depth >= 2);
			depth--;
			stack[depth - 1] |= stack[depth];
			break;
		case MODEL_NOT:
			assert(depth >= 1);
			stack[depth - 1] = !stack[depth - 1];
			break;
		default:
			assert(depth < STACK);
			stack[depth++] = holds(term, get, row);
		}
	}
	return depth == 0 || stack[0];
}
