/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Checking proofs, from the leaf's end of the tree to its root.
 *
 * fn and sn are the positions, on the level we are at, of the node we carry and of the last node; both lose a bit
 * a level. After RFC 9162 sections 2.1.3.2 and 2.1.4.2.
 */

#include <string.h>

#include "facts/merkle.h"

static bool same(const uint8_t a[HASH_SHA256], const uint8_t b[HASH_SHA256])
{
	return memcmp(a, b, HASH_SHA256) == 0;
}

static void up(uint64_t *fn, uint64_t *sn)
{
	*fn >>= 1;
	*sn >>= 1;
}

/* The walk for trees that are neither empty nor equal. */
static bool prefix_walk(uint64_t first, const uint8_t first_root[HASH_SHA256], uint64_t second,
			const uint8_t second_root[HASH_SHA256], const struct merkle_proof *proof)
{
	uint64_t fn = first - 1, sn = second - 1;
	uint8_t fr[HASH_SHA256], sr[HASH_SHA256];
	size_t at = 0;

	while (fn & 1)
		up(&fn, &sn);
	/* a first tree that is one full subtree is its own first node, and left out of the proof */
	memcpy(fr, fn ? proof->hashes[at++] : first_root, HASH_SHA256);
	memcpy(sr, fr, HASH_SHA256);
	for (; at < proof->count; at++) {
		const uint8_t *next = proof->hashes[at];

		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			merkle_node_hash(next, fr, fr);
			merkle_node_hash(next, sr, sr);
			while (!(fn & 1) && fn)
				up(&fn, &sn);
		} else {
			merkle_node_hash(sr, next, sr);
		}
		up(&fn, &sn);
	}
	return sn == 0 && same(fr, first_root) && same(sr, second_root);
}

bool merkle_is_prefix(uint64_t first, const uint8_t first_root[HASH_SHA256], uint64_t second,
		      const uint8_t second_root[HASH_SHA256], const struct merkle_proof *proof)
{
	if (first > second)
		return false;
	if (first == second)
		return proof->count == 0 && same(first_root, second_root);
	if (first == 0)
		return proof->count == 0;
	return proof->count > 0 && prefix_walk(first, first_root, second, second_root, proof);
}

/* The siblings on the left come smallest first; a frontier is largest first. */
static void left_add(struct merkle *before, const uint8_t hash[HASH_SHA256])
{
	memmove(before->roots[1], before->roots[0], before->depth * HASH_SHA256);
	memcpy(before->roots[0], hash, HASH_SHA256);
	before->depth++;
}

bool merkle_includes(uint64_t index, const uint8_t leaf[HASH_SHA256], uint64_t count, const uint8_t root[HASH_SHA256],
		     const struct merkle_proof *proof, struct merkle *before)
{
	struct merkle left = {.count = index};
	uint64_t fn = index, sn = count - 1;
	uint8_t hash[HASH_SHA256];

	if (index >= count)
		return false;
	memcpy(hash, leaf, HASH_SHA256);
	for (size_t at = 0; at < proof->count; at++) {
		const uint8_t *next = proof->hashes[at];

		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			if (left.depth + 1 >= MERKLE_LEVELS)
				return false;
			merkle_node_hash(next, hash, hash);
			left_add(&left, next);
			while (!(fn & 1) && fn)
				up(&fn, &sn);
		} else {
			merkle_node_hash(hash, next, hash);
		}
		up(&fn, &sn);
	}
	if (sn != 0 || !same(hash, root) || left.depth != (size_t)__builtin_popcountll(index))
		return false;
	if (before)
		*before = left;
	return true;
}
