/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What strangers can put into a request: its head, path and host through the guard, a cursor, a body against every shape.
 * Lines: method, target, version, then "name:value" headers; an empty line; the body.
 */

#include <stdlib.h>

#include "api/http_server/guard.h"
#include "api/http_server/uri.h"
#include "api/routes/cursor.h"
#include "api/routes/route.h"
#include "base/arena.h"

static void try_head(struct arena *arena, struct str text)
{
	struct http_pair headers[32];
	struct guard_head head = {.headers = headers};
	struct str line;
	unsigned status = 0;
	const char *complaint;

	str_split(&text, '\n', &head.method);
	if (!str_split(&text, '\n', &head.target) || !str_split(&text, '\n', &head.version))
		return;
	while (head.header_count < COUNT_OF(headers) && str_split(&text, '\n', &line)) {
		size_t colon = str_find_char(line, ':');
		struct http_pair *pair = &headers[head.header_count++];

		pair->name = str_head(line, colon == SIZE_MAX ? line.len : colon);
		pair->value = colon == SIZE_MAX ? STR("") : str_skip(line, colon + 1);
		guard_host_is_ours(pair->value, &pair->name, 1);
	}
	complaint = guard_head_check(&head, &status);
	if (complaint && status < 400)
		abort();
	if (!complaint && head.target.data[0] != '/')
		abort();
}

static void try_path(struct arena *arena, struct str text)
{
	const struct str *segments;
	struct str decoded;
	size_t count;

	if (uri_path_read(arena, text, &segments, &count))
		for (size_t i = 0; i < count; i++)
			if (str_is(segments[i], "..") || str_find_char(segments[i], 0) != SIZE_MAX ||
			    !str_is_utf8(segments[i]))
				abort();
	if (uri_text_read(arena, text, &decoded)) {
		CLEANUP(buf_done) struct buf spelt = buf_capped(1048576);
		struct str again;

		uri_text_write(&spelt, decoded);
		if (!uri_text_read(arena, buf_str(&spelt), &again) || !str_equal(again, decoded))
			abort();
	}
}

static void try_body(struct str text)
{
	static const char *const shapes[] = {"setup_do", "login", "scan_new"};
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct err err;

	if (!json_doc_read(text, &doc, &err))
		return;
	for (size_t i = 0; i < COUNT_OF(shapes); i++)
		if (!schema_check(shapes[i], json_doc_root(doc), &err) && err.kind != ERR_INPUT)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t key[HASH_SHA256] = {7};
	struct arena *arena = arena_new();
	struct str text = {(const char *)data, len};
	struct store_cursor cursor;

	try_head(arena, text);
	try_path(arena, text);
	try_body(text);
	if (cursor_read(arena, key, STR("list"), text, &cursor))
		abort(); /* nobody guesses 128 bits */
	arena_free(arena);
	return 0;
}
