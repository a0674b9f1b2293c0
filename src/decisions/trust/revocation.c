/* SPDX-License-Identifier: Apache-2.0 */

/*
 * RFC 5280 section 6.3.3 for each certificate below the anchor: over its distribution points, and
 * last its issuer as the point that needs no extension, every list that is for the point is asked.
 * A list counts when it is of now, understood, issued by whom the point says, and signed by a key
 * that may sign lists: that of a certificate higher in the path, or of one that a path of its own
 * leads to from the same anchor. A delta list amends the complete one that it is based on. The
 * certificate is good when the lists that do not name it cover all reasons together.
 */

#include "decisions/trust/revocation.h"

#include "base/arena.h"
#include "decisions/trust/dn.h"
#include "decisions/trust/inherit.h"
#include "decisions/trust/points.h"
#include "decisions/trust/reason.h"
#include "decisions/trust/search.h"
#include "facts/der.h"
#include "facts/oid.h"
#include "facts/sign.h"

#define SIGNER_DEPTH 3 /* signers of lists about signers of lists */

struct asking {
	struct validation *v;
	const struct path *path;
	size_t place; /* of the certificate in the path */
	const struct link *link;
	bool unusable; /* a list was there, but does not count */
};

static int compare_numbers(struct bytes a, struct bytes b)
{
	if (!der_unsigned(a, &a) || !der_unsigned(b, &b))
		return -2;
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return bytes_compare(a, b) < 0 ? -1 : bytes_compare(a, b) > 0;
}

static bool may_sign_lists(const struct cert *cert)
{
	return !cert->has_key_usage || (cert->key_usage & CERT_USAGE_CRL_SIGN);
}

static bool signs_with(struct asking *ask, const struct cert *signer, const struct cert_key *key,
		       const struct crl *list)
{
	if (!may_sign_lists(signer) || ask->v->signatures_left-- <= 0)
		return false;
	if (signer->subject_key_id.data && list->authority_key_id.data &&
	    !bytes_equal(signer->subject_key_id, list->authority_key_id))
		return false;
	return sign_check(key->spki, list->signature_algorithm, list->tbs, list->signature_value) ==
	       SIGN_GOOD;
}

static bool signs(struct asking *ask, const struct cert *signer, const struct crl *list)
{
	return signs_with(ask, signer, &signer->key, list);
}

/* The same for a certificate of the path, whose DSA key may have its parameters from above. */
static bool signs_from(struct asking *ask, size_t place, const struct crl *list)
{
	struct cert_key key;

	return inherit_key(ask->v->arena, ask->path, place, &key) &&
	       signs_with(ask, ask->path->at[place]->cert, &key, list);
}

/* Whether a path leads to the signer from the anchor of this one. */
static bool is_trusted(struct asking *ask, const struct link *signer)
{
	const struct link *anchor = ask->path->at[ask->path->count - 1];
	struct trust_query query = *ask->v->query;
	struct validation v = *ask->v;
	struct path found;
	bool good;

	if (ask->v->list_depth >= SIGNER_DEPTH)
		return false;
	query.leaf = signer->cert;
	query.name = NULL;
	query.purpose = TRUST_ANY;
	query.depth = -1;
	v.query = &query;
	v.level = PROFILE_PLAIN;
	v.list_depth++;
	good = search_path(&v, signer, &found) && found.at[found.count - 1] == anchor;
	ask->v->signatures_left = v.signatures_left;
	ask->v->names_left = v.names_left;
	return good;
}

static bool find_signer(struct asking *ask, const struct index *index, struct bytes issuer,
			const struct crl *list)
{
	const struct link_list *links = index_find(index, issuer);

	for (const struct link *link = links ? links->first : NULL; link; link = link->next)
		if (link->cert != ask->link->cert && signs(ask, link->cert, list) &&
		    is_trusted(ask, link))
			return true;
	return false;
}

