/* SPDX-License-Identifier: Apache-2.0 */

/* A scan as a kind of job: on the loop, one at a time, as the probe process belongs to one scan. */

#include "base/clock.h"
#include "jobs/job.h"
#include "jobs/scan/room.h"

static bool start(const struct job_env *env, const struct model_job *job, void **run, struct err *err)
{
	struct scan_env scan = {
		.loop = env->loop,
		.store = env->store,
		.events = env->events,
		.port = env->port,
		.ended = env->ended,
		.data = env->data,
	};
	struct scan_run *made;

	if (!scan_run_start(&scan, job, &made, err))
		return false;
	*run = made;
	return true;
}

static void end(void *run)
{
	scan_run_free(run);
}

static bool failed(struct store_txn *txn, const struct model_job *job, struct str why, int64_t now, struct err *err)
{
	static const struct audit_actor engine = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};
	CLEANUP(arena_done) struct arena *arena = arena_new();

	return store_scan_state(txn, job->subject_id, MODEL_SCAN_FAILED, why, now, err) &&
	       audit_add(txn, &engine, "scan.failed", arena_format(arena, "scan:%lld", (long long)job->subject_id), now,
			 err);
}

static bool stop(struct store_txn *txn, const struct model_job *job, const struct audit_actor *actor, int64_t now,
		 struct err *err)
{
	return scan_stop_in(txn, job->subject_id, actor, now, err);
}

const struct job_kind job_kind_scan = {
	.name = SCAN_JOB,
	.about = "one scan: targets to the probe process, what it saw into the store",
	.start = start,
	.free = end,
	.failed = failed,
	.stop = stop,
};
