/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The key schedule of TLS 1.3 as far as the server's handshake keys, and opening its records with them.
 *
 * Algorithms are fetched once and all contexts are used again: fetching costs more than the work.
 * After RFC 8446 sections 4.4.1, 5.2, 5.3, 7.1 and 7.3.
 */

#include "wire/tls.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "wire/tls/room.h"

enum { WITH_SHA256, WITH_SHA384, TAG = 16, SHORT_TAG = 8, NONCE = 12 };
enum aead_shape { STREAM, CCM };

/* clang-format off */
static const struct suite {
	uint16_t code;
	uint8_t hash, key, tag;
	enum aead_shape shape;
	const char *cipher;
} known[TLS_AEADS] = {
	{0x1301, WITH_SHA256, 16, TAG, STREAM, "AES-128-GCM"},
	{0x1302, WITH_SHA384, 32, TAG, STREAM, "AES-256-GCM"},
	{0x1303, WITH_SHA256, 32, TAG, STREAM, "ChaCha20-Poly1305"},
	{0x1304, WITH_SHA256, 16, TAG, CCM, "AES-128-CCM"},
	{0x1305, WITH_SHA256, 16, SHORT_TAG, CCM, "AES-128-CCM"},
};
/* clang-format on */

static const struct suite *find(uint16_t code)
{
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (known[i].code == code)
			return &known[i];
	return NULL;
}

bool tls_keys_know(uint16_t suite)
{
	return find(suite) != NULL;
}

size_t tls_hash_len(int hash)
{
	return hash == WITH_SHA256 ? 32 : 48;
}

static void digest(struct tls_machine *machine, int hash, struct bytes a, struct bytes b,
		   uint8_t *out)
{
	if (!EVP_DigestInit_ex2(machine->inner, machine->md[hash], NULL) ||
	    !EVP_DigestUpdate(machine->inner, a.data, a.len) ||
	    !EVP_DigestUpdate(machine->inner, b.data, b.len) ||
	    !EVP_DigestFinal_ex(machine->inner, out, NULL))
		memory_exhausted(0);
}

