/* SPDX-License-Identifier: Apache-2.0 */

/* Taking values and reading their contents: see the door. */

#include "facts/der.h"

#include <string.h>

#include "base/arena.h"

/* Tag numbers above 30 stand in octets of their own; nobody we read asks for them, so they are skipped. */
static bool skip_high_tag(struct bytes *from)
{
	uint8_t octet;

	do {
		if (!bytes_take_u8(from, &octet))
			return false;
	} while (octet & 0x80);
	return true;
}

static bool take_length(struct bytes *from, size_t *len)
{
	uint8_t octet;
	size_t count, value = 0;

	if (!bytes_take_u8(from, &octet))
		return false;
	if (octet < 0x80) {
		*len = octet;
		return true;
	}
	count = octet & 0x7f;
	if (count == 0 || count > from->len)
		return false;
	for (; count; count--) {
		if (!bytes_take_u8(from, &octet) || value > SIZE_MAX >> 9)
			return false;
		value = value << 8 | octet;
	}
	*len = value;
	return true;
}

bool der_take_long(struct bytes *from, struct der *out)
{
	struct bytes rest = *from;
	struct der value;
	size_t len;

	if (!bytes_take_u8(&rest, &value.tag) || ((value.tag & 0x1f) == 0x1f && !skip_high_tag(&rest)) ||
	    !take_length(&rest, &len) || !bytes_take(&rest, len, &value.content))
		return false;
	value.whole = bytes_of(from->data, from->len - rest.len);
	*from = rest;
	*out = value;
	return true;
}

bool der_take_only(struct bytes from, uint8_t tag, struct bytes *content)
{
	struct bytes inside;

	if (!der_take_tag(&from, tag, &inside) || from.len)
		return false;
	*content = inside;
	return true;
}

struct str der_why(struct arena *arena, struct bytes at, uint8_t tag)
{
	struct der value;
	struct bytes rest = at;
	uint8_t first, length;
	size_t len;

	if (!at.len)
		return STR("is missing");
	if (tag && at.data[0] != tag)
		return arena_format(arena, "has tag 0x%02x, not 0x%02x", at.data[0], tag);
	if (der_take(&rest, &value))
		return STR("is followed by bytes that do not belong there");
	rest = at;
	if (!bytes_take_u8(&rest, &first) || ((first & 0x1f) == 0x1f && !skip_high_tag(&rest)) ||
	    !rest.len)
		return STR("ends in its tag");
	length = rest.data[0];
	if (length == 0x80)
		return STR("has an indefinite length, which DER does not allow");
	if (!take_length(&rest, &len))
		return STR("has a length that cannot be read");
	return arena_format(arena, "says %zu bytes, %zu are there", len, rest.len);
}

bool der_boolean(struct bytes content, bool *out)
{
	if (content.len != 1)
		return false;
	*out = content.data[0] != 0;
	return true;
}

bool der_integer(struct bytes content, int64_t *out)
{
	uint64_t value;
	bool negative;

	if (!content.len)
		return false;
	negative = content.data[0] & 0x80;
	while (content.len > 8 && content.data[0] == (negative ? 0xff : 0)) {
		content.data++;
		content.len--;
	}
	if (content.len > 8)
		return false;
	value = negative ? UINT64_MAX : 0;
	for (size_t i = 0; i < content.len; i++)
		value = value << 8 | content.data[i];
	if (((int64_t)value < 0) != negative)
		return false;
	*out = (int64_t)value;
	return true;
}

static struct bytes without_zeros(struct bytes number)
{
	while (number.len && number.data[0] == 0) {
		number.data++;
		number.len--;
	}
	return number;
}

bool der_unsigned(struct bytes content, struct bytes *out)
{
	if (!content.len || content.data[0] & 0x80)
		return false;
	*out = without_zeros(content);
	return true;
}

uint32_t der_bits(struct bytes number)
{
	number = without_zeros(number);
	if (!number.len)
		return 0;
	return (uint32_t)(number.len * 8) - ((uint32_t)__builtin_clz(number.data[0]) - 24);
}

bool der_bit_string(struct bytes content, struct bytes *bits, uint8_t *unused)
{
	struct bytes rest = content;
	uint8_t count;

	if (!bytes_take_u8(&rest, &count) || count > 7 || (count && !rest.len))
		return false;
	*bits = rest;
	*unused = count;
	return true;
}

/* The magnitude of a negative number: invert and add one, from the last octet on. */
static struct bytes negated(struct arena *arena, struct bytes content)
{
	uint8_t *room = (uint8_t *)arena_chars(arena, content.len);
	uint32_t carry = 1;

	for (size_t i = content.len; i-- > 0;) {
		carry += (uint8_t)~content.data[i];
		room[i] = (uint8_t)carry;
		carry >>= 8;
	}
	return bytes_of(room, content.len);
}

struct str der_integer_hex(struct arena *arena, struct bytes content)
{
	static const char digits[] = "0123456789abcdef";
	bool negative = content.len && content.data[0] & 0x80;
	struct bytes number = without_zeros(negative ? negated(arena, content) : content);
	char *room, *to;

	if (!number.len)
		return STR("0");
	to = room = arena_chars(arena, 2 * number.len + 2);
	if (negative)
		*to++ = '-';
	if (number.data[0] >> 4)
		*to++ = digits[number.data[0] >> 4];
	*to++ = digits[number.data[0] & 15];
	for (size_t i = 1; i < number.len; i++) {
		*to++ = digits[number.data[i] >> 4];
		*to++ = digits[number.data[i] & 15];
	}
	*to = 0;
	return (struct str){room, (size_t)(to - room)};
}
