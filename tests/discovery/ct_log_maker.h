/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * ct_log_maker - a log of Certificate Transparency in memory, of both kinds at once, that can be told to lie.
 *
 *     struct maker *log = maker_new(arena, 3000, "example.org", 50);   every 50th entry is below example.org
 *     maker_answer(log, path, &status, &body);                          what a server would answer
 *
 * It is written from the specifications, not from our reader: trees by the recursive definitions of RFC 6962, keys and
 * signatures by OpenSSL.
 */

#include <stdio.h>

#include "base/hex.h"
#include "cert_maker.h"
#include "discovery/ct.h"

/* clang-format off */
#define MAKER_LIES_ALL(X) \
	X(NONE) X(BAD_SIGNATURE) X(OTHER_KEY) X(OTHER_KEY_ID) X(OTHER_ORIGIN) X(FORK) X(WRONG_ENTRY) X(WRONG_HASHES) X(SHORT_HASHES) \
	X(SHORT_DATA) X(LONG_DATA) X(WRONG_INDEX) X(OTHER_PRECERT) X(FUTURE_HEAD) X(LATE_ENTRY) X(NO_PARTIAL) X(NOT_A_NOTE) \
	X(EMPTY_ANSWER) X(TOO_MANY) X(UNKNOWN_TYPE) X(WRONG_PROOF) X(WRONG_ISSUER)
/* clang-format on */
enum maker_lie {
#define X(name) MAKER_##name,
	MAKER_LIES_ALL(X)
#undef X
};

struct maker_entry {
	struct bytes timestamped, tile, leaf, extra;
	uint8_t hash[32];
	bool ours, precert;
	long serial;
};

struct maker {
	struct arena *arena;
	EVP_PKEY *key;
	struct ct_log log;
	struct made root;
	struct maker_entry *entries;
	size_t made, size; /* made: there are; size: signed */
	int64_t at_ms;
	enum maker_lie lie;
	size_t lie_at; /* index of the entry that it concerns */
	size_t most;   /* entries of one answer of get-entries */
	unsigned asked;
	uint8_t hashes_seen[32];
};

static inline struct bytes maker_buf(struct arena *arena, struct buf *buf)
{
	struct bytes out = arena_bytes(arena, buf_bytes(buf));

	assert_true(buf_ok(buf));
	buf_done(buf);
	return out;
}

static inline struct bytes maker_tbs(struct arena *arena, X509 *x509)
{
	unsigned char *der = NULL;
	int len = i2d_re_X509_tbs(x509, &der);
	struct bytes out = arena_bytes(arena, bytes_of(der, (size_t)len));

	OPENSSL_free(der);
	return out;
}

static inline void maker_vector24(struct buf *to, struct bytes b)
{
	buf_add_u24(to, (uint32_t)b.len);
	buf_add_bytes(to, b);
}

/* The content of one entry in all its forms. */
static inline void maker_encode(struct maker *maker, size_t index, struct bytes cert, struct bytes pre, struct maker_entry *entry)
{
	struct buf stamped = buf_capped(1 << 20), tile = buf_capped(1 << 20), leaf = buf_capped(1 << 20), extra = buf_capped(1 << 20);
	struct bytes issuer = maker->root.cert->der;
	size_t said = maker->lie == MAKER_WRONG_INDEX && index == maker->lie_at ? index + 1 : index;
	uint8_t key[32];

	hash_sha256(maker->root.cert->key.spki, key);
	buf_add_u64(&stamped, (uint64_t)(maker->lie == MAKER_LATE_ENTRY && index == maker->lie_at ? maker->at_ms + 999999999
											       : maker->at_ms - 1000000 + (int64_t)index * 10));
	buf_add_u16(&stamped, maker->lie == MAKER_UNKNOWN_TYPE && index == maker->lie_at ? 7 : pre.data ? 1 : 0);
	if (pre.data)
		buf_add(&stamped, key, 32);
	maker_vector24(&stamped, cert);
	buf_add_u16(&stamped, 8);
	buf_add_u8(&stamped, 0);
	buf_add_u16(&stamped, 5);
	buf_add_u8(&stamped, 0);
	buf_add_u32(&stamped, (uint32_t)said);
	entry->timestamped = maker_buf(maker->arena, &stamped);

	buf_add_bytes(&tile, entry->timestamped);
	if (pre.data)
		maker_vector24(&tile, pre);
	buf_add_u16(&tile, 32);
	buf_add(&tile, maker->root.cert->sha256, 32);
	entry->tile = maker_buf(maker->arena, &tile);

	buf_add(&leaf, "\0", 2);
	buf_add_bytes(&leaf, entry->timestamped);
	entry->leaf = maker_buf(maker->arena, &leaf);
	if (pre.data)
		maker_vector24(&extra, pre);
	buf_add_u24(&extra, (uint32_t)issuer.len + 3);
	maker_vector24(&extra, issuer);
	entry->extra = maker_buf(maker->arena, &extra);

	leaf = buf_capped(1 << 20);
	buf_add_u8(&leaf, 0);
	buf_add_bytes(&leaf, entry->leaf);
	hash_sha256(buf_bytes(&leaf), entry->hash);
	buf_done(&leaf);
}

