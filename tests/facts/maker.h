/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * maker - certificates put together value by value, each part replaceable, for tests of odd ones. Nothing is signed.
 */

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "facts/der.h"

/* Literal bytes as a view. */
#define DER(literal) bytes_of("" literal, sizeof(literal) - 1)

/* Closes the value that starts at `at`: what came since becomes its content. */
static inline void maker_wrap(struct buf *to, size_t at, uint8_t tag)
{
	size_t len = to->len - at, count = 0;
	uint8_t header[6] = {tag};

	if (len < 0x80) {
		header[1] = (uint8_t)len;
	} else {
		while (len >> (8 * count))
			count++;
		header[1] = (uint8_t)(0x80 | count);
		for (size_t i = 0; i < count; i++)
			header[2 + i] = (uint8_t)(len >> (8 * (count - 1 - i)));
	}
	assert_non_null(buf_reserve(to, 2 + count));
	memmove(to->data + at + 2 + count, to->data + at, len);
	memcpy(to->data + at, header, 2 + count);
	to->len += 2 + count;
}

/* tag, and the parts one after the other as its content. */
static inline struct bytes maker_value(struct arena *arena, uint8_t tag, const struct bytes *parts, size_t count)
{
	CLEANUP(buf_done) struct buf to = buf_capped(4 << 20);

	for (size_t i = 0; i < count; i++)
		buf_add_bytes(&to, parts[i]);
	maker_wrap(&to, 0, tag);
	return arena_bytes(arena, buf_bytes(&to));
}
#define VALUE(arena, tag, ...)                                                                     \
	maker_value(arena, tag, (const struct bytes[]){__VA_ARGS__},                               \
		    COUNT_OF(((const struct bytes[]){__VA_ARGS__})))

#define SHA256_RSA "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"
#define ED25519_ALGORITHM "\x30\x05\x06\x03\x2b\x65\x70"
#define ED25519_KEY ED25519_ALGORITHM "\x03\x21\x00" "0123456789abcdef0123456789abcdef"

struct maker {
	struct bytes version, serial, algorithm, issuer, not_before, not_after, subject, spki, extensions, outer_algorithm, signature;
};

/* An ordinary certificate of version 3 without extensions. */
static inline struct maker maker_plain(void)
{
	return (struct maker){
		.version = DER("\xa0\x03\x02\x01\x02"),
		.serial = DER("\x02\x01\x07"),
		.algorithm = DER(ED25519_ALGORITHM),
		.issuer = DER("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x13\x02" "CA"),
		.not_before = DER("\x17\x0d" "260101000000Z"),
		.not_after = DER("\x17\x0d" "270101000000Z"),
		.subject = DER("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x13\x01" "x"),
		.spki = DER("\x30\x2a" ED25519_KEY),
		.outer_algorithm = DER(ED25519_ALGORITHM),
		.signature = DER("\x03\x03\x00" "si"),
	};
}

/* extensions: the SEQUENCEs of the list, without what is around them. */
static inline struct bytes maker_cert(struct arena *arena, const struct maker *m)
{
	struct bytes validity = VALUE(arena, DER_SEQUENCE, m->not_before, m->not_after), tbs, extensions = {NULL, 0};

	if (m->extensions.data)
		extensions = VALUE(arena, DER_CONTEXT_MADE(3), VALUE(arena, DER_SEQUENCE, m->extensions));
	tbs = VALUE(arena, DER_SEQUENCE, m->version, m->serial, m->algorithm, m->issuer, validity, m->subject,
		    m->spki, extensions);
	return VALUE(arena, DER_SEQUENCE, tbs, m->outer_algorithm, m->signature);
}

static inline struct bytes maker_extension(struct arena *arena, struct bytes oid, bool critical, struct bytes value)
{
	return VALUE(arena, DER_SEQUENCE, VALUE(arena, DER_OID, oid),
		     critical ? DER("\x01\x01\xff") : bytes_of(NULL, 0), VALUE(arena, DER_OCTET_STRING, value));
}
