/* SPDX-License-Identifier: Apache-2.0 */

/* A scan against a probe process that the test plays: answers, dies, lies. */

#include "base/buf.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/loop.h"
#include "jobs/events.h"
#include "jobs/runner.h"
#include "jobs/scan.h"
#include "records/store_fixture.h"

#define TARGETS_MAX 4096

struct stage {
	struct fixture f;
	struct loop *loop;
	struct events *events;
	struct runner *runner;
	struct scan_port port;
	bool here;
	uint64_t numbers[TARGETS_MAX]; /* given to the probe process that is there */
	size_t count, peak;
	uint64_t scan;
	char killer[64]; /* who is given this target dies; empty: nobody */
	bool died;
};

static bool port_ready(struct scan_port *port)
{
	return container_of(port, struct stage, port)->here;
}

static void port_start(struct scan_port *port, uint64_t scan, struct str options)
{
	struct stage *stage = container_of(port, struct stage, port);

	stage->scan = scan;
	stage->count = 0;
	assert_true(str_has(options, STR("\"look\":\"polite\"")));
}

static void port_target(struct scan_port *port, uint64_t scan, const struct scan_port_target *target)
{
	struct stage *stage = container_of(port, struct stage, port);

	assert_true(scan == stage->scan);
	assert_true(stage->count < TARGETS_MAX);
	stage->numbers[stage->count++] = target->number;
	if (stage->killer[0] && str_is(target->text, stage->killer))
		stage->died = true;
}

static void port_stop(struct scan_port *port, uint64_t scan)
{
	container_of(port, struct stage, port)->count = 0;
	(void)scan;
}

static void stage_begin(struct stage *stage)
{
	stage->loop = loop_new();
	stage->events = events_new();
	stage->port = (struct scan_port){
		.ready = port_ready, .start = port_start, .target = port_target, .stop = port_stop};
	OK(&stage->f, runner_start(stage->loop, stage->f.store, stage->events, &stage->port, &stage->runner, &stage->f.err));
}

static void stage_end(struct stage *stage)
{
	runner_stop(stage->runner);
	events_close(stage->events);
	events_free(stage->events);
	loop_free(stage->loop);
}

static void turn(struct stage *stage, int times)
{
	for (int i = 0; i < times; i++)
		loop_turn(stage->loop, 20);
}

/* A new probe process. */
static void probe_comes(struct stage *stage)
{
	stage->here = true;
	stage->died = false;
	stage->count = 0;
	if (stage->port.calls)
		stage->port.calls->here(stage->port.user);
}

static void probe_dies(struct stage *stage)
{
	stage->here = false;
	stage->count = 0;
	if (stage->port.calls)
		stage->port.calls->gone(stage->port.user);
}

/* Says what it saw at that target: a certificate of its own. */
static void answer(struct stage *stage, uint64_t number)
{
	struct arena *arena = arena_new();
	struct str der = arena_format(arena, "certificate %llu", (unsigned long long)number), hex, facts, record;
	uint8_t hash[HASH_SHA256];

	hash_sha256(bytes_from(der), hash);
	hex = hex_str(arena, bytes_of(hash, sizeof hash));
	facts = arena_format(arena,
			     "{\"sha256\":\"%.*s\",\"serial\":\"01\",\"subject\":\"CN=n%llu\",\"subject_cn\":\"n%llu\","
			     "\"issuer\":\"CN=ca\",\"issuer_cn\":\"ca\",\"names\":{\"dns\":[\"n%llu.example\"]},"
			     "\"not_before\":\"2026-01-01T00:00:00Z\",\"not_after\":\"2027-01-01T00:00:00Z\","
			     "\"key\":{\"algorithm\":\"rsa\",\"bits\":1024,\"sha256\":\"%.*s\"},"
			     "\"signature\":\"sha1WithRSAEncryption\",\"self_signed\":false}",
			     STR_ARG(hex), (unsigned long long)number, (unsigned long long)number,
			     (unsigned long long)number, STR_ARG(hex));
	record = arena_format(arena,
			      "{\"target\":\"h%llu:443\",\"host\":\"h%llu\",\"address\":\"127.0.0.1\",\"port\":443,"
			      "\"protocol\":\"tls\",\"server_name\":\"h%llu\",\"outcome\":\"ok\",\"detail\":null,"
			      "\"tls\":{\"version\":\"TLSv1.3\"},\"chain\":[\"%.*s\"],\"other_leaves\":[],"
			      "\"name_matches\":false,\"chain_complete\":true,\"trust\":{\"mozilla\":\"trusted\"},"
			      "\"at\":\"2026-11-20T00:00:00Z\",\"elapsed_ms\":1}",
			      (unsigned long long)number, (unsigned long long)number, (unsigned long long)number,
			      STR_ARG(hex));
	stage->port.calls->certificate(stage->port.user, stage->scan, bytes_from(der), facts, (struct str){NULL, 0});
	if (stage->port.calls)
		stage->port.calls->record(stage->port.user, stage->scan, number, record);
	arena_free(arena);
}

