/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * address - IP addresses as text and as bytes.
 *
 * inet_pton and inet_ntop go through copies and printf; a scan spells millions of addresses, so dotted quads are read and
 * written here, and only IPv6 is left to them.
 */

#include "base/bytes.h"

enum { ADDRESS_TEXT = 46 }; /* room for the longest, with its NUL */

/*
 * A dotted quad of four decimal numbers without superfluous zeros, or IPv6 after RFC 4291 section 2.2 (no brackets, no zone).
 * to is left alone when it is neither.
 */
MUST_CHECK bool address_read(struct str text, uint8_t to[16], uint8_t *len);

/* len is 4 or 16. Returns the text, which ends in NUL too. */
struct str address_write(const uint8_t *address, size_t len, char to[ADDRESS_TEXT]);
