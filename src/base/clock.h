/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * clock - what time it is, and how times are written.
 *
 * Below jobs, `now` is a parameter: only loops, jobs, api and programs ask these functions. Times are
 * seconds since 1970 UTC as int64_t (`_at`), durations carry their unit in the name.
 */

#include "base/bytes.h"

int64_t clock_now_s(void);  /* seconds since 1970, UTC */
int64_t clock_now_ms(void); /* the same in milliseconds */
int64_t clock_ticks_ms(void); /* monotonic, from an arbitrary start: for timeouts */
int64_t clock_ticks_us(void);

/* A date of the proleptic Gregorian calendar. month 1-12, day 1-31. */
struct clock_date {
	int32_t year;
	uint8_t month, day, hour, minute, second;
};

/* Years -9999 to 9999. False when the date does not exist (a 60th second does not). */
MUST_CHECK bool clock_from_date(const struct clock_date *date, int64_t *at);
void clock_to_date(int64_t at, struct clock_date *date);

/* "2026-11-20T15:04:05Z", 20 characters and NUL in years 0 to 9999. Others are written as the nearest of these. */
#define CLOCK_TEXT 21
void clock_write(int64_t at, char to[CLOCK_TEXT]);
#define CLOCK_TEXT_MS 25
void clock_write_ms(int64_t at_ms, char to[CLOCK_TEXT_MS]); /* ...05.123Z */

/* RFC 3339 with any offset, or whole seconds since 1970. Fractions of a second are dropped. */
MUST_CHECK bool clock_read(struct str text, int64_t *at);

/* "90s", "15m", "12h", "30d", "2w"; a bare number is seconds. */
MUST_CHECK bool clock_read_duration(struct str text, int64_t *for_s);
