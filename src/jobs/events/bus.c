/* SPDX-License-Identifier: Apache-2.0 */

/* The bus: a ring of the last events under one lock. See the door. */

#include "jobs/events.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/memory.h"

struct kept {
	int64_t id;
	char *name, *json;
	size_t name_len, json_len;
};

struct events {
	pthread_mutex_t lock;
	pthread_cond_t came;
	struct kept ring[EVENTS_KEPT];
	int64_t last;
	bool closed;
	pthread_mutex_t telling; /* held while listeners are told */
	struct events_listener *listeners;
};

struct events *events_new(void)
{
	struct events *events = NEW(struct events);
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&events->lock, NULL);
	pthread_mutex_init(&events->telling, NULL);
	pthread_cond_init(&events->came, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return events;
}

static void kept_done(struct kept *kept)
{
	memory_done(&kept->name);
	memory_done(&kept->json);
}

void events_free(struct events *events)
{
	if (!events)
		return;
	for (size_t i = 0; i < EVENTS_KEPT; i++)
		kept_done(&events->ring[i]);
	pthread_mutex_destroy(&events->lock);
	pthread_mutex_destroy(&events->telling);
	pthread_cond_destroy(&events->came);
	memory_done(&events);
}

static char *copy(struct str text)
{
	char *to = memory_new(text.len + 1);

	memcpy(to, text.data ? text.data : "", text.len);
	return to;
}

static void tell(struct events *events)
{
	pthread_mutex_lock(&events->telling);
	for (struct events_listener *each = events->listeners, *next; each; each = next) {
		next = each->next;
		each->told(each);
	}
	pthread_mutex_unlock(&events->telling);
}

void events_publish(struct events *events, struct str name, struct str json)
{
	struct kept *kept;

	pthread_mutex_lock(&events->lock);
	kept = &events->ring[++events->last % EVENTS_KEPT];
	kept_done(kept);
	*kept = (struct kept){events->last, copy(name), copy(json), name.len, json.len};
	pthread_cond_broadcast(&events->came);
	pthread_mutex_unlock(&events->lock);
	tell(events);
}

size_t events_read(struct events *events, int64_t after, struct arena *arena, struct event *out, size_t max,
		   bool *missed)
{
	size_t count = 0;
	int64_t first;

	pthread_mutex_lock(&events->lock);
	first = events->last - EVENTS_KEPT + 1;
	if (first < 1)
		first = 1;
	/* an id that was never given comes from an earlier life of the engine */
	*missed = after + 1 < first || after > events->last;
	if (after > events->last)
		after = events->last;
	for (int64_t id = after + 1 > first ? after + 1 : first; id <= events->last && count < max; id++) {
		const struct kept *kept = &events->ring[id % EVENTS_KEPT];

		out[count++] = (struct event){
			id,
			arena_str(arena, (struct str){kept->name, kept->name_len}),
			arena_str(arena, (struct str){kept->json, kept->json_len}),
		};
	}
	pthread_mutex_unlock(&events->lock);
	return count;
}

int64_t events_last(struct events *events)
{
	int64_t last;

	pthread_mutex_lock(&events->lock);
	last = events->last;
	pthread_mutex_unlock(&events->lock);
	return last;
}

bool events_wait(struct events *events, int64_t after, int64_t wait_ms)
{
	struct timespec until;
	bool there;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += (wait_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&events->lock);
	while (events->last <= after && !events->closed)
		if (pthread_cond_timedwait(&events->came, &events->lock, &until) != 0)
			break;
	there = events->last > after && !events->closed;
	pthread_mutex_unlock(&events->lock);
	return there;
}

void events_close(struct events *events)
{
	pthread_mutex_lock(&events->lock);
	events->closed = true;
	pthread_cond_broadcast(&events->came);
	pthread_mutex_unlock(&events->lock);
	tell(events);
}

void events_listen(struct events *events, struct events_listener *listener)
{
	pthread_mutex_lock(&events->telling);
	listener->next = events->listeners;
	events->listeners = listener;
	pthread_mutex_unlock(&events->telling);
}

void events_unlisten(struct events *events, struct events_listener *listener)
{
	pthread_mutex_lock(&events->telling);
	for (struct events_listener **here = &events->listeners; *here; here = &(*here)->next)
		if (*here == listener) {
			*here = listener->next;
			break;
		}
	pthread_mutex_unlock(&events->telling);
}
