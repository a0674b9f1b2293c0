/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Takes jobs and starts them: see the door. Looks for work when it is woken, when a job ends, and once in a while. Of each
 * kind as many run as its row says. Once a second the leases of jobs on threads are extended, all in one transaction
 * with their progress; jobs on the loop do that for themselves.
 */

#include "jobs/runner.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/memory.h"
#include "jobs/events.h"
#include "jobs/runner/kinds.h"
#include "records/store.h"

#define LOOK_MS      1000
#define LEASE_S      30
#define ATTEMPTS_MAX 5
#define RETRY_S      15

static const struct job_kind *const all_kinds[] = {
#define X(name) &job_kind_##name,
	JOB_KINDS_ALL(X)
#undef X
};

/* A job that runs. */
struct held {
	struct runner *runner;
	const struct job_kind *kind;
	struct model_job job; /* no texts */
	void *run;            /* on the loop */
	struct job_hand *hand; /* on a thread */
	int64_t told_done;
	struct held *next;
};

struct runner {
	struct loop *loop;
	struct store *store;
	struct events *events;
	struct scan_port *port;
	struct loop_watch woken;
	struct loop_timer look;
	int wake_fd;
	struct held *first;
	const struct job_kind *const *kinds;
	size_t kind_count;
};

static void look_for_work(struct runner *runner);

static size_t running_of(const struct runner *runner, const struct job_kind *kind)
{
	size_t count = 0;

	for (const struct held *each = runner->first; each; each = each->next)
		count += each->kind == kind;
	return count;
}

static bool has_room(const struct runner *runner, const struct job_kind *kind)
{
	return running_of(runner, kind) < (kind->at_once ? kind->at_once : 1);
}

static void held_free(struct held *held)
{
	struct held **here = &held->runner->first;

	while (*here != held)
		here = &(*here)->next;
	*here = held->next;
	if (held->run)
		held->kind->free(held->run);
	job_hand_free(held->hand);
	memory_done(&held);
}

/* ---- telling ---- */

static void tell(const struct held *held, const char *state, int64_t done, int64_t total)
{
	CLEANUP(arena_done) struct arena *arena = NULL;

	if (!held->runner->events)
		return;
	arena = arena_new();
	events_publish(held->runner->events, STR("job"),
		       arena_format(arena,
				    "{\"id\":\"%lld\",\"kind\":\"%s\",\"state\":\"%s\",\"done\":%lld,\"total\":%lld}",
				    (long long)held->job.id, held->kind->name, state, (long long)done,
				    (long long)total));
}

/* ---- the end of a job ---- */

/* On the loop: it wrote its end itself. */
static void run_ended(void *data)
{
	struct held *held = data;
	struct runner *runner = held->runner;

	held_free(held);
	look_for_work(runner);
}

static bool worth_trying(const struct model_job *job, const struct err *why)
{
	return job->attempts < ATTEMPTS_MAX && why->kind != ERR_INPUT && why->kind != ERR_ABSENT &&
	       why->kind != ERR_CONFLICT;
}

/* In one transaction: again later, or never again. */
static bool fail_in(struct store_txn *txn, const struct job_kind *kind, const struct model_job *job,
		    const struct err *why, int64_t now, struct err *err)
{
	bool again = kind->every_s || worth_trying(job, why);
	int64_t wait_s = !kind->every_s || worth_trying(job, why) ? RETRY_S * job->attempts : kind->every_s;

	return store_job_end(txn, job->id, job->epoch, again ? MODEL_JOB_WAITING : MODEL_JOB_FAILED, now + wait_s,
			     str_of(why->text), now, err) &&
	       (again || !kind->failed || kind->failed(txn, job, str_of(why->text), now, err));
}

/* It could not be begun: again later, and not for ever. */
static void give_back(struct runner *runner, const struct job_kind *kind, const struct model_job *job,
		      const struct err *why)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct err err = {0};

	log_error("job not begun", F("job", job->id), F("kind", kind->name), F("error", why->text));
	if (!store_write(runner->store, &txn, &err) || !fail_in(txn, kind, job, why, clock_now_s(), &err) ||
	    !store_commit(&txn, &err))
		log_error("job not given back", F("job", job->id), F("error", err.text));
}

static bool work_end_in(struct store_txn *txn, const struct held *held, enum job_outcome outcome,
			const struct err *why, struct err *err)
{
	static const enum model_job_state states[] = {[JOB_DONE] = MODEL_JOB_DONE, [JOB_STOPPED] = MODEL_JOB_STOPPED};
	const struct job_work *work = job_hand_work(held->hand);
	const struct model_job *job = &held->job;
	int64_t done, total, now = clock_now_s(), again_at = work->again_at;

	job_hand_progress(held->hand, &done, &total);
	if (!store_job_progress(txn, job->id, job->epoch, done, total, err) ||
	    (work->result.len && !store_job_result(txn, job->id, job->epoch, buf_str(&work->result), err)))
		return false;
	if (outcome == JOB_FAILED)
		return fail_in(txn, held->kind, job, why, now, err);
	if (outcome == JOB_DONE && held->kind->every_s)
		again_at = now + held->kind->every_s;
	if (outcome == JOB_AGAIN || (outcome == JOB_DONE && held->kind->every_s))
		return store_job_again(txn, job->id, job->epoch, again_at > now ? again_at : now, err);
	return store_job_end(txn, job->id, job->epoch, states[outcome], job->due_at, (struct str){NULL, 0}, now, err);
}

