/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A scan that runs.
 *
 * The targets are the walk of the scan's words; a number with a record is done, whoever wrote it. A window of targets is
 * with the probe process; what comes back is collected and written in batches.
 *
 * When the probe process dies, every target it had is sent again to the next one. As one of them may be what killed it,
 * they go out few at a time after the first death, one at a time after the second; a target that was alone when the
 * process died gets a record of our own and is not sent again.
 *
 * When this process dies, the next one takes the job up, reads which numbers have records, and walks on.
 */

#include "base/clock.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/memory.h"
#include "discovery/probe.h"
#include "jobs/events.h"
#include "jobs/scan/pending.h"
#include "jobs/scan/room.h"
#include "jobs/scan/walk.h"

#define WINDOW        1024
#define DEATHS_MAX    3
#define BATCH_ITEMS   512
#define BATCH_BYTES   (8u << 20)
#define BATCH_WAIT_MS 200
#define RETRY_MS      1000
#define TELL_MS       500
#define LEASE_S       30
#define WATCH_MS      1000 /* the lease, and whether it is to stop */

/* How many targets may be out when one of them was there at so many deaths. */
static const size_t windows[DEATHS_MAX] = {WINDOW, 16, 1};

struct scan_run {
	struct scan_env env;
	struct model_job job;
	struct arena *arena; /* of the whole run */
	struct model_scan scan;
	bool all_addresses;

	struct walk *walk;
	bool walked_all;
	struct pending_list pending;
	uint64_t given; /* to the probe process that is there now */

	struct batch *batch;
	struct loop_timer write_soon, watch, end_soon;
	int64_t told_ms;
	bool stopping, ended, unwritten; /* unwritten: the last try failed, nothing new is asked for */
};

static const struct audit_actor engine = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};

/* ---- telling ---- */

static void tell(struct scan_run *run, bool at_once)
{
	CLEANUP(arena_done) struct arena *arena = NULL;
	CLEANUP(buf_done) struct buf text = buf_capped(LIMIT_MESSAGE_BYTES);
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct json_out json = json_out_start(&text);
	struct model_scan scan;
	struct err err;

	if (!run->env.events || (!at_once && loop_now_ms(run->env.loop) - run->told_ms < TELL_MS))
		return;
	run->told_ms = loop_now_ms(run->env.loop);
	arena = arena_new();
	if (!store_read(run->env.store, &txn, &err) || !store_scan(txn, arena, run->scan.id, &scan, &err))
		return;
	scan_write(&json, &scan);
	if (buf_ok(&text))
		events_publish(run->env.events, STR("scan"), buf_str(&text));
	events_publish(run->env.events, STR("overview"), STR("{}"));
}

/* ---- the end ---- */

static void end_due(struct loop_timer *timer)
{
	struct scan_run *run = container_of(timer, struct scan_run, end_soon);

	run->env.ended(run->env.data);
}

/* The owner hears of it from the loop, not from within a call of his own. */
static void run_over(struct scan_run *run)
{
	run->ended = true;
	run->env.port->calls = NULL;
	loop_timer_stop(run->env.loop, &run->write_soon);
	loop_timer_stop(run->env.loop, &run->watch);
	loop_timer_start(run->env.loop, &run->end_soon, 0, end_due);
}

static bool end_in(struct scan_run *run, struct store_txn *txn, bool stopped, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct str object = arena_format(arena, "scan:%lld", (long long)run->scan.id), none = {NULL, 0};
	int64_t now = clock_now_s();

	if (!store_job_end(txn, run->job.id, run->job.epoch, stopped ? MODEL_JOB_STOPPED : MODEL_JOB_DONE,
			   run->job.due_at, none, now, err) ||
	    !store_scan_state(txn, run->scan.id, stopped ? MODEL_SCAN_STOPPED : MODEL_SCAN_DONE, none, now, err))
		return false;
	if (!stopped && !store_scan_total(txn, run->scan.id, (int64_t)walk_count(run->walk), err))
		return false;
	return audit_add(txn, &engine, stopped ? "scan.stopped" : "scan.done", object, now, err);
}

static void write_due(struct loop_timer *timer);

static void failed(struct scan_run *run, const struct err *err)
{
	if (err->kind == ERR_CONFLICT) { /* somebody else does the work now */
		log_warn("scan taken over", F("scan", run->scan.id), F("error", err->text));
		run_over(run);
		return;
	}
	log_error("scan not written", F("scan", run->scan.id), F("error", err->text));
	run->unwritten = true;
	loop_timer_start(run->env.loop, &run->write_soon, RETRY_MS, write_due);
}

