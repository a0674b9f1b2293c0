/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid list [QUERY] - the inventory. */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "programs/cli/show.h"
#include "programs/cli/table.h"
#include "programs/cli/view.h"

struct listing {
	struct list_wish wish;
	struct str columns[TABLE_COLUMNS]; /* with --columns */
	size_t column_count;
	const char *titles[TABLE_COLUMNS + 1];
	struct arena *arena; /* of one row */
	const struct noun *noun;
	struct table table;
	bool json, jsonl;
	int64_t now;
	size_t count;
};

/* What can be listed. */
struct noun {
	const char *name, *path;
	const char *titles[TABLE_COLUMNS + 1];
	void (*cells)(struct listing *listing, const struct json_value *item, struct str *cells);
};

static void certificate_cells(struct listing *listing, const struct json_value *item, struct str *cells)
{
	struct arena *arena = listing->arena;

	cells[0] = shown_days(arena, item, "not_after", listing->now);
	cells[1] = shown_text(item, "name");
	cells[2] = shown_text(item, "issuer_cn");
	cells[3] = shown_key(arena, json_in_get(item, "key"));
	cells[4] = shown_number(arena, item, "served");
	cells[5] = shown_text(json_in_get(item, "lineage"), "path");
	cells[6] = shown_list(arena, json_in_get(item, "problems"));
	cells[7] = shown_text(item, "sha256");
	cells[8] = shown_text(json_in_get(item, "owner"), "name");
	if (listing->table.terminal.is_terminal)
		cells[7] = str_head(cells[7], 12);
}

static void endpoint_cells(struct listing *listing, const struct json_value *item, struct str *cells)
{
	cells[0] = shown_days(listing->arena, item, "not_after", listing->now);
	cells[1] = shown_text(item, "host");
	cells[2] = shown_text(item, "address");
	cells[3] = shown_number(listing->arena, item, "port");
	cells[4] = shown_text(item, "protocol");
	cells[5] = shown_text(item, "outcome");
	cells[6] = shown_text(item, "name");
	cells[7] = shown_list(listing->arena, json_in_get(item, "problems"));
}

static void lineage_cells(struct listing *listing, const struct json_value *item, struct str *cells)
{
	cells[0] = shown_days(listing->arena, item, "not_after", listing->now);
	cells[1] = shown_text(item, "name");
	cells[2] = shown_text(item, "path");
	cells[3] = shown_text(json_in_get(item, "owner"), "name");
	cells[4] = shown_list(listing->arena, json_in_get(item, "tags"));
	cells[5] = shown_number(listing->arena, item, "certificates_count");
	cells[6] = shown_list(listing->arena, json_in_get(item, "problems"));
	cells[7] = shown_text(item, "id");
}

/* A row each. */
/* clang-format off */
static const struct noun nouns[] = {
	{"certificates", "/api/v1/certificates", {"DAYS", "NAME", "ISSUER", "KEY", "SERVED", "PATH", "PROBLEMS", "SHA-256", "OWNER"}, certificate_cells},
	{"endpoints",    "/api/v1/endpoints",    {"DAYS", "HOST", "ADDRESS", "PORT", "PROTOCOL", "OUTCOME", "CERTIFICATE", "PROBLEMS"}, endpoint_cells},
	{"lineages",     "/api/v1/lineages",     {"DAYS", "NAME", "PATH", "OWNER", "TAGS", "CERTIFICATES", "PROBLEMS", "ID"}, lineage_cells},
};
/* clang-format on */

/* Any value in a cell: a thing by its name, a list by its elements. */
static struct str shown_any(struct arena *arena, const struct json_value *value)
{
	CLEANUP(buf_done) struct buf text = buf_capped(65536);

