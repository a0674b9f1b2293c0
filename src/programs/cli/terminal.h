/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * terminal - what stands at the other end of a descriptor, and how foreign text is shown there.
 *
 * Colour only on a terminal that has it (TERM is not "dumb") and wants it (NO_COLOR is not set, see no-color.org).
 */

#include "base/buf.h"

struct terminal {
	bool is_terminal;
	bool moves;  /* the cursor can go back: progress bars are possible */
	bool colour;
	uint32_t width; /* columns; 80 when unknown */
};
struct terminal terminal_of(int fd);

/*
 * Adds foreign text so that it cannot act: control characters, bytes that are not UTF-8 and marks that turn the direction of
 * writing become \x1b or \u202e. At most columns wide, then "…" ends it; 0: uncut. Returns the
 * columns used.
 */
uint32_t text_add(struct buf *to, struct str text, uint32_t columns);