static inline void maker_entry_make(struct maker *maker, size_t index, const char *names, bool ours)
{
	struct maker_entry *entry = &maker->entries[index];
	struct make make_it = {.subject = "CN=entry", .by = &maker->root, .key = maker->root.key, .names = names,
			       .serial = 1000 + (long)index};
	bool pre = index % 3 == 1, other = maker->lie == MAKER_OTHER_PRECERT && index == maker->lie_at;
	struct made final = make(maker->arena, &make_it), precert;

	*entry = (struct maker_entry){.ours = ours, .precert = pre, .serial = make_it.serial};
	if (!pre) {
		maker_encode(maker, index, final.cert->der, (struct bytes){0}, entry);
		return;
	}
	make_it.oid = "1.3.6.1.4.1.11129.2.4.3";
	make_it.oid_value = "critical,DER:0500";
	if (other)
		make_it.names = "DNS:other.example.org";
	precert = make(maker->arena, &make_it);
	assert_true(precert.cert->precertificate);
	maker_encode(maker, index, maker_tbs(maker->arena, final.x509), precert.cert->der, entry);
}

/* Grows it to so many entries; every n-th is below the domain. */
static inline void maker_grow(struct maker *maker, size_t count, const char *domain, size_t every)
{
	struct maker_entry *entries = ARENA_ARRAY(maker->arena, struct maker_entry, count + 1);

	if (maker->made)
		memcpy(entries, maker->entries, maker->made * sizeof *entries);
	maker->entries = entries;
	for (; maker->made < count; maker->made++) {
		bool ours = every && maker->made % every == 7 % every;
		char names[256];

		if (ours)
			snprintf(names, sizeof names, "DNS:host%zu.%s,DNS:*.w%zu.%s,DNS:elsewhere.test", maker->made, domain, maker->made,
				 domain);
		else
			snprintf(names, sizeof names, "DNS:a%zu.other.test,DNS:not%s", maker->made, domain);
		maker_entry_make(maker, maker->made, names, ours);
	}
	maker->size = count;
}

static inline struct maker *maker_new(struct arena *arena, enum ct_api api, enum maker_lie lie, size_t lie_at)
{
	struct maker *maker = ARENA_NEW(arena, struct maker);
	unsigned char *spki = NULL;
	int len;

	*maker = (struct maker){.arena = arena, .lie = lie, .lie_at = lie_at, .most = 100, .at_ms = MADE_AT * 1000};
	maker->root = make(arena, &(struct make){.subject = "CN=Log Root", .ca = true});
	maker->key = make_key();
	len = i2d_PUBKEY(maker->key, &spki);
	maker->log = (struct ct_log){
		.name = STR("made log"),
		.api = api,
		.state = CT_USABLE,
		.url = STR("https://log.test/made"),
		.origin = STR("log.test/made"),
		.key = arena_bytes(arena, bytes_of(spki, (size_t)len)),
	};
	OPENSSL_free(spki);
	hash_sha256(maker->log.key, maker->log.id);
	return maker;
}

/* ---- trees, as RFC 6962 section 2.1 defines them ---- */

static inline void maker_node(const uint8_t *left, const uint8_t *right, uint8_t to[32])
{
	uint8_t both[65] = {1};

	memcpy(both + 1, left, 32);
	memcpy(both + 33, right, 32);
	hash_sha256(bytes_of(both, 65), to);
}

