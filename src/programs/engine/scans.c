/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Scans that nobody asked for: this machine's own listeners while there is no scan at all, and the demo's listeners
 * whenever they say that something changed.
 */

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "jobs/runner.h"
#include "programs/demo.h"
#include "programs/engine/engine.h"
#include "records/store.h"

#define LOOK_MS 1000

struct own_scans {
	struct loop *loop;
	struct store *store;
	struct runner *runner;
	const char *demo_folder; /* NULL: no demo */
	uint64_t demo_seen;
	struct loop_timer look;
};

static void begin(struct own_scans *own, const struct str *targets, size_t count, bool demo)
{
	static const struct audit_actor engine = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};
	struct scan_request request = {.targets = targets, .target_count = count, .look = STR("whole"), .demo = demo};
	struct err err = {0};
	int64_t id;

	if (scan_create(own->store, &request, &engine, clock_now_s(), &id, &err))
		runner_wake(own->runner);
	else
		log_error("own scan not made", F("error", err.text));
}

static bool nothing_scanned(struct own_scans *own)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_scan last;
	struct err err = {0};
	bool found = true;

	return store_read(own->store, &txn, &err) && store_scan_last(txn, arena, &last, &found, &err) && !found;
}

static void look_due(struct loop_timer *timer)
{
	struct own_scans *own = container_of(timer, struct own_scans, look);
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct err err = {0};
	struct str *targets;
	size_t count = 0;

	loop_timer_start(own->loop, &own->look, LOOK_MS, look_due);
	/* absent while the listeners start: asked again */
	if (demo_news(arena, own->demo_folder, &own->demo_seen, &targets, &count, &err) && count)
		begin(own, targets, count, true);
}

struct own_scans *own_scans_new(struct loop *loop, struct store *store, struct runner *runner, const char *demo_folder,
				bool at_start)
{
	static const struct str local[] = {STR_INIT("local")};
	struct own_scans *own = NEW(struct own_scans);

	*own = (struct own_scans){.loop = loop, .store = store, .runner = runner, .demo_folder = demo_folder};
	if (at_start && nothing_scanned(own))
		begin(own, local, 1, false);
	if (demo_folder)
		loop_timer_start(loop, &own->look, 0, look_due);
	return own;
}

void own_scans_free(struct own_scans *own)
{
	if (!own)
		return;
	loop_timer_stop(own->loop, &own->look);
	memory_done(&own);
}
