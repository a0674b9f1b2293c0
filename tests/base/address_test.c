/* SPDX-License-Identifier: Apache-2.0 */

#include "test.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/address.h"

TEST(what_libc_reads_as_an_address_is_read_alike_and_nothing_else)
{
	static const char *const texts[] = {
		"1.2.3.4", "0.0.0.0", "255.255.255.255", "256.1.1.1", "01.2.3.4", "1.2.3", "1.2.3.4.", "1.2.3.4.5", "", ".", "1..2.3",
		"1.2.3.04", "1.2.3.4 ", " 1.2.3.4", "1.2.3.1000", "+1.2.3.4", "0x1.2.3.4", "::", "::1", "2001:db8::1", "::ffff:1.2.3.4",
		"2001:db8::1%lo", "[::1]", ":", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "g::1", "example.org", "10.0.0.a",
	};

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		uint8_t expected[16] = {0}, got[16] = {0}, len = 0;
		int want = inet_pton(AF_INET, texts[i], expected) == 1    ? 4
			   : inet_pton(AF_INET6, texts[i], expected) == 1 ? 16
									  : 0;

		assert_int_equal(address_read(str_of(texts[i]), got, &len), want != 0);
		assert_int_equal(len, want);
		assert_memory_equal(got, expected, (size_t)want);
	}
}

TEST(a_NUL_in_the_text_is_no_end_of_it)
{
	uint8_t to[16], len;

	assert_false(address_read((struct str){"1.2.3.4\0", 8}, to, &len));
	assert_false(address_read((struct str){"::1\0", 4}, to, &len));
}

TEST(what_is_written_is_as_libc_writes_it)
{
	char expected[ADDRESS_TEXT], got[ADDRESS_TEXT];
	uint8_t address[16] = {0x20, 1, 0xd, 0xb8};

	for (unsigned i = 0; i < 256; i++) {
		uint8_t quad[4] = {(uint8_t)i, (uint8_t)(255 - i), (uint8_t)(i * 7), (uint8_t)(i / 3)};

		inet_ntop(AF_INET, quad, expected, sizeof expected);
		assert_string_equal(address_write(quad, 4, got).data, expected);
		assert_int_equal(address_write(quad, 4, got).len, strlen(expected));
		address[15] = (uint8_t)i;
		inet_ntop(AF_INET6, address, expected, sizeof expected);
		assert_string_equal(address_write(address, 16, got).data, expected);
	}
}

TESTS(RUN(what_libc_reads_as_an_address_is_read_alike_and_nothing_else), RUN(a_NUL_in_the_text_is_no_end_of_it),
      RUN(what_is_written_is_as_libc_writes_it))
