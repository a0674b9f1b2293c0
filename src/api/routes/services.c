/* SPDX-License-Identifier: Apache-2.0 */

/* /services: business services, what lineages and hosts are for. */

#include "api/routes/route.h"

#include "base/arena.h"

static void row_service(struct json_out *json, const struct model_service *row)
{
	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_str(json, "name", row->name);
	json_out_key_text(json, "criticality", model_criticality_name(row->criticality));
	row_text(json, "environment", row->environment);
	row_text(json, "note", row->note);
	row_text(json, "cmdb_id", row->cmdb_id);
	row_ref(json, "owner", &row->owner);
	json_out_key_int(json, "lineages", row->lineages);
	json_out_key_int(json, "hosts", row->hosts);
	json_out_key_time(json, "created_at", row->created_at);
	json_out_key_bool(json, "demo", row->demo);
	json_out_end_object(json);
}

bool handle_services(struct call *call, struct err *err)
{
	static const enum store_named_sort sorts[] = {STORE_NAMED_BY_NAME, STORE_NAMED_BY_LINEAGES};
	CLEANUP(list_done) struct list list = {0};
	const struct model_service *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_services(call->txn, call->arena, http_query(call->request, "q"), sorts[list.sort], &list.page, &rows,
			    &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		row_service(list_item(&list), &rows[i]);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

bool handle_service(struct call *call, struct err *err)
{
	version_header(call, call->object.service.version);
	row_service(&call->json, &call->object.service);
	return true;
}

static bool service_read(struct call *call, struct model_service *service, struct err *err)
{
	service->name = body_text(call, "name", service->name);
	service->criticality = body_criticality(call, service->criticality);
	service->environment = arena_lower(call->arena, body_text(call, "environment", service->environment));
	service->note = body_text(call, "note", service->note);
	service->cmdb_id = body_text(call, "cmdb_id", service->cmdb_id);
	return !body_has(call, "owner") || body_id(call, "owner", &service->owner.id, err);
}

static bool answer(struct call *call, int64_t id, struct err *err)
{
	return call_reread(call, err) && store_service(call->txn, call->arena, id, &call->object.service, err) &&
	       handle_service(call, err);
}

bool handle_service_new(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_service service = {.name = STR(""), .environment = STR(""), .note = STR(""), .cmdb_id = STR("")};
	int64_t id;

	if (!service_read(call, &service, err) || !change_begin(call, &txn, err) ||
	    !store_service_add(txn, &service, call->now, &id, err) ||
	    !change_commit(call, &txn, "service.create", "service", id, err))
		return false;
	http_response_header(call->response, "Location",
			     arena_format(call->arena, "/api/v1/services/%lld", (long long)id));
	return answer(call, id, err);
}

bool handle_service_change(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_service service = call->object.service;

	if (!version_check(call, service.version, err) || !service_read(call, &service, err))
		return false;
	if (!change_begin(call, &txn, err) || !store_service_change(txn, &service, err) ||
	    !change_commit(call, &txn, "service.change", "service", service.id, err))
		return change_failed(call, err);
	return answer(call, service.id, err);
}

bool handle_service_remove(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	const struct model_service *service = &call->object.service;
	int64_t to;

	if (!version_check(call, service->version, err) || !to_read(call, &to, err))
		return false;
	if (!change_begin(call, &txn, err) ||
	    !store_service_remove(txn, service->id, to, service->version, call->now, err) ||
	    !change_commit(call, &txn, "service.remove", "service", service->id, err))
		return change_failed(call, err);
	return true;
}
