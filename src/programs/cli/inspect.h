/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* inspect - what the files of that command share. Private to it. */

#include "base/err.h"
#include "facts/container.h"

struct arena;
struct command_call;

/* Whether the word names an endpoint: HOST:PORT, [V6]:PORT. */
bool inspect_is_endpoint(const char *word);

/*
 * The certificates that an endpoint serves, as if they lay in a file. They live in the arena.
 * err  what came instead of a certificate
 */
MUST_CHECK bool inspect_endpoint(struct arena *arena, const char *word, const struct container **out,
				 struct err *err);

/* For people: a page an item, and a line each for what could not be read (to standard error). */
void inspect_print(struct arena *arena, const char *input, const struct container *container, int64_t now);

/* One JSON document. */
void inspect_print_json(const char *input, const struct container *container);
