/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* inside - what the files of this room share. */

#include <microhttpd.h>
#include <pthread.h>

#include "api/http_server.h"

struct exchange;
struct hub;

/* One listening socket with its thread; they share workers and hub. */
struct listener {
	struct http_server *server;
	struct MHD_Daemon *daemon;
	bool local;
};

struct workers {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct exchange *first, *last;
	size_t waiting;
	bool closing;
	pthread_t *threads;
	unsigned count, started;
};

struct http_server {
	struct http_options options;
	struct str *hosts; /* own copies */
	struct arena *arena;
	struct listener tcp, local;
	char unix_path[512];
	uint16_t port;
	struct workers workers;
	struct hub *hub;
	_Atomic uint64_t requests, refused;
};

enum exchange_state { EXCHANGE_READING, EXCHANGE_REFUSED, EXCHANGE_WORKING, EXCHANGE_ANSWERED };

/* One request and its answer. */
struct exchange {
	struct listener *listener;
	struct MHD_Connection *connection;
	struct arena *arena;
	enum exchange_state state;
	bool head; /* HEAD rather than GET */
	struct str version;
	struct buf body;
	size_t body_seen;
	struct http_request request;
	struct http_response response;
	struct exchange *next; /* in the queue */
};

/* exchange.c */
enum MHD_Result exchange_handle(void *listener, struct MHD_Connection *connection, const char *url,
				const char *method, const char *version, const char *upload,
				size_t *upload_len, void **exchange);
void exchange_end(void *listener, struct MHD_Connection *connection, void **exchange,
		  enum MHD_RequestTerminationCode code);
void exchange_work(struct exchange *exchange, unsigned worker); /* on a worker: calls the handler */

/* answer.c */
enum MHD_Result answer_send(struct exchange *exchange);
enum MHD_Result answer_problem(struct MHD_Connection *connection, unsigned status, const char *code,
			       const char *detail, bool close);

/* workers.c */
void workers_start(struct http_server *server, unsigned count);
bool workers_give(struct workers *workers, struct exchange *exchange); /* suspends; false: too busy, or closing */
void workers_stop(struct workers *workers);
size_t workers_waiting(struct workers *workers);

/* events.c */
struct hub *hub_new(void);
void hub_free(struct hub *hub);
void hub_publish(struct hub *hub, const char *event, struct str data);
void hub_end_tag(struct hub *hub, const uint8_t *tag);
void hub_close(struct hub *hub); /* ends all streams and waits for them */
size_t hub_count(struct hub *hub);
/* A response that streams; NULL when there are too many streams or the hub closes. */
struct MHD_Response *hub_stream(struct hub *hub, struct MHD_Connection *connection,
				const struct http_response *response);

/* listen.c */
MUST_CHECK bool listen_tcp(const char *address, uint16_t port, int *fd, uint16_t *port_out, struct err *err);
MUST_CHECK bool listen_unix(const char *path, int *fd, struct err *err);
