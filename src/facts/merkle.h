/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * merkle - a Merkle tree that only grows, and the proofs about it.
 *
 * A tree is known by its frontier: the roots of its full subtrees, largest first, as many as the number of leaves has
 * bits. A proof is a list of hashes by which somebody who knows two roots (or a root and a leaf) sees that one tree is a
 * prefix of the other (or the leaf lies in it). After RFC 6962 section 2.1; the proofs are checked the way
 * RFC 9162 sections 2.1.3.2 and 2.1.4.2 write it down.
 */

#include "facts/hash.h"

#define MERKLE_LEVELS 64
/* Hashes of the longest proof. */
#define MERKLE_PROOF  (2 * MERKLE_LEVELS)

struct merkle {
	uint64_t count;
	size_t depth; /* roots in use */
	uint8_t roots[MERKLE_LEVELS][HASH_SHA256];
};

/* Hash of a leaf: 0x00, content. */
void merkle_leaf_hash(struct bytes content, uint8_t to[HASH_SHA256]);
/* Hash of a node: 0x01, left, right. `to` may be one of them. */
void merkle_node_hash(const uint8_t left[HASH_SHA256], const uint8_t right[HASH_SHA256], uint8_t to[HASH_SHA256]);

/* False when the frontier does not fit the count. */
MUST_CHECK bool merkle_read(struct merkle *tree, int64_t count, struct bytes frontier);
struct bytes merkle_frontier(const struct merkle *tree);
void merkle_add(struct merkle *tree, const uint8_t leaf[HASH_SHA256]);
void merkle_root(const struct merkle *tree, uint8_t to[HASH_SHA256]);

struct merkle_proof {
	size_t count;
	uint8_t hashes[MERKLE_PROOF][HASH_SHA256];
};

/* Whether the tree of `first` leaves is how the tree of `second` begins. first 0: anything is; equal: no proof, one root. */
bool merkle_is_prefix(uint64_t first, const uint8_t first_root[HASH_SHA256], uint64_t second,
		      const uint8_t second_root[HASH_SHA256], const struct merkle_proof *proof);

/*
 * Whether the leaf is number `index` of the tree of `count` leaves. before (may be NULL) becomes the tree of the leaves
 * that stand before it: what is left of the leaf on its way up is just that tree's frontier.
 */
bool merkle_includes(uint64_t index, const uint8_t leaf[HASH_SHA256], uint64_t count, const uint8_t root[HASH_SHA256],
		     const struct merkle_proof *proof, struct merkle *before);

/*
 * Asks for the root of the full subtree over the leaves [index << level, (index + 1) << level). False: not known, and
 * the walk ends.
 */
typedef bool (*merkle_node_fn)(void *data, unsigned level, uint64_t index, uint8_t to[HASH_SHA256]);

/* The proof that the tree of `first` leaves begins that of `second`, from nodes. False when a node is not known. */
MUST_CHECK bool merkle_prove_prefix(uint64_t first, uint64_t second, merkle_node_fn node, void *data,
				    struct merkle_proof *out);
/* The tree of `count` leaves, from nodes. False when a node is not known. */
MUST_CHECK bool merkle_from_nodes(uint64_t count, merkle_node_fn node, void *data, struct merkle *out);
