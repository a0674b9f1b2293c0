/* SPDX-License-Identifier: Apache-2.0 */

/* The paths that are due: history from the store, the verdict of decisions/path, links and path back into the store. */

#include "jobs/lineages.h"

#include "base/arena.h"
#include "decisions/path.h"
#include "records/audit.h"
#include "records/store.h"

/* Of a lineage that has more, those that end last; and the places of them that were met first. */
#define CERTIFICATES 64
#define SIGHTS	     512

static const struct audit_actor engine = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};

struct review {
	struct store_txn *txn;
	struct arena *arena;
	int64_t now;
	const struct store_past *past;
	size_t past_count;
	struct path_history history;
};

static bool find(const struct review *review, int64_t id, size_t *index)
{
	for (size_t i = 0; i < review->past_count; i++)
		if (review->past[i].id == id) {
			*index = i;
			return true;
		}
	return false;
}

static bool history_read(struct review *review, int64_t lineage_id, struct err *err)
{
	struct path_certificate *certificates = ARENA_ARRAY(review->arena, struct path_certificate, CERTIFICATES);
	struct path_sight *sights = ARENA_ARRAY(review->arena, struct path_sight, SIGHTS);
	const struct store_past_sight *rows;
	size_t count, kept = 0;

	if (!store_lineage_past(review->txn, review->arena, lineage_id, CERTIFICATES, &review->past, &review->past_count,
				err) ||
	    !store_lineage_sights(review->txn, review->arena, lineage_id, SIGHTS, &rows, &count, err))
		return false;
	for (size_t i = 0; i < review->past_count; i++)
		certificates[i] = (struct path_certificate){review->past[i].not_before, review->past[i].not_after,
							    review->past[i].key_algorithm, review->past[i].active};
	for (size_t i = 0; i < count; i++) {
		struct path_sight sight = {0, rows[i].location_id, rows[i].place, rows[i].first_seen, rows[i].last_seen,
					   rows[i].current};

		if (find(review, rows[i].certificate_id, &sight.certificate))
			sights[kept++] = sight;
	}
	review->history = (struct path_history){certificates, review->past_count, sights, kept};
	return true;
}

/* What replaced what; the latest of those that a certificate replaced is the one it is said to replace. */
static bool links_write(struct review *review, struct err *err)
{
	size_t by[CERTIFICATES];

	path_replaced_by(&review->history, by);
	for (size_t i = 0; i < review->past_count; i++) {
		const struct store_past *one = &review->past[i];
		int64_t next = by[i] == PATH_NONE ? 0 : review->past[by[i]].id, last = 0;

		for (size_t j = 0; j < review->past_count; j++)
			if (by[j] == i)
				last = review->past[j].id;
		if ((one->replaces_id != last || one->replaced_by_id != next) &&
		    !store_certificate_replaces(review->txn, one->id, last, next, err))
			return false;
	}
	return true;
}

/* A neglect that was to last until now has lasted. */
static bool ignored_end(struct review *review, const struct model_lineage *lineage, int64_t *review_at, struct err *err)
{
	const struct store_lineage_change change = {.set_ignored = true};
	int64_t until = lineage->ignored_until;
	bool changed;

	if (!lineage->ignored_at || !until)
		return true;
	if (until > review->now) {
		if (*review_at == 0 || until < *review_at)
			*review_at = until;
		return true;
	}
	return store_lineage_change(review->txn, lineage->id, &change, review->now, &changed, err) &&
	       audit_add(review->txn, &engine, "lineage.unignore",
			 arena_format(review->arena, "lineage:%lld", (long long)lineage->id), review->now, err);
}

static bool review_one(struct review *review, int64_t id, struct err *err)
{
	const struct path_known known = {0};
	struct model_lineage lineage;
	struct path_answer answer;

	if (!store_lineage(review->txn, review->arena, id, &lineage, err) || !history_read(review, id, err) ||
	    !links_write(review, err))
		return false;
	path_decide(review->arena, &review->history, &known, review->now, &answer);
	if ((lineage.path != answer.path || !str_equal(lineage.path_reason, answer.reason)) &&
	    !store_lineage_path(review->txn, id, answer.path, answer.reason, err))
		return false;
	if (lineage.path != answer.path) {
		struct audit_actor why = engine;

		why.why = answer.reason;
		if (!audit_add(review->txn, &why, "lineage.path",
			       arena_format(review->arena, "lineage:%lld", (long long)id), review->now, err))
			return false;
	}
	return ignored_end(review, &lineage, &answer.review_at, err) &&
	       store_lineage_reviewed(review->txn, id, answer.review_at, err);
}

bool lineages_review(struct store_txn *txn, size_t most, int64_t now, size_t *reviewed, struct err *err)
{
	CLEANUP(arena_done) struct arena *ids_arena = arena_new(), *arena = arena_new();
	const int64_t *ids;
	size_t count;

	if (!store_lineages_due(txn, ids_arena, now, most, &ids, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct review review = {.txn = txn, .arena = arena, .now = now};

		arena_reset(arena);
		if (!review_one(&review, ids[i], err))
			return err_wrap(err, "review lineage %lld", (long long)ids[i]);
	}
	if (reviewed)
		*reviewed = count;
	return true;
}
