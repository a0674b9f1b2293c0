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

enum {
	RECENT_BITS = 13, WAYS = 2, SPARE_ARENAS = 32,
	FACTS_BYTES = 768, /* facts take about as much as their DER, and their JSON half as much again */
};

struct kept {
	struct scan_cert cert; /* first: a scan_cert of ours is a kept */
	struct arena *arena;   /* it lives there itself */
	uint32_t uses;
	struct kept *next, **here; /* in the list of unused ones */
};

struct keep {
	struct map *by_hash;
	struct kept *recent[1 << RECENT_BITS][WAYS]; /* by the last bytes of the signature: spares hashing what was just seen */
	struct kept *unused, **unused_end;
	struct arena *spare[SPARE_ARENAS];
	size_t spare_count;
	uint64_t parsed;
	bool wants_json;
	struct buf text; /* where JSON is written before its length is known */
};

struct keep *keep_new(bool wants_json)
{
	struct keep *keep = NEW(struct keep);

	keep->by_hash = map_new();
	keep->unused_end = &keep->unused;
	keep->wants_json = wants_json;
	keep->text = buf_capped(SIZE_MAX / 4);
	return keep;
}

void keep_free(struct keep *keep)
{
	struct bytes key;
	void *kept;

	if (!keep)
		return;
	for (size_t at = 0; map_next(keep->by_hash, &at, &key, &kept);)
		arena_free(((struct kept *)kept)->arena);
	map_free(keep->by_hash);
	while (keep->spare_count)
		arena_free(keep->spare[--keep->spare_count]);
	buf_done(&keep->text);
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

static void render(struct keep *keep, struct kept *kept)
{
	struct json_out json = json_out_start(&keep->text);

	buf_clear(&keep->text);
	cert_write(&json, kept->cert.facts);
	kept->cert.facts_json = arena_str(kept->arena, buf_str(&keep->text));
}

static struct kept *kept_new(struct keep *keep, struct bytes der, const uint8_t *sha256)
{
	struct arena *arena = keep->spare_count ? keep->spare[--keep->spare_count]
						: arena_new_sized(sizeof(struct kept) + FACTS_BYTES + der.len * 7 / 2);
	struct kept *kept = ARENA_NEW(arena, struct kept);
	struct err err = {0};

	kept->arena = arena;
	kept->cert.der = arena_bytes(arena, der);
	memcpy(kept->cert.sha256, sha256, HASH_SHA256);
	keep->parsed++;
	if (!cert_read_hashed(arena, kept->cert.der, sha256, &kept->cert.facts, &err))
		kept->cert.problem = arena_str(arena, str_of(err.text));
	else if (keep->wants_json)
		render(keep, kept);
	map_set(keep->by_hash, bytes_of(kept->cert.sha256, HASH_SHA256), kept);
	return kept;
}

static struct kept **recent_of(struct keep *keep, struct bytes der)
{
	uint32_t last = 0;

	memcpy(&last, der.data + (der.len > 4 ? der.len - 4 : 0), der.len > 4 ? 4 : der.len);
	return keep->recent[last * 2654435761u >> (32 - RECENT_BITS)];
}

static struct kept *find(struct keep *keep, struct bytes der)
{
	struct kept **recent = recent_of(keep, der), *kept = recent[1];
	uint8_t sha256[HASH_SHA256];

	if (recent[0] && bytes_equal(recent[0]->cert.der, der))
		return recent[0];
	if (!kept || !bytes_equal(kept->cert.der, der)) {
		hash_sha256(der, sha256);
		kept = map_get(keep->by_hash, bytes_of(sha256, sizeof sha256));
		if (!kept)
			kept = kept_new(keep, der, sha256);
	}
	recent[1] = recent[0];
	return recent[0] = kept;
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

static void forget(struct keep *keep, struct kept *kept)
{
	struct kept **recent = recent_of(keep, kept->cert.der);
	struct arena *arena = kept->arena;

	for (size_t i = 0; i < WAYS; i++)
		if (recent[i] == kept)
			recent[i] = NULL;
	map_remove(keep->by_hash, bytes_of(kept->cert.sha256, HASH_SHA256));
	if (keep->spare_count == SPARE_ARENAS) {
		arena_free(arena);
		return;
	}
	arena_reset(arena);
	keep->spare[keep->spare_count++] = arena;
}

void keep_forget(struct keep *keep, size_t most)
{
	while (map_count(keep->by_hash) > most && keep->unused) {
		struct kept *kept = keep->unused;

		unused_remove(keep, kept);
		forget(keep, kept);
	}
}

void keep_count(const struct keep *keep, uint64_t *kept, uint64_t *parsed)
{
	*kept = map_count(keep->by_hash);
	*parsed = keep->parsed;
}
