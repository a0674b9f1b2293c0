/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The run: targets from the list to the collector as it wants them, its records judged and written as they come. Nothing is kept of
 * a record that was written, so a million targets take the memory of a thousand. On Ctrl-C nothing new is begun, what
 * was begun gets its record, and the document is closed.
 */

#include "programs/cli/scan.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/loop.h"
#include "decisions/trust.h"
#include "programs/cli.h"
#include "programs/cli/interrupt.h"
#include "programs/cli/progress.h"
#include "programs/cli/sink.h"
#include "programs/cli/terminal.h"
#include "programs/pack.h"
#include "wire/dns.h"

enum { WRONG_SHOWN = 20, FEED_MAX = 1024, FORGET_EVERY = 4096, KEEP_CERTS = 4096, PROGRESS_MS = 200 };

struct run {
	const struct scan_settings *settings;
	struct arena *arena; /* targets read ahead */
	struct loop *loop;
	struct dns *dns;
	struct probe *probe;
	struct sink *sink;
	struct progress *progress;
	struct trust_set *roots;
	struct trust_judge *judge;
	struct rows rows;
	struct rows_summary summary;
	struct loop_watch input, signals;
	struct loop_timer tick;
	bool list_ended, waiting, matched, to_terminal;
	uint64_t total;
	struct probe_target *ahead;
	size_t ahead_count, ahead_at;
};

static void wrong_line(struct run *run, const struct err *err)
{
	if (run->summary.wrong_lines++ < WRONG_SHOWN) {
		if (run->progress)
			progress_hide(run->progress);
		fprintf(stderr, "keepvalid scan: %s\n", err->text);
		if (err->fix[0])
			fprintf(stderr, "  fix: %s [%s]\n", err->fix, err->code);
	} else if (run->summary.wrong_lines == WRONG_SHOWN + 1) {
		fprintf(stderr, "keepvalid scan: more wrong lines are counted, not shown\n");
	}
}

static struct probe_target target_copy(struct arena *arena, const struct probe_target *from)
{
	struct probe_target out = *from;

	out.text = arena_str(arena, from->text);
	out.host = arena_str(arena, from->host);
	if (from->protocol.data)
		out.protocol = arena_str(arena, from->protocol);
	if (from->server_name.data)
		out.server_name = arena_str(arena, from->server_name);
	return out;
}

/* Reads ahead from what cannot be counted, until it ends or is known to be long. */
static void read_ahead(struct run *run)
{
	struct target_list *list = run->settings->list;
	struct probe_target target;
	struct err err = {0};

	run->ahead = ARENA_ARRAY(run->arena, struct probe_target, SCAN_WHOLE_MAX + 1);
	while (run->ahead_count <= SCAN_WHOLE_MAX && !run->list_ended && !interrupt_came()) {
		struct pollfd wait = {.fd = target_list_fd(list), .events = POLLIN};

		switch (target_list_next(list, &target, &err)) {
		case TARGET_HERE:
			run->ahead[run->ahead_count++] = target_copy(run->arena, &target);
			break;
		case TARGET_WRONG:
			wrong_line(run, &err);
			break;
		case TARGET_LATER:
			(void)poll(&wait, 1, -1);
			break;
		case TARGET_END:
			run->list_ended = true;
		}
	}
	if (run->list_ended)
		run->total = run->ahead_count;
}

static enum probe_look choose_look(struct run *run)
{
	uint64_t count = target_list_total(run->settings->list);

	run->total = count;
	if (run->settings->look_is_chosen)
		return run->settings->options.look;
	if (count == 0) {
		read_ahead(run);
		count = run->ahead_count;
	}
	return count <= SCAN_WHOLE_MAX ? PROBE_WHOLE : PROBE_LIGHT;
}

static void record_came(void *data, struct scan_record *record)
{
	struct run *run = data;
	int64_t now = clock_now_s();

	trust_judge_record(run->judge, record, now);
	run->summary.records++;
	run->summary.outcomes[record->outcome]++;
	run->summary.with_certificate += record->chain_count > 0;
	if (run->settings->fail_on && fail_on_matches(run->settings->fail_on, record, now))
		run->matched = true;
	if (run->settings->host)
		scan_local_served(run->settings->host, record);
	if (run->to_terminal)
		progress_hide(run->progress);
	rows_add(&run->rows, sink_buf(run->sink), record, now);
	sink_turn(run->sink, run->to_terminal);
	if (run->summary.records % FORGET_EVERY == 0)
		probe_forget_certificates(run->probe, KEEP_CERTS);
}

