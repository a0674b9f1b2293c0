/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* inside - counts that one noun keeps of another, for the files of this room. */

#include "records/store/db.h"

/*
 * Problems that want somebody to act though the certificate is in its time. What is stored of it (need_at) is made anew
 * only when a certificate changes: a new bit here needs a migration.
 */
#define NEED_LASTING                                                                               \
	(MODEL_PROBLEM_NAME_MISMATCH | MODEL_PROBLEM_INCOMPLETE_CHAIN | MODEL_PROBLEM_UNTRUSTED |           \
	 MODEL_PROBLEM_WEAK_KEY | MODEL_PROBLEM_WEAK_SIGNATURE)

/* needs.c: since when a certificate needs somebody; after a change of its problems, activity, path or neglect. */
bool need_update(struct store_txn *txn, int64_t certificate_id, struct err *err);
bool need_update_lineage(struct store_txn *txn, int64_t lineage_id, struct err *err);

/* named.c: what changes of several nouns share. */
static inline struct db_value id_or_null(int64_t id)
{
	return id ? V(id) : V(((struct str){NULL, 0}));
}
/* sql adds $2 to the count of $1. One less of what it was, one more of what it is to be; 0: none. ERR_INPUT "no-such-…" */
bool count_move(struct store_txn *txn, const char *sql, int64_t from, int64_t to, const char *noun, struct err *err);
bool text_fits(const char *field, struct str text, size_t most, struct err *err);
bool name_fits(const char *field, struct str name, struct err *err); /* not empty either, one line */
/* It is not as the caller saw it: ERR_CONFLICT "changed". */
bool store_stale(const char *noun, struct err *err);

/* keys.c: a place shows a key as a server's own (by 1) or no longer (by -1). What is no endpoint has no host. */
bool key_shown(struct store_txn *txn, int64_t key_id, int64_t location_id, int64_t by, struct err *err);
/* A certificate joins a lineage. */
bool key_joins(struct store_txn *txn, int64_t certificate_id, int64_t lineage_id, struct err *err);
/* It leaves its lineage, which has no team. */
bool key_leaves(struct store_txn *txn, int64_t certificate_id, struct err *err);
/* The lineage goes from one team to another; 0: none. */
bool key_teams_move(struct store_txn *txn, int64_t lineage_id, int64_t from_team, int64_t to_team, struct err *err);
