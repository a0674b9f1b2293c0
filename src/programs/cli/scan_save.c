/* SPDX-License-Identifier: Apache-2.0 */

/*
 * scan --save: the server scans, so that what is found stands in its inventory; here its progress is shown, and then its
 * records in the form that was asked for. Files and standard input are read here: the server never opens what a request names.
 */

#include "programs/cli/scan.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/map.h"
#include "discovery/target.h"
#include "facts/cert.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "programs/cli/interrupt.h"
#include "programs/cli/progress.h"
#include "programs/cli/sink.h"

enum { POLL_MS = 250, WRONG_SHOWN = 20 };

struct save {
	struct command_call *call;
	const struct scan_settings *settings;
	struct client *client;
	struct arena *arena; /* certificates, and the request */
	struct map *certs;   /* SHA-256 to struct scan_cert */
	struct loop *loop;
	struct sink *sink;
	struct rows rows;
	struct rows_summary summary;
	uint64_t word_count;
	bool matched;
	const char *path; /* of the scan */
};

/* ---- asking ---- */

static bool add_lines(struct save *save, const char *name, struct json_out *json, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct str text, line, word;
	struct bytes bytes;
	uint64_t number = 0;

	if (!file_read(arena, name, LIMIT_FILE_BYTES, &bytes, err))
		return false;
	text = str_from(bytes);
	while (str_split(&text, '\n', &line)) {
		struct err why = {0};

		number++;
		if (!target_line_word(arena, str_trim(line), &word, &why)) {
			if (save->summary.wrong_lines++ < WRONG_SHOWN)
				fprintf(stderr, "keepvalid scan: %s:%" PRIu64 ": %s\n  fix: %s [%s]\n", name, number, why.text, why.fix,
					why.code);
			continue;
		}
		if (!word.data)
			continue;
		json_out_str(json, word);
		save->word_count++;
	}
	return true;
}

static bool add_targets(struct save *save, struct json_out *json, struct err *err)
{
	json_out_key(json, "targets");
	json_out_array(json);
	for (int i = 0; i < save->call->arg_count; i++) {
		const char *word = save->call->args[i];

		if (word[0] == '@' || strcmp(word, "-") == 0) {
			if (!add_lines(save, word[0] == '@' ? word + 1 : word, json, err))
				return false;
			continue;
		}
		json_out_text(json, word);
		save->word_count++;
	}
	json_out_end_array(json);
	if (save->word_count > 0 && save->word_count <= LIMIT_SCAN_TARGETS)
		return true;
	err_set(err, ERR_INPUT, "--save: %" PRIu64 " targets; the server takes 1 to %d words for one scan", save->word_count,
		LIMIT_SCAN_TARGETS);
	return err_fix(err, "scan-targets", "write ranges such as 192.0.2.0/24, or split the list");
}

static const char *look_of(const struct save *save)
{
	static const char *const names[] = {[PROBE_WHOLE] = "whole", [PROBE_LIGHT] = "light", [PROBE_POLITE] = "polite"};
	uint64_t total = target_list_total(save->settings->list);

	if (save->settings->look_is_chosen)
		return names[save->settings->options.look];
	return (total ? total : save->word_count) <= SCAN_WHOLE_MAX ? "whole" : "light";
}

static bool request_write(struct save *save, struct buf *to, struct err *err)
{
	const struct probe_options *options = &save->settings->options;
	const char *ports = command_value(save->call, "ports");
	struct json_out json = json_out_start(to);

	json_out_object(&json);
	if (!add_targets(save, &json, err))
		return false;
	if (ports)
		json_out_key_text(&json, "ports", ports);
	if (options->starttls.data)
		json_out_key_str(&json, "starttls", options->starttls);
	if (options->server_name.data)
		json_out_key_str(&json, "server_name", options->server_name);
	json_out_key_text(&json, "look", look_of(save));
	json_out_key_bool(&json, "all_addresses", options->all_addresses);
	if (options->rate)
		json_out_key_int(&json, "rate", options->rate);
	json_out_key_int(&json, "timeout_s", (options->timeout_ms + 999) / 1000);
	json_out_end_object(&json);
	return buf_ok(to) || err_set(err, ERR_INPUT, "--save: the targets are too long for one request");
}

static bool begin(struct save *save, struct err *err)
{
	CLEANUP(buf_done) struct buf body = buf_capped(LIMIT_REQUEST_BODY_BYTES);
	const struct json_value *root;
	struct str id;

	if (!request_write(save, &body, err) ||
	    !client_post(save->client, save->arena, "/api/v1/scans", buf_bytes(&body), &root, err))
		return false;
	id = json_in_str(json_in_get(json_in_get(root, "scan"), "id"), (struct str){NULL, 0});
	if (!id.data)
		return err_set(err, ERR_PROTOCOL, "the server made a scan without an id");
	save->path = arena_format(save->arena, "/api/v1/scans/%.*s", STR_ARG(id)).data;
	return true;
}

/* ---- following ---- */

static void stop(struct save *save)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct client_answer answer;
	struct err err = {0};

	if (save->summary.interrupted)
		return;
	save->summary.interrupted = true;
	fprintf(stderr, "keepvalid scan: interrupted; the server is asked to stop. Again to end at once.\n");
	if (!client_ask(save->client, arena, "DELETE", save->path, (struct bytes){NULL, 0}, &answer, &err))
		fprintf(stderr, "keepvalid scan: %s\n", err.text);
}

/* Sleeps a little, less when a signal comes. */
static void wait_a_little(struct save *save, int signals)
{
	struct pollfd wait = {.fd = save->summary.interrupted ? -1 : signals, .events = POLLIN};

	(void)poll(&wait, 1, POLL_MS);
	loop_turn(save->loop, 0); /* its clock is the bar's */
}

