/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * routes - the API and the console: what can be asked, by whom, and how it is answered.
 *
 * A route is a row of the table in routes/table.c: method, path, permission, loader, handler, words and schemas.
 * From the same rows comes /api/openapi.json. Nothing is allowed that no row allows.
 */

#include "base/err.h"

struct api;
struct events;
struct runner;
struct store;

/* Who may read /metrics: whoever asks from a loopback address, or only who has a session; or nobody. */
enum api_metrics { API_METRICS_LOOPBACK, API_METRICS_SESSION, API_METRICS_OFF };

struct api_options {
	struct store *store;     /* outlives the api */
	struct events *events;   /* may be NULL: no live events */
	struct runner *runner;   /* may be NULL: scans wait for the next start */
	const char *address;     /* of the console and the API; NULL: no TCP */
	uint16_t port;           /* 0: any free one */
	const char *folder;      /* for files that come and go; NULL: they stay in memory */
	const char *unix_path;   /* of the command line's socket; NULL: none */
	const struct str *hosts; /* more names that Host may carry */
	size_t host_count;
	bool (*ready)(void *data); /* whether the engine is whole (/readyz); NULL: yes */
	void *ready_data;
	enum api_metrics metrics;
};

/* Serves on threads of its own. err as http_server_start, and the store's. */
MUST_CHECK bool api_start(const struct api_options *options, struct api **out, struct err *err);
/* Finishes what is in hand. NULL is fine. */
void api_stop(struct api *api);

uint16_t api_port(const struct api *api);

/*
 * The address for the browser: with a fresh setup token while there is no user, which is shown once and is good for an
 * hour; *needed is then true. Else the plain one.
 */
MUST_CHECK bool api_setup_url(struct api *api, char *to, size_t room, bool *needed, struct err *err);

/* The OpenAPI 3.1 document, into a buf of enough cap. */
struct buf;
void api_openapi_write(struct buf *to);
