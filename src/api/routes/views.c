/* SPDX-License-Identifier: Apache-2.0 */

/*
 * /views: saved queries. One's own are seen by oneself alone; to share one, or to change one that is shared, takes an
 * administrator.
 */

#include "api/routes/route.h"

#include <string.h>

#include "base/arena.h"
#include "base/foreign.h"
#include "base/limits.h"
#include "decisions/query.h"

static const struct noun_shape shapes[] = {
	[MODEL_NOUN_CERTIFICATES] = {MODEL_NOUN_CERTIFICATES, "certificate", "/api/v1/certificates"},
	[MODEL_NOUN_ENDPOINTS] = {MODEL_NOUN_ENDPOINTS, "endpoint", "/api/v1/endpoints"},
	[MODEL_NOUN_LINEAGES] = {MODEL_NOUN_LINEAGES, "lineage", "/api/v1/lineages"},
};

const struct noun_shape *noun_shape(enum model_noun noun)
{
	return &shapes[noun];
}

bool noun_read(struct str word, enum model_noun *out, struct err *err)
{
	*out = MODEL_NOUN_CERTIFICATES;
	if (!word.data || model_noun_read(word, out))
		return true;
	err_set(err, ERR_INPUT, "of: there is no list of \"%.*s\"", STR_ARG(str_head(word, 80)));
	return err_fix(err, "of", "certificates, endpoints or lineages");
}

bool canonical_query(struct call *call, struct str text, struct str *out, struct err *err)
{
	CLEANUP(buf_done) struct buf canonical = buf_capped(4 * LIMIT_QUERY_BYTES);
	const struct query_node *query;

	if (!query_read(call->arena, text, &query, &call->error_column, err))
		return false;
	query_write(&canonical, query);
	*out = arena_str(call->arena, buf_str(&canonical));
	return true;
}

static void row_view(struct call *call, struct json_out *json, const struct model_view *view)
{
	struct str rest = view->columns, one;

	json_out_object(json);
	row_id(json, "id", view->id);
	json_out_key_str(json, "name", view->name);
	json_out_key_text(json, "of", model_noun_name(view->noun));
	json_out_key_str(json, "q", view->q);
	json_out_key_str(json, "sort", view->sort);
	json_out_key(json, "columns");
	json_out_array(json);
	while (rest.len && str_split(&rest, ' ', &one))
		json_out_str(json, one);
	json_out_end_array(json);
	json_out_key_str(json, "group_by", view->group_by);
	json_out_key_bool(json, "shared", view->shared);
	json_out_key(json, "owner");
	json_out_object(json);
	row_id(json, "id", view->owner_id);
	json_out_key_str(json, "name", view->owner_name);
	json_out_end_object(json);
	json_out_key_bool(json, "mine", view->owner_id == call->caller.session.user.id);
	json_out_key_time(json, "created_at", view->created_at);
	json_out_end_object(json);
}

