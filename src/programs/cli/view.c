/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid view list|show|add|edit|rm - saved queries. */

#include "programs/cli/view.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/show.h"
#include "programs/cli/table.h"

static const struct str absent = {NULL, 0};

/* ---- finding ---- */

struct finding {
	struct str name;
	struct str id;
	bool mine;
};

static bool find_each(void *data, const struct json_value *item)
{
	struct finding *finding = data;
	bool mine = json_in_bool(json_in_get(item, "mine"), false);

	if (!str_equal_nocase(json_in_str(json_in_get(item, "name"), STR("")), finding->name) ||
	    (finding->id.data && !mine))
		return true;
	/* the item goes with its page */
	finding->id = json_in_str(json_in_get(item, "id"), STR(""));
	finding->mine = mine;
	return false;
}

struct kept_finding {
	struct finding finding;
	struct arena *arena;
};

static bool keep_each(void *data, const struct json_value *item)
{
	struct kept_finding *kept = data;

	if (!find_each(&kept->finding, item)) {
		kept->finding.id = arena_str(kept->arena, kept->finding.id);
		return !kept->finding.mine;
	}
	return true;
}

bool view_find(struct client *client, struct arena *arena, const char *name, const struct json_value **out,
	       struct err *err)
{
	struct kept_finding kept = {{str_of(name), absent, false}, arena};

	if (!client_walk(client, arena, "/api/v1/views", 0, keep_each, &kept, err))
		return false;
	if (!kept.finding.id.data) {
		err_set(err, ERR_ABSENT, "there is no view \"%s\"", name);
		return err_fix(err, "no-such-view", "see `keepvalid view list`");
	}
	return client_get(client, arena, arena_format(arena, "/api/v1/views/%.*s", STR_ARG(kept.finding.id)).data, out,
			  err);
}

static struct str said(const struct json_value *view, const char *key)
{
	struct str text = json_in_str(json_in_get(view, key), absent);

	return text.len ? text : absent;
}

void view_wish(struct arena *arena, const struct json_value *view, struct list_wish *out)
{
	CLEANUP(buf_done) struct buf columns = buf_capped(4096);
	const struct json_value *list = json_in_get(view, "columns");

	for (size_t i = 0; i < json_in_count(list); i++) {
		if (i)
			buf_add_char(&columns, ',');
		buf_add_str(&columns, json_in_str(json_in_at(list, i), STR("")));
	}
	*out = (struct list_wish){said(view, "of"), said(view, "q"), said(view, "sort"),
				  columns.len ? arena_str(arena, buf_str(&columns)) : absent, said(view, "group_by")};
}

/* ---- list and show ---- */

struct listing {
	struct arena *arena;
	struct table table;
	bool json, jsonl;
	size_t count;
};

static bool list_each(void *data, const struct json_value *item)
{
	struct listing *listing = data;
	const struct str cells[] = {
		shown_text(item, "name"),
		shown_text(item, "of"),
		shown_text(item, "q"),
		shown_text(item, "sort"),
		shown_text(item, "group_by"),
		json_in_bool(json_in_get(item, "shared"), false) ? STR("shared") : STR("own"),
		shown_text(json_in_get(item, "owner"), "name"),
	};

	if (listing->json)
		fputs(listing->count ? "," : "[", stdout);
	if (listing->json || listing->jsonl)
		show_json(item);
	else
		table_add(&listing->table, cells);
	listing->count++;
	return true;
}

static bool list_all(struct command_call *call, struct client *client, struct arena *arena, size_t *count,
		     struct err *err)
{
	static const char *const titles[] = {"NAME", "OF", "QUERY", "SORT", "GROUP", "WHOSE", "OWNER", NULL};
	struct listing listing = {.arena = arena, .table = table_new(arena, titles), .json = command_has(call, "json"),
				  .jsonl = command_has(call, "jsonl")};
	bool ok = client_walk(client, arena, "/api/v1/views", 0, list_each, &listing, err);

	if (ok && listing.json)
		fputs(listing.count ? "]\n" : "[]\n", stdout);
	if (ok)
		table_print(&listing.table);
	table_done(&listing.table);
	*count = listing.count;
	return ok;
}

static int list(struct command_call *call, struct client *client, struct arena *arena)
{
	struct err err = {0};
	size_t count;

	if (!list_all(call, client, arena, &count, &err))
		return client_fail(call, &err);
	return count ? CLI_OK : CLI_NOTHING;
}

static int show(struct command_call *call, struct client *client, struct arena *arena)
{
	const struct json_value *view;
	struct err err = {0};

	if (!view_find(client, arena, call->args[1], &view, &err))
		return client_fail(call, &err);
	show_json(view);
	return CLI_OK;
}

/* ---- changing ---- */

