/* SPDX-License-Identifier: Apache-2.0 */

/* A piece of work and its thread: see the door. What both threads touch is atomic, or belongs to one until `ended`. */

#include "jobs/job.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/memory.h"
#include "records/audit.h"
#include "records/store.h"

#define RESULT_BYTES (1u << 20)
#define LEASE_S      30

struct job_hand {
	struct job_work work;
	const struct job_kind *kind;
	pthread_t thread;
	void (*told)(void *data);
	void *data;
	_Atomic bool stop, pause, stale, ended;
	_Atomic int64_t done, total;
	/* the thread's until `ended` */
	enum job_outcome outcome;
	struct err err;
};

/* ---- the work's side ---- */

bool job_must_end(const struct job_work *work)
{
	const struct job_hand *hand = work->hand;

	return atomic_load(&hand->stop) || atomic_load(&hand->pause) || atomic_load(&hand->stale);
}

enum job_outcome job_end_early(const struct job_work *work)
{
	return atomic_load(&work->hand->stop) ? JOB_STOPPED : JOB_AGAIN;
}

void job_progress(struct job_work *work, int64_t done, int64_t total)
{
	atomic_store(&work->hand->done, done);
	atomic_store(&work->hand->total, total);
}

bool job_write(struct job_work *work, struct store_txn **txn, struct err *err)
{
	const struct model_job *job = &work->job;

	if (!store_write(work->store, txn, err))
		return false;
	if (store_job_hold(*txn, job->id, job->epoch, clock_now_s(), LEASE_S, err))
		return true;
	if (err->kind == ERR_CONFLICT)
		job_hand_stale(work->hand);
	store_end(txn);
	return false;
}

/* ---- asked by others ---- */

static bool stop_in(struct store_txn *txn, const struct job_kind *kind, int64_t job_id, const struct audit_actor *actor,
		    int64_t now, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct model_job job;

	if (!store_job(txn, arena, job_id, &job, err))
		return false;
	if (job.ended_at) {
		err_set(err, ERR_CONFLICT, "the job has ended");
		return err_fix(err, "job-ended", "nothing is left to stop");
	}
	if (kind && kind->stop)
		return kind->stop(txn, &job, actor, now, err);
	return store_job_stop(txn, job.kind, job.subject_id, now, err) &&
	       audit_add(txn, actor, "job.stop", arena_format(arena, "job:%lld", (long long)job_id), now, err);
}

bool job_stop(struct store *store, const struct job_kind *kind_or_null, int64_t job_id,
	      const struct audit_actor *actor, int64_t now, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(store, &txn, err) && stop_in(txn, kind_or_null, job_id, actor, now, err) &&
	       store_commit(&txn, err);
}

static void *run(void *data)
{
	struct job_hand *hand = data;

	hand->outcome = hand->kind->work(&hand->work, &hand->err);
	atomic_store(&hand->ended, true);
	hand->told(hand->data);
	return NULL;
}

/* ---- the runner's side ---- */

bool job_hand_start(const struct job_kind *kind, const struct model_job *job, struct store *store,
		    struct events *events, struct scan_port *port, void (*told)(void *data), void *data, struct job_hand **out,
		    struct err *err)
{
	struct job_hand *hand = NEW(struct job_hand);

	hand->kind = kind;
	hand->told = told;
	hand->data = data;
	hand->work.arena = arena_new();
	hand->work.job = *job;
	hand->work.job.kind = arena_str(hand->work.arena, job->kind);
	hand->work.job.detail = (struct str){NULL, 0};
	hand->work.job.result_json = job->result_json.data ? arena_str(hand->work.arena, job->result_json)
							   : job->result_json;
	hand->work.store = store;
	hand->work.events = events;
	hand->work.port = port;
	hand->work.result = buf_capped(RESULT_BYTES);
	hand->work.hand = hand;
	atomic_store(&hand->done, job->progress_done);
	atomic_store(&hand->total, job->progress_total);
	if (pthread_create(&hand->thread, NULL, run, hand) != 0) {
		buf_done(&hand->work.result);
		arena_free(hand->work.arena);
		memory_done(&hand);
		return err_set(err, ERR_LATER, "no thread for a job");
	}
	*out = hand;
	return true;
}

const struct job_work *job_hand_work(const struct job_hand *hand)
{
	return &hand->work;
}

void job_hand_stop(struct job_hand *hand)
{
	atomic_store(&hand->stop, true);
}

void job_hand_pause(struct job_hand *hand)
{
	atomic_store(&hand->pause, true);
}

void job_hand_stale(struct job_hand *hand)
{
	atomic_store(&hand->stale, true);
}

bool job_hand_is_stale(const struct job_hand *hand)
{
	return atomic_load(&hand->stale);
}

void job_hand_progress(const struct job_hand *hand, int64_t *done, int64_t *total)
{
	*done = atomic_load(&hand->done);
	*total = atomic_load(&hand->total);
}

bool job_hand_ended(const struct job_hand *hand, enum job_outcome *outcome, struct err *err)
{
	if (!atomic_load(&hand->ended))
		return false;
	*outcome = hand->outcome;
	if (hand->outcome == JOB_FAILED)
		*err = hand->err;
	return true;
}

void job_hand_free(struct job_hand *hand)
{
	if (!hand)
		return;
	pthread_join(hand->thread, NULL);
	buf_done(&hand->work.result);
	arena_free(hand->work.arena);
	memory_done(&hand);
}
