/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * tables - all tables there are, and rows in a form that every engine reads: see the end of the room's door.
 *
 * A row is its columns one after another, in the order in which they stand in the table: one byte for the kind (enum
 * row_kind), then 8 bytes for a number, or 4 bytes of length and the bytes. All big-endian.
 */

#include "records/store/db.h"

/*
 * Every table of the schema, those first that others refer to. SEARCH: made by @SEARCH name@. What a schema file makes
 * is to stand here (a test compares); schema_versions and the drivers' own tables are not data.
 */
/* clang-format off */
#define TABLES_ALL(TABLE, SEARCH) \
	TABLE(settings) TABLE(counters) TABLE(expiry_days) TABLE(need_days) \
	TABLE(users) TABLE(sessions) TABLE(setup_tokens) TABLE(answers) \
	TABLE(teams) TABLE(contacts) TABLE(services) TABLE(tags) \
	TABLE(keys) TABLE(lineages) TABLE(lineage_tags) TABLE(lineage_names) \
	TABLE(certificates) TABLE(certificate_bodies) TABLE(certificate_names) SEARCH(certificate_texts) \
	TABLE(hosts) TABLE(locations) TABLE(endpoints) TABLE(sightings) TABLE(key_hosts) TABLE(key_teams) \
	TABLE(scans) TABLE(scan_outcomes) TABLE(scan_records) TABLE(jobs) \
	TABLE(sources) TABLE(source_runs) TABLE(source_run_outcomes) TABLE(source_places) \
	TABLE(coverage) TABLE(unclear) TABLE(changes) TABLE(learnt_names) TABLE(rules) TABLE(rule_marks) \
	TABLE(host_files) TABLE(host_serves) TABLE(ct_logs) TABLE(ct_entries) \
	TABLE(views) TABLE(selections) TABLE(selection_items) TABLE(actions) TABLE(action_failures) \
	TABLE(calendars) TABLE(audit) TABLE(audit_tree)
/* clang-format on */

enum row_kind { ROW_NULL, ROW_INT, ROW_TEXT, ROW_BYTES };

#define TABLE_COLUMNS 64
#define TABLE_KEYS    8

struct store_table {
	const char *name;
	bool search;
	size_t column_count, key_count;
	struct {
		const char *name;
		enum row_kind kind;
	} columns[TABLE_COLUMNS];
	size_t keys[TABLE_KEYS];   /* columns of the primary key, in its order */
	struct str described;      /* "id:int,name:text" */
	const char *select, *insert, *last; /* what reads rows, adds one, finds the last; kept for good */
};

/* One column off the front of a row. */
MUST_CHECK bool row_take(struct bytes *row, struct db_value *out);
