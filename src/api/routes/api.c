/* SPDX-License-Identifier: Apache-2.0 */

/* Start and stop of the whole: the instance's key, the table's check, the server, the events. */

#include "api/routes/route.h"

#include <sys/resource.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/routes/counted.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/memory.h"
#include "facts/hash.h"

#define OPENAPI_BYTES 1048576

/* Deny by default: a row that does not say who may, and of what, is a mistake of ours. */
static bool table_check(struct err *err)
{
	for (size_t i = 0; i < route_count; i++) {
		const struct route *route = &route_table[i];

		if (route->permission == PERMISSION_UNSET || !route->load || !route->handle || !route->summary)
			return err_set(err, ERR_INTERNAL, "route %s %s has no permission, loader or handler",
				       route->method, route->path);
		if (route->request && !schema_text(route->request))
			return err_set(err, ERR_INTERNAL, "route %s %s: no schema %s", route->method, route->path,
				       route->request);
	}
	return true;
}

/* Made once for a store: what cursors are signed with. */
static bool instance_key_read(struct api *api, struct err *err)
{
	const struct audit_actor actor = {STR("engine"), STR("engine"), {NULL, 0}};
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(secret_done) struct secret fresh = secret_random(HASH_SHA256);
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct bytes kept;
	struct err why = {0};

	if (!store_write(api->options.store, &txn, err))
		return false;
	if (store_setting(txn, arena, STR("api.key"), &kept, &why) && kept.len == HASH_SHA256) {
		memcpy(api->instance_key, kept.data, HASH_SHA256);
		return true;
	}
	if (why.kind != ERR_NONE && why.kind != ERR_ABSENT) {
		*err = why;
		return false;
	}
	memcpy(api->instance_key, secret_reveal(&fresh).data, HASH_SHA256);
	return store_setting_put(txn, STR("api.key"), secret_reveal(&fresh), err) &&
	       audit_add(txn, &actor, "setting.create", STR("setting:api.key"), clock_now_s(), err) &&
	       store_commit(&txn, err);
}

static void openapi_make(struct api *api)
{
	uint8_t hash[HASH_SHA256];
	char hex[2 * HASH_SHA256 + 1];

	api->openapi = buf_capped(OPENAPI_BYTES);
	api_openapi_write(&api->openapi);
	hash_sha256(buf_bytes(&api->openapi), hash);
	hex_write(hex, bytes_of(hash, sizeof hash));
	snprintf(api->openapi_etag, sizeof api->openapi_etag, "\"%.32s\"", hex);
}

/* A stream holds a descriptor; the default of 1,024 is soon gone. */
static void descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= 2 * LIMIT_CONNECTIONS)
		return;
	limit.rlim_cur = limit.rlim_max < 2 * LIMIT_CONNECTIONS ? limit.rlim_max : 2 * LIMIT_CONNECTIONS;
	setrlimit(RLIMIT_NOFILE, &limit);
}

bool api_start(const struct api_options *options, struct api **out, struct err *err)
{
	struct api *api = NEW(struct api);
	struct http_options http = {.address = options->address,
				    .port = options->port,
				    .unix_path = options->unix_path,
				    .hosts = options->hosts,
				    .host_count = options->host_count,
				    .handle = call_handle,
				    .data = api};

	api->options = *options;
	api->started_at = clock_now_s();
	api->sessions = sessions_new(options->store);
	api->counter = counter_new(options->store);
	api->web = web_new();
	openapi_make(api);
	descriptors_raise();
	if (!table_check(err) || !instance_key_read(api, err) ||
	    !session_purge(api->sessions, api->started_at, err) || !http_server_start(&http, &api->http, err)) {
		api_stop(api);
		return err_wrap(err, "start the API");
	}
	if (options->events)
		api->forwarder = forwarder_new(options->events, api->http);
	*out = api;
	return true;
}

void api_stop(struct api *api)
{
	if (!api)
		return;
	forwarder_free(api->forwarder);
	http_server_stop(api->http);
	counter_free(api->counter);
	sessions_free(api->sessions);
	web_free(api->web);
	buf_done(&api->openapi);
	secret_wipe(api->instance_key, sizeof api->instance_key);
	free(api);
}

uint16_t api_port(const struct api *api)
{
	return http_server_port(api->http);
}

bool api_console_url(const struct api *api, char *to, size_t room)
{
	const char *address = api->options.address;
	bool v6 = address && strchr(address, ':');

	if (address)
		snprintf(to, room, "http://%s%s%s:%u/", v6 ? "[" : "", address, v6 ? "]" : "", api_port(api));
	return address;
}

bool api_setup_url(struct api *api, char *to, size_t room, bool *needed, struct err *err)
{
	char token[SESSION_TOKEN_CHARS + 1] = "", url[128] = "";

	if (!session_setup_needed(api->sessions, needed, err))
		return false;
	if (*needed && !session_setup_token(api->sessions, clock_now_s(), token, err))
		return false;
	api_console_url(api, url, sizeof url);
	snprintf(to, room, "%s%s%s", url, *needed ? "#/setup?token=" : "", token);
	secret_wipe(token, sizeof token);
	return true;
}
