/* SPDX-License-Identifier: Apache-2.0 */

/* ETag and If-Match of single objects: who changes one says which state of it he has seen. After RFC 9110 section 13.1.1. */

#include "api/routes/route.h"

#include "base/arena.h"

static struct str tag_of(struct call *call, int64_t version)
{
	return arena_format(call->arena, "\"v%lld\"", (long long)version);
}

void version_write(struct call *call, int64_t version)
{
	call->response->etag = tag_of(call, version);
}

bool version_check(struct call *call, int64_t version, struct err *err)
{
	struct str tags = http_header(call->request, "If-Match"), one;

	if (!tags.data) {
		call->error_status = 428;
		err_set(err, ERR_INPUT, "If-Match is missing");
		return err_fix(err, "if-match", "send the ETag of GET, so that nobody's change is overwritten");
	}
	while (str_split(&tags, ',', &one))
		if (str_is(str_trim(one), "*") || str_equal(str_trim(one), tag_of(call, version)))
			return true;
	call->error_status = 412;
	err_set(err, ERR_CONFLICT, "it was changed meanwhile");
	return err_fix(err, "changed", "read it again, and send its new ETag");
}

void version_header(struct call *call, int64_t version)
{
	http_response_header(call->response, "ETag", tag_of(call, version));
}
