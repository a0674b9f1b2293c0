/* SPDX-License-Identifier: Apache-2.0 */

/* decisions/schedule: the grid, catching up, clocks that jump, quiet hours over midnight and clock changes. */

#include "test.h"

#include "base/clock.h"
#include "decisions/schedule.h"

#define DAY 86400

static int64_t at(const char *text)
{
	int64_t out = 0;

	assert_true(clock_read(str_of(text), &out));
	return out;
}

static const struct schedule daily = {.every_s = DAY};

TEST(the_first_run_is_due_when_the_source_is_made)
{
	int64_t due, now = at("2026-11-20T19:00:00Z");

	assert_int_equal(schedule_next(&daily, 7, now, 0, now, &due), now);
	assert_int_equal(due, now);
	(void)state;
}

TEST(due_times_lie_on_a_grid_that_ids_move)
{
	int64_t now = at("2026-11-20T19:00:00Z"), due, again, other, moved = 0;

	schedule_next(&daily, 7, now - 9 * DAY, now - 1, now, &due);
	assert_true(due > now && due <= now + DAY);
	schedule_next(&daily, 7, now - 9 * DAY, due, due + 5, &again);
	assert_int_equal(again, due + DAY);
	for (int64_t id = 1; id < 50; id++) {
		schedule_next(&daily, id << 40, now - 9 * DAY, now - 1, now, &other);
		moved += other % DAY != due % DAY;
		assert_true(other % DAY < 3600);
	}
	assert_true(moved > 40);
	(void)state;
}

TEST(after_a_long_pause_only_the_latest_time_is_run)
{
	int64_t now = at("2026-11-20T19:00:00Z"), due, later, begins;

	begins = schedule_next(&daily, 7, 0, now - 30 * DAY, now, &due);
	assert_true(due <= now && due > now - DAY);
	assert_int_equal(begins, now);
	assert_true(schedule_next(&daily, 7, 0, due, now, &later) > now);
	assert_int_equal(later, due + DAY);
	(void)state;
}

TEST(a_clock_that_was_set_back_is_not_waited_for)
{
	int64_t now = at("2026-11-20T19:00:00Z"), due;
	int64_t begins = schedule_next(&daily, 7, 0, now + 400 * DAY, now, &due);

	assert_true(begins > now && begins <= now + DAY);
	assert_int_equal(due, begins);
	(void)state;
}

TEST(what_is_paused_or_only_asked_for_is_never_due)
{
	struct schedule paused = {.every_s = DAY, .paused = true}, asked = {.every_s = 0};
	int64_t due;

	assert_int_equal(schedule_next(&paused, 1, 5, 0, 10, &due), 0);
	assert_int_equal(schedule_next(&asked, 1, 5, 0, 10, &due), 0);
	(void)state;
}

static int64_t an_hour_ahead(const struct schedule_zone *zone, int64_t now)
{
	return 3600 + 0 * now;
}

/* Central Europe around the end of October 2026: UTC+2 until 2026-10-25T01:00Z, then UTC+1. */
static int64_t berlin(const struct schedule_zone *zone, int64_t now)
{
	return now < 1792890000 ? 7200 : 3600;
}

static const struct {
	const char *days, *from, *to, *now, *free;
	int64_t (*offset)(const struct schedule_zone *zone, int64_t now);
} quiets[] = {
	/* a Friday */
	{"mon-fri", "08:00", "18:00", "2026-11-20T07:59:59Z", "2026-11-20T07:59:59Z", NULL},
	{"mon-fri", "08:00", "18:00", "2026-11-20T08:00:00Z", "2026-11-20T18:00:00Z", NULL},
	{"mon-fri", "08:00", "18:00", "2026-11-21T09:00:00Z", "2026-11-21T09:00:00Z", NULL},
	{"mon-fri", "08:00", "18:00", "2026-11-20T07:30:00Z", "2026-11-20T17:00:00Z", an_hour_ahead},
	{"fri", "22:00", "06:00", "2026-11-20T23:00:00Z", "2026-11-21T06:00:00Z", NULL},
	{"fri", "22:00", "06:00", "2026-11-21T05:59:00Z", "2026-11-21T06:00:00Z", NULL},
	{"fri", "22:00", "06:00", "2026-11-20T05:00:00Z", "2026-11-20T05:00:00Z", NULL},
	{"sat,sun", "00:00", "24:00", "2026-11-21T00:00:30Z", "2026-11-23T00:00:00Z", NULL},
	{"sun", "01:00", "04:00", "2026-10-24T23:30:00Z", "2026-10-25T03:00:00Z", berlin},
};

