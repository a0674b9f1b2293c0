/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Takes jobs and starts them: see the door. Looks for work when it is woken, when a job ends, and once in a while. One job
 * at a time is held: the probe process belongs to one scan.
 */

#include "jobs/runner.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/memory.h"
#include "jobs/scan.h"
#include "records/store.h"

#define LOOK_MS      1000
#define LEASE_S      30
#define ATTEMPTS_MAX 5
#define RETRY_S      15

struct runner {
	struct loop *loop;
	struct store *store;
	struct events *events;
	struct scan_port *port;
	struct loop_watch woken;
	struct loop_timer look;
	int wake_fd;
	struct scan_run *scan;
};

static void look_for_work(struct runner *runner);

static void scan_ended(void *data)
{
	struct runner *runner = data;

	scan_run_free(runner->scan);
	runner->scan = NULL;
	look_for_work(runner);
}

static bool take(struct runner *runner, struct arena *arena, struct model_job *job, bool *taken, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(runner->store, &txn, err) &&
	       store_job_take(txn, arena, clock_now_s(), LEASE_S, job, taken, err) && store_commit(&txn, err);
}

/* It could not be begun: again later, and not for ever. */
static void give_back(struct runner *runner, const struct model_job *job, const struct err *why)
{
	static const struct audit_actor engine = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};
	CLEANUP(store_end) struct store_txn *txn = NULL;
	bool again = job->attempts < ATTEMPTS_MAX && why->kind != ERR_INPUT;
	int64_t now = clock_now_s();
	struct err err = {0};

	log_error("job not begun", F("job", job->id), F("kind", job->kind), F("error", why->text));
	if (!store_write(runner->store, &txn, &err) ||
	    !store_job_end(txn, job->id, job->epoch, again ? MODEL_JOB_WAITING : MODEL_JOB_FAILED, now + RETRY_S,
			   str_of(why->text), now, &err) ||
	    (!again &&
	     !(store_scan_state(txn, job->subject_id, MODEL_SCAN_FAILED, str_of(why->text), now, &err) &&
	       audit_add(txn, &engine, "scan.failed", STR("scan"), now, &err))) ||
	    !store_commit(&txn, &err))
		log_error("job not given back", F("job", job->id), F("error", err.text));
}

static void look_for_work(struct runner *runner)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct scan_env env = {
		.loop = runner->loop,
		.store = runner->store,
		.events = runner->events,
		.port = runner->port,
		.ended = scan_ended,
		.data = runner,
	};
	struct model_job job;
	struct err err = {0};
	bool taken = false;

	if (runner->scan)
		return;
	if (!take(runner, arena, &job, &taken, &err)) {
		log_error("jobs not read", F("error", err.text));
		return;
	}
	if (taken && !scan_run_start(&env, &job, &runner->scan, &err)) {
		runner->scan = NULL;
		give_back(runner, &job, &err);
	}
}

static void look_due(struct loop_timer *timer)
{
	struct runner *runner = container_of(timer, struct runner, look);

	loop_timer_start(runner->loop, &runner->look, LOOK_MS, look_due);
	look_for_work(runner);
}

static void woken(struct loop_watch *watch, uint32_t events)
{
	struct runner *runner = container_of(watch, struct runner, woken);
	uint64_t count;

	(void)events;
	(void)!read(runner->wake_fd, &count, sizeof count);
	look_for_work(runner);
}

static bool release_all(struct store *store, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(store, &txn, err) && store_jobs_release(txn, err) && store_commit(&txn, err);
}

bool runner_start(struct loop *loop, struct store *store, struct events *events, struct scan_port *port,
		  struct runner **out, struct err *err)
{
	struct runner *runner;
	int fd;

	/* one engine holds the data folder, so whoever had these leases is gone */
	if (!release_all(store, err))
		return err_wrap(err, "jobs");
	fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd < 0)
		return err_set(err, ERR_INTERNAL, "eventfd: no descriptor");
	runner = NEW(struct runner);
	*runner = (struct runner){.loop = loop, .store = store, .events = events, .port = port, .wake_fd = fd};
	if (!loop_watch(loop, &runner->woken, fd, EPOLLIN, woken)) {
		close(fd);
		memory_done(&runner);
		return err_set(err, ERR_INTERNAL, "runner: cannot wait for its descriptor");
	}
	loop_timer_start(loop, &runner->look, 0, look_due);
	*out = runner;
	return true;
}

void runner_stop(struct runner *runner)
{
	if (!runner)
		return;
	scan_run_free(runner->scan);
	loop_timer_stop(runner->loop, &runner->look);
	loop_unwatch(runner->loop, &runner->woken);
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
	return runner->scan != NULL;
}
