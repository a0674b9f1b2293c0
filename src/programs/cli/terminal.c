/* SPDX-License-Identifier: Apache-2.0 */

/* The terminal, and text that strangers chose. Widths are those of fixed-width fonts: wide for East Asian, none for accents. */

#include "programs/cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/foreign.h"

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

/* clang-format off */
static const struct { uint32_t from, to; } wide[] = {
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
	struct str one = *text;
	size_t len, before = to->len;
	uint32_t code;
	bool good = foreign_take(text, &code, &len);

	one.len = len;
	foreign_add(to, one);
	if (!good || code < 0x80 || foreign_acts(code))
		return (uint32_t)(to->len - before);
	return IS_IN(code, none) ? 0 : IS_IN(code, wide) ? 2 : 1;
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
