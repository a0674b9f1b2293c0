/* SPDX-License-Identifier: Apache-2.0 */

/* Text from strangers: see the door. */

#include "base/foreign.h"

bool foreign_take(struct str *text, uint32_t *code, size_t *len)
{
	uint8_t first = (uint8_t)text->data[0];
	size_t want = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	bool good = want <= text->len && str_is_utf8(str_head(*text, want));

	*len = good ? want : 1;
	*code = first;
	if (good && want > 1) {
		*code = first & (0xffu >> (want + 1));
		for (size_t i = 1; i < want; i++)
			*code = *code << 6 | ((uint8_t)text->data[i] & 0x3f);
	}
	*text = str_skip(*text, *len);
	return good;
}

/* clang-format off */
static const struct { uint32_t from, to; } acting[] = {
	{0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x061c, 0x061c}, {0x180e, 0x180e}, {0x200b, 0x200f},
	{0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};
/* clang-format on */

bool foreign_acts(uint32_t code)
{
	if (code >= 0x20 && code < 0x7f)
		return false;
	for (size_t i = 0; i < COUNT_OF(acting); i++)
		if (code >= acting[i].from && code <= acting[i].to)
			return true;
	return false;
}

void foreign_add(struct buf *to, struct str text)
{
	while (text.len > 0) {
		const char *at = text.data;
		uint32_t code;
		size_t len;

		if (!foreign_take(&text, &code, &len) || code < 0x20 || code == 0x7f)
			buf_addf(to, "\\x%02x", code);
		else if (foreign_acts(code))
			buf_addf(to, "\\u%04x", code);
		else
			buf_add(to, at, len);
	}
}

bool foreign_is_plain(struct str text)
{
	uint32_t code;
	size_t len;

	while (text.len > 0)
		if (!foreign_take(&text, &code, &len) || foreign_acts(code))
			return false;
	return true;
}
