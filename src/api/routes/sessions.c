/* SPDX-License-Identifier: Apache-2.0 */

/* /setup, /sessions, /whoami */

#include "api/routes/route.h"

#include "base/arena.h"
#include "base/limits.h"

bool handle_setup_show(struct call *call, struct err *err)
{
	bool needed;

	if (!session_setup_needed(call->api->sessions, &needed, err))
		return false;
	json_out_object(&call->json);
	json_out_key_bool(&call->json, "needed", needed);
	json_out_end_object(&call->json);
	return true;
}

static void set_cookie(struct call *call, struct str token, int64_t for_s)
{
	http_response_header(call->response, "Set-Cookie",
			     arena_format(call->arena,
					  "keepvalid_session=%.*s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
					  STR_ARG(token), (long long)for_s, call->request->secure ? "; Secure" : ""));
}

static void opened(struct call *call, struct session_open *open)
{
	set_cookie(call, (struct str){open->token, SESSION_TOKEN_CHARS}, open->expires_at - call->now);
	secret_wipe(open->token, sizeof open->token);
	json_out_object(&call->json);
	json_out_key(&call->json, "user");
	row_user(&call->json, &open->user);
	json_out_end_object(&call->json);
}

static struct str field(struct call *call, const char *name)
{
	return json_in_str(json_in_get(call->body, name), STR(""));
}

/* A wrong token or password is 401; waiting after too many is 429. */
static bool refused(struct call *call, const struct err *err)
{
	call->error_status = err->kind == ERR_DENIED ? 401 : err->kind == ERR_LATER ? 429 : 0;
	return false;
}

bool handle_setup_do(struct call *call, struct err *err)
{
	struct session_open open;

	if (!session_setup(call->api->sessions, call->arena, field(call, "token"), field(call, "name"),
			   field(call, "password"), call->request->peer, call->now, &open, err))
		return refused(call, err);
	opened(call, &open);
	return true;
}

bool handle_session_new(struct call *call, struct err *err)
{
	struct session_open open;

	if (!session_login(call->api->sessions, call->arena, field(call, "name"), field(call, "password"),
			   call->request->peer, call->now, &open, err))
		return refused(call, err);
	opened(call, &open);
	return true;
}

bool handle_session_end(struct call *call, struct err *err)
{
	const struct model_session *session = &call->caller.session;

	store_end(&call->txn);
	if (!session_logout(call->api->sessions, session, call->request->peer, call->now, err))
		return false;
	http_server_end_streams(call->api->http, session->token_sha256);
	set_cookie(call, STR(""), 0);
	return true;
}

bool handle_whoami(struct call *call, struct err *err)
{
	const struct model_user local = {.name = call->caller.name, .role = MODEL_ROLE_ADMIN};
	struct json_out *json = &call->json;
	char url[128];

	json_out_object(json);
	json_out_key(json, "user");
	row_user(json, call->caller.local ? &local : &call->caller.session.user);
	json_out_key(json, "session");
	if (call->caller.local) {
		json_out_null(json);
	} else {
		json_out_object(json);
		json_out_key_time(json, "created_at", call->caller.session.created_at);
		json_out_key_time(json, "expires_at", call->caller.session.expires_at);
		json_out_end_object(json);
	}
	json_out_key_text(json, "console", api_console_url(call->api, url, sizeof url) ? url : NULL);
	json_out_end_object(json);
	return true;
}
