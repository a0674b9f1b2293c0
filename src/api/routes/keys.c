/* SPDX-License-Identifier: Apache-2.0 */

/* /keys: public keys, on how many certificates, hosts and teams each; and /authorities: the CA certificates we met. */

#include "api/routes/route.h"

#define SHOWN 100

static void row_key(struct json_out *json, const struct model_key *row)
{
	json_out_object(json);
	json_out_key_hex(json, "sha256", bytes_of(row->sha256, HASH_SHA256));
	json_out_key_str(json, "algorithm", row->algorithm);
	json_out_key_int(json, "bits", row->bits);
	json_out_key_str(json, "curve", row->curve);
	json_out_key_int(json, "certificates", row->certificates);
	json_out_key_int(json, "hosts", row->hosts);
	json_out_key_int(json, "lineages", row->lineages);
	json_out_key_int(json, "teams", row->teams);
	row_time(json, "first_seen", row->first_seen);
	json_out_key_bool(json, "demo", row->demo);
	json_out_end_object(json);
}

bool handle_keys(struct call *call, struct err *err)
{
	/* in the order of the row's sorts */
	static const enum store_key_sort sorts[] = {STORE_KEY_BY_CERTIFICATES, STORE_KEY_BY_HOSTS, STORE_KEY_BY_BITS,
						    STORE_KEY_BY_FIRST_SEEN};
	CLEANUP(list_done) struct list list = {0};
	const struct model_key *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_keys(call->txn, call->arena, &list.filter, sorts[list.sort], &list.page, call->now, &rows, &count,
			&more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		row_key(list_item(&list), &rows[i]);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

static bool write_certificates(struct call *call, struct err *err)
{
	const struct model_certificate *rows;
	size_t count;

	if (!store_key_certificates(call->txn, call->arena, call->object.key.id, SHOWN, &rows, &count, err))
		return false;
	json_out_key(&call->json, "certificates");
	json_out_array(&call->json);
	for (size_t i = 0; i < count; i++)
		row_certificate(&call->json, &rows[i], call->now);
	json_out_end_array(&call->json);
	return true;
}

static bool write_hosts(struct call *call, struct err *err)
{
	const struct model_host *rows;
	size_t count;

	if (!store_key_hosts(call->txn, call->arena, call->object.key.id, SHOWN, &rows, &count, err))
		return false;
	json_out_key(&call->json, "hosts");
	json_out_array(&call->json);
	for (size_t i = 0; i < count; i++)
		row_host(&call->json, &rows[i]);
	json_out_end_array(&call->json);
	return true;
}

static bool write_teams(struct call *call, struct err *err)
{
	const struct model_team *rows;
	size_t count;

	if (!store_key_teams(call->txn, call->arena, call->object.key.id, SHOWN, &rows, &count, err))
		return false;
	json_out_key(&call->json, "teams");
	json_out_array(&call->json);
	for (size_t i = 0; i < count; i++)
		row_team(&call->json, &rows[i]);
	json_out_end_array(&call->json);
	return true;
}

bool handle_key(struct call *call, struct err *err)
{
	json_out_object(&call->json);
	json_out_key(&call->json, "row");
	row_key(&call->json, &call->object.key);
	if (!write_certificates(call, err) || !write_hosts(call, err) || !write_teams(call, err))
		return false;
	json_out_end_object(&call->json);
	return true;
}

/* ---- authorities ---- */

static void row_authority(struct json_out *json, const struct model_authority *row, int64_t now)
{
	const struct model_certificate *is = &row->certificate;

	json_out_object(json);
	json_out_key_hex(json, "sha256", bytes_of(is->sha256, HASH_SHA256));
	json_out_key_str(json, "name", is->name);
	json_out_key_str(json, "subject", is->subject);
	json_out_key_text(json, "kind", is->self_signed ? "root" : "intermediate");
	json_out_key_time(json, "not_before", is->not_before);
	json_out_key_time(json, "not_after", is->not_after);
	json_out_key_text(json, "state", model_state_name(model_state_at(is->not_before, is->not_after, now)));
	row_certificate_key(json, is);
	json_out_key_int(json, "issued", row->issued);
	json_out_key_int(json, "issued_active", row->issued_active);
	json_out_key_int(json, "served", is->served);
	row_trust(json, is->trust_mozilla, is->trust_chrome, is->trust_system);
	row_problems(json, model_problems_at(is->problems, is->not_before, is->not_after, now));
	json_out_key_bool(json, "demo", is->demo);
	json_out_end_object(json);
}

bool handle_authorities(struct call *call, struct err *err)
{
	static const enum store_authority_sort sorts[] = {STORE_AUTHORITY_BY_NOT_AFTER, STORE_AUTHORITY_BY_NAME,
							  STORE_AUTHORITY_BY_ISSUED};
	CLEANUP(list_done) struct list list = {0};
	const struct model_authority *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_authorities(call->txn, call->arena, &list.filter, sorts[list.sort], &list.page, call->now, &rows,
			       &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		row_authority(list_item(&list), &rows[i], call->now);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}
