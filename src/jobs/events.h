/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * events - what just happened, to whom it may concern, within the engine.
 *
 * A bus with a short memory: the last EVENTS_KEPT events are kept with their ids, so that a listener who comes
 * back (Last-Event-ID) misses nothing, or is told that it did. Safe from any thread.
 */

#include "base/bytes.h"

#define EVENTS_KEPT 1024

struct events;
struct arena;

struct event {
	int64_t id;       /* from 1, in order; of this process's life */
	struct str name;  /* "scan", "certificate", "overview" */
	struct str json;  /* the data, one line */
};

struct events *events_new(void);
void events_free(struct events *events); /* no listener may be left */

/* Copies. Who publishes often (progress) paces itself. */
void events_publish(struct events *events, struct str name, struct str json);

/*
 * Events after that id, oldest first, at most max; copies in arena. *missed: some after that id are forgotten
 * already. after 0 and nothing forgotten: from the first on.
 */
size_t events_read(struct events *events, int64_t after, struct arena *arena, struct event *out, size_t max,
		   bool *missed);
int64_t events_last(struct events *events);

/* Waits until there is one after that id; false when wait_ms passed first or the bus was closed. */
bool events_wait(struct events *events, int64_t after, int64_t wait_ms);
void events_close(struct events *events); /* wakes all who wait, for good */

/*
 * told is called, on the thread that publishes and without a lock held by the bus, after each event: it only wakes
 * somebody. Not called any more when events_unlisten has returned.
 */
struct events_listener {
	void (*told)(struct events_listener *listener);
	struct events_listener *next;
};
void events_listen(struct events *events, struct events_listener *listener);
void events_unlisten(struct events *events, struct events_listener *listener);
