/* SPDX-License-Identifier: Apache-2.0 */

/* Names as RFC 4514 text, row by row; the same rows are given to OpenSSL where it can read them. */

#include "test.h"

#include "facts/cert.h"
#include "facts/maker.h"
#include "facts/oracle.h"

#define CN "\x55\x04\x03"
#define O  "\x55\x04\x0a"
#define C  "\x55\x04\x06"

struct attribute {
	struct bytes oid;
	uint8_t tag;
	struct bytes value;
};

static struct bytes atv(struct arena *arena, const char *oid, size_t oid_len, uint8_t tag, struct bytes value)
{
	return VALUE(arena, DER_SEQUENCE, VALUE(arena, DER_OID, bytes_of(oid, oid_len)), VALUE(arena, tag, value));
}
#define ATV(arena, oid, tag, literal) atv(arena, "" oid, sizeof(oid) - 1, tag, DER(literal))
#define RDN(arena, ...) VALUE(arena, DER_SET, __VA_ARGS__)

/* Reads the name, checks text and CN, and compares with OpenSSL unless its spelling is another. */
static void check(struct arena *arena, struct bytes rdns, const char *text, const char *cn, bool as_openssl)
{
	struct bytes name = VALUE(arena, DER_SEQUENCE, rdns);
	const uint8_t *at = name.data;
	X509_NAME *theirs = d2i_X509_NAME(NULL, &at, (long)name.len);
	const char *odd = NULL;
	struct str ours, our_cn;

	assert_true(cert_name_read(arena, name, &ours, &our_cn, &odd));
	assert_str(ours, text);
	if (cn)
		assert_str(our_cn, cn);
	else
		assert_null(our_cn.data);
	if (as_openssl) {
		assert_non_null(theirs);
		same_name("row", "name", ours, theirs);
	}
	X509_NAME_free(theirs);
	ERR_clear_error();
}

TEST(the_last_part_comes_first)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct bytes c = RDN(arena, ATV(arena, C, DER_PRINTABLE, "DE"));
	struct bytes o = RDN(arena, ATV(arena, O, DER_UTF8, "M\xc3\xbcller"));
	struct bytes cn = RDN(arena, ATV(arena, CN, DER_UTF8, "www.example.org"));
	CLEANUP(buf_done) struct buf rdns = buf_capped(1000);

	buf_add_bytes(&rdns, c);
	buf_add_bytes(&rdns, o);
	buf_add_bytes(&rdns, cn);
	check(arena, buf_bytes(&rdns), "CN=www.example.org,O=M\xc3\xbcller,C=DE", "www.example.org", true);
	(void)state;
}

TEST(special_characters_are_escaped)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	check(arena, RDN(arena, ATV(arena, CN, DER_UTF8, "a,b+c\"d\\e<f>g;h=i")), "CN=a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h=i",
	      "a,b+c\"d\\e<f>g;h=i", true);
	check(arena, RDN(arena, ATV(arena, CN, DER_UTF8, " lead")), "CN=\\ lead", " lead", true);
	check(arena, RDN(arena, ATV(arena, CN, DER_UTF8, "trail ")), "CN=trail\\ ", "trail ", true);
	check(arena, RDN(arena, ATV(arena, CN, DER_UTF8, "#hash#")), "CN=\\#hash#", "#hash#", true);
	check(arena, RDN(arena, ATV(arena, CN, DER_UTF8, " ")), "CN=\\ ", " ", true);
	check(arena, RDN(arena, ATV(arena, CN, DER_UTF8, "")), "CN=", "", true);
	(void)state;
}

TEST(what_cannot_be_seen_is_shown)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	check(arena, RDN(arena, ATV(arena, CN, DER_UTF8, "a.example\0.evil")), "CN=a.example\\00.evil",
	      "a.example\\00.evil", true);
	check(arena, RDN(arena, ATV(arena, CN, DER_UTF8, "line\nbreak\x1b[31m")), "CN=line\\0Abreak\\1B[31m",
	      "line\\0Abreak\\1B[31m", true);
	check(arena, RDN(arena, ATV(arena, CN, DER_UTF8, "bad\xff")), "CN=bad\xef\xbf\xbd", "bad\xef\xbf\xbd", false);
	(void)state;
}

