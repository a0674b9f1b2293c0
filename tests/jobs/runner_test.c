/* SPDX-License-Identifier: Apache-2.0 */

/* jobs/runner: kinds side by side, threads with progress and result, stops, leases that are lost, kinds that recur. */

#include <stdatomic.h>
#include <unistd.h>

#include "base/json.h"
#include "base/loop.h"
#include "jobs/job.h"
#include "jobs/runner.h"
#include "records/store_fixture.h"

static _Atomic int at_once, at_once_most, calls;
static _Atomic bool let_go;

static void step_in(void)
{
	int now = atomic_fetch_add(&at_once, 1) + 1, most = atomic_load(&at_once_most);

	while (now > most && !atomic_compare_exchange_weak(&at_once_most, &most, now))
		;
	atomic_fetch_add(&calls, 1);
}

/* Waits until it is let go or must end. */
static enum job_outcome patient(struct job_work *work, struct err *err)
{
	step_in();
	job_progress(work, 3, 10);
	while (!atomic_load(&let_go) && !job_must_end(work))
		usleep(1000);
	atomic_fetch_sub(&at_once, 1);
	if (job_must_end(work))
		return job_end_early(work);
	job_progress(work, 10, 10);
	buf_add_str(&work->result, STR("{\"changed\":10}"));
	return JOB_DONE;
}

static enum job_outcome failing(struct job_work *work, struct err *err)
{
	atomic_fetch_add(&calls, 1);
	err_set(err, ERR_INPUT, "no such selection");
	return JOB_FAILED;
}

static enum job_outcome writing_work(struct job_work *work, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	atomic_fetch_add(&calls, 1);
	while (!atomic_load(&let_go))
		usleep(1000);
	return job_write(work, &txn, err) && store_commit(&txn, err) ? JOB_DONE : JOB_FAILED;
}

static const struct job_kind kind_patient = {.name = "patient", .at_once = 2, .work = patient};
static const struct job_kind kind_failing = {.name = "failing", .work = failing};
static const struct job_kind kind_writing = {.name = "writing", .work = writing_work};
static const struct job_kind kind_daily = {.name = "daily", .every_s = 86400, .work = writing_work};

struct stage {
	struct fixture f;
	struct loop *loop;
	struct runner *runner;
};

static void runner_begin(struct stage *stage, const struct job_kind *const *kinds, size_t count)
{
	struct job_env env = {.loop = stage->loop, .store = stage->f.store};

	OK(&stage->f, runner_start_kinds(&env, kinds, count, &stage->runner, &stage->f.err));
}

static void stage_start(struct stage *stage, const struct job_kind *const *kinds, size_t count)
{
	memset(stage, 0, sizeof *stage);
	atomic_store(&at_once, 0);
	atomic_store(&at_once_most, 0);
	atomic_store(&calls, 0);
	atomic_store(&let_go, false);
	fixture_start(&stage->f);
	stage->loop = loop_new();
	runner_begin(stage, kinds, count);
}

static void stage_end(struct stage *stage)
{
	atomic_store(&let_go, true);
	runner_stop(stage->runner);
	loop_free(stage->loop);
	fixture_end(&stage->f);
}

static int64_t job_add(struct stage *stage, const char *kind, int64_t subject)
{
	struct store_txn *txn = writing(&stage->f);
	int64_t id;

	OK(&stage->f, store_job_add(txn, str_of(kind), subject, 1, 1, &id, &stage->f.err));
	note(&stage->f, txn);
	OK(&stage->f, store_commit(&txn, &stage->f.err));
	runner_wake(stage->runner);
	return id;
}

static struct model_job job_now(struct stage *stage, int64_t id)
{
	struct store_txn *txn = reading(&stage->f);
	struct model_job job;

	OK(&stage->f, store_job(txn, stage->f.arena, id, &job, &stage->f.err));
	store_end(&txn);
	return job;
}

#define UNTIL(stage, condition)                                                                    \
	do {                                                                                       \
		int turns = 0;                                                                     \
		while (!(condition) && turns++ < 6000)                                             \
			loop_turn((stage)->loop, 10);                                              \
		assert_true(condition);                                                            \
	} while (0)

TEST(as_many_of_a_kind_run_at_once_as_its_row_says)
{
	const struct job_kind *const kinds[] = {&kind_patient, &kind_failing};
	struct stage stage;
	int64_t ids[4];

	stage_start(&stage, kinds, 2);
	for (int64_t i = 0; i < 4; i++)
		ids[i] = job_add(&stage, "patient", i);
	UNTIL(&stage, atomic_load(&calls) == 2);
	for (int i = 0; i < 20; i++)
		loop_turn(stage.loop, 5);
	assert_int_equal(atomic_load(&calls), 2);
	assert_int_equal(runner_running(stage.runner), 2);
	atomic_store(&let_go, true);
	for (int i = 0; i < 4; i++)
		UNTIL(&stage, job_now(&stage, ids[i]).state == MODEL_JOB_DONE);
	assert_int_equal(atomic_load(&at_once_most), 2);
	stage_end(&stage);
	(void)state;
}

