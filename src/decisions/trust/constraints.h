/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * constraints - name constraints, after RFC 5280 section 4.2.1.10.
 *
 * Each CA's constraints are kept as they are; a later name must satisfy all of them, which is the
 * intersection of section 6.1.4 (g) without computing it. Names and constraints whose spelling is
 * not that of their form are refused: what cannot be understood cannot be within.
 */

#include "decisions/trust/forms.h"

struct arena;
struct cert;

struct constraint {
	enum form form;
	struct bytes base; /* as in form_name; directoryName: canonical */
};

struct constraints {
	const struct constraint *permitted, *excluded;
	size_t permitted_count, excluded_count;
	size_t permitted_of[FORM_COUNT], excluded_of[FORM_COUNT];
	struct str holder; /* whose they are, for the reason */
};

/* How names are read. */
struct constraints_style {
	bool strict_dns; /* ".example.com" is malformed for dNSName, not "subdomains only" */
};

/*
 * Reads the extension of a certificate, if it has one; *out is NULL otherwise. Returns NULL, or in
 * words why the constraints cannot be applied.
 */
const char *constraints_read(struct arena *arena, const struct cert *cert,
			     struct constraints_style style, const struct constraints **out);

/*
 * Whether the names of a certificate satisfy all of them. leaf: the common name counts as a DNS
 * name when there is no subjectAltName. *budget: comparisons left; they are counted as names times
 * constraints before any is made. Returns NULL data, or in words what is wrong (in the arena).
 */
struct str constraints_check(struct arena *arena, const struct cert *cert, bool leaf,
			     const struct constraints *const *all, size_t count, int64_t *budget);
