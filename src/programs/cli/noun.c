/* SPDX-License-Identifier: Apache-2.0 */

/* Lists, single things and verbs of a noun: see noun.h. */

#include "programs/cli/noun.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "programs/cli.h"
#include "programs/cli/show.h"

#define LIST_USUAL 1000

/* ---- cells ---- */

static const struct json_value *value_at(const struct json_value *item, const char *key)
{
	struct str rest = str_of(key), one;

	while (item && rest.len && str_split(&rest, '.', &one)) {
		char name[64];

		snprintf(name, sizeof name, "%.*s", STR_ARG(one));
		item = json_in_get(item, name);
	}
	return item;
}

static struct str cell_of(struct arena *arena, const struct json_value *value)
{
	switch (json_in_type(value)) {
	case JSON_IS_STR:
		return json_in_str(value, STR("-"));
	case JSON_IS_INT:
		return arena_format(arena, "%lld", (long long)json_in_int(value, 0));
	case JSON_IS_BOOL:
		return json_in_bool(value, false) ? STR("yes") : STR("no");
	case JSON_IS_ARRAY:
		return shown_list(arena, value);
	default:
		return STR("-");
	}
}

/* ---- lists ---- */

struct listing {
	struct arena *arena;
	const struct noun *noun;
	struct table table;
	bool json, jsonl;
	size_t count;
};

static bool list_each(void *data, const struct json_value *item)
{
	struct listing *listing = data;
	struct str cells[TABLE_COLUMNS];
	size_t count = 0;

	if (listing->json)
		fputs(listing->count ? "," : "[", stdout);
	listing->count++;
	if (listing->json || listing->jsonl) {
		show_json(item);
		return true;
	}
	for (const struct noun_column *column = listing->noun->columns; column->title; column++) {
		const struct json_value *value = value_at(item, column->key);

		cells[count++] = column->cell ? column->cell(listing->arena, value) : cell_of(listing->arena, value);
	}
	table_add(&listing->table, cells);
	return true;
}

int noun_list(struct command_call *call, struct client *client, struct arena *arena, const struct noun *noun,
	      struct str path)
{
	const char *titles[TABLE_COLUMNS + 1] = {0};
	struct listing listing = {.arena = arena, .noun = noun, .json = command_has(call, "json"),
				  .jsonl = command_has(call, "jsonl")};
	struct err err = {0};
	uint64_t most;
	bool ok;

	for (size_t i = 0; noun->columns[i].title; i++)
		titles[i] = noun->columns[i].title;
	listing.table = table_new(arena, titles);
	ok = command_number(call, "limit", 1, 100000000, LIST_USUAL, &most, &err) &&
	     client_walk(client, arena, arena_str(arena, path).data, most, list_each, &listing, &err);
	if (ok && listing.json)
		fputs(listing.count ? "]\n" : "[]\n", stdout);
	if (ok)
		table_print(&listing.table);
	table_done(&listing.table);
	if (!ok)
		return client_fail(call, &err);
	return listing.count ? CLI_OK : CLI_NOTHING;
}

/* ---- one ---- */

struct finding {
	struct arena *arena;
	struct str wanted, id;
};

static bool find_each(void *data, const struct json_value *item)
{
	struct finding *finding = data;
	struct str id = json_in_str(json_in_get(item, "id"), STR(""));

	if (!str_equal(id, finding->wanted) &&
	    !str_equal_nocase(json_in_str(json_in_get(item, "name"), STR("")), finding->wanted))
		return true;
	finding->id = arena_str(finding->arena, id);
	return false;
}

bool noun_find(struct client *client, struct arena *arena, const struct noun *noun, const char *name,
	       const struct json_value **out, struct err *err)
{
	struct finding finding = {.arena = arena, .wanted = str_of(name)};

	if (!client_walk(client, arena, noun->path, 0, find_each, &finding, err))
		return false;
	if (!finding.id.data) {
		err_set(err, ERR_ABSENT, "there is no %s \"%s\"", noun->what, name);
		return err_fix(err, "not-found", "see `keepvalid %s list`", noun->what);
	}
	return client_get(client, arena, arena_format(arena, "%s/%.*s", noun->path, STR_ARG(finding.id)).data, out, err);
}

struct str noun_path(struct arena *arena, const struct noun *noun, const struct json_value *thing)
{
	return arena_format(arena, "%s/%.*s", noun->path, STR_ARG(json_in_str(json_in_get(thing, "id"), STR(""))));
}

int noun_show(struct command_call *call, struct client *client, struct arena *arena, const struct noun *noun)
{
	const struct json_value *thing;
	struct err err = {0};

	if (!noun_find(client, arena, noun, call->args[1], &thing, &err))
		return client_fail(call, &err);
	show_json(thing);
	return CLI_OK;
}

int noun_remove(struct command_call *call, struct client *client, struct arena *arena, const struct noun *noun)
{
	const struct json_value *thing, *nothing;
	struct err err = {0};

	if (!noun_find(client, arena, noun, call->args[1], &thing, &err) ||
	    !client_change(client, arena, "DELETE", noun_path(arena, noun, thing).data, (struct bytes){NULL, 0}, &nothing,
			   &err))
		return client_fail(call, &err);
	return CLI_OK;
}

/* ---- verbs ---- */

int noun_run(struct command_call *call, const struct noun *noun, const struct noun_verb *verbs, size_t count)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	CLEANUP(buf_done) struct buf names = buf_capped(256);
	struct err err = {0};

	for (size_t i = 0; i < count; i++) {
		buf_addf(&names, "%s%s", i ? ", " : "", verbs[i].name);
		if (call->arg_count == 0 || strcmp(call->args[0], verbs[i].name) != 0)
			continue;
		if (verbs[i].named && call->arg_count < 2)
			return command_usage(call, "which %s?", noun->what);
		if (!client_open(call, &client, &err))
			return client_fail(call, &err);
		return verbs[i].run(call, client, arena);
	}
	return command_usage(call, "say one of %s", names.data);
}

/* ---- periods ---- */

static const struct {
	char unit;
	int64_t seconds;
} units[] = {{'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

bool noun_period_read(const char *text, int64_t *seconds, struct err *err)
{
	struct str word = str_of(text);
	uint64_t number;

	if (str_is(word, "never")) {
		*seconds = 0;
		return true;
	}
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (word.len > 1 && word.data[word.len - 1] == units[i].unit &&
		    str_to_u64(str_head(word, word.len - 1), 100000000, &number)) {
			*seconds = (int64_t)number * units[i].seconds;
			return true;
		}
	err_set(err, ERR_INPUT, "\"%s\" is no period", text);
	return err_fix(err, "period", "write 6h, 1d, 2w or never");
}

struct str noun_period(struct arena *arena, const struct json_value *value)
{
	int64_t seconds = json_in_int(value, 0);

	if (seconds == 0)
		return STR("never");
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (seconds % units[i].seconds == 0)
			return arena_format(arena, "%lld%c", (long long)(seconds / units[i].seconds), units[i].unit);
	return STR("-");
}
