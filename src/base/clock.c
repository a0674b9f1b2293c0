/* SPDX-License-Identifier: Apache-2.0 */

/* Time and its spelling: see the door. The calendar arithmetic counts days from 0000-03-01. */

#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t id, int64_t unit_per_s)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * unit_per_s + t.tv_nsec / (1000000000 / unit_per_s);
}

int64_t clock_now_s(void)
{
	return read_clock(CLOCK_REALTIME, 1);
}

int64_t clock_now_ms(void)
{
	return read_clock(CLOCK_REALTIME, 1000);
}

int64_t clock_ticks_ms(void)
{
	return read_clock(CLOCK_MONOTONIC, 1000);
}

int64_t clock_ticks_us(void)
{
	return read_clock(CLOCK_MONOTONIC, 1000000);
}

static int days_in_month(int64_t year, int month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01. March is the first month, so that a leap day ends its year. */
static int64_t days_from_date(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool clock_from_date(const struct clock_date *date, int64_t *at)
{
	if (date->year < -9999 || date->year > 9999 || date->month < 1 || date->month > 12 ||
	    date->day < 1 || date->day > days_in_month(date->year, date->month) || date->hour > 23 ||
	    date->minute > 59 || date->second > 59)
		return false;
	*at = days_from_date(date->year, date->month, date->day) * 86400 + date->hour * 3600 +
	      date->minute * 60 + date->second;
	return true;
}

void clock_to_date(int64_t at, struct clock_date *date)
{
	int64_t days = at / 86400, of_day = at % 86400, era, of_era, year_of_era, of_year, shifted;

	if (of_day < 0) {
		of_day += 86400;
		days--;
	}
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	of_era = days - era * 146097;
	year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	shifted = (5 * of_year + 2) / 153;
	date->day = (uint8_t)(of_year - (153 * shifted + 2) / 5 + 1);
	date->month = (uint8_t)(shifted < 10 ? shifted + 3 : shifted - 9);
	date->year = (int32_t)(year_of_era + era * 400 + (date->month <= 2));
	date->hour = (uint8_t)(of_day / 3600);
	date->minute = (uint8_t)(of_day / 60 % 60);
	date->second = (uint8_t)(of_day % 60);
}

/* The first and the last second that four digits of year can write. */
static const int64_t year_0 = -62167219200, year_9999_end = 253402300799;

static void put_digits(char *to, uint32_t value, size_t count)
{
	while (count--) {
		to[count] = (char)('0' + value % 10);
		value /= 10;
	}
}

void clock_write(int64_t at, char to[CLOCK_TEXT])
{
	struct clock_date d;

	clock_to_date(at < year_0 ? year_0 : at > year_9999_end ? year_9999_end : at, &d);
	memcpy(to, "0000-00-00T00:00:00Z", CLOCK_TEXT);
	put_digits(to, (uint32_t)d.year, 4);
	put_digits(to + 5, d.month, 2);
	put_digits(to + 8, d.day, 2);
	put_digits(to + 11, d.hour, 2);
	put_digits(to + 14, d.minute, 2);
	put_digits(to + 17, d.second, 2);
}

void clock_write_ms(int64_t at_ms, char to[CLOCK_TEXT_MS])
{
	int64_t s = at_ms / 1000, ms = at_ms % 1000;
	char tail[16];

	if (ms < 0) {
		ms += 1000;
		s--;
	}
	clock_write(s, to);
	snprintf(tail, sizeof tail, ".%03uZ", (unsigned)ms);
	memcpy(to + 19, tail, 6);
}

static bool take_digits(struct str *from, size_t count, uint64_t *out)
{
	if (from->len < count || !str_to_u64(str_head(*from, count), UINT64_MAX, out))
		return false;
	*from = str_skip(*from, count);
	return true;
}

static bool take_char(struct str *from, const char *any_of)
{
	if (!from->len || !from->data[0] || !strchr(any_of, from->data[0]))
		return false;
	*from = str_skip(*from, 1);
	return true;
}

/* "Z" or "+hh:mm": how many seconds local time is ahead. */
static bool take_offset(struct str *from, int64_t *ahead_s)
{
	uint64_t hours, minutes;
	bool behind;

	if (take_char(from, "Zz")) {
		*ahead_s = 0;
		return true;
	}
	if (!from->len)
		return false;
	behind = from->data[0] == '-';
	if (!take_char(from, "+-") || !take_digits(from, 2, &hours) || !take_char(from, ":") ||
	    !take_digits(from, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ahead_s = (int64_t)(hours * 3600 + minutes * 60) * (behind ? -1 : 1);
	return true;
}

bool clock_read(struct str text, int64_t *at)
{
	uint64_t number, part[6];
	struct clock_date date;
	int64_t local, ahead_s;
	bool negative = text.len > 1 && text.data[0] == '-';

	if (str_to_u64(negative ? str_skip(text, 1) : text, (uint64_t)1 << 40, &number)) {
		*at = negative ? -(int64_t)number : (int64_t)number;
		return true;
	}
	if (!take_digits(&text, 4, &part[0]) || !take_char(&text, "-") ||
	    !take_digits(&text, 2, &part[1]) || !take_char(&text, "-") ||
	    !take_digits(&text, 2, &part[2]) || !take_char(&text, "Tt ") ||
	    !take_digits(&text, 2, &part[3]) || !take_char(&text, ":") ||
	    !take_digits(&text, 2, &part[4]) || !take_char(&text, ":") ||
	    !take_digits(&text, 2, &part[5]))
		return false;
	if (take_char(&text, ".")) {
		if (!take_char(&text, "0123456789"))
			return false;
		while (take_char(&text, "0123456789"))
			;
	}
	if (!take_offset(&text, &ahead_s) || text.len)
		return false;
	date = (struct clock_date){(int32_t)part[0],  (uint8_t)part[1], (uint8_t)part[2],
				   (uint8_t)part[3], (uint8_t)part[4], (uint8_t)part[5]};
	if (!clock_from_date(&date, &local))
		return false;
	*at = local - ahead_s;
	return true;
}

bool clock_read_duration(struct str text, int64_t *for_s)
{
	static const struct {
		char unit;
		int64_t s;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	int64_t scale = 1;
	uint64_t number;

	if (text.len && !ascii_is_digit(text.data[text.len - 1])) {
		scale = 0;
		for (size_t i = 0; i < COUNT_OF(units); i++)
			if (units[i].unit == text.data[text.len - 1])
				scale = units[i].s;
		text.len--;
	}
	if (!scale || !str_to_u64(text, (uint64_t)1 << 32, &number))
		return false;
	*for_s = (int64_t)number * scale;
	return true;
}
