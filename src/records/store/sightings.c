/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Sightings: see sightings.h. Each change of one moves the counts of its certificate, and those the totals, the table of days
 * and the lineage.
 */

#include "records/store/sightings.h"

#include <string.h>

#include "base/arena.h"
#include "records/store/inside.h"
#include "records/store/lineages.h"

#define DAY_S 86400

static const char SIGHTINGS[] = "SELECT s.id, s.certificate_id, s.leaf, s.current, c.key_id FROM sightings s "
				"JOIN certificates c ON c.id = s.certificate_id WHERE s.location_id = $1";
/* Of a place that may have very many (a log): those that are asked for. */
static const char SIGHTING_OF[] = "SELECT s.id, s.certificate_id, s.leaf, s.current, c.key_id FROM sightings s "
				  "JOIN certificates c ON c.id = s.certificate_id WHERE s.location_id = $1 AND "
				  "s.certificate_id = $2";
static const char SIGHTING_ADD[] =
	ROUTINE "INSERT INTO sightings (id, certificate_id, location_id, position, leaf, first_seen, last_seen, "
		"current, expected) VALUES ($1, $2, $3, $4, $5, $6, $6, 1, 1)";
static const char SIGHTING_SEEN[] = ROUTINE "UPDATE sightings SET position = $2, leaf = $3, last_seen = $4, current = 1, "
					    "gone_at = 0 WHERE id = $1";
static const char SIGHTING_GONE[] = ROUTINE "UPDATE sightings SET current = 0, gone_at = $2 WHERE id = $1";
static const char KEY_ALGORITHM[] = "SELECT algorithm FROM keys WHERE id = $1";
static const char KEY_OF[] = "SELECT key_id FROM certificates WHERE id = $1";

static const char COUNTS[] =
	ROUTINE "UPDATE certificates SET served = served + $2, served_as_leaf = served_as_leaf + $3, places = places + $4, "
		"gone_at = CASE WHEN served + $2 + places + $4 > 0 THEN 0 WHEN served + places > 0 THEN $5 ELSE gone_at "
		"END, shown_from = CASE WHEN $3 > 0 AND shown_from = 0 THEN $5 ELSE shown_from END WHERE id = $1";
static const char LEAF_STATE[] = "SELECT served_as_leaf > 0, active, not_after, COALESCE(lineage_id, 0), key_id "
				 "FROM certificates WHERE id = $1";
static const char ISSUER_ACTIVE[] =
	ROUTINE "UPDATE certificates SET issued_active = issued_active + $2 WHERE ca = 1 AND subject = (SELECT "
		"i.issuer FROM certificates i WHERE i.id = $1 AND i.issuer <> i.subject)";
static const char ACTIVE[] = ROUTINE "UPDATE certificates SET active = $2 WHERE id = $1";
static const char EXPIRY_DAY[] = ROUTINE "INSERT INTO expiry_days (day, count) VALUES ($1, $2) ON CONFLICT (day) "
					 "DO UPDATE SET count = expiry_days.count + excluded.count";
static const char CERTIFICATE_SEEN[] = ROUTINE "UPDATE certificates SET last_seen = $2 WHERE id = $1 AND last_seen < $2";
static const char LEAF_SEEN[] =
	ROUTINE "UPDATE certificates SET last_seen = CASE WHEN last_seen < $2 THEN $2 ELSE last_seen END, shown_to = $2 "
		"WHERE id = $1 AND shown_to < $2";

/* ---- counts of a certificate ---- */

static bool active_update(struct store_txn *txn, const struct sightings_now *now, int64_t certificate_id,
			  int64_t as_leaf, struct err *err)
{
	struct db_rows rows;
	bool is_served = false, was_active = false;
	int64_t not_after = 0, lineage_id = 0, key_id = 0, by, day;

	if (!db_rows(txn, LEAF_STATE, VALUES(V(certificate_id)), &rows, err))
		return false;
	if (db_next(&rows)) {
		is_served = db_int(&rows, 0) != 0;
		was_active = db_int(&rows, 1) != 0;
		not_after = db_int(&rows, 2);
		lineage_id = db_int(&rows, 3);
		key_id = db_int(&rows, 4);
	}
	if (!db_rows_end(&rows, err) || !key_shown(txn, key_id, now->location_id, as_leaf, err))
		return false;
	if (is_served == was_active)
		return true;
	by = is_served ? 1 : -1;
	day = not_after / DAY_S - (not_after % DAY_S < 0);
	return db_run(txn, ACTIVE, VALUES(V(certificate_id), V(is_served)), err) &&
	       db_run(txn, EXPIRY_DAY, VALUES(V(day), V(by)), err) && counter_add(txn, "active", by, err) &&
	       db_run(txn, ISSUER_ACTIVE, VALUES(V(certificate_id), V(by)), err) &&
	       lineage_active(txn, lineage_id, by, err) && need_update(txn, certificate_id, err);
}

/* by: one more place or one less; leaf_by: the same of places that show it as a leaf. */
static bool counts_add(struct store_txn *txn, const struct sightings_now *now, int64_t certificate_id, int64_t by,
		       int64_t leaf_by, struct err *err)
{
	enum model_place place = model_location_place(now->kind);
	int64_t served = place == MODEL_PLACE_SERVES ? by : 0;
	int64_t as_leaf = place == MODEL_PLACE_SERVES ? leaf_by : 0;
	int64_t places = place == MODEL_PLACE_HOLDS ? by : 0;

	if (served == 0 && as_leaf == 0 && places == 0)
		return true;
	return db_run(txn, COUNTS, VALUES(V(certificate_id), V(served), V(as_leaf), V(places), V(now->at)), err) &&
	       (as_leaf == 0 || active_update(txn, now, certificate_id, as_leaf, err));
}

