/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * sheet - tables of certificates as people keep them: a line of titles, and a row for each name.
 *
 * Reads CSV (RFC 4180; also semicolons and tabs, which spreadsheets write), finds out from the titles what each column
 * is, and answers a row at a time in plain words. What it makes of them is for others. A row that is wrong is told with its
 * line and does not stop the rest.
 */

#include "base/err.h"

struct arena;

/* What a column can be: its word, the titles that mean it (lower case, letters and digits only), and what it holds. */
/* clang-format off */
#define SHEET_FIELDS_ALL(X) \
	X(NAME,        "name",        "name commonname cn domain domainname fqdn hostname url website subject certificate certificatename", "the name that is kept valid") \
	X(NAMES,       "names",       "names san sans subjectalternativename subjectalternativenames alternativenames dnsnames altnames", "further names, with a space, comma or line end between") \
	X(PEM,         "pem",         "pem certificatepem pemcertificate", "the certificate itself") \
	X(TARGET,      "target",      "target host server endpoint address ip ipaddress", "where it is served: host or host:port, to be looked at") \
	X(PORT,        "port",        "port tcpport", "port of the target") \
	X(EXPIRES,     "expires",     "expires expiry expirydate expirationdate expiration validto validuntil notafter enddate", "when it ends, as far as the table knows") \
	X(OWNER,       "owner",       "owner team ownerteam group department businessunit responsible", "the team that answers for it") \
	X(TAGS,        "tags",        "tags tag labels label", "words, with a space or comma between") \
	X(ENVIRONMENT, "environment", "environment env stage tier", "production, test, …") \
	X(PURPOSE,     "purpose",     "purpose usage usedfor description", "what it is for") \
	X(CRITICALITY, "criticality", "criticality critical importance priority", "low, normal, high or critical") \
	X(SERVICE,     "service",     "service businessservice application app system", "the business service") \
	X(NOTE,        "note",        "note notes comment comments remark remarks howtorenew instructions", "how to renew it")
/* clang-format on */
enum sheet_field {
#define X(name, word, titles, what) SHEET_##name,
	SHEET_FIELDS_ALL(X)
#undef X
	SHEET_FIELD_COUNT
};
const char *sheet_field_word(enum sheet_field field);
const char *sheet_field_what(enum sheet_field field);

/* "the title" is that field: overrules what would be guessed. field "-": the column is not looked at. */
struct sheet_map {
	struct str title, field;
};

struct sheet_column {
	struct str title;
	int field; /* enum sheet_field; -1: not looked at */
};

struct sheet {
	struct str rest; /* not read yet */
	char separator;
	uint32_t line; /* of the next row, from 1 */
	const struct sheet_column *columns;
	size_t column_count;
};

struct sheet_row {
	uint32_t line;                          /* where it begins */
	struct str fields[SHEET_FIELD_COUNT];   /* trimmed; NULL data: no such column, or empty */
};

enum sheet_take {
	SHEET_ROW,   /* *out is set */
	SHEET_WRONG, /* this row cannot be used: err says why, with its line; the next one may be */
	SHEET_END,
};

/*
 * Reads the titles. text is borrowed as long as the sheet is used; what does not stand there as it is lives in arena.
 *
 * err  ERR_INPUT: no titles, no column that names or holds a certificate, two columns for one field, a map that
 *      fits nothing, text that is not UTF-8
 */
MUST_CHECK bool sheet_open(struct arena *arena, struct str text, const struct sheet_map *maps, size_t map_count,
			   struct sheet *out, struct err *err);
enum sheet_take sheet_next(struct sheet *sheet, struct arena *arena, struct sheet_row *out, struct err *err);
