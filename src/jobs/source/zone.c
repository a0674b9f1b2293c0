/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Time zones: local time of this machine, UTC, a fixed offset, or a zone of the system's zone files by name.
 *
 * Of a zone file the 64-bit block is read: transition times and what holds from each on; after the last transition what held
 * last is kept (zone files of today reach to 2037). After RFC 8536 sections 3.1 and 3.2.
 */

#include <string.h>
#include <time.h>

#include "base/file.h"
#include "jobs/source/room.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"
#define ZONE_BYTES  (1 << 20)
#define HEADER      44

struct zone_change {
	int64_t at, offset;
};
struct zone_table {
	const struct zone_change *changes;
	size_t count;
	int64_t before; /* the first one */
};

static int64_t offset_fixed(const struct schedule_zone *zone, int64_t at)
{
	return *(const int64_t *)zone->data;
}

static int64_t offset_local(const struct schedule_zone *zone, int64_t at)
{
	time_t when = (time_t)at;
	struct tm local;

	return localtime_r(&when, &local) ? local.tm_gmtoff : 0;
}

static int64_t offset_table(const struct schedule_zone *zone, int64_t at)
{
	const struct zone_table *table = zone->data;
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->changes[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? table->changes[low - 1].offset : table->before;
}

/* ---- zone files ---- */

static bool number_take(struct bytes *from, size_t len, int64_t *out)
{
	uint64_t value = 0;

	if (from->len < len)
		return false;
	for (size_t i = 0; i < len; i++)
		value = value << 8 | from->data[i];
	if (len < 8 && value >> (8 * len - 1) & 1)
		value |= ~0ull << 8 * len;
	*from = bytes_of(from->data + len, from->len - len);
	*out = (int64_t)value;
	return true;
}

struct zone_counts {
	int64_t isut, isstd, leaps, times, types, chars;
};

/* RFC 8536 3.1: magic, version, 15 unused, six counts. */
static bool header_take(struct bytes *from, struct zone_counts *out)
{
	int64_t *counts[] = {&out->isut, &out->isstd, &out->leaps, &out->times, &out->types, &out->chars};

	if (from->len < HEADER || memcmp(from->data, "TZif", 4) != 0)
		return false;
	*from = bytes_of(from->data + 20, from->len - 20);
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		if (!number_take(from, 4, counts[i]) || *counts[i] < 0 || *counts[i] > 65536)
			return false;
	return out->types > 0;
}

static bool table_read(struct arena *arena, struct bytes file, struct zone_table *out)
{
	struct zone_counts old, counts;
	struct zone_change *changes;
	struct bytes kinds;
	size_t skip;

	if (!header_take(&file, &old))
		return false;
	skip = (size_t)(old.times * 5 + old.types * 6 + old.chars + old.leaps * 8 + old.isstd + old.isut);
	if (skip > file.len)
		return false;
	file = bytes_of(file.data + skip, file.len - skip);
	if (!header_take(&file, &counts) || file.len < (size_t)(counts.times * 9 + counts.types * 6))
		return false;
	changes = ARENA_ARRAY(arena, struct zone_change, (size_t)counts.times + 1);
	for (int64_t i = 0; i < counts.times; i++)
		if (!number_take(&file, 8, &changes[i].at))
			return false;
	kinds = bytes_of(file.data + counts.times, file.len - (size_t)counts.times);
	for (int64_t i = -1; i < counts.times; i++) {
		size_t kind = i < 0 ? 0 : file.data[i];
		struct bytes entry;
		int64_t offset;

		if (kind >= (size_t)counts.types)
			return false;
		entry = bytes_of(kinds.data + 6 * kind, 6);
		if (!number_take(&entry, 4, &offset))
			return false;
		*(i < 0 ? &out->before : &changes[i].offset) = offset;
	}
	out->changes = changes;
	out->count = (size_t)counts.times;
	return true;
}

static bool name_is_safe(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_is_alpha(name.data[i]) && !ascii_is_digit(name.data[i]) && !strchr("/_+-", name.data[i]))
			return false;
	return name.len > 0 && name.len < 64 && name.data[0] != '/';
}

static bool file_zone(struct arena *arena, struct str name, struct schedule_zone *out)
{
	struct zone_table *table = ARENA_NEW(arena, struct zone_table);
	struct bytes file;
	struct err ignored;

	if (!name_is_safe(name) ||
	    !file_read(arena, arena_format(arena, ZONE_FOLDER "%.*s", STR_ARG(name)).data, ZONE_BYTES, &file, &ignored) ||
	    !table_read(arena, file, table))
		return false;
	*out = (struct schedule_zone){offset_table, table};
	return true;
}

/* "+01:00" */
static bool fixed_zone(struct arena *arena, struct str name, struct schedule_zone *out)
{
	int64_t *offset = ARENA_NEW(arena, int64_t);
	struct err ignored;
	int minutes;

	if (name.len != 6 || (name.data[0] != '+' && name.data[0] != '-') ||
	    !schedule_time_read(str_skip(name, 1), &minutes, &ignored) || minutes > 14 * 60)
		return false;
	*offset = (name.data[0] == '-' ? -60 : 60) * (int64_t)minutes;
	*out = (struct schedule_zone){offset_fixed, offset};
	return true;
}

bool zone_read(struct arena *arena, struct str name, struct schedule_zone *out, struct err *err)
{
	if (name.len == 0 || str_is(name, "local")) {
		*out = (struct schedule_zone){offset_local, NULL};
		return true;
	}
	if (str_equal_nocase(name, STR("utc")))
		name = STR("+00:00");
	if (fixed_zone(arena, name, out) || file_zone(arena, name, out))
		return true;
	err_set(err, ERR_INPUT, "schedule: no time zone \"%.*s\"", STR_ARG(str_head(name, 60)));
	return err_fix(err, "schedule-zone", "local, utc, +01:00, or a name such as Europe/Berlin");
}
