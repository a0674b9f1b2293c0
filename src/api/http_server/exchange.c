/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One request from its head to its answer. libmicrohttpd calls exchange_handle at least three times: with the head (we
 * guard it), with pieces of the body (we keep them, up to the limit), and when all is there (a worker
 * gets it while the connection is suspended); once more after the worker has resumed it (we send).
 */

#include "api/http_server/inside.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/http_server/guard.h"
#include "api/http_server/uri.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/secret.h"

struct gather {
	struct exchange *exchange;
	struct http_pair *pairs;
	size_t count, room;
	bool wrong;
};

static struct str copy_of(struct exchange *exchange, const char *data, size_t len)
{
	return data ? arena_str(exchange->arena, (struct str){data, len}) : STR("");
}

static struct http_pair *gather_place(struct gather *gather)
{
	if (gather->count == gather->room) {
		gather->wrong = true;
		return NULL;
	}
	return &gather->pairs[gather->count++];
}

static enum MHD_Result gather_header(void *data, enum MHD_ValueKind kind, const char *key, size_t key_len,
				     const char *value, size_t value_len)
{
	struct gather *gather = data;
	struct http_pair *pair = gather_place(gather);

	if (!pair)
		return MHD_NO;
	pair->name = copy_of(gather->exchange, key, key_len);
	pair->value = copy_of(gather->exchange, value, value_len);
	return MHD_YES;
}

static enum MHD_Result gather_query(void *data, enum MHD_ValueKind kind, const char *key, size_t key_len,
				    const char *value, size_t value_len)
{
	struct gather *gather = data;
	struct http_pair *pair = gather_place(gather);

	if (!pair)
		return MHD_NO;
	if (!uri_text_read(gather->exchange->arena, (struct str){key, key_len}, &pair->name) ||
	    !uri_text_read(gather->exchange->arena, value ? (struct str){value, value_len} : STR(""), &pair->value))
		gather->wrong = true;
	return gather->wrong ? MHD_NO : MHD_YES;
}

static bool gather_all(struct exchange *exchange, enum MHD_ValueKind kind, MHD_KeyValueIteratorN each, size_t room,
		       const struct http_pair **pairs, size_t *count)
{
	struct gather gather = {exchange, ARENA_ARRAY(exchange->arena, struct http_pair, room), 0, room, false};

	MHD_get_connection_values_n(exchange->connection, kind, each, &gather);
	*pairs = gather.pairs;
	*count = gather.count;
	return !gather.wrong;
}

static void peer_read(struct exchange *exchange)
{
	const union MHD_ConnectionInfo *info;
	struct http_request *request = &exchange->request;
	char text[INET6_ADDRSTRLEN] = "";

	if (exchange->listener->local) {
		struct ucred peer = {0};
		socklen_t len = sizeof peer;

		info = MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		request->local = info && getsockopt(info->connect_fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0;
		request->peer_uid = request->local ? peer.uid : UINT32_MAX;
		request->peer = STR("unix");
		return;
	}
	info = MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (info && info->client_addr->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)info->client_addr)->sin_addr, text,
			  sizeof text);
	else if (info && info->client_addr->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)info->client_addr)->sin6_addr, text,
			  sizeof text);
	request->peer = arena_str(exchange->arena, str_of(text));
}

/* Reads and judges the head. NULL, or the complaint with its status. */
static const char *head_read(struct exchange *exchange, const char *url, const char *method, unsigned *status)
{
	struct http_request *request = &exchange->request;
	const struct http_options *options = &exchange->listener->server->options;
	struct guard_head head;
	const char *complaint;

	*status = 431;
	if (!gather_all(exchange, MHD_HEADER_KIND, gather_header, LIMIT_REQUEST_HEADERS, &request->headers,
			&request->header_count))
		return "too many headers";
	request->path = arena_str(exchange->arena, str_of(url));
	head = (struct guard_head){arena_str(exchange->arena, str_of(method)), request->path, exchange->version,
				   request->headers, request->header_count};
	complaint = guard_head_check(&head, status);
	if (complaint)
		return complaint;
	*status = 400;
	exchange->head = str_is(head.method, "HEAD");
	request->method = exchange->head ? STR("GET") : head.method;
	if (!uri_path_read(exchange->arena, request->path, &request->segments, &request->segment_count))
		return "the path has a bad escape, a dot segment or too many segments";
	if (!gather_all(exchange, MHD_GET_ARGUMENT_KIND, gather_query, URI_QUERY_MAX, &request->query,
			&request->query_count))
		return "the query has a bad escape or too many parameters";
	*status = 421;
	if (!guard_host_is_ours(http_header(request, "Host"), options->hosts, options->host_count))
		return "Host is not a name of this server";
	peer_read(exchange);
	return NULL;
}

