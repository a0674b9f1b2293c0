/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * arena - memory for one unit of work (a request, a job, a certificate), thrown away whole.
 *
 * Allocation is a pointer bump; there is no free of one thing. What a function takes an arena for
 * lives in it. Sizes that a peer chooses are capped before they reach an arena.
 */

#include "base/bytes.h"

struct arena;

struct arena *arena_new(void);
/* The same with a first block of that size, for thousands of arenas whose content is known roughly. */
struct arena *arena_new_sized(size_t first_block_bytes);
void arena_free(struct arena *arena); /* NULL is fine */
void arena_done(struct arena **arena); /* for CLEANUP */

/* Forgets everything; keeps the first block, so that a loop over work items does not allocate. */
void arena_reset(struct arena *arena);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

/* Zeroed, aligned for any type. Never NULL. */
void *arena_alloc(struct arena *arena, size_t len);

/* Not zeroed, not aligned: for text. */
char *arena_chars(struct arena *arena, size_t len);

#define ARENA_NEW(arena, type) ((type *)arena_alloc(arena, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array(arena, count, sizeof(type)))

/* count * size with the overflow checked (it ends the process). */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* Copies; the copy of text ends in NUL, which its length does not count. */
struct str arena_str(struct arena *arena, struct str s);
struct bytes arena_bytes(struct arena *arena, struct bytes b);
struct str arena_lower(struct arena *arena, struct str s); /* ASCII lower case */
struct str arena_format(struct arena *arena, const char *format, ...) PRINTF(2, 3);
