/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * addresses - a set of IP addresses: single ones, blocks (CIDR) and ranges, of both families.
 *
 * Kept sorted and joined, so that asking costs a binary search. IPv4 addresses inside IPv6 (::ffff:a.b.c.d) count as
 * IPv4. After RFC 4291 section 2.2 and RFC 4632.
 */

#include "base/err.h"

struct addresses; /* NULL is an empty set */

struct addresses *addresses_new(void);
void addresses_free(struct addresses *set); /* NULL is fine */

/* "192.0.2.1", "192.0.2.0/24", "192.0.2.1-20", "192.0.2.1-192.0.2.9", "2001:db8::/32", "[::1]". False: it is none of these. */
bool addresses_add(struct addresses *set, struct str text);
bool addresses_has(struct addresses *set, const uint8_t *address, size_t len); /* len 4 or 16 */
bool addresses_has_text(struct addresses *set, struct str text);                /* false when it is no address */
size_t addresses_count(const struct addresses *set);                           /* of ranges, as they were added */
