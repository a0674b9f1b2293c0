/* SPDX-License-Identifier: Apache-2.0 */

/* Growing bytes with a cap: see the door. */

#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void buf_done(struct buf *buf)
{
	free(buf->data);
	*buf = buf_capped(buf->cap);
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->full = false;
	if (buf->data)
		buf->data[0] = 0;
}

char *buf_reserve_slow(struct buf *buf, size_t len)
{
	size_t room = buf->room ? buf->room : 256;

	if (len > buf->cap - buf->len) {
		buf->full = true;
		return NULL;
	}
	if (!buf->data || buf->len + len + 1 > buf->room) {
		while (room < buf->len + len + 1)
			room *= 2;
		if (room > buf->cap + 1)
			room = buf->cap + 1;
		buf->data = memory_grow(buf->data, room);
		buf->room = room;
		buf->data[buf->len] = 0;
	}
	return buf->data + buf->len;
}

void buf_add_slow(struct buf *buf, const void *data, size_t len)
{
	char *to = buf_reserve(buf, len);

	if (!to)
		return;
	if (len)
		memcpy(to, data, len);
	buf->len += len;
	buf->data[buf->len] = 0;
}

void buf_add_str(struct buf *buf, struct str s)
{
	buf_add(buf, s.data, s.len);
}

void buf_add_bytes(struct buf *buf, struct bytes b)
{
	buf_add(buf, b.data, b.len);
}

void buf_add_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_addf(struct buf *buf, const char *format, ...)
{
	va_list args, again;
	int len;
	char *to;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	to = len < 0 ? NULL : buf_reserve(buf, (size_t)len);
	if (to) {
		vsnprintf(to, (size_t)len + 1, format, again);
		buf->len += (size_t)len;
	}
	va_end(again);
}

static void add_number(struct buf *buf, uint64_t value, size_t width)
{
	uint8_t raw[8];

	for (size_t i = 0; i < width; i++)
		raw[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
	buf_add(buf, raw, width);
}

void buf_add_u8(struct buf *buf, uint8_t value)
{
	add_number(buf, value, 1);
}

void buf_add_u16(struct buf *buf, uint16_t value)
{
	add_number(buf, value, 2);
}

void buf_add_u24(struct buf *buf, uint32_t value)
{
	add_number(buf, value, 3);
}

void buf_add_u32(struct buf *buf, uint32_t value)
{
	add_number(buf, value, 4);
}

void buf_add_u64(struct buf *buf, uint64_t value)
{
	add_number(buf, value, 8);
}

static size_t open_vector(struct buf *buf, size_t width)
{
	size_t at = buf->len;

	add_number(buf, 0, width);
	return at;
}

static void close_vector(struct buf *buf, size_t at, size_t width)
{
	size_t len;

	if (buf->full)
		return;
	len = buf->len - at - width;
	if (len >> (8 * width)) {
		buf->full = true;
		return;
	}
	for (size_t i = 0; i < width; i++)
		buf->data[at + i] = (char)(len >> (8 * (width - 1 - i)));
}

size_t buf_open_vector8(struct buf *buf)
{
	return open_vector(buf, 1);
}

size_t buf_open_vector16(struct buf *buf)
{
	return open_vector(buf, 2);
}

size_t buf_open_vector24(struct buf *buf)
{
	return open_vector(buf, 3);
}

void buf_close_vector8(struct buf *buf, size_t at)
{
	close_vector(buf, at, 1);
}

void buf_close_vector16(struct buf *buf, size_t at)
{
	close_vector(buf, at, 2);
}

void buf_close_vector24(struct buf *buf, size_t at)
{
	close_vector(buf, at, 3);
}

void buf_drop(struct buf *buf, size_t len)
{
	if (len == 0)
		return;
	if (len > buf->len)
		len = buf->len;
	memmove(buf->data, buf->data + len, buf->len - len + 1);
	buf->len -= len;
}

struct str buf_str(const struct buf *buf)
{
	return (struct str){buf->data ? buf->data : "", buf->len};
}

struct bytes buf_bytes(const struct buf *buf)
{
	return bytes_from(buf_str(buf));
}
