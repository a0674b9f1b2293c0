/* SPDX-License-Identifier: Apache-2.0 */

/* Views of bytes and text: see the door. Nothing here allocates. */

#include "base/bytes.h"

#include <string.h>

struct str str_of(const char *text_or_null)
{
	return (struct str){text_or_null, text_or_null ? strlen(text_or_null) : 0};
}

struct str str_from(struct bytes bytes)
{
	return (struct str){(const char *)bytes.data, bytes.len};
}

struct bytes bytes_from(struct str str)
{
	return (struct bytes){(const uint8_t *)str.data, str.len};
}

bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

int bytes_compare(struct bytes a, struct bytes b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.data, b.data, len) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool bytes_take(struct bytes *from, size_t len, struct bytes *out)
{
	if (from->len < len)
		return false;
	*out = (struct bytes){from->data, len};
	if (len) {
		from->data += len;
		from->len -= len;
	}
	return true;
}

static bool take_number(struct bytes *from, size_t width, uint64_t *out)
{
	struct bytes raw;
	uint64_t value = 0;

	if (!bytes_take(from, width, &raw))
		return false;
	for (size_t i = 0; i < width; i++)
		value = value << 8 | raw.data[i];
	*out = value;
	return true;
}

bool bytes_take_u8(struct bytes *from, uint8_t *out)
{
	uint64_t value;

	if (!take_number(from, 1, &value))
		return false;
	*out = (uint8_t)value;
	return true;
}

bool bytes_take_u16(struct bytes *from, uint16_t *out)
{
	uint64_t value;

	if (!take_number(from, 2, &value))
		return false;
	*out = (uint16_t)value;
	return true;
}

bool bytes_take_u24(struct bytes *from, uint32_t *out)
{
	uint64_t value;

	if (!take_number(from, 3, &value))
		return false;
	*out = (uint32_t)value;
	return true;
}

bool bytes_take_u32(struct bytes *from, uint32_t *out)
{
	uint64_t value;

	if (!take_number(from, 4, &value))
		return false;
	*out = (uint32_t)value;
	return true;
}

bool bytes_take_u64(struct bytes *from, uint64_t *out)
{
	return take_number(from, 8, out);
}

static bool take_vector(struct bytes *from, size_t width, struct bytes *out)
{
	struct bytes rest = *from;
	uint64_t len;

	if (!take_number(&rest, width, &len) || !bytes_take(&rest, len, out))
		return false;
	*from = rest;
	return true;
}

bool bytes_take_vector8(struct bytes *from, struct bytes *out)
{
	return take_vector(from, 1, out);
}

bool bytes_take_vector16(struct bytes *from, struct bytes *out)
{
	return take_vector(from, 2, out);
}

bool bytes_take_vector24(struct bytes *from, struct bytes *out)
{
	return take_vector(from, 3, out);
}

bool str_equal(struct str a, struct str b)
{
	return bytes_equal(bytes_from(a), bytes_from(b));
}

bool str_equal_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (ascii_lower(a.data[i]) != ascii_lower(b.data[i]))
			return false;
	return true;
}

bool str_is(struct str a, const char *text)
{
	return str_equal(a, str_of(text));
}

int str_compare(struct str a, struct str b)
{
	return bytes_compare(bytes_from(a), bytes_from(b));
}

struct str str_head(struct str s, size_t len)
{
	return (struct str){s.data, s.len < len ? s.len : len};
}

struct str str_skip(struct str s, size_t len)
{
	if (len >= s.len)
		return (struct str){s.data ? s.data + s.len : NULL, 0};
	return (struct str){s.data + len, s.len - len};
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_equal(str_head(s, prefix.len), prefix);
}

bool str_starts_nocase(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_equal_nocase(str_head(s, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_equal(str_skip(s, s.len - suffix.len), suffix);
}

bool str_has(struct str s, struct str part)
{
	return str_find(s, part) != SIZE_MAX;
}

struct str str_trim(struct str s)
{
	while (s.len && ascii_is_space(s.data[0]))
		s = str_skip(s, 1);
	while (s.len && ascii_is_space(s.data[s.len - 1]))
		s.len--;
	return s;
}

size_t str_find_char(struct str s, char c)
{
	const char *at = s.len ? memchr(s.data, c, s.len) : NULL;

	return at ? (size_t)(at - s.data) : SIZE_MAX;
}

size_t str_find_last_char(struct str s, char c)
{
	const char *at = s.len ? memrchr(s.data, c, s.len) : NULL;

	return at ? (size_t)(at - s.data) : SIZE_MAX;
}

size_t str_find(struct str s, struct str part)
{
	const char *at;

	if (part.len == 0)
		return 0;
	at = s.len ? memmem(s.data, s.len, part.data, part.len) : NULL;
	return at ? (size_t)(at - s.data) : SIZE_MAX;
}

bool str_split(struct str *from, char by, struct str *head)
{
	size_t at;

	if (!from->data)
		return false;
	at = str_find_char(*from, by);
	if (at == SIZE_MAX) {
		*head = *from;
		*from = (struct str){NULL, 0};
	} else {
		*head = str_head(*from, at);
		*from = str_skip(*from, at + 1);
	}
	return true;
}

bool str_take_line(struct str *from, struct str *line)
{
	size_t at = str_find_char(*from, '\n');

	if (at == SIZE_MAX)
		return false;
	*line = str_head(*from, at);
	if (line->len && line->data[line->len - 1] == '\r')
		line->len--;
	*from = str_skip(*from, at + 1);
	return true;
}

bool str_to_u64(struct str s, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!ascii_is_digit(s.data[i]) || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(s.data[i] - '0'), &value))
			return false;
	}
	if (value > max)
		return false;
	*out = value;
	return true;
}

/* Bytes that follow a first byte, and the smallest code point that needs so many. */
static int utf8_tail(uint8_t first, uint32_t *bits, uint32_t *least)
{
	if (first >= 0xc2 && first <= 0xdf) {
		*bits = first & 0x1f;
		*least = 0x80;
		return 1;
	}
	if ((first & 0xf0) == 0xe0) {
		*bits = first & 0x0f;
		*least = 0x800;
		return 2;
	}
	if (first >= 0xf0 && first <= 0xf4) {
		*bits = first & 0x07;
		*least = 0x10000;
		return 3;
	}
	return -1;
}

bool str_is_utf8(struct str s)
{
	size_t i = 0;

	while (i < s.len) {
		uint8_t first = (uint8_t)s.data[i++];
		uint32_t code, least;
		int tail;

		if (first < 0x80)
			continue;
		tail = utf8_tail(first, &code, &least);
		if (tail < 0 || (size_t)tail > s.len - i)
			return false;
		for (; tail > 0; tail--, i++) {
			if (((uint8_t)s.data[i] & 0xc0) != 0x80)
				return false;
			code = code << 6 | ((uint8_t)s.data[i] & 0x3f);
		}
		if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
			return false;
	}
	return true;
}
