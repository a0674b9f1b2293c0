/* SPDX-License-Identifier: Apache-2.0 */

/* The way of scans to the probe process: calls become messages, messages calls. */

#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "programs/engine/engine.h"

struct engine_port {
	struct scan_port scans;
	struct loop *loop;
	struct channel *channel;
	bool greeted;
	const struct str *roots;
	size_t root_count;
	struct engine_logs *logs;
};

static struct engine_port *of(struct scan_port *scans)
{
	return container_of(scans, struct engine_port, scans);
}

static bool is_ready(struct scan_port *scans)
{
	return of(scans)->greeted;
}

static void send(struct engine_port *port, const struct message *message)
{
	if (port->channel && !channel_send(port->channel, message))
		log_error("message too long", F("message", message_name(message->kind)));
}

/* Every scan begins with the roots as they are now. */
static void send_roots(struct engine_port *port)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf text = buf_capped(LIMIT_MESSAGE_BYTES - 64);
	struct message message = {.kind = MESSAGE_ROOTS};
	struct bytes content;
	struct err err;

	for (size_t i = 0; i < port->root_count; i++) {
		if (file_read(arena, arena_str(arena, port->roots[i]).data, LIMIT_MESSAGE_BYTES / 2, &content, &err)) {
			buf_add_bytes(&text, content);
			buf_add_char(&text, '\n');
		} else if (err.kind != ERR_ABSENT) {
			log_warn("own roots not read", F("error", err.text));
		}
	}
	message.texts[0] = bytes_from(text.data ? buf_str(&text) : STR(""));
	if (buf_ok(&text) && str_is_utf8(str_from(message.texts[0])))
		send(port, &message);
	else
		log_warn("own roots not sent: too long, or not PEM");
}

static void start(struct scan_port *scans, uint64_t scan, struct str options_json)
{
	struct message message = {.kind = MESSAGE_SCAN, .numbers = {scan}, .texts = {bytes_from(options_json)}};

	if (of(scans)->root_count)
		send_roots(of(scans));
	send(of(scans), &message);
}

static void target(struct scan_port *scans, uint64_t scan, const struct scan_port_target *target_)
{
	struct message message = {
		.kind = MESSAGE_TARGET,
		.numbers = {scan, target_->number, target_->port},
		.texts = {bytes_from(target_->text), bytes_from(target_->host), bytes_from(target_->protocol),
			  bytes_from(target_->server_name)},
	};

	send(of(scans), &message);
}

static void stop(struct scan_port *scans, uint64_t scan)
{
	struct message message = {.kind = MESSAGE_STOP, .numbers = {scan}};

	send(of(scans), &message);
}

/* ---- from the probe process ---- */

static void on_ready(void *data)
{
	struct engine_port *port = data;

	port->greeted = true;
	log_info("probe connected");
	engine_logs_here(port->logs);
	if (port->scans.calls)
		port->scans.calls->here(port->scans.user);
}

static void on_message(void *data, const struct message *message)
{
	struct engine_port *port = data;
	const struct scan_port_user *calls = port->scans.calls;
	void *user = port->scans.user;

	if (message->kind >= MESSAGE_LOG) {
		engine_logs_message(port->logs, message);
		return;
	}
	if (!calls)
		return;
	switch (message->kind) {
	case MESSAGE_CERTIFICATE:
		calls->certificate(user, message->numbers[0], message->texts[0], str_from(message->texts[1]),
				   str_from(message->texts[2]));
		return;
	case MESSAGE_RECORD:
		calls->record(user, message->numbers[0], message->numbers[1], str_from(message->texts[0]));
		return;
	case MESSAGE_IDLE:
		calls->idle(user, message->numbers[0], message->numbers[1]);
		return;
	default: /* the channel lets nothing else through */
		return;
	}
}

static void forget(struct engine_port *port)
{
	bool was = port->greeted;

	channel_free(port->channel);
	port->channel = NULL;
	port->greeted = false;
	if (was)
		engine_logs_gone(port->logs);
	if (was && port->scans.calls)
		port->scans.calls->gone(port->scans.user);
}

static void on_closed(void *data, const struct err *why)
{
	log_warn("probe lost", F("error", why->text));
	forget(data);
}

static const struct channel_calls calls_of_channel = {on_ready, on_message, on_closed};

void engine_port_attach(struct engine_port *port, int fd)
{
	struct err err = {0};

	forget(port);
	if (channel_open(port->loop, fd, MESSAGE_ENGINE, MESSAGE_PROBE, &calls_of_channel, port, &port->channel, &err))
		return;
	log_error("probe not connected", F("error", err.text));
	close(fd);
}

static void send_of_logs(void *data, const struct message *message)
{
	send(data, message);
}

struct engine_port *engine_port_new(struct loop *loop, const struct str *roots, size_t root_count,
				    const struct engine_logs_options *logs)
{
	struct engine_port *port = NEW(struct engine_port);
	struct engine_logs_options options = *logs;

	port->loop = loop;
	port->roots = roots;
	port->root_count = root_count;
	options.send = send_of_logs;
	options.data = port;
	port->logs = engine_logs_new(loop, &options);
	port->scans = (struct scan_port){.logs = engine_logs_port(port->logs), .ready = is_ready, .start = start, .target = target, .stop = stop};
	return port;
}

void engine_port_free(struct engine_port *port)
{
	if (!port)
		return;
	channel_free(port->channel);
	engine_logs_free(port->logs);
	memory_done(&port);
}

struct scan_port *engine_port_scans(struct engine_port *port)
{
	return &port->scans;
}
