/* SPDX-License-Identifier: Apache-2.0 */

/* The guard: one function for one rule, in a list. */

#include "api/http_server/guard.h"

#include <string.h>

#include "base/limits.h"

static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_is_alpha(s.data[i]) && !ascii_is_digit(s.data[i]) &&
		    (s.data[i] == 0 || !strchr("!#$%&'*+-.^_`|~", s.data[i])))
			return false;
	return s.len > 0;
}

/* field-value of RFC 9110 section 5.5: no control characters but the tab. */
static bool is_field_value(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (((unsigned char)s.data[i] < 0x20 && s.data[i] != '\t') || s.data[i] == 0x7f)
			return false;
	return true;
}

static bool is_target(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.data[i] <= 0x20 || (unsigned char)s.data[i] >= 0x7f || s.data[i] == '#')
			return false;
	return s.len > 0 && s.data[0] == '/';
}

static size_t count_of(const struct guard_head *head, const char *name, struct str *value)
{
	size_t count = 0;

	for (size_t i = 0; i < head->header_count; i++)
		if (str_equal_nocase(head->headers[i].name, str_of(name)) && count++ == 0)
			*value = head->headers[i].value;
	return count;
}

/* after RFC 9112 section 6.3: a length that two parsers could read differently. */
static const char *length_check(const struct guard_head *head, unsigned *status)
{
	struct str length = {NULL, 0}, coding = {NULL, 0};
	size_t lengths = count_of(head, "Content-Length", &length);
	size_t codings = count_of(head, "Transfer-Encoding", &coding);
	uint64_t bytes = 0;

	if (lengths > 1 || codings > 1)
		return "more than one Content-Length or Transfer-Encoding";
	if (lengths && codings)
		return "both Content-Length and Transfer-Encoding";
	if (lengths && (length.len > 18 || !str_to_u64(length, UINT64_MAX, &bytes)))
		return "Content-Length is not a number of at most 18 digits";
	if (codings && !str_equal_nocase(coding, STR("chunked")))
		return "Transfer-Encoding is not chunked";
	if (codings && str_is(head->version, "HTTP/1.0"))
		return "Transfer-Encoding in HTTP/1.0";
	if ((bytes > 0 || codings) && (str_is(head->method, "GET") || str_is(head->method, "HEAD")))
		return "a body with GET or HEAD";
	if (bytes > LIMIT_REQUEST_BODY_BYTES) {
		*status = 413;
		return "the body is too large";
	}
	return NULL;
}

const char *guard_head_check(const struct guard_head *head, unsigned *status)
{
	struct str host = {NULL, 0};
	size_t hosts;

	*status = 505;
	if (!str_is(head->version, "HTTP/1.1") && !str_is(head->version, "HTTP/1.0"))
		return "the version is neither HTTP/1.1 nor HTTP/1.0";
	*status = 400;
	if (!is_token(head->method))
		return "the method is not a token";
	if (!is_target(head->target))
		return "the request target is not a path";
	for (size_t i = 0; i < head->header_count; i++) {
		if (!is_token(head->headers[i].name))
			return "a header name is not a token";
		if (!is_field_value(head->headers[i].value))
			return "a control character in a header value";
	}
	hosts = count_of(head, "Host", &host);
	if (hosts > 1)
		return "more than one Host";
	if (hosts == 0 && str_is(head->version, "HTTP/1.1"))
		return "no Host";
	return length_check(head, status);
}

/* Cuts ":port" off; false when what follows is no port. */
static bool without_port(struct str *host)
{
	size_t end = host->len > 0 && host->data[0] == '[' ? str_find_char(*host, ']') : 0;
	size_t colon;
	uint64_t port;

	if (end == SIZE_MAX)
		return false;
	colon = str_find_char(str_skip(*host, end), ':');
	if (colon == SIZE_MAX)
		return end == 0 || end == host->len - 1;
	colon += end;
	if (end > 0 && colon != end + 1)
		return false;
	if (!str_to_u64(str_skip(*host, colon + 1), 65535, &port))
		return false;
	host->len = colon;
	return true;
}

bool guard_host_is_ours(struct str value, const struct str *hosts, size_t host_count)
{
	static const struct str loopback[] = {STR_INIT("localhost"), STR_INIT("127.0.0.1"), STR_INIT("[::1]")};

	if (!without_port(&value) || value.len == 0)
		return false;
	for (size_t i = 0; i < COUNT_OF(loopback); i++)
		if (str_equal_nocase(value, loopback[i]))
			return true;
	for (size_t i = 0; i < host_count; i++)
		if (str_equal_nocase(value, hosts[i]))
			return true;
	return false;
}
