/* SPDX-License-Identifier: Apache-2.0 */

/* The connection to the server, problems as errors, pages, selectors. */

#include "programs/cli/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/memory.h"
#include "programs/cli.h"
#include "wire/http.h"

#define ANSWER_BYTES 134217728
#define TIMEOUT_MS 60000

struct client {
	struct http_client *http;
	struct arena *arena;
	const char *base, *unix_path; /* unix_path NULL: over TCP */
	const char *cookie;           /* header line, or NULL */
	struct json_doc **docs;
	size_t doc_count, doc_room;
};

bool client_session_path(struct arena *arena, const char *server, struct str *out, struct err *err)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	struct str name = arena_str(arena, str_of(server));
	char *chars = (char *)(uintptr_t)name.data;

	if (!(config && config[0]) && !(home && home[0])) {
		err_set(err, ERR_INPUT, "neither XDG_CONFIG_HOME nor HOME is set");
		return err_fix(err, "no-home", "set HOME");
	}
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_is_alpha(chars[i]) && !ascii_is_digit(chars[i]) && chars[i] != '.')
			chars[i] = '_';
	*out = config && config[0] ? arena_format(arena, "%s/keepvalid/sessions/%s", config, name.data)
				   : arena_format(arena, "%s/.config/keepvalid/sessions/%s", home, name.data);
	return true;
}

static bool open_remote(struct client *client, const char *server, struct err *err)
{
	size_t len = strlen(server);
	struct bytes token;
	struct str path;
	struct err why = {0};

	if (strncmp(server, "http://", 7) != 0 && strncmp(server, "https://", 8) != 0) {
		err_set(err, ERR_INPUT, "--server %s: not an http:// or https:// address", server);
		return err_fix(err, "server-url", "write https://keepvalid.example:8443");
	}
	while (len > 0 && server[len - 1] == '/')
		len--;
	client->base = arena_str(client->arena, (struct str){server, len}).data;
	if (!client_session_path(client->arena, client->base, &path, err))
		return false;
	if (file_read(client->arena, path.data, 4096, &token, &why))
		client->cookie = arena_format(client->arena, "Cookie: keepvalid_session=%.*s",
					      STR_ARG(str_trim(str_from(token))))
					 .data;
	return true;
}

static bool open_local(struct client *client, const char *data, struct err *err)
{
	struct stat info;

	data = data ? data : "var";
	client->base = "http://localhost";
	client->unix_path = arena_format(client->arena, "%s/keepvalid.sock", data).data;
	if (stat(client->unix_path, &info) == 0)
		return true;
	err_set(err, ERR_UNREACHED, "no server runs in %s", data);
	return err_fix(err, "no-server", "start one with `keepvalid up`, or name its folder with --data, or --server URL");
}

bool client_open(const struct command_call *call, struct client **out, struct err *err)
{
	const char *server = command_value(call, "server");
	struct client *client = NEW(struct client);

	client->arena = arena_new();
	client->http = http_client_new();
	if (server ? !open_remote(client, server, err) : !open_local(client, command_value(call, "data"), err)) {
		client_close(client);
		return false;
	}
	*out = client;
	return true;
}

void client_close(struct client *client)
{
	if (!client)
		return;
	for (size_t i = 0; i < client->doc_count; i++)
		json_doc_free(client->docs[i]);
	free(client->docs);
	http_client_free(client->http);
	arena_free(client->arena);
	free(client);
}

void client_done(struct client **client)
{
	client_close(*client);
}

static bool ask_to(struct client *client, struct arena *arena, const char *method, const char *path, struct bytes body,
		   FILE *to, struct client_answer *out, struct err *err)
{
	const char *headers[5] = {"X-Keepvalid: 1"};
	struct http_ask ask = {.method = method,
			       .unix_path = client->unix_path,
			       .headers = headers,
			       .body = body,
			       .timeout_ms = TIMEOUT_MS,
			       .most_bytes = ANSWER_BYTES,
			       .to = to};
	struct http_answer answer;
	size_t count = 1;

	if (body.data)
		headers[count++] = "Content-Type: application/json";
	if (strcmp(method, "PATCH") == 0 || strcmp(method, "DELETE") == 0)
		headers[count++] = "If-Match: *";
	if (client->cookie)
		headers[count++] = client->cookie;
	ask.url = arena_format(arena, "%s%s", client->base, path).data;
	if (!http_client_ask(client->http, arena, &ask, &answer, err)) {
		if (err->kind == ERR_UNREACHED)
			err_fix(err, "no-server", "start it with `keepvalid up`");
		return false;
	}
	*out = (struct client_answer){answer.status, answer.type, answer.cookie, answer.body};
	return true;
}

