/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * profile - what a certificate must look like beyond what path validation needs.
 *
 * RFC 5280 and the CA/Browser Forum bind CAs to forms that most clients do not check. With roots
 * that the user gives, purpose "server" checks all of them and "client" those of RFC 5280; the
 * anchors of root programs are vouched for by their programs, and chains to them are judged as
 * browsers judge. Purpose "any" is plain section 6.
 */

#include "decisions/trust.h"

enum profile_level {
	PROFILE_PLAIN,    /* RFC 5280 section 6 alone */
	PROFILE_BROWSERS, /* and what browsers refuse: SHA-1, short keys */
	PROFILE_RFC5280,  /* and all MUSTs of RFC 5280 */
	PROFILE_WEB,      /* and those of the CA/Browser Forum's Baseline Requirements */
};

enum profile_role { PROFILE_LEAF, PROFILE_CA, PROFILE_ANCHOR };

/* NULL data, or in words which rule is broken. named: a host name is being checked, so rules on
 * names apply. */
struct str profile_problem(struct arena *arena, const struct cert *cert, enum profile_role role,
			   enum profile_level level, bool named);
