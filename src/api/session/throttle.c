/* SPDX-License-Identifier: Apache-2.0 */

/* A set-associative table: a key may stand in one of WAYS places of its row; the oldest makes room. */

#include "api/session/throttle.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/memory.h"

#define ROWS 512
#define WAYS 8

struct entry {
	uint64_t key; /* 0: free */
	uint32_t failures;
	int64_t last_at;
};

struct throttle {
	pthread_mutex_t lock;
	struct entry rows[ROWS][WAYS];
};

struct throttle *throttle_new(void)
{
	struct throttle *throttle = NEW(struct throttle);

	pthread_mutex_init(&throttle->lock, NULL);
	return throttle;
}

void throttle_free(struct throttle *throttle)
{
	if (!throttle)
		return;
	pthread_mutex_destroy(&throttle->lock);
	free(throttle);
}

static uint64_t key_of(struct str kind, struct str key)
{
	uint64_t hash = map_hash(bytes_from(kind)) * 31 + map_hash(bytes_from(key));

	return hash ? hash : 1;
}

/* The place of a key; when there is none, the free or oldest one of its row if make, else NULL. */
static struct entry *find(struct throttle *throttle, uint64_t key, bool make)
{
	struct entry *row = throttle->rows[key % ROWS], *oldest = row;

	for (size_t i = 0; i < WAYS; i++) {
		if (row[i].key == key)
			return &row[i];
		if (row[i].key == 0 || (oldest->key != 0 && row[i].last_at < oldest->last_at))
			oldest = &row[i];
	}
	if (!make)
		return NULL;
	*oldest = (struct entry){.key = key};
	return oldest;
}

uint32_t throttle_wait(struct throttle *throttle, struct str kind, struct str key, uint32_t most_s, int64_t now)
{
	struct entry *entry;
	int64_t wait = 0, since;

	pthread_mutex_lock(&throttle->lock);
	entry = find(throttle, key_of(kind, key), false);
	if (entry && now - entry->last_at >= THROTTLE_FORGET_S) {
		entry->key = 0;
	} else if (entry && entry->failures >= THROTTLE_FREE) {
		uint32_t doublings = entry->failures - THROTTLE_FREE;

		wait = doublings > 16 ? most_s : INT64_C(1) << doublings;
		wait = wait > most_s ? most_s : wait;
		since = now > entry->last_at ? now - entry->last_at : 0;
		wait = wait > since ? wait - since : 0;
	}
	pthread_mutex_unlock(&throttle->lock);
	return (uint32_t)wait;
}

void throttle_failed(struct throttle *throttle, struct str kind, struct str key, int64_t now)
{
	struct entry *entry;

	pthread_mutex_lock(&throttle->lock);
	entry = find(throttle, key_of(kind, key), true);
	if (now - entry->last_at >= THROTTLE_FORGET_S)
		entry->failures = 0;
	entry->failures++;
	entry->last_at = now;
	pthread_mutex_unlock(&throttle->lock);
}

void throttle_passed(struct throttle *throttle, struct str kind, struct str key)
{
	struct entry *entry;

	pthread_mutex_lock(&throttle->lock);
	entry = find(throttle, key_of(kind, key), false);
	if (entry)
		entry->key = 0;
	pthread_mutex_unlock(&throttle->lock);
}