static void write_columns(struct json_out *json, const char *words)
{
	struct str rest = str_of(words), one;

	json_out_key(json, "columns");
	json_out_array(json);
	while (rest.len && str_split(&rest, ',', &one))
		json_out_str(json, one);
	json_out_end_array(json);
}

/* What the options say; members that they do not say are left out. */
static void write_body(const struct command_call *call, struct json_out *json, const char *name, struct str q)
{
	static const char *const texts[][2] = {{"of", "of"}, {"sort", "sort"}, {"group-by", "group_by"}};

	json_out_object(json);
	if (name)
		json_out_key_text(json, "name", name);
	if (q.data)
		json_out_key_str(json, "q", q);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (command_value(call, texts[i][0]))
			json_out_key_text(json, texts[i][1], command_value(call, texts[i][0]));
	if (command_value(call, "columns"))
		write_columns(json, command_value(call, "columns"));
	if (command_has(call, "shared") || command_has(call, "private"))
		json_out_key_bool(json, "shared", command_has(call, "shared"));
	json_out_end_object(json);
}

/* Words behind the name. */
static struct str query_of(struct arena *arena, struct command_call *call)
{
	struct command_call rest = *call;

	if (call->arg_count <= 2)
		return absent;
	rest.args += 2;
	rest.arg_count -= 2;
	return client_words(arena, &rest);
}

static int add(struct command_call *call, struct client *client, struct arena *arena)
{
	CLEANUP(buf_done) struct buf body = buf_capped(65536);
	struct json_out json = json_out_start(&body);
	const struct json_value *made;
	struct err err = {0};

	write_body(call, &json, call->args[1], query_of(arena, call));
	if (!client_post(client, arena, "/api/v1/views", buf_bytes(&body), &made, &err))
		return client_fail(call, &err);
	show_json(made);
	return CLI_OK;
}

static struct str path_of(struct arena *arena, const struct json_value *view)
{
	return arena_format(arena, "/api/v1/views/%.*s", STR_ARG(json_in_str(json_in_get(view, "id"), STR(""))));
}

static int edit(struct command_call *call, struct client *client, struct arena *arena)
{
	CLEANUP(buf_done) struct buf body = buf_capped(65536);
	struct json_out json = json_out_start(&body);
	const struct json_value *view, *changed;
	struct err err = {0};

	write_body(call, &json, command_value(call, "name"), query_of(arena, call));
	if (!view_find(client, arena, call->args[1], &view, &err) ||
	    !client_change(client, arena, "PATCH", path_of(arena, view).data, buf_bytes(&body), &changed, &err))
		return client_fail(call, &err);
	show_json(changed);
	return CLI_OK;
}

static int rm(struct command_call *call, struct client *client, struct arena *arena)
{
	const struct json_value *view, *nothing;
	struct err err = {0};

	if (!view_find(client, arena, call->args[1], &view, &err) ||
	    !client_change(client, arena, "DELETE", path_of(arena, view).data, (struct bytes){NULL, 0}, &nothing, &err))
		return client_fail(call, &err);
	return CLI_OK;
}

static const struct {
	const char *name;
	bool named; /* needs a view's name */
	int (*run)(struct command_call *call, struct client *client, struct arena *arena);
} verbs[] = {{"list", false, list}, {"show", true, show}, {"add", true, add}, {"edit", true, edit}, {"rm", true, rm}};

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	struct err err = {0};

	for (size_t i = 0; i < COUNT_OF(verbs); i++) {
		if (call->arg_count == 0 || strcmp(call->args[0], verbs[i].name) != 0)
			continue;
		if (verbs[i].named && call->arg_count < 2)
			return command_usage(call, "which view?");
		if (!client_open(call, &client, &err))
			return client_fail(call, &err);
		return verbs[i].run(call, client, arena);
	}
	return command_usage(call, "say list, show, add, edit or rm");
}

const struct command command_view = {
	.name = "view",
	.arguments = "list|show|add|edit|rm [NAME] [QUERY]",
	.summary = "saved queries and how their lists are shown",
	.details = "A view is yours alone unless it is --shared, which takes an administrator. `keepvalid list --view NAME` lists it.",
	.examples = "$ keepvalid view add 'due soon' --columns name,not_after,owner --sort not_after 'expires<30d'\n"
		    "$ keepvalid list --view 'due soon'",
	.options = (const struct command_option[]){{"of", 0, "NOUN", "certificates (default), endpoints or lineages", false},
						   {"sort", 0, "KEY", "as for list", false},
						   {"columns", 0, "LIST", "fields, with commas between", false},
						   {"group-by", 0, "FACET", "owner, issuer, week …", false},
						   {"name", 0, "NAME", "edit: its new name", false},
						   {"shared", 0, NULL, "for everybody", false},
						   {"private", 0, NULL, "for yourself", false},
						   OUTPUT_OPTIONS,
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};