TEST(a_job_says_how_far_it_is_and_what_came_of_it)
{
	const struct job_kind *const kinds[] = {&kind_patient};
	struct stage stage;
	struct model_job job;
	int64_t id;

	stage_start(&stage, kinds, 1);
	id = job_add(&stage, "patient", 1);
	UNTIL(&stage, job_now(&stage, id).progress_done == 3);
	job = job_now(&stage, id);
	assert_int_equal(job.progress_total, 10);
	assert_int_equal(job.state, MODEL_JOB_RUNNING);
	assert_null(job.result_json.data);
	atomic_store(&let_go, true);
	UNTIL(&stage, job_now(&stage, id).state == MODEL_JOB_DONE);
	job = job_now(&stage, id);
	assert_int_equal(job.progress_done, 10);
	assert_true(str_is(job.result_json, "{\"changed\":10}"));
	stage_end(&stage);
	(void)state;
}

TEST(a_job_that_is_asked_to_stop_ends_as_stopped)
{
	const struct job_kind *const kinds[] = {&kind_patient};
	struct stage stage;
	struct store_txn *txn;
	int64_t id;

	stage_start(&stage, kinds, 1);
	id = job_add(&stage, "patient", 7);
	UNTIL(&stage, atomic_load(&calls) == 1);
	txn = writing(&stage.f);
	OK(&stage.f, store_job_stop(txn, STR("patient"), 7, NOW, &stage.f.err));
	note(&stage.f, txn);
	OK(&stage.f, store_commit(&txn, &stage.f.err));
	UNTIL(&stage, job_now(&stage, id).state == MODEL_JOB_STOPPED);
	stage_end(&stage);
	(void)state;
}

TEST(an_engine_that_ends_gives_its_jobs_back)
{
	const struct job_kind *const kinds[] = {&kind_patient};
	struct stage stage;
	struct model_job job;
	int64_t id;

	stage_start(&stage, kinds, 1);
	id = job_add(&stage, "patient", 1);
	UNTIL(&stage, atomic_load(&calls) == 1);
	runner_stop(stage.runner);
	job = job_now(&stage, id);
	assert_int_equal(job.state, MODEL_JOB_WAITING);
	assert_int_equal(job.attempts, 0);
	assert_int_equal(job.lease_until, 0);
	atomic_store(&let_go, true);
	runner_begin(&stage, kinds, 1);
	UNTIL(&stage, job_now(&stage, id).state == MODEL_JOB_DONE);
	stage_end(&stage);
	(void)state;
}

TEST(what_cannot_go_well_is_not_tried_again)
{
	const struct job_kind *const kinds[] = {&kind_failing};
	struct stage stage;
	int64_t id;

	stage_start(&stage, kinds, 1);
	id = job_add(&stage, "failing", 1);
	UNTIL(&stage, job_now(&stage, id).state == MODEL_JOB_FAILED);
	assert_true(str_is(job_now(&stage, id).detail, "no such selection"));
	assert_int_equal(atomic_load(&calls), 1);
	stage_end(&stage);
	(void)state;
}

TEST(a_thread_that_was_overtaken_cannot_write)
{
	const struct job_kind *const kinds[] = {&kind_writing};
	struct stage stage;
	struct store_txn *txn;
	struct model_job job;
	bool taken;
	int64_t id;

	stage_start(&stage, kinds, 1);
	id = job_add(&stage, "writing", 1);
	UNTIL(&stage, atomic_load(&calls) == 1);
	txn = writing(&stage.f);
	OK(&stage.f, store_job_take(txn, stage.f.arena, STR("writing"), INT32_MAX, 3600, &job, &taken, &stage.f.err));
	assert_true(taken && job.epoch == 2);
	OK(&stage.f, store_commit(&txn, &stage.f.err));
	atomic_store(&let_go, true);
	UNTIL(&stage, runner_running(stage.runner) == 0);
	job = job_now(&stage, id);
	assert_int_equal(job.state, MODEL_JOB_RUNNING); /* as the other left it */
	assert_int_equal(job.epoch, 2);
	assert_int_equal(job.ended_at, 0);
	stage_end(&stage);
	(void)state;
}

TEST(a_kind_that_recurs_has_one_row_that_is_given_back_when_done)
{
	const struct job_kind *const kinds[] = {&kind_daily};
	const struct model_job *rows;
	struct store_more more;
	struct stage stage;
	struct store_txn *txn;
	size_t count;

	stage_start(&stage, kinds, 1);
	atomic_store(&let_go, true);
	UNTIL(&stage, atomic_load(&calls) == 1 && runner_running(stage.runner) == 0);
	runner_stop(stage.runner);
	runner_begin(&stage, kinds, 1);
	txn = reading(&stage.f);
	OK(&stage.f, store_jobs(txn, stage.f.arena, &(struct store_page){0}, &rows, &count, &more, &stage.f.err));
	assert_int_equal(count, 1);
	assert_int_equal(rows[0].state, MODEL_JOB_WAITING);
	assert_true(rows[0].due_at >= rows[0].created_at + 86400);
	store_end(&txn);
	stage_end(&stage);
	(void)state;
}

TESTS(RUN(as_many_of_a_kind_run_at_once_as_its_row_says), RUN(a_job_says_how_far_it_is_and_what_came_of_it),
     RUN(a_job_that_is_asked_to_stop_ends_as_stopped), RUN(an_engine_that_ends_gives_its_jobs_back),
     RUN(what_cannot_go_well_is_not_tried_again), RUN(a_thread_that_was_overtaken_cannot_write),
     RUN(a_kind_that_recurs_has_one_row_that_is_given_back_when_done))