static void stop(struct run *run)
{
	if (run->summary.interrupted)
		return;
	run->summary.interrupted = true;
	progress_hide(run->progress);
	fprintf(stderr, "keepvalid scan: interrupted; what was begun is written. Again to end at once.\n");
	probe_stop(run->probe);
}

static void signalled(struct loop_watch *watch, uint32_t events)
{
	struct run *run = container_of(watch, struct run, signals);

	(void)events;
	loop_unwatch(run->loop, watch);
	stop(run);
}

static void input_ready(struct loop_watch *watch, uint32_t events)
{
	struct run *run = container_of(watch, struct run, input);

	(void)events;
	loop_unwatch(run->loop, watch);
	run->waiting = false;
}

static enum target_next next_target(struct run *run, struct probe_target *out, struct err *err)
{
	if (run->ahead_at < run->ahead_count) {
		*out = run->ahead[run->ahead_at++];
		return TARGET_HERE;
	}
	return run->list_ended ? TARGET_END : target_list_next(run->settings->list, out, err);
}

static bool may_feed(const struct run *run)
{
	return !run->waiting && !run->summary.interrupted && !(run->list_ended && run->ahead_at == run->ahead_count) &&
	       !sink_is_full(run->sink) && !sink_has_failed(run->sink) && probe_wants_more(run->probe);
}

static void feed(struct run *run)
{
	struct probe_target target;
	struct err err = {0};

	for (int i = 0; i < FEED_MAX && may_feed(run); i++) {
		switch (next_target(run, &target, &err)) {
		case TARGET_HERE:
			probe_add(run->probe, &target);
			break;
		case TARGET_WRONG:
			wrong_line(run, &err);
			break;
		case TARGET_LATER:
			run->waiting = loop_watch(run->loop, &run->input, target_list_fd(run->settings->list), EPOLLIN,
						  input_ready);
			break;
		case TARGET_END:
			run->list_ended = true;
		}
	}
}

static bool is_finished(const struct run *run)
{
	bool nothing_new = run->summary.interrupted || sink_has_failed(run->sink) ||
			   (run->list_ended && run->ahead_at == run->ahead_count);

	return nothing_new && (probe_pending(run->probe) == 0 || sink_has_failed(run->sink));
}

static void tick_due(struct loop_timer *timer)
{
	struct run *run = container_of(timer, struct run, tick);

	progress_set(run->progress, run->summary.records, run->total);
	loop_timer_start(run->loop, timer, PROGRESS_MS, tick_due);
}

static void go(struct run *run)
{
	if (interrupt_came())
		stop(run);
	for (;;) {
		feed(run);
		if (is_finished(run))
			return;
		loop_turn(run->loop, may_feed(run) ? 0 : -1);
	}
}

static void say_descriptors(const struct probe_options *options)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < options->concurrency + 64ull)
		fprintf(stderr,
			"keepvalid scan: only %llu descriptors are allowed, fewer than --concurrency %" PRIu32 " needs\n"
			"  fix: raise the limit (ulimit -Hn) or give a lower --concurrency\n",
			(unsigned long long)limit.rlim_cur, options->concurrency);
}

static void say_local(const struct rows_summary *summary)
{
	if (!summary->host)
		return;
	fprintf(stderr,
		"Found %" PRIu64 " certificates in files, %" PRIu64 " due, %" PRIu64 " %s readable by everyone, %" PRIu64
		" not what is served.\n",
		summary->files, summary->due, summary->readable_keys, summary->readable_keys == 1 ? "key" : "keys",
		summary->not_served);
	for (size_t i = 0; i < summary->host->problem_count && i < WRONG_SHOWN; i++) {
		CLEANUP(buf_done) struct buf line = buf_capped(4096);

		text_add(&line, summary->host->problems[i].path, 0);
		if (summary->host->problems[i].line)
			buf_addf(&line, ":%u", summary->host->problems[i].line);
		buf_add_text(&line, ": ");
		text_add(&line, summary->host->problems[i].text, 0);
		fprintf(stderr, "  %s\n", line.data);
	}
}

