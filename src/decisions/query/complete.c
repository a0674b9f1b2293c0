/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Completion: what could stand at the cursor. The text may be unfinished or wrong anywhere; what counts is the term that the
 * cursor stands in or behind, so it is split by the same rules as the parser's, but nothing is refused. Pure: values that
 * only the inventory knows are asked for by query_spot and added by the API.
 */

#include "decisions/query/inside.h"

#include <string.h>

#include "base/arena.h"

/* A pass over the text up to the cursor. */
struct scan {
	struct str text; /* up to the cursor */
	size_t at;
	size_t term;     /* where the term begins */
	size_t operator_at, value; /* SIZE_MAX: none yet */
	bool quoted, in_list;
};

static bool ends_word(char c)
{
	return ascii_is_space(c) || c == '(' || c == ')';
}

static void term_begins(struct scan *scan, size_t at)
{
	scan->term = at;
	scan->operator_at = scan->value = SIZE_MAX;
	scan->in_list = false;
}

/* Past an opening quote, to behind its end or to the cursor. */
static void skip_quoted(struct scan *scan)
{
	scan->quoted = true;
	for (scan->at++; scan->at < scan->text.len; scan->at++) {
		char c = scan->text.data[scan->at];

		if (c == '\\' && scan->at + 1 < scan->text.len)
			scan->at++;
		else if (c == '"') {
			scan->quoted = false;
			return;
		}
	}
}

static bool is_operator(char c)
{
	return c != 0 && strchr(":<>=!", c) != NULL;
}

/* One character outside quotes. */
static void step(struct scan *scan, char c)
{
	if (scan->in_list && c == ']')
		scan->in_list = false;
	else if (scan->in_list && (c == ',' || ascii_is_space(c)))
		scan->value = scan->at + 1;
	else if (!scan->in_list && ends_word(c))
		term_begins(scan, scan->at + 1);
	else if (scan->term == scan->at && c == '-')
		scan->term = scan->at + 1;
	else if (scan->operator_at == SIZE_MAX && is_operator(c))
		scan->operator_at = scan->at;
	else if (scan->operator_at != SIZE_MAX && scan->value == SIZE_MAX && !is_operator(c)) {
		scan->value = scan->at;
		scan->in_list = c == '[';
		scan->value += scan->in_list;
	}
}

static void run(struct scan *scan)
{
	term_begins(scan, 0);
	for (; scan->at < scan->text.len; scan->at++) {
		if (scan->text.data[scan->at] == '"') {
			if (scan->operator_at != SIZE_MAX && scan->value == SIZE_MAX)
				scan->value = scan->at;
			skip_quoted(scan);
		} else {
			step(scan, scan->text.data[scan->at]);
		}
	}
	/* the cursor stands right behind the operator: an empty value */
	if (scan->operator_at != SIZE_MAX && scan->value == SIZE_MAX)
		scan->value = scan->text.len;
}

/* Where the word under the cursor ends. */
static size_t word_end(struct str text, size_t at, bool quoted, bool in_list, bool is_key)
{
	for (; at < text.len; at++) {
		char c = text.data[at];

		if (quoted && c == '"')
			return at + 1;
		if (!quoted && (ends_word(c) || c == '"' || (in_list && (c == ',' || c == ']')) ||
				(is_key && is_operator(c))))
			return at;
	}
	return at;
}

/* The text without its quotes and backslashes. */
static struct str unquoted(struct arena *arena, struct str text)
{
	char *to = arena_chars(arena, text.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"')
			continue;
		if (text.data[i] == '\\' && i + 1 < text.len)
			i++;
		to[len++] = text.data[i];
	}
	return (struct str){to, len};
}

/* A cursor in the middle of a character belongs before it. */
static size_t whole_character(struct str text, size_t at)
{
	at = at < text.len ? at : text.len;
	while (at > 0 && at < text.len && ((unsigned char)text.data[at] & 0xc0) == 0x80)
		at--;
	return at;
}

/* What follows ".." of a range. */
static size_t range_start(struct str text, size_t from)
{
	for (size_t i = text.len; i >= from + 2; i--)
		if (text.data[i - 1] == '.' && text.data[i - 2] == '.')
			return i;
	return from;
}

static void spot_value(struct arena *arena, struct str text, const struct scan *scan, size_t at,
		       struct query_spot *spot)
{
	size_t from = scan->quoted ? scan->value : range_start(scan->text, scan->value);
	enum model_type type = model_field_type(spot->field);
	bool range = type == MODEL_TYPE_NUMBER || type == MODEL_TYPE_TIME;

	if (!range)
		from = scan->value;
	/* before a space that stands before an element of the list: that one is meant */
	while (scan->in_list && from == at && at < text.len && ascii_is_space(text.data[at]))
		from = ++at;
	spot->kind = QUERY_SPOT_VALUE;
	spot->from = from;
	spot->to = word_end(text, at, scan->quoted, scan->in_list, false);
	spot->in_list = scan->in_list;
	spot->prefix = unquoted(arena, str_head(str_skip(text, from), at - from));
}

