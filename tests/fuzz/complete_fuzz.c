/* SPDX-License-Identifier: Apache-2.0 */

/* Completion of any text at any place: the first two bytes say where. What is suggested fits in, and writes no wrong byte. */

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "decisions/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new();
	struct buf value = buf_capped(65536);
	struct query_suggestion *found;
	struct query_spot spot;
	struct str text;
	size_t at, count;

	if (len >= 2) {
		at = (size_t)data[0] << 8 | data[1];
		text = (struct str){(const char *)data + 2, len - 2};
		if (query_spot(arena, text, at, &spot)) {
			if (spot.from > spot.to || spot.to > text.len)
				abort();
			count = query_suggest(arena, &spot, 20, &found);
			for (size_t i = 0; i < count; i++)
				if (found[i].insert.len == 0 || !str_is_utf8(found[i].insert))
					abort();
			query_value_text(&value, spot.prefix);
		}
	}
	buf_done(&value);
	arena_free(arena);
	return 0;
}