static inline void maker_root_of(struct maker *maker, size_t from, size_t count, uint8_t to[32])
{
	uint8_t left[32], right[32];
	size_t half = 1;

	if (count == 0) {
		hash_sha256(bytes_of("", 0), to);
		return;
	}
	if (count == 1) {
		memcpy(to, maker->entries[from].hash, 32);
		if (maker->lie == MAKER_FORK && from == maker->lie_at)
			to[0] ^= 1;
		return;
	}
	while (half * 2 < count)
		half *= 2;
	maker_root_of(maker, from, half, left);
	maker_root_of(maker, from + half, count - half, right);
	maker_node(left, right, to);
}

static inline void maker_subproof(struct maker *maker, size_t m, size_t from, size_t n, bool whole, struct merkle_proof *out)
{
	size_t half = 1;

	if (m == n) {
		if (!whole)
			maker_root_of(maker, from, n, out->hashes[out->count++]);
		return;
	}
	while (half * 2 < n)
		half *= 2;
	if (m <= half) {
		maker_subproof(maker, m, from, half, whole, out);
		maker_root_of(maker, from + half, n - half, out->hashes[out->count++]);
	} else {
		maker_subproof(maker, m - half, from + half, n - half, false, out);
		maker_root_of(maker, from, half, out->hashes[out->count++]);
	}
}

static inline void maker_path(struct maker *maker, size_t index, size_t from, size_t n, struct merkle_proof *out)
{
	size_t half = 1;

	if (n <= 1)
		return;
	while (half * 2 < n)
		half *= 2;
	if (index < half) {
		maker_path(maker, index, from, half, out);
		maker_root_of(maker, from + half, n - half, out->hashes[out->count++]);
	} else {
		maker_path(maker, index - half, from + half, n - half, out);
		maker_root_of(maker, from, half, out->hashes[out->count++]);
	}
}

/* ---- answers ---- */

static inline int64_t maker_head_at(const struct maker *maker)
{
	return maker->lie == MAKER_FUTURE_HEAD ? maker->at_ms + 86400000 : maker->at_ms;
}

/* DigitallySigned over the tree head. */
static inline void maker_sign(struct maker *maker, const uint8_t root[32], struct buf *to)
{
	struct buf over = buf_capped(64);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t signature[256];
	size_t len = sizeof signature;

	buf_add_u8(&over, 0);
	buf_add_u8(&over, 1);
	buf_add_u64(&over, (uint64_t)maker_head_at(maker));
	buf_add_u64(&over, maker->size);
	buf_add(&over, root, 32);
	assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL,
					    maker->lie == MAKER_OTHER_KEY ? maker->root.key : maker->key), 1);
	assert_int_equal(EVP_DigestSign(context, signature, &len, (uint8_t *)over.data, over.len), 1);
	if (maker->lie == MAKER_BAD_SIGNATURE)
		signature[len - 1] ^= 1;
	EVP_MD_CTX_free(context);
	buf_done(&over);
	buf_add_u8(to, 4);
	buf_add_u8(to, EVP_PKEY_base_id(maker->key) == EVP_PKEY_RSA ? 1 : 3);
	buf_add_u16(to, (uint16_t)len);
	buf_add(to, signature, len);
}

static inline void maker_checkpoint(struct maker *maker, struct buf *body)
{
	struct buf blob = buf_capped(1024), id = buf_capped(1024);
	const char *origin = maker->lie == MAKER_OTHER_ORIGIN ? "log.test/other" : "log.test/made";
	uint8_t root[32], hash[32];

	if (maker->lie == MAKER_NOT_A_NOTE) {
		buf_add_text(body, "<html>not found</html>");
		return;
	}
	maker_root_of(maker, 0, maker->size, root);
	buf_addf(body, "%s\n%zu\n", origin, maker->size);
	base64_write(body, bytes_of(root, 32));
	buf_add_text(body, "\n\n");
	buf_add_text(body, "\xe2\x80\x94 witness.test/x AAAAAAAAAAAAAAAA\n");
	buf_addf(&id, "%s\n\x05", origin);
	buf_add(&id, maker->log.id, 32);
	hash_sha256(buf_bytes(&id), hash);
	if (maker->lie == MAKER_OTHER_KEY_ID)
		hash[0] ^= 1;
	buf_add(&blob, hash, 4);
	buf_add_u64(&blob, (uint64_t)maker_head_at(maker));
	maker_sign(maker, root, &blob);
	buf_addf(body, "\xe2\x80\x94 %s ", origin);
	base64_write(body, buf_bytes(&blob));
	buf_add_char(body, '\n');
	buf_done(&blob);
	buf_done(&id);
}

