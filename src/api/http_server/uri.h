/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * uri - path and query of a request target, percent-decoded once and strictly.
 *
 * A bad escape, a NUL, bytes that are not UTF-8, and the segments "." and ".." are refused rather than mended: what
 * a proxy in front and we could read differently does not get in. A slash in an escape does not split.
 */

#include "api/http_server.h"

#define URI_SEGMENTS_MAX 16
#define URI_QUERY_MAX 64

/* Splits and decodes a path that starts with '/'. False when it is refused. */
MUST_CHECK bool uri_path_read(struct arena *arena, struct str path, const struct str **segments,
			      size_t *count);

/* Decodes one name or value of a query in which '+' is a space already. */
MUST_CHECK bool uri_text_read(struct arena *arena, struct str text, struct str *out);

/* The unreserved characters of RFC 3986 stay, all else becomes %XX. */
void uri_text_write(struct buf *to, struct str text);
