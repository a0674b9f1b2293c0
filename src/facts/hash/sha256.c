/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Hashes by OpenSSL: see the door. Fetching an algorithm and making a context cost more than hashing a
 * certificate, so the algorithm is fetched once and each thread keeps a context.
 */

#include "facts/hash.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/memory.h"

static pthread_once_t once = PTHREAD_ONCE_INIT, once_sha1 = PTHREAD_ONCE_INIT;
static pthread_key_t at_thread_end;
static EVP_MD *sha256, *sha1;
static _Thread_local EVP_MD_CTX *context;

static void context_free(void *of_thread)
{
	EVP_MD_CTX_free(of_thread);
}

/* The main thread ends without its key's destructor. */
static void all_free(void)
{
	EVP_MD_CTX_free(context);
	context = NULL;
	EVP_MD_free(sha256);
	EVP_MD_free(sha1);
}

static void fetch(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (!sha256 || pthread_key_create(&at_thread_end, context_free) != 0)
		memory_exhausted(0);
	OPENSSL_atexit(all_free);
}

static void fetch_sha1(void)
{
	sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	if (!sha1)
		memory_exhausted(0);
}

static EVP_MD_CTX *start(EVP_MD *const *md)
{
	pthread_once(&once, fetch);
	if (!context) {
		context = EVP_MD_CTX_new();
		if (!context || pthread_setspecific(at_thread_end, context) != 0)
			memory_exhausted(0);
	}
	if (!EVP_DigestInit_ex2(context, *md, NULL))
		memory_exhausted(0);
	return context;
}

static void finish(EVP_MD_CTX *ctx, uint8_t *to)
{
	if (!EVP_DigestFinal_ex(ctx, to, NULL))
		memory_exhausted(0);
}

static void add(EVP_MD_CTX *ctx, const void *data, size_t len)
{
	if (len && !EVP_DigestUpdate(ctx, data, len))
		memory_exhausted(0);
}

void hash_sha256(struct bytes of, uint8_t to[HASH_SHA256])
{
	EVP_MD_CTX *ctx = start(&sha256);

	add(ctx, of.data, of.len);
	finish(ctx, to);
}

void hash_sha1(const struct bytes *parts, size_t count, uint8_t to[HASH_SHA1])
{
	EVP_MD_CTX *ctx;

	pthread_once(&once_sha1, fetch_sha1);
	ctx = start(&sha1);

	for (size_t i = 0; i < count; i++)
		add(ctx, parts[i].data, parts[i].len);
	finish(ctx, to);
}

/* One half of the HMAC: the key xored with a byte, then what is hashed under it. */
static void hmac_half(const uint8_t block[64], uint8_t pad, struct bytes of, uint8_t to[HASH_SHA256])
{
	EVP_MD_CTX *ctx = start(&sha256);
	uint8_t padded[64];

	for (size_t i = 0; i < sizeof padded; i++)
		padded[i] = block[i] ^ pad;
	add(ctx, padded, sizeof padded);
	add(ctx, of.data, of.len);
	finish(ctx, to);
	OPENSSL_cleanse(padded, sizeof padded);
}

void hash_hmac_sha256(struct bytes key, struct bytes of, uint8_t to[HASH_SHA256])
{
	uint8_t block[64] = {0}, inner[HASH_SHA256];

	if (key.len > sizeof block)
		hash_sha256(key, block);
	else if (key.len)
		memcpy(block, key.data, key.len);
	hmac_half(block, 0x36, of, inner);
	hmac_half(block, 0x5c, bytes_of(inner, sizeof inner), to);
	OPENSSL_cleanse(block, sizeof block);
}

/* ---- in pieces: a context of its own, as others are hashed meanwhile ---- */

struct hash_run *hash_run_new(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	pthread_once(&once, fetch);
	if (!ctx || !EVP_DigestInit_ex2(ctx, sha256, NULL))
		memory_exhausted(0);
	return (struct hash_run *)ctx;
}

void hash_run_add(struct hash_run *run, struct bytes piece)
{
	add((EVP_MD_CTX *)run, piece.data, piece.len);
}

void hash_run_end(struct hash_run *run, uint8_t to[HASH_SHA256])
{
	finish((EVP_MD_CTX *)run, to);
	EVP_MD_CTX_free((EVP_MD_CTX *)run);
}
