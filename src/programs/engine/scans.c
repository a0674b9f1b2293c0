/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Sources that nobody made: "this machine" when the data folder is new, and the demo's listeners, which are run when the demo
 * starts and of which those that say that something changed are looked at at once.
 */

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "jobs/runner.h"
#include "jobs/source.h"
#include "programs/demo.h"
#include "programs/engine/engine.h"
#include "records/store.h"

#define LOOK_MS       1000
#define OPTIONS_BYTES 65536
#define SEEDED        "sources.seeded"
#define DEMO_NAME     "demo listeners"
#define LOCAL_NAME    "this machine"
#define LOCAL_EVERY_S 21600

struct own_scans {
	struct loop *loop;
	struct store *store;
	struct runner *runner;
	const char *demo_folder; /* NULL: no demo */
	uint64_t demo_seen;
	struct loop_timer look;
};

static const struct audit_actor engine = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};

/* {"scopes":[…],"look":"whole"}, or none of it */
static bool options_make(const struct str *scopes, size_t count, struct json_doc **out, struct err *err)
{
	CLEANUP(buf_done) struct buf text = buf_capped(OPTIONS_BYTES);
	struct json_out json = json_out_start(&text);

	json_out_object(&json);
	if (count == 0) {
		json_out_end_object(&json);
		return json_doc_read(buf_str(&text), out, err);
	}
	json_out_key(&json, "scopes");
	json_out_array(&json);
	for (size_t i = 0; i < count; i++)
		json_out_str(&json, scopes[i]);
	json_out_end_array(&json);
	json_out_key_text(&json, "look", "whole");
	json_out_key_bool(&json, "learn_names", false);
	json_out_end_object(&json);
	return json_doc_read(buf_str(&text), out, err);
}

/* Made, or changed when its scopes did. */
static bool source_keep(struct own_scans *own, struct source_request *request, const struct str *scopes, size_t count,
			int64_t *id, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(json_doc_done) struct json_doc *options = NULL;
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_source before, after;
	int64_t now = clock_now_s();
	struct err absent = {0};
	bool there;

	if (!options_make(scopes, count, &options, err) || !store_read(own->store, &txn, err))
		return false;
	request->options = json_doc_root(options);
	there = store_source_by_name(txn, arena, request->name, &before, &absent);
	store_end(&txn);
	if (there)
		request->every_s = -1; /* as somebody may have set it */
	if (!source_check(arena, request, there ? &before : NULL, now, &after, err))
		return false;
	if (!there)
		return source_add(own->store, &after, &engine, now, id, err);
	*id = before.id;
	return str_equal(before.options_json, after.options_json) ||
	       source_set(own->store, &after, &engine, now, err);
}

/* ---- this machine ---- */

static bool seeded(struct own_scans *own, bool *out, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct bytes value;

	if (!store_read(own->store, &txn, err))
		return false;
	*out = store_setting(txn, arena, STR(SEEDED), &value, err);
	return *out || err->kind == ERR_ABSENT;
}

static bool seeded_put(struct own_scans *own, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(own->store, &txn, err) && store_setting_put(txn, STR(SEEDED), bytes_from(STR("1")), err) &&
	       audit_add(txn, &engine, "setting.change", STR("setting:" SEEDED), clock_now_s(), err) &&
	       store_commit(&txn, err);
}

/* Once: who removes it does not want it back. */
static void seed(struct own_scans *own)
{
	struct source_request request = {
		.name = STR(LOCAL_NAME), .kind = STR("local"), .every_s = LOCAL_EVERY_S, .paused = 0};
	struct err err = {0};
	bool done = false;
	int64_t id;

	if (seeded(own, &done, &err) && (done || (source_keep(own, &request, NULL, 0, &id, &err) && seeded_put(own, &err))))
		return;
	log_error("first source not made", F("error", err.text));
}

/* ---- the demo ---- */

static bool demo_run_all(struct own_scans *own, const struct str *targets, size_t count, struct err *err)
{
	struct source_request request = {
		.name = STR(DEMO_NAME), .kind = STR("network"), .every_s = 3600, .paused = 0, .demo = true};
	int64_t id, run_id;

	if (!source_keep(own, &request, targets, count, &id, err))
		return false;
	/* one that is running, or was made just now, sees them all */
	return source_run(own->store, id, &engine, clock_now_s(), &run_id, err) || err->kind == ERR_CONFLICT;
}

/* A look at some, besides the runs. */
static bool demo_look(struct own_scans *own, const struct str *targets, size_t count, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct scan_request request = {.targets = targets, .target_count = count, .look = STR("whole"), .demo = true};
	struct model_source source;
	struct err absent = {0};
	int64_t id;

	if (!store_read(own->store, &txn, err))
		return false;
	if (store_source_by_name(txn, arena, STR(DEMO_NAME), &source, &absent))
		request.source_id = source.id;
	store_end(&txn);
	return scan_create(own->store, &request, &engine, clock_now_s(), &id, err);
}

static void look_due(struct loop_timer *timer)
{
	struct own_scans *own = container_of(timer, struct own_scans, look);
	CLEANUP(arena_done) struct arena *arena = arena_new();
	bool first = own->demo_seen == 0;
	struct err err = {0};
	struct str *targets;
	size_t count = 0;

	loop_timer_start(own->loop, &own->look, LOOK_MS, look_due);
	/* absent while the listeners start: asked again */
	if (!demo_news(arena, own->demo_folder, &own->demo_seen, &targets, &count, &err) || !count)
		return;
	if (first ? demo_run_all(own, targets, count, &err) : demo_look(own, targets, count, &err))
		runner_wake(own->runner);
	else
		log_error("demo not looked at", F("error", err.text));
}

struct own_scans *own_scans_new(struct loop *loop, struct store *store, struct runner *runner, const char *demo_folder,
				bool at_start)
{
	struct own_scans *own = NEW(struct own_scans);

	*own = (struct own_scans){.loop = loop, .store = store, .runner = runner, .demo_folder = demo_folder};
	if (at_start)
		seed(own);
	if (demo_folder)
		loop_timer_start(loop, &own->look, 0, look_due);
	return own;
}

void own_scans_free(struct own_scans *own)
{
	if (!own)
		return;
	loop_timer_stop(own->loop, &own->look);
	memory_done(&own);
}