/* On a thread: its end is written here. False: it was not, and is tried again. */
static bool work_ended(struct held *held, enum job_outcome outcome, const struct err *why)
{
	static const char *const words[] = {"done", "stopped", "waiting", "failed"};
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct err err = {0};

	if (outcome == JOB_FAILED)
		log_error("job failed", F("job", held->job.id), F("kind", held->kind->name), F("error", why->text));
	if (!job_hand_is_stale(held->hand) &&
	    !(store_write(held->runner->store, &txn, &err) && work_end_in(txn, held, outcome, why, &err) &&
	      !FAULT("job.end") && store_commit(&txn, &err)) &&
	    err.kind != ERR_CONFLICT) {
		log_error("job's end not written", F("job", held->job.id), F("error", err.text));
		return false;
	}
	store_end(&txn);
	tell(held, words[outcome], job_hand_work(held->hand)->job.progress_done, -1);
	held_free(held);
	return true;
}

static void reap(struct runner *runner)
{
	for (struct held *each = runner->first, *next; each; each = next) {
		enum job_outcome outcome;
		struct err why = {0};

		next = each->next;
		if (each->hand && job_hand_ended(each->hand, &outcome, &why))
			(void)work_ended(each, outcome, &why);
	}
}

/* ---- leases of jobs on threads ---- */

static bool hold_one(struct store_txn *txn, struct held *held, struct err *err)
{
	int64_t done, total;
	bool stop;

	if (!store_job_hold(txn, held->job.id, held->job.epoch, clock_now_s(), LEASE_S, err)) {
		if (err->kind != ERR_CONFLICT)
			return false;
		job_hand_stale(held->hand);
		return true;
	}
	job_hand_progress(held->hand, &done, &total);
	if (!store_job_progress(txn, held->job.id, held->job.epoch, done, total, err) ||
	    !store_job_stop_asked(txn, held->job.id, &stop, err))
		return false;
	if (stop)
		job_hand_stop(held->hand);
	if (done != held->told_done)
		tell(held, "running", done, total);
	held->told_done = done;
	return true;
}

static void hold_all(struct runner *runner)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct err err = {0};
	bool any = false;

	for (const struct held *each = runner->first; each; each = each->next)
		any |= each->hand != NULL;
	if (!any)
		return;
	if (!store_write(runner->store, &txn, &err)) {
		log_warn("leases not extended", F("error", err.text));
		return;
	}
	for (struct held *each = runner->first; each; each = each->next)
		if (each->hand && !hold_one(txn, each, &err)) {
			log_warn("lease not extended", F("job", each->job.id), F("error", err.text));
			return;
		}
	if (!store_commit(&txn, &err))
		log_warn("leases not extended", F("error", err.text));
}

/* ---- taking ---- */

static bool take(struct runner *runner, struct arena *arena, const struct job_kind *kind, struct model_job *job,
		 bool *taken, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(runner->store, &txn, err) &&
	       store_job_take(txn, arena, str_of(kind->name), clock_now_s(), LEASE_S, job, taken, err) &&
	       store_commit(&txn, err);
}

static void thread_told(void *data)
{
	runner_wake(data);
}

static void begin(struct runner *runner, const struct job_kind *kind, const struct model_job *job)
{
	struct held *held = NEW(struct held);
	struct job_env env = {
		.loop = runner->loop,
		.store = runner->store,
		.events = runner->events,
		.port = runner->port,
		.ended = run_ended,
		.data = held,
	};
	struct err err = {0};
	bool ok;

	*held = (struct held){.runner = runner, .kind = kind, .job = *job, .next = runner->first};
	held->job.kind = held->job.detail = held->job.result_json = (struct str){NULL, 0};
	runner->first = held;
	if (kind->work)
		ok = job_hand_start(kind, job, runner->store, runner->events, runner->port, thread_told, runner,
				    &held->hand, &err);
	else
		ok = kind->start(&env, job, &held->run, &err);
	if (ok)
		return;
	held->run = NULL;
	held_free(held);
	give_back(runner, kind, job, &err);
}

/* Kinds that have work; read only, so that looking costs no turn of the writer. */
static bool due_kinds(struct runner *runner, struct arena *arena, const struct str **names, size_t *count,
		      struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_read(runner->store, &txn, err) &&
	       store_jobs_due(txn, arena, clock_now_s(), names, count, err);
}

