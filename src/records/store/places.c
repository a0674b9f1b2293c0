/* SPDX-License-Identifier: Apache-2.0 */

/* Places that are not endpoints: files, key stores, trust stores, logs, imports, and the certificates seen there. */

#include "base/arena.h"
#include "base/limits.h"
#include "records/store/gone.h"
#include "records/store/query.h"
#include "records/store/sightings.h"

static const char LOCATION[] = "SELECT id FROM locations WHERE kind = $1 AND address = $2";
static const char ADD[] = ROUTINE "INSERT INTO locations (id, kind, address, first_seen, last_seen, demo) "
				  "VALUES ($1, $2, $3, $4, $4, $5)";
static const char LEAF_OF[] = "SELECT certificate_id FROM locations WHERE id = $1";

static bool place_for(struct store_txn *txn, const struct store_place_seen *seen, int64_t *id, struct err *err)
{
	if (!db_number(txn, LOCATION, VALUES(V(seen->kind), V(seen->address)), 0, id, err))
		return false;
	if (*id)
		return true;
	*id = store_new_id(txn->store);
	return db_run(txn, ADD, VALUES(V(*id), V(seen->kind), V(seen->address), V(seen->at), V(seen->demo)), err) &&
	       (!seen->demo || counter_add(txn, "demo", 1, err));
}

static bool repeated(const int64_t *ids, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (ids[i] == ids[at])
			return true;
	return false;
}

bool store_place_see(struct store_txn *txn, const struct store_place_seen *seen, int64_t *location_id, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct sighting_shown *shown = ARENA_ARRAY(arena, struct sighting_shown, seen->count + 1);
	struct sightings_now now = {.kind = seen->kind, .shown = shown, .at = seen->at, .part = seen->part};
	struct gone_look look = {
		.source_id = seen->source_id,
		.run_id = seen->run_id,
		.at = seen->at,
		.demo = seen->demo,
	};
	/* of a chain file, the leaf; of one that holds authorities, the first stands for it */
	int64_t leaf = seen->count && !seen->part ? seen->certificates[0] : 0, before;

	if (seen->kind == MODEL_LOCATION_ENDPOINT || seen->address.len == 0 ||
	    seen->address.len > LIMIT_LOCATION_BYTES)
		return err_set(err, ERR_INPUT, "a place of %zu bytes; 1 to %d may be, and no endpoint",
			       seen->address.len, LIMIT_LOCATION_BYTES);
	if (!place_for(txn, seen, &now.location_id, err))
		return false;
	for (size_t i = 0; i < seen->count; i++)
		if (!repeated(seen->certificates, i))
			shown[now.count++] = (struct sighting_shown){
				.certificate_id = seen->certificates[i],
				.position = seen->part ? 0 : (int64_t)i,
				.leaf = seen->leaf && (seen->part || i == 0),
			};
	if (location_id)
		*location_id = now.location_id;
	return db_number(txn, LEAF_OF, VALUES(V(now.location_id)), 0, &before, err) &&
	       sightings_update(txn, &now, err) && place_found(txn, now.location_id, before, leaf, &look, err);
}
