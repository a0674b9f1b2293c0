/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Requests that other sites make a browser send. A page elsewhere can neither add our header without a preflight that
 * we never answer, nor hide where it comes from. Unsafe methods need both to be right; the cookie is SameSite=Strict
 * besides. The unix socket is out of a browser's reach.
 */

#include "api/routes/route.h"

#include "base/arena.h"

static bool is_safe(struct str method)
{
	return str_is(method, "GET") || str_is(method, "HEAD") || str_is(method, "OPTIONS");
}

bool csrf_check(const struct http_request *request, struct err *err)
{
	struct str origin = http_header(request, "Origin"), site = http_header(request, "Sec-Fetch-Site");
	struct str own = arena_format(request->arena, "%s://%.*s", request->secure ? "https" : "http",
				      STR_ARG(http_header(request, "Host")));

	if (request->local || is_safe(request->method))
		return true;
	if (!str_is(http_header(request, "X-Keepvalid"), "1")) {
		err_set(err, ERR_DENIED, "the header X-Keepvalid: 1 is missing");
		return err_fix(err, "csrf", "send it with every request that changes something");
	}
	if ((origin.data && !str_equal_nocase(origin, own)) ||
	    (site.data && !str_is(site, "same-origin") && !str_is(site, "none"))) {
		err_set(err, ERR_DENIED, "the request comes from another site");
		return err_fix(err, "csrf", "open the console under the address that the server printed");
	}
	return true;
}
