/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * http_server - HTTP/1.1 behind our own door.
 *
 * One thread moves bytes, a few workers run the handler, one call a request, so a handler may block on
 * the database. What could be read in two ways (RFC 9112 section 11) is refused before the handler sees it; so are
 * bodies over LIMIT_REQUEST_BODY_BYTES and hosts that are not ours (DNS rebinding). A handler answers
 * with a body, or with a stream of server-sent events, which holds no worker.
 */

#include "base/buf.h"
#include "base/err.h"

struct arena;
struct http_server;

struct http_pair {
	struct str name, value;
};

/* Views live as long as the call of the handler. */
struct http_request {
	struct arena *arena;
	struct str method;           /* "GET" for HEAD too */
	struct str path;             /* as sent, without the query */
	const struct str *segments;  /* of the path, percent-decoded; never "." or ".." */
	size_t segment_count;        /* "/" has none, "/a/b" two, "/a/" two: the last is empty */
	const struct http_pair *query; /* percent-decoded */
	size_t query_count;
	const struct http_pair *headers;
	size_t header_count;
	struct bytes body;
	struct str peer;  /* address of the client, or "unix" */
	bool local;       /* came over the unix socket; then peer_uid is by SO_PEERCRED */
	uint32_t peer_uid;
	bool secure;      /* over TLS */
};

/* Values, or NULL data. Header names in any case; of several, the first. */
struct str http_header(const struct http_request *request, const char *name);
struct str http_query(const struct http_request *request, const char *name);
struct str http_cookie(const struct http_request *request, const char *name);

#define HTTP_RESPONSE_HEADERS 12
#define HTTP_TAG_BYTES 32

/* Filled by the handler; strings live in the request's arena or longer. Security headers are added. */
struct http_response {
	unsigned status;    /* 0, as it comes, ends as 500 */
	struct str type;    /* Content-Type; NULL data: none */
	struct buf body;    /* freed by the server */
	struct bytes fixed; /* instead of body: bytes that live as long as the server */
	int file;           /* instead of body, above 0: a descriptor, read from its start; closed by the server */
	uint64_t file_bytes;
	struct str etag;    /* with its quotes; If-None-Match is then answered by the server */
	bool keep;          /* may be cached for ever: its name changes with its content */
	struct http_pair headers[HTTP_RESPONSE_HEADERS];
	size_t header_count;

	struct {
		bool wanted; /* instead of a body: the stream of events */
		uint64_t after; /* Last-Event-ID; 0: from now on */
		int64_t until;  /* seconds since 1970 when the stream ends; 0: never */
		uint8_t tag[HTTP_TAG_BYTES]; /* http_server_end_streams finds it by this */
	} stream;
};

/* "Not Found" */
const char *http_status_title(unsigned status);

void http_response_header(struct http_response *response, const char *name, struct str value);

/* Called on worker `worker` (from 0), so that it can keep a database handle for each. */
typedef void (*http_handle_fn)(void *data, unsigned worker, const struct http_request *request,
			       struct http_response *response);

struct http_options {
	const char *address;   /* an IPv4 or IPv6 address; NULL: no TCP */
	uint16_t port;         /* 0: any free one */
	const char *unix_path; /* NULL: no unix socket; it is made with mode 0600 */
	const struct str *hosts; /* names that Host may carry besides the loopback ones and `address` */
	size_t host_count;
	unsigned workers; /* 0: 4 */
	http_handle_fn handle;
	void *data;
};

/*
 * Listens and serves on threads of its own.
 *
 * err  ERR_CONFLICT (the port is taken), ERR_DENIED, ERR_INPUT (address or path), ERR_INTERNAL
 */
MUST_CHECK bool http_server_start(const struct http_options *options, struct http_server **out,
				  struct err *err);

/* Finishes the requests in hand, ends all streams, closes. NULL is fine. */
void http_server_stop(struct http_server *server);

uint16_t http_server_port(const struct http_server *server);

/* An event for all streams, from any thread. data is one line of JSON. */
void http_server_publish(struct http_server *server, const char *event, struct str data);

/* Ends the streams with that tag: their session is over. */
void http_server_end_streams(struct http_server *server, const uint8_t tag[HTTP_TAG_BYTES]);

struct http_stats {
	uint64_t requests, refused; /* refused: by the guard, the host check or a limit */
	uint64_t streams, waiting;  /* now */
};
struct http_stats http_server_stats(struct http_server *server);
