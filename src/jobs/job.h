/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * job - a kind of work, and what a piece of it may ask while it runs.
 *
 * A job is a row with a lease and an epoch (records/store); jobs/runner takes and starts it. A kind is a row of
 * jobs/runner's table and one file that says how it is done: on the engine's loop, for what waits for many sockets
 * (a scan), or straight through on a thread of its own, for what is a list of transactions (a bulk action, an
 * import). The runner keeps the lease alive for both; each write of the job goes through job_write or store_job_hold,
 * so one that was overtaken writes nothing.
 */

#include "base/buf.h"
#include "base/err.h"
#include "facts/model.h"

struct arena;
struct audit_actor;
struct events;
struct loop;
struct scan_port;
struct store;
struct store_txn;

/* What a job on the loop is given. */
struct job_env {
	struct loop *loop;
	struct store *store;
	struct events *events;  /* may be NULL */
	struct scan_port *port; /* the way to the probe process (jobs/scan.h) */
	/* Called once, from the loop and not from within start: the end is written, free the run. */
	void (*ended)(void *data);
	void *data;
};

/* How a thread's work came to its end. */
enum job_outcome {
	JOB_DONE,
	JOB_STOPPED, /* it was asked to; what was done stays */
	JOB_AGAIN,   /* give it back, to be taken at work->again_at: the engine ends, or it is to recur */
	JOB_FAILED,  /* err says why; tried again some times, unless err is ERR_INPUT, ERR_ABSENT or ERR_CONFLICT */
};

struct job_hand;

/* A piece of work on a thread of its own. */
struct job_work {
	struct model_job job; /* as it was taken */
	struct store *store;
	struct events *events; /* may be NULL */
	struct scan_port *port; /* the way to the probe process; may be NULL; only what it says is for any thread */
	struct arena *arena;   /* of the whole of it */
	struct buf result;     /* one JSON value for the row; empty: none */
	int64_t again_at;      /* for JOB_AGAIN; 0: at once */
	struct job_hand *hand; /* the runner's */
};

struct job_kind {
	const char *name;  /* jobs.kind: "scan" */
	uint32_t at_once;  /* so many of them at the same time; 0: one */
	int64_t every_s;   /* more than 0: it recurs. The runner makes its one row (subject 0) and gives it back when done */
	const char *about; /* "one scan: targets to the probe, its records into the store" */

	/* On the loop: it writes its own end together with its last writes, and holds its own lease. */
	bool (*start)(const struct job_env *env, const struct model_job *job, void **run, struct err *err);
	void (*free)(void *run); /* gives it back when it has not ended */

	/* Or on a thread. */
	enum job_outcome (*work)(struct job_work *work, struct err *err);

	/*
	 * In the transaction that gives a job up for good: what else is to say that it failed (and its audit entry). May be
	 * NULL.
	 */
	bool (*failed)(struct store_txn *txn, const struct model_job *job, struct str why, int64_t now,
		       struct err *err);
	/*
	 * Asks it to stop, in a transaction, with its audit entry, where that is more than to say so in its row. NULL: it is
	 * not.
	 */
	bool (*stop)(struct store_txn *txn, const struct model_job *job, const struct audit_actor *actor, int64_t now,
		     struct err *err);
};

/* The one way to ask a job to stop; ERR_CONFLICT "job-ended" when it has ended. */
MUST_CHECK bool job_stop(struct store *store, const struct job_kind *kind_or_null, int64_t job_id,
			 const struct audit_actor *actor, int64_t now, struct err *err);

/* ---- asked by the work, from its thread ---- */

/* Whether to end soon: somebody asked, the engine ends, or the job is another's. Ask between steps, often. */
bool job_must_end(const struct job_work *work);
/* The outcome that goes with it: return this when job_must_end was true. */
enum job_outcome job_end_early(const struct job_work *work);
/* How far it is; shown by the API and events. total -1: not known. Cheap: written now and then. */
void job_progress(struct job_work *work, int64_t done, int64_t total);
/* A writing transaction in which the lease is checked and extended: ERR_CONFLICT "job-stale" when overtaken. */
MUST_CHECK bool job_write(struct job_work *work, struct store_txn **txn, struct err *err);

/* ---- for jobs/runner ---- */

/* Starts the thread; told is called from it when the work has ended. */
MUST_CHECK bool job_hand_start(const struct job_kind *kind, const struct model_job *job, struct store *store,
			       struct events *events, struct scan_port *port, void (*told)(void *data), void *data, struct job_hand **out,
			       struct err *err);
const struct job_work *job_hand_work(const struct job_hand *hand);
void job_hand_stop(struct job_hand *hand);  /* somebody asked that it stop */
void job_hand_pause(struct job_hand *hand); /* the engine ends: give it back */
void job_hand_stale(struct job_hand *hand); /* another has it now */
bool job_hand_is_stale(const struct job_hand *hand);
void job_hand_progress(const struct job_hand *hand, int64_t *done, int64_t *total);
/* Whether it has ended; if so with what. err is set when the outcome is JOB_FAILED. */
bool job_hand_ended(const struct job_hand *hand, enum job_outcome *outcome, struct err *err);
void job_hand_free(struct job_hand *hand); /* waits for the thread; NULL is fine */
