/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * source - where discovery looks and when: kinds of sources, their runs, the scheduler.
 *
 * A source is a row: its kind, the kind's options, a schedule. When it is due the scheduler makes a run (unique for the source
 * and the due time) and its job, in one transaction; the job does what the kind says and ends the run: what was not seen
 * again counts a miss, what changed is counted, coverage is written.
 *
 * A kind is a row of source/kinds.h and one file with `const struct source_kind source_kind_NAME`. There are two sorts:
 * one whose runs are scans (it says what to scan), and one that works for itself on the job's thread and reports
 * through jobs/find.
 */

#include "base/err.h"
#include "facts/model.h"
#include "jobs/find.h"
#include "jobs/job.h"
#include "jobs/scan.h"
#include "records/audit.h"

struct arena;
struct json_out;
struct json_value;
struct loop;
struct runner;
struct store;
struct store_txn;

/* ---- what a kind declares ---- */

enum source_type {
	SOURCE_WORDS,  /* a list of texts */
	SOURCE_TEXT,
	SOURCE_CHOICE, /* one of `choices` */
	SOURCE_NUMBER, /* from least to most */
	SOURCE_FLAG,
};

struct source_option {
	const char *name;
	enum source_type type;
	const char *label, *help; /* for forms: "Scopes", "addresses, ranges and names to look at" */
	bool needed;
	const char *choices;  /* "whole|light|polite" */
	int64_t least, most;
	const char *usual;    /* what a form shows when nothing is chosen: "443"; NULL: nothing */
};

/* A run of a kind that works for itself. */
struct source_work {
	struct job_work *job; /* job_progress, job_must_end, job_write; its arena */
	struct model_source source;
	const struct json_value *options;
	int64_t run_id;
};
/* A transaction's worth of finds of this run (jobs/find.h). */
MUST_CHECK bool source_find(struct source_work *work, struct find **out, struct err *err);
/* Where the kind left off, its own text, kept with the source: written with the finds that go with it. */
MUST_CHECK bool source_state_put(struct source_work *work, struct find *find, struct str state, struct err *err);
/* A line of coverage: how many of a scope's targets were there, could be read, held certificates. port 0: none. */
MUST_CHECK bool source_coverage_put(struct source_work *work, struct find *find, const struct model_coverage *row,
				    struct err *err);

struct source_kind {
	const char *name;  /* "network" */
	const char *title; /* "Networks" */
	const char *about;
	const struct source_option *options;
	size_t option_count;

	/* What the types of the options do not say. The options have their types. May be NULL. ERR_INPUT. */
	bool (*check)(const struct json_value *options, struct err *err);

	/* One sort: what to scan. Strings live in arena; txn reads. */
	bool (*scan)(struct arena *arena, struct store_txn *txn, const struct model_source *source,
		     const struct json_value *options, struct scan_request *out, struct err *err);

	/*
	 * The other sort: the work, on a thread, as of struct job_kind. JOB_DONE: it saw everything that it looks after, so
	 * that what it did not report is missed. JOB_AGAIN is for job_end_early only.
	 */
	enum job_outcome (*work)(struct source_work *work, struct err *err);
	bool partial; /* a run tells only what is new since the last (a log): nothing is missed by it */
};

const struct source_kind *source_kind_at(size_t index);       /* NULL after the last */
const struct source_kind *source_kind_named(struct str name); /* or NULL */
/* The table, with options, as the API shows it: an array. */
void source_kinds_write(struct json_out *json);

/* What name servers of the kind dns may be at (wire/egress). Once, before anything runs; borrowed. */
struct egress_policy;
void source_dns_allow(const struct egress_policy *policy);

/* ---- sources ---- */

/* As a request says it. NULL data: as it is, or the usual. */
struct source_request {
	struct str name, kind;
	const struct json_value *options;
	int64_t every_s;               /* -1: as it is */
	const struct json_value *quiet; /* [{"days","from","to"}] */
	struct str zone;
	int paused; /* -1: as it is */
	bool demo;
};

/*
 * Checks and puts it together: over `before` (a source that is changed), or anew (NULL). ERR_INPUT names the field.
 * Texts of out live in arena.
 */
MUST_CHECK bool source_check(struct arena *arena, const struct source_request *request,
			     const struct model_source *before, int64_t now, struct model_source *out,
			     struct err *err);
/* Checked ones into the store, audited. */
MUST_CHECK bool source_add(struct store *store, const struct model_source *source, const struct audit_actor *actor,
			   int64_t now, int64_t *id, struct err *err);
MUST_CHECK bool source_set(struct store *store, const struct model_source *source, const struct audit_actor *actor,
			   int64_t now, struct err *err);
MUST_CHECK bool source_remove(struct store *store, int64_t id, const struct audit_actor *actor, int64_t now,
			      struct err *err);
/* Runs it now. ERR_CONFLICT "source-runs" when a run is open. Wake the runner afterwards. */
MUST_CHECK bool source_run(struct store *store, int64_t id, const struct audit_actor *actor, int64_t now,
			   int64_t *run_id, struct err *err);

/* ---- the scheduler: on the loop, looks for what is due every second ---- */

struct scheduler;
struct scheduler *scheduler_new(struct loop *loop, struct store *store, struct runner *runner);
void scheduler_free(struct scheduler *scheduler); /* NULL is fine */
