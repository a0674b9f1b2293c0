/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Coverage of a run: the records of its scan by the words they came from. "local" stands for many listeners, and names that were
 * learnt are no words of the source: their scope is empty.
 */

#include <stdlib.h>

#include "base/clock.h"
#include "jobs/source/room.h"

struct words {
	const struct str *at;
	size_t count;
	bool local;
};

static struct words words_of(struct arena *arena, const struct json_value *options)
{
	struct words words;

	words.at = option_words(arena, options, json_in_get(options, "scopes") ? "scopes" : "names", &words.count);
	words.local = false;
	for (size_t i = 0; i < words.count; i++)
		words.local |= str_is(words.at[i], "local");
	return words;
}

static struct str scope_of(const struct words *words, struct str scope)
{
	for (size_t i = 0; i < words->count; i++)
		if (str_equal(words->at[i], scope))
			return scope;
	return words->local && str_find_char(scope, '@') == SIZE_MAX ? STR("local") : STR("");
}

static int by_scope(const void *a, const void *b)
{
	const struct model_coverage *x = a, *y = b;
	int order = str_compare(x->scope, y->scope);

	return order ? order : (x->port > y->port) - (x->port < y->port);
}

/* Rows of the same scope and port as one; returns how many are left. */
static size_t joined(struct model_coverage *rows, size_t count)
{
	size_t kept = 0;

	qsort(rows, count, sizeof *rows, by_scope);
	for (size_t i = 0; i < count; i++) {
		struct model_coverage *last = kept ? &rows[kept - 1] : NULL;

		if (!last || by_scope(last, &rows[i]) != 0) {
			rows[kept++] = rows[i];
			continue;
		}
		last->targets += rows[i].targets;
		last->answered += rows[i].answered;
		last->tls += rows[i].tls;
		last->certificates += rows[i].certificates;
	}
	return kept;
}

static bool rows_read(struct job_work *job, int64_t scan_id, const struct json_value *options,
		      struct model_coverage **out, size_t *count, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct words words = words_of(job->arena, options);
	const struct model_coverage *rows;

	if (!store_read(job->store, &txn, err) ||
	    !store_scan_coverage(txn, job->arena, scan_id, &rows, count, err))
		return false;
	*out = ARENA_ARRAY(job->arena, struct model_coverage, *count + 1);
	for (size_t i = 0; i < *count; i++) {
		(*out)[i] = rows[i];
		(*out)[i].scope = scope_of(&words, rows[i].scope);
	}
	*count = joined(*out, *count);
	return true;
}

bool coverage_write(struct job_work *job, const struct model_source *source, const struct model_run *run,
		    const struct json_value *options, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_coverage *rows;
	int64_t now = clock_now_s();
	size_t count;

	if (!run->scan_id)
		return true;
	if (!rows_read(job, run->scan_id, options, &rows, &count, err) || !job_write(job, &txn, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		rows[i].source_id = source->id;
		rows[i].scanned_at = now;
		if (!store_coverage_put(txn, &rows[i], err))
			return false;
	}
	return store_coverage_trim(txn, source->id, now, err) && store_commit(&txn, err);
}
