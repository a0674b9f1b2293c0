/* SPDX-License-Identifier: Apache-2.0 */

/* Places that are missed, gone, back or show something else: see gone.h. */

#include "records/store/gone.h"

#include "base/arena.h"
#include "records/store/see.h"
#include "records/store/sightings.h"

static const char STATE[] = "SELECT kind, misses, gone_at, certificate_id, demo FROM locations WHERE id = $1";
static const char MISSES[] = ROUTINE "UPDATE locations SET misses = $2 WHERE id = $1";
static const char GONE[] = ROUTINE "UPDATE locations SET misses = $2, gone_at = $3 WHERE id = $1";
static const char FOUND[] = ROUTINE "UPDATE locations SET misses = 0, gone_at = 0, last_seen = $2, certificate_id = CASE WHEN "
				    "CAST($3 AS BIGINT) > 0 THEN $3 ELSE certificate_id END WHERE id = $1";
static const char ENDPOINT_GONE[] = ROUTINE "UPDATE endpoints SET gone_at = $2 WHERE location_id = $1 AND gone_at <> $2";
static const char STILL_THERE[] = "SELECT COUNT(*) FROM sightings WHERE location_id = $1 AND certificate_id = $2 AND "
				  "current = 1";
static const char SEEN_BY[] = ROUTINE "INSERT INTO source_places (source_id, location_id, run_id) VALUES ($1, $2, $3) ON "
				      "CONFLICT (source_id, location_id) DO UPDATE SET run_id = excluded.run_id";
/* "+ 0": by the index of runs, which has the missed ones first, and not by that of places, which has all. */
static const char NOT_SEEN[] =
	"SELECT p.location_id, COALESCE(e.last_scan_id, 0) FROM source_places p LEFT JOIN endpoints e ON e.location_id = "
	"p.location_id WHERE p.source_id = $1 AND p.location_id + 0 > $2 AND p.run_id < $3 AND "
	"p.missed_run_id <> $3 ORDER BY p.location_id + 0 LIMIT $4";
static const char MISSED_BY[] = ROUTINE "UPDATE source_places SET missed_run_id = $3 WHERE source_id = $1 AND location_id = $2";
static const char FORGET[] = ROUTINE "DELETE FROM source_places WHERE source_id = $1 AND location_id = $2 AND EXISTS (SELECT 1 "
				     "FROM locations o WHERE o.id = $2 AND o.gone_at > 0)";

struct place_state {
	enum model_location_kind kind;
	int64_t misses, gone_at, certificate_id;
	bool demo;
};

static bool state_read(struct store_txn *txn, int64_t location_id, struct place_state *out, struct err *err)
{
	struct db_rows rows;

	if (!db_rows(txn, STATE, VALUES(V(location_id)), &rows, err))
		return false;
	*out = (struct place_state){0};
	if (db_next(&rows)) {
		out->kind = (enum model_location_kind)db_int(&rows, 0);
		out->misses = db_int(&rows, 1);
		out->gone_at = db_int(&rows, 2);
		out->certificate_id = db_int(&rows, 3);
		out->demo = db_int(&rows, 4) != 0;
	}
	return db_rows_end(&rows, err);
}

static bool change_tell(struct store_txn *txn, enum model_change_kind kind, int64_t location_id, int64_t certificate_id,
			int64_t before_id, const struct gone_look *look, bool demo, struct err *err)
{
	struct model_change change = {
		.at = look->at,
		.kind = kind,
		.before_id = before_id,
		.location_id = location_id,
		.source_id = look->source_id,
		.run_id = look->run_id,
		.demo = demo,
	};

	return certificate_id == 0 || store_change_add(txn, &change, certificate_id, err);
}

static bool endpoint_counts(struct store_txn *txn, enum model_location_kind kind, int64_t location_id, int64_t gone_at,
			    struct err *err)
{
	return kind != MODEL_LOCATION_ENDPOINT ||
	       (db_run(txn, ENDPOINT_GONE, VALUES(V(location_id), V(gone_at)), err) &&
		counter_add(txn, "endpoints", gone_at ? -1 : 1, err));
}

