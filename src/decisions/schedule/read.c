/* SPDX-License-Identifier: Apache-2.0 */

/* Days and times as people write them, and what the outcome of a look means to a place. */

#include "decisions/schedule.h"

static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static bool day_read(struct str text, int *day)
{
	for (int i = 0; i < 7; i++)
		if (str_equal_nocase(text, str_of(day_names[i]))) {
			*day = i;
			return true;
		}
	return false;
}

static bool days_wrong(struct str text, struct err *err)
{
	err_set(err, ERR_INPUT, "schedule: no days \"%.*s\"", STR_ARG(str_head(text, 40)));
	return err_fix(err, "schedule-days", "write mon-fri, sat,sun or daily");
}

bool schedule_days_read(struct str text, uint8_t *days, struct err *err)
{
	struct str rest = text, one;
	uint8_t found = 0;

	if (str_equal_nocase(text, STR("daily"))) {
		*days = 0x7f;
		return true;
	}
	while (str_split(&rest, ',', &one)) {
		struct str first = str_trim(one), last;
		size_t dash = str_find_char(first, '-');
		int from, to;

		last = dash == SIZE_MAX ? first : str_skip(first, dash + 1);
		if (!day_read(str_head(first, dash == SIZE_MAX ? first.len : dash), &from) || !day_read(last, &to))
			return days_wrong(text, err);
		for (int day = from;; day = (day + 1) % 7) {
			found |= (uint8_t)(1 << day);
			if (day == to)
				break;
		}
	}
	*days = found;
	return found ? true : days_wrong(text, err);
}

bool schedule_time_read(struct str text, int *minutes, struct err *err)
{
	struct str rest = text, hours;
	uint64_t hour, minute;

	if (text.len == 5 && str_split(&rest, ':', &hours) && str_to_u64(hours, 24, &hour) &&
	    str_to_u64(rest, 59, &minute) && hours.len == 2 && (hour < 24 || minute == 0)) {
		*minutes = (int)(hour * 60 + minute);
		return true;
	}
	err_set(err, ERR_INPUT, "schedule: no time \"%.*s\"", STR_ARG(str_head(text, 40)));
	return err_fix(err, "schedule-time", "write HH:MM, from 00:00 to 24:00");
}

/* ---- what a look without a certificate means ---- */

static const struct {
	const char *outcome;
	uint32_t miss;
	bool answered;
} outcomes[] = {
	{"refused", GONE_LOOK, false}, {"no-tls", GONE_LOOK, true}, {"starttls-missing", GONE_LOOK, true},
	{"dns", GONE_LOOK, false}, {"absent", GONE_LOOK, false}, /* it is no target any more */
	{"timeout", 1, false}, {"unreachable", 1, false}, {"excluded", 0, false},
	{"ok", 0, true}, {"sni-needed", 0, true}, {"client-certificate-needed", 0, true}, {"alert", 0, true},
	{"garbage", 0, true}, {"limit", 0, true},
};

uint32_t schedule_miss(struct str outcome)
{
	for (size_t i = 0; i < COUNT_OF(outcomes); i++)
		if (str_is(outcome, outcomes[i].outcome))
			return outcomes[i].miss;
	return 0;
}

bool schedule_answered(struct str outcome)
{
	for (size_t i = 0; i < COUNT_OF(outcomes); i++)
		if (str_is(outcome, outcomes[i].outcome))
			return outcomes[i].answered;
	return false;
}

uint32_t schedule_gone_at(uint32_t looks)
{
	return GONE_LOOK * looks;
}
