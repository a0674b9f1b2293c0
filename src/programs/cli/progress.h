/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* progress - a bar on standard error while long work runs; nothing at all when that is no terminal. */

#include "base/loop.h"

struct progress;

/* what  "Scanning" */
struct progress *progress_new(struct loop *loop, const char *what);
void progress_free(struct progress *progress); /* clears the line; NULL is fine */

/* total 0: not known. Drawn at most ten times a second. */
void progress_set(struct progress *progress, uint64_t done, uint64_t total);

/* Takes the bar away so that something else can be written; it comes back with the next progress_set. */
void progress_hide(struct progress *progress);
