/* SPDX-License-Identifier: Apache-2.0 */

#include "decisions/trust/memo.h"

#include <pthread.h>
#include <string.h>

#include "base/map.h"
#include "base/memory.h"

#define SLOTS 8192 /* a power of two; half a megabyte */
#define KEYS  256  /* a power of two */

struct slot {
	uint8_t pair[64]; /* SHA-256 of the key, SHA-256 of the certificate */
	uint8_t verdict;  /* enum sign_verdict + 1; 0: empty */
};

struct kept_key {
	uint8_t sha256[32];
	struct sign_key *key; /* NULL: none, or in use just now */
};

struct memo {
	pthread_mutex_t lock;
	struct kept_key keys[KEYS]; /* loaded keys of issuers: a CA signs many leaves */
	struct slot *slots;         /* made at first use: many stores never check anything */
};

struct memo *memo_new(void)
{
	struct memo *memo = NEW(struct memo);

	pthread_mutex_init(&memo->lock, NULL);
	return memo;
}

void memo_free(struct memo *memo)
{
	if (!memo)
		return;
	pthread_mutex_destroy(&memo->lock);
	for (size_t i = 0; i < KEYS; i++)
		sign_key_free(memo->keys[i].key);
	memory_done(&memo->slots);
	memory_done(&memo);
}

static bool recall(struct memo *memo, const uint8_t pair[64], size_t at, enum sign_verdict *out)
{
	bool found;

	pthread_mutex_lock(&memo->lock);
	found = memo->slots && memo->slots[at].verdict &&
		memcmp(memo->slots[at].pair, pair, 64) == 0;
	if (found)
		*out = (enum sign_verdict)(memo->slots[at].verdict - 1);
	pthread_mutex_unlock(&memo->lock);
	return found;
}

static void keep(struct memo *memo, const uint8_t pair[64], size_t at, enum sign_verdict verdict)
{
	pthread_mutex_lock(&memo->lock);
	if (!memo->slots)
		memo->slots = memory_new(SLOTS * sizeof(struct slot));
	memcpy(memo->slots[at].pair, pair, 64);
	memo->slots[at].verdict = (uint8_t)(verdict + 1);
	pthread_mutex_unlock(&memo->lock);
}

/* Takes the key out of its place while it is used, so that no thread waits for another's
 * arithmetic. */
static enum sign_verdict check(struct memo *memo, const struct cert_key *key,
			       const struct cert *cert)
{
	struct kept_key *kept = &memo->keys[map_hash(bytes_of(key->sha256, 32)) & (KEYS - 1)];
	struct sign_key *mine = NULL, *old;
	enum sign_verdict verdict;

	pthread_mutex_lock(&memo->lock);
	if (kept->key && memcmp(kept->sha256, key->sha256, 32) == 0) {
		mine = kept->key;
		kept->key = NULL;
	}
	pthread_mutex_unlock(&memo->lock);
	if (!mine)
		mine = sign_key_new(key->spki);
	verdict = sign_key_check(mine, cert->signature_algorithm, cert->tbs, cert->signature_value);
	pthread_mutex_lock(&memo->lock);
	old = kept->key;
	kept->key = mine;
	memcpy(kept->sha256, key->sha256, 32);
	pthread_mutex_unlock(&memo->lock);
	sign_key_free(old);
	return verdict;
}

bool memo_check(struct memo *memo, const struct cert_key *key, const struct cert *cert,
		int64_t *left, enum sign_verdict *out)
{
	uint8_t pair[64];
	size_t at;

	memcpy(pair, key->sha256, 32);
	memcpy(pair + 32, cert->sha256, 32);
	at = map_hash(bytes_of(pair, sizeof(pair))) & (SLOTS - 1);
	if (recall(memo, pair, at, out))
		return true;
	if (*left <= 0)
		return false;
	--*left;
	*out = check(memo, key, cert);
	keep(memo, pair, at, *out);
	return true;
}
