/* SPDX-License-Identifier: Apache-2.0 */

/* base/addresses: what is in, what is out, what is none. */

#include "test.h"

#include "base/addresses.h"

static const struct {
	const char *set, *address;
	bool has;
} rows[] = {
	{"192.0.2.1", "192.0.2.1", true},
	{"192.0.2.1", "192.0.2.2", false},
	{"192.0.2.0/24", "192.0.2.255", true},
	{"192.0.2.77/24", "192.0.2.0", true},
	{"192.0.2.0/24", "192.0.3.0", false},
	{"192.0.2.1-20", "192.0.2.20", true},
	{"192.0.2.1-20", "192.0.2.21", false},
	{"192.0.2.250-192.0.3.5", "192.0.3.5", true},
	{"192.0.2.250-192.0.3.5", "192.0.3.6", false},
	{"0.0.0.0/0", "255.255.255.255", true},
	{"0.0.0.0/0", "2001:db8::1", false},
	{"0.0.0.0/0", "::ffff:10.0.0.1", true},
	{"::/0", "10.0.0.1", true},
	{"2001:db8::/32", "2001:db8:ffff::1", true},
	{"2001:db8::/32", "2001:db9::", false},
	{"[::1]", "::1", true},
	{"10.0.0.0/8,10.1.0.0/16,192.0.2.1", "10.200.0.1", true},
	{"10.0.0.5-9,10.0.0.7-12,10.0.0.20", "10.0.0.12", true},
	{"10.0.0.5-9,10.0.0.7-12,10.0.0.20", "10.0.0.13", false},
	{"10.0.0.5-9,10.0.0.7-12,10.0.0.20", "no address", false},
};

TEST(a_set_has_what_its_blocks_and_ranges_say)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct addresses *set = addresses_new();
		struct str rest = str_of(rows[i].set), one;

		while (str_split(&rest, ',', &one))
			assert_true(addresses_add(set, one));
		if (addresses_has_text(set, str_of(rows[i].address)) != rows[i].has)
			fail_msg("%s and %s", rows[i].set, rows[i].address);
		addresses_free(set);
	}
	(void)state;
}

TEST(what_is_no_address_is_not_added)
{
	static const char *const bad[] = {"", "host", "10.0.0.0/33", "10.0.0/8", "10.0.0.9-5", "10.0.0.1-::1", "::/129", "-", "/"};
	struct addresses *set = addresses_new();

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(addresses_add(set, str_of(bad[i])));
	assert_int_equal(addresses_count(set), 0);
	assert_false(addresses_has_text(set, STR("10.0.0.1")));
	assert_false(addresses_has_text(NULL, STR("10.0.0.1")));
	addresses_free(set);
	(void)state;
}

TESTS(RUN(a_set_has_what_its_blocks_and_ranges_say), RUN(what_is_no_address_is_not_added))
