/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * schedule - when work that recurs is due, quiet hours, and when a place counts as gone.
 *
 * Due times lie on a grid: every so many seconds, moved by a jitter that the id gives, so that a thousand sources of the
 * same period do not begin at once, and two engines mean the same time. After a pause of whatever length (the
 * machine was off, quiet hours, the run before took longer) the latest of the times that passed is run, once. In quiet
 * hours nothing begins: it waits for their end. Pure: `now`, and how far local time is from UTC, come in.
 */

#include "base/err.h"

/* Seconds that local time is ahead of UTC at that instant. */
struct schedule_zone {
	int64_t (*offset)(const struct schedule_zone *zone, int64_t at);
	const void *data;
};

/* From and to in minutes of the local day; to <= from: over midnight, and the days are those it begins on. */
struct schedule_quiet {
	uint8_t days; /* bit 0 Monday … bit 6 Sunday */
	int from, to;
};

struct schedule {
	int64_t every_s; /* 0: never by itself */
	const struct schedule_quiet *quiet;
	size_t quiet_count;
	const struct schedule_zone *zone; /* NULL: UTC */
	bool paused;
};

#define SCHEDULE_EVERY_LEAST_S 60
#define SCHEDULE_EVERY_MOST_S  (366 * 86400)

/* "mon-fri", "sat,sun", "daily"; "08:00". ERR_INPUT. */
MUST_CHECK bool schedule_days_read(struct str text, uint8_t *days, struct err *err);
MUST_CHECK bool schedule_time_read(struct str text, int *minutes, struct err *err);
/* ERR_INPUT when the period is out of range, or quiet hours leave no hour of the week. */
MUST_CHECK bool schedule_check(const struct schedule *schedule, struct err *err);

bool schedule_is_quiet(const struct schedule *schedule, int64_t at);
/* The first instant from `at` on that is not quiet. */
int64_t schedule_after_quiet(const struct schedule *schedule, int64_t at);

/*
 * id          gives the jitter
 * created_at  the first run is due then
 * last_due    due time of the last run, 0 when there was none
 * *due_at     the time that the next run is for: what is unique
 * returns     when it begins: not before due_at, not in quiet hours; 0: never by itself
 *
 * A last_due in the future (the clock was set back) is not waited for.
 */
int64_t schedule_next(const struct schedule *schedule, int64_t id, int64_t created_at, int64_t last_due, int64_t now,
		      int64_t *due_at);

/*
 * How much a look that showed nothing counts towards a place being gone. Somebody who says no counts fully; silence, which may
 * be the network's, counts a third; something that speaks but not as hoped does not count.
 */
#define GONE_LOOK 3
uint32_t schedule_miss(struct str outcome);
/* Whether something answered there. */
bool schedule_answered(struct str outcome);
/* What so many looks in a row, that count fully, add up to. */
uint32_t schedule_gone_at(uint32_t looks);
#define GONE_LOOKS 2
