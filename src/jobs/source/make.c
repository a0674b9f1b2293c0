/* SPDX-License-Identifier: Apache-2.0 */

/* Sources that are made, changed and removed, and runs that are made: each in one audited transaction. */

#include "jobs/source/room.h"

#include "base/fault.h"

#define SECONDS_TRIED 60

static bool note(struct store_txn *txn, const struct audit_actor *actor, const char *what, const char *noun, int64_t id,
		 int64_t now, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	return audit_add(txn, actor, what, arena_format(arena, "%s:%lld", noun, (long long)id), now, err);
}

bool source_add(struct store *store, const struct model_source *source, const struct audit_actor *actor, int64_t now,
		int64_t *id, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t made;

	if (!store_write(store, &txn, err) || !store_source_add(txn, source, now, &made, err) ||
	    !note(txn, actor, "source.create", "source", made, now, err) || !store_commit(&txn, err))
		return false;
	*id = made;
	return true;
}

bool source_set(struct store *store, const struct model_source *source, const struct audit_actor *actor, int64_t now,
		struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(store, &txn, err) && store_source_set(txn, source, err) &&
	       note(txn, actor, "source.change", "source", source->id, now, err) && store_commit(&txn, err);
}

bool source_remove(struct store *store, int64_t id, const struct audit_actor *actor, int64_t now, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(store, &txn, err) && store_source_remove(txn, id, err) &&
	       note(txn, actor, "source.remove", "source", id, now, err) && store_commit(&txn, err);
}

bool run_make(struct store_txn *txn, int64_t source_id, int64_t due_at, const struct audit_actor *actor, int64_t now,
	      int64_t *run_id, bool *made, struct err *err)
{
	int64_t job_id;

	if (!store_run_add(txn, source_id, due_at, actor->who, now, run_id, made, err))
		return false;
	if (!*made)
		return true;
	if (FAULT("source.run"))
		return err_set(err, ERR_INTERNAL, "run: fault injected");
	return store_job_add(txn, STR(RUN_JOB), *run_id, now, now, &job_id, err) &&
	       note(txn, actor, "run.create", "run", *run_id, now, err);
}

static bool run_now(struct store_txn *txn, int64_t id, const struct audit_actor *actor, int64_t now, int64_t *run_id,
		    struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct model_source source;
	bool made = false;

	if (!store_source(txn, arena, id, &source, err))
		return false;
	/* in the second of another run the next one that is free */
	for (int64_t due_at = now; !made && !source.open_run_id && due_at < now + SECONDS_TRIED; due_at++)
		if (!run_make(txn, id, due_at, actor, now, run_id, &made, err))
			return false;
	if (made)
		return true;
	err_set(err, ERR_CONFLICT, "a run of the source has not ended");
	return err_fix(err, "source-runs", "wait for it, or stop its job");
}

bool source_run(struct store *store, int64_t id, const struct audit_actor *actor, int64_t now, int64_t *run_id,
		struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(store, &txn, err) && run_now(txn, id, actor, now, run_id, err) && store_commit(&txn, err);
}
