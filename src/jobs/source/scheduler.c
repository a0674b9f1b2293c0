/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Makes runs of sources that are due. Which time a run is for follows from the source and the clock alone (decisions/schedule), and
 * the store takes one run for a source and time: so two engines, or one that was killed in between, make one.
 */

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/memory.h"
#include "jobs/runner.h"
#include "jobs/source/room.h"

#define LOOK_MS 1000
#define AT_ONCE 16

struct scheduler {
	struct loop *loop;
	struct store *store;
	struct runner *runner;
	struct loop_timer look;
};

static const struct audit_actor engine = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};

/* The run, and when the next one begins. */
static bool begin_in(struct store_txn *txn, struct arena *arena, const struct model_source *source, int64_t due_at,
		     int64_t now, struct err *err)
{
	struct model_source after = *source;
	int64_t run_id, next;
	bool made;

	after.last_due_at = due_at;
	return run_make(txn, source->id, due_at, &engine, now, &run_id, &made, err) &&
	       plan_next(arena, &after, now, &next, &due_at, err) && store_source_next(txn, source->id, next, err);
}

static bool attend(struct scheduler *scheduler, struct arena *arena, const struct model_source *source, int64_t now,
		   struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t begins_at, due_at;

	if (!plan_next(arena, source, now, &begins_at, &due_at, err) || !store_write(scheduler->store, &txn, err))
		return false;
	if (begins_at == 0 || begins_at > now) /* quiet hours began meanwhile, or the clock was set */
		return store_source_next(txn, source->id, begins_at, err) && store_commit(&txn, err);
	return begin_in(txn, arena, source, due_at, now, err) && store_commit(&txn, err);
}

static void look_due(struct loop_timer *timer)
{
	struct scheduler *scheduler = container_of(timer, struct scheduler, look);
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(store_end) struct store_txn *txn = NULL;
	const struct model_source *due;
	int64_t now = clock_now_s();
	struct err err = {0};
	size_t count;

	loop_timer_start(scheduler->loop, &scheduler->look, LOOK_MS, look_due);
	if (!store_read(scheduler->store, &txn, &err) ||
	    !store_sources_due(txn, arena, now, AT_ONCE, &due, &count, &err)) {
		log_error("sources not read", F("error", err.text));
		return;
	}
	store_end(&txn);
	for (size_t i = 0; i < count; i++)
		if (!attend(scheduler, arena, &due[i], now, &err))
			log_error("run not made", F("source", due[i].id), F("error", err.text));
	if (count)
		runner_wake(scheduler->runner);
}

struct scheduler *scheduler_new(struct loop *loop, struct store *store, struct runner *runner)
{
	struct scheduler *scheduler = NEW(struct scheduler);

	*scheduler = (struct scheduler){.loop = loop, .store = store, .runner = runner};
	loop_timer_start(loop, &scheduler->look, 0, look_due);
	return scheduler;
}

void scheduler_free(struct scheduler *scheduler)
{
	if (!scheduler)
		return;
	loop_timer_stop(scheduler->loop, &scheduler->look);
	memory_done(&scheduler);
}
