/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The parser: recursive descent, one function for each line of the grammar in query.h. Depth, length and
 * the number of terms are bounded, as queries come from strangers.
 */

#include "decisions/query/inside.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"

struct reader {
	struct arena *arena;
	struct str text;
	size_t at;
	size_t terms, depth;
	size_t wrong_at; /* byte of the error */
	struct err *err;
};

static struct query_node *read_or(struct reader *reader);

/* Remembers where; the text of the error is set already. */
static void *fail_at(struct reader *reader, size_t at)
{
	reader->wrong_at = at;
	return NULL;
}

static bool wrong(struct reader *reader, size_t at, const char *code, const char *what, const char *fix)
{
	err_set(reader->err, ERR_INPUT, "%s", what);
	err_fix(reader->err, code, "%s", fix);
	fail_at(reader, at);
	return false;
}

static char peek(const struct reader *reader, size_t ahead)
{
	return reader->at + ahead < reader->text.len ? reader->text.data[reader->at + ahead] : 0;
}

static void skip_space(struct reader *reader)
{
	while (ascii_is_space(peek(reader, 0)))
		reader->at++;
}

static bool is_word_end(char c)
{
	return c == 0 || ascii_is_space(c) || c == '(' || c == ')';
}

/* A keyword in capitals that stands alone. */
static bool take_keyword(struct reader *reader, const char *word)
{
	struct str rest = str_skip(reader->text, reader->at);

	if (!str_starts(rest, str_of(word)) || !is_word_end(peek(reader, strlen(word))))
		return false;
	reader->at += strlen(word);
	return true;
}

static struct query_node *node_new(struct reader *reader, int kind, struct query_node *first)
{
	struct query_node *node = ARENA_NEW(reader->arena, struct query_node);

	node->kind = kind;
	node->first = first;
	return node;
}

/* "text in quotes", the opening one being next. */
static bool read_quoted(struct reader *reader, struct str *out)
{
	size_t start = reader->at++, len = 0;
	char *to = arena_chars(reader->arena, reader->text.len - start);

	for (;;) {
		char c = peek(reader, 0);

		if (reader->at >= reader->text.len)
			return wrong(reader, start, "query-quote", "the quote is not closed", "put a \" at its end");
		reader->at++;
		if (c == '"')
			break;
		if (c == '\\' && (peek(reader, 0) == '"' || peek(reader, 0) == '\\'))
			c = reader->text.data[reader->at++];
		to[len++] = c;
	}
	*out = (struct str){to, len};
	return true;
}

/* An unquoted value: up to a space, a parenthesis, "..", and in a list a comma or bracket. */
static struct str take_word(struct reader *reader, bool in_list)
{
	size_t start = reader->at;

	while (!is_word_end(peek(reader, 0)) && peek(reader, 0) != '"' &&
	       !(peek(reader, 0) == '.' && peek(reader, 1) == '.') &&
	       !(in_list && (peek(reader, 0) == ',' || peek(reader, 0) == ']')))
		reader->at++;
	return str_head(str_skip(reader->text, start), reader->at - start);
}

static bool is_pattern(struct str text)
{
	return str_find_char(text, '*') != SIZE_MAX || str_find_char(text, '?') != SIZE_MAX;
}

static bool read_value(struct reader *reader, enum model_field field, bool in_list, struct query_value *value)
{
	size_t start = reader->at;

	if (peek(reader, 0) == '"') {
		if (!read_quoted(reader, &value->text))
			return false;
	} else {
		value->text = take_word(reader, in_list);
		if (value->text.len == 0)
			return wrong(reader, start, "query-value", "a value is missing here", "write key:value");
		value->pattern = is_pattern(value->text);
	}
	if (value_read(field, value, reader->err))
		return true;
	fail_at(reader, start);
	return false;
}

static bool is_range_here(const struct reader *reader)
{
	return peek(reader, 0) == '.' && peek(reader, 1) == '.';
}

