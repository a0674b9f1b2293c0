/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A table of SLOTS by hash, a newcomer taking the place of who was there. Leaves pass through; intermediates stay, because they come
 * back before their slot is taken. Texts pushed out while a record is being filled live until the next one.
 */

#include "programs/cli/facts_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "facts/cert.h"

enum { SLOTS = 4096, PUSHED_MAX = 1024, TEXT_BYTES = 16 << 20 };

struct entry {
	uint8_t sha256[32];
	struct str text; /* NULL data: empty */
};

struct facts_cache {
	struct buf scratch;
	char *pushed[PUSHED_MAX];
	size_t pushed_count;
	struct entry slots[SLOTS];
};

struct facts_cache *facts_cache_new(void)
{
	struct facts_cache *cache = NEW(struct facts_cache);

	cache->scratch = buf_capped(TEXT_BYTES);
	return cache;
}

static void drop_pushed(struct facts_cache *cache)
{
	while (cache->pushed_count > 0)
		free(cache->pushed[--cache->pushed_count]);
}

void facts_cache_free(struct facts_cache *cache)
{
	if (!cache)
		return;
	drop_pushed(cache);
	for (size_t i = 0; i < SLOTS; i++)
		free((char *)(uintptr_t)cache->slots[i].text.data);
	buf_done(&cache->scratch);
	free(cache);
}

static struct entry *entry_of(struct facts_cache *cache, const struct scan_cert *cert)
{
	size_t at = ((size_t)cert->sha256[0] | (size_t)cert->sha256[1] << 8) % SLOTS;

	return &cache->slots[at];
}

/* Without room to keep what is pushed out, or when the text is too large, the writer renders for itself. */
static void fill_one(struct facts_cache *cache, struct scan_cert *cert)
{
	struct entry *entry = entry_of(cache, cert);
	struct json_out json;

	if (cert->facts_json.data || !cert->facts)
		return;
	if (!entry->text.data || memcmp(entry->sha256, cert->sha256, 32) != 0) {
		if (cache->pushed_count == PUSHED_MAX)
			return;
		buf_clear(&cache->scratch);
		cache->scratch.full = false;
		json = json_out_start(&cache->scratch);
		cert_write(&json, cert->facts);
		if (!buf_ok(&cache->scratch))
			return;
		if (entry->text.data)
			cache->pushed[cache->pushed_count++] = (char *)(uintptr_t)entry->text.data;
		entry->text = (struct str){memory_text(cache->scratch.data), cache->scratch.len};
		memcpy(entry->sha256, cert->sha256, 32);
	}
	cert->facts_json = entry->text;
}

void facts_cache_fill(struct facts_cache *cache, struct scan_record *record)
{
	drop_pushed(cache);
	for (size_t i = 0; i < record->chain_count; i++)
		fill_one(cache, record->chain[i]);
	for (size_t i = 0; i < record->other_leaf_count; i++)
		fill_one(cache, record->other_leaves[i]);
}

void facts_cache_clear(struct scan_record *record)
{
	for (size_t i = 0; i < record->chain_count; i++)
		record->chain[i]->facts_json = (struct str){0};
	for (size_t i = 0; i < record->other_leaf_count; i++)
		record->other_leaves[i]->facts_json = (struct str){0};
}
