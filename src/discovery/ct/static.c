/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Logs of static-ct-api: everything is a file. Proofs are made from tiles of hashes, entries come by data tiles of 256,
 * issuers by their fingerprint. A partial tile may be gone once the full one is there; then the full one is asked for.
 * After static-ct-api and tlog-tiles of C2SP.
 */

#include <string.h>

#include "base/hex.h"
#include "base/limits.h"
#include "discovery/ct/inside.h"
#include "facts/cert.h"

enum { DATA_BYTES = 16 << 20 };

static enum ct_did want_tile(struct ct_walk *walk, struct ct_tile_id id)
{
	walk->tile = id;
	ct_tile_path(&walk->url, id);
	return ct_walk_want(walk, id.level == CT_TILE_DATA ? DATA_BYTES : (size_t)id.width * HASH_SHA256);
}

static bool is_gone(unsigned status)
{
	return status == 404 || status == 410 || status == 403;
}

/* The full tile in place of a partial one; only its first hashes are of this tree. */
static enum ct_did instead(struct ct_walk *walk, unsigned status, struct err *err)
{
	struct ct_tile_id id = walk->tile;

	if (walk->too_long) {
		err_set(err, ERR_PROTOCOL, "%.*s: tlog-tiles: a tile is longer than it may be", STR_ARG(walk->options.log->name));
		err_fix(err, "ct-tile", "nothing is taken from this log; report it to its operator if it stays so");
		return CT_DID_FAIL;
	}
	if (!is_gone(status) || id.width == CT_TILE)
		return ct_walk_status(status, "a tile", err);
	id.width = CT_TILE;
	return want_tile(walk, id);
}

static enum ct_did put_tile(struct ct_walk *walk, unsigned status, struct bytes body, struct err *err)
{
	if (status != 200)
		return instead(walk, status, err);
	if (ct_tiles_put(walk->tiles, walk->tile, body))
		return CT_DID_DONE;
	err_set(err, ERR_PROTOCOL, "%.*s: tlog-tiles: a tile is %zu bytes, not %u", STR_ARG(walk->options.log->name), body.len,
		walk->tile.width * HASH_SHA256);
	err_fix(err, "ct-tile", "nothing is taken from this log; report it to its operator if it stays so");
	return CT_DID_FAIL;
}

/* The answer that may have come is a tile of hashes. */
static enum ct_did take_hashes(struct ct_walk *walk, struct err *err)
{
	struct bytes body;
	unsigned status;

	return ct_walk_take(walk, &status, &body) ? put_tile(walk, status, body, err) : CT_DID_DONE;
}

static enum ct_did prove(struct ct_walk *walk, uint64_t first, struct merkle_proof *proof, struct err *err)
{
	enum ct_did did_it = take_hashes(walk, err);

	if (did_it != CT_DID_DONE || merkle_prove_prefix(first, walk->after.head.size, ct_tiles_node, walk->tiles, proof))
		return did_it;
	return want_tile(walk, ct_tiles_wanted(walk->tiles));
}

/* What is passed over: its tree from tiles, held against the signed root. */
static enum ct_did start(struct ct_walk *walk, uint64_t count, struct merkle *out, struct err *err)
{
	const struct ct_head *head = &walk->after.head;
	enum ct_did did_it = take_hashes(walk, err);
	struct merkle_proof proof = {0};
	uint8_t root[HASH_SHA256];

	if (did_it != CT_DID_DONE)
		return did_it;
	if (!merkle_from_nodes(count, ct_tiles_node, walk->tiles, out) ||
	    !merkle_prove_prefix(count, head->size, ct_tiles_node, walk->tiles, &proof))
		return want_tile(walk, ct_tiles_wanted(walk->tiles));
	merkle_root(out, root);
	if (merkle_is_prefix(count, root, head->size, head->root, &proof))
		return CT_DID_DONE;
	err_set(err, ERR_PROTOCOL, "%.*s: RFC 6962 2.1: its tiles are not those of the tree it signed",
		STR_ARG(walk->options.log->name));
	err_fix(err, "ct-entries", "nothing is taken from this log; report it to its operator if it stays so");
	return CT_DID_FAIL;
}

static struct ct_tile_id data_tile(const struct ct_walk *walk, uint64_t index)
{
	struct ct_tile_id id = {CT_TILE_DATA, index / CT_TILE, CT_TILE};