bool query_spot(struct arena *arena, struct str text, size_t at, struct query_spot *out)
{
	struct scan scan = {0};
	struct str key;

	*out = (struct query_spot){.kind = QUERY_SPOT_WORD, .field = MODEL_FIELD_TEXT};
	at = whole_character(text, at);
	scan.text = str_head(text, at);
	run(&scan);
	if (scan.operator_at == SIZE_MAX) {
		out->from = scan.term < at ? scan.term : at;
		out->to = word_end(text, at, scan.quoted, false, true);
		out->prefix = unquoted(arena, str_head(str_skip(text, out->from), at - out->from));
		out->quoted = scan.quoted || (out->from < text.len && text.data[out->from] == '"');
		out->has_operator = out->to < text.len && is_operator(text.data[out->to]);
		return true;
	}
	key = str_head(str_skip(text, scan.term), scan.operator_at - scan.term);
	if (!field_find(key, &out->field))
		return false; /* nobody knows what its values are */
	spot_value(arena, text, &scan, at, out);
	return true;
}

/* ---- what can stand there ---- */

struct listing {
	struct arena *arena;
	struct query_suggestion *to;
	size_t count, room;
};

static void add(struct listing *listing, enum query_suggestion_kind kind, struct str insert, struct str label,
		struct str hint)
{
	if (listing->count == listing->room)
		return;
	listing->to[listing->count++] = (struct query_suggestion){kind, insert, label, hint};
}

/* What begins so comes before what merely has it within. */
static bool fits(struct str word, struct str prefix, int round)
{
	bool begins = str_starts_nocase(word, prefix);

	if (round == 0)
		return begins;
	if (begins || prefix.len < 2)
		return false;
	for (size_t i = 1; i + prefix.len <= word.len; i++)
		if (str_starts_nocase(str_skip(word, i), prefix))
			return true;
	return false;
}

static void add_fields(struct listing *listing, const struct query_spot *spot)
{
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < MODEL_FIELD_COUNT; i++) {
			struct str name = str_of(model_field_name((enum model_field)i));

			if (i == MODEL_FIELD_TEXT || !fits(name, spot->prefix, round))
				continue;
			add(listing, QUERY_SUGGEST_FIELD,
			    spot->has_operator ? name : arena_format(listing->arena, "%.*s:", STR_ARG(name)), name,
			    str_of(query_field_hint((enum model_field)i)));
		}
}

/* The operators that a whole key can be followed by. */
static void add_operators(struct listing *listing, const struct query_spot *spot)
{
	/* clang-format off */
	static const struct { const char *sign, *hint; bool order, text; } signs[] = {
		{":", "is, or has it within", false, false},
		{"=", "is exactly", false, true},
		{"!", "is not", false, false},
		{"<", "is less, or sooner", true, false},
		{">", "is more, or later", true, false},
		{"<=", "at most", true, false},
		{">=", "at least", true, false},
	};
	/* clang-format on */
	enum model_field field;
	enum model_type type;

	if (spot->has_operator || !field_find(spot->prefix, &field))
		return;
	type = model_field_type(field);
	for (size_t i = 0; i < COUNT_OF(signs); i++) {
		if ((signs[i].order && !query_field_has_order(field)) || (signs[i].text && type != MODEL_TYPE_TEXT))
			continue;
		add(listing, QUERY_SUGGEST_OPERATOR,
		    arena_format(listing->arena, "%.*s%s", STR_ARG(spot->prefix), signs[i].sign),
		    str_of(signs[i].sign), str_of(signs[i].hint));
	}
}

void query_value_text(struct buf *to, struct str value)
{
	write_text(to, value);
}

static void add_values(struct listing *listing, const struct query_spot *spot)
{
	for (int round = 0; round < 2; round++) {
		const char *word, *hint;

		for (size_t i = 0; query_field_word(spot->field, i, &word, &hint); i++)
			if (fits(str_of(word), spot->prefix, round))
				add(listing, QUERY_SUGGEST_VALUE, str_of(word), str_of(word), str_of(hint));
	}
}

size_t query_suggest(struct arena *arena, const struct query_spot *spot, size_t max, struct query_suggestion **out)
{
	struct listing listing = {.arena = arena, .room = max};

	listing.to = ARENA_ARRAY(arena, struct query_suggestion, max + 1);
	if (spot->kind == QUERY_SPOT_VALUE) {
		add_values(&listing, spot);
	} else if (!spot->quoted) {
		add_operators(&listing, spot);
		add_fields(&listing, spot);
	}
	*out = listing.to;
	return listing.count;
}
