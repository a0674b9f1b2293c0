/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of jobs/source share. */

#include "base/arena.h"
#include "base/json.h"
#include "decisions/schedule.h"
#include "jobs/source.h"
#include "records/store.h"

#define RUN_JOB "run"

/* options.c: the options against the kind's table, and read from it. */
MUST_CHECK bool options_check(const struct source_kind *kind, const struct json_value *options, struct err *err);
struct str option_text(struct arena *arena, const struct json_value *options, const char *name); /* or NULL data */
const struct str *option_words(struct arena *arena, const struct json_value *options, const char *name,
			       size_t *count);
int64_t option_number(const struct json_value *options, const char *name, int64_t or);
bool option_flag(const struct json_value *options, const char *name, bool or);
/* Rows of options that kinds whose runs are scans have in common, and what they make of a request. */
/* clang-format off */
#define OPTIONS_OF_SCAN \
	{"ports", SOURCE_TEXT, "Ports", "ports, ranges or names: 443,8443,1-1024,common", false, NULL, 0, 0, "443"}, \
	{"starttls", SOURCE_TEXT, "STARTTLS", "auto, none, or a protocol such as smtp", false, NULL, 0, 0, "auto"}, \
	{"look", SOURCE_CHOICE, "Look", "how much is asked of an endpoint", false, "whole|light|polite", 0, 0, "polite"}, \
	{"exclude", SOURCE_WORDS, "Exclude", "addresses, blocks and names that are not looked at", false, NULL, 0, 0, NULL}, \
	{"rate", SOURCE_NUMBER, "Rate", "new connections a second; 0: no limit", false, NULL, 0, 1000000, "0"}, \
	{"timeout_s", SOURCE_NUMBER, "Timeout", "seconds for one connection", false, NULL, 1, 300, "5"}
/* clang-format on */
void options_of_scan(struct arena *arena, const struct json_value *options, struct scan_request *out);

/* plan.c: a source's schedule. quiet and zone live in arena. */
MUST_CHECK bool plan_read(struct arena *arena, const struct model_source *source, struct schedule *out,
			  struct err *err);
MUST_CHECK bool plan_quiet_read(struct arena *arena, const struct json_value *list, struct schedule *out,
				struct err *err);
/* When it runs next, as from now on; 0 never by itself. *due_at as schedule_next. */
MUST_CHECK bool plan_next(struct arena *arena, const struct model_source *source, int64_t now, int64_t *begins_at,
			  int64_t *due_at, struct err *err);

/* zone.c: "local", "utc", "+01:00", "Europe/Berlin" (RFC 8536 files). ERR_INPUT. */
MUST_CHECK bool zone_read(struct arena *arena, struct str name, struct schedule_zone *out, struct err *err);

/* make.c: a run and its job, in a transaction. *made false: there is one for that time, or one is open. */
MUST_CHECK bool run_make(struct store_txn *txn, int64_t source_id, int64_t due_at, const struct audit_actor *actor,
			 int64_t now, int64_t *run_id, bool *made, struct err *err);

/* coverage.c: what a run's scan found of each scope and port; nothing for runs that are no scans. */
MUST_CHECK bool coverage_write(struct job_work *job, const struct model_source *source, const struct model_run *run,
			       const struct json_value *options, struct err *err);

/* learnt.c: names that were learnt and lie within the scopes join the targets. */
MUST_CHECK bool learnt_add(struct arena *arena, struct store_txn *txn, const struct model_source *source,
			   int64_t now, struct scan_request *request, struct err *err);
