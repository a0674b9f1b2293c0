/* SPDX-License-Identifier: Apache-2.0 */

/*
 * collect - the collector alone, for measuring: targets from a file, records as JSON lines.
 *
 *   collect [-l whole|light|polite] [-c CONCURRENCY] [-t TIMEOUT_MS] [-a PER_ADDRESS] [-q] FILE
 *
 * FILE has a line "address:port" for each target. -q writes no records. Figures go to standard error.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/loop.h"
#include "discovery/probe.h"
#include "facts/scan_record.h"

struct bench {
	struct loop *loop;
	struct probe *probe;
	FILE *targets;
	struct buf out;
	bool quiet, eof;
	size_t of_outcome[16], with_others;
};

static void flush(struct bench *bench)
{
	if (bench->out.len && write(1, bench->out.data, bench->out.len) < 0)
		exit(1);
	buf_clear(&bench->out);
}

static void take(void *data, struct scan_record *record)
{
	struct bench *bench = data;
	struct json_out json = json_out_start(&bench->out);

	bench->of_outcome[record->outcome]++;
	bench->with_others += record->other_leaf_count > 0;
	if (bench->quiet)
		return;
	scan_record_write(&json, record);
	buf_add_char(&bench->out, '\n');
	if (bench->out.len > 1 << 16)
		flush(bench);
}

static void feed(struct bench *bench)
{
	char line[512];

	while (!bench->eof && probe_wants_more(bench->probe)) {
		struct probe_target target = {0};
		uint64_t port = 443;
		size_t colon;

		if (!fgets(line, sizeof line, bench->targets)) {
			bench->eof = true;
			return;
		}
		target.text = str_trim(str_of(line));
		colon = str_find_last_char(target.text, ':');
		if (colon == SIZE_MAX || !str_to_u64(str_skip(target.text, colon + 1), 65535, &port))
			continue;
		target.host = str_head(target.text, colon);
		target.port = (uint16_t)port;
		probe_add(bench->probe, &target);
		probe_forget_certificates(bench->probe, 4096);
	}
}

static enum probe_look look_of(const char *text)
{
	if (strcmp(text, "whole") == 0)
		return PROBE_WHOLE;
	return strcmp(text, "polite") == 0 ? PROBE_POLITE : PROBE_LIGHT;
}

int main(int argc, char **argv)
{
	struct probe_options options = probe_defaults();
	struct bench bench = {.out = buf_capped(1 << 26)};
	struct rusage used;
	struct probe_stats stats;
	int64_t begun_us;
	double cpu_us;
	int option;

	options.look = PROBE_LIGHT;
	while ((option = getopt(argc, argv, "l:c:t:a:q")) != -1) {
		uint64_t number = 0;

		if (option == 'l') {
			options.look = look_of(optarg);
		} else if (option == 'q') {
			bench.quiet = true;
		} else if (str_to_u64(str_of(optarg), 1000000, &number)) {
			*(option == 'c' ? &options.concurrency : option == 't' ? &options.timeout_ms : &options.per_address) =
				(uint32_t)number;
		}
	}
	if (optind >= argc || !(bench.targets = fopen(argv[optind], "r"))) {
		fprintf(stderr, "usage: collect [-l whole|light|polite] [-c N] [-t MS] [-a N] [-q] FILE\n");
		return 2;
	}
	bench.loop = loop_new();
	begun_us = clock_ticks_us();
	bench.probe = probe_new(bench.loop, NULL, &options, take, &bench);
	for (feed(&bench); probe_pending(bench.probe); feed(&bench))
		loop_turn(bench.loop, -1);
	flush(&bench);
	stats = probe_stats(bench.probe);
	getrusage(RUSAGE_SELF, &used);
	cpu_us = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
	fprintf(stderr, "records=%lu connections=%lu parsed=%lu others=%zu wall_s=%.3f cpu_us_per_record=%.1f user_us=%.1f rss_kb=%ld",
		(unsigned long)stats.records, (unsigned long)stats.connections, (unsigned long)stats.certificates_parsed,
		bench.with_others, (double)(clock_ticks_us() - begun_us) / 1e6,
		stats.records ? cpu_us / (double)stats.records : 0.0,
		stats.records ? ((double)used.ru_utime.tv_sec * 1e6 + (double)used.ru_utime.tv_usec) / (double)stats.records : 0.0, used.ru_maxrss);
	for (int i = 0; i <= SCAN_LIMIT; i++)
		if (bench.of_outcome[i])
			fprintf(stderr, " %s=%zu", scan_outcome_name((enum scan_outcome)i), bench.of_outcome[i]);
	fprintf(stderr, "\n");
	probe_free(bench.probe);
	loop_free(bench.loop);
	buf_done(&bench.out);
	fclose(bench.targets);
	return 0;
}
