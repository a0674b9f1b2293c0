/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * sightings - certificates at places: what became current, what ceased to be, and the counts that follow from it.
 *
 * An endpoint serves: its certificates count as served, and its leaves are active. A file, a key store, a trust store
 * holds: its certificates lie somewhere (places), and are neither served nor active. A log or an import only tells
 * of them: no count moves, and what it told of never ends. A certificate that was served or lay somewhere, and is
 * at no place any more, has gone_at.
 */

#include "records/store/db.h"

struct sighting_shown {
	int64_t certificate_id, position;
	bool leaf; /* somebody's own certificate, not one above it */
};
struct sightings_now {
	int64_t location_id;
	enum model_location_kind kind;
	const struct sighting_shown *shown; /* each certificate once */
	size_t count;
	int64_t at;
	bool part;         /* more may be there: what is not shown stays */
	int64_t one_type;  /* leaf whose key type alone was asked for: leaves of other types stay; 0: all were asked for */
};
bool sightings_update(struct store_txn *txn, const struct sightings_now *now, struct err *err);
/* Nothing is there any more. */
bool sightings_end(struct store_txn *txn, int64_t location_id, enum model_location_kind kind, int64_t at,
		   struct err *err);