static bool is_signed(struct asking *ask, struct bytes issuer, const struct crl *list,
		      const struct point *point)
{
	const struct trust_query *query = ask->v->query;

	if (!bytes_equal(list->signature_algorithm, list->tbs_algorithm))
		return false;
	/* An indirect list may cover its own signer when the signer's issuer says so
	 * (PKITS 4.14.30). */
	if (point->issuer.data && ask->v->list_depth && !ask->place &&
	    bytes_equal(ask->link->subject, issuer) && signs(ask, ask->link->cert, list))
		return true;
	for (size_t i = ask->place + 1; i < ask->path->count; i++)
		if (bytes_equal(ask->path->at[i]->subject, issuer) && signs_from(ask, i, list))
			return true;
	return (query->pool && find_signer(ask, &query->pool->index, issuer, list)) ||
	       find_signer(ask, &query->store->index, issuer, list);
}

static bool has_unknown_entries(const struct crl *list)
{
	for (size_t i = 0; i < list->entry_count; i++)
		if (list->entries[i].unknown_critical)
			return true;
	return false;
}

static bool is_of_now(const struct crl *list, int64_t now)
{
	return list->this_update <= now && now <= list->next_update;
}

/* What a list must be to count for the certificate at all, its signature apart. */
static bool is_for(struct asking *ask, const struct crl *list, struct bytes issuer,
		   const struct point *point)
{
	const struct cert *cert = ask->link->cert;
	const bool ca = cert->ca || ask->place > 0;

	if (!bytes_equal(issuer, point->issuer.data ? point->issuer : ask->link->issuer) ||
	    (point->issuer.data && !bytes_equal(issuer, ask->link->issuer) &&
	     !list->scope.indirect))
		return false;
	if (!points_covers(ask->v->arena, list, issuer, point))
		return false;
	if ((list->scope.only_user && ca) || (list->scope.only_ca && !ca) ||
	    list->scope.only_attribute)
		return false;
	return true;
}

static bool has_twice(const struct crl *list)
{
	for (size_t i = 1; i < list->entry_count; i++) {
		const struct crl_entry *a = &list->entries[list->by_serial[i - 1]];
		const struct crl_entry *b = &list->entries[list->by_serial[i]];

		if (bytes_equal(a->serial, b->serial) && bytes_equal(a->issuer, b->issuer))
			return true;
	}
	return false;
}

/* A CRL number, not critical: RFC 5280 section 5.2.3. */
static bool is_numbered(const struct crl *list)
{
	for (size_t i = 0; i < list->extension_count; i++)
		if (OID_IS(list->extensions[i].oid, OID_CRL_NUMBER))
			return !list->extensions[i].critical && list->number_der.data;
	return false;
}

/* Understood and of now; under the web profile also in the form of the Baseline Requirements (7.2).
 */
static bool is_usable(struct asking *ask, const struct crl *list, const struct point *point)
{
	if (!is_of_now(list, ask->v->query->now) || list->unknown_critical ||
	    list->broken_extension || has_unknown_entries(list))
		return false;
	if (ask->v->level >= PROFILE_RFC5280 && !is_numbered(list))
		return false;
	if (ask->v->level < PROFILE_WEB)
		return true;
	return points_plain(list) && !has_twice(list) &&
	       !(list->scope.full_name.data && point->foreign_names);
}

/* The entry of the certificate, names compared as names are. */
static const struct crl_entry *find_entry(struct asking *ask, const struct crl *list)
{
	const struct crl_entry *entry;
	struct bytes issuer, serial;
	size_t at = 0;

	serial = ask->link->cert->serial_der;
	while (serial.len > 1 && ((!serial.data[0] && !(serial.data[1] & 0x80)) ||
				  (serial.data[0] == 0xff && (serial.data[1] & 0x80))))
		serial = (struct bytes){serial.data + 1, serial.len - 1};
	while ((entry = crl_find_next(list, serial, &at)))
		if (dn_canonical(ask->v->arena, entry->issuer, &issuer) &&
		    bytes_equal(issuer, ask->link->issuer))
			return entry;
	return NULL;
}

