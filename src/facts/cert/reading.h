/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* reading - what the files of this room share while one certificate is read. Private. */

#include "facts/cert.h"

struct reading {
	struct arena *arena;
	struct cert *cert;
	struct err *err; /* may be NULL */
	struct str *oddities;
	size_t oddity_count;
};

/* At most this many are told; a hostile certificate could have one a byte. */
enum { ODDITIES_MAX = 32 };

void cert_odd(struct reading *r, const char *format, ...) PRINTF(2, 3);

/* Takes over what a part called odd, if anything: "subject: …". */
void cert_odd_part(struct reading *r, const char *part, const char *odd_or_null);

/* Says why no value of that tag (0: any) could be taken for a field. Returns false. */
bool cert_fail(struct reading *r, const char *field, struct bytes at, uint8_t tag);

/* Says what is wrong with a field that stands there. Returns false. */
bool cert_wrong(struct reading *r, const char *field, struct bytes at, const char *what);

/* Reads what the extensions in r->cert say. */
void cert_extensions_known(struct reading *r);

/* A list of texts that grows in the arena. */
struct strs {
	struct str *at;
	size_t count, room;
};
void cert_strs_add(struct arena *arena, struct strs *list, struct str text);
struct cert_strs cert_strs_done(const struct strs *list);

/* By the reserved OIDs of the CA/B Forum and the EV policies that root programs know. policies: dots. */
enum cert_validation cert_validation_of(const struct cert_strs *policies);

/* How many SCTs a SignedCertificateTimestampList (inside its OCTET STRING) has; times for the first max. */
size_t cert_sct_list_read(struct bytes list, int64_t *to_ms, size_t max);