/* One value, or a range with one or two ends. */
static bool read_choice(struct reader *reader, enum model_field field, bool in_list, struct query_choice *choice)
{
	size_t start = reader->at;
	char c;

	choice->from.kind = choice->to.kind = QUERY_OPEN;
	if (!is_range_here(reader) && !read_value(reader, field, in_list, &choice->from))
		return false;
	if (!is_range_here(reader))
		return true;
	if (model_field_type(field) != MODEL_TYPE_NUMBER && model_field_type(field) != MODEL_TYPE_TIME)
		return wrong(reader, reader->at, "query-range", "a range is for numbers and times only",
			     "put the value in quotes if the dots belong to it");
	choice->is_range = true;
	reader->at += 2;
	c = peek(reader, 0);
	if (!is_word_end(c) && !(in_list && (c == ',' || c == ']')) &&
	    !read_value(reader, field, in_list, &choice->to))
		return false;
	if (range_check(choice, reader->err))
		return true;
	fail_at(reader, start);
	return false;
}

static bool count_term(struct reader *reader)
{
	if (++reader->terms <= LIMIT_QUERY_TERMS)
		return true;
	return wrong(reader, reader->at, "query-long", "too many terms", "split the query");
}

/* More elements than a list can have that starts here. */
static size_t list_room(const struct reader *reader)
{
	size_t room = 1;

	for (size_t i = reader->at; i < reader->text.len && reader->text.data[i] != ']'; i++)
		room += reader->text.data[i] == ',';
	for (size_t i = reader->at; i < reader->text.len; i++)
		if (reader->text.data[i] == '"')
			return LIMIT_QUERY_TERMS; /* commas and brackets may be quoted */
	return room < LIMIT_QUERY_TERMS ? room : LIMIT_QUERY_TERMS;
}

static bool read_list(struct reader *reader, struct query_node *term)
{
	struct query_choice *list = ARENA_ARRAY(reader->arena, struct query_choice, list_room(reader));
	size_t start = reader->at++;

	for (;;) {
		skip_space(reader);
		if (!count_term(reader) || !read_choice(reader, term->field, true, &list[term->choice_count]))
			return false;
		term->choice_count++;
		skip_space(reader);
		if (peek(reader, 0) == ']')
			break;
		if (peek(reader, 0) != ',')
			return wrong(reader, reader->at < reader->text.len ? reader->at : start, "query-list",
				     "the list is not closed", "write [a,b]");
		reader->at++;
	}
	reader->at++;
	term->choices = list;
	return true;
}

static bool read_values(struct reader *reader, struct query_node *term)
{
	struct query_choice *one;

	if (peek(reader, 0) == '[')
		return read_list(reader, term);
	one = ARENA_NEW(reader->arena, struct query_choice);
	term->choices = one;
	term->choice_count = 1;
	return count_term(reader) && read_choice(reader, term->field, false, one);
}

/* Longest first. */
static const struct {
	const char *text;
	enum query_op op;
} operators[] = {{"<=", QUERY_LE}, {">=", QUERY_GE}, {"!=", QUERY_NOT_IS}, {"!", QUERY_NOT_IS},
		 {"<", QUERY_LT},  {">", QUERY_GT},  {"=", QUERY_IS},	   {":", QUERY_HAS}};

static bool take_operator(struct reader *reader, enum query_op *op)
{
	for (size_t i = 0; i < COUNT_OF(operators); i++)
		if (str_starts(str_skip(reader->text, reader->at), str_of(operators[i].text))) {
			*op = operators[i].op;
			reader->at += strlen(operators[i].text);
			return true;
		}
	return false;
}

static bool operator_fits(struct reader *reader, const struct query_node *term, size_t at)
{
	enum model_type type = model_field_type(term->field);

	if (term->op < QUERY_LT)
		return true;
	if (type != MODEL_TYPE_NUMBER && type != MODEL_TYPE_TIME && type != MODEL_TYPE_CRITICALITY)
		return wrong(reader, at, "query-operator", "only numbers and times can be smaller or greater",
			     "write key:value");
	if (term->choice_count > 1 || term->choices[0].is_range)
		return wrong(reader, at, "query-operator", "a list or range cannot be smaller or greater",
			     "write key:[a,b] or key:a..b");
	return true;
}

