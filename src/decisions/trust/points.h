/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* points - distribution points of revocation lists (RFC 5280 section 4.2.1.13) and what a list says
 * it covers. */

#include "facts/crl.h"

/* A name of a point, made comparable: directory names canonical, all others as they stand. */
struct point_name {
	uint8_t form;
	struct bytes content;
};

struct point {
	const struct point_name
		*names; /* of the point; of its issuer when it has none of its own */
	size_t name_count;
	struct bytes issuer; /* canonical name of the list's issuer when the point names one; else
				NULL data */
	uint16_t reasons;    /* CRL_ALL_REASONS when it lists none */
	bool foreign_names;  /* has names that are not URIs */
};

/*
 * The points of a certificate, and last the one that needs no extension: its own issuer. issuer:
 * its canonical issuer. False when the extension cannot be read.
 */
MUST_CHECK
bool points_read(struct arena *arena, const struct cert *cert, struct bytes issuer,
		 const struct point **out, size_t *count);

/* Whether the list is for that point: RFC 5280 section 6.3.3 (b) (2) (i). issuer: the list's,
 * canonical. */
bool points_covers(struct arena *arena, const struct crl *list, struct bytes issuer,
		   const struct point *point);

/* Whether the list's own names are URIs and nothing else (BR 7.2.2.1). */
bool points_plain(const struct crl *list);
