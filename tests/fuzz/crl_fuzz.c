/* SPDX-License-Identifier: Apache-2.0 */

/* Any bytes as a revocation list: refused with an offset, or read so that every entry is found by its serial. */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "facts/crl.h"

static bool finds(const struct crl *crl, const struct crl_entry *wanted)
{
	const struct crl_entry *entry;
	size_t at = 0;

	for (size_t tries = 0; tries < 64 && (entry = crl_find_next(crl, wanted->serial, &at)); tries++)
		if (entry == wanted)
			return true;
	return at >= 64; /* very many of one serial */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new();
	struct buf text = buf_capped(1 << 24);
	struct json_out json = json_out_start(&text);
	const struct crl *crl = NULL;
	struct err err = {0};

	if (crl_read(arena, bytes_of(data, len), &crl, &err)) {
		for (size_t i = 0; i < crl->entry_count && i < 64; i++)
			if (!finds(crl, &crl->entries[i]))
				abort();
		crl_write(&json, crl);
		if (!buf_ok(&text))
			abort();
	} else if (err.kind != ERR_INPUT || !strstr(err.text, "at byte")) {
		abort();
	}
	buf_done(&text);
	arena_free(arena);
	return 0;
}
