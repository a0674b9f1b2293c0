/* SPDX-License-Identifier: Apache-2.0 */

/* Object identifiers: dots and bytes, and that our names are OpenSSL's. */

#include "test.h"

#include <openssl/objects.h>

#include "base/arena.h"
#include "facts/oid.h"
#include "facts/oid/table.h"

TEST(dots_and_bytes_lead_to_each_other)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	static const char *const rows[] = {"2.5.4.3", "1.2.840.113549.1.1.11", "0.9.2342.19200300.100.1.25",
					   "2.999.1", "1.3.6.1.4.1.11129.2.4.2", "0.0", "2.23.140.1.2.1"};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint8_t oid[32];
		size_t len = oid_encode(str_of(rows[i]), oid, sizeof oid);

		assert_true(len > 0);
		assert_str(oid_dots(arena, bytes_of(oid, len)), rows[i]);
	}
	(void)state;
}

TEST(what_is_no_oid_is_shown_as_hexadecimal)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	assert_str(oid_dots(arena, bytes_of("\x2a\x86", 2)), "#2a86"); /* ends inside an arc */
	assert_str(oid_dots(arena, bytes_of("", 0)), "#");
	assert_str(oid_dots(arena, bytes_of("\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 21)),
		   "#2affffffffffffffffffffffffffffffffffffff7f");
	(void)state;
}

TEST(an_arc_of_128_bits_is_a_uuid)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	/* 2.25 and the UUID f81d4fae-7dec-11d0-a765-00a0c91e6bf6, the example of X.667 */
	static const uint8_t oid[] = {0x69, 0x83, 0xf0, 0x9d, 0xa7, 0xeb, 0xcf, 0xde, 0xe0, 0xc7, 0xa1, 0xa7,
				      0xb2, 0xc0, 0x94, 0x8c, 0xc8, 0xf9, 0xd7, 0x76};

	assert_str(oid_dots(arena, bytes_of(oid, sizeof oid)), "2.25.329800735698586629295641978511506172918");
	(void)state;
}

TEST(bad_dots_are_refused)
{
	static const char *const rows[] = {"", "1", "3.1", "1.40", "1..2", "1.2.", "1.2.x", "1.2.-3"};
	uint8_t oid[32];

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(oid_encode(str_of(rows[i]), oid, sizeof oid), 0);
	assert_int_equal(oid_encode(STR("1.2.840.113549"), oid, 3), 0);
	(void)state;
}

#define X(dots, sn, ln) {dots, sn, ln},
static const struct {
	const char *dots, *short_name, *long_name;
} table[] = {OIDS_ALL(X)};
#undef X

TEST(names_are_those_of_openssl)
{
	size_t compared = 0;

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		ASN1_OBJECT *object = OBJ_txt2obj(table[i].dots, 1);
		struct bytes oid = bytes_of(OBJ_get0_data(object), OBJ_length(object));
		const struct oid_row *row = oid_find(oid);
		int nid = OBJ_obj2nid(object);

		assert_non_null(row);
		assert_str(row->dots, table[i].dots);
		if (nid != NID_undef) {
			assert_string_equal(table[i].short_name, OBJ_nid2sn(nid));
			assert_string_equal(table[i].long_name, OBJ_nid2ln(nid));
			compared++;
		}
		ASN1_OBJECT_free(object);
	}
	assert_true(compared > 450);
	assert_null(oid_find(bytes_of("\x2a\x03", 2)));
	(void)state;
}

TESTS(RUN(dots_and_bytes_lead_to_each_other), RUN(what_is_no_oid_is_shown_as_hexadecimal),
      RUN(an_arc_of_128_bits_is_a_uuid), RUN(bad_dots_are_refused), RUN(names_are_those_of_openssl))
