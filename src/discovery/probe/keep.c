/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Certificates by their hash: copied and read at first sight, shared by every record that shows them, so the
 * tail of a chain that ten thousand servers send costs one reading. Those that no pending record shows stand in a list, the
 * longest unused first, for keep_forget.
 */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "discovery/probe/room.h"
#include "facts/cert.h"
#include "facts/hash.h"

enum { RECENT_BITS = 13, RECENT = 1 << RECENT_BITS, SPARE_ARENAS = 32, FACTS_BYTES = 384 /* facts take about as much as their DER */ };

struct kept {
	struct scan_cert cert; /* first: a scan_cert of ours is a kept */
	struct arena *arena;
	char *json; /* facts_json: its own allocation, as most are never shown twice */
	uint32_t uses, shown;
	struct kept *next, **here; /* in the list of unused ones */
};

struct keep {
	struct map *by_hash;
	struct kept *recent[RECENT]; /* by the last bytes of the signature: spares hashing what was just seen */
	struct kept *unused, **unused_end;
	struct arena *spare[SPARE_ARENAS];
	size_t spare_count;
	uint64_t parsed;
};

struct keep *keep_new(void)
{
	struct keep *keep = NEW(struct keep);

	keep->by_hash = map_new();
	keep->unused_end = &keep->unused;
	return keep;
}

static void kept_free(struct kept *kept)
{
	arena_free(kept->arena);
	free(kept->json);
	free(kept);
}

void keep_free(struct keep *keep)
{
	struct bytes key;
	void *kept;

	if (!keep)
		return;
	for (size_t at = 0; map_next(keep->by_hash, &at, &key, &kept);)
		kept_free(kept);
	map_free(keep->by_hash);
	while (keep->spare_count)
		arena_free(keep->spare[--keep->spare_count]);
	free(keep);
}

static void unused_add(struct keep *keep, struct kept *kept)
{
	kept->next = NULL;
	kept->here = keep->unused_end;
	*keep->unused_end = kept;
	keep->unused_end = &kept->next;
}

static void unused_remove(struct keep *keep, struct kept *kept)
{
	*kept->here = kept->next;
	if (kept->next)
		kept->next->here = kept->here;
	else
		keep->unused_end = kept->here;
	kept->here = NULL;
}

static struct kept *kept_new(struct keep *keep, struct bytes der, const uint8_t *sha256)
{
	struct kept *kept = NEW(struct kept);
	struct err err = {0};

	kept->arena = keep->spare_count ? keep->spare[--keep->spare_count]
					 : arena_new_sized(der.len * 2 + FACTS_BYTES);
	kept->cert.der = arena_bytes(kept->arena, der);
	memcpy(kept->cert.sha256, sha256, HASH_SHA256);
	keep->parsed++;
	if (!cert_read(kept->arena, kept->cert.der, &kept->cert.facts, &err))
		kept->cert.problem = arena_str(kept->arena, str_of(err.text));
	map_set(keep->by_hash, bytes_of(kept->cert.sha256, HASH_SHA256), kept);
	return kept;
}

static struct kept **recent_place(struct keep *keep, struct bytes der)
{
	uint32_t last = 0;

	memcpy(&last, der.data + (der.len > 4 ? der.len - 4 : 0), der.len > 4 ? 4 : der.len);
	return &keep->recent[last * 2654435761u >> (32 - RECENT_BITS)];
}

static struct kept *find(struct keep *keep, struct bytes der)
{
	struct kept **recent = recent_place(keep, der);
	uint8_t sha256[HASH_SHA256];
	struct kept *kept;

	if (*recent && bytes_equal((*recent)->cert.der, der))
		return *recent;
	hash_sha256(der, sha256);
	kept = map_get(keep->by_hash, bytes_of(sha256, sizeof sha256));
	if (!kept)
		kept = kept_new(keep, der, sha256);
	return *recent = kept;
}

struct scan_cert *keep_take(struct keep *keep, struct bytes der)
{
	struct kept *kept = find(keep, der);

	if (!kept->uses && kept->here)
		unused_remove(keep, kept);
	kept->uses++;
	return &kept->cert;
}

void keep_drop(struct keep *keep, struct scan_cert *cert)
{
	struct kept *kept = (struct kept *)cert;

	if (--kept->uses == 0)
		unused_add(keep, kept);
}

void keep_shown(struct scan_cert *cert)
{
	struct kept *kept = (struct kept *)cert;
	CLEANUP(buf_done) struct buf text = buf_capped(SIZE_MAX / 4);
	struct json_out json = json_out_start(&text);

	if (++kept->shown != 2 || !cert->facts)
		return;
	cert_write(&json, cert->facts);
	kept->json = memory_new(text.len + 1);
	memcpy(kept->json, text.data, text.len);
	cert->facts_json = (struct str){kept->json, text.len};
}

void keep_forget(struct keep *keep, size_t most)
{
	while (map_count(keep->by_hash) > most && keep->unused) {
		struct kept *kept = keep->unused;

		unused_remove(keep, kept);
		*recent_place(keep, kept->cert.der) = NULL;
		map_remove(keep->by_hash, bytes_of(kept->cert.sha256, HASH_SHA256));
		if (keep->spare_count < SPARE_ARENAS) {
			arena_reset(kept->arena);
			keep->spare[keep->spare_count++] = kept->arena;
			kept->arena = NULL;
		}
		kept_free(kept);
	}
}

void keep_count(const struct keep *keep, uint64_t *kept, uint64_t *parsed)
{
	*kept = map_count(keep->by_hash);
	*parsed = keep->parsed;
}
