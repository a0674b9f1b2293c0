/* SPDX-License-Identifier: Apache-2.0 */

/* The terminal, and text that strangers chose. Widths are those of fixed-width fonts: wide for East Asian, none for accents. */

#include "programs/cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct terminal terminal_of(int fd)
{
	const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
	struct terminal out = {.is_terminal = isatty(fd) == 1, .width = 80};
	struct winsize size;

	if (!out.is_terminal)
		return out;
	out.moves = term && strcmp(term, "dumb") != 0;
	out.colour = out.moves && !(no_colour && no_colour[0]);
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		out.width = size.ws_col;
	return out;
}

/* One character from the front of text. False for bytes that are not UTF-8. */
static bool char_read(struct str text, size_t *len, uint32_t *code)
{
	uint8_t first = (uint8_t)text.data[0];
	size_t want = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	*len = 1;
	*code = first;
	if (want > text.len || !str_is_utf8(str_head(text, want)))
		return false;
	*len = want;
	if (want > 1)
		*code = first & (0xff >> (want + 1));
	for (size_t i = 1; i < want; i++)
		*code = *code << 6 | ((uint8_t)text.data[i] & 0x3f);
	return true;
}

/* clang-format off */
static const struct { uint32_t from, to; } acting[] = {
	{0x00, 0x1f}, {0x7f, 0x9f}, {0x061c, 0x061c}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
	{0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
}, wide[] = {
	{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe6f},
	{0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd},
}, none[] = {
	{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f}, {0x1ab0, 0x1aff},
	{0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};
/* clang-format on */

#define IS_IN(code, table) is_in(code, &(table)[0].from, COUNT_OF(table))

static bool is_in(uint32_t code, const uint32_t *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (code >= pairs[2 * i] && code <= pairs[2 * i + 1])
			return true;
	return false;
}

/* Adds the next character as shown. Returns its columns. */
static uint32_t char_add(struct buf *to, struct str *text)
{
	uint32_t code, columns;
	size_t len, before = to->len;
	bool good = char_read(*text, &len, &code);

	if (!good || code < 0x20 || code == 0x7f)
		buf_addf(to, "\\x%02x", code & 0xff);
	else if (IS_IN(code, acting))
		buf_addf(to, "\\u%04x", code);
	else
		buf_add(to, text->data, len);
	columns = good && code >= 0x80 && !IS_IN(code, acting)
			  ? (IS_IN(code, none) ? 0 : IS_IN(code, wide) ? 2 : 1)
			  : (uint32_t)(to->len - before);
	*text = str_skip(*text, len);
	return columns;
}

uint32_t text_add(struct buf *to, struct str text, uint32_t columns)
{
	uint32_t used = 0, cut_used = 0;
	size_t cut_at = to->len;

	while (text.len > 0) {
		used += char_add(to, &text);
		if (columns == 0)
			continue;
		if (used > columns) {
			to->len = cut_at;
			buf_add_text(to, "…");
			return cut_used + 1;
		}
		if (used < columns) {
			cut_at = to->len;
			cut_used = used;
		}
	}
	return used;
}
