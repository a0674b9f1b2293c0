/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * link - a certificate that may stand in a path, and the index that finds it by its subject.
 *
 * Names are made canonical once, when a certificate is added; a lookup is one hash of the issuer's
 * name. Pools and stores are read by several threads at once when nobody adds to them.
 */

#include "decisions/trust.h"

struct map;

struct link {
	const struct cert *cert;
	struct bytes subject,
		issuer;    /* canonical; NULL data: cannot be read, so it issues nothing */
	struct link *next; /* of the same subject */
	const struct trust_anchor_limits *limits; /* of an anchor; NULL otherwise */
};

struct link_list {
	struct link *first, *last;
	size_t count;
};

struct index {
	struct arena *arena;
	struct map *by_subject; /* to struct link_list */
	struct map *by_hash;    /* SHA-256 to struct link */
};

void index_init(struct index *index);
void index_done(struct index *index);
/* NULL when it is there already. */
struct link *index_add(struct index *index, const struct cert *cert);
const struct link_list *index_find(const struct index *index, struct bytes subject); /* or NULL */
const struct link *index_at(const struct index *index, const uint8_t sha256[32]);    /* or NULL */

/* Fills a link that stands in no index (a leaf). */
void link_init(struct arena *arena, struct link *link, const struct cert *cert);

struct trust_pool {
	struct index index;
};

/* What a store says of a certificate that it knows by its hash alone. */
struct store_mark {
	uint8_t sha256[32];
	bool blocked;
	struct trust_anchor_limits limits;
};

struct trust_store {
	struct index index;
	struct map *marks; /* SHA-256 to struct store_mark */
	struct str name, version;
	int64_t dated;
	bool given; /* its anchors come from the user, not from a program that vouches for their
		       form */
	struct memo *memo;
	bool memo_owned;
};

const struct store_mark *store_mark_find(const struct trust_store *store,
					 const uint8_t sha256[32]); /* or NULL */

/* Makes the store remember checked signatures together with others. memo lives longer. */
void store_share(struct trust_store *store, struct memo *memo);

/* Reads the lists of a set that waits with them, when they may say something of certificates that were sent. */
struct trust_set;
void set_ask_lists(struct trust_set *set, const struct link *sent, size_t count);

/* Whether a store has, or may have, something to say of this very certificate. */
bool set_may_be_root(struct trust_set *set, const struct cert *cert);