static bool key_unknown(struct reader *reader, struct str key, size_t at)
{
	const char *nearest = field_nearest(key);

	err_set(reader->err, ERR_INPUT, "there is no key \"%.*s\"", STR_ARG(key));
	if (nearest)
		err_fix(reader->err, "query-key", "did you mean %s?", nearest);
	else
		err_fix(reader->err, "query-key", "put it in quotes to search for the text; keys: `keepvalid help query`");
	fail_at(reader, at);
	return false;
}

static bool add_problem(struct reader *reader, struct query_node *term, struct query_choice *place, int64_t bit)
{
	const char *word = model_problem_name((enum model_problem)bit);

	place->from = (struct query_value){.kind = QUERY_NUMBER, .text = str_of(word), .low = bit};
	place->to.kind = QUERY_OPEN;
	term->choice_count++;
	return count_term(reader);
}

/* trust:yes or no is another way to ask for problems. */
static bool read_trust(struct reader *reader, struct query_node *term, size_t at)
{
	struct str what = take_word(reader, false);
	bool yes = str_is(what, "yes"), no = str_is(what, "no");
	struct query_choice *list = ARENA_ARRAY(reader->arena, struct query_choice, 2);

	term->field = MODEL_FIELD_PROBLEM;
	term->choices = list;
	if ((yes || no) && term->op <= QUERY_NOT_IS) {
		term->op = (term->op == QUERY_NOT_IS) == yes ? QUERY_HAS : QUERY_NOT_IS;
		return add_problem(reader, term, list, MODEL_PROBLEM_UNTRUSTED) &&
		       add_problem(reader, term, list + 1, MODEL_PROBLEM_SELF_SIGNED);
	}
	return wrong(reader, at, "query-flag", "trust is yes or no", "write trust:yes or trust:no");
}

static bool read_keyed(struct reader *reader, struct query_node *term, struct str key, size_t at)
{
	size_t operator_at = reader->at;

	if (!take_operator(reader, &term->op))
		return false; /* cannot be: the caller saw one */
	if (str_is(key, "trust"))
		return read_trust(reader, term, at);
	if (!field_find(key, &term->field))
		return key_unknown(reader, key, at);
	return read_values(reader, term) && operator_fits(reader, term, operator_at);
}

static bool read_bare(struct reader *reader, struct query_node *term, struct str text, bool quoted)
{
	struct query_choice *one = ARENA_NEW(reader->arena, struct query_choice);

	one->from = (struct query_value){.kind = QUERY_TEXT, .text = text, .pattern = !quoted && is_pattern(text)};
	one->to.kind = QUERY_OPEN;
	term->bare = true;
	term->field = MODEL_FIELD_TEXT;
	term->op = QUERY_HAS;
	term->choices = one;
	term->choice_count = 1;
	return count_term(reader);
}

static struct query_node *read_term(struct reader *reader)
{
	struct query_node *term = node_new(reader, QUERY_TERM, NULL);
	size_t start = reader->at;
	struct str word;

	if (peek(reader, 0) == '"')
		return read_quoted(reader, &word) && read_bare(reader, term, word, true) ? term : NULL;
	while (!is_word_end(peek(reader, 0)) && !strchr(":<>=!\"", peek(reader, 0)))
		reader->at++;
	word = str_head(str_skip(reader->text, start), reader->at - start);
	if (word.len == 0) {
		wrong(reader, start, "query-key", "a key or a word is missing here", "write key:value");
		return NULL;
	}
	if (is_word_end(peek(reader, 0)) || peek(reader, 0) == '"')
		return read_bare(reader, term, word, false) ? term : NULL;
	return read_keyed(reader, term, word, start) ? term : NULL;
}

static struct query_node *read_group(struct reader *reader)
{
	size_t start = reader->at++;
	struct query_node *inside = read_or(reader);

