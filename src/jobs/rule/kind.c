/* SPDX-License-Identifier: Apache-2.0 */

/* All rules applied to all that is there, as a job: some hundred certificates a transaction. */

#include "base/clock.h"
#include "base/fault.h"
#include "jobs/job.h"
#include "jobs/rule/room.h"

#define STEP 200

bool rules_apply_all(struct store *store, const struct audit_actor *actor, int64_t now, int64_t *job_id, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t made;

	if (!store_write(store, &txn, err) ||
	    !store_job_add(txn, STR(RULES_JOB), store_new_id(store), now, now, &made, err) ||
	    !audit_add(txn, actor, "rules.apply", arena_format(arena, "job:%lld", (long long)made), now, err) ||
	    !store_commit(&txn, err))
		return false;
	*job_id = made;
	return true;
}

struct walking {
	struct job_work *job;
	struct arena *arena; /* of one page */
	struct store_page page;
	int64_t total, looked, fitted, changed;
};

/* The next certificates, by when they were found; *count 0 at the end. */
static bool page_read(struct walking *walk, const struct model_certificate **rows, size_t *count, bool *last,
		      struct err *err)
{
	static const struct model_filter all = {NULL, 0};
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct store_more more;

	walk->page.limit = STEP;
	walk->page.total = walk->total < 0;
	if (!store_read(walk->job->store, &txn, err) ||
	    !store_certificates(txn, walk->arena, &all, STORE_BY_FIRST_SEEN, &walk->page, clock_now_s(), rows, count, &more,
				err))
		return false;
	if (walk->page.total)
		walk->total = more.total;
	*last = !more.next.set;
	/* the page's texts go with the arena; this sort has none */
	walk->page.after = more.next;
	return true;
}

static bool page_apply(struct walking *walk, const struct model_certificate *rows, size_t count, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	CLEANUP(rules_done) struct rules *rules = NULL;
	int64_t fitted = 0, changed = 0;

	if (!job_write(walk->job, &txn, err) || !rules_open(txn, clock_now_s(), &rules, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		bool fits, differs;

		if (!rules_apply(rules, txn, rows[i].id, false, &fits, &differs, err))
			return false;
		fitted += fits;
		changed += differs;
	}
	if (FAULT("rules.page"))
		return err_set(err, ERR_INTERNAL, "rules: fault injected");
	if (!rules_count_put(rules, txn, err) || !store_commit(&txn, err))
		return false;
	walk->looked += (int64_t)count;
	walk->fitted += fitted;
	walk->changed += changed;
	return true;
}

static void result_write(const struct walking *walk)
{
	struct json_out json = json_out_start(&walk->job->result);

	json_out_object(&json);
	json_out_key_int(&json, "looked", walk->looked);
	json_out_key_int(&json, "matches", walk->fitted);
	json_out_key_int(&json, "changed", walk->changed);
	json_out_end_object(&json);
}

static enum job_outcome work(struct job_work *job, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct walking walk = {.job = job, .arena = arena, .total = -1};
	const struct model_certificate *rows;
	bool last = false;
	size_t count;

	while (!last) {
		if (job_must_end(job))
			return job_end_early(job);
		arena_reset(arena);
		if (!page_read(&walk, &rows, &count, &last, err) || !page_apply(&walk, rows, count, err))
			return JOB_FAILED;
		job_progress(job, walk.looked, walk.total);
	}
	result_write(&walk);
	return JOB_DONE;
}

const struct job_kind job_kind_rules = {
	.name = RULES_JOB,
	.about = "all rules applied to what is there",
	.work = work,
};
