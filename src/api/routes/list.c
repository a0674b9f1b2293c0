/* SPDX-License-Identifier: Apache-2.0 */

/* The frame of every list: ?q= &sort= &fields= &limit= &cursor= &total= in, {"items", "next_cursor", "total"} out. */

#include "api/routes/route.h"

#include <stdio.h>
#include <string.h>

#include "api/routes/cursor.h"
#include "base/arena.h"
#include "base/limits.h"
#include "decisions/query.h"

#define ITEM_BYTES 16777216

/* The name of what is listed: "[certificate]" lists certificates. */
static const char *item_schema(const struct list *list)
{
	const char *response = list->call->route->response;

	return arena_str(list->call->arena, (struct str){response + 1, strlen(response) - 2}).data;
}

static bool read_limit(struct list *list, struct err *err)
{
	struct str text = http_query(list->call->request, "limit");
	uint64_t limit = 50;

	if (text.data && (!str_to_u64(text, LIMIT_PAGE_ROWS, &limit) || limit == 0)) {
		err_set(err, ERR_INPUT, "limit is not a number from 1 to %d", LIMIT_PAGE_ROWS);
		return err_fix(err, "list-limit", "leave it out for 50");
	}
	list->page.limit = (uint32_t)limit;
	return true;
}

static bool read_sort(struct list *list, struct err *err)
{
	struct str sorts = str_of(list->call->route->sorts), text = http_query(list->call->request, "sort"), one;

	list->page.descending = str_starts(text, STR("-"));
	if (list->page.descending)
		text = str_skip(text, 1);
	if (!text.data)
		return true;
	while (str_split(&sorts, ' ', &one)) {
		if (str_equal(one, text))
			return true;
		list->sort++;
	}
	err_set(err, ERR_INPUT, "there is no sort \"%.*s\"", STR_ARG(text));
	return err_fix(err, "list-sort", "one of: %s; with - before it, descending",
		       list->call->route->sorts ? list->call->route->sorts : "none");
}

static bool read_query(struct list *list, struct err *err)
{
	struct call *call = list->call;
	const struct query_node *query;

	if (!(call->route->takes & TAKES_QUERY))
		return true;
	if (!query_read(call->arena, http_query(call->request, "q"), &query, &call->error_column, err))
		return false;
	list->filter = query_filter(call->arena, query, call->now);
	return true;
}

static bool read_fields(struct list *list, struct err *err)
{
	struct str rest = http_query(list->call->request, "fields"), one;

	list->fields = rest;
	while (str_split(&rest, ',', &one)) {
		if (schema_has_field(item_schema(list), one))
			continue;
		err_set(err, ERR_INPUT, "there is no field \"%.*s\"", STR_ARG(one));
		return err_fix(err, "list-fields", "see /api/openapi.json");
	}
	return true;
}

static bool read_total(struct list *list, struct err *err)
{
	struct str text = http_query(list->call->request, "total");

	list->page.total = str_is(text, "true");
	if (!text.data || list->page.total || str_is(text, "false"))
		return true;
	err_set(err, ERR_INPUT, "total is neither true nor false");
	return err_fix(err, "list-total", "leave it out for false");
}

/* What a cursor is good for. */
static struct str bound_to(const struct list *list)
{
	const struct http_request *request = list->call->request;
	struct str q = http_query(request, "q"), sort = http_query(request, "sort");

	return arena_format(list->call->arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(request->path), STR_ARG(sort),
			    STR_ARG(q), STR_ARG(http_query(request, "outcome")), STR_ARG(http_query(request, "kind")),
			    STR_ARG(http_query(request, "since")));
}

static bool read_cursor(struct list *list, struct err *err)
{
	struct call *call = list->call;
	struct str text = http_query(call->request, "cursor");

	if (!text.data || cursor_read(call->arena, call->api->instance_key, bound_to(list), text, &list->page.after))
		return true;
	err_set(err, ERR_INPUT, "the cursor is not of this list");
	return err_fix(err, "list-cursor", "take next_cursor of the page before, with the same q and sort");
}

bool list_start(struct list *list, struct call *call, struct err *err)
{
	*list = (struct list){.call = call, .scratch = buf_capped(ITEM_BYTES)};
	if (!read_limit(list, err) || !read_sort(list, err) || !read_query(list, err) || !read_fields(list, err) ||
	    !read_total(list, err) || !read_cursor(list, err))
		return false;
	json_out_object(&call->json);
	json_out_key(&call->json, "items");
	json_out_array(&call->json);
	return true;
}

struct json_out *list_item(struct list *list)
{
	if (!list->fields.data)
		return &list->call->json;
	buf_clear(&list->scratch);
	list->item = json_out_start(&list->scratch);
	return &list->item;
}

void list_item_end(struct list *list)
{
	struct json_out *json = &list->call->json;
	struct str rest = list->fields, one;
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;

	if (!list->fields.data || !json_doc_read(buf_str(&list->scratch), &doc, NULL))
		return;
	json_out_object(json);
	while (str_split(&rest, ',', &one)) {
		const char *key = arena_str(list->call->arena, one).data;

		json_out_key(json, key);
		json_out_value(json, json_in_get(json_doc_root(doc), key));
	}
	json_out_end_object(json);
}

bool list_end(struct list *list, const struct store_more *more, struct err *err)
{
	struct json_out *json = &list->call->json;
	CLEANUP(buf_done) struct buf cursor = buf_capped(16384);

	json_out_end_array(json);
	if (more->next.set)
		cursor_write(&cursor, list->call->api->instance_key, bound_to(list), &more->next);
	json_out_key_text(json, "next_cursor", more->next.set ? cursor.data : NULL);
	if (list->page.total)
		json_out_key_int(json, "total", more->total);
	json_out_end_object(json);
	return true;
}

void list_done(struct list *list)
{
	buf_done(&list->scratch);
}
