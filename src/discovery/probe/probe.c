/* SPDX-License-Identifier: Apache-2.0 */

/* The collector as a whole: its life, and its door. */

#include "discovery/probe.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/random.h>

#include "base/memory.h"
#include "discovery/probe/room.h"

enum { SPARE_DESCRIPTORS = 64, AHEAD_MAX = 4096 };

struct probe_options probe_defaults(void)
{
	return (struct probe_options){
		.look = PROBE_WHOLE,
		.concurrency = 256,
		.timeout_ms = 5000,
		.per_address = 16,
	};
}

/* As many descriptors as the machine lets us have; the rest of the program keeps a few. */
static size_t descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 256;
	if (limit.rlim_cur < limit.rlim_max) {
		rlim_t before = limit.rlim_cur;

		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			limit.rlim_cur = before;
	}
	return limit.rlim_cur > 2 * SPARE_DESCRIPTORS ? limit.rlim_cur - SPARE_DESCRIPTORS : 1;
}

struct probe *probe_new(struct loop *loop, struct dns *dns, const struct probe_options *options,
			probe_record_fn record, void *data)
{
	struct probe *probe = NEW(struct probe);
	size_t descriptors = descriptors_raise();

	probe->loop = loop;
	probe->dns = dns;
	probe->options = *options;
	if (!probe->options.concurrency)
		probe->options.concurrency = 1;
	if (options->look == PROBE_POLITE)
		probe->options.per_address = 1;
	probe->record = record;
	probe->data = data;
	probe->machine = tls_machine_new();
	probe->keep = keep_new(options->facts_json);
	probe->learn = learn_new();
	probe->last = &probe->first;
	probe->again_end = &probe->again;
	probe->open_max = probe->options.concurrency < descriptors ? probe->options.concurrency : descriptors;
	probe->open_most = probe->open_max;
	if (options->look == PROBE_LIGHT)
		queue_begin_slowly(probe);
	probe->hello = buf_capped(65536);
	if (getrandom(&probe->seed, sizeof probe->seed, 0) != (ssize_t)sizeof probe->seed)
		probe->seed = (uint64_t)loop_now_ms(loop);
	return probe;
}

static void drop_record(void *data, struct scan_record *record)
{
	(void)data;
	(void)record;
}

void probe_free(struct probe *probe)
{
	if (!probe)
		return;
	probe->record = drop_record;
	probe_stop(probe);
	resolve_forget(probe);
	for (struct visit *visit; (visit = probe->spare);) {
		probe->spare = visit->next;
		free(visit);
	}
	keep_free(probe->keep);
	learn_free(probe->learn);
	tls_machine_free(probe->machine);
	buf_done(&probe->hello);
	free(probe);
}

bool probe_wants_more(const struct probe *probe)
{
	size_t concurrency = probe->options.concurrency;

	return !probe->stopping && probe->pending < concurrency + (concurrency < AHEAD_MAX ? concurrency : AHEAD_MAX);
}

void probe_add(struct probe *probe, const struct probe_target *target)
{
	probe->pending++;
	probe->stats.targets++;
	if (probe->stopping)
		record_without_visit(probe, target, SCAN_TIMEOUT, STR("interrupted"));
	else
		resolve_target(probe, target);
}

size_t probe_pending(const struct probe *probe)
{
	return probe->pending;
}

void probe_stop(struct probe *probe)
{
	if (probe->stopping)
		return;
	probe->stopping = true;
	queue_stop(probe);
	resolve_stop(probe);
}

void probe_forget_certificates(struct probe *probe, size_t keep)
{
	keep_forget(probe->keep, keep);
}

struct probe_stats probe_stats(const struct probe *probe)
{
	struct probe_stats stats = probe->stats;

	keep_count(probe->keep, &stats.certificates, &stats.certificates_parsed);
	return stats;
}