static void end_if_done(struct scan_run *run)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	bool all = run->walked_all && run->pending.count == 0;
	struct err err = {0};

	if (run->ended || batch_count(run->batch) || !(all || run->stopping))
		return;
	if (!store_write(run->env.store, &txn, &err) || !end_in(run, txn, !all, &err) || !store_commit(&txn, &err)) {
		store_end(&txn);
		failed(run, &err);
		return;
	}
	log_info("scan ended", F("scan", run->scan.id), F("stopped", !all));
	tell(run, true);
	run_over(run);
}

/* ---- out ---- */

static void send(struct scan_run *run, struct pending *pending)
{
	pending_mark_sent(&run->pending, pending);
	run->given++;
	run->env.port->target(run->env.port, (uint64_t)run->scan.id, &pending->target);
}

/* What was out when a probe process died, few at a time. False: there is such a thing, so nothing new goes out. */
static bool send_again(struct scan_run *run)
{
	uint32_t deaths = 0;
	bool any = false;

	for (const struct pending *each = run->pending.first; each; each = each->next) {
		any |= each->deaths > 0;
		deaths = each->deaths > deaths ? each->deaths : deaths;
	}
	if (!any)
		return true;
	/* the most suspected first, alone */
	for (struct pending *each = run->pending.first; each; each = each->next)
		if (!each->sent && each->deaths == deaths && run->pending.sent < windows[deaths])
			send(run, each);
	return false;
}

static void pump(struct scan_run *run)
{
	struct probe_target target;
	uint64_t number;

	if (run->ended || run->stopping || run->unwritten || !run->env.port->ready(run->env.port))
		return;
	if (!send_again(run))
		return;
	while (!run->walked_all && run->pending.count < WINDOW) {
		if (walk_next(run->walk, &target, &number))
			send(run, pending_add(&run->pending, &target, number));
		else
			run->walked_all = true;
	}
}

/* ---- in ---- */

static void write_now(struct scan_run *run)
{
	struct err err = {0};

	loop_timer_stop(run->env.loop, &run->write_soon);
	if (batch_count(run->batch) && !batch_write(run->batch, &err)) {
		failed(run, &err);
		return;
	}
	run->unwritten = false;
	tell(run, false);
	pump(run);
	end_if_done(run);
}

static void write_due(struct loop_timer *timer)
{
	write_now(container_of(timer, struct scan_run, write_soon));
}

static void write_when_full(struct scan_run *run)
{
	if (run->unwritten || run->ended)
		return;
	if (batch_count(run->batch) >= BATCH_ITEMS || batch_bytes(run->batch) >= BATCH_BYTES)
		write_now(run);
	else if (!loop_timer_runs(&run->write_soon))
		loop_timer_start(run->env.loop, &run->write_soon, BATCH_WAIT_MS, write_due);
}

static void on_certificate(void *user, uint64_t scan, struct bytes der, struct str facts_json, struct str problem)
{
	struct scan_run *run = user;

	if (scan == (uint64_t)run->scan.id)
		batch_certificate(run->batch, der, facts_json, problem);
}

static void on_record(void *user, uint64_t scan, uint64_t number, struct str json)
{
	struct scan_run *run = user;
	struct pending *pending = pending_find(&run->pending, number);

	if (scan != (uint64_t)run->scan.id || !pending)
		return;
	batch_record(run->batch, number, json);
	if (!run->all_addresses) /* else more may come: the probe process says when it has them all */
		pending_remove(&run->pending, pending);
	pump(run);
	write_when_full(run);
}

static void on_idle(void *user, uint64_t scan, uint64_t targets)
{
	struct scan_run *run = user;

	if (scan != (uint64_t)run->scan.id || targets != run->given)
		return;
	for (struct pending *each = run->pending.first, *next; each; each = next) {
		next = each->next;
		if (each->sent)
			pending_remove(&run->pending, each);
	}
	write_now(run);
}

/* A target that kills whoever looks at it. */
static void give_up(struct scan_run *run, struct pending *pending)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct str detail = STR("the collector's process ended each time it looked at this target");

	log_error("target gives trouble", F("scan", run->scan.id), F("target", pending->target.text));
	batch_record(run->batch, pending->target.number,
		     scan_record_own(arena, &pending->target, "garbage", detail, clock_now_s()));
	pending_remove(&run->pending, pending);
}

static void on_gone(void *user)
{
	struct scan_run *run = user;

	log_warn("probe process gone", F("scan", run->scan.id), F("targets_out", run->pending.sent));
	pending_mourn(&run->pending);
	run->given = 0;
	for (struct pending *each = run->pending.first, *next; each; each = next) {
		next = each->next;
		if (each->deaths >= DEATHS_MAX)
			give_up(run, each);
	}
	write_when_full(run);
}

static void on_here(void *user)
{
	struct scan_run *run = user;

	run->given = 0;
	run->env.port->start(run->env.port, (uint64_t)run->scan.id, run->scan.options_json);
	pump(run);
	write_when_full(run);
}

