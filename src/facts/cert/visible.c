/* SPDX-License-Identifier: Apache-2.0 */

/* Text from strangers as people may see it: see cert_visible in the door. */

#include "facts/cert.h"

#include <string.h>

#include "base/arena.h"

static bool is_plain(struct str text)
{
	uint8_t any = 0;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = (uint8_t)text.data[i];

		any |= (uint8_t)(c < 0x20 || c >= 0x7f);
	}
	return !any;
}

/* Length of the UTF-8 sequence at the front, 0 when it is broken. */
static size_t sequence_len(struct str s)
{
	uint8_t first = (uint8_t)s.data[0];
	size_t len = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	return s.len >= len && str_is_utf8(str_head(s, len)) ? len : 0;
}

struct str cert_visible(struct arena *arena, struct str text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *room, *to;

	if (is_plain(text))
		return text.len ? text : STR("");
	to = room = arena_chars(arena, text.len * 3 + 1);
	while (text.len) {
		uint8_t c = (uint8_t)text.data[0];
		size_t len = c >= 0x20 && c < 0x7f ? 1 : c < 0x80 ? 0 : sequence_len(text);

		if (len) {
			memcpy(to, text.data, len);
			to += len;
		} else {
			*to++ = '\\';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
			len = 1;
		}
		text = str_skip(text, len);
	}
	*to = 0;
	return (struct str){room, (size_t)(to - room)};
}
