/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Trees and proofs against the recursive definitions of RFC 6962 section 2.1 and its example tree (the leaves and roots of
 * certificate-transparency's own tests), for every pair of sizes up to 70.
 */

#include "test.h"

#include "base/hex.h"
#include "facts/merkle.h"

#define MOST 70

static uint8_t leaves[MOST][HASH_SHA256];

static void make_leaves(void)
{
	for (size_t i = 0; i < MOST; i++) {
		uint8_t content = (uint8_t)i;

		merkle_leaf_hash(bytes_of(&content, 1), leaves[i]);
	}
}

/* MTH as the RFC says it. */
static void mth(size_t from, size_t count, uint8_t to[HASH_SHA256])
{
	uint8_t left[HASH_SHA256], right[HASH_SHA256];
	size_t half = 1;

	if (count == 0) {
		hash_sha256(bytes_of("", 0), to);
		return;
	}
	if (count == 1) {
		memcpy(to, leaves[from], HASH_SHA256);
		return;
	}
	while (half * 2 < count)
		half *= 2;
	mth(from, half, left);
	mth(from + half, count - half, right);
	merkle_node_hash(left, right, to);
}

static bool node(void *data, unsigned level, uint64_t index, uint8_t to[HASH_SHA256])
{
	uint64_t size = (uint64_t)1 << level;

	assert_true((index + 1) * size <= *(uint64_t *)data);
	mth(index * size, size, to);
	return true;
}

static bool no_node(void *data, unsigned level, uint64_t index, uint8_t to[HASH_SHA256])
{
	(void)data, (void)level, (void)index, (void)to;
	return false;
}

TEST(the_published_tree_has_the_published_roots)
{
	static const char *const contents[] = {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
					       "606162636465666768696a6b6c6d6e6f"};
	static const char *const roots[] = {
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	};
	struct merkle tree = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(contents); i++) {
		uint8_t content[16], hash[HASH_SHA256];
		size_t len = strlen(contents[i]) / 2;
		char digits[80];

		assert_true(len == 0 || hex_read(str_of(contents[i]), content, len));
		merkle_leaf_hash(bytes_of(content, len), hash);
		merkle_add(&tree, hash);
		merkle_root(&tree, hash);
		hex_write(digits, bytes_of(hash, sizeof hash));
		assert_string_equal(digits, roots[i]);
	}
}

TEST(a_tree_begins_every_larger_one_and_no_changed_one)
{
	uint8_t first_root[HASH_SHA256], second_root[HASH_SHA256];
	struct merkle_proof proof;

	(void)state;
	make_leaves();
	for (uint64_t n = 0; n <= MOST; n++) {
		mth(0, n, second_root);
		for (uint64_t m = 0; m <= n; m++) {
			mth(0, m, first_root);
			assert_true(merkle_prove_prefix(m, n, node, &n, &proof));
			assert_true(merkle_is_prefix(m, first_root, n, second_root, &proof));
			if (m == 0)
				continue;
			second_root[3] ^= 1;
			assert_false(merkle_is_prefix(m, first_root, n, second_root, &proof));
			second_root[3] ^= 1;
			first_root[3] ^= 1;
			assert_false(merkle_is_prefix(m, first_root, n, second_root, &proof));
			first_root[3] ^= 1;
			for (size_t i = 0; i < proof.count; i++) {
				proof.hashes[i][31] ^= 0x80;
				assert_false(merkle_is_prefix(m, first_root, n, second_root, &proof));
				proof.hashes[i][31] ^= 0x80;
			}
			proof.count++;
			assert_false(merkle_is_prefix(m, first_root, n, second_root, &proof));
			if (m < n) {
				proof.count -= 2;
				assert_false(merkle_is_prefix(m, first_root, n, second_root, &proof));
			}
		}
	}
	mth(0, 3, first_root);
	assert_false(merkle_is_prefix(4, first_root, 3, first_root, &(struct merkle_proof){0}));
}

/* PATH as the RFC says it. */
static void path(size_t index, size_t from, size_t count, struct merkle_proof *out)
{
	size_t half = 1;

	if (count <= 1)
		return;
	while (half * 2 < count)
		half *= 2;
	if (index < half) {
		path(index, from, half, out);
		mth(from + half, count - half, out->hashes[out->count++]);
	} else {
		path(index - half, from + half, count - half, out);
		mth(from, half, out->hashes[out->count++]);
	}
}

TEST(a_leaf_in_its_place_is_included_and_tells_the_tree_before_it)
{
	(void)state;
	make_leaves();
	for (size_t n = 1; n <= MOST; n++) {
		uint8_t root[HASH_SHA256], before_root[HASH_SHA256], want[HASH_SHA256];

		mth(0, n, root);
		for (size_t i = 0; i < n; i++) {
			struct merkle_proof proof = {0};
			struct merkle before;

			path(i, 0, n, &proof);
			assert_true(merkle_includes(i, leaves[i], n, root, &proof, &before));
			assert_int_equal(before.count, i);
			merkle_root(&before, before_root);
			mth(0, i, want);
			assert_memory_equal(before_root, want, HASH_SHA256);
			assert_false(merkle_includes(i, leaves[(i + 1) % MOST], n, root, &proof, NULL));
			assert_false(merkle_includes(n, leaves[i], n, root, &proof, NULL));
			if (n > 1)
				assert_false(merkle_includes(i ^ 1, leaves[i], n, root, &proof, NULL));
		}
	}
}

TEST(a_tree_is_put_together_from_its_nodes_and_not_without_them)
{
	struct merkle tree, grown = {0};
	struct merkle_proof proof;
	uint8_t a[HASH_SHA256], b[HASH_SHA256];

	(void)state;
	make_leaves();
	for (uint64_t n = 0; n <= MOST; n++) {
		assert_true(merkle_from_nodes(n, node, &n, &tree));
		merkle_root(&tree, a);
		merkle_root(&grown, b);
		assert_memory_equal(a, b, HASH_SHA256);
		assert_true(bytes_equal(merkle_frontier(&tree), merkle_frontier(&grown)));
		if (n < MOST)
			merkle_add(&grown, leaves[n]);
	}
	assert_false(merkle_from_nodes(5, no_node, NULL, &tree));
	assert_false(merkle_prove_prefix(3, 5, no_node, NULL, &proof));
	assert_true(merkle_read(&tree, 5, merkle_frontier(&(struct merkle){.count = 5, .depth = 2})));
	assert_false(merkle_read(&tree, 6, bytes_of("short", 5)));
}

TESTS(RUN(the_published_tree_has_the_published_roots), RUN(a_tree_begins_every_larger_one_and_no_changed_one),
      RUN(a_leaf_in_its_place_is_included_and_tells_the_tree_before_it),
      RUN(a_tree_is_put_together_from_its_nodes_and_not_without_them))