/* Answers up to so many of those it was given. */
static void answer_some(struct stage *stage, size_t most)
{
	while (stage->count && most-- && stage->port.calls && !stage->died) {
		uint64_t number = stage->numbers[0];

		memmove(stage->numbers, stage->numbers + 1, --stage->count * sizeof *stage->numbers);
		answer(stage, number);
	}
}

static int64_t ask(struct stage *stage, size_t count)
{
	struct str *targets = ARENA_ARRAY(stage->f.arena, struct str, count);
	struct scan_request request = {.targets = targets, .target_count = count};
	struct audit_actor actor = {STR("user:test"), STR("127.0.0.1"), {NULL, 0}};
	int64_t id;

	for (size_t i = 0; i < count; i++)
		targets[i] = arena_format(stage->f.arena, "h%zu:443", i);
	OK(&stage->f, scan_create(stage->f.store, &request, &actor, 1790000000, &id, &stage->f.err));
	runner_wake(stage->runner);
	return id;
}

static struct model_scan scan_now(struct stage *stage, int64_t id)
{
	struct store_txn *txn = reading(&stage->f);
	struct model_scan scan;

	OK(&stage->f, store_scan(txn, stage->f.arena, id, &scan, &stage->f.err));
	store_end(&txn);
	return scan;
}

struct tally {
	size_t count, twice;
	int64_t last;
};

static void tally_one(void *data, int64_t number)
{
	struct tally *tally = data;

	tally->twice += tally->count && number == tally->last;
	tally->last = number;
	tally->count++;
}

/* Every target has exactly one record, and the audit is whole. */
static void check(struct stage *stage, int64_t id, size_t targets)
{
	struct store_txn *txn = reading(&stage->f);
	const struct model_scan_record *records;
	struct store_page page = {.limit = 1000, .total = true};
	struct store_more more;
	struct audit_state audit;
	struct tally tally = {0};
	size_t count;

	OK(&stage->f, store_scan_records(txn, stage->f.arena, id, (struct str){NULL, 0}, &page, &records, &count, &more,
					 &stage->f.err));
	assert_int_equal(more.total, targets);
	OK(&stage->f, store_scan_numbers(txn, id, tally_one, &tally, &stage->f.err));
	assert_int_equal(tally.count, targets);
	assert_int_equal(tally.twice, 0);
	OK(&stage->f, audit_verify(txn, &audit, &stage->f.err));
	store_end(&txn);
}

static void run_until_done(struct stage *stage, int64_t id)
{
	for (int i = 0; i < 500 && scan_now(stage, id).ended_at == 0; i++) {
		if (!stage->here || stage->died) {
			probe_dies(stage);
			turn(stage, 1);
			probe_comes(stage);
		}
		if (!stage->died)
			answer_some(stage, TARGETS_MAX);
		turn(stage, 1);
	}
	assert_int_equal(scan_now(stage, id).state, MODEL_SCAN_DONE);
}

