/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* pem - the textual encoding of RFC 7468: labelled base64 between two lines, anything between the blocks. */

#include "base/bytes.h"

struct arena;
struct buf;

/*
 * Takes the next block as text: *body is what stands between its lines, headers left out; NULL data when the block has no
 * end. False when there is none any more.
 */
MUST_CHECK bool pem_take_text(struct str *from, struct str *label, struct str *body);

/*
 * Takes the next block from the front of *from, skipping what stands before it. False when there is
 * none any more.
 *
 * *label    "CERTIFICATE", a view into the text
 * *content  its bytes in the arena; NULL data when the block is broken (no end line, not base64)
 */
MUST_CHECK
bool pem_take(struct arena *arena, struct str *from, struct str *label, struct bytes *content);

/* Adds a block: lines of 64 characters, a newline at the end. */
void pem_write(struct buf *to, const char *label, struct bytes content);