static inline void maker_json_base64(struct json_out *json, const char *key, struct bytes value)
{
	struct buf text = buf_capped(2 << 20);

	base64_write(&text, value);
	json_out_key_str(json, key, value.len ? buf_str(&text) : STR(""));
	buf_done(&text);
}

static inline void maker_sth(struct maker *maker, struct buf *body)
{
	struct json_out json = json_out_start(body);
	struct buf blob = buf_capped(1024);
	uint8_t root[32];

	maker_root_of(maker, 0, maker->size, root);
	maker_sign(maker, root, &blob);
	json_out_object(&json);
	json_out_key_int(&json, "tree_size", (int64_t)maker->size);
	json_out_key_int(&json, "timestamp", maker_head_at(maker));
	maker_json_base64(&json, "sha256_root_hash", bytes_of(root, 32));
	maker_json_base64(&json, "tree_head_signature", buf_bytes(&blob));
	json_out_end_object(&json);
	buf_done(&blob);
}

static inline void maker_json_proof(struct maker *maker, struct json_out *json, const char *key, struct merkle_proof *proof)
{
	json_out_key(json, key);
	json_out_array(json);
	for (size_t i = 0; i < proof->count; i++) {
		struct buf text = buf_capped(64);

		if (maker->lie == MAKER_WRONG_PROOF)
			proof->hashes[i][0] ^= 1;
		base64_write(&text, bytes_of(proof->hashes[i], 32));
		json_out_str(json, buf_str(&text));
		buf_done(&text);
	}
	json_out_end_array(json);
}

static inline struct bytes maker_told(struct maker *maker, size_t index, struct bytes entry)
{
	uint8_t *copy;

	if (maker->lie != MAKER_WRONG_ENTRY || index != maker->lie_at)
		return entry;
	copy = arena_alloc(maker->arena, entry.len);
	memcpy(copy, entry.data, entry.len);
	copy[entry.len > 200 ? 150 : 0] ^= 1; /* within the certificate */
	return bytes_of(copy, entry.len);
}

static inline void maker_entries(struct maker *maker, size_t from, size_t to, struct buf *body)
{
	struct json_out json = json_out_start(body);

	if (maker->lie == MAKER_EMPTY_ANSWER)
		to = from;
	else if (maker->lie == MAKER_TOO_MANY)
		to += 2;
	else if (to - from > maker->most)
		to = from + maker->most;
	json_out_object(&json);
	json_out_key(&json, "entries");
	json_out_array(&json);
	for (size_t i = from; i < to && i < maker->made; i++) {
		json_out_object(&json);
		maker_json_base64(&json, "leaf_input", maker_told(maker, i, maker->entries[i].leaf));
		maker_json_base64(&json, "extra_data", maker->entries[i].extra);
		json_out_end_object(&json);
	}
	json_out_end_array(&json);
	json_out_end_object(&json);
}

/* "first=12&second=34" by its pattern, "first=%&second=%". */
static inline bool maker_numbers(const char *text, const char *pattern, size_t *a, size_t *b)
{
	size_t *to[] = {a, b};
	size_t count = 0;

	for (; *pattern; pattern++) {
		char *end;

		if (*pattern != '%') {
			if (*text++ != *pattern)
				return false;
			continue;
		}
		assert_true(count < 2 && ascii_is_digit(*text));
		*to[count++] = strtoul(text, &end, 10);
		text = end;
	}
	return *text == 0;
}

