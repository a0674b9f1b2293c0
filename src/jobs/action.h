/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * action - what is done to every item of a selection: own, tag, untag, set, ignore, unignore, adopt.
 *
 * An action is on lineages: a certificate stands for its lineage, which is made when it has none (not for a CA certificate,
 * unless it is adopted), an endpoint for that of the certificate it shows. A preview says what would change; the
 * job does it in batches, each one transaction with an audit entry for every lineage that changed and with
 * the place it has come to, so whatever dies in between nothing is done twice and nothing is left out.
 */

#include "base/err.h"
#include "facts/model.h"
#include "records/audit.h"

struct arena;
struct json_out;
struct json_value;
struct store;
struct store_txn;

/*
 * Whether the body asks for something that can be done: {"action", "team", "tags", "remove_tags", "set", "reason", "until"}
 * as in the API. ERR_INPUT, naming the member.
 */
struct action_plan;
MUST_CHECK bool action_plan_read(struct store_txn *txn, struct arena *arena, const struct json_value *body, int64_t now,
				 const struct action_plan **out, struct err *err);

/* Writes {"count", "changes", "sample": [{"name", "before", "after"}]}; changes is null when there are too many to look at. */
MUST_CHECK bool action_preview_write(struct store_txn *txn, struct arena *arena, const struct model_selection *selection,
				     const struct action_plan *plan, struct json_out *json, struct err *err);

/* Makes action, job and audit entry. body_json: the body as it came. Wake the runner afterwards. */
MUST_CHECK bool action_create(struct store *store, const struct model_selection *selection, struct str action,
			      struct str body_json, const struct audit_actor *actor, int64_t now, int64_t *job_id,
			      struct err *err);
