/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * buf - bytes or text that grow, up to a cap.
 *
 * Always ends in NUL (not counted), so buf.data can go to printf. What would pass the cap is not
 * added and sets `full`, which stays: write a whole message, then ask buf_ok once.
 *
 *     CLEANUP(buf_done) struct buf body = buf_capped(65536);
 */

#include <string.h>

#include "base/bytes.h"

struct buf {
	char *data; /* NULL until something is added */
	size_t len, room, cap;
	bool full; /* something did not fit */
};

static inline struct buf buf_capped(size_t cap)
{
	return (struct buf){.cap = cap};
}
void buf_done(struct buf *buf);  /* frees; the buf is empty and usable afterwards */
void buf_clear(struct buf *buf); /* empty, room kept */
static inline bool buf_ok(const struct buf *buf)
{
	return !buf->full;
}

void buf_add_slow(struct buf *buf, const void *data, size_t len); /* buf_add when it must grow */
static inline void buf_add(struct buf *buf, const void *data, size_t len)
{
	if (len >= buf->room - buf->len || len > buf->cap - buf->len) {
		buf_add_slow(buf, data, len);
		return;
	}
	if (len)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = 0;
}
void buf_add_str(struct buf *buf, struct str s);
void buf_add_bytes(struct buf *buf, struct bytes b);
void buf_add_text(struct buf *buf, const char *text);
static inline void buf_add_char(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}
void buf_addf(struct buf *buf, const char *format, ...) PRINTF(2, 3);

/* Big-endian numbers. */
void buf_add_u8(struct buf *buf, uint8_t value);
void buf_add_u16(struct buf *buf, uint16_t value);
void buf_add_u24(struct buf *buf, uint32_t value);
void buf_add_u32(struct buf *buf, uint32_t value);
void buf_add_u64(struct buf *buf, uint64_t value);

/*
 * A length to be known later: buf_open_vector16 leaves two bytes and returns their place;
 * buf_close_vector16 fills in how much came since.
 */
size_t buf_open_vector8(struct buf *buf);
size_t buf_open_vector16(struct buf *buf);
size_t buf_open_vector24(struct buf *buf);
void buf_close_vector8(struct buf *buf, size_t at);
void buf_close_vector16(struct buf *buf, size_t at);
void buf_close_vector24(struct buf *buf, size_t at);

/* Room for len more bytes to be written by the caller, who then adds to buf->len; NULL if over the cap. */
char *buf_reserve_slow(struct buf *buf, size_t len);
static inline char *buf_reserve(struct buf *buf, size_t len)
{
	return len < buf->room - buf->len && len <= buf->cap - buf->len ? buf->data + buf->len : buf_reserve_slow(buf, len);
}

/* Removes the first len bytes. */
void buf_drop(struct buf *buf, size_t len);

struct str buf_str(const struct buf *buf);
struct bytes buf_bytes(const struct buf *buf);
