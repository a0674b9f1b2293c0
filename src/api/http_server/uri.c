/* SPDX-License-Identifier: Apache-2.0 */

/* After RFC 3986 section 2.1 and 3.3. */

#include "api/http_server/uri.h"

#include <string.h>

#include "base/arena.h"
#include "base/hex.h"

bool uri_text_read(struct arena *arena, struct str text, struct str *out)
{
	char *to = arena_chars(arena, text.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t byte = (uint8_t)text.data[i];

		if (byte == '%') {
			if (!hex_read(str_head(str_skip(text, i + 1), 2), &byte, 1))
				return false;
			i += 2;
		}
		if (byte < 0x20 || byte == 0x7f)
			return false;
		to[len++] = (char)byte;
	}
	to[len] = 0;
	*out = (struct str){to, len};
	return str_is_utf8(*out);
}

bool uri_path_read(struct arena *arena, struct str path, const struct str **segments, size_t *count)
{
	struct str *list = ARENA_ARRAY(arena, struct str, URI_SEGMENTS_MAX);
	struct str rest = str_skip(path, 1), raw;
	size_t n = 0;

	if (path.len == 0 || path.data[0] != '/')
		return false;
	*segments = list;
	*count = 0;
	if (rest.len == 0)
		return true;
	while (str_split(&rest, '/', &raw)) {
		struct str segment;

		if (n == URI_SEGMENTS_MAX || !uri_text_read(arena, raw, &segment))
			return false;
		if (str_is(segment, ".") || str_is(segment, ".."))
			return false;
		list[n++] = segment;
	}
	*count = n;
	return true;
}

void uri_text_write(struct buf *to, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (ascii_is_alpha(c) || ascii_is_digit(c) || (c && strchr("-._~", c)))
			buf_add_char(to, c);
		else
			buf_addf(to, "%%%02X", (unsigned char)c);
	}
}
