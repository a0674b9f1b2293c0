/* SPDX-License-Identifier: Apache-2.0 */

/*
 * epoll with edge or level events, and a hashed timer wheel: SLOTS lists of TICK_MS each. A timer
 * sits in the slot of its due time modulo the wheel; those of later rounds stay when the hand passes. A bitmap of
 * filled slots tells how long to sleep.
 */

#include "base/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

enum { TICK_MS = 8, SLOTS = 4096, BATCH = 256 };

struct loop {
	int epoll_fd;
	bool stopping;
	int64_t now_ms, hand; /* hand: the last tick that was served */
	size_t timers;
	struct epoll_event batch[BATCH];
	uint64_t filled[SLOTS / 64];
	struct loop_timer *wheel[SLOTS];
};

struct loop *loop_new(void)
{
	struct loop *loop = NEW(struct loop);

	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0)
		memory_exhausted(0);
	loop->now_ms = clock_ticks_ms();
	loop->hand = loop->now_ms / TICK_MS;
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	close(loop->epoll_fd);
	free(loop);
}

bool loop_watch(struct loop *loop, struct loop_watch *watch, int fd, uint32_t events,
		void (*ready)(struct loop_watch *, uint32_t))
{
	struct epoll_event event = {.events = events, .data.ptr = watch};

	watch->fd = fd;
	watch->slot = -1;
	watch->ready = ready;
	return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

void loop_rewatch(struct loop *loop, struct loop_watch *watch, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = watch};

	epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event);
}

void loop_forget(struct loop *loop, struct loop_watch *watch)
{
	if (watch->slot >= 0)
		loop->batch[watch->slot].data.ptr = NULL;
	watch->slot = -1;
	watch->fd = -1;
}

void loop_unwatch(struct loop *loop, struct loop_watch *watch)
{
	if (watch->fd >= 0)
		epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
	loop_forget(loop, watch);
}

bool loop_timer_runs(const struct loop_timer *timer)
{
	return timer->here != NULL;
}

void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
	if (!timer->here)
		return;
	*timer->here = timer->next;
	if (timer->next)
		timer->next->here = timer->here;
	timer->here = NULL;
	timer->next = NULL;
	loop->timers--;
}

void loop_timer_start(struct loop *loop, struct loop_timer *timer, int64_t after_ms,
		      void (*due)(struct loop_timer *))
{
	int64_t tick;
	size_t slot;

	loop_timer_stop(loop, timer);
	timer->due = due;
	timer->at_ms = loop->now_ms + (after_ms > 0 ? after_ms : 0);
	tick = (timer->at_ms + TICK_MS - 1) / TICK_MS;
	if (tick <= loop->hand)
		tick = loop->hand + 1;
	slot = (size_t)tick % SLOTS;
	timer->next = loop->wheel[slot];
	if (timer->next)
		timer->next->here = &timer->next;
	timer->here = &loop->wheel[slot];
	loop->wheel[slot] = timer;
	loop->filled[slot / 64] |= (uint64_t)1 << (slot % 64);
	loop->timers++;
}

/* Calls what is due in one slot; a callback may stop any timer, so the list is taken from the front. */
static void serve_slot(struct loop *loop, size_t slot)
{
	struct loop_timer *due = NULL, *timer, *next;

	for (timer = loop->wheel[slot]; timer; timer = next) {
		next = timer->next;
		if (timer->at_ms > loop->now_ms)
			continue;
		loop_timer_stop(loop, timer);
		timer->next = due;
		if (due)
			due->here = &timer->next;
		timer->here = &due;
		due = timer;
		loop->timers++;
	}
	if (!loop->wheel[slot])
		loop->filled[slot / 64] &= ~((uint64_t)1 << (slot % 64));
	while (due) {
		timer = due;
		loop_timer_stop(loop, timer);
		timer->due(timer);
	}
}

static void serve_timers(struct loop *loop)
{
	int64_t tick = loop->now_ms / TICK_MS;

	if (tick - loop->hand > SLOTS)
		loop->hand = tick - SLOTS;
	while (loop->hand < tick) {
		size_t slot = (size_t)++loop->hand % SLOTS;

		if (loop->wheel[slot])
			serve_slot(loop, slot);
		else
			loop->filled[slot / 64] &= ~((uint64_t)1 << (slot % 64)); /* its timers were stopped */
	}
}

/* Milliseconds to the next filled slot, -1 when no timer runs. */
static int until_timer_ms(const struct loop *loop)
{
	if (!loop->timers)
		return -1;
	for (int64_t ahead = 1; ahead <= SLOTS;) {
		size_t slot = (size_t)(loop->hand + ahead) % SLOTS;
		uint64_t word = loop->filled[slot / 64] >> (slot % 64);

		if (word) {
			int64_t at_ms = (loop->hand + ahead + __builtin_ctzll(word)) * TICK_MS;

			return at_ms <= loop->now_ms ? 0 : (int)(at_ms - loop->now_ms);
		}
		ahead += 64 - (int64_t)(slot % 64);
	}
	return SLOTS * TICK_MS;
}

int64_t loop_now_ms(const struct loop *loop)
{
	return loop->now_ms;
}

void loop_turn(struct loop *loop, int wait_ms)
{
	int timer_ms, count;

	loop->now_ms = clock_ticks_ms();
	timer_ms = until_timer_ms(loop);
	if (timer_ms >= 0 && (wait_ms < 0 || timer_ms < wait_ms))
		wait_ms = timer_ms;
	count = epoll_wait(loop->epoll_fd, loop->batch, BATCH, wait_ms);
	loop->now_ms = clock_ticks_ms();
	for (int i = 0; i < count; i++)
		((struct loop_watch *)loop->batch[i].data.ptr)->slot = i;
	for (int i = 0; i < count; i++) {
		struct loop_watch *watch = loop->batch[i].data.ptr;

		if (!watch)
			continue;
		watch->slot = -1;
		watch->ready(watch, loop->batch[i].events);
	}
	serve_timers(loop);
}

void loop_run(struct loop *loop)
{
	while (!loop->stopping)
		loop_turn(loop, -1);
	loop->stopping = false;
}

void loop_stop(struct loop *loop)
{
	loop->stopping = true;
}
