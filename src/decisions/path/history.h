/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* history - renewals as they were seen. */

#include "decisions/path.h"

enum renewal_kind { RENEWAL_IN_TIME, RENEWAL_LATE, RENEWAL_UNSEEN /* nobody looked in between */ };

/* At one place, `to` took the place of `from`. */
struct renewal {
	size_t from, to; /* certificates */
	size_t sight;    /* that of `to` there */
	enum renewal_kind kind;
	int64_t lead_s;  /* in time or late: how long before the end of `from`; negative: after it */
};

/* The last few per cent of a life: what comes then came late. */
int64_t renewal_margin_s(const struct path_certificate *certificate);
int64_t renewal_life_s(const struct path_certificate *certificate);

/* The renewal that made this sighting; false when it was none. */
bool renewal_at(const struct path_history *history, size_t sight, struct renewal *out);