static void say_summary(const struct run *run)
{
	const struct rows_summary *summary = &run->summary;
	const char *between = ": ";

	if (!terminal_of(STDERR_FILENO).is_terminal)
		return;
	fprintf(stderr, "%" PRIu64 " targets, %" PRIu64 " with a certificate", summary->records, summary->with_certificate);
	for (int i = 0; i <= SCAN_LIMIT; i++)
		if (summary->outcomes[i]) {
			fprintf(stderr, "%s%" PRIu64 " %s", between, summary->outcomes[i], scan_outcome_name(i));
			between = ", ";
		}
	fprintf(stderr, ".%s\n", run->rows.form == ROWS_TABLE && run->rows.hide_silent
					 ? " (What did not answer is left out; --jsonl has it.)"
					 : "");
	say_local(summary);
}

int scan_exit(const struct rows_summary *summary, bool matched)
{
	if (summary->interrupted)
		return CLI_INTERRUPTED;
	if (matched)
		return CLI_MATCHED;
	if (summary->records == 0 && summary->files && !summary->wrong_lines)
		return CLI_OK;
	if (summary->records == 0)
		return summary->wrong_lines ? CLI_FAILED : CLI_NOTHING;
	if (summary->with_certificate == 0)
		return summary->files ? CLI_SOME_FAILED : CLI_FAILED;
	return summary->with_certificate < summary->records || summary->wrong_lines ? CLI_SOME_FAILED : CLI_OK;
}

static void run_start(struct run *run, struct probe_options *options, int signals)
{
	run->sink = sink_new(run->loop, STDOUT_FILENO);
	run->judge = trust_judge_new(run->roots);
	run->progress = progress_new(run->loop, "Scanning");
	run->rows = run->settings->rows;
	run->rows.hide_silent = run->total > 256 || (run->total == 0 && !run->list_ended);
	run->to_terminal = run->rows.form == ROWS_TABLE;
	run->probe = probe_new(run->loop, run->dns, options, record_came, run);
	say_descriptors(options);
	if (signals >= 0 && !loop_watch(run->loop, &run->signals, signals, EPOLLIN, signalled))
		fprintf(stderr, "keepvalid scan: signals cannot be watched\n");
	if (terminal_of(STDERR_FILENO).moves)
		loop_timer_start(run->loop, &run->tick, PROGRESS_MS, tick_due);
	rows_begin(&run->rows, sink_buf(run->sink));
}

/* What lies in files comes last, because it is compared with what the listeners showed. */
static void add_files(struct run *run)
{
	struct scan_local_summary local = {0};

	if (!run->settings->host)
		return;
	scan_local_rows(run->settings, &run->rows, sink_buf(run->sink), clock_now_s(), &local);
	run->matched |= local.matched;
	run->summary.host = run->settings->host;
	run->summary.files = local.certificates;
	run->summary.due = local.due;
	run->summary.readable_keys = local.readable_keys;
	run->summary.not_served = local.not_served;
}

static bool run_end(struct run *run, int64_t started_ms, struct err *err)
{
	bool written;

	progress_free(run->progress);
	add_files(run);
	run->summary.elapsed_ms = clock_ticks_ms() - started_ms;
	rows_end(&run->rows, sink_buf(run->sink), &run->summary);
	written = sink_end(run->sink, err);
	say_summary(run);
	probe_free(run->probe);
	trust_judge_free(run->judge);
	sink_free(run->sink);
	return written;
}

/* What a run needs from outside: the name resolver and the lists of roots. */
static bool run_equip(struct run *run, struct err *err)
{
	return pack_trust_set_for_records(&run->roots, err) &&
	       dns_open(run->loop, run->settings->resolver, &run->dns, err);
}

int scan_run(const struct scan_settings *settings, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct run run = {.settings = settings, .arena = arena, .loop = loop_new()};
	struct probe_options options = settings->options;
	int64_t started_ms = clock_ticks_ms();
	int signals = interrupt_listen(), code = CLI_FAILED;

	options.look = choose_look(&run);
	options.facts_json = settings->rows.form == ROWS_JSON || settings->rows.form == ROWS_JSONL;
	if (run_equip(&run, err)) {
		run_start(&run, &options, signals);
		go(&run);
		code = run_end(&run, started_ms, err)	     ? scan_exit(&run.summary, run.matched)
		       : run.summary.interrupted ? CLI_INTERRUPTED
						 : CLI_FAILED;
	}
	dns_close(run.dns);
	trust_set_free(run.roots);
	loop_free(run.loop);
	return code;
}
