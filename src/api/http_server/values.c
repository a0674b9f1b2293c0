/* SPDX-License-Identifier: Apache-2.0 */

/* What a handler asks of a request, and adds to a response. */

#include "api/http_server.h"

#include <assert.h>

struct str http_header(const struct http_request *request, const char *name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (str_equal_nocase(request->headers[i].name, str_of(name)))
			return request->headers[i].value;
	return (struct str){NULL, 0};
}

struct str http_query(const struct http_request *request, const char *name)
{
	for (size_t i = 0; i < request->query_count; i++)
		if (str_is(request->query[i].name, name))
			return request->query[i].value;
	return (struct str){NULL, 0};
}

struct str http_cookie(const struct http_request *request, const char *name)
{
	struct str rest = http_header(request, "Cookie"), one;

	while (str_split(&rest, ';', &one)) {
		size_t equals = str_find_char(one, '=');

		if (equals != SIZE_MAX && str_is(str_trim(str_head(one, equals)), name))
			return str_trim(str_skip(one, equals + 1));
	}
	return (struct str){NULL, 0};
}

void http_response_header(struct http_response *response, const char *name, struct str value)
{
	assert(response->header_count < HTTP_RESPONSE_HEADERS);
	response->headers[response->header_count++] = (struct http_pair){str_of(name), value};
}
