/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * gone - places that show nothing any more, and places that show something else.
 *
 * A place is gone when looks that found nothing there have counted up to a bound; each thing seen there sets them
 * to none. One change is told for it, of the leaf that was there last.
 */

#include "records/store/db.h"

struct gone_look {
	int64_t source_id, run_id, at;
	uint32_t miss, gone_at_misses;
	bool demo;
};
/* Nothing was there. Nothing happens when it is gone already, or miss is 0. */
bool place_missed(struct store_txn *txn, int64_t location_id, const struct gone_look *look, struct err *err);

/*
 * Certificates are there. leaf_before: what was its leaf, 0 none; leaf: what is, 0 none. Tells when another one is there,
 * or the place is back.
 */
bool place_found(struct store_txn *txn, int64_t location_id, int64_t leaf_before, int64_t leaf,
		 const struct gone_look *look, struct err *err);
