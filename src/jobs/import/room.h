/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of an import share. */

#include "jobs/find.h"
#include "jobs/import.h"
#include "records/store.h"

struct import_entry {
	uint32_t line;
	struct str fields[SHEET_FIELD_COUNT];
	struct str place; /* where the certificate lies; NULL data: the import and the line say so */
};

struct import_run {
	const struct import_options *options;
	struct arena *arena; /* as long as the report */
	struct find *find;
	struct store_txn *txn;
	struct import_report *report;
	struct import_row *rows;
	struct str *targets;
};

/* entry.c: what came of it stands in *row. False: the store failed, nothing of the import can stay. */
MUST_CHECK bool import_entry_put(struct import_run *run, const struct import_entry *entry, struct import_row *row,
				 struct err *err);

/* words.c: owner, tags and the rest onto a lineage. *changed: something is different now. ERR_INPUT: a word is wrong. */
MUST_CHECK bool import_words_set(struct import_run *run, const struct import_entry *entry, int64_t lineage_id,
				 bool *changed, struct err *err);
/* Words of a cell: with commas, semicolons or white space between, lower case. */
size_t import_words_split(struct arena *arena, struct str cell, const struct str **out);
