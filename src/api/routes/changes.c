/* SPDX-License-Identifier: Apache-2.0 */

/* /changes, /coverage and /unclear: what discovery says. */

#include "api/routes/route.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"

/* ---- what is new, changed, gone ---- */

static void write_change(struct call *call, struct json_out *json, const struct model_change *row)
{
	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_time(json, "at", row->at);
	json_out_key_text(json, "kind", model_change_name(row->kind));
	json_out_key(json, "certificate");
	row_certificate(json, &row->certificate, call->now);
	if (row->before_id)
		json_out_key_hex(json, "before", bytes_of(row->before, HASH_SHA256));
	else
		json_out_key_null(json, "before");
	json_out_key_text(json, "location_kind", row->location.data ? model_location_name(row->location_kind) : NULL);
	json_out_key_str(json, "location", row->location);
	row_id(json, "endpoint", row->endpoint_id);
	json_out_key(json, "source");
	if (row->source.data) {
		json_out_object(json);
		row_id(json, "id", row->source_id);
		json_out_key_str(json, "name", row->source);
		json_out_end_object(json);
	} else {
		json_out_null(json);
	}
	row_id(json, "run", row->run_id);
	json_out_key_bool(json, "demo", row->demo);
	json_out_end_object(json);
}

static bool kind_of(struct call *call, int *kind, struct err *err)
{
	struct str text = http_query(call->request, "kind");
	enum model_change_kind found;

	*kind = -1;
	if (!text.data)
		return true;
	if (model_change_read(text, &found)) {
		*kind = (int)found;
		return true;
	}
	err_set(err, ERR_INPUT, "there is no kind of change \"%.*s\"", STR_ARG(str_head(text, 40)));
	return err_fix(err, "change-kind", "new, changed or gone");
}

/* A time, or so many seconds, minutes, hours or days ago: 7d. */
static bool since_of(struct call *call, int64_t *since, struct err *err)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	struct str text = http_query(call->request, "since");
	uint64_t number;

	*since = 0;
	if (!text.data || clock_read(text, since))
		return true;
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (text.len > 1 && text.data[text.len - 1] == units[i].unit &&
		    str_to_u64(str_head(text, text.len - 1), 100000, &number)) {
			*since = call->now - (int64_t)number * units[i].seconds;
			return true;
		}
	err_set(err, ERR_INPUT, "since is no time: \"%.*s\"", STR_ARG(str_head(text, 40)));
	return err_fix(err, "since", "write 7d, 24h, or 2026-11-20T00:00:00Z");
}

bool handle_changes(struct call *call, struct err *err)
{
	CLEANUP(list_done) struct list list = {0};
	const struct model_change *rows;
	struct store_more more;
	int64_t since;
	size_t count;
	int kind;

	if (!kind_of(call, &kind, err) || !since_of(call, &since, err) || !list_start(&list, call, err) ||
	    !store_changes(call->txn, call->arena, &list.filter, kind, since, &list.page, call->now, &rows, &count,
			   &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		write_change(call, list_item(&list), &rows[i]);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

/* ---- coverage ---- */

static bool source_of(struct call *call, int64_t *id, struct err *err)
{
	struct str text = http_query(call->request, "source");
	uint64_t number = 0;

	*id = 0;
	if (!text.data)
		return true;
	if (str_to_u64(text, INT64_MAX, &number) && number) {
		*id = (int64_t)number;
		return true;
	}
	err_set(err, ERR_INPUT, "source is no id");
	return err_fix(err, "source", "take the id of GET /api/v1/sources");
}

static bool same_scope(const struct model_coverage *a, const struct model_coverage *b)
{
	return a->source_id == b->source_id && str_equal(a->scope, b->scope);
}

static void write_ports(struct json_out *json, const struct model_coverage *rows, size_t count)
{
	json_out_key(json, "ports");
	json_out_array(json);
	for (size_t i = 0; i < count && rows[i].port; i++) {
		json_out_object(json);
		json_out_key_int(json, "port", rows[i].port);
		json_out_key_int(json, "tls", rows[i].tls);
		json_out_key_int(json, "other", rows[i].answered > rows[i].tls ? rows[i].answered - rows[i].tls : 0);
		json_out_end_object(json);
	}
	json_out_end_array(json);
}

/* Rows of one scope, its ports after each other. */
static void write_scope(struct json_out *json, const struct model_coverage *rows, size_t count)
{
	struct model_coverage sum = rows[0];

	for (size_t i = 1; i < count; i++) {
		sum.targets += rows[i].targets;
		sum.answered += rows[i].answered;
		sum.tls += rows[i].tls;
		sum.certificates += rows[i].certificates;
	}
	json_out_object(json);
	row_id(json, "source", sum.source_id);
	json_out_key_str(json, "scope", sum.scope);
	json_out_key_int(json, "targets", sum.targets);
	json_out_key_int(json, "answered", sum.answered);
	json_out_key_int(json, "tls", sum.tls);
	json_out_key_int(json, "certificates", sum.certificates);
	row_time(json, "last_scanned_at", sum.scanned_at);
	write_ports(json, rows, count);
	json_out_end_object(json);
}

bool handle_coverage(struct call *call, struct err *err)
{
	const struct model_coverage *rows;
	int64_t source_id;
	size_t count, next;

	if (!source_of(call, &source_id, err) ||
	    !store_coverage(call->txn, call->arena, source_id, &rows, &count, err))
		return false;
	json_out_object(&call->json);
	json_out_key(&call->json, "rows");
	json_out_array(&call->json);
	for (size_t i = 0; i < count; i = next) {
		for (next = i + 1; next < count && same_scope(&rows[i], &rows[next]);)
			next++;
		write_scope(&call->json, &rows[i], next - i);
	}
	json_out_end_array(&call->json);
	json_out_end_object(&call->json);
	return true;
}

/* ---- targets that answered and gave no certificate ---- */

static void write_unclear(struct call *call, struct json_out *json, const struct model_unclear *row)
{
	bool v6 = str_find_char(row->host, ':') != SIZE_MAX;

	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_str(json, "target",
			 arena_format(call->arena, v6 ? "[%.*s]:%lld" : "%.*s:%lld", STR_ARG(row->host),
				      (long long)row->port));
	row_text(json, "server_name", row->server_name);
	row_text(json, "address", row->address);
	row_text(json, "protocol", row->protocol);
	json_out_key_str(json, "outcome", row->outcome);
	json_out_key_str(json, "detail", row->detail);
	json_out_key_time(json, "at", row->at);
	row_id(json, "scan", row->scan_id);
	row_id(json, "source", row->source_id);
	json_out_key_bool(json, "demo", row->demo);
	json_out_end_object(json);
}

bool handle_unclear(struct call *call, struct err *err)
{
	CLEANUP(list_done) struct list list = {0};
	const struct model_unclear *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) || !store_unclear(call->txn, call->arena, http_query(call->request, "outcome"),
							    &list.page, &rows, &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		write_unclear(call, list_item(&list), &rows[i]);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}
