/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * map - a table from bytes to a pointer.
 *
 * Open addressing, hashed with SipHash-1-3 under a key drawn at start, so that strangers who choose
 * the keys cannot make it slow. Keys are borrowed: they live at least as long as their entry.
 */

#include "base/bytes.h"

struct map;

struct map *map_new(void);
void map_free(struct map *map); /* NULL is fine; what the pointers point to is not touched */
void map_done(struct map **map);

size_t map_count(const struct map *map);
void *map_get(const struct map *map, struct bytes key); /* NULL: absent */

/* Sets, replacing; value is not NULL. Returns what stood there, or NULL. */
void *map_set(struct map *map, struct bytes key, void *value);

/* Removes. Returns what stood there, or NULL. */
void *map_remove(struct map *map, struct bytes key);

/*
 * Walks all entries in no order: start with *at = 0, ends with false. Setting or removing during a walk
 * is not allowed.
 */
bool map_next(const struct map *map, size_t *at, struct bytes *key, void **value);

/* The hash it uses, for those who need one of their own. */
uint64_t map_hash(struct bytes key);
