/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Kept answers and the thread that counts them again: see the header. An answer is fresh for twenty times as long as it took
 * to count; a broad one that is not is given out all the same, with its time, and counted again meanwhile.
 */

#include "api/routes/counted.h"

#include <pthread.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/memory.h"

#define KEPT_MAX      64
#define ROWS_AT_ONCE  2000      /* what is counted within a request: some milliseconds */
#define ANSWER_BYTES  (4 << 20)
#define FRESH_FACTOR  20
#define BROAD_FRESH_US (15 * INT64_C(1000000))
#define BROAD_KEPT_US  (3600 * INT64_C(1000000))
#define KEEP_FROM_US  2000      /* what costs less is counted each time */

struct kept {
	struct str key; /* on the heap, as the body and the question's text */
	struct count_ask ask;
	struct buf body;
	int64_t counted_us, cost_us, used_us; /* of the monotonic clock */
	bool broad;  /* more than was counted at once: the thread's business */
	bool wanted; /* waits for the thread */
};

struct counter {
	struct store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	volatile bool stop;
	struct map *by_key;
	struct kept *kept[KEPT_MAX];
	size_t count;
};

static struct str key_of(struct arena *arena, const struct count_ask *ask)
{
	CLEANUP(buf_done) struct buf key = buf_capped(65536);

	buf_addf(&key, "%d %d %lld %lld %lld", ask->kind, ask->noun, (long long)ask->from_day, (long long)ask->days,
		 (long long)ask->what_if_days);
	for (size_t i = 0; i < ask->facet_count; i++)
		buf_addf(&key, " %d", ask->facets[i]);
	buf_add_char(&key, '\n');
	buf_add_str(&key, ask->q);
	return arena_str(arena, buf_str(&key));
}

static void kept_free(struct kept *kept)
{
	char *key = (char *)(uintptr_t)kept->key.data, *q = (char *)(uintptr_t)kept->ask.q.data;

	memory_done(&key);
	memory_done(&q);
	buf_done(&kept->body);
	memory_done(&kept);
}

/* The entry of a question, made when there is none; the one that was not asked for longest makes room. */
static struct kept *kept_for(struct counter *counter, struct str key, const struct count_ask *ask)
{
	struct kept *kept = map_get(counter->by_key, bytes_from(key));
	size_t oldest = 0;

	if (kept)
		return kept;
	if (counter->count == KEPT_MAX) {
		for (size_t i = 1; i < counter->count; i++)
			if (counter->kept[i]->used_us < counter->kept[oldest]->used_us)
				oldest = i;
		map_remove(counter->by_key, bytes_from(counter->kept[oldest]->key));
		kept_free(counter->kept[oldest]);
		counter->kept[oldest] = counter->kept[--counter->count];
	}
	kept = NEW(struct kept);
	kept->key = (struct str){memory_text(key.data), key.len};
	kept->ask = *ask;
	kept->ask.q = (struct str){memory_text(ask->q.len ? ask->q.data : ""), ask->q.len};
	kept->body = buf_capped(ANSWER_BYTES);
	counter->kept[counter->count++] = kept;
	map_set(counter->by_key, bytes_from(kept->key), kept);
	return kept;
}

static int64_t fresh_us(const struct kept *kept)
{
	int64_t fresh = FRESH_FACTOR * kept->cost_us;

	return kept->broad && fresh < BROAD_FRESH_US ? BROAD_FRESH_US : fresh;
}

/* ---- the thread ---- */

static struct kept *next_wanted(struct counter *counter)
{
	for (size_t i = 0; i < counter->count; i++)
		if (counter->kept[i]->wanted)
			return counter->kept[i];
	return NULL;
}

/* Counts without the lock; the entry may be gone when it is done. */
static void count_again(struct counter *counter, struct kept *kept)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf body = buf_capped(ANSWER_BYTES);
	struct str key = arena_str(arena, kept->key);
	struct count_ask ask = kept->ask;
	int64_t start = clock_ticks_us();
	struct err err = {0};
	bool ok, cut;

	ask.q = arena_str(arena, ask.q);
	kept->wanted = false;
	pthread_mutex_unlock(&counter->lock);
	ok = count_write(counter->store, NULL, &ask, clock_now_s(), 0, &counter->stop, &body, &cut, &err);
	pthread_mutex_lock(&counter->lock);
	kept = map_get(counter->by_key, bytes_from(key));
	if (!ok && !counter->stop)
		log_warn("counts not made", F("error", (const char *)err.text));
	if (!ok || !kept)
		return;
	buf_clear(&kept->body);
	buf_add_str(&kept->body, buf_str(&body));
	kept->counted_us = clock_ticks_us();
	kept->cost_us = kept->counted_us - start;
	kept->broad = true;
}

