/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* reading - what the files of this room share while one list is read. Private. */

#include "facts/crl.h"

struct reading {
	struct arena *arena;
	struct crl *crl;
	struct err *err;
	struct str oddities[16];
	size_t oddity_count;
};

void crl_odd(struct reading *r, const char *part, const char *what_or_null);

/* Says why no value of that tag (0: any) could be taken, or what is wrong with the one there. Return false. */
bool crl_fail(struct reading *r, const char *field, struct bytes at, uint8_t tag);
bool crl_wrong(struct reading *r, const char *field, struct bytes at, const char *what);

/* The revokedCertificates: the inside of the SEQUENCE. */
bool crl_entries(struct reading *r, struct bytes entries);

/* The crlExtensions in r->crl. */
void crl_extensions(struct reading *r);
