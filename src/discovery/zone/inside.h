/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* inside - what the files of discovery/zone share. */

#include <ldns/ldns.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "discovery/zone.h"

/* What is gathered while records come. */
struct gather {
	struct arena *arena;
	struct str zone; /* lower case, no final dot; empty: any name is in it */
	struct zone_target *targets;
	size_t count, room, records, caa;
};

struct gather gather_start(struct arena *arena, struct str zone);
/* err ERR_PROTOCOL: more than LIMIT_ZONE_RECORDS */
bool gather_record(struct gather *gather, const ldns_rr *rr, struct err *err);
void gather_name(struct gather *gather, struct str name, uint16_t port, const char *from);
/* Sorted, each once. */
void gather_end(struct gather *gather, struct zone *out);

/* A name on the wire as text, or empty when it is none that we take (over 253 bytes, odd characters). */
struct str dname_text(struct arena *arena, struct bytes wire, size_t *used);
