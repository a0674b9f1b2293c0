/* SPDX-License-Identifier: Apache-2.0 */

/* The easy handle of one call: what libcurl may and may not do, and what it took. */

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "wire/egress/inside.h"

/* Answering less than it was given makes libcurl stop. */
static size_t take_body(char *data, size_t one, size_t count, void *to)
{
	struct buf *body = to;

	buf_add(body, data, one * count);
	return buf_ok(body) ? one * count : 0;
}

static size_t take_header(char *data, size_t one, size_t count, void *to)
{
	struct egress_call *call = to;
	struct str line = {data, one * count}, name = STR("Location:");

	buf_add_str(&call->header, line); /* for its cap: libcurl bounds one line, not all of them */
	if (str_starts(line, STR("HTTP/")))
		buf_clear(&call->location);
	if (str_starts_nocase(line, name) && call->location.len == 0)
		buf_add_str(&call->location, str_trim(str_skip(line, name.len)));
	return buf_ok(&call->header) ? one * count : 0;
}

static bool address_of(const struct curl_sockaddr *to, struct dns_address *out)
{
	union {
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} at;

	memset(out, 0, sizeof *out);
	memset(&at, 0, sizeof at);
	if (to->addrlen > sizeof at)
		return false;
	memcpy(&at, &to->addr, to->addrlen);
	if (to->family == AF_INET) {
		out->len = 4;
		memcpy(out->bytes, &at.v4.sin_addr, 4);
	} else if (to->family == AF_INET6) {
		out->len = 16;
		memcpy(out->bytes, &at.v6.sin6_addr, 16);
	}
	return out->len != 0;
}

/* The last gate: whatever libcurl believes the name to be, only a checked address gets a socket. */
static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct egress_call *call = data;
	struct dns_address address;

	if (purpose != CURLSOCKTYPE_IPCXN || !address_of(to, &address))
		return CURL_SOCKET_BAD;
	for (size_t i = 0; i < call->address_count; i++)
		if (call->addresses[i].len == address.len &&
		    memcmp(call->addresses[i].bytes, address.bytes, address.len) == 0)
			return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
	return CURL_SOCKET_BAD;
}

/* "name:port:address,[address]" */
static bool set_addresses(struct egress_call *call)
{
	CLEANUP(buf_done) struct buf line = buf_capped(4096);
	char *port = NULL;

	if (curl_url_get(call->url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
		return false;
	buf_addf(&line, "%s:%s:", call->host, port);
	curl_free(port);
	for (size_t i = 0; i < call->address_count; i++) {
		char text[EGRESS_ADDRESS_TEXT];

		egress_address_write(&call->addresses[i], text);
		buf_addf(&line, call->addresses[i].len == 16 ? "%s[%s]" : "%s%s", i ? "," : "", text);
	}
	call->resolve = buf_ok(&line) ? curl_slist_append(NULL, line.data) : NULL;
	return call->resolve != NULL;
}

static void set_walls(CURL *curl)
{
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "Keepvalid");
}

static void set_question(struct egress_call *call)
{
	CURL *curl = call->easy;

	curl_easy_setopt(curl, CURLOPT_CURLU, call->url);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
	if (strcmp(call->method, "HEAD") == 0)
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, call->headers);
	curl_easy_setopt(curl, CURLOPT_RESOLVE, call->resolve);
	if (call->sent.data) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->sent.len);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->sent.data);
	}
}

static void set_hooks(struct egress_call *call)
{
	CURL *curl = call->easy;

	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, call->why);
	curl_easy_setopt(curl, CURLOPT_PRIVATE, (char *)call);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &call->body);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, call);
}

bool egress_transfer_open(struct egress_call *call, int64_t left_ms, struct err *err)
{
	struct bytes roots = call->egress->roots_pem;

	call->easy = curl_easy_init();
	if (!call->easy || !set_addresses(call))
		return err_set(err, ERR_INTERNAL, "%s: no transfer could be made", call->host);
	set_walls(call->easy);
	set_question(call);
	set_hooks(call);
	curl_easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, (long)left_ms);
	curl_easy_setopt(call->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(left_ms < 10000 ? left_ms : 10000));
	if (roots.data) {
		struct curl_blob blob = {(void *)(uintptr_t)roots.data, roots.len, CURL_BLOB_NOCOPY};

		curl_easy_setopt(call->easy, CURLOPT_CAINFO_BLOB, &blob);
		curl_easy_setopt(call->easy, CURLOPT_CAPATH, NULL);
	}
	return true;
}

void egress_transfer_close(struct egress_call *call)
{
	curl_easy_cleanup(call->easy);
	curl_slist_free_all(call->resolve);
	call->easy = NULL;
	call->resolve = NULL;
}

void egress_transfer_error(struct egress_call *call, CURLcode code, struct err *err)
{
	enum err_kind kind = ERR_PROTOCOL;
	const char *why = call->why[0] ? call->why : curl_easy_strerror(code);

	if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_SEND_ERROR)
		kind = ERR_UNREACHED;
	else if (code == CURLE_OPERATION_TIMEDOUT)
		kind = ERR_TIMEOUT;
	err_set(err, kind, "%s: %s", call->host, why);
	if (code == CURLE_WRITE_ERROR) {
		err_set(err, kind, "%s: the answer is longer than it may be", call->host);
		err_fix(err, "egress-too-long", "see what it answers there; keepvalid help limits has the bounds");
	}
}

void egress_transfer_answer(struct egress_call *call, struct egress_answer *out, struct buf *type)
{
	curl_off_t after = -1;
	char *text = NULL;
	long status = 0;
	struct str head, rest;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &after);
	curl_easy_getinfo(call->easy, CURLINFO_CONTENT_TYPE, &text);
	*out = (struct egress_answer){.status = (unsigned)status, .retry_after_s = after > 0 ? after : -1};
	rest = str_of(text);
	if (text && str_split(&rest, ';', &head)) {
		head = str_trim(head);
		for (size_t i = 0; i < head.len; i++)
			buf_add_char(type, ascii_lower(head.data[i]));
		out->type = buf_str(type);
	}
	if (call->location.len)
		out->location = buf_str(&call->location);
	out->body = buf_bytes(&call->body);
}
