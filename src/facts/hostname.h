/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* hostname - host names and addresses: their one spelling, and whether a certificate is for one. */

#include "base/err.h"

struct arena;
struct cert;

/* A name to be matched: either a DNS name in lower-case A-labels without a final dot, or an address. */
struct hostname {
	struct str text;    /* canonical spelling; an IPv6 address without brackets */
	uint8_t address[16];
	uint8_t address_len; /* 0: a DNS name; 4 or 16: an address, in address[] */
};

/*
 * Reads a name as people write it: any case, U-labels (by IDNA 2008), final dot, [::1].
 * err  ERR_INPUT
 */
MUST_CHECK bool hostname_read(struct arena *arena, struct str text, struct hostname *out, struct err *err);

/*
 * Whether the certificate is for the name, after RFC 9525: subjectAltName only, "*" only as the whole leftmost label
 * and for exactly one label, addresses by iPAddress alone.
 */
bool hostname_matches(const struct hostname *name, const struct cert *cert);

/* Whether a presented identifier ("*.example.org") covers a DNS name. */
bool hostname_covers(struct str presented, struct str name);

/* Whether names below it belong to everybody: "org", "co.uk", by the DNS section of the public suffix list. */
bool hostname_is_public_suffix(struct str domain);
