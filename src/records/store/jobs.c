/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Jobs: leased rows. Taking one raises its epoch; whoever holds an older epoch gets ERR_CONFLICT for every write, so a
 * job that was overtaken cannot go on.
 */

#include "base/arena.h"
#include "records/store/query.h"

#define KINDS_MAX 64

#define COLUMNS                                                                                    \
	"j.id, j.kind, j.subject_id, j.state, j.attempts, j.epoch, j.due_at, j.lease_until, j.created_at, "  \
	"j.ended_at, j.detail, j.stop_asked, j.progress_done, j.progress_total, j.result"

static const char ADD[] = "INSERT INTO jobs (id, kind, subject_id, state, due_at, created_at) "
			  "VALUES ($1, $2, $3, $4, $5, $6)";
static const char ONE[] = "SELECT " COLUMNS " FROM jobs j WHERE j.id = $1";
static const char DUE[] = "SELECT DISTINCT kind FROM jobs WHERE ended_at = 0 AND due_at <= $1 AND lease_until <= $1 "
			  "ORDER BY kind";
static const char NEXT[] = "SELECT j.id FROM jobs j WHERE j.ended_at = 0 AND j.kind = $2 AND j.due_at <= $1 AND "
			   "j.lease_until <= $1 ORDER BY j.due_at, j.id LIMIT 1";
static const char TAKE[] = ROUTINE "UPDATE jobs SET state = $2, epoch = epoch + 1, attempts = attempts + 1, "
				   "lease_until = $3 WHERE id = $1 AND ended_at = 0 AND lease_until <= $4";
static const char KEEP[] = ROUTINE "INSERT INTO jobs (id, kind, subject_id, state, due_at, created_at) VALUES ($1, $2, $3, "
				   "$4, $5, $5) ON CONFLICT (kind, subject_id) DO NOTHING";
static const char BEGIN_AGAIN[] = ROUTINE "UPDATE jobs SET state = $3, due_at = $4, ended_at = 0, attempts = 0, stop_asked = "
					  "0, lease_until = 0 WHERE kind = $1 AND subject_id = $2 AND ended_at > 0";
static const char HURRY[] = ROUTINE "UPDATE jobs SET due_at = $3 WHERE kind = $1 AND subject_id = $2 AND ended_at = 0 AND "
				    "due_at > $3";
static const char AGAIN[] = ROUTINE "UPDATE jobs SET state = $3, due_at = $4, lease_until = 0, attempts = 0, detail = NULL "
				    "WHERE id = $1 AND epoch = $2 AND ended_at = 0";
static const char PROGRESS[] = ROUTINE "UPDATE jobs SET progress_done = $3, progress_total = $4 WHERE id = $1 AND "
				       "epoch = $2 AND ended_at = 0";
static const char RESULT[] = ROUTINE "UPDATE jobs SET result = $3 WHERE id = $1 AND epoch = $2 AND ended_at = 0";
static const char HOLD[] = ROUTINE "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND epoch = $2 AND ended_at = 0";
static const char END[] = ROUTINE "UPDATE jobs SET state = $3, ended_at = $4, due_at = $5, detail = $6, "
				  "lease_until = 0 WHERE id = $1 AND epoch = $2 AND ended_at = 0";
static const char STOP[] = "UPDATE jobs SET stop_asked = 1 WHERE kind = $1 AND subject_id = $2 AND ended_at = 0";
static const char STOP_WAITING[] = "UPDATE jobs SET state = $3, ended_at = $4 WHERE kind = $1 AND subject_id = $2 "
				   "AND ended_at = 0 AND lease_until = 0";
static const char STOP_ASKED[] = "SELECT stop_asked FROM jobs WHERE id = $1";
static const char RELEASE[] = ROUTINE "UPDATE jobs SET lease_until = 0 WHERE ended_at = 0 AND lease_until > 0";

static void job_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_job *row = to;

	row->id = db_int(rows, at);
	row->kind = db_text(rows, at + 1, arena);
	row->subject_id = db_int(rows, at + 2);
	row->state = (enum model_job_state)db_int(rows, at + 3);
	row->attempts = db_int(rows, at + 4);
	row->epoch = db_int(rows, at + 5);
	row->due_at = db_int(rows, at + 6);
	row->lease_until = db_int(rows, at + 7);
	row->created_at = db_int(rows, at + 8);
	row->ended_at = db_int(rows, at + 9);
	row->detail = db_text(rows, at + 10, arena);
	row->stop_asked = db_int(rows, at + 11) != 0;
	row->progress_done = db_int(rows, at + 12);
	row->progress_total = db_int(rows, at + 13);
	row->result_json = db_text(rows, at + 14, arena);
}

static const struct list job_list = {
	.columns = COLUMNS,
	.from = "jobs j",
	.id = "j.id",
	.row_size = sizeof(struct model_job),
	.read = job_read,
};

bool store_job_add(struct store_txn *txn, struct str kind, int64_t subject_id, int64_t due_at, int64_t now,
		   int64_t *id, struct err *err)
{
	int64_t made = store_new_id(txn->store);

	if (!db_run(txn, ADD,
		    VALUES(V(made), V(kind), V(subject_id), V(MODEL_JOB_WAITING), V(due_at), V(now)), err))
		return err_wrap(err, "add job");
	*id = made;
	return true;
}

