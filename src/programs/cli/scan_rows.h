/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* scan_rows - scan records as rows of a table, tab-separated values, CSV, or JSON. */

#include "base/buf.h"
#include "facts/scan_record.h"

struct host_found;

enum rows_form { ROWS_TABLE, ROWS_TSV, ROWS_CSV, ROWS_JSON, ROWS_JSONL };

struct rows {
	enum rows_form form;
	bool colour;
	uint32_t width;  /* of a table */
	bool hide_silent; /* a table leaves out what did not answer */
	uint64_t count;  /* rows written */
};

/* Before the first row: heading, or the opening of the document. */
void rows_begin(const struct rows *rows, struct buf *to);
void rows_add(struct rows *rows, struct buf *to, const struct scan_record *record, int64_t now);

struct host_file;
/* A place of this machine that is no endpoint. shown: the same for tables, as scan_local.c makes it. */
void rows_add_file(struct rows *rows, struct buf *to, const struct scan_record *shown, const struct host_file *file,
		   int64_t now);

/* What is said at the end, inside a JSON document. */
struct rows_summary {
	uint64_t records, outcomes[SCAN_LIMIT + 1], with_certificate, wrong_lines;
	bool interrupted;
	int64_t elapsed_ms;
	const struct host_found *host; /* or NULL */
	uint64_t files, due, readable_keys, not_served; /* of it */
};
void rows_end(const struct rows *rows, struct buf *to, const struct rows_summary *summary);
