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

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (ascii_is_digit(c))
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

bool base64_read(struct str text, struct arena *arena, struct bytes *out)
{
	uint8_t *room = (uint8_t *)arena_chars(arena, text.len / 4 * 3 + 4);
	size_t len = 0, digits = 0, pads = 0;
	uint32_t bits = 0;

	for (size_t i = 0; i < text.len; i++) {
		int value;

		if (ascii_is_space(text.data[i]))
			continue;
		if (text.data[i] == '=') {
			pads++;
			continue;
		}
		value = base64_value(text.data[i]);
		if (value < 0 || pads)
			return false;
		bits = bits << 6 | (uint32_t)value;
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
