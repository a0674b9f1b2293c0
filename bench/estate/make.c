/* SPDX-License-Identifier: Apache-2.0 */

/*
 * bench_estate STORE CERTIFICATES [SEED] - puts an estate into a store (a file or postgres://…) by the store's own functions, as a
 * scan would, and prints how fast: JSON, one line. Counters, lineages, sightings, teams and tags are those of a store that was
 * filled by the engine.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "plan.h"
#include "records/audit.h"
#include "records/store.h"

#define BATCH 500

static const struct audit_actor actor = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};

struct filling {
	struct plan plan;
	struct store *store;
	struct store_txn *txn;
	struct arena *arena;
	int64_t *ids; /* of the certificates */
	int64_t *teams;
	int64_t scan_id;
};

static void fail(const struct err *err)
{
	fprintf(stderr, "bench_estate: %s\n", err->text);
	exit(1);
}

static void begin(struct filling *to)
{
	struct err err = {0};

	if (!store_write(to->store, &to->txn, &err))
		fail(&err);
}

static void commit(struct filling *to, const char *what)
{
	struct err err = {0};

	if (!audit_add(to->txn, &actor, what, STR("bench"), to->plan.now, &err) || !store_commit(&to->txn, &err))
		fail(&err);
}

static void each_in_batches(struct filling *to, uint64_t count, const char *what, void (*one)(struct filling *, uint64_t))
{
	for (uint64_t n = 0; n < count; n++) {
		if (n % BATCH == 0)
			begin(to);
		arena_reset(to->arena);
		one(to, n);
		if (n % BATCH == BATCH - 1 || n == count - 1)
			commit(to, what);
	}
}

static void add_certificate(struct filling *to, uint64_t n)
{
	struct model_new_certificate certificate;
	struct err err = {0};
	bool made;
	int64_t lineage;

	plan_certificate(&to->plan, n, to->arena, &certificate);
	if (!store_certificate_add(to->txn, &certificate, &to->ids[n], NULL, &err))
		fail(&err);
	if (n >= to->plan.authorities &&
	    !store_lineage_adopt(to->txn, to->ids[n], false, to->plan.now, &lineage, &made, &err))
		fail(&err);
}

static void add_place(struct filling *to, uint64_t n)
{
	struct plan_place place;
	struct store_seen seen = {.scan_id = to->scan_id, .number = (int64_t)n, .outcome = STR("ok")};
	int64_t chain[2];
	struct err err = {0};
	bool fresh;

	plan_place(&to->plan, n, to->arena, &place);
	chain[0] = to->ids[place.certificate];
	chain[1] = to->ids[place.authority];
	seen.host = place.host_name;
	seen.address = place.address;
	seen.port = place.port;
	seen.protocol = str_of(place.protocol);
	seen.server_name = place.server_name;
	seen.tls_known = true;
	seen.tls_json = STR("{\"version\":\"TLSv1.3\",\"cipher\":\"TLS_AES_128_GCM_SHA256\",\"group\":\"x25519\",\"alpn\":null}");
	seen.chain = chain;
	seen.chain_count = 2;
	seen.name_matches = seen.chain_complete = 1;
	seen.trust_mozilla = seen.trust_chrome = seen.trust_system = STR("trusted");
	seen.json = STR("{}");
	seen.at = to->plan.now;
	seen.whole = true;
	if (!store_see(to->txn, &seen, &fresh, &err))
		fail(&err);
}

static void print_rate(const char *what, uint64_t count, int64_t since_us)
{
	double seconds = (double)(clock_ticks_us() - since_us) / 1e6;

	printf("\"%s\":{\"count\":%llu,\"seconds\":%.3f,\"per_second\":%.0f}", what, (unsigned long long)count, seconds,
	       (double)count / seconds);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct filling to = {.arena = arena_new()};
	uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
	struct store_scan_new scan = {.targets_json = STR("[]"), .options_json = STR("{}"), .by = STR("engine")};
	struct err err = {0};
	int64_t start;

	if (count < 100) {
		fprintf(stderr, "usage: bench_estate STORE CERTIFICATES [SEED]   (at least 100)\n");
		return 2;
	}
	to.plan = plan_of(count, argc > 3 ? strtoull(argv[3], NULL, 10) : 1, clock_now_s());
	to.ids = calloc(count, sizeof *to.ids);
	if (!to.ids || !store_open(argv[1], NULL, &to.store, &err))
		fail(&err);
	begin(&to);
	scan.targets_total = (int64_t)plan_place_count(&to.plan);
	if (!store_scan_add(to.txn, &scan, to.plan.now, &to.scan_id, &err))
		fail(&err);
	commit(&to, "scan.create");
	start = clock_ticks_us();
	each_in_batches(&to, count, "bench.certificates", add_certificate);
	printf("{");
	print_rate("certificates", count, start);
	start = clock_ticks_us();
	each_in_batches(&to, plan_place_count(&to.plan), "bench.places", add_place);
	printf(",");
	print_rate("places", plan_place_count(&to.plan), start);
	printf("}\n");
	store_close(to.store);
	free(to.ids);
	arena_free(to.arena);
	return 0;
}