TEST(quiet_hours_put_a_run_off_to_their_end)
{
	for (size_t i = 0; i < COUNT_OF(quiets); i++) {
		struct schedule_zone zone = {.offset = quiets[i].offset};
		struct schedule_quiet quiet;
		struct schedule schedule = {
			.every_s = DAY, .quiet = &quiet, .quiet_count = 1, .zone = zone.offset ? &zone : NULL};
		struct err err = {0};

		assert_true(schedule_days_read(str_of(quiets[i].days), &quiet.days, &err));
		assert_true(schedule_time_read(str_of(quiets[i].from), &quiet.from, &err));
		assert_true(schedule_time_read(str_of(quiets[i].to), &quiet.to, &err));
		assert_true(schedule_check(&schedule, &err));
		if (schedule_after_quiet(&schedule, at(quiets[i].now)) != at(quiets[i].free))
			fail_msg("row %zu: %lld", i, (long long)schedule_after_quiet(&schedule, at(quiets[i].now)));
	}
	(void)state;
}

TEST(days_and_times_that_are_none_and_weeks_without_an_hour_are_refused)
{
	static const char *const days[] = {"", "mo", "mon-", "-fri", "mon-fri,", "mon fri"};
	static const char *const times[] = {"", "8:00", "24:01", "08:60", "08-00", "0x:00", "+8:00"};
	struct schedule_quiet quiet = {0x7f, 0, 1440};
	struct schedule schedule = {.every_s = DAY, .quiet = &quiet, .quiet_count = 1};
	struct err err;
	uint8_t found;
	int minutes;

	for (size_t i = 0; i < COUNT_OF(days); i++)
		assert_false(schedule_days_read(str_of(days[i]), &found, &err));
	for (size_t i = 0; i < COUNT_OF(times); i++)
		assert_false(schedule_time_read(str_of(times[i]), &minutes, &err));
	assert_false(schedule_check(&schedule, &err));
	assert_string_equal(err.code, "schedule-quiet");
	schedule.quiet_count = 0;
	schedule.every_s = 30;
	assert_false(schedule_check(&schedule, &err));
	assert_true(schedule_days_read(STR("sat-mon"), &found, &err));
	assert_int_equal(found, 1 << 5 | 1 << 6 | 1);
	(void)state;
}

TEST(who_says_no_counts_more_than_silence)
{
	assert_int_equal(schedule_miss(STR("refused")), GONE_LOOK);
	assert_true(schedule_miss(STR("timeout")) > 0 && schedule_miss(STR("timeout")) < GONE_LOOK);
	assert_int_equal(schedule_miss(STR("garbage")), 0);
	assert_int_equal(schedule_miss(STR("ok")), 0);
	assert_int_equal(schedule_gone_at(GONE_LOOKS), 2 * GONE_LOOK);
	(void)state;
}

TESTS(RUN(the_first_run_is_due_when_the_source_is_made), RUN(due_times_lie_on_a_grid_that_ids_move),
      RUN(after_a_long_pause_only_the_latest_time_is_run), RUN(a_clock_that_was_set_back_is_not_waited_for),
      RUN(what_is_paused_or_only_asked_for_is_never_due), RUN(quiet_hours_put_a_run_off_to_their_end),
      RUN(days_and_times_that_are_none_and_weeks_without_an_hour_are_refused),
      RUN(who_says_no_counts_more_than_silence))
