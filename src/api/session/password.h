/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* password - argon2id, a few at a time. */

#include "base/err.h"

struct arena;
struct password_slots;

struct password_slots *password_slots_new(void);
void password_slots_free(struct password_slots *slots);

/* Length only: long is better than odd. */
MUST_CHECK bool password_fits(struct str password, struct err *err);

/* *out: the encoded text with its salt. ERR_LATER "busy" when too many wait already. */
MUST_CHECK bool password_hash(struct password_slots *slots, struct arena *arena, struct str password, struct str *out,
			      struct err *err);

/* hash may have NULL data: the same work is done, and the answer is no. */
MUST_CHECK bool password_check(struct password_slots *slots, struct str hash, struct str password, bool *good,
			       struct err *err);
