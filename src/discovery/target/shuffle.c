/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A keyed permutation of 0 … count-1 without a table: a Feistel network over the next even number of bits, walked until
 * the value falls below count (fewer than four steps on average). It spreads the load over hosts;
 * it keeps no secret.
 */

#include "discovery/target/room.h"

enum { ROUNDS = 4 };

struct shuffle shuffle_of(uint64_t count, uint64_t key)
{
	struct shuffle shuffle = {.count = count, .key = key, .half_bits = 1};

	while (shuffle.half_bits < 31 && (1ull << (2 * shuffle.half_bits)) < count)
		shuffle.half_bits++;
	return shuffle;
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdull;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ull;
	return x ^ x >> 33;
}

static uint64_t once(const struct shuffle *shuffle, uint64_t value)
{
	uint64_t mask = (1ull << shuffle->half_bits) - 1;
	uint64_t left = value >> shuffle->half_bits, right = value & mask;

	for (uint64_t round = 0; round < ROUNDS; round++) {
		uint64_t next = left ^ (mix(right + shuffle->key + (round << 56)) & mask);

		left = right;
		right = next;
	}
	return left << shuffle->half_bits | right;
}

uint64_t shuffle_at(const struct shuffle *shuffle, uint64_t index)
{
	uint64_t value = index;

	do
		value = once(shuffle, value);
	while (value >= shuffle->count);
	return value;
}
