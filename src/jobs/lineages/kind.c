/* SPDX-License-Identifier: Apache-2.0 */

/* The job: paths that only time changes, a few hundred a transaction, until none is due. */

#include "base/clock.h"
#include "jobs/job.h"
#include "jobs/lineages.h"
#include "records/store.h"

#define AT_ONCE 256

static enum job_outcome work(struct job_work *work, struct err *err)
{
	int64_t done = 0;
	size_t reviewed;

	do {
		CLEANUP(store_end) struct store_txn *txn = NULL;

		if (job_must_end(work))
			return job_end_early(work);
		if (!job_write(work, &txn, err) ||
		    !lineages_review(txn, AT_ONCE, clock_now_s(), &reviewed, err) || !store_commit(&txn, err))
			return JOB_FAILED;
		done += (int64_t)reviewed;
		job_progress(work, done, -1);
	} while (reviewed == AT_ONCE);
	return JOB_DONE;
}

const struct job_kind job_kind_lineages = {
	.name = "lineages",
	.every_s = 3600,
	.about = "renewal paths that only time changes: a renewal that does not come, an ignored time that ends",
	.work = work,
};