bool handle_views(struct call *call, struct err *err)
{
	CLEANUP(list_done) struct list list = {0};
	const struct model_view *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_views(call->txn, call->arena, call->caller.session.user.id, &list.page, &rows, &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		row_view(call, list_item(&list), &rows[i]);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

bool handle_view(struct call *call, struct err *err)
{
	version_write(call, call->object.view.version);
	row_view(call, &call->json, &call->object.view);
	return true;
}

/* ---- what a body says ---- */

static bool name_check(struct str name, struct err *err)
{
	if (name.len > 0 && name.len <= LIMIT_VIEW_NAME_BYTES && foreign_is_plain(name) && str_trim(name).len == name.len)
		return true;
	err_set(err, ERR_INPUT, "name: not 1 to %d bytes of one plain line", LIMIT_VIEW_NAME_BYTES);
	return err_fix(err, "view-name", "use letters, digits and spaces between words");
}

static bool sort_check(enum model_noun noun, struct str sort, struct err *err)
{
	struct str sorts = {NULL, 0}, one, bare = str_starts(sort, STR("-")) ? str_skip(sort, 1) : sort;

	for (size_t i = 0; i < route_count; i++)
		if (strcmp(route_table[i].path, shapes[noun].path) == 0 && route_table[i].sorts)
			sorts = str_of(route_table[i].sorts);
	if (sort.len == 0)
		return true;
	while (str_split(&sorts, ' ', &one))
		if (str_equal(one, bare))
			return true;
	err_set(err, ERR_INPUT, "sort: there is no sort \"%.*s\"", STR_ARG(str_head(sort, 80)));
	return err_fix(err, "list-sort", "one of those of the list; with - before it, descending");
}

static bool columns_read(struct call *call, const struct json_value *list, enum model_noun noun, struct str *out,
			 struct err *err)
{
	CLEANUP(buf_done) struct buf words = buf_capped(4096);

	for (size_t i = 0; i < json_in_count(list); i++) {
		struct str one = json_in_str(json_in_at(list, i), STR(""));

		if (!schema_has_field(shapes[noun].schema, one)) {
			err_set(err, ERR_INPUT, "columns: there is no field \"%.*s\"", STR_ARG(str_head(one, 80)));
			return err_fix(err, "list-fields", "see /api/openapi.json");
		}
		if (words.len)
			buf_add_char(&words, ' ');
		buf_add_str(&words, one);
	}
	if (!buf_ok(&words))
		return err_set(err, ERR_INPUT, "columns: too many");
	*out = arena_str(call->arena, buf_str(&words));
	return true;
}

bool facet_read(struct str word, enum model_noun noun, enum model_facet *out, struct err *err)
{
	CLEANUP(buf_done) struct buf words = buf_capped(400);

	if (model_facet_read(word, noun, out))
		return true;
	for (int i = 0; i < MODEL_FACET_COUNT; i++)
		if (model_facet_is_of((enum model_facet)i, noun))
			buf_addf(&words, " %s", model_facet_name((enum model_facet)i));
	err_set(err, ERR_INPUT, "%s cannot be grouped by \"%.*s\"", model_noun_name(noun), STR_ARG(str_head(word, 80)));
	return err_fix(err, "facet", "one of:%s", words.data);
}

static bool group_check(enum model_noun noun, struct str word, struct err *err)
{
	enum model_facet facet;

	return word.len == 0 || facet_read(word, noun, &facet, err);
}

/* Members that are there replace what the view has; absent and null ones leave it. */
static bool members_read(struct call *call, struct model_view *view, struct err *err)
{
	const struct json_value *body = call->body, *columns = json_in_get(body, "columns");
	struct str none = {NULL, 0}, of = json_in_str(json_in_get(body, "of"), none), q;

	if (of.data && !noun_read(of, &view->noun, err))
		return false;
	view->name = json_in_str(json_in_get(body, "name"), view->name);
	view->sort = json_in_str(json_in_get(body, "sort"), view->sort);
	view->group_by = json_in_str(json_in_get(body, "group_by"), view->group_by);
	view->shared = json_in_bool(json_in_get(body, "shared"), view->shared);
	q = json_in_str(json_in_get(body, "q"), view->q);
	if (json_in_type(columns) == JSON_IS_ARRAY && !columns_read(call, columns, view->noun, &view->columns, err))
		return false;
	return name_check(view->name, err) && canonical_query(call, q, &view->q, err) &&
	       sort_check(view->noun, view->sort, err) && group_check(view->noun, view->group_by, err);
}

static bool may_share(struct call *call, bool shared, struct err *err)
{
	if (!shared || call->caller.role == MODEL_ROLE_ADMIN)
		return true;
	err_set(err, ERR_DENIED, "shared views are for administrators to change");
	return err_fix(err, "permission", "save one of your own, or ask an administrator");
}

/* ---- changing ---- */

static bool note(struct call *call, struct store_txn *txn, const char *what, int64_t id, struct err *err)
{
	return audit_add(txn, &call->actor, what, arena_format(call->arena, "view:%lld", (long long)id), call->now, err);
}

static bool answer(struct call *call, int64_t id, struct err *err)
{
	if (!call_reread(call, err) || !store_view(call->txn, call->arena, id, &call->object.view, err))
		return false;
	return handle_view(call, err);
}

bool handle_view_new(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_view view = {
		.q = STR(""), .sort = STR(""), .columns = STR(""), .group_by = STR(""),
		.owner_id = call->caller.session.user.id, .owner_name = call->caller.name,
	};
	int64_t id;

	if (!members_read(call, &view, err) || !may_share(call, view.shared, err))
		return false;
	store_end(&call->txn);
	if (!store_write(call->api->options.store, &txn, err) || !store_view_add(txn, &view, call->now, &id, err) ||
	    !note(call, txn, "view.create", id, err) || !store_commit(&txn, err))
		return false;
	http_response_header(call->response, "Location",
			     arena_format(call->arena, "/api/v1/views/%lld", (long long)id));
	return answer(call, id, err);
}

/* A change that came between the check and the write is 412, too. */
static bool stale(struct call *call, const struct err *err)
{
	if (err->kind == ERR_CONFLICT && strcmp(err->code, "changed") == 0)
		call->error_status = 412;
	return false;
}

bool handle_view_change(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_view view = call->object.view;

	if (!version_check(call, view.version, err) || !may_share(call, view.shared, err) ||
	    !members_read(call, &view, err) || !may_share(call, view.shared, err))
		return false;
	store_end(&call->txn);
	if (!store_write(call->api->options.store, &txn, err) || !store_view_change(txn, &view, err) ||
	    !note(call, txn, "view.change", view.id, err) || !store_commit(&txn, err))
		return stale(call, err);
	return answer(call, view.id, err);
}

bool handle_view_remove(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	const struct model_view *view = &call->object.view;

	if (!version_check(call, view->version, err) || !may_share(call, view->shared, err))
		return false;
	store_end(&call->txn);
	if (!store_write(call->api->options.store, &txn, err) ||
	    !store_view_remove(txn, view->id, view->version, err) ||
	    !note(call, txn, "view.remove", view->id, err) || !store_commit(&txn, err))
		return stale(call, err);
	return true;
}
