/* SPDX-License-Identifier: Apache-2.0 */

/* /api/openapi.json: the table and the schemas as an OpenAPI 3.1 document. */

#include "api/routes/route.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"

static void write_parameter(struct json_out *json, const char *name, const char *in, const char *type,
			    const char *description)
{
	json_out_object(json);
	json_out_key_text(json, "name", name);
	json_out_key_text(json, "in", in);
	if (strcmp(in, "path") == 0)
		json_out_key_bool(json, "required", true);
	json_out_key(json, "schema");
	json_out_object(json);
	json_out_key_text(json, "type", type);
	json_out_end_object(json);
	json_out_key_text(json, "description", description);
	json_out_end_object(json);
}

/* clang-format off */
static const struct { int takes; const char *name, *in, *type, *description; } parameters[] = {
	{TAKES_QUERY,   "q",       "query", "string",  "Query, such as: expires<30d issuer:R11 -key:rsa"},
	{TAKES_PART,    "q",       "query", "string",  "A part of the name"},
	{TAKES_TO,      "to",      "query", "string",  "Id of the one that takes over what the removed one has"},
	{TAKES_LIST,    "limit",   "query", "integer", "Rows of a page, 1 to 1000; default 50"},
	{TAKES_LIST,    "cursor",  "query", "string",  "next_cursor of the page before"},
	{TAKES_LIST,    "total",   "query", "boolean", "Count all that match, too"},
	{TAKES_LIST,    "fields",  "query", "string",  "Only these fields of each item, with commas between"},
	{TAKES_OUTCOME, "outcome", "query", "string",  "Only records with this outcome"},
	{TAKES_EXPORT,  "of",      "query", "string",  "What: certificates (usual), lineages, endpoints"},
	{TAKES_EXPORT,  "columns", "query", "string",  "Columns of a table, with commas between: name,key.bits,facts.names.dns"},
	{TAKES_EXPORT,  "bom",     "query", "boolean", "A byte order mark before CSV, for spreadsheets that guess"},
	{TAKES_OF,      "of",      "query", "string",  "certificates (default), endpoints or lineages"},
	{TAKES_FACETS,  "fields",  "query", "string",  "Facets that are wanted, with commas between"},
	{TAKES_BY,      "by",      "query", "string",  "owner, issuer, week, key, type, environment, path, tag …"},
	{TAKES_TEXT,    "text",    "query", "string",  "A query that is being written"},
	{TAKES_TEXT,    "at",      "query", "integer", "Where the cursor stands, in characters from 1; default: at the end"},
	{TAKES_TIME,    "from",    "query", "string",  "First day, such as 2026-11-20; default: today"},
	{TAKES_TIME,    "days",    "query", "integer", "Days, 1 to 366; default 366"},
	{TAKES_TIME,    "what_if", "query", "integer", "Lifetime in days to compare with, 7 to 398; such as 47"},
	{TAKES_MAP,     "root",    "query", "string",  "certificate:SHA-256, key:SHA-256, authority:SHA-256, host:ID, service:ID or team:ID"},
	{TAKES_MAP,     "hops",    "query", "integer", "1, 2 (default) or 3"},
	{TAKES_CHANGES, "kind",    "query", "string",  "new, changed or gone"},
	{TAKES_CHANGES, "since",   "query", "string",  "A time, or how long ago: 7d, 24h"},
	{TAKES_SOURCE,  "source",  "query", "string",  "Only of this source"},
	{TAKES_DRY_RUN, "dry_run", "query", "boolean", "Check only"},
	{TAKES_MATCH,   "If-Match", "header", "string", "The ETag of GET: 428 without it, 412 when it was changed since"},
	{TAKES_KEY,     "Idempotency-Key", "header", "string", "The same request again with the same key gets the same answer; kept for a day"},
};
/* clang-format on */

static void write_path_parameters(struct json_out *json, struct str path)
{
	struct str part;

	while (str_split(&path, '/', &part))
		if (part.len > 2 && part.data[0] == '{') {
			char name[64];

			snprintf(name, sizeof name, "%.*s", (int)part.len - 2, part.data + 1);
			write_parameter(json, name, "path", "string", "Of the object");
		}
}

static void write_sort(struct json_out *json, const struct route *route)
{
	char text[256];

	snprintf(text, sizeof text, "One of: %s; with - before it, descending", route->sorts);
	write_parameter(json, "sort", "query", "string", text);
}

static void write_parameters(struct json_out *json, const struct route *route)
{
	json_out_key(json, "parameters");
	json_out_array(json);
	write_path_parameters(json, str_of(route->path));
	for (size_t i = 0; i < COUNT_OF(parameters); i++)
		if (route->takes & parameters[i].takes)
			write_parameter(json, parameters[i].name, parameters[i].in, parameters[i].type,
					parameters[i].description);
	if (route->sorts)
		write_sort(json, route);
	json_out_end_array(json);
}

