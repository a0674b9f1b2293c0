/* SPDX-License-Identifier: Apache-2.0 */

/* What decisions/path is given of a lineage's history, and when it is to be asked again. */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "records/store/inside.h"
#include "records/store/query.h"

static const char PAST[] =
	"SELECT c.id, c.not_before, c.not_after, c.active, k.algorithm, c.replaces_id, c.replaced_by_id FROM certificates c "
	"JOIN keys k ON k.id = c.key_id WHERE c.lineage_id = $1 ORDER BY c.not_after DESC, c.id DESC LIMIT $2";
static const char SIGHTS[] =
	"SELECT s.certificate_id, s.location_id, e.address, e.port, s.first_seen, s.last_seen, s.current FROM certificates c "
	"JOIN sightings s ON s.certificate_id = c.id JOIN endpoints e ON e.location_id = s.location_id "
	"WHERE c.lineage_id = $1 AND s.leaf = 1 ORDER BY s.location_id, s.first_seen LIMIT $2";
static const char REPLACES[] = ROUTINE "UPDATE certificates SET replaces_id = $2, replaced_by_id = $3 WHERE id = $1";
static const char DUE[] = "SELECT id FROM lineages WHERE review_at > 0 AND review_at <= $1 ORDER BY review_at, id LIMIT $2";
static const char REVIEWED[] = ROUTINE "UPDATE lineages SET review_at = $2 WHERE id = $1";

static int by_begin(const void *a, const void *b)
{
	const struct store_past *x = a, *y = b;

	if (x->not_before != y->not_before)
		return x->not_before < y->not_before ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

bool store_lineage_past(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
			const struct store_past **out, size_t *count, struct err *err)
{
	struct store_past *to = ARENA_ARRAY(arena, struct store_past, most + 1);
	struct db_rows rows;

	if (!db_rows(txn, PAST, VALUES(V(id), V(most)), &rows, err))
		return false;
	for (*count = 0; *count < most && db_next(&rows); ++*count)
		to[*count] = (struct store_past){
			.id = db_int(&rows, 0),
			.not_before = db_int(&rows, 1),
			.not_after = db_int(&rows, 2),
			.active = db_int(&rows, 3) != 0,
			.key_algorithm = db_text(&rows, 4, arena),
			.replaces_id = db_int(&rows, 5),
			.replaced_by_id = db_int(&rows, 6),
		};
	if (!db_rows_end(&rows, err))
		return false;
	qsort(to, *count, sizeof *to, by_begin);
	*out = to;
	return true;
}

static struct str place_text(struct arena *arena, struct str address, int64_t port)
{
	bool v6 = str_find_char(address, ':') != SIZE_MAX;

	return arena_format(arena, "%s%.*s%s:%lld", v6 ? "[" : "", STR_ARG(address), v6 ? "]" : "", (long long)port);
}

bool store_lineage_sights(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
			  const struct store_past_sight **out, size_t *count, struct err *err)
{
	struct store_past_sight *to = ARENA_ARRAY(arena, struct store_past_sight, most + 1);
	struct db_rows rows;

	if (!db_rows(txn, SIGHTS, VALUES(V(id), V(most)), &rows, err))
		return false;
	for (*count = 0; *count < most && db_next(&rows); ++*count)
		to[*count] = (struct store_past_sight){
			.certificate_id = db_int(&rows, 0),
			.location_id = db_int(&rows, 1),
			.place = place_text(arena, db_text_here(&rows, 2), db_int(&rows, 3)),
			.first_seen = db_int(&rows, 4),
			.last_seen = db_int(&rows, 5),
			.current = db_int(&rows, 6) != 0,
		};
	*out = to;
	return db_rows_end(&rows, err);
}

bool store_certificate_replaces(struct store_txn *txn, int64_t id, int64_t replaces_id, int64_t replaced_by_id,
				struct err *err)
{
	return db_run(txn, REPLACES, VALUES(V(id), V(replaces_id), V(replaced_by_id)), err);
}

bool store_lineages_due(struct store_txn *txn, struct arena *arena, int64_t now, size_t most, const int64_t **ids,
			size_t *count, struct err *err)
{
	int64_t *to = ARENA_ARRAY(arena, int64_t, most + 1);
	struct db_rows rows;

	if (!db_rows(txn, DUE, VALUES(V(now), V(most)), &rows, err))
		return false;
	for (*count = 0; *count < most && db_next(&rows); ++*count)
		to[*count] = db_int(&rows, 0);
	*ids = to;
	return db_rows_end(&rows, err);
}

bool store_lineage_reviewed(struct store_txn *txn, int64_t id, int64_t review_at, struct err *err)
{
	return db_run(txn, REVIEWED, VALUES(V(id), V(review_at)), err);
}
