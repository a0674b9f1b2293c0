/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * findings - what is plainly wrong with what an endpoint shows, for tables, --fail-on and `check`. What a policy says of it
 * is for the rules.
 */

#include "facts/scan_record.h"

/* clang-format off */
#define FINDINGS_ALL(X) \
	X(EXPIRED,          "expired") \
	X(NOT_YET_VALID,    "not-yet-valid") \
	X(EXPIRING,         "expiring") \
	X(NAME_MISMATCH,    "name-mismatch") \
	X(INCOMPLETE_CHAIN, "incomplete-chain") \
	X(SELF_SIGNED,      "self-signed") \
	X(UNTRUSTED,        "untrusted") \
	X(WEAK_KEY,         "weak-key") \
	X(WEAK_SIGNATURE,   "weak-signature") \
	X(OLD_TLS,          "old-tls") \
	X(UNREADABLE,       "unreadable")
/* clang-format on */

enum finding_bit {
#define X(name, text) FINDING_BIT_##name,
	FINDINGS_ALL(X)
#undef X
	FINDING_COUNT
};
enum finding {
#define X(name, text) FINDING_##name = 1 << FINDING_BIT_##name,
	FINDINGS_ALL(X)
#undef X
};

/* Bits of enum finding. 0 for a record without certificates. */
uint32_t findings_of(const struct scan_record *record, int64_t now);
const char *finding_name(enum finding_bit bit);

/* Facts of the leaf, or NULL. */
const struct cert *findings_leaf(const struct scan_record *record);

/* How long before its end a certificate counts as expiring: 30 days, or a third of a short life. */
int64_t findings_notice_s(const struct cert *cert);
