/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Tiles: 256 hashes of a level that is a multiple of eight; what lies between the levels is computed. A few are kept, the
 * one used longest ago makes room. Nothing here is proved: what comes out of it is held against a signed root.
 * After tlog-tiles of C2SP.
 */

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "discovery/ct/inside.h"

enum { KEPT = 32 };

struct tile {
	struct ct_tile_id id;
	uint64_t used;
	uint8_t hashes[CT_TILE][HASH_SHA256];
};

struct ct_tiles {
	uint64_t size, clock;
	struct ct_tile_id wanted;
	struct tile *kept[KEPT];
};

struct ct_tiles *ct_tiles_new(void)
{
	return NEW(struct ct_tiles);
}

void ct_tiles_free(struct ct_tiles *tiles)
{
	if (!tiles)
		return;
	for (size_t i = 0; i < KEPT; i++)
		free(tiles->kept[i]);
	free(tiles);
}

void ct_tiles_size(struct ct_tiles *tiles, uint64_t size)
{
	tiles->size = size;
}

struct ct_tile_id ct_tiles_wanted(const struct ct_tiles *tiles)
{
	return tiles->wanted;
}

static struct tile *find(struct ct_tiles *tiles, struct ct_tile_id id)
{
	for (size_t i = 0; i < KEPT; i++) {
		struct tile *tile = tiles->kept[i];

		if (tile && tile->id.level == id.level && tile->id.index == id.index && tile->id.width >= id.width) {
			tile->used = ++tiles->clock;
			return tile;
		}
	}
	return NULL;
}

/* Where the next one goes: its own narrower form, an empty place, or that of the one used longest ago. */
static struct tile *place(struct ct_tiles *tiles, struct ct_tile_id id)
{
	size_t best = 0;

	for (size_t i = 0; i < KEPT; i++) {
		const struct tile *tile = tiles->kept[i];

		if (!tile || (tile->id.level == id.level && tile->id.index == id.index)) {
			best = i;
			break;
		}
		if (tile->used < tiles->kept[best]->used)
			best = i;
	}
	if (!tiles->kept[best])
		tiles->kept[best] = NEW(struct tile);
	return tiles->kept[best];
}

bool ct_tiles_put(struct ct_tiles *tiles, struct ct_tile_id id, struct bytes content)
{
	struct tile *tile;

	if (content.len != (size_t)id.width * HASH_SHA256)
		return false;
	tile = place(tiles, id);
	tile->id = id;
	tile->used = ++tiles->clock;
	memcpy(tile->hashes, content.data, content.len);
	return true;
}

bool ct_tiles_node(void *data, unsigned level, uint64_t index, uint8_t to[HASH_SHA256])
{
	struct ct_tiles *tiles = data;
	unsigned above = level % 8, count = 1u << above;
	uint64_t first = index << above, all = tiles->size >> (level - above);
	struct ct_tile_id id = {level / 8, first / CT_TILE, CT_TILE};
	uint8_t hashes[CT_TILE / 2][HASH_SHA256];
	const struct tile *tile;

	if (all - id.index * CT_TILE < CT_TILE)
		id.width = (unsigned)(all - id.index * CT_TILE);
	tile = find(tiles, id);
	if (!tile) {
		tiles->wanted = id;
		return false;
	}
	memcpy(hashes, tile->hashes[first % CT_TILE], (size_t)count * HASH_SHA256);
	for (; count > 1; count /= 2)
		for (unsigned i = 0; i < count / 2; i++)
			merkle_node_hash(hashes[2 * i], hashes[2 * i + 1], hashes[i]);
	memcpy(to, hashes[0], HASH_SHA256);
	return true;
}

void ct_tile_path(struct buf *to, struct ct_tile_id id)
{
	uint64_t above = id.index, scale = 1;

	if (id.level == CT_TILE_DATA)
		buf_add_text(to, "tile/data/");
	else
		buf_addf(to, "tile/%u/", id.level);
	while (above >= 1000) {
		above /= 1000;
		scale *= 1000;
	}
	for (; scale > 1; scale /= 1000)
		buf_addf(to, "x%03u/", (unsigned)(id.index / scale % 1000));
	buf_addf(to, "%03u", (unsigned)(id.index % 1000));
	if (id.width < CT_TILE)
		buf_addf(to, ".p/%u", id.width);
}