/* ---- sightings ---- */

struct known {
	int64_t id, certificate_id, key_id;
	bool leaf, current, shown;
};

static bool known_rows(struct store_txn *txn, struct arena *arena, const char *sql, const struct db_value *values,
		       struct known **out, size_t *count, struct err *err)
{
	struct db_rows rows;
	size_t room = 16;

	if (!db_rows(txn, sql, values, &rows, err))
		return false;
	*out = ARENA_ARRAY(arena, struct known, room);
	for (*count = 0; db_next(&rows); ++*count) {
		if (*count == room) {
			struct known *more = ARENA_ARRAY(arena, struct known, room * 2);

			memcpy(more, *out, room * sizeof *more);
			*out = more;
			room *= 2;
		}
		(*out)[*count] = (struct known){
			.id = db_int(&rows, 0),
			.certificate_id = db_int(&rows, 1),
			.leaf = db_int(&rows, 2) != 0,
			.current = db_int(&rows, 3) != 0,
			.key_id = db_int(&rows, 4),
		};
	}
	return db_rows_end(&rows, err);
}

static bool sighting_now(struct store_txn *txn, const struct sightings_now *now, struct known *known,
			 const struct sighting_shown *shown, struct err *err)
{
	bool served = shown->leaf && model_location_place(now->kind) == MODEL_PLACE_SERVES;
	int64_t id = shown->certificate_id;

	if (!db_run(txn, served ? LEAF_SEEN : CERTIFICATE_SEEN, VALUES(V(id), V(now->at)), err))
		return false;
	if (!known)
		return db_run(txn, SIGHTING_ADD,
			      VALUES(V(store_new_id(txn->store)), V(id), V(now->location_id), V(shown->position),
				     V(shown->leaf), V(now->at)),
			      err) &&
		       counts_add(txn, now, id, 1, shown->leaf, err);
	known->shown = true;
	return db_run(txn, SIGHTING_SEEN, VALUES(V(known->id), V(shown->position), V(shown->leaf), V(now->at)), err) &&
	       counts_add(txn, now, id, !known->current, shown->leaf - (known->current && known->leaf), err);
}

static bool key_differs(struct store_txn *txn, int64_t key_id, int64_t leaf_id, bool *differs, struct err *err)
{
	struct db_rows rows;
	char before[32] = "";
	int64_t leaf_key;

	if (!db_number(txn, KEY_OF, VALUES(V(leaf_id)), 0, &leaf_key, err) ||
	    !db_rows(txn, KEY_ALGORITHM, VALUES(V(key_id)), &rows, err))
		return false;
	if (db_next(&rows)) {
		struct str text = str_head(db_text_here(&rows, 0), sizeof before - 1);

		memcpy(before, text.data, text.len);
	}
	if (!db_rows_end(&rows, err) || !db_rows(txn, KEY_ALGORITHM, VALUES(V(leaf_key)), &rows, err))
		return false;
	*differs = db_next(&rows) && !str_is(db_text_here(&rows, 0), before);
	return db_rows_end(&rows, err);
}

static bool sighting_gone(struct store_txn *txn, const struct sightings_now *now, const struct known *known,
			  struct err *err)
{
	bool other_type = false;

	if (known->leaf && now->one_type && !key_differs(txn, known->key_id, now->one_type, &other_type, err))
		return false;
	return other_type ||
	       (db_run(txn, SIGHTING_GONE, VALUES(V(known->id), V(now->at)), err) &&
		counts_add(txn, now, known->certificate_id, -1, -(int64_t)known->leaf, err));
}

static struct known *known_find(struct known *known, size_t count, int64_t certificate_id)
{
	for (size_t i = 0; i < count; i++)
		if (known[i].certificate_id == certificate_id)
			return &known[i];
	return NULL;
}

/* One at a time: the place may have very many others. */
static bool update_part(struct store_txn *txn, const struct sightings_now *now, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	for (size_t i = 0; i < now->count; i++) {
		struct known *known;
		size_t count;

		arena_reset(arena);
		if (!known_rows(txn, arena, SIGHTING_OF, VALUES(V(now->location_id), V(now->shown[i].certificate_id)),
				&known, &count, err) ||
		    !sighting_now(txn, now, count ? known : NULL, &now->shown[i], err))
			return false;
	}
	return true;
}

bool sightings_update(struct store_txn *txn, const struct sightings_now *now, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = NULL;
	struct known *known;
	size_t count;

	if (now->part)
		return update_part(txn, now, err);
	arena = arena_new();
	if (!known_rows(txn, arena, SIGHTINGS, VALUES(V(now->location_id)), &known, &count, err))
		return false;
	for (size_t i = 0; i < now->count; i++)
		if (!sighting_now(txn, now, known_find(known, count, now->shown[i].certificate_id), &now->shown[i],
				  err))
			return false;
	for (size_t i = 0; i < count; i++)
		if (known[i].current && !known[i].shown && !sighting_gone(txn, now, &known[i], err))
			return false;
	return true;
}

bool sightings_end(struct store_txn *txn, int64_t location_id, enum model_location_kind kind, int64_t at,
		   struct err *err)
{
	struct sightings_now now = {.location_id = location_id, .kind = kind, .at = at};

	return sightings_update(txn, &now, err);
}