bool client_ask(struct client *client, struct arena *arena, const char *method, const char *path, struct bytes body,
		struct client_answer *out, struct err *err)
{
	return ask_to(client, arena, method, path, body, NULL, out, err);
}

static enum err_kind kind_of(unsigned status)
{
	switch (status) {
	case 401:
	case 403:
		return ERR_DENIED;
	case 404:
		return ERR_ABSENT;
	case 409:
		return ERR_CONFLICT;
	case 429:
	case 503:
		return ERR_LATER;
	default:
		return status < 500 ? ERR_INPUT : ERR_INTERNAL;
	}
}

/* Keeps a document for as long as the client lives. */
static bool document(struct client *client, struct bytes body, const struct json_value **out, struct err *err)
{
	struct json_doc *doc;

	if (client->doc_count == client->doc_room) {
		client->doc_room = client->doc_room ? 2 * client->doc_room : 8;
		client->docs = memory_grow(client->docs, client->doc_room * sizeof *client->docs);
	}
	if (!json_doc_read(str_from(body), &doc, err))
		return err_wrap(err, "the server's answer");
	client->docs[client->doc_count++] = doc;
	*out = json_doc_root(doc);
	return true;
}

static bool problem(struct client *client, const struct client_answer *answer, struct err *err)
{
	const struct json_value *root = NULL;
	struct str detail, code, hint;

	if (!str_is(answer->type, "application/problem+json") || !document(client, answer->body, &root, NULL))
		return err_set(err, kind_of(answer->status), "the server answered with status %u", answer->status);
	detail = json_in_str(json_in_get(root, "detail"), STR("no reason given"));
	code = json_in_str(json_in_get(root, "code"), STR(""));
	hint = json_in_str(json_in_get(root, "hint"), STR(""));
	err_set(err, kind_of(answer->status), "%.*s", STR_ARG(detail));
	if (answer->status == 401)
		hint = STR("log in with `keepvalid login --server URL --name NAME --password-file FILE`");
	return hint.len ? err_fix(err, code.data, "%.*s", STR_ARG(hint)) : false;
}

bool client_download(struct client *client, struct arena *arena, const char *path, FILE *to, struct err *err)
{
	struct client_answer answer;

	if (!ask_to(client, arena, "GET", path, (struct bytes){NULL, 0}, to, &answer, err))
		return false;
	return answer.status == 200 || problem(client, &answer, err);
}

bool client_get(struct client *client, struct arena *arena, const char *path, const struct json_value **out,
		struct err *err)
{
	struct client_answer answer;

	if (!client_ask(client, arena, "GET", path, (struct bytes){NULL, 0}, &answer, err))
		return false;
	if (answer.status >= 400)
		return problem(client, &answer, err);
	return document(client, answer.body, out, err);
}

bool client_post(struct client *client, struct arena *arena, const char *path, struct bytes body,
		 const struct json_value **out, struct err *err)
{
	struct client_answer answer;

	if (!client_ask(client, arena, "POST", path, body, &answer, err))
		return false;
	if (answer.status >= 400)
		return problem(client, &answer, err);
	return document(client, answer.body, out, err);
}

bool client_change(struct client *client, struct arena *arena, const char *method, const char *path, struct bytes body,
		   const struct json_value **out, struct err *err)
{
	struct client_answer answer;

	*out = NULL;
	if (!client_ask(client, arena, method, path, body, &answer, err))
		return false;
	if (answer.status >= 400)
		return problem(client, &answer, err);
	return answer.body.len == 0 || document(client, answer.body, out, err);
}

struct str client_path(struct arena *arena, struct str path, const char *name, struct str value)
{
	CLEANUP(buf_done) struct buf out = buf_capped(65536);

	buf_add_str(&out, path);
	buf_addf(&out, "%c%s=", str_find_char(path, '?') == SIZE_MAX ? '?' : '&', name);
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];

		if (ascii_is_alpha(c) || ascii_is_digit(c) || (c && strchr("-._~", c)))
			buf_add_char(&out, c);
		else
			buf_addf(&out, "%%%02X", (unsigned char)c);
	}
	return arena_str(arena, buf_str(&out));
}