TEST(every_target_gets_its_record_and_the_scan_ends)
{
	struct stage stage = {0};
	struct model_scan scan;
	struct store_overview overview;
	struct store_txn *txn;
	struct model_certificate row;
	uint8_t hash[HASH_SHA256];
	int64_t id;

	fixture_start(&stage.f);
	stage_begin(&stage);
	probe_comes(&stage);
	id = ask(&stage, 3000);
	run_until_done(&stage, id);
	check(&stage, id, 3000);
	scan = scan_now(&stage, id);
	assert_int_equal(scan.targets_done, 3000);
	assert_int_equal(scan.targets_total, 3000);
	assert_int_equal(scan.new_certificates, 3000);
	txn = reading(&stage.f);
	OK(&stage.f, store_overview(txn, NOW, &overview, &stage.f.err));
	assert_int_equal(overview.lineages, 3000);
	hash_sha256(bytes_from(STR("certificate 7")), hash);
	OK(&stage.f, store_certificate(txn, stage.f.arena, hash, &row, &stage.f.err));
	assert_int_equal(row.problems, MODEL_PROBLEM_NAME_MISMATCH | MODEL_PROBLEM_WEAK_KEY | MODEL_PROBLEM_WEAK_SIGNATURE);
	assert_str(row.lineage_name, "n7");
	store_end(&txn);
	assert_true(events_last(stage.events) > 0);
	stage_end(&stage);
	fixture_end(&stage.f);
	(void)state;
}

TEST(what_the_probe_process_had_goes_to_the_next_one)
{
	struct stage stage = {0};
	int64_t id;

	fixture_start(&stage.f);
	stage_begin(&stage);
	probe_comes(&stage);
	id = ask(&stage, 200);
	turn(&stage, 5);
	answer_some(&stage, 70);
	probe_dies(&stage); /* records that came are kept, written or not */
	for (int i = 0; i < 100 && scan_now(&stage, id).targets_done < 70; i++)
		turn(&stage, 1);
	assert_int_equal(scan_now(&stage, id).targets_done, 70);
	run_until_done(&stage, id);
	check(&stage, id, 200);
	stage_end(&stage);
	fixture_end(&stage.f);
	(void)state;
}

TEST(a_target_that_kills_every_probe_process_gets_a_record_of_our_own)
{
	struct stage stage = {.killer = "h13:443"};
	struct model_scan scan;
	int64_t id;

	fixture_start(&stage.f);
	stage_begin(&stage);
	probe_comes(&stage);
	id = ask(&stage, 60);
	run_until_done(&stage, id);
	check(&stage, id, 60);
	scan = scan_now(&stage, id);
	assert_int_equal(scan.outcome_count, 2);
	assert_str(scan.outcomes[0].name, "garbage");
	assert_int_equal(scan.outcomes[0].count, 1);
	stage_end(&stage);
	fixture_end(&stage.f);
	(void)state;
}

TEST(an_engine_that_was_killed_goes_on_where_it_was)
{
	struct stage stage = {0};
	int64_t id;

	fixture_start(&stage.f);
	stage_begin(&stage);
	probe_comes(&stage);
	id = ask(&stage, 1500);
	turn(&stage, 5);
	answer_some(&stage, 600);
	turn(&stage, 3);
	stage_end(&stage);
	store_close(stage.f.store);
	fixture_open(&stage.f);
	stage.here = false;
	stage_begin(&stage);
	turn(&stage, 3);
	assert_int_equal(scan_now(&stage, id).state, MODEL_SCAN_RUNNING);
	probe_comes(&stage);
	turn(&stage, 3);
	/* what has a record is not asked for again */
	for (size_t i = 0; i < stage.count; i++)
		assert_true(stage.numbers[i] >= 600);
	run_until_done(&stage, id);
	check(&stage, id, 1500);
	stage_end(&stage);
	fixture_end(&stage.f);
	(void)state;
}

TEST(a_scan_that_is_stopped_ends_and_keeps_what_it_saw)
{
	struct stage stage = {0};
	struct audit_actor actor = {STR("user:test"), STR("127.0.0.1"), {NULL, 0}};
	struct model_scan scan;
	int64_t id;

	fixture_start(&stage.f);
	stage_begin(&stage);
	probe_comes(&stage);
	id = ask(&stage, 100);
	turn(&stage, 5);
	answer_some(&stage, 10);
	OK(&stage.f, scan_stop(stage.f.store, id, &actor, 1790000001, &stage.f.err));
	for (int i = 0; i < 200 && scan_now(&stage, id).ended_at == 0; i++)
		turn(&stage, 1);
	scan = scan_now(&stage, id);
	assert_int_equal(scan.state, MODEL_SCAN_STOPPED);
	assert_int_equal(scan.targets_done, 10);
	check(&stage, id, 10);
	assert_false(scan_stop(stage.f.store, id, &actor, 1790000001, &stage.f.err));
	assert_int_equal(stage.f.err.kind, ERR_CONFLICT);
	stage_end(&stage);
	fixture_end(&stage.f);
	(void)state;
}

