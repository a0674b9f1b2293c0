/* SPDX-License-Identifier: Apache-2.0 */

/* The console: files that the binary carries under "web/". A path is looked up whole, so it cannot leave them. */

#include "api/routes/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/asset.h"
#include "base/hex.h"
#include "base/map.h"
#include "base/memory.h"
#include "facts/hash.h"

struct file {
	struct str path; /* without "web/" */
	struct bytes content;
	const char *type;
	char etag[40];
};

struct web {
	struct arena *arena;
	struct map *files;
};

/* clang-format off */
static const struct { const char *ending, *type; } types[] = {
	{".html",  "text/html; charset=utf-8"},       {".js",    "text/javascript; charset=utf-8"},
	{".css",   "text/css; charset=utf-8"},        {".svg",   "image/svg+xml"},
	{".png",   "image/png"},                      {".ico",   "image/x-icon"},
	{".woff2", "font/woff2"},                     {".json",  "application/json"},
	{".txt",   "text/plain; charset=utf-8"},      {".webmanifest", "application/manifest+json"},
	{".map",   "application/json"},
};
/* clang-format on */

static const char *type_of(struct str path)
{
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (str_ends(path, str_of(types[i].ending)))
			return types[i].type;
	return "application/octet-stream";
}

struct web *web_new(void)
{
	struct web *web = NEW(struct web);
	struct bytes content;
	struct str path;
	size_t at = 0;

	web->arena = arena_new();
	web->files = map_new();
	while (asset_next(&at, &path, &content)) {
		struct file *file;
		uint8_t hash[HASH_SHA256];
		char hex[2 * HASH_SHA256 + 1];

		if (!str_starts(path, STR("web/")))
			continue;
		file = ARENA_NEW(web->arena, struct file);
		*file = (struct file){str_skip(path, 4), content, type_of(path), ""};
		hash_sha256(content, hash);
		hex_write(hex, bytes_of(hash, sizeof hash));
		snprintf(file->etag, sizeof file->etag, "\"%.32s\"", hex);
		map_set(web->files, bytes_from(file->path), file);
	}
	return web;
}

void web_free(struct web *web)
{
	if (!web)
		return;
	map_free(web->files);
	arena_free(web->arena);
	free(web);
}

static struct str path_joined(const struct call *call)
{
	CLEANUP(buf_done) struct buf path = buf_capped(4096);

	for (size_t i = 0; i < call->request->segment_count; i++) {
		if (i > 0)
			buf_add_char(&path, '/');
		buf_add_str(&path, call->request->segments[i]);
	}
	return path.len ? arena_str(call->arena, buf_str(&path)) : STR("index.html");
}

bool handle_web(struct call *call, struct err *err)
{
	struct str path = path_joined(call);
	const struct file *file = map_get(call->api->web->files, bytes_from(path));

	call->answered = true;
	if (file) {
		call->response->status = 200;
		call->response->type = str_of(file->type);
		call->response->fixed = file->content;
		call->response->etag = str_of(file->etag);
		return true;
	}
	if (str_is(path, "index.html")) {
		call->response->status = 200;
		call->response->type = STR("text/html; charset=utf-8");
		buf_add_text(&call->response->body, "<!doctype html><html lang=\"en\"><title>Keepvalid</title>"
						    "<p>This build has no console; the API is at /api/v1.</p></html>\n");
		return true;
	}
	err_set(err, ERR_ABSENT, "there is no such page");
	return err_fix(err, "no-page", "go to /");
}
