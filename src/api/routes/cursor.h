/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * cursor - a place in a list, signed, so that a client can carry it but not make it.
 *
 * It is good for the list, sort and query that it came from: `bound` says which, and is part of what is signed
 * (HMAC-SHA-256 under the instance's key, 128 bits kept).
 */

#include "records/store.h"

struct buf;

void cursor_write(struct buf *to, const uint8_t key[HASH_SHA256], struct str bound, const struct store_cursor *cursor);

/* False when it was not made by us, or for something else. */
MUST_CHECK bool cursor_read(struct arena *arena, const uint8_t key[HASH_SHA256], struct str bound, struct str text,
			    struct store_cursor *out);