bool store_jobs(struct store_txn *txn, struct arena *arena, const struct store_page *page,
		const struct model_job **rows, size_t *count, struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);
	struct store_page newest = *page;

	newest.descending = true;
	query_add(&where, "1 = 1");
	return list_run(txn, arena, &job_list, &where, &(struct list_sort){NULL, false}, &newest,
			(const void **)rows, count, more, err);
}

bool store_job(struct store_txn *txn, struct arena *arena, int64_t id, struct model_job *out, struct err *err)
{
	return list_one(txn, arena, &job_list, ONE, VALUES(V(id)), "job", out, err);
}

bool store_job_keep(struct store_txn *txn, struct str kind, int64_t subject_id, int64_t now, struct err *err)
{
	return db_run(txn, KEEP,
		      VALUES(V(store_new_id(txn->store)), V(kind), V(subject_id), V(MODEL_JOB_WAITING), V(now)), err) &&
	       db_run(txn, BEGIN_AGAIN, VALUES(V(kind), V(subject_id), V(MODEL_JOB_WAITING), V(now)), err);
}

bool store_jobs_due(struct store_txn *txn, struct arena *arena, int64_t now, const struct str **kinds, size_t *count,
		    struct err *err)
{
	struct str *found = ARENA_ARRAY(arena, struct str, KINDS_MAX);
	struct db_rows rows;

	if (!db_rows(txn, DUE, VALUES(V(now)), &rows, err))
		return false;
	for (*count = 0; *count < KINDS_MAX && db_next(&rows); ++*count)
		found[*count] = db_text(&rows, 0, arena);
	*kinds = found;
	return db_rows_end(&rows, err);
}

bool store_job_take(struct store_txn *txn, struct arena *arena, struct str kind, int64_t now, int64_t lease_s,
		    struct model_job *out, bool *taken, struct err *err)
{
	int64_t id, changed;

	*taken = false;
	if (!db_number(txn, NEXT, VALUES(V(now), V(kind)), 0, &id, err))
		return false;
	if (id == 0)
		return true;
	if (!db_change(txn, TAKE, VALUES(V(id), V(MODEL_JOB_RUNNING), V(now + lease_s), V(now)), &changed, err))
		return false;
	*taken = changed == 1;
	return !*taken || store_job(txn, arena, id, out, err);
}

static bool held(int64_t changed, struct err *err)
{
	if (changed == 1)
		return true;
	err_set(err, ERR_CONFLICT, "the job was taken over or has ended");
	return err_fix(err, "job-stale", "nothing: whoever took it over does the work");
}

bool store_job_hold(struct store_txn *txn, int64_t id, int64_t epoch, int64_t now, int64_t lease_s,
		    struct err *err)
{
	int64_t changed;

	return db_change(txn, HOLD, VALUES(V(id), V(epoch), V(now + lease_s)), &changed, err) && held(changed, err);
}

bool store_job_end(struct store_txn *txn, int64_t id, int64_t epoch, enum model_job_state state, int64_t due_at,
		   struct str detail, int64_t now, struct err *err)
{
	int64_t changed, ended_at = state == MODEL_JOB_WAITING ? 0 : now;

	return db_change(txn, END, VALUES(V(id), V(epoch), V(state), V(ended_at), V(due_at), V(detail)), &changed,
			 err) &&
	       held(changed, err);
}

bool store_job_again(struct store_txn *txn, int64_t id, int64_t epoch, int64_t due_at, struct err *err)
{
	int64_t changed;

	return db_change(txn, AGAIN, VALUES(V(id), V(epoch), V(MODEL_JOB_WAITING), V(due_at)), &changed, err) &&
	       held(changed, err);
}

bool store_job_progress(struct store_txn *txn, int64_t id, int64_t epoch, int64_t done, int64_t total, struct err *err)
{
	int64_t changed;

	return db_change(txn, PROGRESS, VALUES(V(id), V(epoch), V(done), V(total)), &changed, err) &&
	       held(changed, err);
}

bool store_job_result(struct store_txn *txn, int64_t id, int64_t epoch, struct str json, struct err *err)
{
	int64_t changed;

	return db_change(txn, RESULT, VALUES(V(id), V(epoch), V(json)), &changed, err) && held(changed, err);
}

bool store_job_hurry(struct store_txn *txn, struct str kind, int64_t subject_id, int64_t now, struct err *err)
{
	return db_run(txn, HURRY, VALUES(V(kind), V(subject_id), V(now)), err);
}

bool store_job_stop(struct store_txn *txn, struct str kind, int64_t subject_id, int64_t now, struct err *err)
{
	return db_run(txn, STOP, VALUES(V(kind), V(subject_id)), err) &&
	       db_run(txn, STOP_WAITING, VALUES(V(kind), V(subject_id), V(MODEL_JOB_STOPPED), V(now)), err);
}

bool store_job_stop_asked(struct store_txn *txn, int64_t id, bool *asked, struct err *err)
{
	int64_t value;

	if (!db_number(txn, STOP_ASKED, VALUES(V(id)), 0, &value, err))
		return false;
	*asked = value != 0;
	return true;
}

bool store_jobs_release(struct store_txn *txn, struct err *err)
{
	return db_run(txn, RELEASE, NULL, err);
}
