/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * http - asking an HTTP server, one question at a time.
 *
 * Over TCP, TLS or a unix socket; no redirects, no proxies, no netrc; the answer is bounded. Blocks its thread. Certificates
 * are verified against the system's roots. After RFC 9110.
 */

#include <stdio.h>

#include "base/err.h"

struct arena;
struct http_client;

struct http_client *http_client_new(void);
void http_client_free(struct http_client *client); /* NULL is fine; closes kept connections */

struct http_ask {
	const char *method;    /* "GET" */
	const char *url;       /* http:// or https:// */
	const char *unix_path; /* connect there instead of to the host of the URL; NULL: do not */
	const char *const *headers; /* "Name: value"; ends with NULL; may be NULL */
	struct bytes body;     /* NULL data: none */
	uint32_t timeout_ms;   /* of the whole; with `to`: without anything coming */
	size_t most_bytes;     /* of the answer's body */
	FILE *to;              /* where the body of a 200 goes, of any size; NULL: into the answer */
};

struct http_answer {
	unsigned status;
	struct str type; /* without parameters, lower case; NULL data: none */
	struct str cookie; /* the first Set-Cookie; NULL data: none */
	struct bytes body;
};

/*
 * An answer of any status is an answer. out lives in arena.
 * err  ERR_UNREACHED, ERR_TIMEOUT, ERR_PROTOCOL (also for too long an answer, or a certificate that is not trusted)
 */
MUST_CHECK bool http_client_ask(struct http_client *client, struct arena *arena, const struct http_ask *ask,
				struct http_answer *out, struct err *err);
