/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* usage - what a certificate may be used for: its extended key usages, read from the extension. */

#include "decisions/trust.h"

enum usage_bit {
	USAGE_ABSENT = 1 << 0, /* there is no such extension */
	USAGE_BROKEN = 1 << 1, /* it cannot be read */
	USAGE_ANY = 1 << 2,    /* anyExtendedKeyUsage */
	USAGE_SERVER = 1 << 3,
	USAGE_CLIENT = 1 << 4,
	USAGE_FOREIGN = 1 << 5, /* code signing, e-mail, time stamping, OCSP, precertificates: not
				   beside TLS */
};

unsigned usage_read(const struct cert *cert);

/* Whether usages so read (of the leaf, or of an intermediate above it) cover the purpose. */
bool usage_covers(unsigned usage, enum trust_purpose purpose);