/* "content": what of which media type. */
static void write_content(struct json_out *json, const char *type, const char *schema)
{
	json_out_key(json, "content");
	json_out_object(json);
	json_out_key(json, type);
	json_out_object(json);
	if (schema) {
		json_out_key(json, "schema");
		json_out_object(json);
		schema_write_ref(json, schema);
		json_out_end_object(json);
	}
	json_out_end_object(json);
	json_out_end_object(json);
}

static void write_response(struct json_out *json, unsigned status, const struct route *route)
{
	char code[8];

	snprintf(code, sizeof code, "%u", status);
	json_out_key(json, code);
	json_out_object(json);
	json_out_key_text(json, "description", http_status_title(status));
	if (route->response && strchr(route->response, '/'))
		write_content(json, route->response, NULL);
	else if (route->response)
		write_content(json, "application/json", route->response);
	json_out_end_object(json);
}

static void write_responses(struct json_out *json, const struct route *route)
{
	json_out_key(json, "responses");
	json_out_object(json);
	write_response(json, route->status, route);
	if (route->takes & TAKES_DRY_RUN)
		write_response(json, 200, route);
	json_out_key(json, "default");
	json_out_object(json);
	json_out_key_text(json, "description", "A problem (RFC 9457)");
	write_content(json, "application/problem+json", "problem");
	json_out_end_object(json);
	json_out_end_object(json);
}

static void write_security(struct json_out *json, const struct route *route)
{
	json_out_key(json, "security");
	json_out_array(json);
	if (route->permission != PERMISSION_PUBLIC) {
		json_out_object(json);
		json_out_key(json, "session");
		json_out_array(json);
		json_out_end_array(json);
		json_out_end_object(json);
	}
	json_out_end_array(json);
	if (route->permission == PERMISSION_ADMIN)
		json_out_key_text(json, "x-permission", "admin");
}

/* "get_certificates_sha256_pem" */
static void write_operation_id(struct json_out *json, const struct route *route)
{
	CLEANUP(buf_done) struct buf id = buf_capped(128);
	struct str path = str_of(route->path), part;

	for (const char *c = route->method; *c; c++)
		buf_add_char(&id, ascii_lower(*c));
	while (str_split(&path, '/', &part)) {
		if (part.len == 0 || str_is(part, "api") || str_is(part, "v1"))
			continue;
		buf_add_char(&id, '_');
		for (size_t i = 0; i < part.len; i++)
			if (ascii_is_alpha(part.data[i]) || ascii_is_digit(part.data[i]))
				buf_add_char(&id, part.data[i]);
	}
	json_out_key_str(json, "operationId", buf_str(&id));
}

static void write_operation(struct json_out *json, const struct route *route)
{
	CLEANUP(buf_done) struct buf method = buf_capped(16);

	for (const char *c = route->method; *c; c++)
		buf_add_char(&method, ascii_lower(*c));
	json_out_key(json, method.data);
	json_out_object(json);
	write_operation_id(json, route);
	json_out_key_text(json, "summary", route->summary);
	write_parameters(json, route);
	if (route->request) {
		json_out_key(json, "requestBody");
		json_out_object(json);
		json_out_key_bool(json, "required", true);
		write_content(json, "application/json", route->request);
		json_out_end_object(json);
	}
	write_responses(json, route);
	write_security(json, route);
	json_out_end_object(json);
}

/* Rows of one path, wherever they stand in the table, are one item. */
static void write_paths(struct json_out *json)
{
	json_out_key(json, "paths");
	json_out_object(json);
	for (size_t i = 0; i < route_count; i++) {
		const char *path = route_table[i].path;
		bool before = strstr(path, "...}");

		for (size_t j = 0; j < i && !before; j++)
			before = strcmp(route_table[j].path, path) == 0;
		if (before)
			continue;
		json_out_key(json, path);
		json_out_object(json);
		for (size_t j = i; j < route_count; j++)
			if (strcmp(route_table[j].path, path) == 0)
				write_operation(json, &route_table[j]);
		json_out_end_object(json);
	}
	json_out_end_object(json);
}

void api_openapi_write(struct buf *to)
{
	struct json_out json = json_out_start(to);

	json_out_object(&json);
	json_out_key_text(&json, "openapi", "3.1.0");
	json_out_key(&json, "info");
	json_out_object(&json);
	json_out_key_text(&json, "title", "Keepvalid");
	json_out_key_text(&json, "version", KEEPVALID_VERSION);
	json_out_key_text(&json, "description",
			  "Requests that change something carry X-Keepvalid: 1. Times are RFC 3339 in UTC.");
	json_out_end_object(&json);
	write_paths(&json);
	json_out_key(&json, "components");
	json_out_object(&json);
	json_out_key(&json, "schemas");
	json_out_object(&json);
	schema_write_all(&json);
	json_out_end_object(&json);
	json_out_key(&json, "securitySchemes");
	json_out_raw(&json,
		     STR("{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"keepvalid_session\"}}"));
	json_out_end_object(&json);
	json_out_end_object(&json);
}

bool handle_openapi(struct call *call, struct err *err)
{
	call->response->status = 200;
	call->response->type = STR("application/json");
	call->response->fixed = buf_bytes(&call->api->openapi);
	call->response->etag = str_of(call->api->openapi_etag);
	call->answered = true;
	return true;
}
