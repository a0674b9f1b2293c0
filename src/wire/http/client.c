/* SPDX-License-Identifier: Apache-2.0 */

/* libcurl's easy interface; one handle is kept, so that a second question uses the same connection. */

#include "wire/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/memory.h"

struct http_client {
	CURL *curl;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void set_up(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct http_client *http_client_new(void)
{
	struct http_client *client = NEW(struct http_client);

	pthread_once(&once, set_up);
	client->curl = curl_easy_init();
	if (!client->curl)
		memory_exhausted(sizeof *client);
	return client;
}

void http_client_free(struct http_client *client)
{
	if (!client)
		return;
	curl_easy_cleanup(client->curl);
	free(client);
}

struct taken {
	CURL *curl;
	struct buf *body;
	FILE *to;
};

/* Answering less than it was given makes libcurl stop. */
static size_t take_body(char *data, size_t one, size_t count, void *into)
{
	struct taken *taken = into;
	long status = 0;

	curl_easy_getinfo(taken->curl, CURLINFO_RESPONSE_CODE, &status);
	if (taken->to && status == 200)
		return fwrite(data, one, count, taken->to);
	buf_add(taken->body, data, one * count);
	return buf_ok(taken->body) ? one * count : 0;
}

static size_t take_header(char *data, size_t one, size_t count, void *to)
{
	struct buf *cookie = to;
	struct str line = {data, one * count}, name = STR("Set-Cookie:");

	if (str_starts_nocase(line, name) && cookie->len == 0)
		buf_add_str(cookie, str_trim(str_skip(line, name.len)));
	return one * count;
}

static bool failed(const struct http_ask *ask, CURLcode code, const char *why, struct err *err)
{
	enum err_kind kind = ERR_PROTOCOL;

	if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST)
		kind = ERR_UNREACHED;
	else if (code == CURLE_OPERATION_TIMEDOUT)
		kind = ERR_TIMEOUT;
	err_set(err, kind, "%s: %s", ask->unix_path ? ask->unix_path : ask->url,
		code == CURLE_WRITE_ERROR ? ask->to ? "what came could not be written" : "the answer is too long" : why[0] ? why : curl_easy_strerror(code));
	return false;
}

static void set_options(CURL *curl, const struct http_ask *ask, struct curl_slist *headers)
{
	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, ask->url);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, ask->method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (ask->to) {
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)(ask->timeout_ms / 1000 + 1));
	} else {
		curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ask->timeout_ms);
	}
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)ask->timeout_ms);
	if (ask->unix_path)
		curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, ask->unix_path);
	if (ask->body.data) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.len);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, (const char *)ask->body.data);
	}
	if (strcmp(ask->method, "HEAD") == 0)
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
}

static struct str media_type(struct arena *arena, CURL *curl)
{
	char *type = NULL;
	struct str head, rest;

	curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	rest = str_of(type);
	if (!type || !str_split(&rest, ';', &head))
		return (struct str){NULL, 0};
	return arena_lower(arena, str_trim(head));
}

bool http_client_ask(struct http_client *client, struct arena *arena, const struct http_ask *ask,
		     struct http_answer *out, struct err *err)
{
	CLEANUP(buf_done) struct buf body = buf_capped(ask->most_bytes), cookie = buf_capped(4096);
	struct taken taken = {client->curl, &body, ask->to};
	struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
	char why[CURL_ERROR_SIZE] = "";
	long status = 0;
	CURLcode code;

	for (size_t i = 0; ask->headers && ask->headers[i]; i++)
		headers = curl_slist_append(headers, ask->headers[i]);
	set_options(client->curl, ask, headers);
	curl_easy_setopt(client->curl, CURLOPT_ERRORBUFFER, why);
	curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, &taken);
	curl_easy_setopt(client->curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(client->curl, CURLOPT_HEADERDATA, &cookie);
	code = curl_easy_perform(client->curl);
	curl_slist_free_all(headers);
	curl_easy_setopt(client->curl, CURLOPT_ERRORBUFFER, NULL);
	if (code != CURLE_OK)
		return failed(ask, code, why, err);
	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
	*out = (struct http_answer){.status = (unsigned)status, .type = media_type(arena, client->curl)};
	out->body = arena_bytes(arena, buf_bytes(&body));
	if (cookie.len > 0)
		out->cookie = arena_str(arena, buf_str(&cookie));
	return true;
}
