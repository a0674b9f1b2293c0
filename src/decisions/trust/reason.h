/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* reason - verdicts in plain words, for people who have not read RFC 5280. */

#include "base/bytes.h"

struct arena;
struct cert;

/* "CN=…,O=…" (or the serial number of a certificate without a name), visible and not too long. */
struct str reason_subject(struct arena *arena, const struct cert *cert);
struct str reason_issuer(struct arena *arena, const struct cert *cert);

/* "2026-11-08" */
struct str reason_date(struct arena *arena, int64_t at);

/* "12 days", "3 hours", "1 second" */
struct str reason_span(struct arena *arena, int64_t seconds);

/* NULL data, or "expired 12 days ago (2026-11-08)", "not valid until 2026-12-01 (in 11 days)". */
struct str reason_validity(struct arena *arena, const struct cert *cert, int64_t now);

/* "the intermediate CN=… : text"; the leaf is not named. place: 0 the leaf, then up; anchor: it
 * ends the path. */
struct str reason_of(struct arena *arena, const struct cert *cert, size_t place, bool anchor,
		     struct str text);
