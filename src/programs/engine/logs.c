/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The way of log readers to the probe process. They are threads, the channel belongs to the loop: what they say waits in a
 * list until the loop takes it, what they are told waits in their own until they listen.
 */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/memory.h"
#include "programs/engine/engine.h"

/* A message on its way, with its texts behind it. */
struct parcel {
	struct parcel *next;
	struct message message;
	bool lost;
};

struct post {
	struct parcel *first, **end;
};

struct ct_line {
	struct ct_line *next, **here;
	struct engine_logs *logs;
	uint64_t number; /* messages carry number * CT_LINE_LOGS + log */
	struct post in;
	pthread_cond_t heard;
};

struct engine_logs {
	struct ct_port port;
	struct loop *loop;
	struct loop_watch watch;
	int wake;
	pthread_mutex_t mutex;
	struct post out;
	struct ct_line *lines;
	uint64_t lines_opened;
	bool here; /* a probe process is there */
	struct engine_logs_options options;
};

/* ---- parcels ---- */

static struct parcel *parcel_new(const struct message *message)
{
	size_t len = 0;
	struct parcel *parcel;
	uint8_t *at;

	for (size_t i = 0; i < MESSAGE_TEXTS; i++)
		len += message->texts[i].len;
	parcel = memory_new(sizeof *parcel + len + 1);
	parcel->message = *message;
	at = (uint8_t *)(parcel + 1);
	for (size_t i = 0; i < MESSAGE_TEXTS; i++) {
		struct bytes text = message->texts[i];

		if (!text.data)
			continue;
		if (text.len)
			memcpy(at, text.data, text.len);
		parcel->message.texts[i].data = at;
		at += text.len;
	}
	return parcel;
}

static void post_put(struct post *post, struct parcel *parcel)
{
	if (!post->first)
		post->end = &post->first;
	*post->end = parcel;
	post->end = &parcel->next;
}

static struct parcel *post_take(struct post *post)
{
	struct parcel *parcel = post->first;

	if (parcel)
		post->first = parcel->next;
	return parcel;
}

static void post_done(struct post *post)
{
	struct parcel *parcel;

	while ((parcel = post_take(post)))
		free(parcel);
}

/* ---- on the loop ---- */

static void drain(struct loop_watch *watch, uint32_t events)
{
	struct engine_logs *logs = container_of(watch, struct engine_logs, watch);
	struct post out;
	struct parcel *parcel;
	uint64_t count;

	(void)events;
	(void)!read(logs->wake, &count, sizeof count);
	pthread_mutex_lock(&logs->mutex);
	out = logs->out;
	logs->out = (struct post){0};
	pthread_mutex_unlock(&logs->mutex);
	while ((parcel = post_take(&out))) {
		logs->options.send(logs->options.data, &parcel->message);
		free(parcel);
	}
}

void engine_logs_here(struct engine_logs *logs)
{
	pthread_mutex_lock(&logs->mutex);
	logs->here = true;
	pthread_mutex_unlock(&logs->mutex);
}

void engine_logs_gone(struct engine_logs *logs)
{
	static const struct message nothing;

	pthread_mutex_lock(&logs->mutex);
	logs->here = false;
	for (struct ct_line *line = logs->lines; line; line = line->next) {
		struct parcel *parcel = parcel_new(&nothing);

		parcel->lost = true;
		post_put(&line->in, parcel);
		pthread_cond_signal(&line->heard);
	}
	pthread_mutex_unlock(&logs->mutex);
}

void engine_logs_message(struct engine_logs *logs, const struct message *message)
{
	uint64_t number = message->numbers[0] / CT_LINE_LOGS;

	pthread_mutex_lock(&logs->mutex);
	for (struct ct_line *line = logs->lines; line; line = line->next)
		if (line->number == number) {
			post_put(&line->in, parcel_new(message));
			pthread_cond_signal(&line->heard);
			break;
		}
	pthread_mutex_unlock(&logs->mutex);
}

/* ---- from the threads ---- */

static struct engine_logs *of(struct ct_port *port)
{
	return container_of(port, struct engine_logs, port);
}

static void say(struct ct_line *line, enum message_kind kind, uint32_t log, struct str text)
{
	struct engine_logs *logs = line->logs;
	struct message message = {.kind = kind, .numbers = {line->number * CT_LINE_LOGS + log}};
	struct parcel *parcel;
	uint64_t one = 1;

	message.texts[0] = bytes_from(text);
	if (kind == MESSAGE_LOG)
		message.texts[1] = bytes_from(logs->options.roots_pem);
	parcel = parcel_new(&message);
	pthread_mutex_lock(&logs->mutex);
	post_put(&logs->out, parcel);
	pthread_mutex_unlock(&logs->mutex);
	(void)!write(logs->wake, &one, sizeof one);
}

static struct str port_list(struct ct_port *port, struct arena *arena)
{
	(void)arena;
	return of(port)->options.list_json;
}

static void port_allow(struct ct_port *port, const struct str **networks, size_t *count)
{
	*networks = of(port)->options.allow;
	*count = of(port)->options.allow_count;
}

static struct ct_line *port_open(struct ct_port *port)
{
	struct engine_logs *logs = of(port);
	struct ct_line *line = NULL;
	pthread_condattr_t monotonic;

