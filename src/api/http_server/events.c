/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The hub of server-sent events (WHATWG HTML, section "Server-sent events").
 *
 * A ring keeps the last events, so a client that comes back with Last-Event-ID misses none of them; one that
 * is too late, or comes from before a restart, gets an "overview" event that tells it to load anew. A stream with
 * nothing to say is suspended under the hub's lock, and resumed under it, so no wake-up is lost. A suspended connection
 * neither notices that its client left nor times out: a ping every 15 s finds out. Ids grow over restarts, as they
 * start at the milliseconds of the clock.
 */

#include "api/http_server/inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"

#define RING 1024
#define PING_MS 15000
#define TICK_MS 1000
#define FLUSH_MS 2000 /* how long hub_close waits for streams to end */

struct event {
	char *text; /* ready to send, or NULL */
	size_t len;
};

struct stream {
	struct hub *hub;
	struct MHD_Connection *connection;
	struct stream *next, **here;
	struct buf out; /* what is to be sent */
	uint64_t next_id;
	int64_t until, quiet_since_ms;
	uint8_t tag[HTTP_TAG_BYTES];
	bool suspended, ping, ending;
};

struct hub {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct event ring[RING];
	uint64_t first_id, next_id; /* of the ring; next_id - first_id events are kept */
	struct stream *streams;
	size_t count;
	bool closing, ticking;
	pthread_t ticker;
};

/* With the lock held. */
static void wake(struct stream *stream)
{
	if (!stream->suspended)
		return;
	stream->suspended = false;
	MHD_resume_connection(stream->connection);
}

/* With the lock held: more for a stream whose buffer has run empty. */
static void fill(struct stream *stream)
{
	struct hub *hub = stream->hub;

	buf_clear(&stream->out);
	if (stream->next_id < hub->first_id || stream->next_id > hub->next_id) {
		stream->next_id = hub->next_id;
		buf_addf(&stream->out, "id: %llu\nevent: overview\ndata: {\"reset\":true}\n\n",
			 (unsigned long long)(hub->next_id - 1));
	}
	while (stream->next_id < hub->next_id) {
		const struct event *event = &hub->ring[stream->next_id % RING];

		if (stream->out.len > 0 && stream->out.len + event->len > stream->out.cap)
			break;
		buf_add(&stream->out, event->text, event->len);
		stream->next_id++;
	}
	if (stream->out.len == 0 && stream->ping)
		buf_add_text(&stream->out, ": ping\n\n");
	stream->ping = false;
}

static ssize_t stream_read(void *data, uint64_t at, char *to, size_t max)
{
	struct stream *stream = data;
	struct hub *hub = stream->hub;
	ssize_t got = 0;

	pthread_mutex_lock(&hub->lock);
	if (hub->closing || stream->ending) {
		got = MHD_CONTENT_READER_END_OF_STREAM;
	} else {
		if (stream->out.len == 0)
			fill(stream);
		if (stream->out.len > 0) {
			got = (ssize_t)(stream->out.len < max ? stream->out.len : max);
			memcpy(to, stream->out.data, (size_t)got);
			buf_drop(&stream->out, (size_t)got);
			stream->quiet_since_ms = clock_ticks_ms();
		} else {
			stream->suspended = true;
			MHD_suspend_connection(stream->connection);
		}
	}
	pthread_mutex_unlock(&hub->lock);
	return got;
}

static void stream_free(void *data)
{
	struct stream *stream = data;
	struct hub *hub = stream->hub;

	pthread_mutex_lock(&hub->lock);
	*stream->here = stream->next;
	if (stream->next)
		stream->next->here = stream->here;
	hub->count--;
	pthread_cond_broadcast(&hub->changed);
	pthread_mutex_unlock(&hub->lock);
	buf_done(&stream->out);
	free(stream);
}

struct MHD_Response *hub_stream(struct hub *hub, struct MHD_Connection *connection,
				const struct http_response *response)
{
	struct MHD_Response *out;
	struct stream *stream = NEW(struct stream);
	bool room;

	*stream = (struct stream){.hub = hub, .connection = connection, .out = buf_capped(65536)};
	stream->until = response->stream.until;
	stream->quiet_since_ms = clock_ticks_ms();
	memcpy(stream->tag, response->stream.tag, sizeof stream->tag);
	buf_add_text(&stream->out, "retry: 2000\n\n");
	pthread_mutex_lock(&hub->lock);
	room = !hub->closing && hub->count < LIMIT_EVENT_STREAMS;
	if (room) {
		stream->next_id = response->stream.after ? response->stream.after + 1 : hub->next_id;
		stream->next = hub->streams;
		stream->here = &hub->streams;
		if (stream->next)
			stream->next->here = &stream->next;
		hub->streams = stream;
		hub->count++;
	}
	pthread_mutex_unlock(&hub->lock);
	if (!room) {
		buf_done(&stream->out);
		free(stream);
		return NULL;
	}
	out = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 8192, stream_read, stream, stream_free);
	if (!out)
		stream_free(stream);
	return out;
}

