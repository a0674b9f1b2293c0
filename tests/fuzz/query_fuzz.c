/* SPDX-License-Identifier: Apache-2.0 */

/* Any text: it is refused, or its canonical form reads back as itself and its filter can be asked. */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "decisions/query.h"

static bool row_get(void *row, enum model_field field, size_t nth, struct str *text, int64_t *number)
{
	*text = STR("www.example.org");
	*number = (int64_t)field;
	return nth < 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new();
	struct buf once = buf_capped(65536), twice = buf_capped(65536);
	const struct query_node *query, *again;
	struct err err;
	size_t column = 0;

	if (query_read(arena, (struct str){(const char *)data, len}, &query, &column, &err)) {
		struct model_filter filter = query_filter(arena, query, 1795100000);

		query_matches(&filter, row_get, NULL);
		query_write(&once, query);
		if (once.len <= 4096 && buf_ok(&once)) {
			if (!query_read(arena, buf_str(&once), &again, &column, &err))
				abort();
			query_write(&twice, again);
			if (!str_equal(buf_str(&once), buf_str(&twice)))
				abort();
		}
	} else if (column == 0 || column > len + 1) {
		abort();
	}
	buf_done(&once);
	buf_done(&twice);
	arena_free(arena);
	return 0;
}