	pthread_mutex_lock(&logs->mutex);
	if (logs->here) {
		line = NEW(struct ct_line);
		line->logs = logs;
		line->number = ++logs->lines_opened;
		pthread_condattr_init(&monotonic);
		pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
		pthread_cond_init(&line->heard, &monotonic);
		pthread_condattr_destroy(&monotonic);
		line->next = logs->lines;
		line->here = &logs->lines;
		if (line->next)
			line->next->here = &line->next;
		logs->lines = line;
	}
	pthread_mutex_unlock(&logs->mutex);
	return line;
}

static void port_begin(struct ct_line *line, uint32_t log, struct str options_json)
{
	say(line, MESSAGE_LOG, log, options_json);
}

static void port_go(struct ct_line *line, uint32_t log)
{
	say(line, MESSAGE_LOG_GO, log, (struct str){NULL, 0});
}

static struct parcel *wait_for(struct ct_line *line, uint32_t wait_ms)
{
	struct parcel *parcel;
	struct timespec until;
	int failed = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&line->logs->mutex);
	while (!line->in.first && failed != ETIMEDOUT)
		failed = pthread_cond_timedwait(&line->heard, &line->logs->mutex, &until);
	parcel = post_take(&line->in);
	pthread_mutex_unlock(&line->logs->mutex);
	return parcel;
}

static struct str copy(struct arena *arena, struct bytes text)
{
	return text.data ? arena_str(arena, str_from(text)) : (struct str){NULL, 0};
}

/* The kind of an error by its name. */
static enum err_kind kind_of(struct str name)
{
	for (int kind = ERR_INPUT; kind <= ERR_INTERNAL; kind++)
		if (str_is(name, err_kind_name((enum err_kind)kind)))
			return (enum err_kind)kind;
	return ERR_INTERNAL;
}

static void read_end(struct arena *arena, const struct message *message, struct ct_heard *out)
{
	struct str kind = copy(arena, message->texts[0]), text = copy(arena, message->texts[2]);
	struct str code = copy(arena, message->texts[1]), fix = copy(arena, message->texts[3]);

	out->kind = CT_HEARD_END;
	if (!kind.data)
		return;
	err_set(&out->why, kind_of(kind), "%.*s", STR_ARG(text));
	if (code.data)
		err_fix(&out->why, code.data, "%.*s", STR_ARG(fix));
	out->why.retry_s = (uint32_t)message->numbers[1];
}

static void read_parcel(struct arena *arena, const struct message *message, struct ct_heard *out)
{
	out->log = (uint32_t)(message->numbers[0] % CT_LINE_LOGS);
	out->number = message->numbers[1];
	switch (message->kind) {
	case MESSAGE_LOG_ENTRY:
		out->kind = CT_HEARD_ENTRY;
		out->at_ms = (int64_t)message->numbers[2];
		out->der = arena_bytes(arena, message->texts[0]);
		out->text = copy(arena, message->texts[1]);
		out->word = copy(arena, message->texts[2]);
		return;
	case MESSAGE_LOG_BATCH:
		out->kind = CT_HEARD_BATCH;
		out->left = message->numbers[2];
		out->unreadable = message->numbers[3];
		out->text = copy(arena, message->texts[0]);
		return;
	case MESSAGE_LOG_END:
		read_end(arena, message, out);
		return;
	default: /* the loop puts nothing else here */
		return;
	}
}

static void port_hear(struct ct_line *line, uint32_t wait_ms, struct arena *arena, struct ct_heard *out)
{
	struct parcel *parcel = wait_for(line, wait_ms);

	*out = (struct ct_heard){.kind = CT_HEARD_NOTHING};
	if (parcel && parcel->lost)
		out->kind = CT_HEARD_LOST;
	else if (parcel)
		read_parcel(arena, &parcel->message, out);
	free(parcel);
}

static void port_close(struct ct_line *line)
{
	struct engine_logs *logs;

	if (!line)
		return;
	logs = line->logs;
	say(line, MESSAGE_LOG_STOP, 0, (struct str){NULL, 0});
	pthread_mutex_lock(&logs->mutex);
	*line->here = line->next;
	if (line->next)
		line->next->here = line->here;
	pthread_mutex_unlock(&logs->mutex);
	post_done(&line->in);
	pthread_cond_destroy(&line->heard);
	free(line);
}

/* ---- the room's own door ---- */

struct engine_logs *engine_logs_new(struct loop *loop, const struct engine_logs_options *options)
{
	struct engine_logs *logs = NEW(struct engine_logs);

	logs->loop = loop;
	logs->options = *options;
	logs->port = (struct ct_port){
		.list = port_list, .allow = port_allow, .open = port_open, .begin = port_begin,
		.go = port_go, .hear = port_hear, .close = port_close,
	};
	pthread_mutex_init(&logs->mutex, NULL);
	logs->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (logs->wake < 0 || !loop_watch(loop, &logs->watch, logs->wake, EPOLLIN, drain))
		memory_exhausted(sizeof *logs); /* no descriptor at start: as good as no memory */
	return logs;
}

void engine_logs_free(struct engine_logs *logs)
{
	if (!logs)
		return;
	loop_unwatch(logs->loop, &logs->watch);
	close(logs->wake);
	post_done(&logs->out);
	pthread_mutex_destroy(&logs->mutex);
	free(logs);
}

struct ct_port *engine_logs_port(struct engine_logs *logs)
{
	return &logs->port;
}
