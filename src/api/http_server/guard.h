/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * guard - what may not be read in two ways.
 *
 * libmicrohttpd forgives much that another parser in front of it would read otherwise; each such
 * difference is a way to smuggle a request. Pure: the head of a request in, a verdict out. After RFC 9110, RFC 9112.
 */

#include "api/http_server.h"

struct guard_head {
	struct str method, target, version;
	const struct http_pair *headers;
	size_t header_count;
};

/* NULL when it is fine, or the complaint; *status is then 400, 413, 421 or 505. */
const char *guard_head_check(const struct guard_head *head, unsigned *status);

/* Whether a Host value names one of us: loopback names always, else one of hosts. */
bool guard_host_is_ours(struct str value, const struct str *hosts, size_t host_count);
