/* SPDX-License-Identifier: Apache-2.0 */

/*
 * String types to UTF-8. T61String is nominally a code of its own; everybody wrote Latin-1 into it, and OpenSSL reads
 * it so. The same goes for bytes above 0x7f in the ASCII types.
 */

#include "facts/der.h"

#include <string.h>

#include "base/arena.h"

/* How many octets a character has; 0 for UTF-8, -1 for what is not a string. */
static int width_of(uint8_t tag)
{
	switch (tag) {
	case DER_UTF8:
		return 0;
	case DER_NUMERIC:
	case DER_PRINTABLE:
	case DER_T61:
	case DER_IA5:
	case DER_VISIBLE:
	case DER_VIDEOTEX:
	case DER_GRAPHIC:
	case DER_GENERAL:
		return 1;
	case DER_BMP:
		return 2;
	case DER_UNIVERSAL:
		return 4;
	default:
		return -1;
	}
}

bool der_is_string(uint8_t tag)
{
	return width_of(tag) >= 0;
}

static char *put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 63));
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 63));
		*to++ = (char)(0x80 | (c & 63));
	} else {
		*to++ = (char)(0xf0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 63));
		*to++ = (char)(0x80 | (c >> 6 & 63));
		*to++ = (char)(0x80 | (c & 63));
	}
	return to;
}

/* One character of that many octets; a high surrogate takes its low one along. */
static uint32_t take_char(struct bytes *from, size_t width)
{
	struct bytes raw;
	uint32_t c = 0;

	if (!bytes_take(from, width, &raw)) {
		*from = (struct bytes){from->data, 0}; /* an incomplete last character */
		return UINT32_MAX;
	}
	for (size_t i = 0; i < width; i++)
		c = c << 8 | raw.data[i];
	if (width == 2 && c >= 0xd800 && c < 0xdc00 && from->len >= 2 && from->data[0] >> 2 == 0x37) {
		uint32_t low = ((uint32_t)from->data[0] << 8 | from->data[1]) & 0x3ff;

		from->data += 2;
		from->len -= 2;
		return 0x10000 + ((c & 0x3ff) << 10) + low;
	}
	return c;
}

static struct str widened(struct arena *arena, struct bytes content, size_t width, bool *clean)
{
	/* Two octets of UTF-16 become three at most, one of Latin-1 two. */
	char *room = arena_chars(arena, content.len * 2 + 4), *to = room;

	while (content.len) {
		uint32_t c = take_char(&content, width);

		if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
			*clean = false;
			c = 0xfffd;
		}
		to = put_utf8(to, c);
	}
	*to = 0;
	return (struct str){room, (size_t)(to - room)};
}

/* Bad octets of what should be UTF-8 one by one as U+FFFD. */
static struct str mended(struct arena *arena, struct str s)
{
	char *room = arena_chars(arena, s.len * 3 + 1), *to = room;

	while (s.len) {
		size_t len = 1;

		while (len < 4 && len < s.len && ((uint8_t)s.data[len] & 0xc0) == 0x80)
			len++;
		if (str_is_utf8(str_head(s, len))) {
			memcpy(to, s.data, len);
			to += len;
		} else {
			to = put_utf8(to, 0xfffd);
			len = 1;
		}
		s = str_skip(s, len);
	}
	*to = 0;
	return (struct str){room, (size_t)(to - room)};
}

static bool is_ascii(struct bytes b)
{
	uint8_t any = 0;

	for (size_t i = 0; i < b.len; i++)
		any |= b.data[i];
	return any < 0x80;
}

struct str der_string(struct arena *arena, uint8_t tag, struct bytes content, bool *clean)
{
	int width = width_of(tag);
	struct str text = str_from(content);

	if (width <= 1 && is_ascii(content))
		return content.len ? text : STR("");
	if (width > 0) {
		if (width == 1 && tag != DER_T61)
			*clean = false;
		return widened(arena, content, (size_t)width, clean);
	}
	if (str_is_utf8(text))
		return text;
	*clean = false;
	return mended(arena, text);
}
