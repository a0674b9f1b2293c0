/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * import - what people and other programs know of certificates, into the inventory.
 *
 * A table (discovery/sheet), or entries that the command line read from folders and from the stores of ACME clients. An
 * entry may hold the certificate itself, or only say the name; what it says besides (owner, tags, how to renew) is set on
 * the lineage. One transaction: all of it is there, or nothing. A dry run does the same and undoes it, so that what it
 * tells is what would happen.
 */

#include "base/err.h"
#include "base/json.h"
#include "discovery/sheet.h"
#include "records/audit.h"

struct arena;
struct events;
struct store;

struct import_options {
	struct store *store;
	struct events *events; /* may be NULL */
	const struct audit_actor *actor;
	struct str name; /* of the import: "certificates.xlsx"; part of where its certificates are known from */
	int64_t now;
	bool dry_run;
};

/* What came of an entry, from good to bad. */
/* clang-format off */
#define IMPORT_OUTCOMES_ALL(X) X(ADDED, "added") X(CHANGED, "changed") X(SAME, "same") X(REFUSED, "refused")
/* clang-format on */
enum import_outcome {
#define X(name, text) IMPORT_##name,
	IMPORT_OUTCOMES_ALL(X)
#undef X
	IMPORT_OUTCOME_COUNT
};

struct import_row {
	uint32_t line; /* of the table; else the entry's place, from 1 */
	enum import_outcome outcome;
	struct str name;   /* NULL data: it has none */
	struct str detail; /* why it was refused, or what else is worth knowing; NULL data: nothing */
};

struct import_report {
	const struct import_row *rows;
	size_t row_count;
	uint64_t counts[IMPORT_OUTCOME_COUNT];
	uint64_t certificates_added, lineages_made;
	const struct str *ignored_columns; /* titles that mean nothing to us */
	size_t ignored_count;
	const struct str *targets; /* host:port that entries named, to be looked at */
	size_t target_count;
};

/* At most LIMIT_IMPORT_ROWS rows. The report lives in arena. ERR_INPUT when the table as a whole is wrong. */
MUST_CHECK bool import_sheet(const struct import_options *options, struct arena *arena, struct str text,
			     const struct sheet_map *maps, size_t map_count, struct import_report *out,
			     struct err *err);

/*
 * The same for an array of objects with the words of sheet_field as members (texts), "pem" with the certificate and
 * those that go with it, "place" where it lies.
 */
MUST_CHECK bool import_entries(const struct import_options *options, struct arena *arena,
			       const struct json_value *entries, struct import_report *out, struct err *err);

/* The report as the API shows it: one object. */
void import_write(struct json_out *json, const struct import_report *report, bool dry_run);