/* clang-format off */
static const struct { unsigned status; const char *code; } refusals[] = {
	{400, "request-malformed"}, {413, "body-too-large"}, {421, "host-unknown"},
	{431, "header-too-large"},  {505, "version-unknown"},
};
/* clang-format on */

static const char *refusal_code(unsigned status)
{
	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		if (refusals[i].status == status)
			return refusals[i].code;
	return "request-refused";
}

static enum MHD_Result refuse(struct exchange *exchange, unsigned status, const char *why)
{
	exchange->state = EXCHANGE_REFUSED;
	exchange->listener->server->refused++;
	return answer_problem(exchange->connection, status, refusal_code(status), why, true);
}

static enum MHD_Result start(struct listener *listener, struct MHD_Connection *connection, const char *url,
			     const char *method, const char *version, void **out)
{
	struct exchange *exchange = NEW(struct exchange);
	const char *complaint;
	unsigned status;

	*out = exchange;
	exchange->listener = listener;
	exchange->connection = connection;
	exchange->arena = arena_new();
	exchange->body = buf_capped(LIMIT_REQUEST_BODY_BYTES);
	exchange->response.body = buf_capped(LIMIT_RESPONSE_BODY_BYTES);
	exchange->version = arena_str(exchange->arena, str_of(version));
	exchange->request.arena = exchange->arena;
	listener->server->requests++;
	complaint = head_read(exchange, url, method, &status);
	if (complaint)
		return refuse(exchange, status, complaint);
	return MHD_YES;
}

/* Over the limit, what comes is thrown away for a while, so that the answer can be read. */
static enum MHD_Result body_piece(struct exchange *exchange, const char *upload, size_t *len)
{
	exchange->body_seen += *len;
	if (exchange->body_seen > 2 * (size_t)LIMIT_REQUEST_BODY_BYTES)
		return MHD_NO;
	if (exchange->state == EXCHANGE_READING)
		buf_add(&exchange->body, upload, *len);
	*len = 0;
	return MHD_YES;
}

static enum MHD_Result body_whole(struct exchange *exchange)
{
	if (!buf_ok(&exchange->body))
		return refuse(exchange, 413, "the body is too large");
	exchange->request.body = buf_bytes(&exchange->body);
	exchange->state = EXCHANGE_WORKING;
	if (workers_give(&exchange->listener->server->workers, exchange))
		return MHD_YES;
	exchange->state = EXCHANGE_REFUSED;
	exchange->listener->server->refused++;
	return answer_problem(exchange->connection, 503, "busy", "too many requests wait; try again", true);
}

enum MHD_Result exchange_handle(void *data, struct MHD_Connection *connection, const char *url, const char *method,
				const char *version, const char *upload, size_t *upload_len, void **state)
{
	struct exchange *exchange = *state;

	if (!exchange)
		return start(data, connection, url, method, version, state);
	if (*upload_len > 0)
		return body_piece(exchange, upload, upload_len);
	switch (exchange->state) {
	case EXCHANGE_READING:
		return body_whole(exchange);
	case EXCHANGE_ANSWERED:
		return answer_send(exchange);
	default:
		return MHD_YES;
	}
}

void exchange_end(void *data, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *state;

	if (!exchange)
		return;
	*state = NULL;
	if (exchange->body.data)
		secret_wipe(exchange->body.data, exchange->body.len); /* it may have held a password */
	buf_done(&exchange->body);
	buf_done(&exchange->response.body);
	if (exchange->response.file > 0)
		close(exchange->response.file);
	arena_free(exchange->arena);
	free(exchange);
}

void exchange_work(struct exchange *exchange, unsigned worker)
{
	const struct http_options *options = &exchange->listener->server->options;

	options->handle(options->data, worker, &exchange->request, &exchange->response);
	exchange->state = EXCHANGE_ANSWERED;
}
