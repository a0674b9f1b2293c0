/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * rule - what is set when something is found: a query, and values for the lineages of the certificates that fit.
 *
 * Rules stand in an order; of each field the first rule that fits decides, tags add up. What a person set is never overwritten:
 * beside each value that a rule set it is kept that it did, and only while that very value still stands there the field
 * is the rules' to change. An empty field that no rule ever set is theirs, one that a person emptied is not.
 */

#include "base/err.h"
#include "facts/model.h"
#include "records/audit.h"

struct arena;
struct json_value;
struct rules;
struct store;
struct store_txn;

/*
 * Checks a rule as it is asked for: q must be a query of what a find knows, set must set something. Values get their
 * canonical form; they live in arena. ERR_INPUT names the field; *column is set for q.
 */
MUST_CHECK bool rule_check(struct store_txn *txn, struct arena *arena, struct str q, const struct json_value *set,
			   struct str *q_out, struct str *actions_out, size_t *column, struct err *err);

/* The enabled ones, read to be applied. Values that point at teams and services which are no more set nothing. */
MUST_CHECK bool rules_open(struct store_txn *txn, int64_t now, struct rules **out, struct err *err);
/* One rule that is not (yet) kept, as rule_check gave it. */
MUST_CHECK bool rules_open_one(struct store_txn *txn, struct str q, struct str actions_json, int64_t now,
			       struct rules **out, struct err *err);
void rules_close(struct rules *rules); /* NULL is fine */
void rules_done(struct rules **rules); /* for CLEANUP */
size_t rules_count(const struct rules *rules);

/*
 * The lineage of that certificate gets what the rules say, audited; *changed: something is different now. Nothing when it
 * has no lineage. dry: only says whether something would change (txn may read only).
 */
MUST_CHECK bool rules_apply(struct rules *rules, struct store_txn *txn, int64_t certificate_id, bool dry, bool *fits,
			    bool *changed, struct err *err);
/* Adds what each rule fitted since the last call to its count. */
MUST_CHECK bool rules_count_put(struct rules *rules, struct store_txn *txn, struct err *err);

/* A job that applies all rules to what is there; wake the runner afterwards. */
MUST_CHECK bool rules_apply_all(struct store *store, const struct audit_actor *actor, int64_t now, int64_t *job_id,
				struct err *err);