void tls_keys_hmac(struct tls_machine *machine, int hash, struct bytes key, struct bytes data,
		   uint8_t *out)
{
	size_t block = hash == WITH_SHA256 ? 64 : 128;
	uint8_t pad[128] = {0};

	memcpy(pad, key.data, key.len);
	for (size_t i = 0; i < block; i++)
		pad[i] ^= 0x36;
	digest(machine, hash, bytes_of(pad, block), data, out);
	for (size_t i = 0; i < block; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	digest(machine, hash, bytes_of(pad, block), bytes_of(out, tls_hash_len(hash)), out);
}

void tls_keys_expand(struct tls_machine *machine, int hash, const uint8_t *secret, const char *label,
		     struct bytes context, uint8_t *out, size_t out_len)
{
	size_t label_len = strlen(label), len = 0;
	uint8_t info[128], block[TLS_HASH_MAX];

	info[len++] = 0;
	info[len++] = (uint8_t)out_len;
	info[len++] = (uint8_t)(6 + label_len);
	memcpy(info + len, "tls13 ", 6);
	len += 6;
	memcpy(info + len, label, label_len);
	len += label_len;
	info[len++] = (uint8_t)context.len;
	if (context.len)
		memcpy(info + len, context.data, context.len);
	len += context.len;
	info[len++] = 1; /* the only block of HKDF-Expand (RFC 5869 section 2.3) */
	tls_keys_hmac(machine, hash, bytes_of(secret, tls_hash_len(hash)), bytes_of(info, len), block);
	memcpy(out, block, out_len);
}

/* Derive-Secret(Early Secret without a PSK, "derived", "") is a constant for each hash. */
static void derive_constant(struct tls_machine *machine, int hash)
{
	size_t len = tls_hash_len(hash);
	uint8_t zero[TLS_HASH_MAX] = {0}, early[TLS_HASH_MAX], empty[TLS_HASH_MAX];

	tls_keys_hmac(machine, hash, bytes_of(zero, len), bytes_of(zero, len), early);
	digest(machine, hash, (struct bytes){0}, (struct bytes){0}, empty);
	tls_keys_expand(machine, hash, early, "derived", bytes_of(empty, len), machine->derived[hash],
			len);
}

struct tls_machine *tls_machine_new(void)
{
	struct tls_machine *machine = NEW(struct tls_machine);

	machine->md[WITH_SHA256] = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	machine->md[WITH_SHA384] = EVP_MD_fetch(NULL, "SHA2-384", NULL);
	machine->inner = EVP_MD_CTX_new();
	machine->hello = buf_capped(16384);
	if (!machine->md[WITH_SHA256] || !machine->md[WITH_SHA384] || !machine->inner)
		memory_exhausted(0);
	derive_constant(machine, WITH_SHA256);
	derive_constant(machine, WITH_SHA384);
	return machine;
}

void tls_machine_free(struct tls_machine *machine)
{
	if (!machine)
		return;
	for (int i = 0; i < TLS_AEADS; i++) {
		EVP_CIPHER_CTX_free(machine->aead[i]);
		EVP_CIPHER_free(machine->cipher[i]);
	}
	EVP_MD_free(machine->md[WITH_SHA256]);
	EVP_MD_free(machine->md[WITH_SHA384]);
	EVP_MD_CTX_free(machine->inner);
	SSL_CTX_free(machine->whole);
	buf_done(&machine->hello);
	memset(machine->opened, 0, sizeof machine->opened);
	free(machine);
}

/*
 * Hash of all messages up to the ServerHello. After a HelloRetryRequest the first ClientHello stands in it as a
 * message of type message_hash (RFC 8446 section 4.4.1).
 */
static void transcript(struct tls_reader *reader, int hash, struct bytes server_hello, uint8_t *out)
{
	struct tls_machine *machine = reader->machine;
	uint8_t first[4 + TLS_HASH_MAX] = {MSG_HASH, 0, 0, (uint8_t)tls_hash_len(hash)};
	struct tls_server_hello retry;
	const char *why;

	buf_clear(&machine->hello);
	tls_hello_message(&reader->hello, 0, (struct bytes){0}, &machine->hello);
	if (reader->retry.len) {
		digest(machine, hash, buf_bytes(&machine->hello), (struct bytes){0}, first + 4);
		buf_clear(&machine->hello);
		buf_add(&machine->hello, first, 4 + tls_hash_len(hash));
		buf_add_bytes(&machine->hello, buf_bytes(&reader->retry));
		if (tls_read_server_hello(bytes_of(reader->retry.data + 4, reader->retry.len - 4), &retry, &why))
			tls_hello_message(&reader->hello, retry.group, retry.cookie, &machine->hello);
	}
	digest(machine, hash, buf_bytes(&machine->hello), server_hello, out);
}

bool tls_keys_make(struct tls_reader *reader, struct bytes server_hello, struct bytes secret)
{
	const struct suite *suite = find(reader->seen.suite);
	struct tls_machine *machine = reader->machine;
	uint8_t handshake[TLS_HASH_MAX], server[TLS_HASH_MAX], seen[TLS_HASH_MAX];
	size_t len;

	if (!suite)
		return false;
	len = tls_hash_len(suite->hash);
	tls_keys_hmac(machine, suite->hash, bytes_of(machine->derived[suite->hash], len), secret,
		      handshake);
	transcript(reader, suite->hash, server_hello, seen);
	tls_keys_expand(machine, suite->hash, handshake, "s hs traffic", bytes_of(seen, len), server,
			len);
	tls_keys_expand(machine, suite->hash, server, "key", (struct bytes){0}, reader->key, suite->key);
	tls_keys_expand(machine, suite->hash, server, "iv", (struct bytes){0}, reader->iv, NONCE);
	reader->sequence = 0;
	return true;
}

/* At its first use: many scans never meet TLS 1.3, and few meet more than one of these. */
static void cipher_need(struct tls_machine *machine, size_t at)
{
	if (machine->cipher[at])
		return;
	machine->cipher[at] = EVP_CIPHER_fetch(NULL, known[at].cipher, NULL);
	machine->aead[at] = EVP_CIPHER_CTX_new();
	if (!machine->cipher[at] || !machine->aead[at])
		memory_exhausted(0);
}

static bool open_stream(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *cipher, const struct tls_reader *r,
			const uint8_t *nonce, struct bytes header, struct bytes sealed, int body,
			uint8_t *out)
{
	int len;

	return EVP_DecryptInit_ex2(ctx, cipher, r->key, nonce, NULL) &&
	       EVP_DecryptUpdate(ctx, NULL, &len, header.data, (int)header.len) &&
	       EVP_DecryptUpdate(ctx, out, &len, sealed.data, body) &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG,
				   (void *)(uintptr_t)(sealed.data + body)) &&
	       EVP_DecryptFinal_ex(ctx, out + len, &len) > 0;
}

/* CCM wants its tag and both lengths before the data (RFC 5116 section 5.3, EVP_EncryptInit(3)). */
static bool open_ccm(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *cipher, const struct tls_reader *r,
		     const uint8_t *nonce, struct bytes header, struct bytes sealed, int body,
		     uint8_t *out, int tag)
{
	int len;

	return EVP_DecryptInit_ex2(ctx, cipher, NULL, NULL, NULL) &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, NONCE, NULL) &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, tag,
				   (void *)(uintptr_t)(sealed.data + body)) &&
	       EVP_DecryptInit_ex2(ctx, NULL, r->key, nonce, NULL) &&
	       EVP_DecryptUpdate(ctx, NULL, &len, NULL, body) &&
	       EVP_DecryptUpdate(ctx, NULL, &len, header.data, (int)header.len) &&
	       EVP_DecryptUpdate(ctx, out, &len, sealed.data, body) > 0;
}

bool tls_keys_open(struct tls_reader *reader, struct bytes header, struct bytes sealed,
		   struct bytes *plain)
{
	const struct suite *suite = find(reader->seen.suite);
	struct tls_machine *machine = reader->machine;
	size_t at = (size_t)(suite - known);
	uint8_t nonce[NONCE];
	int body = (int)sealed.len - suite->tag;

	if (body <= 0 || (size_t)body > sizeof machine->opened)
		return false;
	cipher_need(machine, at);
	memcpy(nonce, reader->iv, NONCE);
	for (int i = 0; i < 8; i++)
		nonce[NONCE - 1 - i] ^= (uint8_t)(reader->sequence >> 8 * i);
	reader->sequence++;
	*plain = bytes_of(machine->opened, (size_t)body);
	if (suite->shape == CCM)
		return open_ccm(machine->aead[at], machine->cipher[at], reader, nonce, header, sealed,
				body, machine->opened, suite->tag);
	return open_stream(machine->aead[at], machine->cipher[at], reader, nonce, header, sealed, body,
			   machine->opened);
}
