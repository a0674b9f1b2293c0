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

struct listing {
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
	cells[3] = shown_number(listing->arena, item, "certificates_count");
	cells[4] = shown_list(listing->arena, json_in_get(item, "problems"));
	cells[5] = shown_text(item, "id");
}

/* A row each. */
/* clang-format off */
static const struct noun nouns[] = {
	{"certificates", "/api/v1/certificates", {"DAYS", "NAME", "ISSUER", "KEY", "SERVED", "PATH", "PROBLEMS", "SHA-256"}, certificate_cells},
	{"endpoints",    "/api/v1/endpoints",    {"DAYS", "HOST", "ADDRESS", "PORT", "PROTOCOL", "OUTCOME", "CERTIFICATE", "PROBLEMS"}, endpoint_cells},
	{"lineages",     "/api/v1/lineages",     {"DAYS", "NAME", "PATH", "CERTIFICATES", "PROBLEMS", "ID"}, lineage_cells},
};
/* clang-format on */

static bool each(void *data, const struct json_value *item)
{
	struct listing *listing = data;
	struct str cells[TABLE_COLUMNS];

	if (listing->json)
		fputs(listing->count ? "," : "[", stdout);
	if (listing->json || listing->jsonl) {
		show_json(item);
	} else {
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

static struct str path_of(struct arena *arena, const struct command_call *call, const struct noun *noun)
{
	struct str path = str_of(noun->path), words = client_words(arena, call);

	if (words.len)
		path = client_path(arena, path, "q", words);
	if (command_value(call, "sort"))
		path = client_path(arena, path, "sort", str_of(command_value(call, "sort")));
	return path;
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(arena_done) struct arena *row = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	struct listing listing = {.arena = row, .noun = noun_of(command_value(call, "of")), .now = clock_now_s()};
	struct err err = {0};
	uint64_t most;
	bool ok;

	if (!listing.noun)
		return command_usage(call, "--of is certificates, endpoints or lineages");
	if (!command_number(call, "limit", 1, 100000000, 0, &most, &err))
		return client_fail(call, &err);
	listing.json = command_has(call, "json");
	listing.jsonl = command_has(call, "jsonl");
	listing.table = table_new(arena, listing.noun->titles);
	listing.table.flows = true;
	ok = client_open(call, &client, &err) &&
	     client_walk(client, arena, path_of(arena, call, listing.noun).data, most, each, &listing, &err);
	if (ok && listing.json)
		fputs(listing.count ? "]\n" : "[]\n", stdout);
	if (ok)
		table_print(&listing.table);
	table_done(&listing.table);
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
	.examples = "$ keepvalid list 'expires<30d'\n$ keepvalid list --of endpoints --json -- -outcome:ok",
	.options = (const struct command_option[]){{"of", 0, "NOUN", "certificates (default), endpoints or lineages", false},
						   {"sort", 0, "KEY", "not_after, name, issuer, first_seen …; -KEY descending", false},
						   {"limit", 0, "N", "at most so many", false},
						   OUTPUT_OPTIONS,
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};