void hub_publish(struct hub *hub, const char *event, struct str data)
{
	struct buf text = buf_capped(LIMIT_MESSAGE_BYTES);
	struct event *place;

	pthread_mutex_lock(&hub->lock);
	buf_addf(&text, "id: %llu\nevent: %s\ndata: ", (unsigned long long)hub->next_id, event);
	buf_add_str(&text, data);
	buf_add_text(&text, "\n\n");
	if (buf_ok(&text)) {
		place = &hub->ring[hub->next_id % RING];
		free(place->text);
		*place = (struct event){text.data, text.len};
		text = buf_capped(0);
		hub->next_id++;
		if (hub->next_id - hub->first_id > RING)
			hub->first_id++;
		for (struct stream *stream = hub->streams; stream; stream = stream->next)
			wake(stream);
	}
	pthread_mutex_unlock(&hub->lock);
	buf_done(&text);
}

void hub_end_tag(struct hub *hub, const uint8_t *tag)
{
	pthread_mutex_lock(&hub->lock);
	for (struct stream *stream = hub->streams; stream; stream = stream->next)
		if (memcmp(stream->tag, tag, sizeof stream->tag) == 0) {
			stream->ending = true;
			wake(stream);
		}
	pthread_mutex_unlock(&hub->lock);
}

/* With the lock held: pings, and the ends of sessions. */
static void tick(struct hub *hub)
{
	int64_t ticks_ms = clock_ticks_ms(), now = clock_now_s();

	for (struct stream *stream = hub->streams; stream; stream = stream->next) {
		stream->ending |= stream->until && now >= stream->until;
		stream->ping |= ticks_ms - stream->quiet_since_ms >= PING_MS;
		if (stream->ending || stream->ping)
			wake(stream);
	}
}

static void wait_ms(struct hub *hub, int64_t ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	pthread_cond_timedwait(&hub->changed, &hub->lock, &until);
}

static void *ticker_run(void *data)
{
	struct hub *hub = data;
	int64_t last_ms = clock_ticks_ms();

	pthread_mutex_lock(&hub->lock);
	while (!hub->closing) {
		wait_ms(hub, TICK_MS);
		if (clock_ticks_ms() - last_ms >= TICK_MS) {
			last_ms = clock_ticks_ms();
			tick(hub);
		}
	}
	pthread_mutex_unlock(&hub->lock);
	return NULL;
}

struct hub *hub_new(void)
{
	struct hub *hub = NEW(struct hub);
	pthread_condattr_t monotonic;

	pthread_mutex_init(&hub->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&hub->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	hub->first_id = hub->next_id = (uint64_t)clock_now_ms();
	hub->ticking = pthread_create(&hub->ticker, NULL, ticker_run, hub) == 0;
	return hub;
}

void hub_close(struct hub *hub)
{
	int64_t until_ms = clock_ticks_ms() + FLUSH_MS;

	pthread_mutex_lock(&hub->lock);
	hub->closing = true;
	for (struct stream *stream = hub->streams; stream; stream = stream->next)
		wake(stream);
	pthread_cond_broadcast(&hub->changed);
	while (hub->count > 0 && clock_ticks_ms() < until_ms)
		wait_ms(hub, TICK_MS);
	pthread_mutex_unlock(&hub->lock);
	if (hub->ticking)
		pthread_join(hub->ticker, NULL);
}

void hub_free(struct hub *hub)
{
	for (size_t i = 0; i < RING; i++)
		free(hub->ring[i].text);
	pthread_mutex_destroy(&hub->lock);
	pthread_cond_destroy(&hub->changed);
	free(hub);
}

size_t hub_count(struct hub *hub)
{
	size_t count;

	pthread_mutex_lock(&hub->lock);
	count = hub->count;
	pthread_mutex_unlock(&hub->lock);
	return count;
}
