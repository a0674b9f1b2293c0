/* SPDX-License-Identifier: Apache-2.0 */

/* Ranges of 16-byte addresses, IPv4 as mapped: see the door. */

#include "base/addresses.h"

#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/memory.h"

struct range {
	uint8_t first[16], last[16];
};

struct addresses {
	struct range *ranges;
	size_t count, room, added;
	bool sorted;
};

struct addresses *addresses_new(void)
{
	return NEW(struct addresses);
}

void addresses_free(struct addresses *set)
{
	if (!set)
		return;
	memory_done(&set->ranges);
	memory_done(&set);
}

size_t addresses_count(const struct addresses *set)
{
	return set ? set->added : 0;
}

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

/* 4 or 16 bytes, with or without brackets; 0: it is none. */
static size_t bytes_read(struct str text, uint8_t to[16])
{
	uint8_t len;

	if (text.len > 2 && text.data[0] == '[' && text.data[text.len - 1] == ']')
		text = str_head(str_skip(text, 1), text.len - 2);
	return address_read(text, to, &len) ? len : 0;
}

static void widen(const uint8_t *address, size_t len, uint8_t to[16])
{
	if (len == 16) {
		memcpy(to, address, 16);
		return;
	}
	memcpy(to, mapped, 12);
	memcpy(to + 12, address, 4);
}

/* ---- reading ---- */

static bool block_read(struct str text, size_t slash, struct range *out)
{
	uint8_t bytes[16];
	size_t len = bytes_read(str_head(text, slash), bytes);
	uint64_t bits;

	if (!len || !str_to_u64(str_skip(text, slash + 1), 8 * len, &bits))
		return false;
	widen(bytes, len, out->first);
	memcpy(out->last, out->first, 16);
	bits += 8 * (16 - len);
	for (size_t i = (size_t)bits; i < 128; i++) {
		out->first[i / 8] &= (uint8_t)~(0x80 >> i % 8);
		out->last[i / 8] |= (uint8_t)(0x80 >> i % 8);
	}
	return true;
}

static bool range_read(struct str text, size_t dash, struct range *out)
{
	uint8_t bytes[16];
	size_t len = bytes_read(str_head(text, dash), bytes);
	struct str end = str_skip(text, dash + 1);
	uint64_t number;

	if (!len)
		return false;
	widen(bytes, len, out->first);
	memcpy(out->last, out->first, 16);
	if (len == 4 && str_to_u64(end, 255, &number))
		out->last[15] = (uint8_t)number;
	else if (bytes_read(end, bytes) == len)
		widen(bytes, len, out->last);
	else
		return false;
	return memcmp(out->first, out->last, 16) <= 0;
}

static bool text_read(struct str text, struct range *out)
{
	size_t slash = str_find_char(text, '/'), dash = str_find_char(text, '-');
	uint8_t bytes[16];
	size_t len;

	if (slash != SIZE_MAX)
		return block_read(text, slash, out);
	if (dash != SIZE_MAX)
		return range_read(text, dash, out);
	len = bytes_read(text, bytes);
	if (!len)
		return false;
	widen(bytes, len, out->first);
	memcpy(out->last, out->first, 16);
	return true;
}

bool addresses_add(struct addresses *set, struct str text)
{
	struct range range;

	if (!text_read(text, &range))
		return false;
	if (set->count == set->room) {
		set->room = set->room ? set->room * 2 : 16;
		set->ranges = memory_grow(set->ranges, set->room * sizeof *set->ranges);
	}
	set->ranges[set->count++] = range;
	set->added++;
	set->sorted = false;
	return true;
}

/* ---- asking ---- */

static int by_first(const void *a, const void *b)
{
	return memcmp(((const struct range *)a)->first, ((const struct range *)b)->first, 16);
}

/* Sorted, and those that overlap joined: then at most one range can hold an address. */
static void settle(struct addresses *set)
{
	size_t kept = 0;

	qsort(set->ranges, set->count, sizeof *set->ranges, by_first);
	for (size_t i = 0; i < set->count; i++) {
		struct range *last = kept ? &set->ranges[kept - 1] : NULL;

		if (!last || memcmp(set->ranges[i].first, last->last, 16) > 0)
			set->ranges[kept++] = set->ranges[i];
		else if (memcmp(set->ranges[i].last, last->last, 16) > 0)
			memcpy(last->last, set->ranges[i].last, 16);
	}
	set->count = kept;
	set->sorted = true;
}

bool addresses_has(struct addresses *set, const uint8_t *address, size_t len)
{
	uint8_t wide[16];
	size_t low = 0, high;

	if (!set || set->count == 0 || (len != 4 && len != 16))
		return false;
	if (!set->sorted)
		settle(set);
	widen(address, len, wide);
	for (high = set->count; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(set->ranges[middle].last, wide, 16) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->count && memcmp(set->ranges[low].first, wide, 16) <= 0;
}

bool addresses_has_text(struct addresses *set, struct str text)
{
	uint8_t bytes[16];
	size_t len = bytes_read(text, bytes);

	return len && addresses_has(set, bytes, len);
}
