/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * tree - a Merkle tree that only grows, known by its frontier: the roots of its full subtrees, largest first, as
 * many as the number of leaves has bits. After RFC 6962 section 2.1.
 */

#include "facts/hash.h"

struct tree {
	uint64_t count;
	size_t depth; /* roots in use */
	uint8_t roots[64][HASH_SHA256];
};

/* Hash of a leaf: 0x00, content. */
void tree_leaf_hash(struct bytes content, uint8_t to[HASH_SHA256]);

/* False when the frontier does not fit the count. */
MUST_CHECK bool tree_read(struct tree *tree, int64_t count, struct bytes frontier);
struct bytes tree_frontier(const struct tree *tree);
void tree_add(struct tree *tree, const uint8_t leaf[HASH_SHA256]);
void tree_root(const struct tree *tree, uint8_t to[HASH_SHA256]);
