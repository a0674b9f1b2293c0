/* SPDX-License-Identifier: Apache-2.0 */

/* The tree by its frontier: see the door. */

#include "facts/merkle.h"

#include <string.h>

#include "base/buf.h"

void merkle_node_hash(const uint8_t left[HASH_SHA256], const uint8_t right[HASH_SHA256], uint8_t to[HASH_SHA256])
{
	uint8_t both[1 + 2 * HASH_SHA256] = {1};

	memcpy(both + 1, left, HASH_SHA256);
	memcpy(both + 1 + HASH_SHA256, right, HASH_SHA256);
	hash_sha256(bytes_of(both, sizeof both), to);
}

void merkle_leaf_hash(struct bytes content, uint8_t to[HASH_SHA256])
{
	CLEANUP(buf_done) struct buf text = buf_capped(content.len + 1);

	buf_add_char(&text, 0);
	buf_add_bytes(&text, content);
	hash_sha256(buf_bytes(&text), to);
}

bool merkle_read(struct merkle *tree, int64_t count, struct bytes frontier)
{
	memset(tree, 0, sizeof *tree);
	if (count < 0)
		return false;
	tree->count = (uint64_t)count;
	tree->depth = (size_t)__builtin_popcountll(tree->count);
	if (frontier.len != tree->depth * HASH_SHA256)
		return false;
	if (frontier.len)
		memcpy(tree->roots, frontier.data, frontier.len);
	return true;
}

struct bytes merkle_frontier(const struct merkle *tree)
{
	return bytes_of(tree->roots, tree->depth * HASH_SHA256);
}

/* Like adding one to a binary number: every full subtree of the same size is joined. */
void merkle_add(struct merkle *tree, const uint8_t leaf[HASH_SHA256])
{
	uint8_t carry[HASH_SHA256];

	memcpy(carry, leaf, HASH_SHA256);
	for (uint64_t bit = 1; tree->count & bit; bit <<= 1)
		merkle_node_hash(tree->roots[--tree->depth], carry, carry);
	memcpy(tree->roots[tree->depth++], carry, HASH_SHA256);
	tree->count++;
}

void merkle_root(const struct merkle *tree, uint8_t to[HASH_SHA256])
{
	if (tree->count == 0) {
		hash_sha256(bytes_of("", 0), to);
		return;
	}
	memcpy(to, tree->roots[tree->depth - 1], HASH_SHA256);
	for (size_t i = tree->depth - 1; i > 0; i--)
		merkle_node_hash(tree->roots[i - 1], to, to);
}
