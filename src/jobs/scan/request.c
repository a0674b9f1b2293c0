/* SPDX-License-Identifier: Apache-2.0 */

/* What was asked for: checked, written down, stopped. */

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "discovery/probe.h"
#include "discovery/target.h"
#include "jobs/scan/room.h"

#define JSON_BYTES (16u << 20)

static bool input(struct err *err, const char *code, const char *fix)
{
	return err_fix(err, code, "%s", fix);
}

/* Files and standard input are the command line's: here they would be the server's. */
static bool word_check(struct str word, struct err *err)
{
	if (word.len == 0 || word.len > LIMIT_TARGET_BYTES) {
		err_set(err, ERR_INPUT, "a target of %zu bytes; 1 to %d may be", word.len, LIMIT_TARGET_BYTES);
		return input(err, "target-length", "give host:port, an address range or \"local\"");
	}
	if (word.data[0] == '@' || word.data[0] == '-' || memchr(word.data, 0, word.len)) {
		err_set(err, ERR_INPUT, "target %.*s: files and standard input cannot be read from here",
			STR_ARG(word));
		return input(err, "target-file", "send the targets themselves");
	}
	return true;
}

static bool total_add(int64_t *total, uint64_t more, struct err *err)
{
	if (more == 0 || *total < 0) {
		*total = -1;
		return true;
	}
	*total += (int64_t)(more < LIMIT_SCAN_SIZE ? more : LIMIT_SCAN_SIZE);
	if (*total <= LIMIT_SCAN_SIZE && more <= LIMIT_SCAN_SIZE)
		return true;
	err_set(err, ERR_INPUT, "more than %d targets in one scan", LIMIT_SCAN_SIZE);
	return input(err, "scan-too-large", "split it into several scans");
}

/* Opens the word as a list and reads its first target: so it can be read. */
static bool word_read(struct arena *arena, struct str word, const char *ports, int64_t *total, struct err *err)
{
	struct str text = arena_str(arena, word);
	char *words[1] = {(char *)(uintptr_t)text.data};
	struct target_list *list;
	struct probe_target target;
	uint64_t count;
	bool wrong;

	if (!target_list_open(words, 1, ports, &list, err))
		return false;
	count = target_list_total(list);
	wrong = target_list_next(list, &target, err) == TARGET_WRONG;
	target_list_close(list);
	return !wrong && (str_is(word, "local") || total_add(total, count, err));
}

static const char *ports_text(struct arena *arena, const struct scan_request *request)
{
	return request->ports.len ? arena_str(arena, request->ports).data : NULL;
}

static bool look_check(const struct scan_request *request, struct err *err)
{
	static const char *const looks[] = {"whole", "light", "polite"};

	if (!request->look.data)
		return true;
	for (size_t i = 0; i < COUNT_OF(looks); i++)
		if (str_is(request->look, looks[i]))
			return true;
	err_set(err, ERR_INPUT, "look: no %.*s", STR_ARG(request->look));
	return input(err, "scan-look", "whole, light or polite");
}

static bool starttls_check(const struct scan_request *request, struct err *err)
{
	struct str name = request->starttls;

	if (!name.data || str_is(name, "auto") || str_is(name, "none") || probe_protocol_is(name))
		return true;
	err_set(err, ERR_INPUT, "starttls: no protocol \"%.*s\"", STR_ARG(str_head(name, 40)));
	return input(err, "scan-starttls", "auto, none, or a protocol such as smtp or postgres");
}

bool scan_check(const struct scan_request *request, int64_t *targets_total, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const char *ports = ports_text(arena, request);
	int64_t total = 0;

	if (request->target_count == 0 || (request->target_count > LIMIT_SCAN_TARGETS && !request->run_id)) {
		err_set(err, ERR_INPUT, "%zu targets; 1 to %d may be", request->target_count, LIMIT_SCAN_TARGETS);
		return input(err, "scan-targets", "name at least one target; use ranges for many");
	}
	if (!look_check(request, err) || !starttls_check(request, err))
		return false;
	if (request->timeout_s > 300) {
		err_set(err, ERR_INPUT, "a timeout of %u s", request->timeout_s);
		return input(err, "scan-timeout", "at most 300 s");
	}
	for (size_t i = 0; i < request->target_count; i++) {
		if (!word_check(request->targets[i], err) ||
		    !word_read(arena, request->targets[i], ports, &total, err))
			return false;
		if (str_is(request->targets[i], "local"))
			total = -1;
	}
	*targets_total = total;
	return true;
}

/* ---- writing it down ---- */

/* "local" means the listeners of now: they are written down one by one, so that the scan can be taken up again. */
static void write_local(struct json_out *json, const char *ports)
{
	char word[] = "local", *words[] = {word};
	struct target_list *list;
	struct probe_target target;
	struct err err;
	char text[LIMIT_TARGET_BYTES + 16];

	if (!target_list_open(words, 1, ports, &list, &err))
		return;
	while (target_list_next(list, &target, &err) == TARGET_HERE) {
		bool v6 = str_find_char(target.host, ':') != SIZE_MAX;

		if (scan_address_is_demo(target.host)) /* scanned by their names when they say so: programs/demo */
			continue;
		snprintf(text, sizeof text, v6 ? "[%.*s]:%u" : "%.*s:%u", STR_ARG(target.host), target.port);
		json_out_text(json, text);
	}
	target_list_close(list);
}

