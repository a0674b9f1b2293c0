/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The demo's end that nobody was there for: `keepvalid demo down` without a server leaves a note in the data folder, and the
 * next start deletes the demo's objects. While a scan of the demo still ends, it is tried again.
 */

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "jobs/scan.h"
#include "programs/engine/engine.h"
#include "records/store.h"

enum { AGAIN_MS = 1000 };

struct demo_end {
	struct loop *loop;
	struct store *store;
	const char *note;
	struct loop_timer timer;
};

static void due(struct loop_timer *timer)
{
	static const struct audit_actor engine = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};
	struct demo_end *end = container_of(timer, struct demo_end, timer);
	struct store_demo_gone gone;
	struct err err = {0};

	if (scan_demo_end(end->store, &engine, clock_now_s(), &gone, &err)) {
		log_info("demo deleted", F("certificates", gone.certificates), F("endpoints", gone.endpoints));
		if (unlink(end->note) != 0)
			log_warn("note of the demo's end not removed", F("path", str_of(end->note)));
		return;
	}
	if (err.kind != ERR_LATER)
		log_error("demo not deleted", F("error", err.text));
	else
		loop_timer_start(end->loop, timer, AGAIN_MS, due);
}

struct demo_end *demo_end_new(struct loop *loop, struct store *store, const char *note)
{
	struct demo_end *end = NEW(struct demo_end);

	*end = (struct demo_end){.loop = loop, .store = store, .note = note};
	if (access(note, F_OK) == 0)
		loop_timer_start(loop, &end->timer, 0, due);
	return end;
}

void demo_end_free(struct demo_end *end)
{
	if (end)
		loop_timer_stop(end->loop, &end->timer);
	free(end);
}
