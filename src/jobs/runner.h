/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * runner - leased rows of work and who does them.
 *
 * A job is a row with a lease and an epoch. Whoever takes it raises the epoch, and every write of the job checks
 * that the epoch is still its own (store_job_hold): one that was overtaken cannot write. Jobs run on the
 * engine's loop or on threads of their own; each kind is a row of a table (runner/kinds.h), and jobs of different
 * kinds run side by side.
 */

#include "base/err.h"

struct loop;
struct store;
struct events;
struct runner;
struct scan_port;

/* events may be NULL; port: how scans reach the probe process (jobs/scan.h); outlives the runner. */
MUST_CHECK bool runner_start(struct loop *loop, struct store *store, struct events *events, struct scan_port *port,
			     struct runner **out, struct err *err);
/* The same for other kinds than the table's; of env ended and data are not looked at. */
struct job_env;
struct job_kind;
MUST_CHECK bool runner_start_kinds(const struct job_env *env, const struct job_kind *const *kinds, size_t kind_count,
				   struct runner **out, struct err *err);
/* Gives running jobs back, to be taken again at the next start. NULL is fine. */
void runner_stop(struct runner *runner);

/* From any thread: look for work now. */
void runner_wake(struct runner *runner);

/* How many jobs it holds now. */
size_t runner_running(struct runner *runner);

/* The index-th kind of work, or NULL after the last. */
const struct job_kind *runner_kind_at(size_t index);
const struct job_kind *runner_kind_named(struct str name); /* or NULL */
