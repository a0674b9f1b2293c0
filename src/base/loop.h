/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * loop - waiting for many things at once, on one thread.
 *
 * epoll and a timer wheel. Watches and timers are parts of the caller's own struct (container_of), so
 * nothing is allocated per connection. Callbacks may stop, free and add anything, their own watch
 * included: an event that was fetched for a watch that has been removed since is dropped.
 */

#include "base/bytes.h"

struct loop;

struct loop_watch {
	void (*ready)(struct loop_watch *watch, uint32_t events); /* EPOLLIN, EPOLLOUT, … */
	int fd;
	int32_t slot; /* the loop's: index in the batch being handed out, or -1 */
};

struct loop_timer {
	void (*due)(struct loop_timer *timer);
	int64_t at_ms; /* loop time; the rest is the loop's */
	struct loop_timer *next, **here;
};

#define container_of(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

struct loop *loop_new(void);
void loop_free(struct loop *loop); /* NULL is fine; open descriptors stay open */

/* events as for epoll_ctl; EPOLLET is allowed. False only for a bad descriptor or no kernel memory. */
MUST_CHECK bool loop_watch(struct loop *loop, struct loop_watch *watch, int fd, uint32_t events,
			   void (*ready)(struct loop_watch *, uint32_t));
void loop_rewatch(struct loop *loop, struct loop_watch *watch, uint32_t events);
void loop_unwatch(struct loop *loop, struct loop_watch *watch); /* before close(2) of its fd */
/* The same when the fd is closed right after and was never duplicated: saves the system call. */
void loop_forget(struct loop *loop, struct loop_watch *watch);

/* Starts or moves a timer. Precision: 8 ms. */
void loop_timer_start(struct loop *loop, struct loop_timer *timer, int64_t after_ms,
		      void (*due)(struct loop_timer *));
void loop_timer_stop(struct loop *loop, struct loop_timer *timer); /* fine when not running */
bool loop_timer_runs(const struct loop_timer *timer);

/* Monotonic milliseconds, read once a turn. */
int64_t loop_now_ms(const struct loop *loop);

/* Until loop_stop; returns at once if that was called before. */
void loop_run(struct loop *loop);
/* One turn: waits at most wait_ms (-1: until something happens), then calls what is ready. */
void loop_turn(struct loop *loop, int wait_ms);
void loop_stop(struct loop *loop);
