/* SPDX-License-Identifier: Apache-2.0 */

/* Live events: from the engine's bus to the server's streams; one handler that opens a stream. */

#include "api/routes/route.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/memory.h"
#include "jobs/events.h"

#define BATCH 64

struct forwarder {
	struct events_listener listener;
	struct events *events;
	struct http_server *http;
	pthread_mutex_t lock; /* one thread forwards, the others' events are in what it reads */
	int64_t last;
};

static void told(struct events_listener *listener)
{
	struct forwarder *forwarder = (struct forwarder *)(void *)((char *)listener - offsetof(struct forwarder, listener));
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct event batch[BATCH];
	bool missed;
	size_t count;

	pthread_mutex_lock(&forwarder->lock);
	while ((count = events_read(forwarder->events, forwarder->last, arena, batch, BATCH, &missed)) > 0) {
		for (size_t i = 0; i < count; i++)
			http_server_publish(forwarder->http, arena_str(arena, batch[i].name).data, batch[i].json);
		forwarder->last = batch[count - 1].id;
		arena_reset(arena);
	}
	pthread_mutex_unlock(&forwarder->lock);
}

struct forwarder *forwarder_new(struct events *events, struct http_server *http)
{
	struct forwarder *forwarder = NEW(struct forwarder);

	*forwarder = (struct forwarder){.listener = {.told = told}, .events = events, .http = http};
	pthread_mutex_init(&forwarder->lock, NULL);
	forwarder->last = events_last(events);
	events_listen(events, &forwarder->listener);
	return forwarder;
}

void forwarder_free(struct forwarder *forwarder)
{
	if (!forwarder)
		return;
	events_unlisten(forwarder->events, &forwarder->listener);
	pthread_mutex_destroy(&forwarder->lock);
	free(forwarder);
}

/* A stream ends with its session; an id that is not ours is as one that is too old: the client loads anew. */
bool handle_events(struct call *call, struct err *err)
{
	struct str last = http_header(call->request, "Last-Event-ID");
	uint64_t after = 0;

	if (last.len > 0 && (!str_to_u64(last, UINT64_MAX - 1, &after) || after == 0))
		after = 1;
	call->response->status = 200;
	call->response->stream.wanted = true;
	call->response->stream.after = after;
	if (!call->caller.local) {
		call->response->stream.until = call->caller.session.expires_at;
		memcpy(call->response->stream.tag, call->caller.session.token_sha256, HTTP_TAG_BYTES);
	}
	call->answered = true;
	return true;
}
