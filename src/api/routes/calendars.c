/* SPDX-License-Identifier: Apache-2.0 */

/*
 * /calendars, and /calendar/{token}.ics for those who subscribe.
 *
 * The address is the secret: 256 random bits, shown once, kept as their hash. Who has it reads names and dates of the
 * calendar's query and nothing else; taking the calendar away ends it.
 */

#include "api/routes/route.h"

#include <string.h>

#include "api/routes/export_rows.h"
#include "base/arena.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/secret.h"
#include "decisions/query.h"

#define CALENDAR_BYTES 16777216
#define TOUCH_S        3600

static void row_calendar(struct json_out *json, const struct model_calendar *row, struct str url)
{
	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_str(json, "name", row->name);
	json_out_key_str(json, "q", row->q);
	json_out_key_str(json, "url", url);
	json_out_key_time(json, "created_at", row->created_at);
	json_out_key_str(json, "by", row->by);
	row_time(json, "last_read_at", row->last_read_at);
	json_out_end_object(json);
}

bool handle_calendars(struct call *call, struct err *err)
{
	CLEANUP(list_done) struct list list = {0};
	const struct model_calendar *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_calendars(call->txn, call->arena, &list.page, &rows, &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		row_calendar(list_item(&list), &rows[i], (struct str){NULL, 0});
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

static bool wanted(struct call *call, struct model_calendar *out, struct err *err)
{
	const struct query_node *query;

	*out = (struct model_calendar){
		.name = json_in_str(json_in_get(call->body, "name"), STR("")),
		.q = json_in_str(json_in_get(call->body, "q"), STR("")),
		.created_at = call->now,
		.by = call->actor.who,
	};
	if (out->name.len == 0 || out->name.len > LIMIT_USER_NAME_BYTES) {
		err_set(err, ERR_INPUT, "the name has %zu bytes, not 1 to %d", out->name.len, LIMIT_USER_NAME_BYTES);
		return err_fix(err, "calendar-name", "say in a few words what it shows");
	}
	return query_read(call->arena, out->q, &query, &call->error_column, err);
}

bool handle_calendar_new(struct call *call, struct err *err)
{
	CLEANUP(secret_done) struct secret random = secret_random(32);
	CLEANUP(buf_done) struct buf token = buf_capped(64);
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_calendar calendar;
	uint8_t hash[HASH_SHA256];
	char base[300] = "";
	struct str url;

	if (!wanted(call, &calendar, err))
		return false;
	base64url_write(&token, secret_reveal(&random));
	hash_sha256(buf_bytes(&token), hash);
	store_end(&call->txn);
	if (!store_write(call->api->options.store, &txn, err) ||
	    !store_calendar_add(txn, &calendar, hash, &calendar.id, err) ||
	    !audit_add(txn, &call->actor, "calendar.create",
		       arena_format(call->arena, "calendar:%lld", (long long)calendar.id), call->now, err) ||
	    !store_commit(&txn, err))
		return false;
	(void)api_console_url(call->api, base, sizeof base);
	url = arena_format(call->arena, "%scalendar/%s.ics", base[0] ? base : "/", token.data);
	row_calendar(&call->json, &calendar, url);
	secret_wipe(token.data, token.len);
	return true;
}

bool handle_calendar_remove(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t id = call->object.calendar.id;

	store_end(&call->txn);
	return store_write(call->api->options.store, &txn, err) && store_calendar_remove(txn, id, err) &&
	       audit_add(txn, &call->actor, "calendar.remove", arena_format(call->arena, "calendar:%lld", (long long)id),
			 call->now, err) &&
	       store_commit(&txn, err);
}

static bool nothing_there(struct err *err)
{
	err_set(err, ERR_ABSENT, "there is no such calendar");
	return err_fix(err, "calendar-unknown", "ask for a new address");
}

bool load_calendar_token(struct call *call, struct err *err)
{
	struct str token = call->params[0];
	uint8_t hash[HASH_SHA256];

	if (!str_ends(token, STR(".ics")) || token.len > 200)
		return nothing_there(err);
	token.len -= 4;
	hash_sha256(bytes_from(token), hash);
	if (store_calendar_by_token(call->txn, call->arena, hash, &call->object.calendar, err))
		return true;
	return err->kind == ERR_ABSENT ? nothing_there(err) : false;
}

/* Seen in the list, so that forgotten calendars can be found; not worth a write for each look. */
static void touch(struct call *call)
{
	const struct model_calendar *calendar = &call->object.calendar;
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct err err = {0};

	if (call->now - calendar->last_read_at < TOUCH_S)
		return;
	store_end(&call->txn);
	if (!store_write(call->api->options.store, &txn, &err) ||
	    !store_calendar_touch(txn, calendar->id, call->now, &err) || !store_commit(&txn, &err))
		log_warn("calendar not touched", F("calendar", calendar->id), F("error", err.text));
}

static bool never_full(void *data, struct err *err)
{
	return true;
}

bool handle_calendar_feed(struct call *call, struct err *err)
{
	CLEANUP(buf_done) struct buf body = buf_capped(CALENDAR_BYTES);
	CLEANUP(export_done) struct export out = {0};
	struct export_options options = {.now = call->now, .of = STR("lineages"), .title = call->object.calendar.name};
	const struct query_node *query;
	uint8_t hash[HASH_SHA256];

	options.instance = api_instance_name(call);
	if (!query_read(call->arena, call->object.calendar.q, &query, NULL, err))
		return false;
	export_start(&out, &export_ics, &options, &body);
	if (!export_rows(call, export_rows_noun(STR("lineages")), query_filter(call->arena, query, call->now),
			 LIMIT_CALENDAR_EVENTS, &out, never_full, NULL, err))
		return false;
	export_end(&out);
	hash_sha256(buf_bytes(&body), hash);
	buf_done(&call->response->body);
	call->response->body = body;
	body = buf_capped(0);
	call->response->status = 200;
	call->response->type = str_of(export_ics.type);
	call->response->etag = arena_format(call->arena, "\"%.*s\"", 32, hex_str(call->arena, bytes_of(hash, 16)).data);
	call->answered = true;
	touch(call);
	return true;
}
