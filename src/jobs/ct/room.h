/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of jobs/ct share. */

#include "base/arena.h"
#include "base/json.h"
#include "discovery/ct.h"
#include "jobs/ct.h"
#include "jobs/source.h"
#include "records/store.h"

/* A log of this run. */
struct ct_reading {
	struct ct_log log;
	struct str id;        /* hexadecimal */
	struct str position;  /* JSON; empty: never read */
	int64_t next;         /* -1: never read */
	bool begun, ended;
	struct arena *arena;  /* of the batch that comes in */
	struct ct_certificate *first, **end;
	size_t count;
	int64_t read, ours;
};

/* A certificate that came in. */
struct ct_certificate {
	struct ct_certificate *next;
	struct bytes der;
	struct str facts, word;
	int64_t index, at_ms;
};

struct ct_work {
	struct source_work *source;
	struct ct_port *port;
	struct ct_line *line;
	struct ct_domains *domains;
	struct ct_reading *logs;
	size_t count, running, next;
	int64_t now, begun_at;
};

/* logs.c: which logs, and where reading of each stands. *logs are never freed before the work's arena. err ERR_INPUT */
bool ct_logs_choose(struct ct_work *work, struct err *err);

/* keep.c: a batch with the position after it, in one transaction; what became of a log. */
bool ct_batch_keep(struct ct_work *work, struct ct_reading *log, const struct ct_heard *batch, struct err *err);
bool ct_end_keep(struct ct_work *work, struct ct_reading *log, const struct err *why, struct err *err);
