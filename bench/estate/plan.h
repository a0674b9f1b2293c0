/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * plan - what an estate of so many certificates looks like: the same for the same size, seed and time.
 *
 * Modelled on what large organisations have: most leaves of few public CAs and short lives, some of private ones and long
 * lives; names with a few siblings each, renewed some times; one leaf in twelve shares its key; hosts that serve one or
 * several names, some of them the certificate before the current one. Bytes are random where nobody reads them.
 */

#include "base/arena.h"
#include "facts/model.h"

struct plan {
	uint64_t certificates; /* leaves and CA certificates */
	uint64_t authorities;  /* the first so many are CA certificates */
	uint64_t lineages, hosts, teams;
	uint64_t seed;
	int64_t now;
};

struct plan plan_of(uint64_t certificates, uint64_t seed, int64_t now);

/* The nth certificate, whole; lives in arena. */
void plan_certificate(const struct plan *plan, uint64_t n, struct arena *arena, struct model_new_certificate *out);

struct plan_place {
	uint64_t host;
	struct str host_name, address, server_name;
	int64_t port;
	const char *protocol;
	uint64_t certificate;  /* the leaf it shows */
	uint64_t authority;    /* the intermediate behind it */
};
/* Places at which leaves are shown: twice as many sightings as certificates come of them (leaf and intermediate). */
uint64_t plan_place_count(const struct plan *plan);
void plan_place(const struct plan *plan, uint64_t n, struct arena *arena, struct plan_place *out);

/* What the owner of a lineage says of it. */
struct plan_words {
	uint64_t team; /* plan->teams: nobody */
	const char *environment, *criticality;
	struct str tags[3];
	size_t tag_count;
};
void plan_words(const struct plan *plan, uint64_t lineage, struct arena *arena, struct plan_words *out);
struct str plan_team_name(const struct plan *plan, uint64_t team, struct arena *arena);
