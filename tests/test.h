/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * test - cmocka behind a name that reads as a sentence.
 *
 *     TEST(trailing_bytes_after_the_certificate_are_refused)
 *     {
 *             assert_false(...);
 *     }
 *
 *     TESTS(RUN(trailing_bytes_after_the_certificate_are_refused))
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

#define TEST(name) static void name(void **state)
#define RUN(name)  cmocka_unit_test(name)
#define TESTS(...)                                                                                 \
	int main(void)                                                                             \
	{                                                                                          \
		const struct CMUnitTest tests[] = {__VA_ARGS__};                                   \
		return cmocka_run_group_tests(tests, NULL, NULL);                                  \
	}

/* Fails unless the str is that text, and shows both. */
#define assert_str(actual, expected)                                                               \
	do {                                                                                       \
		struct str assert_str_ = (actual);                                                 \
		char *assert_text_ = strndup(assert_str_.data ? assert_str_.data : "(null)",       \
					     assert_str_.data ? assert_str_.len : 6);              \
		assert_string_equal(assert_text_, (expected));                                     \
		free(assert_text_);                                                                \
	} while (0)