void scan_request_words(const struct scan_request *request, struct json_out *json)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	json_out_array(json);
	for (size_t i = 0; i < request->target_count; i++)
		if (str_is(request->targets[i], "local"))
			write_local(json, ports_text(arena, request));
		else
			json_out_str(json, request->targets[i]);
	json_out_end_array(json);
}

static void texts(struct json_out *json, const char *key, const struct str *list, size_t count)
{
	json_out_key(json, key);
	json_out_array(json);
	for (size_t i = 0; i < count; i++)
		json_out_str(json, list[i]);
	json_out_end_array(json);
}

void scan_request_options(const struct scan_request *request, struct json_out *json)
{
	json_out_object(json);
	json_out_key_str(json, "ports", request->ports);
	json_out_key_str(json, "starttls", request->starttls);
	json_out_key_str(json, "server_name", request->server_name);
	json_out_key_str(json, "look", request->look.data ? request->look : STR("polite"));
	json_out_key_bool(json, "all_addresses", request->all_addresses);
	json_out_key_int(json, "rate", request->rate);
	json_out_key_int(json, "timeout_s", request->timeout_s ? request->timeout_s : 5);
	texts(json, "exclude", request->exclude, request->exclude_count);
	texts(json, "within", request->within, request->within_count);
	json_out_end_object(json);
}

static bool rows_add(struct store_txn *txn, const struct store_scan_new *scan, const struct audit_actor *actor,
		     int64_t now, int64_t *scan_id, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	int64_t job_id;

	return store_scan_add(txn, scan, now, scan_id, err) &&
	       store_job_add(txn, STR(SCAN_JOB), *scan_id, now, now, &job_id, err) &&
	       audit_add(txn, actor, "scan.create", arena_format(arena, "scan:%lld", (long long)*scan_id), now, err);
}

bool scan_create_in(struct store_txn *txn, const struct scan_request *request, const struct audit_actor *actor,
		    int64_t now, int64_t *scan_id, struct err *err)
{
	CLEANUP(buf_done) struct buf words = buf_capped(JSON_BYTES), options = buf_capped(JSON_BYTES);
	struct json_out words_json = json_out_start(&words), options_json = json_out_start(&options);
	struct store_scan_new scan = {
		.by = actor->who,
		.demo = request->demo,
		.source_id = request->source_id,
		.run_id = request->run_id,
	};

	if (!scan_check(request, &scan.targets_total, err))
		return false;
	scan_request_words(request, &words_json);
	scan_request_options(request, &options_json);
	scan.targets_json = buf_str(&words);
	scan.options_json = buf_str(&options);
	if (!buf_ok(&words) || !buf_ok(&options))
		return err_set(err, ERR_INPUT, "the scan is too long to be written down");
	return rows_add(txn, &scan, actor, now, scan_id, err);
}

bool scan_create(struct store *store, const struct scan_request *request, const struct audit_actor *actor,
		 int64_t now, int64_t *scan_id, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t id, total;

	/* before the turn to write: what is wrong keeps nobody waiting */
	if (!scan_check(request, &total, err))
		return false;
	if (!store_write(store, &txn, err) || !scan_create_in(txn, request, actor, now, &id, err) ||
	    !store_commit(&txn, err))
		return err_wrap(err, "make scan");
	*scan_id = id;
	return true;
}

bool scan_stop_in(struct store_txn *txn, int64_t scan_id, const struct audit_actor *actor, int64_t now,
		  struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct model_scan scan;

	if (!store_scan(txn, arena, scan_id, &scan, err))
		return false;
	if (scan.ended_at) {
		err_set(err, ERR_CONFLICT, "the scan has ended");
		return err_fix(err, "scan-ended", "nothing is left to stop");
	}
	if (!store_job_stop(txn, STR(SCAN_JOB), scan_id, now, err))
		return false;
	/* one that no runner has begun ends here; another ends when its runner sees that it was asked to */
	if (scan.state == MODEL_SCAN_WAITING && scan.started_at == 0 &&
	    !store_scan_state(txn, scan_id, MODEL_SCAN_STOPPED, STR("stopped before it began"), now, err))
		return false;
	return audit_add(txn, actor, "scan.stop", arena_format(arena, "scan:%lld", (long long)scan_id), now, err);
}

bool scan_stop(struct store *store, int64_t scan_id, const struct audit_actor *actor, int64_t now, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(store, &txn, err) && scan_stop_in(txn, scan_id, actor, now, err) && store_commit(&txn, err);
}

bool scan_demo_end(struct store *store, const struct audit_actor *actor, int64_t now, struct store_demo_gone *gone,
		   struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t open;

	if (!store_write(store, &txn, err) || !store_demo_scan(txn, &open, err))
		return false;
	if (!open)
		return store_demo_end(txn, now, gone, err) && audit_add(txn, actor, "demo.end", STR("demo"), now, err) &&
		       store_commit(&txn, err);
	/* what it still sees would come back */
	if (!scan_stop_in(txn, open, actor, now, err) || !store_commit(&txn, err))
		return false;
	err_set(err, ERR_LATER, "a scan of the demo is ending");
	err->retry_s = 1;
	return err_fix(err, "demo-scan", "again in a moment");
}
