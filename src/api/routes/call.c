/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One request through the table: find the row, know the caller, refuse other sites, ask the row's permission,
 * read the body after its schema, load the object, call the handler. A step that fails is a problem document.
 */

#include "api/routes/route.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"

/* Whether a path is of that pattern; takes what stands for its names. */
static bool path_fits(const char *pattern, const struct http_request *request, struct str params[ROUTE_PARAMS])
{
	struct str rest = str_of(pattern + 1), part;
	size_t at = 0, found = 0;

	if (strstr(pattern, "...}"))
		return true;
	while (str_split(&rest, '/', &part)) {
		if (at == request->segment_count)
			return false;
		if (part.len > 0 && part.data[0] == '{' && found < ROUTE_PARAMS)
			params[found++] = request->segments[at];
		else if (!str_equal(part, request->segments[at]))
			return false;
		at++;
	}
	return at == request->segment_count;
}

/* The console's row takes everything else, but nothing under /api. */
static bool is_for_console(const struct route *route, const struct http_request *request)
{
	return strstr(route->path, "...}") && !(request->segment_count > 0 && str_is(request->segments[0], "api"));
}

static bool route_find(struct call *call, struct err *err)
{
	CLEANUP(buf_done) struct buf methods = buf_capped(256);

	for (size_t i = 0; i < route_count; i++) {
		const struct route *route = &route_table[i];
		struct str params[ROUTE_PARAMS] = {0};
		bool fits = strstr(route->path, "...}") ? methods.len == 0 && is_for_console(route, call->request)
							: path_fits(route->path, call->request, params);

		if (!fits)
			continue;
		if (str_is(call->request->method, route->method)) {
			memcpy(call->params, params, sizeof params);
			call->route = route;
			return true;
		}
		buf_addf(&methods, "%s%s%s", methods.len ? ", " : "", route->method,
			 strcmp(route->method, "GET") == 0 ? ", HEAD" : "");
	}
	if (methods.len == 0) {
		err_set(err, ERR_ABSENT, "there is nothing at %.*s", STR_ARG(str_head(call->request->path, 200)));
		return err_fix(err, "no-route", "see /api/openapi.json");
	}
	http_response_header(call->response, "Allow", arena_str(call->arena, buf_str(&methods)));
	call->error_status = 405;
	err_set(err, ERR_INPUT, "%.*s is not possible here", STR_ARG(call->request->method));
	return err_fix(err, "method", "use %s", methods.data);
}

/* Over the socket: the user that the server runs as, and root. Over TCP: who has a session's cookie. */
static bool caller_find(struct call *call, struct err *err)
{
	const struct http_request *request = call->request;
	struct str cookie = http_cookie(request, "keepvalid_session");
	struct caller *caller = &call->caller;
	struct err why = {0};

	if (request->local) {
		caller->local = true;
		caller->known = request->peer_uid == geteuid() || request->peer_uid == 0;
		caller->role = MODEL_ROLE_ADMIN;
		caller->name = arena_format(call->arena, "uid:%u", request->peer_uid);
		call->actor = (struct audit_actor){caller->name, STR("unix"), {NULL, 0}};
		return true;
	}
	call->actor = (struct audit_actor){STR("anonymous"), request->peer, {NULL, 0}};
	if (!cookie.data)
		return true;
	if (session_find(call->api->sessions, call->arena, cookie, call->now, &caller->session, &why)) {
		caller->known = true;
		caller->role = caller->session.user.role;
		caller->name = caller->session.user.name;
		call->actor.who = arena_format(call->arena, "user:%.*s", STR_ARG(caller->name));
		return true;
	}
	if (why.kind == ERR_ABSENT)
		return true;
	*err = why;
	return false;
}

static bool permitted(struct call *call, struct err *err)
{
	enum permission wanted = call->route->permission;

	if (wanted == PERMISSION_PUBLIC)
		return true;
	if (!call->caller.known) {
		call->error_status = 401;
		err_set(err, ERR_DENIED, "log in first");
		return err_fix(err, "login-needed", "POST /api/v1/sessions, or `keepvalid open`");
	}
	if (wanted == PERMISSION_SESSION || (wanted == PERMISSION_ADMIN && call->caller.role == MODEL_ROLE_ADMIN))
		return true;
	err_set(err, ERR_DENIED, "this is for administrators");
	return err_fix(err, "permission", "ask an administrator");
}

