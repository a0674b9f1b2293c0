/* SPDX-License-Identifier: Apache-2.0 */

/* Titles and rows: see the door. */

#include "discovery/sheet.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "discovery/sheet/cells.h"

#define TITLE_BYTES 64

static const struct {
	const char *word, *titles, *what;
} fields[] = {
#define X(name, word, titles, what) {word, titles, what},
	SHEET_FIELDS_ALL(X)
#undef X
};

const char *sheet_field_word(enum sheet_field field)
{
	return fields[field].word;
}

const char *sheet_field_what(enum sheet_field field)
{
	return fields[field].what;
}

static int field_of_word(struct str word)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (str_is(word, fields[i].word))
			return (int)i;
	return -1;
}

/* "Subject Alternative Name(s)" is "subjectalternativenames". */
static struct str title_squeeze(struct str title, char to[TITLE_BYTES])
{
	size_t len = 0;

	for (size_t i = 0; i < title.len && len < TITLE_BYTES; i++) {
		char c = ascii_lower(title.data[i]);

		if (ascii_is_alpha(c) || ascii_is_digit(c))
			to[len++] = c;
	}
	return (struct str){to, len};
}

static int field_of_title(struct str title)
{
	char room[TITLE_BYTES];
	struct str squeezed = title_squeeze(title, room);

	for (size_t i = 0; squeezed.len && i < COUNT_OF(fields); i++) {
		struct str rest = str_of(fields[i].titles), one;

		while (str_split(&rest, ' ', &one))
			if (str_equal(one, squeezed))
				return (int)i;
	}
	return -1;
}

/* The separator that the line of titles has most of, outside of quotes. */
static char separator_of(struct str text)
{
	static const char candidates[] = {',', ';', '\t', '|'};
	size_t counts[COUNT_OF(candidates)] = {0}, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.len && (quoted || (text.data[i] != '\n' && text.data[i] != '\r')); i++) {
		quoted ^= text.data[i] == '"';
		for (size_t j = 0; !quoted && j < COUNT_OF(candidates); j++)
			counts[j] += text.data[i] == candidates[j];
	}
	for (size_t j = 1; j < COUNT_OF(candidates); j++)
		if (counts[j] > counts[best])
			best = j;
	return candidates[best];
}

static bool map_column(struct sheet_column *column, const struct sheet_map *maps, size_t map_count, bool *used,
		       struct err *err)
{
	column->field = field_of_title(column->title);
	for (size_t i = 0; i < map_count; i++) {
		if (!str_equal_nocase(maps[i].title, column->title))
			continue;
		used[i] = true;
		column->field = str_is(maps[i].field, "-") ? -1 : field_of_word(maps[i].field);
		if (column->field >= 0 || str_is(maps[i].field, "-"))
			return true;
		err_set(err, ERR_INPUT, "there is no field \"%.*s\"", STR_ARG(str_head(maps[i].field, 100)));
		return err_fix(err, "sheet-field", "one of: name, names, pem, target, port, expires, owner, tags, environment, "
						   "purpose, criticality, service, note; or - for none");
	}
	return true;
}

/* Of two columns that could be one field, the first is; two that a map names are a mistake. */
static bool settle_doubles(struct sheet_column *columns, size_t count, size_t map_count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++) {
			if (columns[i].field < 0 || columns[i].field != columns[j].field)
				continue;
			if (!map_count) {
				columns[i].field = -1;
				continue;
			}
			err_set(err, ERR_INPUT, "the columns \"%.*s\" and \"%.*s\" are both %s", STR_ARG(columns[j].title),
				STR_ARG(columns[i].title), fields[columns[i].field].word);
			return err_fix(err, "sheet-double", "map one of them to -");
		}
	return true;
}

static bool has_field(const struct sheet *sheet, enum sheet_field field)
{
	for (size_t i = 0; i < sheet->column_count; i++)
		if (sheet->columns[i].field == (int)field)
			return true;
	return false;
}

static bool check_maps(const struct sheet_map *maps, size_t map_count, const bool *used, struct err *err)
{
	for (size_t i = 0; i < map_count; i++) {
		if (used[i])
			continue;
		err_set(err, ERR_INPUT, "no column has the title \"%.*s\"", STR_ARG(str_head(maps[i].title, 100)));
		return err_fix(err, "sheet-title", "write it as it stands in the first line");
	}
	return true;
}

bool sheet_open(struct arena *arena, struct str text, const struct sheet_map *maps, size_t map_count, struct sheet *out,
		struct err *err)
{
	bool *used = ARENA_ARRAY(arena, bool, map_count + 1);
	struct sheet_column *columns;
	const char *problem;
	struct cells cells;

	if (!str_is_utf8(text)) {
		err_set(err, ERR_INPUT, "the table is not UTF-8");
		return err_fix(err, "sheet-encoding", "save it as CSV UTF-8");
	}
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_skip(text, 3);
	*out = (struct sheet){.separator = separator_of(text)};
	if (!cells_take(arena, &text, out->separator, &cells, &problem) || problem) {
		err_set(err, ERR_INPUT, "the first line is not one of titles%s%s", problem ? ": " : "", problem ? problem : "");
		return err_fix(err, "sheet-titles", "begin with a line such as: name,owner,environment");
	}
	columns = ARENA_ARRAY(arena, struct sheet_column, cells.count);
	for (size_t i = 0; i < cells.count; i++) {
		columns[i].title = cells.at[i];
		if (!map_column(&columns[i], maps, map_count, used, err))
			return false;
	}
	*out = (struct sheet){text, out->separator, 1 + cells.lines, columns, cells.count};
	if (!check_maps(maps, map_count, used, err) || !settle_doubles(columns, cells.count, map_count, err))
		return false;
	if (has_field(out, SHEET_NAME) || has_field(out, SHEET_PEM) || has_field(out, SHEET_TARGET))
		return true;
	err_set(err, ERR_INPUT, "no column names a certificate (a name, a target, or the certificate as PEM)");
	return err_fix(err, "sheet-columns", "map the title of one to name, target or pem");
}

static bool is_empty(const struct cells *cells)
{
	for (size_t i = 0; i < cells->count; i++)
		if (cells->at[i].len)
			return false;
	return true;
}

enum sheet_take sheet_next(struct sheet *sheet, struct arena *arena, struct sheet_row *out, struct err *err)
{
	const char *problem;
	struct cells cells;

	do {
		*out = (struct sheet_row){.line = sheet->line};
		if (!cells_take(arena, &sheet->rest, sheet->separator, &cells, &problem))
			return SHEET_END;
		sheet->line += cells.lines;
	} while (!problem && is_empty(&cells));
	if (!problem && cells.count > sheet->column_count)
		problem = "there are more cells than titles";
	if (problem) {
		err_set(err, ERR_INPUT, "line %u: %s", out->line, problem);
		err_fix(err, "sheet-row", "put cells with separators or quotes in quotes");
		return SHEET_WRONG;
	}
	for (size_t i = 0; i < cells.count; i++)
		if (sheet->columns[i].field >= 0 && cells.at[i].len)
			out->fields[sheet->columns[i].field] = cells.at[i];
	return SHEET_ROW;
}
