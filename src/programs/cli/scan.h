/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* scan - what scan.c (options) and scan_run.c (the run) share. */

#include "discovery/host.h"
#include "discovery/probe.h"
#include "programs/cli/fail_on.h"
#include "programs/cli/scan_rows.h"

/* So many targets get the whole look when it is chosen automatically. */
enum { SCAN_WHOLE_MAX = 1000 };

struct scan_settings {
	struct probe_options options;
	bool look_is_chosen; /* else whole up to SCAN_WHOLE_MAX targets, and light beyond */
	struct rows rows;
	struct fail_on *fail_on; /* or NULL */
	struct target_list *list;
	const char *resolver; /* or NULL: the system's */
	struct host_found *host; /* what this machine has, when "local" is a target; or NULL */
};

/* ---- scan_local.c: the files of this machine, and what its listeners show ---- */

/*
 * Looks at this machine when "local" is among the words, and adds the server names of its configurations to them: *words and *count
 * are then others, in arena. *out stays NULL when it is not among them.
 */
MUST_CHECK bool scan_local_look(struct arena *arena, const struct str *paths, size_t path_count, char ***words,
				size_t *count, struct host_found **out, struct err *err);
/* A listener's record came. */
void scan_local_served(struct host_found *host, const struct scan_record *record);

struct scan_local_summary {
	uint64_t certificates, due, readable_keys, not_served;
	bool matched; /* --fail-on */
};
/* The records of files, after those of the listeners. */
void scan_local_rows(const struct scan_settings *settings, struct rows *rows, struct buf *to, int64_t now,
		     struct scan_local_summary *summary);

/* Answers an exit code; err is set for CLI_FAILED when the run itself failed. */
int scan_run(const struct scan_settings *settings, struct err *err);

/* The same by the server, which keeps what it finds. Says itself what went wrong. */
struct command_call;
int scan_save(struct command_call *call, const struct scan_settings *settings, struct err *err);

/* What the records of a run amount to. matched: --fail-on did. */
int scan_exit(const struct rows_summary *summary, bool matched);
