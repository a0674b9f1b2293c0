/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which lineage a certificate belongs to.
 *
 * 1. The one that has had exactly its set of names.
 * 2. Else the one whose certificate was shown at the same place until now, if decisions/path says that this one continues
 *    it.
 * 3. Else a new one.
 *
 * A certificate that was first met at a new place founds a lineage by 3, and may turn out a moment later to have replaced
 * another elsewhere. While its lineage is a week old at most, has no other certificate and nobody has said anything of
 * it, it is undone, and the certificate continues the other.
 */

#include "jobs/lineages.h"

#include "base/arena.h"
#include "decisions/path.h"
#include "records/audit.h"
#include "records/store.h"

#define FRESH_S (7 * 86400)

static const struct audit_actor engine = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};

static bool note(struct store_txn *txn, const char *what, int64_t lineage_id, int64_t now, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	return audit_add(txn, &engine, what, arena_format(arena, "lineage:%lld", (long long)lineage_id), now, err);
}

static bool names_of(struct store_txn *txn, struct arena *arena, int64_t id, struct path_names *out, struct err *err)
{
	const struct str *names;

	if (!store_certificate_names(txn, arena, id, &out->main, &names, &out->count, err))
		return false;
	out->names = names;
	return true;
}

/* The lineage that the certificate continues by the place where it is shown; 0: none. */
static bool continued(struct store_txn *txn, int64_t certificate_id, int64_t *lineage_id, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = NULL;
	struct path_names before, after;
	int64_t before_id;

	*lineage_id = 0;
	if (!store_leaf_before(txn, certificate_id, &before_id, lineage_id, err) || before_id == 0)
		return before_id == 0;
	arena = arena_new();
	if (!names_of(txn, arena, before_id, &before, err) || !names_of(txn, arena, certificate_id, &after, err))
		return false;
	if (!path_continues(&before, &after))
		*lineage_id = 0;
	return true;
}

static bool is_fresh(const struct store_standing *standing, int64_t now)
{
	return standing->certificate_count == 1 && standing->version == 1 && now - standing->created_at < FRESH_S;
}

/* It has a lineage: a fresh one may have to give way. */
static bool join_again(struct store_txn *txn, int64_t certificate_id, const struct store_standing *standing, int64_t now,
		       int64_t *lineage_id, struct err *err)
{
	int64_t other;

	*lineage_id = standing->lineage_id;
	if (!is_fresh(standing, now))
		return true;
	if (!continued(txn, certificate_id, &other, err))
		return false;
	if (other == 0 || other == standing->lineage_id)
		return true;
	*lineage_id = other;
	return store_lineage_undo(txn, standing->lineage_id, other, err) &&
	       note(txn, "lineage.continue", other, now, err);
}

static bool join_first(struct store_txn *txn, int64_t certificate_id, bool demo, int64_t now, int64_t *lineage_id,
		       bool *made, struct err *err)
{
	bool known;

	if (!store_lineage_known(txn, certificate_id, &known, err))
		return false;
	if (!known && !continued(txn, certificate_id, lineage_id, err))
		return false;
	if (!known && *lineage_id)
		return store_lineage_continue(txn, *lineage_id, certificate_id, err) &&
		       note(txn, "lineage.continue", *lineage_id, now, err);
	return store_lineage_adopt(txn, certificate_id, demo, now, lineage_id, made, err) &&
	       (!*made || note(txn, "lineage.found", *lineage_id, now, err));
}

bool lineage_join(struct store_txn *txn, int64_t certificate_id, bool demo, int64_t now, int64_t *lineage_id, bool *made,
		  struct err *err)
{
	struct store_standing standing;
	int64_t id = 0;
	bool fresh = false, ok;

	if (!store_certificate_standing(txn, certificate_id, &standing, err))
		return false;
	if (standing.lineage_id)
		ok = join_again(txn, certificate_id, &standing, now, &id, err);
	else
		ok = join_first(txn, certificate_id, demo, now, &id, &fresh, err);
	if (!ok)
		return false;
	if (lineage_id)
		*lineage_id = id;
	if (made)
		*made = fresh;
	return true;
}