	if (!inside)
		return NULL;
	skip_space(reader);
	if (peek(reader, 0) != ')') {
		wrong(reader, start, "query-parenthesis", "the parenthesis is not closed", "put a ) at its end");
		return NULL;
	}
	reader->at++;
	return inside;
}

static struct query_node *read_not(struct reader *reader)
{
	struct query_node *inside;

	skip_space(reader);
	if (++reader->depth > LIMIT_QUERY_DEPTH) {
		wrong(reader, reader->at, "query-long", "too deeply nested", "write it flatter");
		return NULL;
	}
	if (peek(reader, 0) == '-' || take_keyword(reader, "NOT")) {
		reader->at += peek(reader, 0) == '-';
		inside = read_not(reader);
		inside = inside ? node_new(reader, QUERY_NOT, inside) : NULL;
	} else if (peek(reader, 0) == '(') {
		inside = read_group(reader);
	} else {
		inside = read_term(reader);
	}
	reader->depth--;
	return inside;
}

/* Joins what `one` reads while `more` says so; a single one stands for itself. */
static struct query_node *read_joined(struct reader *reader, int kind, struct query_node *(*one)(struct reader *),
				      bool (*more)(struct reader *))
{
	struct query_node *first = one(reader), *last = first;

	if (!first)
		return NULL;
	while (more(reader)) {
		last->next = one(reader);
		if (!last->next)
			return NULL;
		last = last->next;
	}
	return first == last ? first : node_new(reader, kind, first);
}

static bool more_and(struct reader *reader)
{
	size_t before;

	skip_space(reader);
	before = reader->at;
	if (reader->at >= reader->text.len || peek(reader, 0) == ')')
		return false;
	if (take_keyword(reader, "OR")) {
		reader->at = before;
		return false;
	}
	take_keyword(reader, "AND");
	return true;
}

static bool more_or(struct reader *reader)
{
	skip_space(reader);
	return take_keyword(reader, "OR");
}

static struct query_node *read_and(struct reader *reader)
{
	return read_joined(reader, QUERY_AND, read_not, more_and);
}

static struct query_node *read_or(struct reader *reader)
{
	return read_joined(reader, QUERY_OR, read_and, more_or);
}

/* A byte's place in characters, from 1. */
static size_t column_of(struct str text, size_t at)
{
	size_t column = 1;

	for (size_t i = 0; i < at && i < text.len; i++)
		column += ((unsigned char)text.data[i] & 0xc0) != 0x80;
	return column;
}

static bool is_readable(struct reader *reader)
{
	struct str text = reader->text;

	if (text.len > LIMIT_QUERY_BYTES)
		return wrong(reader, 0, "query-long", "the query is too long", "split the query");
	if (!str_is_utf8(text))
		return wrong(reader, 0, "query-text", "the query is not UTF-8", "write it in UTF-8");
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] < 0x20 && !ascii_is_space(text.data[i]))
			return wrong(reader, i, "query-text", "a control character", "leave it out");
	return true;
}

static struct query_node *read_all(struct reader *reader)
{
	struct query_node *query;

	if (!is_readable(reader))
		return NULL;
	skip_space(reader);
	if (reader->at >= reader->text.len)
		return node_new(reader, QUERY_ALL, NULL);
	query = read_or(reader);
	if (query && reader->at < reader->text.len) {
		wrong(reader, reader->at, "query-parenthesis", "this parenthesis was not opened", "put a ( before");
		return NULL;
	}
	return query;
}

bool query_read(struct arena *arena, struct str text, const struct query_node **out, size_t *column, struct err *err)
{
	struct err own;
	struct reader reader = {.arena = arena, .text = text, .err = err ? err : &own};
	const struct query_node *query = read_all(&reader);

	if (query) {
		*out = query;
		return true;
	}
	if (column)
		*column = column_of(text, reader.wrong_at);
	return err_wrap(err, "column %zu", column_of(text, reader.wrong_at));
}