static bool same_scope(const struct crl *a, const struct crl *b)
{
	return bytes_equal(a->scope.full_name, b->scope.full_name) &&
	       bytes_equal(a->scope.relative_name, b->scope.relative_name) &&
	       a->scope.only_user == b->scope.only_user && a->scope.only_ca == b->scope.only_ca &&
	       a->scope.indirect == b->scope.indirect && a->scope.reasons == b->scope.reasons;
}

/* The newest delta list that amends the complete one: section 6.3.3 (c). */
static const struct crl *find_delta(struct asking *ask, const struct crl *complete,
				    struct bytes issuer, const struct point *point)
{
	const struct trust_query *query = ask->v->query;
	const struct crl *best = NULL;
	struct bytes name;

	for (size_t i = 0; i < query->crl_count; i++) {
		const struct crl *delta = query->crls[i];

		if (!delta->base_number.data || !delta->number_der.data ||
		    !complete->number_der.data ||
		    !dn_canonical(ask->v->arena, delta->issuer_der, &name) ||
		    !bytes_equal(name, issuer) || !same_scope(delta, complete) ||
		    !is_usable(ask, delta, point))
			continue;
		if (compare_numbers(delta->base_number, complete->number_der) > 0 ||
		    compare_numbers(delta->number_der, complete->number_der) < 0 ||
		    (best && compare_numbers(delta->number_der, best->number_der) <= 0) ||
		    !is_signed(ask, issuer, delta, point))
			continue;
		best = delta;
	}
	return best;
}

static struct str revoked(struct asking *ask, const struct crl_entry *entry)
{
	const char *why = crl_reason_name((enum crl_reason)entry->reason);

	return arena_format(ask->v->arena, "revoked on %.*s%s%s",
			    STR_ARG(reason_date(ask->v->arena, entry->revoked_at)), why ? ": " : "",
			    why ? why : "");
}

/* One complete list for one point. Adds the reasons that it answers to *answered. */
static struct str ask_list(struct asking *ask, const struct crl *list, const struct point *point,
			   unsigned *answered)
{
	const unsigned reasons = point->reasons & list->scope.reasons & CRL_ALL_REASONS;
	const struct crl_entry *entry;
	const struct crl *delta;
	struct bytes issuer;

	if (list->base_number.data || !dn_canonical(ask->v->arena, list->issuer_der, &issuer) ||
	    !is_for(ask, list, issuer, point) || !(reasons & ~*answered))
		return (struct str){0};
	if (!is_usable(ask, list, point) || !is_signed(ask, issuer, list, point)) {
		ask->unusable = true;
		return (struct str){0};
	}
	delta = find_delta(ask, list, issuer, point);
	entry = delta ? find_entry(ask, delta) : NULL;
	if (!entry)
		entry = find_entry(ask, list);
	if (entry && entry->reason != CRL_REMOVED)
		return revoked(ask, entry);
	*answered |= reasons;
	return (struct str){0};
}

static struct str ask_all(struct asking *ask)
{
	const struct trust_query *query = ask->v->query;
	const struct point *points;
	struct str problem = {0};
	unsigned answered = 0;
	size_t count;

	if (!points_read(ask->v->arena, ask->link->cert, ask->link->issuer, &points, &count))
		return STR("its CRL distribution points cannot be read");
	for (size_t i = 0; i < count && answered != CRL_ALL_REASONS; i++)
		for (size_t j = 0; j < query->crl_count && !problem.data; j++)
			problem = ask_list(ask, query->crls[j], &points[i], &answered);
	if (problem.data || answered == CRL_ALL_REASONS)
		return problem;
	return ask->unusable ? STR("its revocation list is not valid, so its status is unknown")
			     : STR("no revocation list covers it, so its status is unknown");
}

struct str revocation_problem(struct validation *v, const struct path *path)
{
	struct str problem = {0};

	const bool asked = v->query->crl_count || v->query->crls_required;

	for (size_t i = 0; asked && i + 1 < path->count && !problem.data; i++) {
		struct asking ask = {.v = v, .path = path, .place = i, .link = path->at[i]};

		problem = reason_of(v->arena, path->at[i]->cert, i, false, ask_all(&ask));
	}
	return problem;
}
