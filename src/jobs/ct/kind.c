/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A run of the source: a few logs at a time are read by the probe process, what comes is kept as it comes. A probe process that
 * is gone, or an engine that ends, costs what was not kept: it is read again.
 */

#include "base/clock.h"
#include "jobs/ct/room.h"

enum {
	AT_ONCE = 8,
	HEAR_MS = 500,
	RETRY_S = 30,
	WORK_MOST_S = 900, /* then others have their turn; it goes on where it was */
};

static const struct source_option options[] = {
	{"domains", SOURCE_WORDS, "Domains", "own domains: certificates for names at and below them are kept", true, NULL, 0, 0, NULL},
	{"logs", SOURCE_WORDS, "Logs", "names or addresses as the list of logs has them; none: all that are in use", false, NULL, 0, 0,
	 NULL},
	{"since", SOURCE_TEXT, "Since", "where to begin in a log that was never read: now, all, or a date", false, NULL, 0, 0, "now"},
	{"rate", SOURCE_NUMBER, "Questions a second", "to each log", false, NULL, 1, 100, "8"},
};

/* "now", "all" or a date. */
static bool since_read(const struct json_value *given, const char **word, int64_t *at, struct err *err)
{
	struct str text = json_in_str(json_in_get(given, "since"), STR("now"));
	char date[CLOCK_TEXT + 16];

	*at = 0;
	*word = str_is(text, "all") ? "all" : "now";
	if (str_is(text, "now") || str_is(text, "all"))
		return true;
	*word = "date";
	if (clock_read(text, at))
		return true;
	if (text.len == 10) {
		struct buf whole = buf_capped(sizeof date);
		bool ok;

		buf_addf(&whole, "%.*sT00:00:00Z", STR_ARG(text));
		ok = clock_read(buf_str(&whole), at);
		buf_done(&whole);
		if (ok)
			return true;
	}
	err_set(err, ERR_INPUT, "since: \"%.*s\" is not a date", STR_ARG(text));
	return err_fix(err, "ct-since", "say now, all, or a date as 2026-01-31");
}

static bool domains_read(struct arena *arena, const struct json_value *given, struct ct_domains **out, struct err *err)
{
	const struct json_value *list = json_in_get(given, "domains");
	struct str *domains = ARENA_ARRAY(arena, struct str, json_in_count(list) + 1);

	for (size_t i = 0; i < json_in_count(list); i++)
		domains[i] = json_in_str(json_in_at(list, i), STR(""));
	return ct_domains_new(domains, json_in_count(list), out, err) || err_wrap(err, "domains");
}

static bool check(const struct json_value *given, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct ct_domains *domains;
	const char *word;
	int64_t at;

	if (!since_read(given, &word, &at, err) || !domains_read(arena, given, &domains, err))
		return false;
	ct_domains_free(domains);
	return true;
}

static bool begin_log(struct ct_work *work, uint32_t number, struct err *err)
{
	CLEANUP(buf_done) struct buf text = buf_capped(3 << 20);
	struct json_out json = json_out_start(&text);
	struct ct_reading *log = &work->logs[number];
	const struct str *networks;
	const char *since;
	size_t count;
	int64_t at;

	if (!since_read(work->source->options, &since, &at, err))
		return false;
	work->port->allow(work->port, &networks, &count);
	json_out_object(&json);
	json_out_key(&json, "log");
	ct_log_write(&json, &log->log);
	json_out_key(&json, "domains");
	json_out_value(&json, json_in_get(work->source->options, "domains"));
	if (log->position.len) {
		json_out_key(&json, "position");
		json_out_raw(&json, log->position);
	}
	json_out_key_text(&json, "since", since);
	json_out_key_int(&json, "since_at", at);
	json_out_key_int(&json, "now", work->now);
	json_out_key_int(&json, "rate", json_in_int(json_in_get(work->source->options, "rate"), 8));
	json_out_key(&json, "allow");
	json_out_array(&json);
	for (size_t i = 0; i < count; i++)
		json_out_str(&json, networks[i]);
	json_out_end_array(&json);
	json_out_end_object(&json);
	if (!buf_ok(&text))
		return err_set(err, ERR_INPUT, "domains: too many");
	log->arena = arena_new();
	log->begun = true;
	work->running++;
	work->port->begin(work->line, number, buf_str(&text));
	return true;
}

