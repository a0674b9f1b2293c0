/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * conf - configuration files: YAML after a table.
 *
 * The table names every key, its type, its usual value and what it is for; from it come the reading, the errors
 * (file:line:column, "did you mean"), what is printed as configuration, and the manual. Unknown keys, keys
 * given twice, values of another type and out of range are refused.
 */

#include <stdio.h>

#include "base/err.h"

struct arena;

enum conf_type {
	CONF_TEXT,     /* struct str */
	CONF_WORD,     /* int: place in words */
	CONF_NUMBER,   /* int64_t */
	CONF_DURATION, /* int64_t, seconds: "90s", "15m", "30d" */
	CONF_FLAG,     /* bool: true, false, yes, no */
	CONF_TEXTS,    /* struct conf_texts: a list, or one text */
};

struct conf_texts {
	const struct str *at;
	size_t count;
};

struct conf_field {
	const char *key; /* "log.level": a key within a section */
	enum conf_type type;
	size_t offset;           /* in the struct that is filled */
	const char *usual;       /* as it would stand in the file; NULL: empty */
	const char *help;        /* one line */
	const char *const *words; /* CONF_WORD: ends with NULL */
	int64_t least, most;     /* CONF_NUMBER, CONF_DURATION */
};

#define CONF_BYTES (1 << 20)

/* Every field to its usual value. */
void conf_usual(struct arena *arena, const struct conf_field *fields, size_t count, void *out);

/*
 * Reads text over what stands in *out. name is that of the file, for errors. Texts live in arena.
 * err  ERR_INPUT "file:line:column: what"
 */
MUST_CHECK bool conf_read(struct arena *arena, const char *name, struct str text, const struct conf_field *fields,
			  size_t count, void *out, struct err *err);

/* One value, as from the command line. */
MUST_CHECK bool conf_set(struct arena *arena, const struct conf_field *fields, size_t count, const char *key,
			 struct str value, void *out, struct err *err);

/* Writes what stands in `from` as a file that conf_read takes, with the help as comments. */
void conf_write(FILE *to, const struct conf_field *fields, size_t count, const void *from);
