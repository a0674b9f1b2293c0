/* SPDX-License-Identifier: Apache-2.0 */

/* Spelling of bytes: see the door. After RFC 4648. */

#include "base/hex.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

void hex_write(char *to, struct bytes b)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < b.len; i++) {
		*to++ = digits[b.data[i] >> 4];
		*to++ = digits[b.data[i] & 15];
	}
	*to = 0;
}

struct str hex_str(struct arena *arena, struct bytes b)
{
	char *room = arena_chars(arena, 2 * b.len + 1);

	hex_write(room, b);
	return (struct str){room, 2 * b.len};
}

static int digit_value(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_read(struct str digits, uint8_t *to, size_t len)
{
	if (digits.len != 2 * len)
		return false;
	for (size_t i = 0; i < digits.len; i++)
		if (digit_value(digits.data[i]) < 0)
			return false;
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)(digit_value(digits.data[2 * i]) << 4 |
				  digit_value(digits.data[2 * i + 1]));
	return true;
}

static void base64_spell(struct buf *to, struct bytes b, const char *alphabet, bool pad)
{
	size_t i = 0;

	for (; i < b.len; i += 3) {
		size_t left = b.len - i;
		uint32_t bits = (uint32_t)b.data[i] << 16 | (left > 1 ? (uint32_t)b.data[i + 1] << 8 : 0) |
				(left > 2 ? b.data[i + 2] : 0);

		buf_add_char(to, alphabet[bits >> 18 & 63]);
		buf_add_char(to, alphabet[bits >> 12 & 63]);
		if (left > 1)
			buf_add_char(to, alphabet[bits >> 6 & 63]);
		else if (pad)
			buf_add_char(to, '=');
		if (left > 2)
			buf_add_char(to, alphabet[bits & 63]);
		else if (pad)
			buf_add_char(to, '=');
	}
}

void base64_write(struct buf *to, struct bytes b)
{
	base64_spell(to, b, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

void base64url_write(struct buf *to, struct bytes b)
{
	base64_spell(to, b, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}

/* What a character stands for, plus one; 0 for what is no digit. Both alphabets are read. */
/* clang-format off */
static const uint8_t base64_digits[256] = {
	['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
	['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, ['+'] = 63, ['-'] = 63, ['/'] = 64, ['_'] = 64,
};
/* clang-format on */

/* Whole groups of four digits from the front; ends where anything else stands. */
static size_t base64_groups(struct str text, size_t from, uint8_t *room, size_t *len)
{
	const uint8_t *at = (const uint8_t *)text.data + from, *end = (const uint8_t *)text.data + text.len;
	uint8_t *to = room + *len;

	for (; end - at >= 4; at += 4, to += 3) {
		uint32_t a = base64_digits[at[0]], b = base64_digits[at[1]], c = base64_digits[at[2]], d = base64_digits[at[3]];
		uint32_t bits = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);

		if (!a || !b || !c || !d)
			break;
		to[0] = (uint8_t)(bits >> 16);
		to[1] = (uint8_t)(bits >> 8);
		to[2] = (uint8_t)bits;
	}
	*len = (size_t)(to - room);
	return (size_t)(at - (const uint8_t *)text.data);
}

bool base64_read(struct str text, struct arena *arena, struct bytes *out)
{
	uint8_t *room = (uint8_t *)arena_chars(arena, text.len / 4 * 3 + 4);
	size_t len = 0, digits = 0, pads = 0;
	uint32_t bits = 0;

	for (size_t i = 0; i < text.len; i++) {
		uint32_t digit;

		if (digits % 4 == 0 && !pads)
			i = base64_groups(text, i, room, &len);
		if (i == text.len)
			break;
		if (ascii_is_space(text.data[i]))
			continue;
		if (text.data[i] == '=') {
			pads++;
			continue;
		}
		digit = base64_digits[(uint8_t)text.data[i]];
		if (!digit || pads)
			return false;
		bits = bits << 6 | (digit - 1);
		if (++digits % 4 == 0) {
			room[len++] = (uint8_t)(bits >> 16);
			room[len++] = (uint8_t)(bits >> 8);
			room[len++] = (uint8_t)bits;
		}
	}
	if (digits % 4 == 1 || pads > 2 || (pads && (digits + pads) % 4))
		return false;
	if (digits % 4 == 2) {
		if (bits & 15)
			return false;
		room[len++] = (uint8_t)(bits >> 4);
	} else if (digits % 4 == 3) {
		if (bits & 3)
			return false;
		room[len++] = (uint8_t)(bits >> 10);
		room[len++] = (uint8_t)(bits >> 2);
	}
	*out = bytes_of(room, len);
	return true;
}
