/* SPDX-License-Identifier: Apache-2.0 */

/* Between DER and dots, after X.690 section 8.19. Arcs may have 128 bits: 2.25 carries UUIDs. */

#include "facts/oid.h"

#include "base/arena.h"
#include "base/hex.h"

typedef unsigned __int128 arc;

static bool take_arc(struct bytes *from, arc *out)
{
	arc value = 0;
	uint8_t octet;

	do {
		if (!bytes_take_u8(from, &octet) || value >> 121)
			return false;
		value = value << 7 | (octet & 0x7f);
	} while (octet & 0x80);
	*out = value;
	return true;
}

static char *put_arc(char *to, arc value)
{
	char digits[40];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + (int)(value % 10));
	while (value /= 10);
	while (count)
		*to++ = digits[--count];
	return to;
}

static struct str not_an_oid(struct arena *arena, struct bytes oid)
{
	char *room = arena_chars(arena, 2 * oid.len + 2);

	room[0] = '#';
	hex_write(room + 1, oid);
	return (struct str){room, 2 * oid.len + 1};
}

struct str oid_dots(struct arena *arena, struct bytes oid)
{
	/* An octet gives at most three digits and a dot; the first arc is one digit more. */
	char *room = arena_chars(arena, oid.len * 4 + 4), *to = room;
	struct bytes rest = oid;

	while (rest.len) {
		arc value;

		if (!take_arc(&rest, &value))
			return not_an_oid(arena, oid);
		if (to == room) {
			unsigned top = value < 80 ? (unsigned)(value / 40) : 2;

			*to++ = (char)('0' + (int)top);
			value -= top * 40;
		}
		*to++ = '.';
		to = put_arc(to, value);
	}
	if (!oid.len)
		return STR("#");
	*to = 0;
	return (struct str){room, (size_t)(to - room)};
}

/* Base 128, most significant first, into to[max]. Returns how many octets, 0 when they do not fit. */
static size_t encode_arc(uint64_t value, uint8_t *to, size_t max)
{
	size_t count = 1;

	while (count < 10 && value >> (7 * count))
		count++;
	if (count > max)
		return 0;
	for (size_t i = 0; i < count; i++)
		to[i] = (uint8_t)((value >> (7 * (count - 1 - i)) & 0x7f) | (i + 1 < count ? 0x80 : 0));
	return count;
}

size_t oid_encode(struct str dots, uint8_t *to, size_t max)
{
	struct str part;
	uint64_t first, value;
	size_t len = 0;

	if (!str_split(&dots, '.', &part) || !str_to_u64(part, 2, &first) ||
	    !str_split(&dots, '.', &part) || !str_to_u64(part, first == 2 ? UINT32_MAX : 39, &value))
		return 0;
	value += first * 40;
	for (;;) {
		size_t count = encode_arc(value, to + len, max - len);

		len += count;
		if (!count || !dots.data)
			return count ? len : 0;
		if (!str_split(&dots, '.', &part) || !str_to_u64(part, INT64_MAX, &value))
			return 0;
	}
}
