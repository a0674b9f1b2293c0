/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Start and stop. libmicrohttpd ends the process when it is stopped with a suspended connection, so stopping
 * is: accept nothing new, let the workers finish, end the streams, and only then stop its threads.
 */

#include "api/http_server/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"

#define CONNECTION_MEMORY 32768
#define TIMEOUT_S 30

static void log_library(void *data, const char *format, va_list args) PRINTF(2, 0);
static void log_library(void *data, const char *format, va_list args)
{
	char text[256];

	vsnprintf(text, sizeof text, format, args);
	text[strcspn(text, "\n")] = 0;
	log_debug("http", F("text", (const char *)text));
}

/* Escapes are decoded by uri.c, once and strictly. */
static size_t no_unescape(void *data, struct MHD_Connection *connection, char *text)
{
	return strlen(text);
}

static bool listener_start(struct listener *listener, int fd, struct err *err)
{
	const struct MHD_OptionItem options[] = {
		{MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)log_library, NULL},
		{MHD_OPTION_LISTEN_SOCKET, fd, NULL},
		{MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)no_unescape, NULL},
		{MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)exchange_end, listener},
		{MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
		{MHD_OPTION_CONNECTION_LIMIT, LIMIT_CONNECTIONS, NULL},
		{MHD_OPTION_PER_IP_CONNECTION_LIMIT, listener->local ? 0 : LIMIT_CONNECTIONS_PER_ADDRESS, NULL},
		{MHD_OPTION_CONNECTION_TIMEOUT, TIMEOUT_S, NULL},
		{MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
		{MHD_OPTION_END, 0, NULL},
	};

	listener->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
						    MHD_USE_ERROR_LOG,
					    0, NULL, NULL, exchange_handle, listener, MHD_OPTION_ARRAY, options,
					    MHD_OPTION_END);
	if (listener->daemon)
		return true;
	close(fd);
	return err_set(err, ERR_INTERNAL, "start the HTTP server: libmicrohttpd refused");
}

static bool listeners_start(struct http_server *server, struct err *err)
{
	const struct http_options *options = &server->options;
	int fd;

	if (options->address && (!listen_tcp(options->address, options->port, &fd, &server->port, err) ||
				 !listener_start(&server->tcp, fd, err)))
		return false;
	if (options->unix_path &&
	    (!listen_unix(server->unix_path, &fd, err) || !listener_start(&server->local, fd, err)))
		return false;
	return true;
}

/* Host may carry what is configured and the address we listen on. */
static void hosts_copy(struct http_server *server, const struct http_options *options)
{
	size_t count = 0;

	server->hosts = ARENA_ARRAY(server->arena, struct str, options->host_count + 1);
	for (size_t i = 0; i < options->host_count; i++)
		server->hosts[count++] = arena_str(server->arena, options->hosts[i]);
	if (options->address)
		server->hosts[count++] = strchr(options->address, ':')
						 ? arena_format(server->arena, "[%s]", options->address)
						 : arena_str(server->arena, str_of(options->address));
	server->options.hosts = server->hosts;
	server->options.host_count = count;
}

bool http_server_start(const struct http_options *options, struct http_server **out, struct err *err)
{
	struct http_server *server;

	if (options->unix_path && strlen(options->unix_path) >= sizeof server->unix_path)
		return err_set(err, ERR_INPUT, "listen on %s: the path is too long", options->unix_path);
	server = NEW(struct http_server);
	server->options = *options;
	server->arena = arena_new();
	server->tcp = (struct listener){server, NULL, false};
	server->local = (struct listener){server, NULL, true};
	if (options->unix_path)
		memcpy(server->unix_path, options->unix_path, strlen(options->unix_path) + 1);
	hosts_copy(server, options);
	server->hub = hub_new();
	workers_start(server, options->workers ? options->workers : 4);
	if (!listeners_start(server, err)) {
		http_server_stop(server);
		return false;
	}
	*out = server;
	return true;
}

static void quiesce(struct listener *listener)
{
	int fd = listener->daemon ? MHD_quiesce_daemon(listener->daemon) : -1;

	if (fd >= 0)
		close(fd);
}

void http_server_stop(struct http_server *server)
{
	if (!server)
		return;
	quiesce(&server->tcp);
	quiesce(&server->local);
	if (server->local.daemon)
		unlink(server->unix_path);
	workers_stop(&server->workers);
	hub_close(server->hub);
	if (server->tcp.daemon)
		MHD_stop_daemon(server->tcp.daemon);
	if (server->local.daemon)
		MHD_stop_daemon(server->local.daemon);
	hub_free(server->hub);
	arena_free(server->arena);
	free(server);
}

uint16_t http_server_port(const struct http_server *server)
{
	return server->port;
}

void http_server_publish(struct http_server *server, const char *event, struct str data)
{
	hub_publish(server->hub, event, data);
}

void http_server_end_streams(struct http_server *server, const uint8_t tag[HTTP_TAG_BYTES])
{
	hub_end_tag(server->hub, tag);
}

struct http_stats http_server_stats(struct http_server *server)
{
	return (struct http_stats){server->requests, server->refused, hub_count(server->hub),
				   workers_waiting(&server->workers)};
}