bool client_page(struct client *client, const char *path, struct json_doc **doc, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct client_answer answer;

	if (!client_ask(client, arena, "GET", path, (struct bytes){NULL, 0}, &answer, err))
		return false;
	if (answer.status >= 400)
		return problem(client, &answer, err);
	return json_doc_read(str_from(answer.body), doc, err) || err_wrap(err, "the server's answer");
}

bool client_walk(struct client *client, struct arena *arena, const char *path, uint64_t most,
		 bool (*each)(void *data, const struct json_value *item), void *data, struct err *err)
{
	struct str cursor = {NULL, 0};
	uint64_t seen = 0;

	do {
		uint64_t want = most && most - seen < 1000 ? most - seen : 1000;
		struct str page = client_path(arena, str_of(path), "limit", arena_format(arena, "%llu", (unsigned long long)want));
		CLEANUP(json_doc_done) struct json_doc *doc = NULL; /* gone with its page: millions take the memory of a thousand */
		const struct json_value *root, *items;

		if (cursor.data)
			page = client_path(arena, page, "cursor", cursor);
		if (!client_page(client, page.data, &doc, err))
			return false;
		root = json_doc_root(doc);
		items = json_in_get(root, "items");
		for (size_t i = 0; i < json_in_count(items); i++)
			if (!each(data, json_in_at(items, i)))
				return true;
		seen += json_in_count(items);
		cursor = json_in_str(json_in_get(root, "next_cursor"), (struct str){NULL, 0});
		cursor = cursor.data ? arena_str(arena, cursor) : cursor;
	} while (cursor.data && (most == 0 || seen < most));
	return true;
}

int client_fail(const struct command_call *call, const struct err *err)
{
	int code = command_fail(call, err);

	if (err->kind == ERR_ABSENT)
		return CLI_NOTHING;
	return err->kind == ERR_INPUT ? CLI_USAGE : code;
}

struct str client_words(struct arena *arena, const struct command_call *call)
{
	CLEANUP(buf_done) struct buf words = buf_capped(65536);

	for (int i = 0; i < call->arg_count; i++)
		buf_addf(&words, "%s%s", i ? " " : "", call->args[i]);
	return words.len ? arena_str(arena, buf_str(&words)) : STR("");
}

static bool is_sha256(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_is_digit(text.data[i]) && (ascii_lower(text.data[i]) < 'a' || ascii_lower(text.data[i]) > 'f'))
			return false;
	return text.len == 64;
}

/* Several fit: the one whose name is just that, when there is one; else they are named, so that one can choose. */
static bool choose(struct arena *arena, const struct json_value *items, struct str selector, struct str *sha256,
		   struct err *err)
{
	CLEANUP(buf_done) struct buf names = buf_capped(400);
	size_t named = 0;

	for (size_t i = 0; i < json_in_count(items); i++) {
		const struct json_value *item = json_in_at(items, i);
		struct str name = json_in_str(json_in_get(item, "name"), STR(""));

		if (str_equal_nocase(name, selector) && named++ == 0)
			*sha256 = arena_str(arena, json_in_str(json_in_get(item, "sha256"), STR("")));
		buf_addf(&names, "%s%.*s (sha256:%.12s)", i ? ", " : "", STR_ARG(str_head(name, 60)),
			 json_in_str(json_in_get(item, "sha256"), STR("")).data);
	}
	if (named == 1)
		return true;
	err_set(err, ERR_INPUT, "\"%.*s\" fits several: %s", STR_ARG(selector), names.data);
	return err_fix(err, "many-fit", "name one by sha256:… or say more");
}

bool client_select(struct client *client, struct arena *arena, struct str selector, struct str *sha256,
		   struct err *err)
{
	struct str path = client_path(arena, STR("/api/v1/certificates?limit=6&sort=-not_after"), "q", selector);
	const struct json_value *root, *items;

	if (is_sha256(selector)) {
		*sha256 = selector;
		return true;
	}
	if (!client_get(client, arena, path.data, &root, err))
		return false;
	items = json_in_get(root, "items");
	if (json_in_count(items) == 0) {
		err_set(err, ERR_ABSENT, "no certificate fits \"%.*s\"", STR_ARG(selector));
		return err_fix(err, "nothing-fits", "see `keepvalid list`");
	}
	if (json_in_count(items) > 1)
		return choose(arena, items, selector, sha256, err);
	*sha256 = arena_str(arena, json_in_str(json_in_get(json_in_at(items, 0), "sha256"), STR("")));
	return true;
}
