/* SPDX-License-Identifier: Apache-2.0 */

/* /scans */

#include "api/routes/route.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/limits.h"
#include "jobs/runner.h"
#include "jobs/scan.h"

static void write_made(struct json_out *json, const struct model_scan *scan)
{
	json_out_object(json);
	json_out_key(json, "scan");
	row_scan(json, scan);
	json_out_end_object(json);
}

bool handle_scan(struct call *call, struct err *err)
{
	write_made(&call->json, &call->object.scan);
	return true;
}

bool handle_scans(struct call *call, struct err *err)
{
	CLEANUP(list_done) struct list list = {0};
	const struct model_scan *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_scans(call->txn, call->arena, &list.page, &rows, &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		row_scan(list_item(&list), &rows[i]);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

bool handle_scan_records(struct call *call, struct err *err)
{
	CLEANUP(list_done) struct list list = {0};
	const struct model_scan_record *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_scan_records(call->txn, call->arena, call->object.scan.id, http_query(call->request, "outcome"),
				&list.page, &rows, &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!store_scan_record_write(call->txn, call->arena, &rows[i], list_item(&list), err))
			return false;
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

bool handle_scan_stop(struct call *call, struct err *err)
{
	int64_t id = call->object.scan.id;
	struct model_scan scan;

	store_end(&call->txn);
	if (!scan_stop(call->api->options.store, id, &call->actor, call->now, err))
		return false;
	if (call->api->options.runner)
		runner_wake(call->api->options.runner);
	if (!call_reread(call, err) || !store_scan(call->txn, call->arena, id, &scan, err))
		return false;
	write_made(&call->json, &scan);
	return true;
}

/* ---- POST ---- */

static struct str text_of(const struct call *call, const char *key)
{
	return json_in_str(json_in_get(call->body, key), (struct str){NULL, 0});
}

static bool number_of(const struct call *call, const char *key, int64_t most, uint32_t *out, struct err *err)
{
	int64_t number = json_in_int(json_in_get(call->body, key), 0);

	if (number < 0 || number > most) {
		err_set(err, ERR_INPUT, "%s: not from 0 to %lld", key, (long long)most);
		return err_fix(err, "body-range", "leave it out for the default");
	}
	*out = (uint32_t)number;
	return true;
}

/*
 * Words that name files or streams are for the command line, which reads them itself: here they would be read on the
 * server, with its rights.
 */
static bool target_is_plain(struct str target, struct err *err)
{
	bool wrong = target.len == 0 || target.len > LIMIT_TARGET_BYTES || target.data[0] == '@' ||
		     target.data[0] == '-';

	for (size_t i = 0; !wrong && i < target.len; i++)
		wrong = (unsigned char)target.data[i] <= 0x20 || target.data[i] == 0x7f;
	if (!wrong)
		return true;
	err_set(err, ERR_INPUT, "targets: \"%.*s\" is not a host, URL, address or range",
		STR_ARG(str_head(target, 80)));
	return err_fix(err, "scan-target", "write www.example.org:443 or 192.0.2.0/24");
}

static bool targets_read(struct call *call, struct scan_request *request, struct err *err)
{
	const struct json_value *targets = json_in_get(call->body, "targets");
	size_t count = json_in_count(targets);
	struct str *list;

	if (count == 0 || count > LIMIT_SCAN_TARGETS) {
		err_set(err, ERR_INPUT, "targets: not from 1 to %d of them", LIMIT_SCAN_TARGETS);
		return err_fix(err, "scan-targets", "use ranges such as 192.0.2.0/24");
	}
	list = ARENA_ARRAY(call->arena, struct str, count);
	for (size_t i = 0; i < count; i++) {
		list[i] = json_in_str(json_in_at(targets, i), STR(""));
		if (!target_is_plain(list[i], err))
			return false;
	}
	request->targets = list;
	request->target_count = count;
	return true;
}

static bool request_read(struct call *call, struct scan_request *request, struct err *err)
{
	*request = (struct scan_request){.ports = text_of(call, "ports"),
					 .starttls = text_of(call, "starttls"),
					 .server_name = text_of(call, "server_name"),
					 .look = text_of(call, "look"),
					 .all_addresses = json_in_bool(json_in_get(call->body, "all_addresses"), false)};
	return targets_read(call, request, err) && number_of(call, "rate", 1000000, &request->rate, err) &&
	       number_of(call, "timeout_s", 300, &request->timeout_s, err);
}

static bool dry_run(struct call *call, const struct scan_request *request, struct err *err)
{
	int64_t total;

	if (!scan_check(request, &total, err))
		return false;
	call->response->status = 200;
	json_out_object(&call->json);
	json_out_key_null(&call->json, "scan");
	json_out_key_bool(&call->json, "dry_run", true);
	json_out_key(&call->json, "targets_total");
	if (total < 0)
		json_out_null(&call->json);
	else
		json_out_int(&call->json, total);
	json_out_end_object(&call->json);
	return true;
}

/* The scan and the answer that tells of it: both are written, or neither. */
static bool make_in(struct call *call, const struct scan_request *request, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_scan scan;
	int64_t id, total;

	if (!scan_check(request, &total, err) || !store_write(call->api->options.store, &txn, err) ||
	    !scan_create_in(txn, request, &call->actor, call->now, &id, err) || !store_scan(txn, call->arena, id, &scan, err))
		return err_wrap(err, "make scan");
	call->response->status = 202;
	write_made(&call->json, &scan);
	if (!once_keep(call, txn, err) || !store_commit(&txn, err))
		return false;
	http_response_header(call->response, "Location", arena_format(call->arena, "/api/v1/scans/%lld", (long long)id));
	return !FAULT("answer.told") || err_set(err, ERR_INTERNAL, "fault");
}

static bool make(struct call *call, const struct scan_request *request, struct err *err)
{
	store_end(&call->txn);
	if (!make_in(call, request, err)) {
		buf_clear(&call->response->body); /* what was to be told did not happen */
		call->json = json_out_start(&call->response->body);
		call->response->status = 0;
		return false;
	}
	if (call->api->options.runner)
		runner_wake(call->api->options.runner);
	return true;
}

bool handle_scan_new(struct call *call, struct err *err)
{
	struct scan_request request;

	if (!request_read(call, &request, err))
		return false;
	return call->dry_run ? dry_run(call, &request, err) : make(call, &request, err);
}
