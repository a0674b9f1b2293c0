/* SPDX-License-Identifier: Apache-2.0 */

/* Changes that were committed, as events: "certificate" with its kind, for consoles and, later, for channels. */

#include "base/arena.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/log.h"
#include "jobs/events.h"
#include "jobs/find/room.h"

#define TOLD_AT_MOST 50 /* of one transaction; the rest is in the list of changes */
#define EVENT_BYTES  16384

static void write_event(struct json_out *json, const struct model_change *change)
{
	json_out_object(json);
	json_out_key_hex(json, "sha256", bytes_of(change->certificate.sha256, HASH_SHA256));
	json_out_key_text(json, "kind", model_change_name(change->kind));
	json_out_key_str(json, "name", change->certificate.name);
	json_out_key_str(json, "location", change->location);
	json_out_end_object(json);
}

void find_tell_changes(struct store *store, struct events *events, int64_t first, int64_t last)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(store_end) struct store_txn *txn = NULL;
	const struct model_change *changes;
	struct err err = {0};
	size_t count;

	if (!store_read(store, &txn, &err) ||
	    !store_changes_between(txn, arena, first, last, TOLD_AT_MOST, &changes, &count, &err)) {
		log_warn("changes not told", F("error", err.text));
		return;
	}
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_done) struct buf text = buf_capped(EVENT_BYTES);
		struct json_out json = json_out_start(&text);

		write_event(&json, &changes[i]);
		if (buf_ok(&text))
			events_publish(events, STR("certificate"), buf_str(&text));
	}
}
