/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* hex - bytes as lower-case hexadecimal digits and back; base64 with them, as both are spelling. */

#include "base/bytes.h"

struct arena;
struct buf;

/* Writes 2 * b.len digits and a NUL. */
void hex_write(char *to, struct bytes b);
struct str hex_str(struct arena *arena, struct bytes b);

/* Exactly 2 * len digits, either case. False leaves to alone. */
MUST_CHECK bool hex_read(struct str digits, uint8_t *to, size_t len);

/* RFC 4648 section 4 (with padding) and section 5 (URL and file name safe, without padding). */
void base64_write(struct buf *to, struct bytes b);
void base64url_write(struct buf *to, struct bytes b);

/*
 * Reads either alphabet; white space between digits is skipped, padding is optional. False on any
 * other character, on digits after padding and on stray bits.
 */
MUST_CHECK bool base64_read(struct str text, struct arena *arena, struct bytes *out);
