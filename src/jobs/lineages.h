/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * lineages - what follows when a certificate was found or is shown: its lineage, what it replaced, and the path.
 *
 * Every way by which certificates come in (scans, files, logs, imports) joins its leaves to lineages here and, before it
 * commits, has the lineages that changed reviewed. A job does the same for what only time changes.
 */

#include "base/err.h"

struct arena;
struct store_txn;

/*
 * The lineage of a certificate that was just seen: that of its set of names, or the one it continues (decisions/path), or a
 * new one. Audited as "lineage.found" or "lineage.continue".
 *
 * *lineage_id  may be NULL
 * *made        a new one; may be NULL
 */
MUST_CHECK bool lineage_join(struct store_txn *txn, int64_t certificate_id, bool demo, int64_t now, int64_t *lineage_id,
			     bool *made, struct err *err);

/*
 * Thinks again about the paths that are due, those that changed in this transaction first; at most `most` of them.
 * A path that became another is audited as "lineage.path". *reviewed may be NULL.
 */
MUST_CHECK bool lineages_review(struct store_txn *txn, size_t most, int64_t now, size_t *reviewed, struct err *err);
