/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Whether a server sent all that a client needs: from the leaf, over the certificates sent, in
 * whatever order, by names and key identifiers (no signatures: what is missing is the question, not
 * what is wrong). The end is an anchor, a certificate that an anchor issued, or, for CAs of one's
 * own, a self-signed certificate that was sent along. A lone leaf of an unknown CA is not complete;
 * a lone self-signed one is. What ends in an intermediate of a CA that we do not know is complete
 * as far as anybody can see: a root is rightly left out (RFC 8446 section 4.4.2).
 */

#include "base/arena.h"
#include "decisions/trust/complete.h"

#define SENT_MAX LIMIT_CHAIN_CERTS

struct walk {
	const struct link *sent;
	size_t count;
	const struct trust_store *const *stores;
	size_t store_count;
	bool above_leaf; /* an issuer of the leaf was sent */
	bool seen[SENT_MAX];
};

static bool may_be_issuer(const struct cert *below, const struct cert *issuer)
{
	return !below->authority_key_id.data || !issuer->subject_key_id.data ||
	       bytes_equal(below->authority_key_id, issuer->subject_key_id);
}

static bool is_issued_by_anchor(const struct walk *walk, const struct link *link)
{
	for (size_t i = 0; i < walk->store_count; i++) {
		const struct link_list *list = index_find(&walk->stores[i]->index, link->issuer);

		for (const struct link *anchor = list ? list->first : NULL; anchor;
		     anchor = anchor->next)
			if (may_be_issuer(link->cert, anchor->cert))
				return true;
		if (map_count(walk->stores[i]->marks) &&
		    store_mark_find(walk->stores[i], link->cert->sha256))
			return true;
	}
	return false;
}

static bool climb(struct walk *walk, size_t at)
{
	const struct link *link = &walk->sent[at];

	walk->seen[at] = true;
	walk->above_leaf |= at > 0;
	if (link->cert->self_signed || is_issued_by_anchor(walk, link))
		return true;
	for (size_t i = 0; i < walk->count; i++)
		if (!walk->seen[i] && link->issuer.data && walk->sent[i].subject.data &&
		    bytes_equal(link->issuer, walk->sent[i].subject) &&
		    may_be_issuer(link->cert, walk->sent[i].cert) && climb(walk, i))
			return true;
	return false;
}

enum scan_maybe complete_links(const struct link *sent, size_t count,
			       const struct trust_store *const *stores, size_t store_count)
{
	struct walk walk = {sent,   count < SENT_MAX ? count : SENT_MAX, stores, store_count, false,
			    {false}};

	if (count && climb(&walk, 0))
		return SCAN_YES;
	return walk.above_leaf ? SCAN_YES : SCAN_NO;
}

bool trust_chain_complete(const struct cert *const *chain, size_t count,
			  const struct trust_store *store)
{
	struct arena *arena = arena_new();
	struct link *sent;
	bool complete;

	count = count < SENT_MAX ? count : SENT_MAX;
	sent = ARENA_ARRAY(arena, struct link, count + 1);
	for (size_t i = 0; i < count; i++)
		link_init(arena, &sent[i], chain[i]);
	complete = complete_links(sent, count, &store, 1) == SCAN_YES;
	arena_free(arena);
	return complete;
}
