/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * fail_on - the small expressions of `scan --fail-on`: conditions on one record.
 *
 *     expires<14d  expired  outcome:timeout|refused  untrusted  untrusted:mozilla  name-mismatch  failed
 *
 * Blanks between conditions mean "and", "OR" or "," between groups mean "or", "-" before a condition negates it.
 */

#include "base/err.h"
#include "facts/scan_record.h"

struct fail_on;

/* err ERR_INPUT with the column */
MUST_CHECK bool fail_on_read(const char *text, struct fail_on **out, struct err *err);
void fail_on_free(struct fail_on *fail_on); /* NULL is fine */
bool fail_on_matches(const struct fail_on *fail_on, const struct scan_record *record, int64_t now);
