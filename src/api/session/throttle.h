/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * throttle - how long somebody has to wait after wrong guesses.
 *
 * A few are free; from then on every failure doubles the wait, up to a cap. Kept in memory of fixed size: under a
 * flood of keys the oldest are forgotten. Pure but for the lock: now is a parameter.
 */

#include "base/bytes.h"

#define THROTTLE_FREE 5
#define THROTTLE_FORGET_S 900

struct throttle;

struct throttle *throttle_new(void);
void throttle_free(struct throttle *throttle);

/* Seconds to wait before the next try; 0: go on. most_s: the cap. */
uint32_t throttle_wait(struct throttle *throttle, struct str kind, struct str key, uint32_t most_s, int64_t now);
void throttle_failed(struct throttle *throttle, struct str kind, struct str key, int64_t now);
void throttle_passed(struct throttle *throttle, struct str kind, struct str key);
