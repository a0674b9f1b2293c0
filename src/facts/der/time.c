/* SPDX-License-Identifier: Apache-2.0 */

/*
 * UTCTime and GeneralizedTime. RFC 5280 allows one form of each; certificates of the nineties and
 * private CAs have the others of X.680 section 46 and 47 too, and those are read and called odd.
 */

#include "facts/der.h"

#include "base/clock.h"

static int digit_pair(struct bytes *from)
{
	const uint8_t *at = from->data;

	if (from->len < 2 || !ascii_is_digit((char)at[0]) || !ascii_is_digit((char)at[1]))
		return -1;
	from->data += 2;
	from->len -= 2;
	return (at[0] - '0') * 10 + (at[1] - '0');
}

/* Two digits when there are any; `or` otherwise. */
static int digit_pair_or(struct bytes *from, int or)
{
	if (!from->len || !ascii_is_digit((char)from->data[0]))
		return or;
	return digit_pair(from);
}

/* A point or comma and at least one digit. */
static bool take_fraction(struct bytes *from)
{
	struct bytes rest = *from;
	uint8_t point;

	if (!bytes_take_u8(&rest, &point) || (point != '.' && point != ',') || !rest.len ||
	    !ascii_is_digit((char)rest.data[0]))
		return false;
	while (rest.len && ascii_is_digit((char)rest.data[0])) {
		rest.data++;
		rest.len--;
	}
	*from = rest;
	return true;
}

/* "Z", "+hhmm", "-hhmm", or nothing, which is taken as UTC. */
static bool take_zone(struct bytes *from, int64_t *ahead_s, const char **odd)
{
	uint8_t sign;
	int hours, minutes;

	*ahead_s = 0;
	if (!bytes_take_u8(from, &sign)) {
		*odd = "time without zone";
		return true;
	}
	if (sign == 'Z')
		return true;
	hours = digit_pair(from);
	minutes = digit_pair_or(from, 0);
	if ((sign != '+' && sign != '-') || hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	*odd = "time with an offset from UTC";
	*ahead_s = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
	return true;
}

static bool take_year(uint8_t tag, struct bytes *from, int *year)
{
	int high = tag == DER_GENERALIZED_TIME ? digit_pair(from) : 0, low = digit_pair(from);

	if (high < 0 || low < 0)
		return false;
	*year = tag == DER_GENERALIZED_TIME ? high * 100 + low : low < 50 ? 2000 + low : 1900 + low;
	return true;
}

bool der_time(uint8_t tag, struct bytes content, int64_t *at, const char **odd)
{
	bool generalized = tag == DER_GENERALIZED_TIME;
	struct clock_date date = {0};
	int64_t local, ahead_s;
	int year, month, day, hour, minute, second;
	const char *strange = NULL;

	if ((!generalized && tag != DER_UTC_TIME) || !take_year(tag, &content, &year))
		return false;
	month = digit_pair(&content);
	day = digit_pair(&content);
	hour = digit_pair(&content);
	minute = generalized ? digit_pair_or(&content, 0) : digit_pair(&content);
	second = digit_pair_or(&content, -2);
	if (second == -2) {
		strange = "time without seconds";
		second = 0;
	}
	if (month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0)
		return false;
	if (generalized && take_fraction(&content))
		strange = "time with a fraction";
	date = (struct clock_date){year, (uint8_t)month, (uint8_t)day, (uint8_t)hour, (uint8_t)minute,
				   (uint8_t)second};
	if (!take_zone(&content, &ahead_s, &strange) || content.len || !clock_from_date(&date, &local))
		return false;
	*at = local - ahead_s;
	if (strange)
		*odd = strange;
	return true;
}
