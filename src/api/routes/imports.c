/* SPDX-License-Identifier: Apache-2.0 */

/* /imports: a table, or entries, into the inventory; with dry_run what would come of it. */

#include "api/routes/route.h"

#include "base/arena.h"
#include "base/limits.h"
#include "jobs/import.h"

static bool maps_read(struct call *call, const struct sheet_map **maps, size_t *count, struct err *err)
{
	const struct json_value *given = json_in_get(call->body, "mapping");
	struct sheet_map *to;

	*count = json_in_count(given);
	*maps = to = ARENA_ARRAY(call->arena, struct sheet_map, *count + 1);
	if (*count > LIMIT_SHEET_COLUMNS)
		return err_set(err, ERR_INPUT, "mapping: more than %d columns", LIMIT_SHEET_COLUMNS);
	for (size_t i = 0; i < *count; i++) {
		const struct json_value *one = json_in_at(given, i);

		to[i].title = json_in_str(json_in_get(one, "title"), STR(""));
		to[i].field = json_in_str(json_in_get(one, "field"), STR(""));
	}
	return true;
}

static bool what_is_given(struct call *call, const struct json_value **entries, struct str *text, struct err *err)
{
	*entries = json_in_get(call->body, "entries");
	*text = json_in_str(json_in_get(call->body, "text"), (struct str){NULL, 0});
	if (json_in_type(*entries) != JSON_IS_ARRAY)
		*entries = NULL;
	if ((*entries != NULL) != (text->data != NULL))
		return true;
	err_set(err, ERR_INPUT, "an import has either a table (text) or entries");
	return err_fix(err, "import-what", "send one of the two");
}

bool handle_import(struct call *call, struct err *err)
{
	struct import_options options = {.store = call->api->options.store,
					 .events = call->api->options.events,
					 .actor = &call->actor,
					 .name = json_in_str(json_in_get(call->body, "name"), STR("")),
					 .now = call->now,
					 .dry_run = call->dry_run};
	const struct json_value *entries;
	struct import_report report;
	const struct sheet_map *maps;
	struct str text;
	size_t map_count;

	if (options.name.len == 0 || options.name.len > LIMIT_IMPORT_NAME_BYTES) {
		err_set(err, ERR_INPUT, "the import's name has %zu bytes, not 1 to %d", options.name.len, LIMIT_IMPORT_NAME_BYTES);
		return err_fix(err, "import-name", "say where it comes from, such as the file's name");
	}
	if (!what_is_given(call, &entries, &text, err) || !maps_read(call, &maps, &map_count, err))
		return false;
	store_end(&call->txn);
	if (!(entries ? import_entries(&options, call->arena, entries, &report, err)
		      : import_sheet(&options, call->arena, text, maps, map_count, &report, err)))
		return false;
	if (call->dry_run)
		call->response->status = 200;
	import_write(&call->json, &report, call->dry_run);
	return true;
}