	switch (json_in_type(value)) {
	case JSON_IS_STR:
		return json_in_str(value, STR(""));
	case JSON_IS_INT:
		return arena_format(arena, "%lld", (long long)json_in_int(value, 0));
	case JSON_IS_BOOL:
		return json_in_bool(value, false) ? STR("yes") : STR("no");
	case JSON_IS_ARRAY:
		for (size_t i = 0; i < json_in_count(value); i++) {
			struct str one = shown_any(arena, json_in_at(value, i));

			buf_addf(&text, "%s%.*s", i ? ", " : "", STR_ARG(one));
		}
		return text.len ? arena_str(arena, buf_str(&text)) : STR("-");
	case JSON_IS_OBJECT:
		if (json_in_type(json_in_get(value, "name")) == JSON_IS_STR)
			return shown_text(value, "name");
		if (json_in_type(json_in_get(value, "algorithm")) == JSON_IS_STR)
			return shown_key(arena, value);
		return STR("-");
	default:
		return STR("-");
	}
}

static void column_cells(struct listing *listing, const struct json_value *item, struct str *cells)
{
	for (size_t i = 0; i < listing->column_count; i++)
		cells[i] = shown_any(listing->arena, json_in_get(item, listing->columns[i].data));
}

static bool each(void *data, const struct json_value *item)
{
	struct listing *listing = data;
	struct str cells[TABLE_COLUMNS];

	if (listing->json)
		fputs(listing->count ? "," : "[", stdout);
	if (listing->json || listing->jsonl) {
		show_json(item);
	} else {
		if (listing->column_count)
			column_cells(listing, item, cells);
		else
			listing->noun->cells(listing, item, cells);
		table_add(&listing->table, cells);
	}
	listing->count++;
	arena_reset(listing->arena);
	return true;
}

static const struct noun *noun_of(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(nouns); i++)
		if (!name || strcmp(nouns[i].name, name) == 0)
			return &nouns[i];
	return NULL;
}

static struct str path_of(struct arena *arena, const struct listing *listing)
{
	struct str path = str_of(listing->noun->path);

	if (listing->wish.q.len)
		path = client_path(arena, path, "q", listing->wish.q);
	if (listing->wish.sort.data)
		path = client_path(arena, path, "sort", listing->wish.sort);
	if (listing->column_count && !listing->json && !listing->jsonl)
		path = client_path(arena, path, "fields", listing->wish.columns);
	return path;
}

/* What the view says, what the options say instead, and both queries together. */
static bool wish_read(struct command_call *call, struct client *client, struct arena *arena, struct list_wish *wish,
		      struct err *err)
{
	struct str words = client_words(arena, call), *fields[] = {&wish->of, &wish->sort, &wish->columns, &wish->group_by};
	static const char *const names[] = {"of", "sort", "columns", "group-by"};
	const struct json_value *view;

	if (command_value(call, "view")) {
		if (!view_find(client, arena, command_value(call, "view"), &view, err))
			return false;
		view_wish(arena, view, wish);
	}
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (command_value(call, names[i]))
			*fields[i] = str_of(command_value(call, names[i]));
	if (words.len && wish->q.len)
		wish->q = arena_format(arena, "(%.*s) (%.*s)", STR_ARG(wish->q), STR_ARG(words));
	else if (words.len)
		wish->q = words;
	return true;
}

static bool columns_read(struct listing *listing, struct arena *arena, struct err *err)
{
	struct str rest = listing->wish.columns, one;

	while (rest.len && str_split(&rest, ',', &one)) {
		if (listing->column_count == TABLE_COLUMNS) {
			err_set(err, ERR_INPUT, "--columns: more than %d", TABLE_COLUMNS);
			return err_fix(err, "list-columns", "name fewer, or use --json");
		}
		listing->columns[listing->column_count] = arena_str(arena, one);
		listing->titles[listing->column_count++] = arena_str(arena, one).data;
	}
	return true;
}

/* ---- groups ---- */

