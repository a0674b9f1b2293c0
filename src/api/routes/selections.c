/* SPDX-License-Identifier: Apache-2.0 */

/* /selections: what a query finds, or given ids, frozen. What is done to them is in actions.c. */

#include "api/routes/route.h"

#include <string.h>

#include "base/arena.h"
#include "base/hex.h"
#include "base/limits.h"
#include "decisions/query.h"

#define SAMPLE_ROWS 10

/* ---- rows of any noun ---- */

struct item_rows {
	enum model_noun noun;
	const void *rows;
	size_t count;
	struct store_more more;
};

static bool items_read(struct call *call, const struct model_selection *selection, const struct store_page *page,
		       struct item_rows *out, struct err *err)
{
	out->noun = selection->noun;
	switch (selection->noun) {
	case MODEL_NOUN_ENDPOINTS:
		return store_selection_endpoints(call->txn, call->arena, selection->id, page,
						 (const struct model_endpoint **)&out->rows, &out->count, &out->more,
						 err);
	case MODEL_NOUN_LINEAGES:
		return store_selection_lineages(call->txn, call->arena, selection->id, page,
						(const struct model_lineage **)&out->rows, &out->count, &out->more,
						err);
	default:
		return store_selection_certificates(call->txn, call->arena, selection->id, page,
						    (const struct model_certificate **)&out->rows, &out->count,
						    &out->more, err);
	}
}

static void item_write(struct json_out *json, const struct item_rows *items, size_t at, int64_t now)
{
	switch (items->noun) {
	case MODEL_NOUN_ENDPOINTS:
		row_endpoint(json, (const struct model_endpoint *)items->rows + at, now);
		break;
	case MODEL_NOUN_LINEAGES:
		row_lineage(json, (const struct model_lineage *)items->rows + at, now);
		break;
	default:
		row_certificate(json, (const struct model_certificate *)items->rows + at, now);
	}
}

static bool selection_write(struct call *call, const struct model_selection *selection, struct err *err)
{
	struct store_page page = {.limit = SAMPLE_ROWS};
	struct json_out *json = &call->json;
	struct item_rows items;

	if (!items_read(call, selection, &page, &items, err))
		return false;
	json_out_object(json);
	row_id(json, "id", selection->id);
	json_out_key_text(json, "of", model_noun_name(selection->noun));
	json_out_key_int(json, "count", selection->count);
	json_out_key_hex(json, "hash", bytes_of(selection->hash, HASH_SHA256));
	json_out_key_str(json, "q", selection->q);
	json_out_key_str(json, "by", selection->by);
	json_out_key_time(json, "created_at", selection->created_at);
	json_out_key_time(json, "expires_at", selection->expires_at);
	json_out_key(json, "sample");
	json_out_array(json);
	for (size_t i = 0; i < items.count; i++)
		item_write(json, &items, i, call->now);
	json_out_end_array(json);
	json_out_end_object(json);
	return true;
}

bool handle_selection(struct call *call, struct err *err)
{
	return selection_write(call, &call->object.selection, err);
}

bool handle_selection_items(struct call *call, struct err *err)
{
	CLEANUP(list_done) struct list list = {0};
	struct item_rows items;

	if (!list_start(&list, call, err) ||
	    !items_read(call, &call->object.selection, &list.page, &items, err))
		return false;
	for (size_t i = 0; i < items.count; i++) {
		item_write(list_item(&list), &items, i, call->now);
		list_item_end(&list);
	}
	return list_end(&list, &items.more, err);
}

/* ---- POST ---- */

static bool no_such(size_t at, struct str id, struct err *err)
{
	err_set(err, ERR_INPUT, "ids: number %zu, \"%.*s\", is not there", at + 1, STR_ARG(str_head(id, 80)));
	return err_fix(err, "selection-id", "take ids from a list");
}

static bool id_read(struct call *call, enum model_noun noun, struct str text, int64_t *id, struct err *err)
{
	uint8_t sha256[HASH_SHA256];
	uint64_t number;

	if (noun == MODEL_NOUN_CERTIFICATES)
		return hex_read(text, sha256, sizeof sha256) && store_certificate_id(call->txn, sha256, id, err);
	if (!str_to_u64(text, INT64_MAX, &number))
		return false;
	*id = (int64_t)number;
	return true;
}

static bool ids_read(struct call *call, enum model_noun noun, const struct json_value *list, const int64_t **ids,
		     size_t *count, struct err *err)
{
	size_t wanted = json_in_count(list);
	int64_t *to;

	if (wanted == 0 || wanted > LIMIT_SELECTION_IDS) {
		err_set(err, ERR_INPUT, "ids: not from 1 to %d of them", LIMIT_SELECTION_IDS);
		return err_fix(err, "selection-ids", "use a query for more");
	}
	to = ARENA_ARRAY(call->arena, int64_t, wanted);
	for (size_t i = 0; i < wanted; i++) {
		struct str text = json_in_str(json_in_at(list, i), STR(""));

		if (!id_read(call, noun, text, &to[i], err))
			return no_such(i, text, err);
	}
	*ids = to;
	*count = wanted;
	return true;
}

struct wanted {
	enum model_noun noun;
	struct str q; /* NULL data: ids */
	struct model_filter filter;
	const int64_t *ids;
	size_t count;
};

static bool wanted_read(struct call *call, struct wanted *wanted, struct err *err)
{
	const struct json_value *ids = json_in_get(call->body, "ids"), *q = json_in_get(call->body, "q");
	struct str none = {NULL, 0};
	const struct query_node *query;
	bool by_ids = json_in_type(ids) == JSON_IS_ARRAY, by_query = json_in_type(q) == JSON_IS_STR;

	if (by_ids == by_query) {
		err_set(err, ERR_INPUT, "a selection is of either q or ids");
		return err_fix(err, "selection-what", "send one of them; an empty q means all");
	}
	wanted->q = none;
	if (!noun_read(json_in_str(json_in_get(call->body, "of"), none), &wanted->noun, err))
		return false;
	if (by_ids)
		return ids_read(call, wanted->noun, ids, &wanted->ids, &wanted->count, err);
	if (!canonical_query(call, json_in_str(q, STR("")), &wanted->q, err) ||
	    !query_read(call->arena, wanted->q, &query, &call->error_column, err))
		return false;
	wanted->filter = query_filter(call->arena, query, call->now);
	return true;
}

static bool make(struct call *call, const struct wanted *wanted, int64_t *id, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t until = call->now + LIMIT_SELECTION_LIFE_S;
	bool ok;

	if (!store_write(call->api->options.store, &txn, err) || !store_selections_purge(txn, call->now, err))
		return false;
	ok = wanted->q.data ? store_selection_make(txn, wanted->noun, &wanted->filter, wanted->q, call->actor.who,
						   call->now, until, id, err)
			    : store_selection_of(txn, wanted->noun, wanted->ids, wanted->count, call->actor.who,
						 call->now, until, id, err);
	return ok && store_commit(&txn, err);
}

bool handle_selection_new(struct call *call, struct err *err)
{
	struct wanted wanted = {0};
	int64_t id;

	if (!wanted_read(call, &wanted, err))
		return false;
	store_end(&call->txn);
	if (!make(call, &wanted, &id, err) || !call_reread(call, err) ||
	    !store_selection(call->txn, call->arena, id, call->now, &call->object.selection, err))
		return false;
	http_response_header(call->response, "Location",
			     arena_format(call->arena, "/api/v1/selections/%lld", (long long)id));
	return handle_selection(call, err);
}
