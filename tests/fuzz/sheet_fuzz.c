/* SPDX-License-Identifier: Apache-2.0 */

/* Any text: it ends, rows stand in ascending lines, and every cell is part of a column that was asked for. */

#include <stdlib.h>

#include "base/arena.h"
#include "discovery/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new();
	struct sheet sheet;
	struct sheet_row row;
	struct err err;
	uint32_t line = 1;
	enum sheet_take take;

	if (sheet_open(arena, (struct str){(const char *)data, len}, NULL, 0, &sheet, &err))
		while ((take = sheet_next(&sheet, arena, &row, &err)) != SHEET_END) {
			if (row.line <= line)
				abort();
			line = row.line;
			for (int i = 0; take == SHEET_ROW && i < SHEET_FIELD_COUNT; i++)
				if (row.fields[i].data && row.fields[i].len == 0)
					abort();
		}
	arena_free(arena);
	return 0;
}