static void batch_reset(struct ct_reading *log)
{
	arena_reset(log->arena);
	log->first = NULL;
	log->end = &log->first;
	log->count = 0;
}

static void take_certificate(struct ct_reading *log, const struct ct_heard *heard)
{
	struct ct_certificate *cert = ARENA_NEW(log->arena, struct ct_certificate);

	*cert = (struct ct_certificate){
		.der = arena_bytes(log->arena, heard->der),
		.facts = heard->text.data ? arena_str(log->arena, heard->text) : (struct str){NULL, 0},
		.word = arena_str(log->arena, heard->word),
		.index = (int64_t)heard->number,
		.at_ms = heard->at_ms,
	};
	*log->end = cert;
	log->end = &cert->next;
	log->count++;
}

static bool heard_one(struct ct_work *work, const struct ct_heard *heard, struct err *err)
{
	struct ct_reading *log = &work->logs[heard->log];

	if (heard->log >= work->count || !log->begun || log->ended)
		return true;
	switch (heard->kind) {
	case CT_HEARD_ENTRY:
		take_certificate(log, heard);
		return true;
	case CT_HEARD_BATCH:
		if (!ct_batch_keep(work, log, heard, err))
			return false;
		batch_reset(log);
		work->port->go(work->line, heard->log);
		return true;
	case CT_HEARD_END:
		log->ended = true;
		work->running--;
		return ct_end_keep(work, log, &heard->why, err);
	default:
		return true;
	}
}

static void report(struct ct_work *work)
{
	struct json_out json = json_out_start(&work->source->job->result);
	int64_t read = 0, ours = 0;

	for (size_t i = 0; i < work->count; i++) {
		read += work->logs[i].read;
		ours += work->logs[i].ours;
	}
	buf_clear(&work->source->job->result);
	json_out_object(&json);
	json_out_key_int(&json, "logs", (int64_t)work->count);
	json_out_key_int(&json, "entries_read", read);
	json_out_key_int(&json, "entries_ours", ours);
	json_out_end_object(&json);
}

static enum job_outcome listen(struct ct_work *work, struct err *err)
{
	struct job_work *job = work->source->job;

	while (work->running || work->next < work->count) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		struct ct_heard heard;

		if (job_must_end(job))
			return job_end_early(job);
		if (work->now - work->begun_at >= WORK_MOST_S) {
			job->again_at = work->now + 1;
			return JOB_AGAIN;
		}
		if (work->running < AT_ONCE && work->next < work->count) {
			if (!begin_log(work, (uint32_t)work->next++, err))
				return JOB_FAILED;
			continue;
		}
		work->port->hear(work->line, HEAR_MS, arena, &heard);
		work->now = clock_now_s();
		if (heard.kind == CT_HEARD_LOST) {
			job->again_at = work->now + RETRY_S;
			err_set(err, ERR_LATER, "the probe process ended; what was read is kept");
			return JOB_FAILED;
		}
		if (heard.kind != CT_HEARD_NOTHING && !heard_one(work, &heard, err))
			return JOB_FAILED;
		job_progress(job, (int64_t)(work->next - work->running), (int64_t)work->count);
	}
	report(work);
	return JOB_DONE;
}

static enum job_outcome run(struct source_work *source, struct err *err)
{
	struct ct_work work = {.source = source, .port = source->job->port ? source->job->port->logs : NULL, .now = clock_now_s()};
	enum job_outcome outcome = JOB_FAILED;

	work.begun_at = work.now;
	if (!work.port) {
		err_set(err, ERR_LATER, "this engine has no probe process that reads logs");
		return JOB_FAILED;
	}
	if (!domains_read(source->job->arena, source->options, &work.domains, err))
		return JOB_FAILED;
	if (ct_logs_choose(&work, err)) {
		work.line = work.port->open(work.port);
		if (work.line)
			outcome = listen(&work, err);
		else
			err_set(err, ERR_LATER, "no probe process is there now");
	}
	work.port->close(work.line);
	for (size_t i = 0; i < work.count; i++)
		arena_free(work.logs[i].arena);
	ct_domains_free(work.domains);
	return outcome;
}

const struct source_kind source_kind_ct = {
	.name = "ct",
	.title = "Certificate Transparency",
	.about = "public logs, verified: certificates that somebody got for names of own domains",
	.options = options,
	.option_count = COUNT_OF(options),
	.check = check,
	.work = run,
	.partial = true,
};
