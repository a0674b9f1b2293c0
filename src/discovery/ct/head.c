/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Tree heads: what a log signs. A note has the origin, the size and the root in lines, then signatures; ours is the one
 * whose key id is that of the log's key, type 5: a time and the signature of RFC 6962 over the same head.
 * After RFC 6962 section 3.5, static-ct-api and signed-note of C2SP.
 */

#include <string.h>

#include "base/hex.h"
#include "discovery/ct/inside.h"
#include "facts/sign.h"

static bool wrong(const struct ct_log *log, const char *what, struct err *err)
{
	err_set(err, ERR_PROTOCOL, "%.*s: %s", STR_ARG(log->name), what);
	return err_fix(err, "ct-head", "nothing is taken from it; report it to the log's operator if it stays so");
}

/* DigitallySigned: hash, algorithm, signature. Logs use SHA-256 with P-256 or RSA (RFC 6962 section 2.1.4). */
static bool signature_take(struct bytes *from, struct bytes *algorithm, struct bytes *signature)
{
	static const uint8_t ecdsa[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
	static const uint8_t rsa[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00};
	uint8_t hash, kind;

	if (!bytes_take_u8(from, &hash) || !bytes_take_u8(from, &kind) || !bytes_take_vector16(from, signature) || hash != 4)
		return false;
	*algorithm = kind == 3 ? bytes_of(ecdsa, sizeof ecdsa) : bytes_of(rsa, sizeof rsa);
	return kind == 3 || kind == 1;
}

static bool check(const struct ct_log *log, const struct ct_head *head, struct bytes signed_part, struct err *err)
{
	CLEANUP(buf_done) struct buf over = buf_capped(64);
	struct bytes algorithm, signature;

	buf_add_u8(&over, 0); /* v1 */
	buf_add_u8(&over, 1); /* tree_hash */
	buf_add_u64(&over, (uint64_t)head->at_ms);
	buf_add_u64(&over, head->size);
	buf_add(&over, head->root, sizeof head->root);
	if (!signature_take(&signed_part, &algorithm, &signature) || signed_part.len)
		return wrong(log, "RFC 6962 2.1.4: the signature of its tree head cannot be read", err);
	if (sign_check(log->key, algorithm, buf_bytes(&over), signature) != SIGN_GOOD)
		return wrong(log, "RFC 6962 3.5: the signature of its tree head is not by the log's key", err);
	return true;
}

static bool root_read(struct arena *arena, struct str text, uint8_t to[HASH_SHA256])
{
	struct bytes root;

	if (!base64_read(text, arena, &root) || root.len != HASH_SHA256)
		return false;
	memcpy(to, root.data, HASH_SHA256);
	return true;
}

/* The first four bytes of SHA-256(name, LF, type 5, log id). */
static void key_id(const struct ct_log *log, uint8_t to[4])
{
	CLEANUP(buf_done) struct buf text = buf_capped(4096);
	uint8_t hash[HASH_SHA256];

	buf_add_str(&text, log->origin);
	buf_add_text(&text, "\n\x05");
	buf_add(&text, log->id, sizeof log->id);
	hash_sha256(buf_bytes(&text), hash);
	memcpy(to, hash, 4);
}

/* "— name base64": false when it is another's, or not in this form. */
static bool our_signature(struct arena *arena, const struct ct_log *log, struct str line, struct bytes *out)
{
	struct str dash = STR("\xe2\x80\x94 "), name;
	struct bytes blob, id;
	uint8_t ours[4];

	if (!str_starts(line, dash))
		return false;
	line = str_skip(line, dash.len);
	if (!str_split(&line, ' ', &name) || !str_equal(name, log->origin) || !base64_read(line, arena, &blob) ||
	    !bytes_take(&blob, 4, &id))
		return false;
	key_id(log, ours);
	*out = blob;
	return memcmp(id.data, ours, 4) == 0;
}

static bool note_lines(struct arena *arena, const struct ct_log *log, struct str text, struct ct_head *head, struct err *err)
{
	struct str origin, size, root;

	if (!str_take_line(&text, &origin) || !str_take_line(&text, &size) || !str_take_line(&text, &root))
		return wrong(log, "tlog-checkpoint: its note has fewer than three lines", err);
	if (!str_equal(origin, log->origin))
		return wrong(log, "static-ct-api: its note is of another log", err);
	if (!str_to_u64(size, INT64_MAX, &head->size) || (size.len > 1 && size.data[0] == '0'))
		return wrong(log, "tlog-checkpoint: the size in its note is not a number", err);
	return root_read(arena, root, head->root) || wrong(log, "tlog-checkpoint: the root in its note is not a hash", err);
}

bool ct_head_read_note(struct arena *arena, const struct ct_log *log, struct str text, struct ct_head *out, struct err *err)
{
	size_t end = str_find(text, STR("\n\n"));
	struct ct_head head = {0};
	struct bytes blob;
	struct str rest, line;
	uint64_t at_ms;

	if (end == SIZE_MAX || text.len > CT_HEAD_BYTES)
		return wrong(log, "signed-note: what came is not a note", err);
	if (!note_lines(arena, log, str_head(text, end + 1), &head, err))
		return false;
	rest = str_skip(text, end + 2);
	while (str_take_line(&rest, &line)) {
		if (!our_signature(arena, log, line, &blob))
			continue;
		if (!bytes_take_u64(&blob, &at_ms) || at_ms > INT64_MAX)
			return wrong(log, "static-ct-api: its signature has no time", err);
		head.at_ms = (int64_t)at_ms;
		if (!check(log, &head, blob, err))
			return false;
		*out = head;
		return true;
	}
	return wrong(log, "static-ct-api: its note has no signature of the log's key", err);
}

bool ct_head_read_sth(struct arena *arena, const struct ct_log *log, struct str text, struct ct_head *out, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	const struct json_value *root;
	struct ct_head head = {0};
	struct bytes signature;
	int64_t size;
	struct err why = {0};

	if (text.len > CT_HEAD_BYTES || !json_doc_read(text, &doc, &why))
		return wrong(log, "RFC 6962 4.3: its tree head is not JSON", err);
	root = json_doc_root(doc);
	size = json_in_int(json_in_get(root, "tree_size"), -1);
	head.at_ms = json_in_int(json_in_get(root, "timestamp"), -1);
	if (size < 0 || head.at_ms < 0 ||
	    !root_read(arena, json_in_str(json_in_get(root, "sha256_root_hash"), STR("")), head.root) ||
	    !base64_read(json_in_str(json_in_get(root, "tree_head_signature"), STR("")), arena, &signature))
		return wrong(log, "RFC 6962 4.3: its tree head lacks a part", err);
	head.size = (uint64_t)size;
	if (!check(log, &head, signature, err))
		return false;
	*out = head;
	return true;
}