static inline unsigned maker_rfc6962(struct maker *maker, const char *path, struct buf *body)
{
	struct json_out json = json_out_start(body);
	struct merkle_proof proof = {0};
	size_t a, b;

	if (strcmp(path, "ct/v1/get-sth") == 0) {
		maker_sth(maker, body);
	} else if (maker_numbers(path, "ct/v1/get-entries?start=%&end=%", &a, &b)) {
		assert_true(a <= b && b < maker->size);
		maker_entries(maker, a, b + 1, body);
	} else if (maker_numbers(path, "ct/v1/get-sth-consistency?first=%&second=%", &a, &b)) {
		assert_true(a > 0 && a < b && b <= maker->made);
		maker_subproof(maker, a, 0, b, true, &proof);
		json_out_object(&json);
		maker_json_proof(maker, &json, "consistency", &proof);
		json_out_end_object(&json);
	} else if (maker_numbers(path, "ct/v1/get-entry-and-proof?leaf_index=%&tree_size=%", &a, &b)) {
		assert_true(a < b && b <= maker->made);
		maker_path(maker, a, 0, b, &proof);
		json_out_object(&json);
		maker_json_base64(&json, "leaf_input", maker->entries[a].leaf);
		maker_json_base64(&json, "extra_data", maker->entries[a].extra);
		maker_json_proof(maker, &json, "audit_path", &proof);
		json_out_end_object(&json);
	} else {
		return 404;
	}
	return 200;
}

/* "x001/234.p/5" -> 1234, 5 */
static inline void maker_tile_number(const char *text, size_t *index, size_t *width)
{
	*index = 0;
	*width = 256;
	for (;;) {
		bool more = *text == 'x';

		text += more;
		for (int i = 0; i < 3; i++) {
			assert_true(ascii_is_digit(*text));
			*index = *index * 10 + (size_t)(*text++ - '0');
		}
		if (!more)
			break;
		assert_int_equal(*text++, '/');
	}
	if (*text) {
		assert_int_equal(strncmp(text, ".p/", 3), 0);
		*width = strtoul(text + 3, NULL, 10);
	}
}

static inline unsigned maker_hashes(struct maker *maker, unsigned level, size_t index, size_t width, struct buf *body)
{
	size_t all = maker->made >> (8 * level), span = (size_t)1 << (8 * level);

	assert_true(index * 256 + width <= all);
	for (size_t i = index * 256; i < index * 256 + width; i++) {
		uint8_t hash[32];

		maker_root_of(maker, i * span, span, hash);
		if (maker->lie == MAKER_WRONG_HASHES)
			hash[5] ^= 1;
		buf_add(body, hash, maker->lie == MAKER_SHORT_HASHES ? 31 : 32);
	}
	return 200;
}

static inline unsigned maker_data(struct maker *maker, size_t index, size_t width, struct buf *body)
{
	assert_true(index * 256 + width <= maker->made);
	for (size_t i = index * 256; i < index * 256 + width; i++)
		buf_add_bytes(body, maker_told(maker, i, maker->entries[i].tile));
	if (maker->lie == MAKER_SHORT_DATA)
		body->len -= 5;
	return 200;
}

static inline unsigned maker_static(struct maker *maker, const char *path, struct buf *body)
{
	size_t index, width;
	unsigned level;

	if (strcmp(path, "checkpoint") == 0) {
		maker_checkpoint(maker, body);
		return 200;
	}
	if (strncmp(path, "issuer/", 7) == 0) {
		if (maker->lie != MAKER_WRONG_ISSUER)
			buf_add_bytes(body, maker->root.cert->der);
		else
			buf_add_text(body, "nothing");
		return 200;
	}
	if (strncmp(path, "tile/data/", 10) == 0) {
		maker_tile_number(path + 10, &index, &width);
		if (maker->lie == MAKER_NO_PARTIAL && width < 256 && index * 256 + 256 <= maker->made)
			return 404;
		return maker_data(maker, index, width, body);
	}
	if (strncmp(path, "tile/", 5) != 0 || !ascii_is_digit(path[5]) || path[6] != '/')
		return 404;
	level = (unsigned)(path[5] - '0');
	maker_tile_number(path + 7, &index, &width);
	if (maker->lie == MAKER_NO_PARTIAL && width < 256 && index * 256 + 256 <= maker->made >> (8 * level))
		return 404;
	return maker_hashes(maker, level, index, width, body);
}

/* What a server would answer to that URL. */
static inline unsigned maker_answer(struct maker *maker, const char *url, struct buf *body)
{
	const char *path = url + maker->log.url.len + 1;

	assert_true(strncmp(url, maker->log.url.data, maker->log.url.len) == 0);
	maker->asked++;
	return maker->log.api == CT_STATIC ? maker_static(maker, path, body) : maker_rfc6962(maker, path, body);
}