static bool named(const struct job_kind *kind, const struct str *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_is(names[i], kind->name))
			return true;
	return false;
}

static void look_for_work(struct runner *runner)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const struct str *names;
	struct err err = {0};
	size_t count;

	if (!due_kinds(runner, arena, &names, &count, &err)) {
		log_error("jobs not read", F("error", err.text));
		return;
	}
	for (size_t i = 0; i < runner->kind_count; i++) {
		const struct job_kind *kind = runner->kinds[i];
		struct model_job job;
		bool taken = named(kind, names, count);

		while (taken && has_room(runner, kind)) {
			if (!take(runner, arena, kind, &job, &taken, &err)) {
				log_error("job not taken", F("kind", kind->name), F("error", err.text));
				return;
			}
			if (taken)
				begin(runner, kind, &job);
		}
	}
}

static void look_due(struct loop_timer *timer)
{
	struct runner *runner = container_of(timer, struct runner, look);

	loop_timer_start(runner->loop, &runner->look, LOOK_MS, look_due);
	hold_all(runner);
	reap(runner);
	look_for_work(runner);
}

static void woken(struct loop_watch *watch, uint32_t events)
{
	struct runner *runner = container_of(watch, struct runner, woken);
	uint64_t count;

	(void)events;
	(void)!read(runner->wake_fd, &count, sizeof count);
	reap(runner);
	look_for_work(runner);
}

/* ---- start and end ---- */

static bool prepare_in(const struct runner *runner, struct store_txn *txn, struct err *err)
{
	int64_t now = clock_now_s();

	/* one engine holds the data folder, so whoever had these leases is gone */
	if (!store_jobs_release(txn, err))
		return false;
	for (size_t i = 0; i < runner->kind_count; i++)
		if (runner->kinds[i]->every_s &&
		    !store_job_keep(txn, str_of(runner->kinds[i]->name), 0, now, err))
			return false;
	return true;
}

static bool prepare(const struct runner *runner, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(runner->store, &txn, err) && prepare_in(runner, txn, err) && store_commit(&txn, err);
}

static bool watch_wakes(struct runner *runner, struct err *err)
{
	runner->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (runner->wake_fd < 0)
		return err_set(err, ERR_INTERNAL, "eventfd: no descriptor");
	if (loop_watch(runner->loop, &runner->woken, runner->wake_fd, EPOLLIN, woken))
		return true;
	close(runner->wake_fd);
	return err_set(err, ERR_INTERNAL, "runner: cannot wait for its descriptor");
}

bool runner_start_kinds(const struct job_env *env, const struct job_kind *const *kinds, size_t kind_count,
			struct runner **out, struct err *err)
{
	struct runner *runner = NEW(struct runner);

	*runner = (struct runner){.loop = env->loop,
				  .store = env->store,
				  .events = env->events,
				  .port = env->port,
				  .kinds = kinds,
				  .kind_count = kind_count};
	if (!prepare(runner, err) || !watch_wakes(runner, err)) {
		memory_done(&runner);
		return err_wrap(err, "jobs");
	}
	loop_timer_start(runner->loop, &runner->look, 0, look_due);
	*out = runner;
	return true;
}

bool runner_start(struct loop *loop, struct store *store, struct events *events, struct scan_port *port,
		  struct runner **out, struct err *err)
{
	struct job_env env = {.loop = loop, .store = store, .events = events, .port = port};

	return runner_start_kinds(&env, all_kinds, COUNT_OF(all_kinds), out, err);
}

/* A thread that was told to pause: waits for it, and writes its end. What cannot be written is released at the next start. */
static void finish(struct held *held)
{
	enum job_outcome outcome;
	struct err why = {0};

	if (held->hand)
		while (!job_hand_ended(held->hand, &outcome, &why))
			usleep(2000);
	if (!held->hand || !work_ended(held, outcome, &why))
		held_free(held);
}

void runner_stop(struct runner *runner)
{
	if (!runner)
		return;
	loop_timer_stop(runner->loop, &runner->look);
	loop_unwatch(runner->loop, &runner->woken);
	for (struct held *each = runner->first; each; each = each->next)
		if (each->hand)
			job_hand_pause(each->hand);
	while (runner->first)
		finish(runner->first);
	close(runner->wake_fd);
	memory_done(&runner);
}

void runner_wake(struct runner *runner)
{
	uint64_t one = 1;

	(void)!write(runner->wake_fd, &one, sizeof one);
}

size_t runner_running(struct runner *runner)
{
	size_t count = 0;

	for (const struct held *each = runner->first; each; each = each->next)
		count++;
	return count;
}

const struct job_kind *runner_kind_at(size_t index)
{
	return index < COUNT_OF(all_kinds) ? all_kinds[index] : NULL;
}

const struct job_kind *runner_kind_named(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(all_kinds); i++)
		if (str_is(name, all_kinds[i]->name))
			return all_kinds[i];
	return NULL;
}
