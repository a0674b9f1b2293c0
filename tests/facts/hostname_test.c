/* SPDX-License-Identifier: Apache-2.0 */

#include "facts/hostname.h"

#include "base/arena.h"
#include "facts/cert.h"
#include "test.h"

static struct str read_as(struct arena *arena, const char *text)
{
	struct hostname name;
	struct err err;

	return hostname_read(arena, str_of(text), &name, &err) ? name.text : (struct str){0};
}

TEST(names_have_one_spelling)
{
	static const struct {
		const char *given, *read;
	} rows[] = {
		{"www.example.org", "www.example.org"},
		{"WWW.Example.ORG.", "www.example.org"},
		{"localhost", "localhost"},
		{"_dmarc.example.org", "_dmarc.example.org"},
		{"b\xc3\xbc" "cher.example", "xn--bcher-kva.example"},
		{"B\xc3\x9c" "CHER.example", "xn--bcher-kva.example"},
		{"stra\xc3\x9f" "e.example", "xn--strae-oqa.example"},
		{"xn--bcher-kva.example", "xn--bcher-kva.example"},
		{"192.0.2.1", "192.0.2.1"},
		{"[2001:DB8:0:0::1]", "2001:db8::1"},
		{"2001:db8::1", "2001:db8::1"},
		{"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
		{"1e100.net", "1e100.net"},
		{"3com.com", "3com.com"},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_str(read_as(arena, rows[i].given), rows[i].read);
	arena_free(arena);
}

TEST(what_is_no_name_is_refused)
{
	static const char *const rows[] = {
		"", ".", "..", "a..b", ".example.org", "example.org..", "ex ample.org", "*.example.org", "a/b",
		"127.1", "1.2.3.4.5", "0x7f.0.0.1", "example.0x1", "256.1.1.1", "[::1", "::1]", "1::2::3", "[example.org]",
		"fe80::1%eth0", "a:b", "\xff\xfe.example", "host\n.example",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example",
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_null(read_as(arena, rows[i]).data);
	arena_free(arena);
}

TEST(addresses_are_kept_as_bytes)
{
	struct arena *arena = arena_new();
	struct hostname name;
	struct err err;

	assert_true(hostname_read(arena, STR("[::1]"), &name, &err));
	assert_int_equal(name.address_len, 16);
	assert_int_equal(name.address[15], 1);
	assert_true(hostname_read(arena, STR("10.1.2.3"), &name, &err));
	assert_int_equal(name.address_len, 4);
	assert_memory_equal(name.address, "\x0a\x01\x02\x03", 4);
	arena_free(arena);
}

/* after RFC 9525 section 6.3 */
TEST(a_wildcard_is_the_whole_leftmost_label_and_one_label)
{
	static const struct {
		const char *presented, *name;
		bool covers;
	} rows[] = {
		{"example.org", "example.org", true},
		{"EXAMPLE.org", "example.org", true},
		{"example.org", "www.example.org", false},
		{"www.example.org", "example.org", false},
		{"*.example.org", "www.example.org", true},
		{"*.example.org", "example.org", false},
		{"*.example.org", "a.b.example.org", false},
		{"w*.example.org", "www.example.org", false},
		{"*w.example.org", "www.example.org", false},
		{"www.*.org", "www.example.org", false},
		{"*.*.org", "www.example.org", false},
		{"**.example.org", "www.example.org", false},
		{"xn--*-1b3c148a.example.org", "xn--bliss-1b3c148a.example.org", false},
		{"*", "example", false},
		{"*.", "example", false},
		{"*.com", "example.com", false},
		{"*.co.uk", "example.co.uk", false},
		{"*.github.io", "keepvalid.github.io", true},
		{"*.internal", "host.internal", true},
		{"*.example.org.", "www.example.org", false},
		{"", "example.org", false},
		{"example.org", "", false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (hostname_covers(str_of(rows[i].presented), str_of(rows[i].name)) != rows[i].covers)
			fail_msg("%s over %s should be %d", rows[i].presented, rows[i].name, rows[i].covers);
}

static bool matches(const char *name, const struct cert *cert)
{
	struct arena *arena = arena_new();
	struct hostname read;
	struct err err;
	bool yes = hostname_read(arena, str_of(name), &read, &err) && hostname_matches(&read, cert);

	arena_free(arena);
	return yes;
}

TEST(only_the_subject_alternative_name_counts)
{
	static const struct str dns[] = {STR_INIT("example.org"), STR_INIT("*.example.net"), STR_INIT("192.0.2.9")};
	static const struct str ip[] = {STR_INIT("192.0.2.1"), STR_INIT("2001:db8::1"), STR_INIT("0102030405")};
	const struct cert cert = {.subject_cn = STR("cn.example.org"),
				  .names = {.dns = {dns, 3}, .ip = {ip, 3}, .present = true}};

	assert_true(matches("example.org", &cert));
	assert_true(matches("Example.ORG.", &cert));
	assert_true(matches("a.example.net", &cert));
	assert_false(matches("cn.example.org", &cert));
	assert_true(matches("192.0.2.1", &cert));
	assert_true(matches("[2001:db8:0::1]", &cert));
	assert_false(matches("192.0.2.9", &cert)); /* an address in a dNSName is no iPAddress */
	assert_false(matches("192.0.2.2", &cert));
	assert_false(matches("::ffff:192.0.2.1", &cert));
}

TESTS(RUN(names_have_one_spelling), RUN(what_is_no_name_is_refused), RUN(addresses_are_kept_as_bytes),
      RUN(a_wildcard_is_the_whole_leftmost_label_and_one_label), RUN(only_the_subject_alternative_name_counts))
