/* SPDX-License-Identifier: Apache-2.0 */

/* Makes an action with its job. The selection must be as it was shown: its hash is checked by whoever calls. */

#include "jobs/action/room.h"

#include "base/hex.h"

static bool create_in(struct store_txn *txn, struct arena *arena, const struct model_selection *selection,
		      const struct model_action *action, const struct audit_actor *actor, int64_t now, int64_t *job_id,
		      struct err *err)
{
	struct audit_actor why = *actor;
	int64_t action_id;

	why.why = arena_format(arena, "%.*s on selection %lld of %lld, sha256 %.*s", STR_ARG(action->action),
			       (long long)selection->id, (long long)selection->count,
			       STR_ARG(hex_str(arena, bytes_of(selection->hash, HASH_SHA256))));
	return store_action_add(txn, action, now, &action_id, err) &&
	       store_job_add(txn, STR("action"), action_id, now, now, job_id, err) &&
	       audit_add(txn, &why, "action.create", arena_format(arena, "selection:%lld", (long long)selection->id), now,
			 err);
}

bool action_create(struct store *store, const struct model_selection *selection, struct str action_word,
		   struct str body_json, const struct audit_actor *actor, int64_t now, int64_t *job_id, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_action action = {
		.selection_id = selection->id,
		.action = action_word,
		.arguments_json = body_json,
		.by = actor->who,
		.from = actor->from,
	};
	int64_t made;

	if (!store_write(store, &txn, err) || !create_in(txn, arena, selection, &action, actor, now, &made, err) ||
	    !store_commit(&txn, err))
		return err_wrap(err, "make action");
	*job_id = made;
	return true;
}
