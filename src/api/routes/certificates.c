/* SPDX-License-Identifier: Apache-2.0 */

/* /certificates */

#include "api/routes/route.h"

#include <string.h>

#include "base/arena.h"
#include "base/hex.h"

#define RELATED 50 /* rows of each kind of relation */
#include "base/pem.h"

bool handle_certificates(struct call *call, struct err *err)
{
	/* in the order of the row's sorts */
	static const enum store_certificate_sort sorts[] = {STORE_BY_NOT_AFTER, STORE_BY_NAME, STORE_BY_ISSUER,
							    STORE_BY_FIRST_SEEN, STORE_BY_NOT_BEFORE};
	CLEANUP(list_done) struct list list = {0};
	const struct model_certificate *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_certificates(call->txn, call->arena, &list.filter, sorts[list.sort], &list.page, call->now, &rows,
				&count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		row_certificate(list_item(&list), &rows[i], call->now);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

static void write_rows(struct json_out *json, const char *key, const struct model_certificate *rows, size_t count,
		       int64_t now)
{
	json_out_key(json, key);
	json_out_array(json);
	for (size_t i = 0; i < count; i++)
		row_certificate(json, &rows[i], now);
	json_out_end_array(json);
}

/* A place that is a file has its path as address, and none of what an endpoint has. */
static void write_location(struct json_out *json, const struct model_sighting *at, const struct model_host_file *file)
{
	const struct model_endpoint *endpoint = at->endpoint.id ? &at->endpoint : NULL;
	const struct str none = {NULL, 0};

	json_out_object(json);
	row_id(json, "id", at->location_id);
	json_out_key_text(json, "kind", model_location_name(at->kind));
	row_id(json, "endpoint", endpoint ? endpoint->id : 0);
	json_out_key_str(json, "address", endpoint ? endpoint->address : at->location);
	json_out_key_str(json, "host", endpoint ? endpoint->host : none);
	json_out_key(json, "port");
	if (endpoint)
		json_out_int(json, endpoint->port);
	else
		json_out_null(json);
	json_out_key_str(json, "protocol", endpoint ? endpoint->protocol : none);
	json_out_key_str(json, "server_name", endpoint ? endpoint->server_name : none);
	json_out_key_int(json, "position", at->position);
	json_out_key_time(json, "first_seen", at->first_seen);
	json_out_key_time(json, "last_seen", at->last_seen);
	json_out_key_bool(json, "current", at->current);
	json_out_key_str(json, "outcome", endpoint ? endpoint->outcome : none);
	json_out_key_str(json, "detail", endpoint ? endpoint->detail : none);
	row_maybe(json, "name_matches", endpoint ? endpoint->name_matches : -1);
	row_maybe(json, "chain_complete", endpoint ? endpoint->chain_complete : -1);
	row_trust(json, endpoint ? endpoint->trust_mozilla : none, endpoint ? endpoint->trust_chrome : none,
		  endpoint ? endpoint->trust_system : none);
	json_out_key(json, "tls");
	json_out_raw(json, endpoint && endpoint->tls_json.len ? endpoint->tls_json : STR("null"));
	row_file(json, "file", file);
	json_out_end_object(json);
}

static bool write_locations(struct call *call, struct err *err)
{
	const struct store_page page = {.limit = 200};
	const struct model_sighting *rows;
	struct store_more more;
	size_t count;

	if (!store_sightings(call->txn, call->arena, call->object.certificate.id, &page, &rows, &count, &more, err))
		return false;
	json_out_key(&call->json, "locations");
	json_out_array(&call->json);
	for (size_t i = 0; i < count; i++) {
		struct model_host_file file;
		bool found = false;

		if (rows[i].kind != MODEL_LOCATION_ENDPOINT &&
		    !store_host_file(call->txn, call->arena, rows[i].location_id, &file, &found, err))
			return false;
		write_location(&call->json, &rows[i], found ? &file : NULL);
	}
	json_out_end_array(&call->json);
	json_out_key_bool(&call->json, "locations_more", more.next.set);
	return true;
}

static bool write_chain(struct call *call, struct err *err)
{
	const struct model_certificate *rows;
	size_t count;

	if (!store_certificate_chain(call->txn, call->arena, call->object.certificate.id, &rows, &count, err))
		return false;
	write_rows(&call->json, "chain", rows, count, call->now);
	return true;
}

static bool write_lineage(struct call *call, struct err *err)
{
	int64_t id = call->object.certificate.lineage_id;
	const struct model_certificate *rows;
	struct model_lineage lineage;
	struct json_out *json = &call->json;
	size_t count;

	json_out_key(json, "lineage");
	if (!id) {
		json_out_null(json);
		return true;
	}
	if (!store_lineage(call->txn, call->arena, id, &lineage, err) ||
	    !store_lineage_certificates(call->txn, call->arena, id, &rows, &count, err))
		return false;
	json_out_object(json);
	row_id(json, "id", id);
	json_out_key_str(json, "name", lineage.name);
	json_out_key_text(json, "path", model_path_name(lineage.path));
	json_out_key_str(json, "path_reason", lineage.path_reason);
	row_text(json, "purpose", lineage.purpose);
	row_text(json, "note", lineage.note);
	row_ref(json, "service", &lineage.service);
	row_ignored(json, &lineage);
	write_rows(json, "certificates", rows, count, call->now);
	json_out_end_object(json);
	return true;
}

/* The same key on others, others for the same name, and how many hosts show it. */
static bool write_related(struct call *call, struct err *err)
{
	const struct model_certificate *keyed, *named;
	size_t keyed_count, named_count;
	int64_t id = call->object.certificate.id, hosts;

	if (!store_certificate_same_key(call->txn, call->arena, id, RELATED, &keyed, &keyed_count, err) ||
	    !store_certificate_same_name(call->txn, call->arena, id, RELATED, &named, &named_count, err) ||
	    !store_certificate_hosts(call->txn, id, &hosts, err))
		return false;
	write_rows(&call->json, "key_history", keyed, keyed_count, call->now);
	write_rows(&call->json, "same_names", named, named_count, call->now);
	json_out_key_int(&call->json, "hosts", hosts);
	return true;
}

bool handle_certificate(struct call *call, struct err *err)
{
	const struct model_certificate *row = &call->object.certificate;
	struct json_out *json = &call->json;
	int64_t issued;
	struct str facts;

	if (!store_certificate_body(call->txn, call->arena, row->id, NULL, &facts, err) ||
	    !store_certificate_issued_count(call->txn, row->id, &issued, err))
		return false;
	json_out_object(json);
	json_out_key(json, "row");
	row_certificate(json, row, call->now);
	json_out_key(json, "facts");
	json_out_raw(json, facts);
	if (!write_locations(call, err) || !write_chain(call, err))
		return false;
	json_out_key_int(json, "issued_count", issued);
	if (!write_lineage(call, err) || !write_related(call, err))
		return false;
	json_out_end_object(json);
	return true;
}

/* The bytes never change, so their hash is their tag. */
static bool send_body(struct call *call, const char *type, const char *ending, struct err *err)
{
	char hex[2 * HASH_SHA256 + 1];

	hex_write(hex, bytes_of(call->object.certificate.sha256, HASH_SHA256));
	call->response->status = 200;
	call->response->type = str_of(type);
	call->response->etag = arena_format(call->arena, "\"%s%s\"", hex, ending);
	http_response_header(call->response, "Content-Disposition",
			     arena_format(call->arena, "attachment; filename=\"%.16s%s\"", hex, ending));
	call->answered = true;
	return true;
}

bool handle_certificate_der(struct call *call, struct err *err)
{
	struct bytes der;

	if (!store_certificate_body(call->txn, call->arena, call->object.certificate.id, &der, NULL, err))
		return false;
	buf_add_bytes(&call->response->body, der);
	return send_body(call, "application/pkix-cert", ".der", err);
}

bool handle_certificate_pem(struct call *call, struct err *err)
{
	struct bytes der;

	if (!store_certificate_body(call->txn, call->arena, call->object.certificate.id, &der, NULL, err))
		return false;
	pem_write(&call->response->body, "CERTIFICATE", der);
	return send_body(call, "application/x-pem-file", ".pem", err);
}
