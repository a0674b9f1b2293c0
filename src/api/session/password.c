/* SPDX-License-Identifier: Apache-2.0 */

/* After RFC 9106: one lane, three passes, 64 MiB. Two are computed at once, one more may wait; others come again. */

#include "api/session/password.h"

#include <argon2.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/secret.h"

#define PASSES 3
#define MEMORY_KIB 65536
#define LANES 1
#define AT_ONCE 2
#define MAY_WAIT 1
#define SALT_BYTES 16
#define HASH_BYTES 32
#define ENCODED_BYTES 128

struct password_slots {
	pthread_mutex_t lock;
	pthread_cond_t free;
	unsigned busy, waiting;
};

struct password_slots *password_slots_new(void)
{
	struct password_slots *slots = NEW(struct password_slots);

	pthread_mutex_init(&slots->lock, NULL);
	pthread_cond_init(&slots->free, NULL);
	return slots;
}

void password_slots_free(struct password_slots *slots)
{
	if (!slots)
		return;
	pthread_mutex_destroy(&slots->lock);
	pthread_cond_destroy(&slots->free);
	free(slots);
}

static bool slot_take(struct password_slots *slots, struct err *err)
{
	bool taken = false;

	pthread_mutex_lock(&slots->lock);
	if (slots->busy < AT_ONCE || slots->waiting < MAY_WAIT) {
		slots->waiting++;
		while (slots->busy >= AT_ONCE)
			pthread_cond_wait(&slots->free, &slots->lock);
		slots->waiting--;
		slots->busy++;
		taken = true;
	}
	pthread_mutex_unlock(&slots->lock);
	if (taken)
		return true;
	err_set(err, ERR_LATER, "too many passwords are being checked");
	if (err)
		err->retry_s = 1;
	return err_fix(err, "busy", "try again in a second");
}

static void slot_give(struct password_slots *slots)
{
	pthread_mutex_lock(&slots->lock);
	slots->busy--;
	pthread_cond_signal(&slots->free);
	pthread_mutex_unlock(&slots->lock);
}

bool password_fits(struct str password, struct err *err)
{
	size_t characters = 0;

	for (size_t i = 0; i < password.len; i++)
		characters += ((unsigned char)password.data[i] & 0xc0) != 0x80;
	if (characters >= LIMIT_PASSWORD_CHARS_LEAST && password.len <= LIMIT_PASSWORD_BYTES)
		return true;
	err_set(err, ERR_INPUT, "the password has %zu characters", characters);
	return err_fix(err, "password-length", "choose one of at least %d characters and at most %d bytes",
		       LIMIT_PASSWORD_CHARS_LEAST, LIMIT_PASSWORD_BYTES);
}

bool password_hash(struct password_slots *slots, struct arena *arena, struct str password, struct str *out,
		   struct err *err)
{
	CLEANUP(secret_done) struct secret salt = secret_random(SALT_BYTES);
	char encoded[ENCODED_BYTES];
	int failed;

	if (!slot_take(slots, err))
		return false;
	failed = argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password.data, password.len,
				       secret_reveal(&salt).data, salt.len, HASH_BYTES, encoded, sizeof encoded);
	slot_give(slots);
	if (failed)
		return err_set(err, ERR_INTERNAL, "hash a password: %s", argon2_error_message(failed));
	*out = arena_str(arena, str_of(encoded));
	return true;
}

/* Of a password that nobody has: for names that nobody has. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=3,p=1$bm9ib2R5bm9ib2R5bm9ibw$"
			     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool password_check(struct password_slots *slots, struct str hash, struct str password, bool *good, struct err *err)
{
	char encoded[ENCODED_BYTES];
	int result;

	if (hash.len >= sizeof encoded)
		return err_set(err, ERR_INTERNAL, "check a password: its hash is too long");
	memcpy(encoded, hash.data ? hash.data : nobody, hash.data ? hash.len : sizeof nobody - 1);
	encoded[hash.data ? hash.len : sizeof nobody - 1] = 0;
	if (!slot_take(slots, err))
		return false;
	result = argon2id_verify(encoded, password.data, password.len);
	slot_give(slots);
	if (result != ARGON2_OK && result != ARGON2_VERIFY_MISMATCH)
		return err_set(err, ERR_INTERNAL, "check a password: %s", argon2_error_message(result));
	*good = result == ARGON2_OK && hash.data;
	return true;
}
