/* SPDX-License-Identifier: Apache-2.0 */

#include "test.h"

#include <sys/epoll.h>
#include <unistd.h>

#include "base/loop.h"

struct alarm {
	struct loop_timer timer;
	struct loop *loop;
	int *order, *next, label;
	struct alarm *stops;
};

static void ring(struct loop_timer *timer)
{
	struct alarm *alarm = container_of(timer, struct alarm, timer);

	alarm->order[(*alarm->next)++] = alarm->label;
	if (alarm->stops)
		loop_timer_stop(alarm->loop, &alarm->stops->timer);
	if (alarm->label == 9)
		loop_stop(alarm->loop);
}

TEST(timers_ring_in_order_and_a_stopped_one_does_not)
{
	struct loop *loop = loop_new();
	int order[8] = {0}, next = 0;
	struct alarm c = {.loop = loop, .order = order, .next = &next, .label = 9};
	struct alarm b = {.loop = loop, .order = order, .next = &next, .label = 2};
	struct alarm a = {.loop = loop, .order = order, .next = &next, .label = 1, .stops = &b};

	loop_timer_start(loop, &c.timer, 90, ring);
	loop_timer_start(loop, &b.timer, 50, ring);
	loop_timer_start(loop, &a.timer, 10, ring);
	loop_run(loop);
	assert_int_equal(next, 2);
	assert_int_equal(order[0], 1);
	assert_int_equal(order[1], 9);
	assert_false(loop_timer_runs(&b.timer));
	loop_free(loop);
	(void)state;
}

struct pipe_end {
	struct loop_watch watch;
	struct loop *loop;
	struct pipe_end *other;
	int seen;
};

static void readable(struct loop_watch *watch, uint32_t events)
{
	struct pipe_end *end = container_of(watch, struct pipe_end, watch);

	assert_true(events & EPOLLIN);
	end->seen++;
	loop_unwatch(end->loop, &end->other->watch);
	loop_stop(end->loop);
}

TEST(an_event_of_a_watch_removed_in_the_same_turn_is_dropped)
{
	struct loop *loop = loop_new();
	struct pipe_end one = {.loop = loop}, two = {.loop = loop, .other = &one};
	int first[2], second[2];

	one.other = &two;
	assert_int_equal(pipe(first), 0);
	assert_int_equal(pipe(second), 0);
	assert_true(loop_watch(loop, &one.watch, first[0], EPOLLIN, readable));
	assert_true(loop_watch(loop, &two.watch, second[0], EPOLLIN, readable));
	assert_int_equal(write(first[1], "x", 1), 1);
	assert_int_equal(write(second[1], "x", 1), 1);
	loop_run(loop);
	assert_int_equal(one.seen + two.seen, 1);
	for (int i = 0; i < 2; i++) {
		close(first[i]);
		close(second[i]);
	}
	loop_free(loop);
	(void)state;
}

TESTS(RUN(timers_ring_in_order_and_a_stopped_one_does_not),
      RUN(an_event_of_a_watch_removed_in_the_same_turn_is_dropped))
