/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Finding names. The rows stand in dots in table.h, as people look them up; their DER is made once, and a hash
 * table leads from there to the row, because every name and extension of every certificate asks.
 */

#include "facts/oid.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#include "base/arena.h"
#include "facts/oid/table.h"

#define X(dots, sn, ln) {STR_INIT(dots), STR_INIT(sn), STR_INIT(ln)},
static const struct oid_row rows[] = {OIDS_ALL(X)};
#undef X

enum { SLOTS = 2048, ENCODED_MAX = 24 };

static struct {
	uint8_t len;
	uint8_t oid[ENCODED_MAX];
} encoded[COUNT_OF(rows)];
static uint16_t slots[SLOTS]; /* row + 1; 0: empty */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint32_t slot_of(struct bytes oid)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < oid.len; i++)
		hash = (hash ^ oid.data[i]) * 16777619u;
	return (hash ^ hash >> 15) % SLOTS;
}

static void build(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t len = oid_encode(rows[i].dots, encoded[i].oid, ENCODED_MAX);
		uint32_t slot = slot_of(bytes_of(encoded[i].oid, len));

		assert(len > 0);
		encoded[i].len = (uint8_t)len;
		while (slots[slot])
			slot = (slot + 1) % SLOTS;
		slots[slot] = (uint16_t)(i + 1);
	}
}

const struct oid_row *oid_find(struct bytes oid)
{
	pthread_once(&once, build);
	if (!oid.len || oid.len > ENCODED_MAX)
		return NULL;
	for (uint32_t slot = slot_of(oid); slots[slot]; slot = (slot + 1) % SLOTS) {
		size_t row = slots[slot] - 1u;

		if (encoded[row].len == oid.len && memcmp(encoded[row].oid, oid.data, oid.len) == 0)
			return &rows[row];
	}
	return NULL;
}

struct str oid_long(struct arena *arena, struct bytes oid)
{
	const struct oid_row *row = oid_find(oid);

	return row ? row->long_name : oid_dots(arena, oid);
}

struct str oid_short(struct arena *arena, struct bytes oid)
{
	const struct oid_row *row = oid_find(oid);

	return row ? row->short_name : oid_dots(arena, oid);
}