bool place_missed(struct store_txn *txn, int64_t location_id, const struct gone_look *look, struct err *err)
{
	struct place_state state;

	if (look->miss == 0)
		return true;
	if (!state_read(txn, location_id, &state, err))
		return false;
	if (state.gone_at || model_location_place(state.kind) == MODEL_PLACE_TELLS)
		return true;
	state.misses += look->miss;
	if (state.misses < look->gone_at_misses)
		return db_run(txn, MISSES, VALUES(V(location_id), V(state.misses)), err);
	return db_run(txn, GONE, VALUES(V(location_id), V(state.misses), V(look->at)), err) &&
	       sightings_end(txn, location_id, state.kind, look->at, err) &&
	       endpoint_counts(txn, state.kind, location_id, look->at, err) &&
	       (state.kind != MODEL_LOCATION_ENDPOINT || state.certificate_id == 0 ||
		see_recount(txn, state.certificate_id, err)) &&
	       change_tell(txn, MODEL_CHANGE_GONE, location_id, state.certificate_id, 0, look, state.demo, err);
}

bool place_found(struct store_txn *txn, int64_t location_id, int64_t leaf_before, int64_t leaf,
		 const struct gone_look *look, struct err *err)
{
	struct place_state state;
	int64_t still = 0;

	if (!state_read(txn, location_id, &state, err) ||
	    !db_run(txn, FOUND, VALUES(V(location_id), V(look->at), V(leaf)), err) ||
	    (look->run_id && /* a look besides the runs says nothing of what the next run is to find */
	     !db_run(txn, SEEN_BY, VALUES(V(look->source_id), V(location_id), V(look->run_id)), err)))
		return false;
	if (state.gone_at && !endpoint_counts(txn, state.kind, location_id, 0, err))
		return false;
	if (leaf_before && leaf && leaf_before != leaf) {
		/* a server with certificates of several types shows now the one, now the other */
		if (!db_number(txn, STILL_THERE, VALUES(V(location_id), V(leaf_before)), 0, &still, err))
			return false;
		return still || change_tell(txn, MODEL_CHANGE_CHANGED, location_id, leaf, leaf_before, look, look->demo, err);
	}
	return !state.gone_at || change_tell(txn, MODEL_CHANGE_NEW, location_id, leaf, 0, look, look->demo, err);
}

struct missed {
	int64_t location_id, scan_id;
};

bool store_places_missed(struct store_txn *txn, const struct store_missed *missed, int64_t *last, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct gone_look look = {
		.source_id = missed->source_id,
		.run_id = missed->run_id,
		.at = missed->at,
		.miss = missed->miss,
		.gone_at_misses = missed->gone_at_misses,
	};
	struct missed *found = ARENA_ARRAY(arena, struct missed, missed->max);
	struct db_rows rows;
	size_t count = 0;

	if (!db_rows(txn, NOT_SEEN,
		     VALUES(V(missed->source_id), V(missed->after), V(missed->run_id), V(missed->max)), &rows, err))
		return false;
	for (; count < missed->max && db_next(&rows); count++)
		found[count] = (struct missed){db_int(&rows, 0), db_int(&rows, 1)};
	if (!db_rows_end(&rows, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		/* the run's scan looked there: it has counted what it saw */
		if (!(missed->scan_id && found[i].scan_id == missed->scan_id) &&
		    !place_missed(txn, found[i].location_id, &look, err))
			return false;
		if (!db_run(txn, MISSED_BY,
			    VALUES(V(missed->source_id), V(found[i].location_id), V(missed->run_id)), err) ||
		    !db_run(txn, FORGET, VALUES(V(missed->source_id), V(found[i].location_id)), err))
			return false;
	}
	*last = count == missed->max ? found[count - 1].location_id : 0;
	return true;
}
