/* SPDX-License-Identifier: Apache-2.0 */

/*
 * BER to DER, as far as containers need it: indefinite lengths become definite, OCTET STRINGs in pieces one
 * piece. What has neither is copied byte by byte, so that certificates inside stay what was signed.
 */

#include "facts/container/reading.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "facts/der.h"

enum { CONSTRUCTED = 0x20, OCTET_PIECES = DER_OCTET_STRING | CONSTRUCTED };

static bool at_end(struct bytes from)
{
	return from.len >= 2 && from.data[0] == 0 && from.data[1] == 0;
}

static bool is_indefinite(struct bytes from)
{
	return from.len >= 2 && from.data[0] & CONSTRUCTED && from.data[1] == 0x80;
}

/* Whether some value in there needs rewriting. Strings are not looked into. */
static bool needs_work(struct bytes from, uint32_t depth)
{
	struct der value;

	while (from.len) {
		if (is_indefinite(from) || from.data[0] == OCTET_PIECES)
			return true;
		if (!der_take(&from, &value))
			return false;
		if (value.tag & CONSTRUCTED && depth < LIMIT_DER_DEPTH && needs_work(value.content, depth + 1))
			return true;
	}
	return false;
}

static void put_header(struct buf *to, size_t at, uint8_t tag)
{
	size_t len = to->len - at, count = 0;
	uint8_t header[10] = {tag};

	if (len < 0x80) {
		header[1] = (uint8_t)len;
	} else {
		while (len >> (8 * count))
			count++;
		header[1] = (uint8_t)(0x80 | count);
		for (size_t i = 0; i < count; i++)
			header[2 + i] = (uint8_t)(len >> (8 * (count - 1 - i)));
	}
	if (!buf_reserve(to, 2 + count))
		return;
	memmove(to->data + at + 2 + count, to->data + at, len);
	memcpy(to->data + at, header, 2 + count);
	to->len += 2 + count;
}

static bool convert(struct bytes *from, struct buf *to, uint32_t depth);

/* The pieces of an OCTET STRING, which may be in pieces themselves. */
static bool join(struct bytes from, bool indefinite, struct bytes *rest, struct buf *to, uint32_t depth)
{
	struct der piece;

	while (indefinite ? !at_end(from) : from.len > 0) {
		if (der_next_is(from, OCTET_PIECES)) {
			bool open = is_indefinite(from);
			struct bytes inside = open ? bytes_of(from.data + 2, from.len - 2) : from;

			if (depth >= LIMIT_DER_DEPTH)
				return false;
			if (!open && (!der_take(&from, &piece)))
				return false;
			if (!join(open ? inside : piece.content, open, open ? &from : NULL, to, depth + 1))
				return false;
		} else if (der_take(&from, &piece) && piece.tag == DER_OCTET_STRING) {
			buf_add_bytes(to, piece.content);
		} else {
			return false;
		}
	}
	if (rest)
		*rest = bytes_of(from.data + 2, from.len - 2);
	return true;
}

/* The values inside one that is constructed, up to its end. */
static bool convert_inside(struct bytes from, bool indefinite, struct bytes *rest, struct buf *to,
			   uint32_t depth)
{
	while (indefinite ? !at_end(from) : from.len > 0)
		if (!convert(&from, to, depth + 1))
			return false;
	if (rest)
		*rest = bytes_of(from.data + 2, from.len - 2);
	return true;
}

static bool convert(struct bytes *from, struct buf *to, uint32_t depth)
{
	bool indefinite = is_indefinite(*from), pieces = der_next_is(*from, OCTET_PIECES);
	struct bytes inside, *rest = NULL;
	struct der value;
	size_t at = to->len;
	uint8_t tag;

	if (depth > LIMIT_DER_DEPTH || !from->len)
		return false;
	tag = from->data[0];
	if (indefinite) {
		inside = bytes_of(from->data + 2, from->len - 2);
		rest = from;
	} else if (!der_take(from, &value)) {
		return false;
	} else if (!pieces && (!(tag & CONSTRUCTED) || !needs_work(value.content, depth))) {
		buf_add_bytes(to, value.whole);
		return buf_ok(to);
	} else {
		inside = value.content;
	}
	if (pieces ? !join(inside, indefinite, rest, to, depth)
		   : !convert_inside(inside, indefinite, rest, to, depth))
		return false;
	put_header(to, at, pieces ? DER_OCTET_STRING : tag);
	return buf_ok(to);
}

bool container_definite(struct arena *arena, struct bytes ber, struct bytes *der)
{
	CLEANUP(buf_done) struct buf to = buf_capped(ber.len + ber.len / 2 + 64);
	struct bytes rest = ber;

	if (!needs_work(ber, 0)) {
		*der = ber;
		return true;
	}
	if (!convert(&rest, &to, 0) || rest.len)
		return false;
	*der = arena_bytes(arena, buf_bytes(&to));
	return true;
}
