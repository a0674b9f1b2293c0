/* SPDX-License-Identifier: Apache-2.0 */

#include "decisions/trust/inherit.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "facts/der.h"
#include "facts/hash.h"
#include "facts/oid.h"

#define SPKI_MAX 65000 /* lengths stay within two octets */

/* The parts of a DSA SubjectPublicKeyInfo; parameters are empty when absent or NULL. */
struct parts {
	struct bytes oid, parameters, key; /* the last two with their tags */
};

static bool read_parts(struct bytes spki, struct parts *out)
{
	struct bytes inside, algorithm, oid;

	if (!der_take_only(spki, DER_SEQUENCE, &inside) ||
	    !der_take_tag(&inside, DER_SEQUENCE, &algorithm) ||
	    !der_take_tag(&algorithm, DER_OID, &oid) || !OID_IS(oid, OID_DSA))
		return false;
	*out = (struct parts){oid, der_next_is(algorithm, DER_NULL) ? (struct bytes){0} : algorithm,
			      inside};
	return true;
}

bool inherit_needed(const struct cert_key *key)
{
	struct parts parts;

	return key->algorithm == CERT_KEY_DSA && read_parts(key->spki, &parts) &&
	       !parts.parameters.len;
}

static void add_head(struct buf *buf, uint8_t tag, size_t len)
{
	buf_add_u8(buf, tag);
	if (len >= 256)
		buf_add_u8(buf, 0x82);
	else if (len >= 128)
		buf_add_u8(buf, 0x81);
	if (len >= 256)
		buf_add_u16(buf, (uint16_t)len);
	else
		buf_add_u8(buf, (uint8_t)len);
}

/* The key with the parameters of another. */
static bool with_parameters(struct arena *arena, const struct cert_key *key,
			    const struct cert_key *issuer, struct cert_key *out)
{
	CLEANUP(buf_done) struct buf algorithm = buf_capped(SPKI_MAX);
	CLEANUP(buf_done) struct buf spki = buf_capped(SPKI_MAX);
	struct parts mine, theirs;

	if (!read_parts(key->spki, &mine) || !read_parts(issuer->spki, &theirs) ||
	    !theirs.parameters.len)
		return false;
	add_head(&algorithm, DER_OID, mine.oid.len);
	buf_add_bytes(&algorithm, mine.oid);
	buf_add_bytes(&algorithm, theirs.parameters);
	if (algorithm.full || algorithm.len + mine.key.len > SPKI_MAX - 16)
		return false;
	add_head(&spki, DER_SEQUENCE,
		 algorithm.len + mine.key.len +
			 (algorithm.len >= 256   ? 4
			  : algorithm.len >= 128 ? 3
						 : 2));
	add_head(&spki, DER_SEQUENCE, algorithm.len);
	buf_add_bytes(&spki, buf_bytes(&algorithm));
	buf_add_bytes(&spki, mine.key);
	*out = *key;
	out->spki = arena_bytes(arena, buf_bytes(&spki));
	hash_sha256(out->spki, out->sha256);
	return true;
}

bool inherit_key(struct arena *arena, const struct path *path, size_t place, struct cert_key *out)
{
	struct cert_key key = path->at[path->count - 1]->cert->key;

	for (size_t i = path->count - 1; i-- > place;) {
		const struct cert_key *next = &path->at[i]->cert->key;

		if (!inherit_needed(next))
			key = *next;
		else if (!with_parameters(arena, next, &key, &key))
			return false;
	}
	*out = key;
	return !inherit_needed(&key);
}
