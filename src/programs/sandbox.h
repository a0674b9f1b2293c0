/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * sandbox - what a process gives up before it meets strangers.
 *
 * First PR_SET_NO_NEW_PRIVS, then Landlock (no files at all, no TCP port to listen on, no signals to others), then
 * seccomp (system calls by a list, the rest answer EPERM). Called before threads start, after everything that has
 * to be opened is open. A kernel without Landlock is told, not fought: seccomp alone already lets nothing be opened.
 */

#include "base/err.h"

struct sandbox_report {
	int landlock; /* its ABI, 0: the kernel has none */
	bool seccomp;
};

/* For the probe: network out, its open descriptors, memory, time. err ERR_INTERNAL when it cannot be had. */
MUST_CHECK bool sandbox_probe(struct sandbox_report *report, struct err *err);

/*
 * For the finder: files may be read and nothing else done to them, no sockets are made, nobody is signalled; of root's powers only
 * that to read stays. err ERR_INTERNAL
 */
MUST_CHECK bool sandbox_finder(struct sandbox_report *report, struct err *err);

/* For the engine: all but what no server does: run programs, trace, load modules, mount, change the clock. */
MUST_CHECK bool sandbox_engine(struct sandbox_report *report, struct err *err);

/* Of any process of ours: no core dumps, not to be traced by others of the same user. */
void sandbox_private(void);

/* What this machine offers, without giving up anything: for doctor. */
struct sandbox_report sandbox_offered(void);
