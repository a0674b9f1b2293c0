/* SPDX-License-Identifier: Apache-2.0 */

/* From a http_response to libmicrohttpd's, with the headers that every answer carries. */

#include "api/http_server/inside.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"

#define CSP                                                                                        \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "          \
	"font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "        \
	"base-uri 'none'"

/* clang-format off */
static const char *const always[][2] = {
	{"Content-Security-Policy",      CSP},
	{"X-Content-Type-Options",       "nosniff"},
	{"X-Frame-Options",              "DENY"},
	{"Referrer-Policy",              "no-referrer"},
	{"Cross-Origin-Opener-Policy",   "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy",           "camera=(), geolocation=(), microphone=()"},
};
/* clang-format on */

const char *http_status_title(unsigned status)
{
	return MHD_get_reason_phrase_for(status);
}

static void add_always(struct MHD_Response *to)
{
	for (size_t i = 0; i < COUNT_OF(always); i++)
		MHD_add_response_header(to, always[i][0], always[i][1]);
}

static enum MHD_Result queue(struct MHD_Connection *connection, unsigned status, struct MHD_Response *response)
{
	enum MHD_Result result = MHD_queue_response(connection, status, response);

	MHD_destroy_response(response);
	return result;
}

enum MHD_Result answer_problem(struct MHD_Connection *connection, unsigned status, const char *code,
			       const char *detail, bool close)
{
	CLEANUP(buf_done) struct buf body = buf_capped(4096);
	struct json_out json = json_out_start(&body);
	struct MHD_Response *response;

	json_out_object(&json);
	json_out_key_text(&json, "type", "about:blank");
	json_out_key_text(&json, "title", http_status_title(status));
	json_out_key_int(&json, "status", status);
	json_out_key_text(&json, "detail", detail);
	json_out_key_text(&json, "code", code);
	json_out_key_null(&json, "hint");
	json_out_end_object(&json);
	response = MHD_create_response_from_buffer(body.len, body.data, MHD_RESPMEM_MUST_COPY);
	if (!response)
		return MHD_NO;
	add_always(response);
	MHD_add_response_header(response, "Content-Type", "application/problem+json");
	MHD_add_response_header(response, "Cache-Control", "no-store");
	if (status == 503 || status == 429)
		MHD_add_response_header(response, "Retry-After", "1");
	if (close)
		MHD_add_response_header(response, "Connection", "close");
	return queue(connection, status, response);
}

/* after RFC 9110 section 13.1.2: a list of tags, compared weakly, or a star. */
static bool etag_matches(struct str list, struct str etag)
{
	struct str one;

	while (str_split(&list, ',', &one)) {
		one = str_trim(one);
		if (str_starts(one, STR("W/")))
			one = str_skip(one, 2);
		if (str_is(one, "*") || str_equal(one, etag))
			return true;
	}
	return false;
}

static void add_own(struct exchange *exchange, struct MHD_Response *to)
{
	const struct http_response *response = &exchange->response;

	for (size_t i = 0; i < response->header_count; i++)
		MHD_add_response_header(to, response->headers[i].name.data, response->headers[i].value.data);
	if (response->etag.data)
		MHD_add_response_header(to, "ETag", response->etag.data);
	if (response->keep)
		MHD_add_response_header(to, "Cache-Control", "public, max-age=31536000, immutable");
	else
		MHD_add_response_header(to, "Cache-Control", response->etag.data ? "no-cache" : "no-store");
}

static enum MHD_Result send_stream(struct exchange *exchange)
{
	struct MHD_Response *out =
		hub_stream(exchange->listener->server->hub, exchange->connection, &exchange->response);

	if (!out)
		return answer_problem(exchange->connection, 503, "busy", "too many event streams are open", true);
	add_always(out);
	MHD_add_response_header(out, "Content-Type", "text/event-stream");
	MHD_add_response_header(out, "Cache-Control", "no-store");
	MHD_add_response_header(out, "X-Accel-Buffering", "no");
	return queue(exchange->connection, 200, out);
}

/* Hands the body over, so that it is not copied. */
static struct MHD_Response *body_take(struct http_response *response)
{
	struct MHD_Response *out;

	if (response->file > 0) {
		out = MHD_create_response_from_fd64(response->file_bytes, response->file);
		response->file = out ? 0 : response->file;
		return out;
	}
	if (response->fixed.data)
		return MHD_create_response_from_buffer(response->fixed.len,
						       (void *)(uintptr_t)response->fixed.data,
						       MHD_RESPMEM_PERSISTENT);
	if (response->body.len == 0)
		return MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
	out = MHD_create_response_from_buffer(response->body.len, response->body.data, MHD_RESPMEM_MUST_FREE);
	if (out)
		response->body = buf_capped(0);
	return out;
}

enum MHD_Result answer_send(struct exchange *exchange)
{
	struct http_response *response = &exchange->response;
	struct MHD_Response *out;

	if (response->stream.wanted && !exchange->head)
		return send_stream(exchange);
	if (response->status == 0 || !buf_ok(&response->body))
		return answer_problem(exchange->connection, 500, "internal", "the answer could not be made", false);
	if (response->status == 200 && response->etag.data && str_is(exchange->request.method, "GET") &&
	    etag_matches(http_header(&exchange->request, "If-None-Match"), response->etag)) {
		response->status = 304;
		buf_clear(&response->body);
		response->fixed = (struct bytes){NULL, 0};
		response->type = (struct str){NULL, 0};
	}
	out = body_take(response);
	if (!out)
		return MHD_NO;
	add_always(out);
	add_own(exchange, out);
	if (response->type.data)
		MHD_add_response_header(out, "Content-Type", response->type.data);
	return queue(exchange->connection, response->status, out);
}