static const struct {
	const char *name;
	int takes;
} parameters[] = {{"to", TAKES_TO},	      {"q", TAKES_PART},
		  {"limit", TAKES_LIST}, {"cursor", TAKES_LIST},    {"total", TAKES_LIST},
		  {"fields", TAKES_LIST}, {"q", TAKES_QUERY},	    {"dry_run", TAKES_DRY_RUN},
		  {"outcome", TAKES_OUTCOME}, {"of", TAKES_EXPORT},  {"columns", TAKES_EXPORT},
		  {"bom", TAKES_EXPORT},
		  {"outcome", TAKES_OUTCOME}, {"of", TAKES_OF},	       {"fields", TAKES_FACETS},
		  {"by", TAKES_BY},	      {"text", TAKES_TEXT},    {"at", TAKES_TEXT},
		  {"from", TAKES_TIME},	      {"days", TAKES_TIME},    {"what_if", TAKES_TIME},
		  {"root", TAKES_MAP},	      {"hops", TAKES_MAP},     {"kind", TAKES_CHANGES},
		  {"since", TAKES_CHANGES},   {"source", TAKES_SOURCE}};

static bool parameter_known(const struct route *route, struct str name)
{
	if (str_is(name, "sort"))
		return route->sorts;
	for (size_t i = 0; i < COUNT_OF(parameters); i++)
		if (str_is(name, parameters[i].name) && (route->takes & parameters[i].takes))
			return true;
	return false;
}

/* A misspelt parameter that is passed over in silence gives wrong answers. */
static bool parameters_check(struct call *call, struct err *err)
{
	const struct http_request *request = call->request;
	struct str dry_run = http_query(request, "dry_run");

	if (strstr(call->route->path, "...}"))
		return true;
	for (size_t i = 0; i < request->query_count; i++) {
		struct str name = request->query[i].name;

		if (!parameter_known(call->route, name)) {
			err_set(err, ERR_INPUT, "there is no parameter \"%.*s\" here", STR_ARG(str_head(name, 100)));
			return err_fix(err, "parameter", "see /api/openapi.json");
		}
		for (size_t j = 0; j < i; j++)
			if (str_equal(request->query[j].name, name)) {
				err_set(err, ERR_INPUT, "the parameter \"%.*s\" is given twice", STR_ARG(name));
				return err_fix(err, "parameter", "give it once");
			}
	}
	call->dry_run = str_is(dry_run, "true");
	if (!dry_run.data || call->dry_run || str_is(dry_run, "false"))
		return true;
	err_set(err, ERR_INPUT, "dry_run is neither true nor false");
	return err_fix(err, "parameter", "leave it out for false");
}

static bool body_read(struct call *call, struct json_doc **doc, struct err *err)
{
	const struct http_request *request = call->request;
	struct str type = http_header(request, "Content-Type"), name;

	if (!call->route->request) {
		if (request->body.len == 0)
			return true;
		err_set(err, ERR_INPUT, "no body is taken here");
		return err_fix(err, "body-unwanted", "send none");
	}
	name = str_trim(str_head(type, str_find_char(type, ';') == SIZE_MAX ? type.len : str_find_char(type, ';')));
	if (!str_equal_nocase(name, STR("application/json"))) {
		call->error_status = 415;
		err_set(err, ERR_INPUT, "the body is not application/json");
		return err_fix(err, "body-type", "send Content-Type: application/json");
	}
	if (!json_doc_read(str_from(request->body), doc, err)) {
		err_wrap(err, "body");
		return err_fix(err, "body-json", "send one JSON object");
	}
	call->body = json_doc_root(*doc);
	return schema_check(call->route->request, call->body, err);
}

bool call_reread(struct call *call, struct err *err)
{
	store_end(&call->txn);
	return store_read(call->api->options.store, &call->txn, err);
}

static bool run(struct call *call, struct json_doc **doc, struct err *err)
{
	return route_find(call, err) && csrf_check(call->request, err) && caller_find(call, err) &&
	       permitted(call, err) && parameters_check(call, err) && body_read(call, doc, err) &&
	       call_reread(call, err) && call->route->load(call, err) && handle_once(call, err);
}

void call_handle(void *data, unsigned worker, const struct http_request *request, struct http_response *response)
{
	struct call call = {.api = data, .request = request, .response = response, .arena = request->arena};
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct err err = {0};

	call.now = clock_now_s();
	call.json = json_out_start(&response->body);
	if (!run(&call, &doc, &err)) {
		problem_write(&call, &err);
	} else if (!call.answered) {
		response->status = response->status ? response->status : call.route->status;
		if (call.route->response)
			response->type = STR("application/json");
	}
	store_end(&call.txn);
}