TEST(all_string_types_become_utf8)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	check(arena, RDN(arena, ATV(arena, O, DER_T61, "M\xfcller")), "O=M\xc3\xbcller", NULL, true);
	check(arena, RDN(arena, ATV(arena, O, DER_BMP, "\x00M\x00\xfc\x20\xac")), "O=M\xc3\xbc\xe2\x82\xac", NULL, true);
	check(arena, RDN(arena, ATV(arena, O, DER_UNIVERSAL, "\x00\x00\x00M\x00\x01\xf6\x00")), "O=M\xf0\x9f\x98\x80",
	      NULL, true);
	check(arena, RDN(arena, ATV(arena, O, DER_PRINTABLE, "M\xfcller")), "O=M\xc3\xbcller", NULL, true);
	check(arena, RDN(arena, ATV(arena, O, DER_IA5, "plain")), "O=plain", NULL, true);
	check(arena, RDN(arena, ATV(arena, O, DER_NUMERIC, "12 34")), "O=12 34", NULL, true);
	(void)state;
}

TEST(values_nobody_knows_are_hexadecimal)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	check(arena, RDN(arena, ATV(arena, "\x2a\x03\x04", DER_UTF8, "x")), "1.2.3.4=#0c0178", NULL, true);
	check(arena, RDN(arena, ATV(arena, "\x55\x04\x2d", DER_BIT_STRING, "\x00\x0f")), "x500UniqueIdentifier=#0302000f",
	      NULL, true);
	check(arena, RDN(arena, ATV(arena, CN, DER_OCTET_STRING, "x")), "CN=#040178", NULL, false);
	(void)state;
}

TEST(several_attributes_in_one_part_are_joined_by_plus)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	check(arena, RDN(arena, ATV(arena, CN, DER_UTF8, "a"), ATV(arena, O, DER_UTF8, "b")), "O=b+CN=a", "a", true);
	(void)state;
}

TEST(an_empty_name_is_empty)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	check(arena, bytes_of(NULL, 0), "", NULL, true);
	check(arena, DER("\x31\x00"), "", NULL, false);
	(void)state;
}

TEST(the_last_common_name_counts)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf rdns = buf_capped(1000);

	buf_add_bytes(&rdns, RDN(arena, ATV(arena, CN, DER_UTF8, "first")));
	buf_add_bytes(&rdns, RDN(arena, ATV(arena, CN, DER_UTF8, "last")));
	check(arena, buf_bytes(&rdns), "CN=last,CN=first", "last", true);
	(void)state;
}

TEST(a_thousand_parts_are_one_name)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf rdns = buf_capped(100000);
	struct bytes one = RDN(arena, ATV(arena, O, DER_UTF8, "x"));
	struct str text, cn;
	const char *odd = NULL;

	for (size_t i = 0; i < 1000; i++)
		buf_add_bytes(&rdns, one);
	assert_true(cert_name_read(arena, VALUE(arena, DER_SEQUENCE, buf_bytes(&rdns)), &text, &cn, &odd));
	assert_int_equal(text.len, 1000 * 4 - 1);
	(void)state;
}

TEST(what_is_no_name_is_refused)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	static const struct bytes rows[] = {
		{(const uint8_t *)"\x31\x00", 2},                             /* a SET */
		{(const uint8_t *)"\x30\x02\x30\x00", 4},                     /* no SET inside */
		{(const uint8_t *)"\x30\x04\x31\x02\x30\x00", 6},             /* no attribute type */
		{(const uint8_t *)"\x30\x09\x31\x07\x30\x05\x06\x03\x55\x04\x03", 11}, /* no value */
		{(const uint8_t *)"\x30\x03\x31\x01\x30", 5},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str text, cn;
		const char *odd = NULL;

		assert_false(cert_name_read(arena, rows[i], &text, &cn, &odd));
	}
	(void)state;
}

TESTS(RUN(the_last_part_comes_first), RUN(special_characters_are_escaped), RUN(what_cannot_be_seen_is_shown),
      RUN(all_string_types_become_utf8), RUN(values_nobody_knows_are_hexadecimal),
      RUN(several_attributes_in_one_part_are_joined_by_plus), RUN(an_empty_name_is_empty),
      RUN(the_last_common_name_counts), RUN(a_thousand_parts_are_one_name), RUN(what_is_no_name_is_refused))
