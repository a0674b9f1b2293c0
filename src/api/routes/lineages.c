/* SPDX-License-Identifier: Apache-2.0 */

/* /lineages: what must be kept valid, whose it is and whether it will be; and /tags. */

#include "api/routes/route.h"

#include "base/arena.h"
#include "base/limits.h"

bool handle_lineages(struct call *call, struct err *err)
{
	/* in the order of the row's sorts */
	static const enum store_lineage_sort sorts[] = {STORE_LINEAGE_BY_NAME, STORE_LINEAGE_BY_CREATED};
	CLEANUP(list_done) struct list list = {0};
	const struct model_lineage *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_lineages(call->txn, call->arena, &list.filter, sorts[list.sort], &list.page, call->now, &rows, &count,
			    &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		row_lineage(list_item(&list), &rows[i], call->now);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

bool handle_lineage(struct call *call, struct err *err)
{
	const struct model_certificate *rows;
	size_t count;

	if (!store_lineage_certificates(call->txn, call->arena, call->object.lineage.id, &rows, &count, err))
		return false;
	version_header(call, call->object.lineage.version);
	json_out_object(&call->json);
	json_out_key(&call->json, "row");
	row_lineage(&call->json, &call->object.lineage, call->now);
	json_out_key(&call->json, "certificates");
	json_out_array(&call->json);
	for (size_t i = 0; i < count; i++)
		row_certificate(&call->json, &rows[i], call->now);
	json_out_end_array(&call->json);
	json_out_end_object(&call->json);
	return true;
}

static bool change_read(struct call *call, struct store_lineage_change *change, struct err *err)
{
	const struct str none = {NULL, 0};

	change->set_owner = body_has(call, "owner");
	change->set_service = body_has(call, "service");
	change->set_criticality = body_has(call, "criticality");
	change->criticality = body_criticality(call, MODEL_CRITICALITY_NONE);
	change->set_tags = body_has(call, "tags");
	change->purpose = body_text(call, "purpose", none);
	change->environment = body_text(call, "environment", none);
	change->note = body_text(call, "note", none);
	return body_id(call, "owner", &change->owner, err) && body_id(call, "service", &change->service, err) &&
	       body_words(call, "tags", LIMIT_LINEAGE_TAGS, &change->tags, &change->tag_count, err) &&
	       body_words(call, "add_tags", LIMIT_LINEAGE_TAGS, &change->add_tags, &change->add_tag_count, err) &&
	       body_words(call, "remove_tags", LIMIT_LINEAGE_TAGS, &change->remove_tags, &change->remove_tag_count, err);
}

bool handle_lineage_change(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t id = call->object.lineage.id;
	struct store_lineage_change change = {.if_version = call->object.lineage.version, .by_person = true};
	bool changed;

	if (!version_check(call, call->object.lineage.version, err) || !change_read(call, &change, err))
		return false;
	if (!change_begin(call, &txn, err) || !store_lineage_change(txn, id, &change, call->now, &changed, err) ||
	    (changed && !change_commit(call, &txn, "lineage.change", "lineage", id, err)))
		return change_failed(call, err);
	store_end(&txn);
	return call_reread(call, err) && store_lineage(call->txn, call->arena, id, &call->object.lineage, err) &&
	       handle_lineage(call, err);
}

bool handle_tags(struct call *call, struct err *err)
{
	const struct model_tag *rows;
	struct json_out *json = &call->json;
	size_t count;

	if (!store_tags(call->txn, call->arena, &rows, &count, err))
		return false;
	json_out_object(json);
	json_out_key(json, "items");
	json_out_array(json);
	for (size_t i = 0; i < count; i++) {
		json_out_object(json);
		json_out_key_str(json, "tag", rows[i].name);
		json_out_key_int(json, "lineages", rows[i].lineages);
		json_out_end_object(json);
	}
	json_out_end_array(json);
	json_out_end_object(json);
	return true;
}