/* ---- the lease ---- */

static bool hold(struct scan_run *run, bool *stop, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(run->env.store, &txn, err) &&
	       store_job_hold(txn, run->job.id, run->job.epoch, clock_now_s(), LEASE_S, err) &&
	       store_job_stop_asked(txn, run->job.id, stop, err) && store_commit(&txn, err);
}

static void watch_due(struct loop_timer *timer)
{
	struct scan_run *run = container_of(timer, struct scan_run, watch);
	struct err err = {0};
	bool stop = false;

	loop_timer_start(run->env.loop, &run->watch, WATCH_MS, watch_due);
	if (!hold(run, &stop, &err)) {
		failed(run, &err);
		return;
	}
	if (stop && !run->stopping) {
		run->stopping = true;
		if (run->env.port->ready(run->env.port))
			run->env.port->stop(run->env.port, (uint64_t)run->scan.id);
	}
	write_now(run);
}

/* ---- the beginning ---- */

static const struct scan_port_user calls = {
	.here = on_here,
	.gone = on_gone,
	.certificate = on_certificate,
	.record = on_record,
	.idle = on_idle,
};

static bool begin_in(struct scan_run *run, struct store_txn *txn, struct err *err)
{
	int64_t now = clock_now_s();
	bool again;

	if (!store_job_hold(txn, run->job.id, run->job.epoch, now, LEASE_S, err) ||
	    !store_scan(txn, run->arena, run->job.subject_id, &run->scan, err))
		return false;
	/* stopped between being taken and beginning: it stays so, and the watch sees that it was asked to end */
	if (run->scan.ended_at)
		return walk_open(txn, &run->scan, &run->walk, err);
	again = run->scan.state == MODEL_SCAN_RUNNING;
	return walk_open(txn, &run->scan, &run->walk, err) &&
	       store_scan_state(txn, run->scan.id, MODEL_SCAN_RUNNING, (struct str){NULL, 0}, now, err) &&
	       audit_add(txn, &engine, again ? "scan.resume" : "scan.start",
			 arena_format(run->arena, "scan:%lld", (long long)run->scan.id), now, err);
}

static void batch_begin(struct scan_run *run)
{
	CLEANUP(json_doc_done) struct json_doc *options = NULL;
	struct batch_env env = {
		.store = run->env.store,
		.events = run->env.events,
		.scan_id = run->scan.id,
		.job_id = run->job.id,
		.epoch = run->job.epoch,
		.lease_s = LEASE_S,
		.demo = run->scan.demo,
		.source_id = run->scan.source_id,
		.run_id = run->scan.run_id,
	};

	if (json_doc_read(run->scan.options_json, &options, NULL)) {
		const struct json_value *root = json_doc_root(options);

		env.whole = str_is(json_in_str(json_in_get(root, "look"), STR("")), "whole");
		run->all_addresses = json_in_bool(json_in_get(root, "all_addresses"), false);
	}
	run->batch = batch_new(&env);
}

bool scan_run_start(const struct scan_env *env, const struct model_job *job, struct scan_run **out, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct scan_run *run = NEW(struct scan_run);

	run->env = *env;
	run->job = *job;
	run->arena = arena_new();
	pending_init(&run->pending);
	if (!store_write(env->store, &txn, err) || !begin_in(run, txn, err) || !store_commit(&txn, err)) {
		store_end(&txn);
		scan_run_free(run);
		return err_wrap(err, "scan %lld", (long long)job->subject_id);
	}
	batch_begin(run);
	env->port->user = run;
	env->port->calls = &calls;
	loop_timer_start(env->loop, &run->watch, WATCH_MS, watch_due);
	loop_timer_start(env->loop, &run->write_soon, 0, write_due);
	if (env->port->ready(env->port))
		on_here(run);
	log_info("scan begins", F("scan", run->scan.id), F("attempt", job->attempts));
	tell(run, true);
	*out = run;
	return true;
}

void scan_run_free(struct scan_run *run)
{
	struct err err;

	if (!run)
		return;
	if (run->env.port->user == run) {
		run->env.port->calls = NULL;
		run->env.port->user = NULL;
	}
	if (run->batch && !run->ended && batch_count(run->batch) && !batch_write(run->batch, &err))
		log_warn("scan's last batch lost", F("scan", run->scan.id), F("error", err.text));
	loop_timer_stop(run->env.loop, &run->write_soon);
	loop_timer_stop(run->env.loop, &run->watch);
	loop_timer_stop(run->env.loop, &run->end_soon);
	batch_free(run->batch);
	pending_done(&run->pending);
	walk_close(run->walk);
	arena_free(run->arena);
	memory_done(&run);
}
