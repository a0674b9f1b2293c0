/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * der - reads DER by taking from the front.
 *
 * A take either succeeds whole or changes nothing; der_why then says in words what stands there instead. It is
 * tolerant where old certificates need it (lengths longer than necessary), strict where two readers could
 * differ (indefinite lengths, values that end outside what holds them). Takes are inline: they are
 * most of the work of reading a certificate. After X.690 section 8.
 */

#include "base/bytes.h"

struct arena;

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8 = 0x0c,
	DER_NUMERIC = 0x12,
	DER_PRINTABLE = 0x13,
	DER_T61 = 0x14,
	DER_VIDEOTEX = 0x15,
	DER_IA5 = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_GRAPHIC = 0x19,
	DER_VISIBLE = 0x1a,
	DER_GENERAL = 0x1b,
	DER_UNIVERSAL = 0x1c,
	DER_BMP = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};

#define DER_CONTEXT(n)      (0x80 | (n)) /* [n] IMPLICIT of a primitive type */
#define DER_CONTEXT_MADE(n) (0xa0 | (n)) /* [n] EXPLICIT, or IMPLICIT of a constructed type */

struct der {
	uint8_t tag; /* the first octet; tag numbers above 30 all have 0x1f in its low bits */
	struct bytes content;
	struct bytes whole; /* with tag and length */
};

/* What der_take leaves to it: lengths of more than two octets, high tag numbers, the last few bytes. */
MUST_CHECK bool der_take_long(struct bytes *from, struct der *out);

/* Takes one value of any type. */
MUST_CHECK static inline bool der_take(struct bytes *from, struct der *out)
{
	const uint8_t *at = from->data;
	size_t len, header = 2;

	if (from->len < 4 || (at[0] & 0x1f) == 0x1f || at[1] > 0x82 || at[1] == 0x80)
		return der_take_long(from, out);
	len = at[1];
	if (len == 0x81) {
		len = at[2];
		header = 3;
	} else if (len == 0x82) {
		len = (size_t)at[2] << 8 | at[3];
		header = 4;
	}
	if (len > from->len - header)
		return false;
	out->tag = at[0];
	out->content = (struct bytes){at + header, len};
	out->whole = (struct bytes){at, len + header};
	from->data += len + header;
	from->len -= len + header;
	return true;
}

/* Whether the next value has that tag. */
static inline bool der_next_is(struct bytes from, uint8_t tag)
{
	return from.len && from.data[0] == tag;
}

/* Takes a value of that tag. */
MUST_CHECK static inline bool der_take_tag(struct bytes *from, uint8_t tag, struct bytes *content)
{
	struct der value;

	if (!der_next_is(*from, tag) || !der_take(from, &value))
		return false;
	*content = value.content;
	return true;
}

/* Takes exactly one value of that tag: false when something follows it. */
MUST_CHECK bool der_take_only(struct bytes from, uint8_t tag, struct bytes *content);

/*
 * Why no value (tag 0), or none of that tag, can be taken here: "ends before its length says", "indefinite length",
 * "is missing", "has tag 0x04, not 0x30". Static or in the arena.
 */
struct str der_why(struct arena *arena, struct bytes at, uint8_t tag);

/* Content of a BOOLEAN; any octet but 00 is true. */
MUST_CHECK bool der_boolean(struct bytes content, bool *out);

/* Content of an INTEGER (or ENUMERATED) that fits. */
MUST_CHECK bool der_integer(struct bytes content, int64_t *out);

/* An INTEGER without sign octet and leading zeros; false when empty or negative. */
MUST_CHECK bool der_unsigned(struct bytes content, struct bytes *out);

/* How many bits a number of so many octets without leading zeros has. */
uint32_t der_bits(struct bytes number);

/* Octets of a BIT STRING and how many bits of the last one are unused. False unless 0 to 7 and so many exist. */
MUST_CHECK bool der_bit_string(struct bytes content, struct bytes *bits, uint8_t *unused);

/* An INTEGER in hexadecimal, lower case, no leading zeros, "-" before a negative one. Empty content: "0". */
struct str der_integer_hex(struct arena *arena, struct bytes content);

/*
 * UTCTime or GeneralizedTime. *odd is set to what was tolerated (no seconds, an offset, a fraction, no zone),
 * or left alone. A UTCTime year below 50 is 20xx.
 * after RFC 5280 section 4.1.2.5
 */
MUST_CHECK bool der_time(uint8_t tag, struct bytes content, int64_t *at, const char **odd);

/*
 * Text of a string type as UTF-8, by OpenSSL's reading: BMPString and UniversalString are UTF-16 and UTF-32
 * big-endian, UTF8String as it stands, all others are Latin-1. Bad sequences are kept as U+FFFD.
 */
bool der_is_string(uint8_t tag);
struct str der_string(struct arena *arena, uint8_t tag, struct bytes content, bool *clean);