/* What the first screens ask of a large inventory, so that nobody has to wait for its first count. */
static void warm(struct counter *counter)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct count_ask ask = {.kind = COUNT_FACETS, .noun = MODEL_NOUN_CERTIFICATES, .q = STR("")};
	struct store_overview totals;

	if (!store_read(counter->store, &txn, NULL) || !store_overview(txn, clock_now_s(), &totals, NULL) ||
	    totals.certificates <= ROWS_AT_ONCE)
		return;
	for (int i = 0; i < MODEL_FACET_COUNT; i++)
		if (model_facet_is_usual((enum model_facet)i, ask.noun))
			ask.facets[ask.facet_count++] = (enum model_facet)i;
	pthread_mutex_lock(&counter->lock);
	kept_for(counter, key_of(arena, &ask), &ask)->wanted = true;
	pthread_mutex_unlock(&counter->lock);
}

static void *count_all_day(void *data)
{
	struct counter *counter = data;

	warm(counter);
	pthread_mutex_lock(&counter->lock);
	while (!counter->stop) {
		struct kept *kept = next_wanted(counter);

		if (kept)
			count_again(counter, kept);
		else
			pthread_cond_wait(&counter->changed, &counter->lock);
	}
	pthread_mutex_unlock(&counter->lock);
	return NULL;
}

struct counter *counter_new(struct store *store)
{
	struct counter *counter = NEW(struct counter);

	counter->store = store;
	counter->by_key = map_new();
	pthread_mutex_init(&counter->lock, NULL);
	pthread_cond_init(&counter->changed, NULL);
	if (pthread_create(&counter->thread, NULL, count_all_day, counter) != 0)
		memory_exhausted(0);
	return counter;
}

void counter_free(struct counter *counter)
{
	if (!counter)
		return;
	pthread_mutex_lock(&counter->lock);
	counter->stop = true;
	pthread_cond_signal(&counter->changed);
	pthread_mutex_unlock(&counter->lock);
	pthread_join(counter->thread, NULL);
	for (size_t i = 0; i < counter->count; i++)
		kept_free(counter->kept[i]);
	map_free(counter->by_key);
	pthread_mutex_destroy(&counter->lock);
	pthread_cond_destroy(&counter->changed);
	memory_done(&counter);
}

/* ---- asking ---- */

/* Whether a kept answer is good enough; if so it is written. An old one is counted again meanwhile. */
static bool answer_kept(struct counter *counter, struct str key, struct buf *to)
{
	int64_t now = clock_ticks_us(), age;
	struct kept *kept;
	bool good;

	pthread_mutex_lock(&counter->lock);
	kept = map_get(counter->by_key, bytes_from(key));
	age = kept ? now - kept->counted_us : 0;
	good = kept && kept->body.len && (age <= fresh_us(kept) || (kept->broad && age < BROAD_KEPT_US));
	if (good) {
		kept->used_us = now;
		buf_add_str(to, buf_str(&kept->body));
		if (age > fresh_us(kept) && !kept->wanted) {
			kept->wanted = true;
			pthread_cond_signal(&counter->changed);
		}
	}
	pthread_mutex_unlock(&counter->lock);
	return good;
}

/* A whole answer that cost something is kept for a moment; of a broad question the thread counts the rest. */
static void keep(struct counter *counter, struct str key, const struct count_ask *ask, struct str body, int64_t start_us,
		 bool cut)
{
	int64_t now = clock_ticks_us();
	struct kept *kept;

	if (!cut && now - start_us < KEEP_FROM_US)
		return;
	pthread_mutex_lock(&counter->lock);
	kept = kept_for(counter, key, ask);
	kept->used_us = now;
	if (cut) {
		kept->wanted = true;
		pthread_cond_signal(&counter->changed);
	} else {
		buf_clear(&kept->body);
		buf_add_str(&kept->body, body);
		kept->counted_us = now;
		kept->cost_us = now - start_us;
		kept->broad = false;
	}
	pthread_mutex_unlock(&counter->lock);
}

bool counter_answer(struct call *call, const struct count_ask *ask, struct err *err)
{
	struct counter *counter = call->api->counter;
	struct str key = key_of(call->arena, ask);
	struct buf *body = &call->response->body;
	int64_t start = clock_ticks_us();
	bool cut;

	if (answer_kept(counter, key, body))
		return true;
	if (!count_write(call->api->options.store, call->txn, ask, call->now, ROWS_AT_ONCE, NULL, body, &cut, err))
		return false;
	keep(counter, key, ask, buf_str(body), start, cut);
	return true;
}