	if (walk->after.head.size - id.index * CT_TILE < CT_TILE)
		id.width = (unsigned)(walk->after.head.size - id.index * CT_TILE);
	return id;
}

static enum ct_did data_came(struct ct_walk *walk, uint64_t index, struct bytes *body, struct err *err)
{
	unsigned status;

	if (!ct_walk_take(walk, &status, body))
		return want_tile(walk, data_tile(walk, index));
	return status == 200 ? CT_DID_DONE : instead(walk, status, err);
}

static enum ct_did time_of(struct ct_walk *walk, uint64_t index, int64_t *at_ms, struct err *err)
{
	struct bytes body;
	enum ct_did did_it = data_came(walk, index, &body, err);
	struct ct_leaf leaf = {0};

	for (uint64_t at = index / CT_TILE * CT_TILE; did_it == CT_DID_DONE && at <= index; at++)
		if (!ct_leaf_take(&body, at, &leaf, err))
			return CT_DID_FAIL;
	*at_ms = leaf.at_ms;
	return did_it;
}

static enum ct_did entries(struct ct_walk *walk, struct err *err)
{
	uint64_t at = walk->reading.count / CT_TILE * CT_TILE, end;
	struct bytes body;
	enum ct_did did_it = data_came(walk, at, &body, err);
	struct ct_leaf leaf;

	if (did_it != CT_DID_DONE)
		return did_it;
	end = at + data_tile(walk, at).width;
	for (; at < end; at++)
		if (!ct_leaf_take(&body, at, &leaf, err) ||
		    (at >= walk->reading.count && !ct_walk_leaf(walk, &leaf, err)))
			return CT_DID_FAIL;
	return CT_DID_DONE;
}

/* ---- issuers ---- */

static struct ct_issuer *find_issuer(struct ct_walk *walk, const uint8_t fingerprint[HASH_SHA256])
{
	for (size_t i = 0; i < CT_ISSUERS; i++)
		if (walk->issuers[i].arena && memcmp(walk->issuers[i].fingerprint, fingerprint, HASH_SHA256) == 0)
			return &walk->issuers[i];
	return NULL;
}

/* What is not the certificate of that fingerprint is remembered as not there: it proves nothing against the entry. */
static struct ct_issuer *keep_issuer(struct ct_walk *walk, const uint8_t fingerprint[HASH_SHA256], struct bytes body)
{
	struct ct_issuer *issuer = &walk->issuers[walk->issuer_next++ % CT_ISSUERS];
	uint8_t hash[HASH_SHA256];
	struct err ignored = {0};

	arena_free(issuer->arena);
	*issuer = (struct ct_issuer){.arena = arena_new()};
	memcpy(issuer->fingerprint, fingerprint, HASH_SHA256);
	hash_sha256(body, hash);
	if (memcmp(hash, fingerprint, HASH_SHA256) == 0)
		(void)!cert_read(issuer->arena, arena_bytes(issuer->arena, body), &issuer->cert, &ignored);
	return issuer;
}

static enum ct_did issuer_of(struct ct_walk *walk, const struct ct_leaf *leaf, struct ct_entry *entry, struct err *err)
{
	struct ct_issuer *issuer;
	char digits[2 * HASH_SHA256 + 1];
	struct err ignored = {0};
	struct bytes body;
	unsigned status;

	(void)err;
	if (leaf->chain.len < HASH_SHA256)
		return CT_DID_DONE;
	issuer = find_issuer(walk, leaf->chain.data);
	if (!issuer && !ct_walk_take(walk, &status, &body)) {
		hex_write(digits, bytes_of(leaf->chain.data, HASH_SHA256));
		buf_addf(&walk->url, "issuer/%.*s", 2 * HASH_SHA256, digits);
		return ct_walk_want(walk, LIMIT_CERT_BYTES);
	}
	if (!issuer)
		issuer = keep_issuer(walk, leaf->chain.data, status == 200 ? body : (struct bytes){NULL, 0});
	/* a copy: the place may be another's before the batch is used */
	if (issuer->cert && ct_leaf_issued_by(leaf, entry->cert, issuer->cert))
		(void)!cert_read(walk->keep, arena_bytes(walk->keep, issuer->cert->der), &entry->issuer, &ignored);
	return CT_DID_DONE;
}

const struct ct_kind ct_kind_static = {
	.head_path = "checkpoint",
	.head = ct_head_read_note,
	.prove = prove,
	.start = start,
	.time = time_of,
	.entries = entries,
	.issuer = issuer_of,
};
