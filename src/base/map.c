/* SPDX-License-Identifier: Apache-2.0 */

/* Linear probing, at most two thirds full; removal moves followers back. Hash: SipHash-1-3. */

#include "base/map.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/memory.h"

struct slot {
	uint64_t hash;
	struct bytes key;
	void *value; /* NULL: empty */
};

struct map {
	struct slot *slots;
	size_t count, size; /* size is a power of two */
};

static uint64_t secret_key[2];
static pthread_once_t secret_once = PTHREAD_ONCE_INIT;

static void secret_draw(void)
{
	if (getrandom(secret_key, sizeof secret_key, 0) != (ssize_t)sizeof secret_key)
		secret_key[0] ^= (uint64_t)(uintptr_t)&secret_key;
}

static uint64_t rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

uint64_t map_hash(struct bytes key)
{
	uint64_t v[4], word, last = (uint64_t)key.len << 56;

	pthread_once(&secret_once, secret_draw);
	v[0] = secret_key[0] ^ 0x736f6d6570736575;
	v[1] = secret_key[1] ^ 0x646f72616e646f6d;
	v[2] = secret_key[0] ^ 0x6c7967656e657261;
	v[3] = secret_key[1] ^ 0x7465646279746573;
	while (key.len >= 8) {
		memcpy(&word, key.data, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
		key.data += 8;
		key.len -= 8;
	}
	for (size_t i = 0; i < key.len; i++)
		last |= (uint64_t)key.data[i] << (8 * i);
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct map *map_new(void)
{
	struct map *map = NEW(struct map);

	map->size = 16;
	map->slots = memory_new(map->size * sizeof *map->slots);
	return map;
}

void map_free(struct map *map)
{
	if (!map)
		return;
	free(map->slots);
	free(map);
}

void map_done(struct map **map)
{
	map_free(*map);
	*map = NULL;
}

size_t map_count(const struct map *map)
{
	return map->count;
}

/* The slot of key, or the empty one where it would go. */
static struct slot *find(const struct map *map, struct bytes key, uint64_t hash)
{
	size_t at = hash & (map->size - 1);

	while (map->slots[at].value &&
	       (map->slots[at].hash != hash || !bytes_equal(map->slots[at].key, key)))
		at = (at + 1) & (map->size - 1);
	return &map->slots[at];
}

void *map_get(const struct map *map, struct bytes key)
{
	return map->count ? find(map, key, map_hash(key))->value : NULL;
}

static void enlarge(struct map *map)
{
	struct map larger = {.size = map->size * 2, .count = map->count};

	larger.slots = memory_new(larger.size * sizeof *larger.slots);
	for (size_t i = 0; i < map->size; i++)
		if (map->slots[i].value)
			*find(&larger, map->slots[i].key, map->slots[i].hash) = map->slots[i];
	free(map->slots);
	*map = larger;
}

void *map_set(struct map *map, struct bytes key, void *value)
{
	uint64_t hash = map_hash(key);
	struct slot *slot;
	void *before;

	if ((map->count + 1) * 3 > map->size * 2)
		enlarge(map);
	slot = find(map, key, hash);
	before = slot->value;
	if (!before)
		map->count++;
	*slot = (struct slot){hash, key, value};
	return before;
}

void *map_remove(struct map *map, struct bytes key)
{
	struct slot *slot = find(map, key, map_hash(key));
	void *before = slot->value;
	size_t hole = (size_t)(slot - map->slots), at = hole;

	if (!before)
		return NULL;
	map->count--;
	for (;;) {
		size_t home;

		at = (at + 1) & (map->size - 1);
		if (!map->slots[at].value)
			break;
		home = map->slots[at].hash & (map->size - 1);
		if (((at - home) & (map->size - 1)) >= ((at - hole) & (map->size - 1))) {
			map->slots[hole] = map->slots[at];
			hole = at;
		}
	}
	map->slots[hole].value = NULL;
	return before;
}

bool map_next(const struct map *map, size_t *at, struct bytes *key, void **value)
{
	for (; *at < map->size; (*at)++) {
		const struct slot *slot = &map->slots[*at];

		if (!slot->value)
			continue;
		*key = slot->key;
		*value = slot->value;
		(*at)++;
		return true;
	}
	return false;
}
