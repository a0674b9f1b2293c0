/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Leaves: what a log hashed, and what stands beside it. Both kinds of log hash the MerkleTreeLeaf of RFC 6962 section 3.4; a tile
 * has only its inner part, with the position in an extension. Views into the answer.
 */

#include <string.h>

#include "base/limits.h"
#include "discovery/ct/inside.h"

enum { ENTRY_X509 = 0, ENTRY_PRECERT = 1, EXTENSION_LEAF_INDEX = 0 };

static bool wrong(uint64_t index, const char *what, struct err *err)
{
	err_set(err, ERR_PROTOCOL, "entry %llu: %s", (unsigned long long)index, what);
	return err_fix(err, "ct-entry", "nothing is taken from this log; report it to its operator if it stays so");
}

static bool take_cert(struct bytes *from, struct bytes *out)
{
	return bytes_take_vector24(from, out) && out->len > 0;
}

/* TimestampedEntry */
static bool take_timestamped(struct bytes *from, uint64_t index, struct ct_leaf *out, struct bytes *extensions, struct err *err)
{
	struct bytes key;
	uint64_t at_ms;
	uint16_t type;

	if (!bytes_take_u64(from, &at_ms) || !bytes_take_u16(from, &type))
		return wrong(index, "RFC 6962 3.4: it ends early", err);
	if (type != ENTRY_X509 && type != ENTRY_PRECERT)
		return wrong(index, "RFC 6962 3.1: it is of no known type", err);
	if (at_ms == 0 || at_ms > INT64_MAX)
		return wrong(index, "RFC 6962 3.4: it has no time", err);
	out->at_ms = (int64_t)at_ms;
	out->precert = type == ENTRY_PRECERT;
	if (out->precert) {
		if (!bytes_take(from, HASH_SHA256, &key))
			return wrong(index, "RFC 6962 3.2: it ends early", err);
		memcpy(out->issuer_key, key.data, HASH_SHA256);
	}
	if (!take_cert(from, &out->cert) || !bytes_take_vector16(from, extensions))
		return wrong(index, "RFC 6962 3.4: it ends early", err);
	return true;
}

/* The position that a static log puts into every entry, 40 bits. */
static bool position_is(struct bytes extensions, uint64_t index)
{
	struct bytes data;
	uint64_t value = 0;
	uint8_t type;

	while (extensions.len) {
		if (!bytes_take_u8(&extensions, &type) || !bytes_take_vector16(&extensions, &data))
			return false;
		if (type != EXTENSION_LEAF_INDEX)
			continue;
		for (size_t i = 0; i < data.len; i++)
			value = value << 8 | data.data[i];
		return data.len == 5 && value == index;
	}
	return false;
}

/* version v1, leaf_type timestamped_entry, and the entry. */
static void hash_inner(struct bytes timestamped, uint8_t to[HASH_SHA256])
{
	CLEANUP(buf_done) struct buf leaf = buf_capped(timestamped.len + 2);

	buf_add(&leaf, "\0", 2);
	buf_add_bytes(&leaf, timestamped);
	merkle_leaf_hash(buf_bytes(&leaf), to);
}

bool ct_leaf_take(struct bytes *tile, uint64_t index, struct ct_leaf *out, struct err *err)
{
	struct bytes start = *tile, extensions;
	struct ct_leaf leaf = {.index = index};

	if (!take_timestamped(tile, index, &leaf, &extensions, err))
		return false;
	start.len -= tile->len;
	if (!position_is(extensions, index))
		return wrong(index, "static-ct-api: it says it stands elsewhere", err);
	if ((leaf.precert && !take_cert(tile, &leaf.pre)) || !bytes_take_vector16(tile, &leaf.chain) ||
	    leaf.chain.len % HASH_SHA256 != 0)
		return wrong(index, "static-ct-api: it ends early", err);
	hash_inner(start, leaf.hash);
	*out = leaf;
	return true;
}

bool ct_leaf_read(struct bytes leaf_input, struct bytes extra, uint64_t index, struct ct_leaf *out, struct err *err)
{
	struct ct_leaf leaf = {.index = index};
	struct bytes rest = leaf_input, extensions;
	uint8_t version, type;

	if (!bytes_take_u8(&rest, &version) || !bytes_take_u8(&rest, &type) || version != 0 || type != 0)
		return wrong(index, "RFC 6962 3.4: it is no leaf of version 1", err);
	if (!take_timestamped(&rest, index, &leaf, &extensions, err))
		return false;
	if (rest.len)
		return wrong(index, "RFC 6962 3.4: something follows it", err);
	if ((leaf.precert && !take_cert(&extra, &leaf.pre)) || !bytes_take_vector24(&extra, &leaf.chain) || extra.len)
		return wrong(index, "RFC 6962 3.1: what stands beside it cannot be read", err);
	merkle_leaf_hash(leaf_input, leaf.hash);
	*out = leaf;
	return true;
}
