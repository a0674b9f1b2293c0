/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * foreign - text from strangers, one character at a time, and which of them act instead of being shown.
 *
 * Those that act are controls, marks that turn the direction of writing, and what has no width but joins, splits or
 * hides (after Unicode 15: general categories Cc, Zl, Zp, Cf). Whoever shows foreign text shows them as \x1b
 * or \u202e.
 */

#include "base/buf.h"

/*
 * Takes one character from the front of text, which is not empty.
 *
 * *code  its code point; of a byte that is not UTF-8: that byte
 * *len   its bytes
 * Returns false for such a byte.
 */
bool foreign_take(struct str *text, uint32_t *code, size_t *len);

bool foreign_acts(uint32_t code);

/* Adds the text with what acts, and bytes that are not UTF-8, spelt out. */
void foreign_add(struct buf *to, struct str text);

/* Whether it is UTF-8 of one line that shows as it is spelt: nothing in it acts. */
bool foreign_is_plain(struct str text);
