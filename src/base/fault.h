/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * fault - marks what can fail or be killed between two steps.
 *
 *     if (FAULT("store.commit"))
 *             return err_set(err, ERR_INTERNAL, "commit: fault injected");
 *
 * KEEPVALID_FAULT="store.commit:3" makes the third pass fail, "store.commit:3:kill" kills the process
 * there. Built in for tests (KEEPVALID_FAULTS=1); in a release FAULT is the constant false.
 */

#include <stdbool.h>

#ifdef KEEPVALID_FAULTS
bool fault_hits(const char *name);
# define FAULT(name) fault_hits(name)
#else
# define FAULT(name) false
#endif
