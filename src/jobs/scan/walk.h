/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * walk - the targets of a scan, one at a time, numbered as they come, without those that have a record already.
 *
 * The same words give the same numbers, so a walk can be begun again at any time.
 */

#include "jobs/scan/room.h"

struct probe_target;
struct walk;

/* scan: words and options as they were written down. err ERR_INPUT, or the store's. */
MUST_CHECK bool walk_open(struct store_txn *txn, const struct model_scan *scan, struct walk **out, struct err *err);
void walk_close(struct walk *walk); /* NULL is fine */

/* False at the end. The target's texts live until the next call. */
bool walk_next(struct walk *walk, struct probe_target *target, uint64_t *number);

/* So many numbers have been passed, those with a record included. */
uint64_t walk_count(const struct walk *walk);
