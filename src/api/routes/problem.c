/* SPDX-License-Identifier: Apache-2.0 */

/* Errors as RFC 9457 problems. What is our own fault is logged whole and told in general. */

#include "api/routes/route.h"

#include <string.h>

#include "base/arena.h"
#include "base/log.h"

static unsigned status_of(enum err_kind kind)
{
	/* clang-format off */
	static const unsigned statuses[] = {
		[ERR_INPUT] = 400, [ERR_ABSENT] = 404, [ERR_DENIED] = 403, [ERR_CONFLICT] = 409, [ERR_UNREACHED] = 502,
		[ERR_TIMEOUT] = 504, [ERR_PROTOCOL] = 502, [ERR_REFUSED] = 502, [ERR_LATER] = 503, [ERR_INTERNAL] = 500,
	};
	/* clang-format on */

	return kind < COUNT_OF(statuses) && statuses[kind] ? statuses[kind] : 500;
}

/* Our own database is not "another server" to who asks: it is us who cannot serve now. */
static unsigned status_of_err(const struct err *err)
{
	static const char *const codes[] = {"database-gone", "commit-unknown", "store-denied"};

	for (size_t i = 0; i < COUNT_OF(codes); i++)
		if (strcmp(err->code, codes[i]) == 0)
			return 503;
	return status_of(err->kind);
}

static void write_body(struct http_response *response, unsigned status, const char *code, const char *detail,
		       const char *hint, size_t column)
{
	struct json_out json;

	buf_clear(&response->body);
	json = json_out_start(&response->body);
	response->status = status;
	response->type = STR("application/problem+json");
	response->etag = (struct str){NULL, 0};
	response->stream.wanted = false;
	json_out_object(&json);
	json_out_key_text(&json, "type", "about:blank");
	json_out_key_text(&json, "title", http_status_title(status));
	json_out_key_int(&json, "status", status);
	json_out_key_text(&json, "detail", detail);
	json_out_key_text(&json, "code", code);
	json_out_key_text(&json, "hint", hint && hint[0] ? hint : NULL);
	if (column)
		json_out_key_int(&json, "column", (int64_t)column);
	json_out_end_object(&json);
}

void problem_simple(struct http_response *response, unsigned status, const char *code, const char *detail,
		    const char *hint)
{
	write_body(response, status, code, detail, hint, 0);
}

void problem_write(struct call *call, const struct err *err)
{
	unsigned status = call->error_status ? call->error_status : status_of_err(err);
	const char *code = err->code[0] ? err->code : err_kind_name(err->kind);

	if (err->kind == ERR_LATER || status == 503) {
		uint32_t wait_s = err->retry_s ? err->retry_s : 1;

		http_response_header(call->response, "Retry-After", arena_format(call->arena, "%u", wait_s));
	}
	if (status == 500) {
		log_error("request failed", F("path", call->request->path), F("error", (const char *)err->text));
		write_body(call->response, status, code, "something went wrong here; the log tells what",
			   "see the log of the engine", 0);
		return;
	}
	write_body(call->response, status, code, err->text, err->fix, call->error_column);
}
