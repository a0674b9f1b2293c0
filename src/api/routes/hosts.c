/* SPDX-License-Identifier: Apache-2.0 */

/* /hosts: machines and devices as scans met them, and what people say of them. */

#include "api/routes/route.h"

#define ENDPOINTS_SHOWN 100

void row_host(struct json_out *json, const struct model_host *row)
{
	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_str(json, "name", row->name);
	row_text(json, "cmdb_id", row->cmdb_id);
	row_text(json, "note", row->note);
	row_ref(json, "service", &row->service);
	row_ref(json, "owner", &row->owner);
	json_out_key_int(json, "endpoints", row->endpoints);
	json_out_key_int(json, "certificates", row->certificates);
	json_out_key_time(json, "first_seen", row->first_seen);
	json_out_key_time(json, "last_seen", row->last_seen);
	json_out_key_bool(json, "demo", row->demo);
	json_out_end_object(json);
}

bool handle_hosts(struct call *call, struct err *err)
{
	static const enum store_host_sort sorts[] = {STORE_HOST_BY_NAME, STORE_HOST_BY_LAST_SEEN};
	CLEANUP(list_done) struct list list = {0};
	const struct model_host *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_hosts(call->txn, call->arena, &list.filter, sorts[list.sort], &list.page, call->now, &rows, &count,
			 &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		row_host(list_item(&list), &rows[i]);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

bool handle_host(struct call *call, struct err *err)
{
	const struct model_host *row = &call->object.host;
	const struct model_endpoint *endpoints;
	struct json_out *json = &call->json;
	size_t count;

	if (!store_host_endpoints(call->txn, call->arena, row->id, ENDPOINTS_SHOWN, &endpoints, &count, err))
		return false;
	version_header(call, row->version);
	json_out_object(json);
	json_out_key(json, "row");
	row_host(json, row);
	json_out_key(json, "endpoints");
	json_out_array(json);
	for (size_t i = 0; i < count; i++)
		row_endpoint(json, &endpoints[i], call->now);
	json_out_end_array(json);
	json_out_end_object(json);
	return true;
}

bool handle_host_change(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_host host = call->object.host;

	if (!version_check(call, host.version, err) ||
	    (body_has(call, "owner") && !body_id(call, "owner", &host.owner.id, err)) ||
	    (body_has(call, "service") && !body_id(call, "service", &host.service.id, err)))
		return false;
	host.cmdb_id = body_text(call, "cmdb_id", host.cmdb_id);
	host.note = body_text(call, "note", host.note);
	if (!change_begin(call, &txn, err) || !store_host_change(txn, &host, err) ||
	    !change_commit(call, &txn, "host.change", "host", host.id, err))
		return change_failed(call, err);
	return call_reread(call, err) && store_host(call->txn, call->arena, host.id, &call->object.host, err) &&
	       handle_host(call, err);
}
