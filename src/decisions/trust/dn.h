/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * dn - distinguished names in the form in which they are compared.
 *
 * After RFC 5280 section 7.1 and the spirit of RFC 4518: string types are equal to each other, case
 * and runs of white space do not count, the order of RDNs does, the order within an RDN does not.
 * The canonical form is a list of RDNs, each with its length in front, so that "lies below" is
 * "starts with".
 */

#include "base/bytes.h"

struct arena;

/* Canonical form of a Name (its whole DER). False when it is not one. */
MUST_CHECK
bool dn_canonical(struct arena *arena, struct bytes name, struct bytes *out);

/* The canonical name with one more RDN (the inside of its SET): names relative to a list's issuer.
 */
MUST_CHECK
bool dn_append(struct arena *arena, struct bytes canonical, struct bytes rdn, struct bytes *out);

/* Whether the canonical name lies in the subtree of the canonical base (or is it). */
bool dn_within(struct bytes name, struct bytes base);

bool dn_is_empty(struct bytes name); /* whole DER */

/*
 * Why a name cannot be trusted to mean what it shows: an empty RDN or value, an embedded NUL,
 * characters that its string type does not have, a country that is not two letters, an attribute
 * twice in one RDN, a SET out of order. NULL when nothing is wrong. Asked where name constraints
 * are in force: what is doubtful evades them.
 */
const char *dn_problem(struct arena *arena, struct bytes name);

/* Calls each for every attribute of a type with its value as UTF-8, until it returns false (and
 * returns that). */
bool dn_each(struct arena *arena, struct bytes name, struct bytes type,
	     bool (*each)(void *data, struct str value), void *data);