static bool print_groups(struct client *client, struct arena *arena, const struct listing *listing, size_t *count,
			 struct err *err)
{
	static const char *const titles[] = {"COUNT", "VALUE", "NEXT END", NULL};
	struct table table = table_new(arena, titles);
	struct str path = client_path(arena, STR("/api/v1/groups"), "of", str_of(listing->noun->name));
	const struct json_value *root, *items;

	path = client_path(arena, path, "by", listing->wish.group_by);
	if (listing->wish.q.len)
		path = client_path(arena, path, "q", listing->wish.q);
	if (!client_get(client, arena, path.data, &root, err))
		return false;
	items = json_in_get(root, "items");
	*count = json_in_count(items);
	if (listing->json)
		show_json(root);
	for (size_t i = 0; i < *count && !listing->json; i++) {
		const struct json_value *item = json_in_at(items, i);
		const struct str cells[] = {shown_number(arena, item, "count"), shown_text(item, "label"),
					    shown_text(item, "next_not_after")};

		if (listing->jsonl)
			show_json(item);
		else
			table_add(&table, cells);
	}
	table_print(&table);
	table_done(&table);
	if (json_in_bool(json_in_get(root, "approximate"), false))
		fprintf(stderr, "Of the first of very many only; ask again in a moment for all.\n");
	return true;
}

static bool list_rows(struct client *client, struct arena *arena, struct listing *listing, uint64_t most, struct err *err)
{
	bool ok;

	listing->table = table_new(arena, listing->column_count ? listing->titles : listing->noun->titles);
	listing->table.flows = true;
	ok = client_walk(client, arena, path_of(arena, listing).data, most, each, listing, err);
	if (ok && listing->json)
		fputs(listing->count ? "]\n" : "[]\n", stdout);
	if (ok)
		table_print(&listing->table);
	table_done(&listing->table);
	return ok;
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(arena_done) struct arena *row = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	struct listing listing = {.arena = row, .now = clock_now_s()};
	struct err err = {0};
	uint64_t most;
	bool ok;

	if (!noun_of(command_value(call, "of")))
		return command_usage(call, "--of is certificates, endpoints or lineages");
	if (!command_number(call, "limit", 1, 100000000, 0, &most, &err) || !client_open(call, &client, &err) ||
	    !wish_read(call, client, arena, &listing.wish, &err) || !columns_read(&listing, arena, &err))
		return client_fail(call, &err);
	listing.noun = noun_of(listing.wish.of.data ? arena_str(arena, listing.wish.of).data : NULL);
	listing.json = command_has(call, "json");
	listing.jsonl = command_has(call, "jsonl");
	ok = listing.wish.group_by.len ? print_groups(client, arena, &listing, &listing.count, &err)
				       : list_rows(client, arena, &listing, most, &err);
	if (!ok)
		return client_fail(call, &err);
	return listing.count ? CLI_OK : CLI_NOTHING;
}

const struct command command_list = {
	.name = "list",
	.arguments = "[QUERY]",
	.summary = "list the inventory: certificates, endpoints, lineages",
	.details = "QUERY: expires<30d issuer:R11 -key:rsa (host:shop OR port:8443) words. A key that starts with \"-\"\n"
		   "comes after \"--\", so that it is not taken for an option. Nothing found: exit code 6.",
	.examples = "$ keepvalid list 'expires<30d'\n$ keepvalid list --group-by issuer state:expired\n$ keepvalid list --of endpoints --json -- -outcome:ok",
	.options = (const struct command_option[]){{"of", 0, "NOUN", "certificates (default), endpoints or lineages", false},
						   {"sort", 0, "KEY", "not_after, name, issuer, first_seen …; -KEY descending", false},
						   {"limit", 0, "N", "at most so many", false},
						   {"view", 0, "NAME", "as that saved view says; QUERY narrows it", false},
						   {"columns", 0, "LIST", "fields to show, with commas between: name,owner,not_after", false},
						   {"group-by", 0, "FACET", "count by owner, issuer, week, key, type, environment, path, tag …", false},
						   OUTPUT_OPTIONS,
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};