/* Until the scan has ended; false when it failed or the server is gone. */
static bool follow(struct save *save, struct progress *progress, int signals, struct err *err)
{
	for (;;) {
		CLEANUP(json_doc_done) struct json_doc *doc = NULL;
		const struct json_value *scan;
		struct str state, detail;

		if (!client_page(save->client, save->path, &doc, err))
			return false;
		scan = json_in_get(json_doc_root(doc), "scan");
		state = json_in_str(json_in_get(scan, "state"), STR(""));
		if (str_is(state, "done") || str_is(state, "stopped"))
			return true;
		if (str_is(state, "failed")) {
			detail = json_in_str(json_in_get(scan, "detail"), STR("no reason given"));
			err_set(err, ERR_INTERNAL, "the server's scan failed: %.*s", STR_ARG(detail));
			return err_fix(err, "scan-failed", "see the server's log; what was found stays in the inventory");
		}
		if (interrupt_came()) {
			progress_hide(progress);
			stop(save);
		}
		progress_set(progress, (uint64_t)json_in_int(json_in_get(scan, "targets_done"), 0),
			     (uint64_t)json_in_int(json_in_get(scan, "targets_total"), 0));
		wait_a_little(save, signals);
	}
}

/* ---- showing ---- */

/* The certificate by its hash, read from the bytes that the server keeps. */
static bool cert_fetch(struct save *save, struct str sha256, struct scan_cert *cert, struct err *err)
{
	struct client_answer answer;
	struct err why = {0};
	struct str path = arena_format(save->arena, "/api/v1/certificates/%.*s/der", STR_ARG(sha256));

	if (!client_ask(save->client, save->arena, "GET", path.data, (struct bytes){NULL, 0}, &answer, err))
		return false;
	if (answer.status != 200) {
		cert->problem = STR("the server does not have it any more");
		return true;
	}
	cert->der = answer.body;
	if (!cert_read_hashed(save->arena, cert->der, cert->sha256, &cert->facts, &why))
		cert->problem = arena_str(save->arena, str_of(why.text));
	return true;
}

static struct scan_cert *cert_find(void *data, const struct json_value *element, struct err *err)
{
	struct save *save = data;
	struct str sha256 = json_in_str(json_in_get(element, "sha256"), STR(""));
	struct str problem = json_in_str(json_in_get(element, "problem"), (struct str){NULL, 0});
	struct scan_cert *cert = ARENA_NEW(save->arena, struct scan_cert), *known;

	if (!hex_read(sha256, cert->sha256, sizeof cert->sha256)) {
		err_set(err, ERR_PROTOCOL, "a certificate of the server's record has no hash");
		return NULL;
	}
	known = map_get(save->certs, bytes_of(cert->sha256, sizeof cert->sha256));
	if (known)
		return known;
	if (problem.data)
		cert->problem = arena_str(save->arena, problem);
	else if (!cert_fetch(save, sha256, cert, err))
		return NULL;
	map_set(save->certs, bytes_of(cert->sha256, sizeof cert->sha256), cert);
	return cert;
}

struct showing {
	struct save *save;
	struct err *err;
	bool failed;
};

static bool show(void *data, const struct json_value *item)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct showing *showing = data;
	struct save *save = showing->save;
	struct scan_record_certs certs = {cert_find, save};
	int64_t now = clock_now_s();
	struct scan_record record;

	if (!scan_record_read(arena, item, &certs, &record, showing->err)) {
		showing->failed = true;
		return false;
	}
	save->summary.records++;
	save->summary.outcomes[record.outcome]++;
	save->summary.with_certificate += record.chain_count > 0;
	if (save->settings->fail_on && fail_on_matches(save->settings->fail_on, &record, now))
		save->matched = true;
	rows_add(&save->rows, sink_buf(save->sink), &record, now);
	sink_turn(save->sink, false);
	return !sink_has_failed(save->sink);
}

static bool show_all(struct save *save, struct err *err)
{
	struct showing showing = {.save = save, .err = err};
	const char *path = arena_format(save->arena, "%s/records", save->path).data;

	rows_begin(&save->rows, sink_buf(save->sink));
	return client_walk(save->client, save->arena, path, 0, show, &showing, err) && !showing.failed;
}

static bool run(struct save *save, int signals, struct err *err)
{
	int64_t started_ms = clock_ticks_ms();
	struct progress *progress;
	bool ok;

	if (!client_open(save->call, &save->client, err)) {
		if (err->kind == ERR_UNREACHED)
			err_fix(err, "no-server", "start one with `keepvalid up`, name its folder with --data, or leave --save out");
		return false;
	}
	if (!begin(save, err))
		return false;
	progress = progress_new(save->loop, "Scanning");
	ok = follow(save, progress, signals, err);
	progress_free(progress);
	save->rows.hide_silent = save->rows.form == ROWS_TABLE && save->word_count > 256;
	if (!ok || !show_all(save, err))
		return false;
	save->summary.elapsed_ms = clock_ticks_ms() - started_ms;
	rows_end(&save->rows, sink_buf(save->sink), &save->summary);
	return sink_end(save->sink, err);
}

int scan_save(struct command_call *call, const struct scan_settings *settings, struct err *err)
{
	struct save save = {.call = call, .settings = settings, .arena = arena_new(), .certs = map_new(),
			    .loop = loop_new(), .rows = settings->rows};
	int code;

	save.sink = sink_new(save.loop, STDOUT_FILENO);
	code = run(&save, interrupt_listen(), err) ? scan_exit(&save.summary, save.matched) : client_fail(call, err);
	sink_free(save.sink);
	client_close(save.client);
	loop_free(save.loop);
	map_free(save.certs);
	arena_free(save.arena);
	return code;
}