TEST(who_was_overtaken_writes_nothing_more)
{
	struct stage stage = {0};
	struct store_txn *txn;
	struct model_job job;
	bool taken;
	int64_t id, before;

	fixture_start(&stage.f);
	stage_begin(&stage);
	probe_comes(&stage);
	id = ask(&stage, 100);
	turn(&stage, 5);
	answer_some(&stage, 10);
	turn(&stage, 20);
	/* somebody else takes the job as after a lost lease */
	txn = writing(&stage.f);
	OK(&stage.f, store_jobs_release(txn, &stage.f.err));
	OK(&stage.f, store_job_take(txn, stage.f.arena, STR("scan"), INT32_MAX, 3600, &job, &taken, &stage.f.err));
	assert_true(taken && job.subject_id == id);
	OK(&stage.f, store_commit(&txn, &stage.f.err));
	before = scan_now(&stage, id).targets_done;
	answer_some(&stage, 50);
	turn(&stage, 20);
	assert_int_equal(scan_now(&stage, id).targets_done, before);
	assert_int_equal(runner_running(stage.runner), 0);
	stage_end(&stage);
	fixture_end(&stage.f);
	(void)state;
}

TEST(records_that_are_not_records_cost_nothing_but_themselves)
{
	static const char *const lies[] = {"", "{", "[]", "{}", "{\"host\":1,\"outcome\":\"ok\"}",
					   "{\"host\":\"h\",\"outcome\":\"ok\",\"chain\":[1,null,\"zz\",\"00\"]}"};
	struct stage stage = {0};
	struct model_scan scan;
	int64_t id;

	fixture_start(&stage.f);
	stage_begin(&stage);
	probe_comes(&stage);
	id = ask(&stage, COUNT_OF(lies));
	turn(&stage, 5);
	assert_int_equal(stage.count, COUNT_OF(lies));
	stage.port.calls->certificate(stage.port.user, stage.scan, bytes_of("x", 1), STR("not json"), STR("broken"));
	stage.port.calls->certificate(stage.port.user, stage.scan, bytes_of("y", 1), STR("{\"names\":7,\"key\":[]}"),
				      (struct str){NULL, 0});
	stage.port.calls->record(stage.port.user, stage.scan, 999, STR("{}")); /* was never asked for */
	for (size_t i = 0; i < COUNT_OF(lies); i++)
		stage.port.calls->record(stage.port.user, stage.scan, i, str_of(lies[i]));
	for (int i = 0; i < 100 && scan_now(&stage, id).ended_at == 0; i++)
		turn(&stage, 1);
	scan = scan_now(&stage, id);
	assert_int_equal(scan.state, MODEL_SCAN_DONE);
	check(&stage, id, COUNT_OF(lies));
	assert_int_equal(scan.new_certificates, 2);
	stage_end(&stage);
	fixture_end(&stage.f);
	(void)state;
}

TEST(words_that_the_server_must_not_read_are_refused)
{
	static const char *const words[] = {"@/etc/passwd", "-", "", "host:99999", "10.0.0.0/99", "--help"};
	struct err err;
	int64_t total;

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		struct str word = str_of(words[i]);
		struct scan_request request = {.targets = &word, .target_count = 1};

		assert_false(scan_check(&request, &total, &err));
		assert_int_equal(err.kind, ERR_INPUT);
	}
	struct str range = STR("10.0.0.0/24");
	struct scan_request request = {.targets = &range, .target_count = 1};

	assert_true(scan_check(&request, &total, &err));
	assert_true(total == 254 || total == 256);
	range = STR("10.0.0.0/8");
	request.ports = STR("443,8443");
	assert_false(scan_check(&request, &total, &err));
	(void)state;
}

TESTS(RUN(every_target_gets_its_record_and_the_scan_ends), RUN(what_the_probe_process_had_goes_to_the_next_one),
      RUN(a_target_that_kills_every_probe_process_gets_a_record_of_our_own),
      RUN(an_engine_that_was_killed_goes_on_where_it_was), RUN(a_scan_that_is_stopped_ends_and_keeps_what_it_saw),
      RUN(who_was_overtaken_writes_nothing_more), RUN(records_that_are_not_records_cost_nothing_but_themselves),
      RUN(words_that_the_server_must_not_read_are_refused))
