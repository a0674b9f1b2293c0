/* SPDX-License-Identifier: Apache-2.0 */

/* Widths are those of the longest cells; when they do not fit, the widest column gives way first. */

#include "programs/cli/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/memory.h"

struct table table_new(struct arena *arena, const char *const *titles)
{
	struct table table = {.arena = arena, .terminal = terminal_of(STDOUT_FILENO), .titles = titles};

	while (titles[table.columns])
		table.columns++;
	return table;
}

void table_done(struct table *table)
{
	free(table->rows);
}

static void print_line(const struct table *table, const struct str *cells, const uint32_t *widths);

void table_add(struct table *table, const struct str *cells)
{
	if (table->flows && !table->terminal.is_terminal) { /* nothing has to be fitted */
		print_line(table, cells, NULL);
		return;
	}
	if (table->count == table->room) {
		table->room = table->room ? 2 * table->room : 64;
		table->rows = memory_grow(table->rows, table->room * sizeof *table->rows);
	}
	for (size_t i = 0; i < table->columns; i++)
		table->rows[table->count][i] = arena_str(table->arena, cells[i]);
	table->count++;
}

static uint32_t shown_width(struct str text)
{
	CLEANUP(buf_done) struct buf scratch = buf_capped(65536);

	return text_add(&scratch, text, 0);
}

static void widths_of(const struct table *table, uint32_t widths[TABLE_COLUMNS])
{
	uint32_t total = 2 * (uint32_t)(table->columns - 1);

	for (size_t c = 0; c < table->columns; c++) {
		widths[c] = shown_width(str_of(table->titles[c]));
		for (size_t r = 0; r < table->count; r++) {
			uint32_t width = shown_width(table->rows[r][c]);

			widths[c] = width > widths[c] ? width : widths[c];
		}
		total += widths[c];
	}
	while (total > table->terminal.width) {
		size_t widest = 0;

		for (size_t c = 1; c < table->columns; c++)
			widest = widths[c] > widths[widest] ? c : widest;
		if (widths[widest] <= 8)
			return;
		widths[widest]--;
		total--;
	}
}

static void print_line(const struct table *table, const struct str *cells, const uint32_t *widths)
{
	CLEANUP(buf_done) struct buf line = buf_capped(1048576);

	for (size_t c = 0; c < table->columns; c++) {
		uint32_t used = text_add(&line, cells[c], widths ? widths[c] : 0);

		if (c + 1 == table->columns)
			break;
		if (!widths)
			buf_add_char(&line, '\t');
		for (uint32_t pad = used; widths && pad < widths[c] + 2; pad++)
			buf_add_char(&line, ' ');
	}
	buf_add_char(&line, '\n');
	fwrite(line.data, 1, line.len, stdout);
}

void table_print(struct table *table)
{
	struct str titles[TABLE_COLUMNS];
	uint32_t widths[TABLE_COLUMNS];

	if (!table->terminal.is_terminal) {
		for (size_t r = 0; r < table->count; r++)
			print_line(table, table->rows[r], NULL);
		return;
	}
	if (table->count == 0)
		return;
	widths_of(table, widths);
	for (size_t c = 0; c < table->columns; c++)
		titles[c] = str_of(table->titles[c]);
	print_line(table, titles, widths);
	for (size_t r = 0; r < table->count; r++)
		print_line(table, table->rows[r], widths);
}
