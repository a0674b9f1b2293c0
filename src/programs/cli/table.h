/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * table - rows for people and for programs: aligned and cut to the width on a terminal, whole and tab-separated elsewhere.
 * Foreign text is shown so that it cannot act.
 */

#include "base/buf.h"
#include "programs/cli/terminal.h"

#define TABLE_COLUMNS 12

struct arena;

struct table {
	struct arena *arena;
	struct terminal terminal;
	const char *const *titles; /* ends with NULL */
	size_t columns;
	struct str (*rows)[TABLE_COLUMNS];
	size_t count, room;
	bool flows; /* rows for a program are printed as they come, and not kept */
};

struct table table_new(struct arena *arena, const char *const *titles);
void table_add(struct table *table, const struct str *cells); /* as many as there are titles; copied */
void table_print(struct table *table);                         /* what was kept, to standard output */
void table_done(struct table *table);                          /* for CLEANUP */
