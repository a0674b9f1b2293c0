/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* scan - what scan.c (options) and scan_run.c (the run) share. */

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
};

/* Answers an exit code; err is set for CLI_FAILED when the run itself failed. */
int scan_run(const struct scan_settings *settings, struct err *err);
