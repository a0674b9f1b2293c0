/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * audit - who did what to what, when, why, from where.
 *
 * An entry is written in the transaction of the change it tells of, so neither is there without the other. Entries
 * are the leaves of a Merkle tree after RFC 6962 section 2.1; its frontier is kept, so that adding one costs
 * a few hashes, and its root stands for all of them. audit_verify recomputes everything from the rows. What
 * it cannot see is a database rolled back whole: that takes a witness outside, who keeps a root.
 */

#include "base/err.h"
#include "facts/model.h"

struct arena;
struct store_txn;

/* Who acts, and from where; why may have NULL data. */
struct audit_actor {
	struct str who;  /* "user:anna", "engine", "uid:1000" */
	struct str from; /* "127.0.0.1", "unix", "engine" */
	struct str why;
};

/*
 * what    "scan.create": noun.verb
 * object  "scan:123"
 * Texts are cut to 4 KiB and bad UTF-8 replaced.
 */
MUST_CHECK bool audit_add(struct store_txn *txn, const struct audit_actor *actor, const char *what,
			  struct str object, int64_t now, struct err *err);

struct audit_state {
	int64_t count;
	uint8_t root[HASH_SHA256]; /* of the empty tree: SHA-256 of nothing */
};
MUST_CHECK bool audit_state(struct store_txn *txn, struct audit_state *out, struct err *err);

/*
 * Recomputes leaves, frontier and root from the rows. ERR_INTERNAL "audit-broken" names the first entry
 * that is not as it was written.
 */
MUST_CHECK bool audit_verify(struct store_txn *txn, struct audit_state *out, struct err *err);

/* Hash of an entry's content: what the leaf is. */
void audit_leaf(const struct model_audit *entry, uint8_t leaf[HASH_SHA256]);
