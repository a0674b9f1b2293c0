/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The source "local": a look of the finder, then a scan of the listeners under the names that configurations give, then whether each
 * file is what is served. The scan is a job of its own; this one waits for its end.
 */

#include "jobs/host/room.h"

#include <time.h>

#include "base/clock.h"
#include "base/limits.h"

enum { SCAN_WAIT_S = 3600, TARGETS_MAX = 20000 };

static const struct source_option options[] = {
	{"paths", SOURCE_WORDS, "Paths", "files and folders to look into; none: the usual ones of this machine", false, NULL, 0, 0, NULL},
};

/* ---- what is heard ---- */

static bool hear(struct local_run *run, const struct heard *heard, struct err *err)
{
	struct heard *to = &run->heard[run->heard_count++];
	struct arena *arena = run->heard_arena;

	*to = (struct heard){
		.der = heard->der.data ? arena_bytes(arena, heard->der) : heard->der,
		.facts = arena_str(arena, heard->facts),
		.record = arena_str(arena, heard->record),
		.serves = arena_str(arena, heard->serves),
	};
	return run->heard_count < HEARD_AT_ONCE || local_write(run, err);
}

static bool certificate(void *data, struct bytes der, struct str facts_json, struct err *err)
{
	return hear(data, &(struct heard){.der = der, .facts = facts_json, .record = STR(""), .serves = STR("")}, err);
}

static bool place(void *data, struct str record_json, struct str serves_json, struct err *err)
{
	return hear(data, &(struct heard){.facts = STR(""), .record = record_json, .serves = serves_json}, err);
}

static struct str target_word(struct arena *arena, const struct json_value *target)
{
	struct str name = json_in_str(json_in_get(target, "server_name"), STR(""));
	struct str address = json_in_str(json_in_get(target, "address"), STR(""));
	bool v6 = str_find_char(address, ':') != SIZE_MAX;

	return arena_format(arena, v6 ? "%.*s@[%.*s]:%lld" : "%.*s@%.*s:%lld", STR_ARG(name), STR_ARG(address),
			    (long long)json_in_int(json_in_get(target, "port"), 0));
}

/* A configuration may name what is no name. */
static bool can_be_scanned(struct str word)
{
	struct scan_request request = {.targets = &word, .target_count = 1, .look = STR("whole")};
	struct err err = {0};
	int64_t total;

	return scan_check(&request, &total, &err);
}

static bool looked(void *data, struct str summary_json, struct str targets_json, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *summary = NULL, *targets = NULL;
	struct local_run *run = data;
	struct arena *arena = run->work->job->arena;
	size_t count;

	if (!json_doc_read(summary_json, &summary, err) || !json_doc_read(targets_json, &targets, err))
		return false;
	run->problems = json_in_int(json_in_get(json_doc_root(summary), "problem_count"), 0);
	count = json_in_count(json_doc_root(targets));
	run->targets = ARENA_ARRAY(arena, struct str, count + 1);
	if (json_in_int(json_in_get(json_doc_root(summary), "listeners"), 0) > 0)
		run->targets[run->target_count++] = STR("local");
	for (size_t i = 0; i < count && i < TARGETS_MAX; i++) {
		struct str word = target_word(arena, json_in_at(json_doc_root(targets), i));

		if (can_be_scanned(word))
			run->targets[run->target_count++] = word;
	}
	buf_clear(&run->work->job->result);
	buf_add_str(&run->work->job->result, summary_json);
	return local_write(run, err);
}

static bool must_end(void *data)
{
	struct local_run *run = data;

	return job_must_end(run->work->job);
}

static const struct host_calls calls = {certificate, place, looked, must_end};

static bool look(struct local_run *run, struct err *err)
{
	CLEANUP(buf_done) struct buf text = buf_capped(LIMIT_MESSAGE_BYTES / 2);
	struct json_out json = json_out_start(&text);
	host_look_fn ask = host_port();

	if (!ask) {
		err_set(err, ERR_UNREACHED, "there is no finder process");
		return err_fix(err, "finder-absent", "start the server with `keepvalid serve`");
	}
	json_out_object(&json);
	json_out_key(&json, "paths");
	if (json_in_get(run->work->options, "paths"))
		json_out_value(&json, json_in_get(run->work->options, "paths"));
	else
		json_out_null(&json);
	json_out_end_object(&json);
	return ask((uint64_t)run->work->run_id, buf_str(&text), &calls, run, err);
}

