/* SPDX-License-Identifier: Apache-2.0 */

#include "base/pem.h"

#include "base/arena.h"
#include "test.h"

TEST(blocks_are_taken_one_after_the_other)
{
	struct arena *arena = arena_new();
	struct str text = STR("talk\n-----BEGIN A B-----\nAQID\n-----END A B-----\nmore\r\n"
			      "-----BEGIN C-----\r\nProc-Type: 4\r\nX: y\r\n\r\nBA\r\nU=\r\n-----END C-----");
	struct str label;
	struct bytes content;

	assert_true(pem_take(arena, &text, &label, &content));
	assert_str(label, "A B");
	assert_int_equal(content.len, 3);
	assert_memory_equal(content.data, "\1\2\3", 3);
	assert_true(pem_take(arena, &text, &label, &content));
	assert_str(label, "C");
	assert_int_equal(content.len, 2);
	assert_memory_equal(content.data, "\4\5", 2);
	assert_false(pem_take(arena, &text, &label, &content));
	arena_free(arena);
}

TEST(broken_blocks_are_told_and_passed)
{
	struct arena *arena = arena_new();
	struct str text = STR("-----BEGIN A-----\n!!!!\n-----END A-----\n-----BEGIN B-----\nAQ==\n"
			      "-----BEGIN C-----\nAQ==\n-----END C-----\n-----BEGIN D-----\nAQ==");
	struct str label;
	struct bytes content;

	assert_true(pem_take(arena, &text, &label, &content));
	assert_null(content.data);
	assert_true(pem_take(arena, &text, &label, &content));
	assert_str(label, "B");
	assert_null(content.data);
	assert_true(pem_take(arena, &text, &label, &content));
	assert_str(label, "C");
	assert_int_equal(content.len, 1);
	assert_true(pem_take(arena, &text, &label, &content));
	assert_str(label, "D");
	assert_null(content.data);
	assert_false(pem_take(arena, &text, &label, &content));
	arena_free(arena);
}

TESTS(RUN(blocks_are_taken_one_after_the_other), RUN(broken_blocks_are_told_and_passed))
