/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A run of a source, as a kind of job. A table of steps by what stands in its row, so that whoever takes the job up after a crash
 * goes on at the next one:
 *
 *   1. no scan yet, and the kind's runs are scans: the scan is made, and the run marked as running
 *   2. the scan has not ended: given back until it has; its end makes this job due
 *   3. the kind works for itself: it works
 *   4. coverage, places that were missed, and the end
 */

#include <stdio.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "jobs/source/room.h"

#define LOOK_AGAIN_S 30
#define MISSED_STEP  500

static const struct audit_actor engine = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};

struct running {
	struct job_work *job;
	struct model_run run;
	struct model_source source;
	const struct source_kind *kind;
	struct json_doc *options;
};

static void running_done(struct running *running)
{
	json_doc_done(&running->options);
}

static bool note(struct store_txn *txn, const char *what, int64_t run_id, int64_t now, struct err *err)
{
	char object[40];

	snprintf(object, sizeof object, "run:%lld", (long long)run_id);
	return audit_add(txn, &engine, what, str_of(object), now, err);
}

static bool load(struct running *running, struct job_work *job, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	running->job = job;
	if (!store_read(job->store, &txn, err) ||
	    !store_run(txn, job->arena, job->job.subject_id, &running->run, err) ||
	    !store_source(txn, job->arena, running->run.source_id, &running->source, err) ||
	    !json_doc_read(running->source.options_json, &running->options, err))
		return false;
	running->kind = source_kind_named(running->source.kind);
	if (running->kind)
		return true;
	err_set(err, ERR_INPUT, "this program has no kind of source \"%.*s\"", STR_ARG(running->source.kind));
	return err_fix(err, "source-kind", "remove the source, or start the program that has it");
}

/* ---- the end ---- */

static bool end_write(struct running *running, enum model_scan_state state, struct str detail, struct err *err)
{
	static const char *const words[] = {
		[MODEL_SCAN_DONE] = "run.done", [MODEL_SCAN_STOPPED] = "run.stopped", [MODEL_SCAN_FAILED] = "run.failed"};
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t now = clock_now_s();

	return job_write(running->job, &txn, err) &&
	       store_run_end(txn, running->run.id, state, detail, now, err) &&
	       note(txn, words[state], running->run.id, now, err) && store_commit(&txn, err);
}

static bool missed_step(struct running *running, int64_t *after, struct err *err)
{
	struct find_options options = {
		.store = running->job->store,
		.events = running->job->events,
		.source_id = running->source.id,
		.run_id = running->run.id,
		.demo = running->source.demo,
		.now = clock_now_s(),
	};
	struct store_missed missed = {
		.source_id = running->source.id,
		.run_id = running->run.id,
		.scan_id = running->run.scan_id,
		.miss = schedule_miss(STR("absent")),
		.gone_at_misses = schedule_gone_at(GONE_LOOKS),
		.at = options.now,
		.after = *after,
		.max = MISSED_STEP,
	};
	CLEANUP(find_drop) struct find *find = NULL;

	return find_begin(running->job, &options, &find, err) &&
	       store_places_missed(find_txn(find), &missed, after, err) && find_end(&find, err);
}

/* What this run did not see. A place is marked with the run that missed it, so a step is done once, whatever dies. */
static bool missed_all(struct running *running, struct err *err)
{
	int64_t after = 0;

	do {
		if (!missed_step(running, &after, err))
			return false;
		if (FAULT("run.missed"))
			return err_set(err, ERR_INTERNAL, "run: fault injected");
	} while (after && !job_must_end(running->job));
	return true;
}

static enum job_outcome finish(struct running *running, struct err *err)
{
	if (!coverage_write(running->job, &running->source, &running->run, json_doc_root(running->options), err) || (!running->kind->partial && !missed_all(running, err)))
		return JOB_FAILED;
	if (job_must_end(running->job))
		return job_end_early(running->job) == JOB_STOPPED ? JOB_STOPPED : JOB_AGAIN;
	return end_write(running, MODEL_SCAN_DONE, (struct str){NULL, 0}, err) ? JOB_DONE : JOB_FAILED;
}

/* ---- runs that are scans ---- */

static bool scan_make(struct running *running, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct scan_request request = {
		.demo = running->source.demo,
		.source_id = running->source.id,
		.run_id = running->run.id,
	};
	int64_t scan_id, now = clock_now_s();

	if (!store_read(running->job->store, &txn, err) ||
	    !running->kind->scan(running->job->arena, txn, &running->source, json_doc_root(running->options), &request,
				 err))
		return false;
	store_end(&txn);
	return job_write(running->job, &txn, err) && scan_create_in(txn, &request, &engine, now, &scan_id, err) &&
	       store_run_begin(txn, running->run.id, scan_id, now, err) &&
	       note(txn, "run.start", running->run.id, now, err) && store_commit(&txn, err);
}

