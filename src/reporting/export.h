/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * export - rows of the inventory in the forms that other programs read.
 *
 * Rows come in as the JSON that the API shows, so a form knows nouns only by their members. What goes out is a stream:
 * the caller empties the buffer between rows. Foreign text does no harm where it is opened: what acts is spelt
 * out, a cell of a table does not begin as a formula. A new form is a file in export/ and a line of
 * EXPORT_FORMS_ALL. Opens no file, judges nothing.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

/* clang-format off */
#define EXPORT_FORMS_ALL(X) \
	X(csv) X(json) X(jsonl) X(pem) X(cyclonedx_1_6) X(cyclonedx_1_7) X(ics)
/* clang-format on */

struct arena;
struct map;

/* What a form wants of a certificate besides its row. */
enum export_needs {
	EXPORT_FACTS = 1 << 0, /* the facts object */
	EXPORT_DER = 1 << 1,
	EXPORT_COLUMNS = 1 << 2, /* it has columns */
};

struct export_item {
	struct str row_json;          /* one object */
	const struct json_value *row; /* the same, read */
	const struct json_value *facts; /* NULL unless wanted */
	struct bytes der;               /* NULL data unless wanted */
};

struct export_options {
	int64_t now;
	struct str of;       /* "certificates" */
	struct str instance; /* whose inventory: part of stable identities; letters, digits, '-' */
	struct str uuid;     /* of this one document */
	struct str version;  /* of this program */
	struct str title;    /* of a calendar */
	struct str base_url; /* of the console, "http://127.0.0.1:8484"; NULL data: no links */
	const struct str *columns; /* "name", "key.bits", "facts.names.dns" */
	size_t column_count;
	bool mark; /* a byte order mark before CSV, for spreadsheets that guess */
};

/* A running export. */
struct export {
	const struct export_form *form;
	struct export_options options;
	struct buf *to;
	struct json_out json; /* for forms that are JSON */
	struct arena *arena;  /* as long as the export */
	struct map *seen;     /* made by the form that wants it, freed by export_done */
	uint64_t count;
};

struct export_form {
	const char *name, *type, *ending;
	const char *of; /* the only noun it is for; NULL: any */
	int needs;
	const char *about; /* for the help */
	void (*start)(struct export *out);
	bool (*item)(struct export *out, const struct export_item *item, struct err *err);
	void (*end)(struct export *out);
};
#define X(name) extern const struct export_form export_##name;
EXPORT_FORMS_ALL(X)
#undef X

const struct export_form *export_form_find(struct str name); /* NULL: there is none */
const struct export_form *export_form_at(size_t index);      /* NULL after the last */

/* Columns that a table of that noun has unless others are asked for: "name,sha256,…". NULL: no table of it. */
const char *export_columns_usual(struct str of);

/* options are borrowed. Writes the beginning. */
void export_start(struct export *out, const struct export_form *form, const struct export_options *options,
		  struct buf *to);
/* err: ERR_INPUT (a row that is not one), or a buffer that is full. */
MUST_CHECK bool export_item(struct export *out, const struct export_item *item, struct err *err);
void export_end(struct export *out); /* writes the end */
void export_done(struct export *out); /* for CLEANUP */

/* The member that a dotted path names; NULL: absent. "facts." leads into the item's facts. */
const struct json_value *export_member(const struct export_item *item, struct str path);
