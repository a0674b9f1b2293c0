/* SPDX-License-Identifier: Apache-2.0 */

/* A list of blocks, each twice as large as the one before up to BLOCK_MAX: see the door. */

#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { BLOCK_MIN = 4096, BLOCK_MAX = 1 << 20 };

struct block {
	struct block *before;
	size_t len, cap;
	alignas(max_align_t) char room[];
};

struct arena {
	struct block *last;
	size_t used;
};

static struct block *block_new(size_t cap, struct block *before)
{
	struct block *block = memory_grow(NULL, sizeof *block + cap);

	block->before = before;
	block->len = 0;
	block->cap = cap;
	return block;
}

struct arena *arena_new_sized(size_t first_block_bytes)
{
	struct arena *arena = NEW(struct arena);

	arena->last = block_new(first_block_bytes, NULL);
	return arena;
}

struct arena *arena_new(void)
{
	return arena_new_sized(BLOCK_MIN);
}

void arena_reset(struct arena *arena)
{
	while (arena->last->before) {
		struct block *block = arena->last;

		arena->last = block->before;
		free(block);
	}
	arena->last->len = 0;
	arena->used = 0;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	arena_reset(arena);
	free(arena->last);
	free(arena);
}

void arena_done(struct arena **arena)
{
	arena_free(*arena);
	*arena = NULL;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}

static void *take(struct arena *arena, size_t len, size_t align)
{
	struct block *block = arena->last;
	size_t at = (block->len + align - 1) & ~(align - 1);

	if (at > block->cap || len > block->cap - at) {
		size_t cap = block->cap < BLOCK_MAX ? block->cap * 2 : BLOCK_MAX;

		if (len > SIZE_MAX / 2)
			memory_exhausted(len);
		block = arena->last = block_new(len > cap ? len : cap, block);
		at = 0;
	}
	block->len = at + len;
	arena->used += len;
	return block->room + at;
}

void *arena_alloc(struct arena *arena, size_t len)
{
	return memset(take(arena, len, alignof(max_align_t)), 0, len);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t len;

	if (__builtin_mul_overflow(count, size, &len))
		memory_exhausted(SIZE_MAX);
	return arena_alloc(arena, len);
}

char *arena_chars(struct arena *arena, size_t len)
{
	return take(arena, len, 1);
}

struct bytes arena_bytes(struct arena *arena, struct bytes b)
{
	char *room = arena_chars(arena, b.len + 1);

	if (b.len)
		memcpy(room, b.data, b.len);
	room[b.len] = 0;
	return bytes_of(room, b.len);
}

struct str arena_str(struct arena *arena, struct str s)
{
	return str_from(arena_bytes(arena, bytes_from(s)));
}

struct str arena_lower(struct arena *arena, struct str s)
{
	char *room = arena_chars(arena, s.len + 1);

	for (size_t i = 0; i < s.len; i++)
		room[i] = ascii_lower(s.data[i]);
	room[s.len] = 0;
	return (struct str){room, s.len};
}

struct str arena_format(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	char *room;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		len = 0;
	room = arena_chars(arena, (size_t)len + 1);
	vsnprintf(room, (size_t)len + 1, format, again);
	va_end(again);
	return (struct str){room, (size_t)len};
}