static enum job_outcome look_again(struct running *running)
{
	running->job->again_at = clock_now_s() + LOOK_AGAIN_S;
	return JOB_AGAIN;
}

static enum job_outcome scan_ended(struct running *running, const struct model_scan *scan, struct err *err)
{
	if (scan->state == MODEL_SCAN_DONE)
		return finish(running, err);
	if (!end_write(running, scan->state, scan->detail, err))
		return JOB_FAILED;
	return scan->state == MODEL_SCAN_STOPPED ? JOB_STOPPED : JOB_DONE;
}

static enum job_outcome run_by_scan(struct running *running, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_scan scan;

	if (!running->run.scan_id)
		return scan_make(running, err) ? look_again(running) : JOB_FAILED;
	if (!store_read(running->job->store, &txn, err) ||
	    !store_scan(txn, running->job->arena, running->run.scan_id, &scan, err))
		return JOB_FAILED;
	store_end(&txn);
	job_progress(running->job, scan.targets_done, scan.targets_total);
	return scan.ended_at ? scan_ended(running, &scan, err) : look_again(running);
}

/* ---- runs that work for themselves ---- */

bool source_find(struct source_work *work, struct find **out, struct err *err)
{
	struct find_options options = {
		.store = work->job->store,
		.events = work->job->events,
		.source_id = work->source.id,
		.run_id = work->run_id,
		.demo = work->source.demo,
		.now = clock_now_s(),
	};

	return find_begin(work->job, &options, out, err);
}

bool source_state_put(struct source_work *work, struct find *find, struct str state, struct err *err)
{
	work->source.state = arena_str(work->job->arena, state);
	return store_source_state(find_txn(find), work->source.id, state, err);
}

bool source_coverage_put(struct source_work *work, struct find *find, const struct model_coverage *row, struct err *err)
{
	struct model_coverage made = *row;

	made.source_id = work->source.id;
	made.scanned_at = made.scanned_at ? made.scanned_at : clock_now_s();
	return store_coverage_put(find_txn(find), &made, err);
}

static bool begin(struct running *running, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t now = clock_now_s();

	if (running->run.started_at)
		return true;
	return job_write(running->job, &txn, err) && store_run_begin(txn, running->run.id, 0, now, err) &&
	       note(txn, "run.start", running->run.id, now, err) && store_commit(&txn, err);
}

static enum job_outcome run_by_work(struct running *running, struct err *err)
{
	struct source_work work = {
		.job = running->job,
		.source = running->source,
		.options = json_doc_root(running->options),
		.run_id = running->run.id,
	};
	enum job_outcome outcome;

	if (!begin(running, err))
		return JOB_FAILED;
	outcome = running->kind->work(&work, err);
	if (outcome == JOB_DONE)
		return finish(running, err);
	if (outcome == JOB_STOPPED && !end_write(running, MODEL_SCAN_STOPPED, STR("stopped"), err))
		return JOB_FAILED;
	return outcome;
}

/* ---- the kind of job ---- */

static enum job_outcome work(struct job_work *job, struct err *err)
{
	CLEANUP(running_done) struct running running = {0};

	if (!load(&running, job, err))
		return JOB_FAILED;
	if (running.run.ended_at) /* killed between the end of the run and the end of its job */
		return JOB_DONE;
	return running.kind->scan ? run_by_scan(&running, err) : run_by_work(&running, err);
}

static bool failed(struct store_txn *txn, const struct model_job *job, struct str why, int64_t now, struct err *err)
{
	return store_run_end(txn, job->subject_id, MODEL_SCAN_FAILED, why, now, err) &&
	       note(txn, "run.failed", job->subject_id, now, err);
}

/* A run that waits for its scan stops when that has: so the scan is stopped. One that nobody began ends here. */
static bool stop(struct store_txn *txn, const struct model_job *job, const struct audit_actor *actor, int64_t now,
		 struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct model_job after;
	struct model_run run;

	if (!store_run(txn, arena, job->subject_id, &run, err))
		return false;
	if (run.scan_id)
		return scan_stop_in(txn, run.scan_id, actor, now, err);
	if (!store_job_stop(txn, STR(RUN_JOB), job->subject_id, now, err) ||
	    !store_job(txn, arena, job->id, &after, err))
		return false;
	if (after.ended_at &&
	    !store_run_end(txn, run.id, MODEL_SCAN_STOPPED, STR("stopped before it began"), now, err))
		return false;
	return note(txn, "run.stop", run.id, now, err);
}

const struct job_kind job_kind_run = {
	.name = RUN_JOB,
	.about = "a run of a source: where discovery looks",
	.at_once = 4,
	.work = work,
	.failed = failed,
	.stop = stop,
};
