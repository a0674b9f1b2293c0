/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a certificate's dates say at a time. "Expiring" follows the practice of renewing at two thirds of the
 * life: thirty days are right for a year and for ninety days, and would be wrong for six days.
 */

#include "facts/model.h"

#define EXPIRING_AT_MOST_S (30 * 86400)

int64_t model_expiring_at(int64_t not_before, int64_t not_after)
{
	int64_t life_s, ahead_s = EXPIRING_AT_MOST_S;

	if (__builtin_sub_overflow(not_after, not_before, &life_s) || life_s < 0)
		life_s = 0;
	if (life_s / 3 < ahead_s)
		ahead_s = life_s / 3;
	return not_after - ahead_s;
}

enum model_state model_state_at(int64_t not_before, int64_t not_after, int64_t now)
{
	if (now > not_after)
		return MODEL_STATE_EXPIRED;
	if (now < not_before)
		return MODEL_STATE_FUTURE;
	return now >= model_expiring_at(not_before, not_after) ? MODEL_STATE_EXPIRING
							       : MODEL_STATE_VALID;
}

uint32_t model_problems_at(uint32_t lasting, int64_t not_before, int64_t not_after, int64_t now)
{
	static const uint32_t of_state[] = {
		[MODEL_STATE_VALID] = 0,
		[MODEL_STATE_EXPIRING] = MODEL_PROBLEM_EXPIRING,
		[MODEL_STATE_EXPIRED] = MODEL_PROBLEM_EXPIRED,
		[MODEL_STATE_FUTURE] = MODEL_PROBLEM_NOT_YET_VALID,
	};

	return lasting | of_state[model_state_at(not_before, not_after, now)];
}
