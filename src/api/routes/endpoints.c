/* SPDX-License-Identifier: Apache-2.0 */

/* /endpoints */

#include "api/routes/route.h"

bool handle_endpoints(struct call *call, struct err *err)
{
	/* in the order of the row's sorts */
	static const enum store_endpoint_sort sorts[] = {STORE_ENDPOINT_BY_HOST, STORE_ENDPOINT_BY_FIRST_SEEN,
							 STORE_ENDPOINT_BY_LAST_SEEN};
	CLEANUP(list_done) struct list list = {0};
	const struct model_endpoint *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_endpoints(call->txn, call->arena, &list.filter, sorts[list.sort], &list.page, call->now, &rows, &count,
			     &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		row_endpoint(list_item(&list), &rows[i], call->now);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

static void write_certificates(struct call *call, const struct model_certificate *rows, size_t count)
{
	json_out_key(&call->json, "certificates");
	json_out_array(&call->json);
	for (size_t i = 0; i < count; i++)
		row_certificate(&call->json, &rows[i], call->now);
	json_out_end_array(&call->json);
}

bool handle_endpoint(struct call *call, struct err *err)
{
	const struct model_endpoint *row = &call->object.endpoint;
	const struct model_certificate *certificates;
	struct json_out *json = &call->json;
	size_t count;

	if (!store_endpoint_certificates(call->txn, call->arena, row->id, &certificates, &count, err))
		return false;
	json_out_object(json);
	json_out_key(json, "row");
	row_endpoint(json, row, call->now);
	json_out_key(json, "tls");
	json_out_raw(json, row->tls_json.len ? row->tls_json : STR("null"));
	row_trust(json, row->trust_mozilla, row->trust_chrome, row->trust_system);
	row_maybe(json, "name_matches", row->name_matches);
	row_maybe(json, "chain_complete", row->chain_complete);
	write_certificates(call, certificates, count);
	json_out_end_object(json);
	return true;
}
