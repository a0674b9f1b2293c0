/* SPDX-License-Identifier: Apache-2.0 */

/* The frame of an import: see the door. */

#include "base/arena.h"
#include "base/fault.h"
#include "base/limits.h"
#include "jobs/import/room.h"
#include "jobs/lineages.h"

static bool too_many(struct err *err)
{
	err_set(err, ERR_INPUT, "more than %d rows at once", LIMIT_IMPORT_ROWS);
	return err_fix(err, "import-rows", "import it in parts, or with `keepvalid import`, which does that");
}

/* What takes entries, one after the other: a sheet, or an array. */
struct feed {
	struct sheet sheet;
	const struct json_value *entries;
	size_t next;
};

/* False at the end. *row is set already when the entry could not be read. */
static bool feed_next(struct feed *feed, struct arena *arena, struct import_entry *out, struct import_row *row)
{
	struct sheet_row from;
	struct err why = {0};

	*out = (struct import_entry){0};
	*row = (struct import_row){.outcome = IMPORT_OUTCOME_COUNT};
	if (feed->entries) {
		const struct json_value *entry = json_in_at(feed->entries, feed->next);

		if (feed->next++ == json_in_count(feed->entries))
			return false;
		for (int i = 0; i < SHEET_FIELD_COUNT; i++) {
			struct str text = json_in_str(json_in_get(entry, sheet_field_word((enum sheet_field)i)), (struct str){NULL, 0});

			out->fields[i] = text.len ? text : (struct str){NULL, 0};
		}
		out->place = json_in_str(json_in_get(entry, "place"), (struct str){NULL, 0});
		out->line = (uint32_t)feed->next;
		return true;
	}
	switch (sheet_next(&feed->sheet, arena, &from, &why)) {
	case SHEET_END:
		return false;
	case SHEET_WRONG:
		*row = (struct import_row){from.line, IMPORT_REFUSED, {NULL, 0}, arena_format(arena, "%s", why.text)};
		return true;
	case SHEET_ROW:
		break;
	}
	for (int i = 0; i < SHEET_FIELD_COUNT; i++)
		out->fields[i] = from.fields[i];
	out->line = from.line;
	return true;
}

static bool put_all(struct import_run *run, struct feed *feed, struct err *err)
{
	struct import_entry entry;
	struct import_row row;

	while (feed_next(feed, run->arena, &entry, &row)) {
		if (run->report->row_count == LIMIT_IMPORT_ROWS)
			return too_many(err);
		if (row.outcome == IMPORT_OUTCOME_COUNT && !import_entry_put(run, &entry, &row, err))
			return err_wrap(err, "line %u", entry.line);
		run->report->counts[row.outcome]++;
		run->rows[run->report->row_count++] = row;
	}
	return true;
}

static bool settle(struct import_run *run, struct err *err)
{
	const struct import_report *report = run->report;
	struct audit_actor actor = *run->options->actor;

	actor.why = arena_format(run->arena, "%llu added, %llu changed, %llu the same, %llu refused",
				 (unsigned long long)report->counts[IMPORT_ADDED],
				 (unsigned long long)report->counts[IMPORT_CHANGED],
				 (unsigned long long)report->counts[IMPORT_SAME],
				 (unsigned long long)report->counts[IMPORT_REFUSED]);
	if (FAULT("import.settle"))
		return err_set(err, ERR_INTERNAL, "import: fault injected");
	return find_finish(run->find, err) && lineages_review(run->txn, 2 * LIMIT_IMPORT_ROWS, run->options->now, NULL, err) &&
	       audit_add(run->txn, &actor, "inventory.import",
			 arena_format(run->arena, "import:%.*s", STR_ARG(run->options->name)), run->options->now, err);
}

static bool import_feed(const struct import_options *options, struct arena *arena, struct feed *feed,
			struct import_report *out, struct err *err)
{
	const struct find_options finding = {.store = options->store, .events = options->events, .now = options->now};
	struct import_run run = {.options = options, .arena = arena, .report = out};
	CLEANUP(find_drop) struct find *find = NULL;
	CLEANUP(store_end) struct store_txn *txn = NULL;

	run.rows = ARENA_ARRAY(arena, struct import_row, LIMIT_IMPORT_ROWS);
	run.targets = ARENA_ARRAY(arena, struct str, LIMIT_IMPORT_ROWS);
	out->rows = run.rows;
	out->targets = run.targets;
	if (!store_write(options->store, &txn, err))
		return false;
	run.txn = txn;
	run.find = find = find_in(txn, &finding);
	if (!put_all(&run, feed, err))
		return false;
	if (options->dry_run)
		return true;
	if (!settle(&run, err) || !store_commit(&txn, err))
		return err_wrap(err, "import");
	find_tell(find);
	return true;
}

static void name_ignored(const struct sheet *sheet, struct arena *arena, struct import_report *out)
{
	struct str *ignored = ARENA_ARRAY(arena, struct str, sheet->column_count);

	for (size_t i = 0; i < sheet->column_count; i++)
		if (sheet->columns[i].field < 0)
			ignored[out->ignored_count++] = sheet->columns[i].title;
	out->ignored_columns = ignored;
}

bool import_sheet(const struct import_options *options, struct arena *arena, struct str text, const struct sheet_map *maps,
		  size_t map_count, struct import_report *out, struct err *err)
{
	struct feed feed = {0};

	*out = (struct import_report){0};
	if (!sheet_open(arena, text, maps, map_count, &feed.sheet, err))
		return false;
	name_ignored(&feed.sheet, arena, out);
	return import_feed(options, arena, &feed, out, err);
}

bool import_entries(const struct import_options *options, struct arena *arena, const struct json_value *entries,
		    struct import_report *out, struct err *err)
{
	struct feed feed = {.entries = entries};

	*out = (struct import_report){0};
	return import_feed(options, arena, &feed, out, err);
}
