/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Making proofs and trees from nodes that can be looked up, as the tiles of a log let one do. Only full subtrees are
 * ever asked for; what is not full is put together here. After RFC 6962 section 2.1.2.
 */

#include <string.h>

#include "facts/merkle.h"

static unsigned top_bit(uint64_t n)
{
	return 63u - (unsigned)__builtin_clzll(n);
}

/* Full subtrees of [from, from + count), largest first. from is a multiple of the largest. */
static bool range_tree(uint64_t from, uint64_t count, merkle_node_fn node, void *data, struct merkle *out)
{
	memset(out, 0, sizeof *out);
	out->count = count;
	while (count) {
		unsigned level = top_bit(count);

		if (!node(data, level, from >> level, out->roots[out->depth++]))
			return false;
		from += (uint64_t)1 << level;
		count -= (uint64_t)1 << level;
	}
	return true;
}

bool merkle_from_nodes(uint64_t count, merkle_node_fn node, void *data, struct merkle *out)
{
	struct merkle tree;

	if (!range_tree(0, count, node, data, &tree))
		return false;
	*out = tree;
	return true;
}

/*
 * SUBPROOF of the RFC without recursion: going down from the root, each step drops the half that the first tree's
 * end does not lie in, and notes that half's root. The proof has them from the bottom up.
 */
bool merkle_prove_prefix(uint64_t first, uint64_t second, merkle_node_fn node, void *data, struct merkle_proof *out)
{
	struct merkle_proof down = {0};
	struct merkle part;
	uint64_t from = 0, m = first, n = second;
	bool whole = true; /* what the first tree has here is all of it, so its root is known to who checks */

	if (first == 0 || first >= second) {
		out->count = 0;
		return first <= second;
	}
	while (m != n) {
		uint64_t half = (uint64_t)1 << top_bit(n - 1);
		bool left = m <= half;

		if (!range_tree(left ? from + half : from, left ? n - half : half, node, data, &part))
			return false;
		merkle_root(&part, down.hashes[down.count++]);
		if (left) {
			n = half;
		} else {
			from += half;
			m -= half;
			n -= half;
			whole = false;
		}
	}
	if (!whole) {
		if (!range_tree(from, m, node, data, &part))
			return false;
		merkle_root(&part, down.hashes[down.count++]);
	}
	out->count = down.count;
	for (size_t i = 0; i < down.count; i++)
		memcpy(out->hashes[i], down.hashes[down.count - 1 - i], HASH_SHA256);
	return true;
}
