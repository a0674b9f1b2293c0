/* SPDX-License-Identifier: Apache-2.0 */

/* The grid of due times, and what quiet hours make of it: see the door. */

#include "decisions/schedule.h"

#define JITTER_MOST_S 3600
#define DAY_S         86400
#define WEEK_MINUTES  (7 * 1440)

/* Bits of an id that grows with time are alike; so they are mixed (the finalizer of MurmurHash3, public domain). */
static uint64_t mixed(uint64_t id)
{
	id ^= id >> 33;
	id *= 0xff51afd7ed558ccdull;
	id ^= id >> 33;
	id *= 0xc4ceb9fe1a85ec53ull;
	return id ^ id >> 33;
}

/* A tenth of the period, at most an hour. */
static int64_t jitter_of(int64_t every_s, int64_t id)
{
	int64_t room = every_s / 10 < JITTER_MOST_S ? every_s / 10 : JITTER_MOST_S;

	return room > 0 ? (int64_t)(mixed((uint64_t)id) % (uint64_t)room) : 0;
}

static int64_t floor_to(int64_t at, int64_t step)
{
	int64_t rest = at % step;

	return at - (rest < 0 ? rest + step : rest);
}

/* The latest point of the grid that is not after `at`. */
static int64_t grid_before(const struct schedule *schedule, int64_t id, int64_t at)
{
	int64_t jitter = jitter_of(schedule->every_s, id);

	return floor_to(at - jitter, schedule->every_s) + jitter;
}

int64_t schedule_next(const struct schedule *schedule, int64_t id, int64_t created_at, int64_t last_due, int64_t now,
		      int64_t *due_at)
{
	int64_t latest;

	*due_at = 0;
	if (schedule->paused || schedule->every_s <= 0)
		return 0;
	if (last_due == 0) {
		*due_at = created_at;
		return schedule_after_quiet(schedule, created_at > now ? created_at : now);
	}
	latest = grid_before(schedule, id, now);
	if (last_due > now) /* the clock was set back: that time will not be waited for */
		*due_at = latest + schedule->every_s;
	else if (latest > last_due) /* one or many have passed: the latest of them */
		*due_at = latest;
	else
		*due_at = grid_before(schedule, id, last_due) + schedule->every_s;
	return schedule_after_quiet(schedule, *due_at > now ? *due_at : now);
}

/* ---- quiet hours ---- */

static bool in_window(const struct schedule_quiet *quiet, int64_t day, int minute)
{
	bool today = quiet->days >> day & 1, yesterday = quiet->days >> (day + 6) % 7 & 1;

	if (quiet->to > quiet->from)
		return today && minute >= quiet->from && minute < quiet->to;
	return (today && minute >= quiet->from) || (yesterday && minute < quiet->to);
}

static bool quiet_at(const struct schedule *schedule, int64_t day, int minute)
{
	for (size_t i = 0; i < schedule->quiet_count; i++)
		if (in_window(&schedule->quiet[i], day, minute))
			return true;
	return false;
}

bool schedule_is_quiet(const struct schedule *schedule, int64_t at)
{
	int64_t local = at + (schedule->zone ? schedule->zone->offset(schedule->zone, at) : 0);
	int64_t days = floor_to(local, DAY_S) / DAY_S;
	int64_t weekday = (days % 7 + 10) % 7; /* 1970-01-01 was a Thursday */

	return quiet_at(schedule, weekday, (int)((local - days * DAY_S) / 60));
}

/* Minute by minute within eight days: quiet hours end on minutes, and an hour of a clock change costs no thought. */
int64_t schedule_after_quiet(const struct schedule *schedule, int64_t at)
{
	if (schedule->quiet_count == 0 || !schedule_is_quiet(schedule, at))
		return at;
	for (int64_t next = floor_to(at, 60) + 60; next < at + 8 * (int64_t)DAY_S; next += 60)
		if (!schedule_is_quiet(schedule, next))
			return next;
	return at + 8 * (int64_t)DAY_S;
}

static bool some_hour_is_free(const struct schedule *schedule)
{
	int run = 0;

	for (int i = 0; i < WEEK_MINUTES; i++) {
		run = quiet_at(schedule, i / 1440, i % 1440) ? 0 : run + 1;
		if (run >= 60)
			return true;
	}
	return false;
}

bool schedule_check(const struct schedule *schedule, struct err *err)
{
	if (schedule->every_s != 0 &&
	    (schedule->every_s < SCHEDULE_EVERY_LEAST_S || schedule->every_s > SCHEDULE_EVERY_MOST_S)) {
		err_set(err, ERR_INPUT, "schedule: every %lld s", (long long)schedule->every_s);
		return err_fix(err, "schedule-every", "0 for never by itself, or %d to %d seconds",
			       SCHEDULE_EVERY_LEAST_S, SCHEDULE_EVERY_MOST_S);
	}
	if (some_hour_is_free(schedule))
		return true;
	err_set(err, ERR_INPUT, "schedule: the quiet hours leave no hour of the week");
	return err_fix(err, "schedule-quiet", "leave some hours, or pause the source");
}
