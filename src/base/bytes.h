/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * bytes - views of bytes and of text, and reading a view from the front.
 *
 * A view is a pointer and a length; it owns nothing. Foreign bytes are read by taking
 * from the front, never by index: a take either succeeds whole or changes nothing.
 * Numbers on the wire are big-endian unless the name says otherwise.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes that are not text. */
struct bytes {
	const uint8_t *data;
	size_t len;
};

/* Text; UTF-8 unless said otherwise, not NUL-terminated. */
struct str {
	const char *data;
	size_t len;
};

/* A str of a literal. */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_INIT(literal) {"" literal, sizeof(literal) - 1}

/* For printf: "%.*s", STR_ARG(s) */
#define STR_ARG(s) ((int)(s).len), ((s).data ? (s).data : "")

struct str str_of(const char *text_or_null);
struct str str_from(struct bytes bytes);
struct bytes bytes_from(struct str str);
static inline struct bytes bytes_of(const void *data, size_t len)
{
	return (struct bytes){(const uint8_t *)data, len};
}

bool bytes_equal(struct bytes a, struct bytes b);
int bytes_compare(struct bytes a, struct bytes b); /* memcmp order, shorter first */

/* Takes from the front of *from. False, and nothing changed, when there is too little. */
MUST_CHECK bool bytes_take(struct bytes *from, size_t len, struct bytes *out);
MUST_CHECK bool bytes_take_u8(struct bytes *from, uint8_t *out);
MUST_CHECK bool bytes_take_u16(struct bytes *from, uint16_t *out);
MUST_CHECK bool bytes_take_u24(struct bytes *from, uint32_t *out);
MUST_CHECK bool bytes_take_u32(struct bytes *from, uint32_t *out);
MUST_CHECK bool bytes_take_u64(struct bytes *from, uint64_t *out);

/* Takes a vector: a length of that many bits, then so many bytes (RFC 8446 section 3.4). */
MUST_CHECK bool bytes_take_vector8(struct bytes *from, struct bytes *out);
MUST_CHECK bool bytes_take_vector16(struct bytes *from, struct bytes *out);
MUST_CHECK bool bytes_take_vector24(struct bytes *from, struct bytes *out);

bool str_equal(struct str a, struct str b);
bool str_equal_nocase(struct str a, struct str b); /* ASCII letters only */
bool str_is(struct str a, const char *text);
int str_compare(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_starts_nocase(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_has(struct str s, struct str part);
struct str str_skip(struct str s, size_t len); /* without its first len characters */
struct str str_head(struct str s, size_t len); /* its first len characters at most */
struct str str_trim(struct str s);             /* without white space at both ends */

/* Position of c in s, or SIZE_MAX. */
size_t str_find_char(struct str s, char c);
size_t str_find_last_char(struct str s, char c);
/* Position of part in s, or SIZE_MAX. */
size_t str_find(struct str s, struct str part);

/*
 * Splits off what stands before the first `by` (all of it when there is none) into *head and leaves
 * the rest in *from. False when *from is NULL data, which is what the last call leaves.
 */
bool str_split(struct str *from, char by, struct str *head);

/* Takes one line without its LF or CRLF. False, and nothing changed, when no LF has come yet. */
bool str_take_line(struct str *from, struct str *line);

/* The whole of s as a decimal number, no sign, no space, at most max. */
MUST_CHECK bool str_to_u64(struct str s, uint64_t max, uint64_t *out);

/* Whether s is UTF-8 without overlong forms and surrogates. */
bool str_is_utf8(struct str s);

/* ASCII only, whatever the locale. */
static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}
static inline bool ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool ascii_is_alpha(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}
static inline bool ascii_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}
