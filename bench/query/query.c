/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What questions cost on an estate (bench/estate):
 *
 *     bench_query DATABASE [ROUNDS]
 *
 * Prints, for each question, the median and the slowest of its rounds in microseconds, in one thread: what a request costs beside
 * HTTP. Broad counts are shown as they are answered at once (their first rows) and as the counting thread makes them (whole).
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/routes/counted.h"
#include "base/arena.h"
#include "base/clock.h"
#include "decisions/query.h"

#define AT_ONCE 4000

static struct err err;

static int by_number(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, two = *(const int64_t *)b;

	return one < two ? -1 : one > two;
}

struct bench {
	struct store *store;
	int64_t now;
	int rounds;
};

typedef bool (*ask_fn)(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text);

static struct model_filter filter_of(struct arena *arena, const char *text, int64_t now)
{
	const struct query_node *query;

	if (!query_read(arena, str_of(text), &query, NULL, &err)) {
		fprintf(stderr, "%s: %s\n", text, err.text);
		exit(1);
	}
	return query_filter(arena, query, now);
}

static bool list_by(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text,
		    enum store_certificate_sort sort)
{
	struct model_filter filter = filter_of(arena, text, bench->now);
	struct store_page page = {.limit = 100};
	const struct model_certificate *rows;
	size_t count;

	return store_certificates(txn, arena, &filter, sort, &page, bench->now, &rows, &count, NULL, &err);
}

static bool list(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text)
{
	return list_by(bench, txn, arena, text, STORE_BY_NOT_AFTER);
}

static bool list_name(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text)
{
	return list_by(bench, txn, arena, text, STORE_BY_NAME);
}

static bool count(struct bench *bench, struct store_txn *txn, const char *text, int kind, enum model_noun noun, int64_t most)
{
	CLEANUP(buf_done) struct buf body = buf_capped(1 << 22);
	struct count_ask ask = {.noun = noun, .q = str_of(text), .from_day = bench->now / 86400, .days = 366, .what_if_days = 47};
	bool cut;

	ask.kind = kind;
	for (int i = 0; kind == COUNT_FACETS && i < MODEL_FACET_COUNT; i++)
		if (model_facet_is_usual((enum model_facet)i, noun))
			ask.facets[ask.facet_count++] = (enum model_facet)i;
	if (kind == COUNT_GROUPS)
		ask.facets[ask.facet_count++] = MODEL_FACET_OWNER;
	return count_write(bench->store, most ? txn : NULL, &ask, bench->now, most, NULL, &body, &cut, &err);
}

static bool facets(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text)
{
	(void)arena;
	return count(bench, txn, text, COUNT_FACETS, MODEL_NOUN_CERTIFICATES, AT_ONCE);
}

static bool facets_of_endpoints(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text)
{
	(void)arena;
	return count(bench, txn, text, COUNT_FACETS, MODEL_NOUN_ENDPOINTS, AT_ONCE);
}

static bool groups(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text)
{
	(void)arena;
	return count(bench, txn, text, COUNT_GROUPS, MODEL_NOUN_CERTIFICATES, AT_ONCE);
}

static bool timeline(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text)
{
	(void)arena;
	return count(bench, txn, text, COUNT_TIMELINE, MODEL_NOUN_CERTIFICATES, AT_ONCE);
}

static bool facets_whole(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text)
{
	(void)arena;
	return count(bench, txn, text, COUNT_FACETS, MODEL_NOUN_CERTIFICATES, 0);
}

static bool timeline_whole(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text)
{
	(void)arena;
	return count(bench, txn, text, COUNT_TIMELINE, MODEL_NOUN_CERTIFICATES, 0);
}

static bool values_of(struct store_txn *txn, struct arena *arena, enum model_field field, const char *part)
{
	const struct str *values;
	size_t count_;

	return store_values(txn, arena, field, str_of(part), 20, &values, &count_, &err);
}

static bool complete_name(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text)
{
	(void)bench;
	return values_of(txn, arena, MODEL_FIELD_NAME, text);
}

static bool complete_issuer(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text)
{
	(void)bench;
	return values_of(txn, arena, MODEL_FIELD_ISSUER, text);
}

static bool complete_host(struct bench *bench, struct store_txn *txn, struct arena *arena, const char *text)
{
	(void)bench;
	return values_of(txn, arena, MODEL_FIELD_HOST, text);
}

static const struct {
	const char *name, *text;
	ask_fn ask;
	bool slow; /* once */
} questions[] = {
	{"list", "", list, false},
	{"list", "expires<30d", list, false},
	{"list", "state:expired", list, false},
	{"list", "issuer:r11", list, false},
	{"list", "active:yes path:none", list, false},
	{"list", "-has:owner", list, false},
	{"list", "has:owner env:production", list, false},
	{"list", "tag:pci", list, false},
	{"list", "problem:weak-key", list, false},
	{"list", "type:private", list, false},
	{"list", "key:rsa bits<2048", list, false},
	{"list", "shop", list, false},
	{"list", "name:*.example.org", list, false},
	{"list", "name:shop12*", list, false},
	{"list", "port:8443", list, false},
	{"list", "location:endpoint", list, false},
	{"list", "tls:1.2", list, false},
	{"list by name", "", list_name, false},
	{"list by name", "state:expiring", list_name, false},
	{"facets, first rows", "", facets, false},
	{"facets, first rows", "state:expired", facets, false},
	{"facets, first rows", "problem:weak-key", facets, false},
	{"facets, first rows", "shop12", facets, false},
	{"facets of endpoints, first rows", "", facets_of_endpoints, false},
	{"groups by owner, first rows", "", groups, false},
	{"timeline, first rows", "", timeline, false},
	{"complete name", "shop1", complete_name, false},
	{"complete name", "12.exam", complete_name, false},
	{"complete issuer", "r1", complete_issuer, false},
	{"complete host", "web", complete_host, false},
	{"facets, whole", "", facets_whole, true},
	{"timeline, whole", "", timeline_whole, true},
};

static void measure(struct bench *bench, size_t at)
{
	int rounds = questions[at].slow ? 1 : bench->rounds;
	int64_t *us = calloc((size_t)rounds, sizeof *us);

	for (int i = 0; i < rounds; i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		CLEANUP(store_end) struct store_txn *txn = NULL;
		int64_t start;

		if (!store_read(bench->store, &txn, &err))
			exit(1);
		start = clock_ticks_us();
		if (!questions[at].ask(bench, txn, arena, questions[at].text)) {
			fprintf(stderr, "%s: %s\n", questions[at].text, err.text);
			exit(1);
		}
		us[i] = clock_ticks_us() - start;
	}
	qsort(us, (size_t)rounds, sizeof *us, by_number);
	printf("%-34s %-28s %9lld %9lld\n", questions[at].name, questions[at].text, (long long)us[rounds / 2],
	       (long long)us[rounds - 1]);
	fflush(stdout);
	free(us);
}

int main(int argc, char **argv)
{
	struct bench bench = {.now = clock_now_s(), .rounds = 9};
	uint64_t rounds;

	if (argc < 2) {
		fprintf(stderr, "usage: bench_query DATABASE [ROUNDS]\n");
		return 2;
	}
	if (argc > 2 && str_to_u64(str_of(argv[2]), 10000, &rounds) && rounds > 0)
		bench.rounds = (int)rounds;
	if (!store_open(argv[1], NULL, &bench.store, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	printf("%-34s %-28s %9s %9s\n", "question", "query", "median us", "most us");
	for (size_t i = 0; i < COUNT_OF(questions); i++)
		measure(&bench, i);
	store_close(bench.store);
	return 0;
}
