/* SPDX-License-Identifier: Apache-2.0 */

/* Test vectors: FIPS 180-4 (SHA-1, SHA-256), RFC 4231 (HMAC-SHA-256); and many threads at once. */

#include "test.h"

#include <pthread.h>

#include "base/hex.h"
#include "facts/hash.h"

static struct bytes text(const char *t)
{
	return bytes_of(t, strlen(t));
}

static void same(const uint8_t *hash, size_t len, const char *expected)
{
	char digits[80];

	hex_write(digits, bytes_of(hash, len));
	assert_string_equal(digits, expected);
}

TEST(sha256_gives_the_published_values)
{
	uint8_t to[HASH_SHA256];

	hash_sha256(text("abc"), to);
	same(to, sizeof to, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	hash_sha256(bytes_of(NULL, 0), to);
	same(to, sizeof to, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	(void)state;
}

TEST(sha1_hashes_parts_as_one)
{
	struct bytes parts[] = {bytes_of("a", 1), bytes_of(NULL, 0), bytes_of("bc", 2)};
	uint8_t to[HASH_SHA1];

	hash_sha1(parts, 3, to);
	same(to, sizeof to, "a9993e364706816aba3e25717850c26c9cd0d89d");
	(void)state;
}

TEST(hmac_gives_the_published_values)
{
	uint8_t to[HASH_SHA256], key[131];

	memset(key, 0x0b, 20);
	hash_hmac_sha256(bytes_of(key, 20), text("Hi There"), to);
	same(to, sizeof to, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	hash_hmac_sha256(text("Jefe"), text("what do ya want for nothing?"), to);
	same(to, sizeof to, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof key);
	hash_hmac_sha256(bytes_of(key, sizeof key), text("Test Using Larger Than Block-Size Key - Hash Key First"), to);
	same(to, sizeof to, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	(void)state;
}

static void *hash_much(void *ok)
{
	uint8_t expected[HASH_SHA256], to[HASH_SHA256];

	hash_sha256(text("abc"), expected);
	for (int i = 0; i < 1000; i++) {
		hash_sha256(text("abc"), to);
		if (memcmp(to, expected, sizeof to) != 0)
			*(int *)ok = 0;
	}
	return NULL;
}

TEST(threads_do_not_disturb_each_other)
{
	pthread_t threads[8];
	int ok[8];

	for (size_t i = 0; i < 8; i++) {
		ok[i] = 1;
		assert_int_equal(pthread_create(&threads[i], NULL, hash_much, &ok[i]), 0);
	}
	for (size_t i = 0; i < 8; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(ok[i], 1);
	}
	(void)state;
}

TEST(a_hash_in_pieces_is_that_of_the_whole)
{
	uint8_t whole[HASH_SHA256], pieces[HASH_SHA256], other[HASH_SHA256];
	struct hash_run *run = hash_run_new();

	hash_sha256(bytes_of("abcdef", 6), whole);
	hash_run_add(run, bytes_of("abc", 3));
	hash_sha256(bytes_of("between", 7), other);
	hash_run_add(run, bytes_of("", 0));
	hash_run_add(run, bytes_of("def", 3));
	hash_run_end(run, pieces);
	assert_memory_equal(whole, pieces, sizeof whole);
}

TESTS(RUN(a_hash_in_pieces_is_that_of_the_whole), RUN(sha256_gives_the_published_values), RUN(sha1_hashes_parts_as_one), RUN(hmac_gives_the_published_values),
      RUN(threads_do_not_disturb_each_other))
