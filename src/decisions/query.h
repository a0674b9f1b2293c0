/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * query - the query language of console, command line, API and, later, alert rules and grants.
 *
 *     expires<30d issuer:"R11" -key:[rsa,dsa] (host:shop OR port:8000..9000) example.org
 *
 *     query = or                    or   = and {"OR" and}           and  = not {["AND"] not}
 *     not   = ("-" | "NOT") not | "(" or ")" | term                 term = [key op] values
 *     op    = ":" | "=" | "!" | "!=" | "<" | ">" | "<=" | ">="      values = value | "[" value {"," value} "]" | range
 *     range = [value] ".." [value]                                  value  = word | "text in quotes, \" and \\"
 *
 * Keys are those of facts/model. A bare word searches all names and subjects. ":" finds a part of free text, and an
 * equal value of everything else; "=" is always equal. In a text without quotes "*" stands for any text and "?" for
 * any character, and the pattern is for all of it: `name:*.example.org`. Times: 2026, 2026-12, 2026-12-24 (whole periods), RFC 3339, now,
 * today, and durations (90s 15m 12h 30d 2w): from now on for expires, ago for all others, so that
 * `first_seen<7d` is what came this week; `expires:30d` is between now and then.
 * Pure: text in, plain data out; `now` comes in when a filter is made.
 */

#include "base/err.h"
#include "facts/model.h"

struct arena;
struct buf;

enum query_op { QUERY_HAS, QUERY_IS, QUERY_NOT_IS, QUERY_LT, QUERY_LE, QUERY_GT, QUERY_GE };

struct query_value {
	enum {
		QUERY_TEXT,
		QUERY_NUMBER, /* low: the number, the flag, or the enum of state, problem, path */
		QUERY_PERIOD, /* low: its first second; high: the first one after it */
		QUERY_SPAN,   /* low: seconds from now on, or ago; may be negative */
		QUERY_NOW,
		QUERY_TODAY,
		QUERY_OPEN, /* the missing end of a range */
	} kind;
	struct str text; /* as written, without quotes */
	bool pattern;    /* a text with wildcards, written without quotes */
	int64_t low, high;
};

struct query_choice {
	struct query_value from, to;
	bool is_range; /* else only from */
};

struct query_node {
	enum { QUERY_ALL, QUERY_AND, QUERY_OR, QUERY_NOT, QUERY_TERM } kind;
	struct query_node *first, *next; /* children: first, and its next ones */
	enum model_field field;          /* of a term */
	enum query_op op;
	const struct query_choice *choices; /* any of them */
	size_t choice_count;
	bool bare; /* written without a key */
};

/*
 * Reads a query. Empty text is QUERY_ALL.
 *
 * *out     lives in arena, text is borrowed
 * *column  on error: where, in characters from 1; may be NULL
 * err      ERR_INPUT "column 9: …", with a fix
 */
MUST_CHECK bool query_read(struct arena *arena, struct str text, const struct query_node **out, size_t *column,
			   struct err *err);

/* Writes it in its one canonical form, which reads back as the same. */
void query_write(struct buf *to, const struct query_node *query);

/* As a filter for records; lives in arena, borrows the query. */
struct model_filter query_filter(struct arena *arena, const struct query_node *query, int64_t now);

/*
 * The value of a field of some row: the nth (from 0) of several; false when there is none. Text fields set text, all
 * others number (problems: all bits).
 */
typedef bool (*query_get_fn)(void *row, enum model_field field, size_t nth, struct str *text, int64_t *number);

/* Whether the row fits. A comparison holds when it holds for any of the values; NE when it does for none. */
bool query_matches(const struct model_filter *filter, query_get_fn get, void *row);

/*
 * Completion at a place of a text that is being written: nothing in it is refused.
 */
struct query_spot {
	enum {
		QUERY_SPOT_WORD,  /* a key or a bare word */
		QUERY_SPOT_VALUE, /* a value of field */
	} kind;
	size_t from, to;       /* bytes that a suggestion replaces */
	struct str prefix;     /* what stands from there to the cursor, without quotes */
	enum model_field field;
	bool quoted;           /* a bare word that begins with a quote */
	bool has_operator;     /* behind the word one stands already */
	bool in_list;
};

/* What stands at byte `at`. False when it is a value of a key that there is not. prefix lives in arena. */
bool query_spot(struct arena *arena, struct str text, size_t at, struct query_spot *out);

enum query_suggestion_kind { QUERY_SUGGEST_FIELD, QUERY_SUGGEST_OPERATOR, QUERY_SUGGEST_VALUE };
struct query_suggestion {
	enum query_suggestion_kind kind;
	struct str insert, label, hint;
};
/* What is known without the inventory, best first: keys, operators, words of a field. At most max. */
size_t query_suggest(struct arena *arena, const struct query_spot *spot, size_t max, struct query_suggestion **out);

/* A value as it is written in a query, in quotes where it needs them. */
void query_value_text(struct buf *to, struct str value);

/* What a field is, in a few words; and the second names it has, the nth from 0, or NULL. */
const char *query_field_hint(enum model_field field);
const char *query_field_second(enum model_field field, size_t nth);
/* Its fixed words with what they are, the nth from 0; false when there are no more. Of some fields only the usual ones. */
bool query_field_word(enum model_field field, size_t nth, const char **word, const char **hint);
/* Whether < and > may follow it; whether ":" finds a part of it. */
bool query_field_has_order(enum model_field field);
bool query_field_is_part(enum model_field field);
