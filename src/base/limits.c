/* SPDX-License-Identifier: Apache-2.0 */

/* The table of limits as data: see the door. */

#include "base/limits.h"

#include "base/bytes.h"

static const struct limit_row rows[] = {
#define X(name, value, unit, what) {#name, value, unit, what},
	LIMITS_ALL(X)
#undef X
};

const struct limit_row *limits_table(size_t *count)
{
	*count = COUNT_OF(rows);
	return rows;
}
