/* SPDX-License-Identifier: Apache-2.0 */

/* Fault points: see the door. The plan is read from the environment once. */

#include "base/fault.h"

#ifdef KEEPVALID_FAULTS

# include <signal.h>
# include <stdatomic.h>
# include <stdlib.h>
# include <string.h>
# include <unistd.h>

static struct {
	char name[64];
	long nth;
	bool kill;
	atomic_long seen;
	atomic_int state; /* 0 not read, 1 nothing planned, 2 planned */
} plan;

static void plan_read(void)
{
	const char *text = getenv("KEEPVALID_FAULT"), *colon = text ? strchr(text, ':') : NULL;
	size_t len = colon ? (size_t)(colon - text) : 0;

	if (!colon || len >= sizeof plan.name) {
		plan.state = 1;
		return;
	}
	memcpy(plan.name, text, len);
	plan.name[len] = 0;
	plan.nth = strtol(colon + 1, NULL, 10);
	plan.kill = strstr(colon + 1, ":kill") != NULL;
	plan.state = 2;
}

bool fault_hits(const char *name)
{
	if (plan.state == 0)
		plan_read();
	if (plan.state == 1 || strcmp(name, plan.name) != 0)
		return false;
	if (atomic_fetch_add(&plan.seen, 1) + 1 != plan.nth)
		return false;
	if (plan.kill)
		kill(getpid(), SIGKILL);
	return true;
}

#else

typedef int fault_is_empty_in_a_release;

#endif