/* ---- the listeners ---- */

static bool scan_begin(struct local_run *run, int64_t *scan_id, struct err *err)
{
	static const struct audit_actor engine = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct scan_request request = {
		.targets = run->targets,
		.target_count = run->target_count,
		.look = STR("whole"),
		.source_id = run->work->source.id,
		.run_id = run->work->run_id,
		.demo = run->work->source.demo,
	};

	return job_write(run->work->job, &txn, err) &&
	       scan_create_in(txn, &request, &engine, clock_now_s(), scan_id, err) && store_commit(&txn, err);
}

static bool scan_has_ended(struct local_run *run, int64_t scan_id, bool *ended, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_scan scan;

	if (!store_read(run->work->job->store, &txn, err) || !store_scan(txn, arena, scan_id, &scan, err))
		return false;
	*ended = scan.ended_at != 0;
	job_progress(run->work->job, scan.targets_done, scan.targets_total);
	return true;
}

static bool scan_wait(struct local_run *run, int64_t scan_id, struct err *err)
{
	bool ended = false;

	for (int i = 0; i < SCAN_WAIT_S * 4 && !ended; i++) {
		struct timespec pause = {0, 250000000};

		if (job_must_end(run->work->job))
			return err_set(err, ERR_LATER, "ended early");
		(void)nanosleep(&pause, NULL);
		if (!scan_has_ended(run, scan_id, &ended, err))
			return false;
	}
	return true;
}

static bool compare(struct local_run *run, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t not_served;

	return job_write(run->work->job, &txn, err) &&
	       store_host_compare(txn, run->began_at, clock_now_s(), &not_served, err) && store_commit(&txn, err);
}

static bool outcomes_write(struct local_run *run, struct err *err)
{
	CLEANUP(find_drop) struct find *find = NULL;
	struct model_coverage row = {.scope = STR("this machine"), .targets = run->places, .answered = run->places,
				     .certificates = run->places - run->unreadable};

	return source_find(run->work, &find, err) &&
	       (run->places == run->unreadable || find_outcome(find, STR("ok"), run->places - run->unreadable, err)) &&
	       (run->unreadable == 0 || find_outcome(find, STR("unreadable"), run->unreadable, err)) &&
	       source_coverage_put(run->work, find, &row, err) && find_end(&find, err);
}

static bool run_all(struct local_run *run, struct err *err)
{
	int64_t scan_id;

	if (!look(run, err)) {
		if (err->kind != ERR_UNREACHED)
			return false;
		/* the listeners at least */
		*err = (struct err){0};
		run->targets = ARENA_ARRAY(run->work->job->arena, struct str, 1);
		run->targets[run->target_count++] = STR("local");
	}
	if (!outcomes_write(run, err))
		return false;
	if (run->target_count == 0)
		return true;
	return scan_begin(run, &scan_id, err) && scan_wait(run, scan_id, err) && compare(run, err);
}

static enum job_outcome work(struct source_work *work, struct err *err)
{
	struct local_run run = {
		.work = work,
		.heard_arena = arena_new(),
		.known = map_new(),
		.began_at = clock_now_s(),
	};
	bool ok;

	run.heard = ARENA_ARRAY(run.heard_arena, struct heard, HEARD_AT_ONCE);
	ok = run_all(&run, err);
	map_free(run.known);
	arena_free(run.heard_arena);
	if (ok)
		return JOB_DONE;
	return job_must_end(work->job) ? job_end_early(work->job) : JOB_FAILED;
}

const struct source_kind source_kind_local = {
	.name = "local",
	.title = "This machine",
	.about = "certificate files of configurations, stores and folders, and what listens here",
	.options = options,
	.option_count = COUNT_OF(options),
	.work = work,
};
