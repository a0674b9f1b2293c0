/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * trust - path validation, and what the root programs say of a certificate.
 *
 * Builds paths from a leaf over given intermediates to trust anchors and validates each after RFC 5280
 * section 6, signatures by OpenSSL. Pure: takes facts, anchors and `now`; opens nothing. Hostile sets of
 * certificates (loops, thousands of look-alikes) end at the limits PATH_SIGNATURES and PATH_NAMES.
 */

#include "base/err.h"
#include "facts/cert.h"

struct arena;
struct hostname;
struct crl;
struct trust_store;
struct trust_pool;
struct scan_record;

/* A pool of certificates that a path may lead over; finds issuers by name and key id. */
struct trust_pool *trust_pool_new(void);
void trust_pool_free(struct trust_pool *pool);
void trust_pool_add(struct trust_pool *pool, const struct cert *cert); /* borrowed; twice is fine */

/*
 * A root program: anchors with the dates from which they are not trusted any more.
 *
 * name     "mozilla", "chrome", "apple", "microsoft", "system", "given"
 * version  what the list says of itself, and its date, to be shown
 */
struct trust_anchor_limits {
	int64_t not_before_max; /* Mozilla: a leaf issued later is not trusted; INT64_MAX: no limit */
	int64_t sct_max_ms;     /* Chrome: its earliest SCT must not be later; INT64_MAX: no limit */
};
struct trust_store *trust_store_new(struct str name, struct str version, int64_t dated);
void trust_store_free(struct trust_store *store);
void trust_store_add(struct trust_store *store, const struct cert *anchor,
		     const struct trust_anchor_limits *limits_or_null);
/* An anchor whose certificate we do not have: it counts when a server sends it. */
void trust_store_add_hash(struct trust_store *store, const uint8_t sha256[32],
			  const struct trust_anchor_limits *limits_or_null);
/* A certificate that the program lists as never to be trusted. */
void trust_store_block(struct trust_store *store, const uint8_t sha256[32]);
struct str trust_store_name(const struct trust_store *store);
struct str trust_store_version(const struct trust_store *store);
int64_t trust_store_dated(const struct trust_store *store); /* of the list: how old it is can be shown */
size_t trust_store_count(const struct trust_store *store);

/*
 * The programs of the data packs in a folder (NULL: those that the binary carries) and the system's
 * bundle, in the order mozilla, chrome, apple, microsoft, system. texts are the files' contents: see trust_packs.
 */
struct trust_packs {
	struct bytes mozilla_json, mozilla_pem, chrome_json, programs_json, system_pem;
	/*
	 * For a judge of records, in one thread: the texts live as long as the set and are good, so reading
	 * them may wait until a chain comes that they may say something of.
	 */
	bool lists_may_wait;
	struct arena *arena; /* of the texts, given to the set, which frees it in the end; NULL: they are the caller's */
};
struct trust_set;
MUST_CHECK bool trust_set_new(const struct trust_packs *packs, struct trust_set **out, struct err *err);
void trust_set_free(struct trust_set *set);
size_t trust_set_count(const struct trust_set *set);
const struct trust_store *trust_set_at(const struct trust_set *set, size_t index);
const struct trust_store *trust_set_find(const struct trust_set *set, struct str name); /* or NULL */

enum trust_purpose { TRUST_SERVER, TRUST_CLIENT, TRUST_ANY };

struct trust_query {
	const struct cert *leaf;
	const struct trust_pool *pool;   /* intermediates; may be NULL */
	const struct trust_store *store; /* anchors */
	const struct hostname *name;     /* NULL: names are not checked */
	const struct crl *const *crls;   /* when there are any, every certificate of the path needs a good one */
	size_t crl_count;
	bool crls_required; /* ask for good lists even if there are none */
	int64_t now;
	enum trust_purpose purpose;
	int32_t depth; /* intermediates at most; -1: no limit */
};

struct trust_answer {
	bool trusted;
	struct str reason; /* "trusted", or what is wrong, in words; lives in the arena */
	const struct cert *const *path; /* leaf first; the best one tried when none is good; may be empty */
	size_t path_count;
	size_t signatures; /* checked for this answer; those remembered from earlier ones are not counted */
	int64_t limit; /* of the path's anchor: until when the program trusts what it issues; INT64_MAX: no end */
};

/* Whether a reason says that the path ends in a root that the program does not know, or before any root. */
bool trust_reason_is_unknown_root(struct str reason);

void trust_check(struct arena *arena, const struct trust_query *query, struct trust_answer *answer);

/*
 * Whether the certificates a server sent lead from the leaf to one that an anchor of the store issued (or is), without
 * any certificate from elsewhere; or, for private CAs, to a self-signed certificate among them. By names and key
 * identifiers: what is missing is asked, not what is wrong. The judge of scan records has a third answer,
 * "unknown", for what ends in an intermediate of a CA nobody knows.
 */
bool trust_chain_complete(const struct cert *const *chain, size_t count, const struct trust_store *store);

/*
 * The judgement of a scan's records: fills name_matches, chain_complete and trust of those that have a chain. Verdicts
 * and shared intermediates are kept, so that most records cost a lookup.
 *
 * set     borrowed, lives longer
 * record  its texts are the judge's, and stay until the next call
 */
struct trust_judge;
struct trust_judge *trust_judge_new(struct trust_set *set);
void trust_judge_free(struct trust_judge *judge);
void trust_judge_record(struct trust_judge *judge, struct scan_record *record, int64_t now);
