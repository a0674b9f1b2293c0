/* SPDX-License-Identifier: Apache-2.0 */

/* Certification requests, after RFC 2986 (PKCS#10), with the extensions they ask for: RFC 2985 section 5.4.2. */

#include "facts/container/reading.h"

#include "base/arena.h"
#include "base/limits.h"
#include "facts/der.h"
#include "facts/hash.h"
#include "facts/oid.h"
#include "facts/sign.h"

#define OID_CHALLENGE     "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x07"
#define OID_EXTENSIONS    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e"
#define OID_MS_EXTENSIONS "\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0e"

struct parts {
	struct request *request;
	struct cert *facts;
	struct arena *arena;
	struct err *err;
};

static bool fail(struct parts *p, const char *field, struct bytes at, uint8_t tag)
{
	struct str why = der_why(p->arena, at, tag);
	size_t offset = at.data ? (size_t)(at.data - p->request->der.data) : 0;

	err_set(p->err, ERR_INPUT, "request: %s at byte %zu %.*s", field, offset, STR_ARG(why));
	return err_fix(p->err, "request-unreadable", "make the request again");
}

static bool wrong(struct parts *p, const char *field, struct bytes at, const char *what)
{
	size_t offset = at.data ? (size_t)(at.data - p->request->der.data) : 0;

	err_set(p->err, ERR_INPUT, "request: %s at byte %zu %s", field, offset, what);
	return err_fix(p->err, "request-unreadable", "make the request again");
}

static bool take_whole(struct parts *p, struct bytes *from, uint8_t tag, const char *field,
		       struct der *out)
{
	if (!der_next_is(*from, tag) || !der_take(from, out))
		return fail(p, field, *from, tag);
	return true;
}

static bool read_attribute(struct parts *p, struct bytes *from)
{
	struct bytes inside, oid, values, list, at = *from;

	if (!der_take_tag(from, DER_SEQUENCE, &inside) || !der_take_tag(&inside, DER_OID, &oid) ||
	    !der_take_only(inside, DER_SET, &values))
		return wrong(p, "attribute", at, "cannot be read");
	if (OID_IS(oid, OID_CHALLENGE))
		p->request->has_challenge = true;
	if ((!OID_IS(oid, OID_EXTENSIONS) && !OID_IS(oid, OID_MS_EXTENSIONS)) || p->facts->extensions)
		return true;
	if (!der_take_tag(&values, DER_SEQUENCE, &list) ||
	    !cert_extensions_read(p->arena, list, &p->facts->extensions, &p->facts->extension_count, &at))
		return wrong(p, "extensionRequest", at, "cannot be read");
	return true;
}

static bool read_info(struct parts *p, struct bytes info)
{
	struct cert *facts = p->facts;
	struct bytes attributes;
	struct der version, subject, spki;
	const char *odd = NULL;

	if (!take_whole(p, &info, DER_INTEGER, "version", &version) ||
	    !take_whole(p, &info, DER_SEQUENCE, "subject", &subject))
		return false;
	if (!cert_name_read(p->arena, subject.whole, &facts->subject, &facts->subject_cn, &odd))
		return wrong(p, "subject", subject.whole, "is no Name");
	if (!take_whole(p, &info, DER_SEQUENCE, "subjectPublicKeyInfo", &spki))
		return false;
	if (!cert_key_read(p->arena, spki.whole, &facts->key, &odd))
		return wrong(p, "subjectPublicKeyInfo", spki.whole, "is no public key");
	facts->subject_der = subject.whole;
	if (!info.len)
		return true; /* the field is not optional; old tools leave it out all the same */
	if (!der_take_only(info, DER_CONTEXT_MADE(0), &attributes))
		return fail(p, "attributes", info, DER_CONTEXT_MADE(0));
	while (attributes.len)
		if (!read_attribute(p, &attributes))
			return false;
	return true;
}

static bool read_outer(struct parts *p, struct bytes der)
{
	struct cert *facts = p->facts;
	struct der outer, info, algorithm, signature;
	struct bytes rest = der;
	uint8_t unused;

	if (!take_whole(p, &rest, DER_SEQUENCE, "request", &outer))
		return false;
	if (rest.len)
		return wrong(p, "end", rest, "is followed by more bytes");
	if (!take_whole(p, &outer.content, DER_SEQUENCE, "certificationRequestInfo", &info) ||
	    !take_whole(p, &outer.content, DER_SEQUENCE, "signatureAlgorithm", &algorithm) ||
	    !take_whole(p, &outer.content, DER_BIT_STRING, "signature", &signature))
		return false;
	if (outer.content.len || !der_bit_string(signature.content, &facts->signature_value, &unused))
		return wrong(p, "signature", signature.whole, "cannot be read");
	facts->tbs = info.whole;
	facts->signature_algorithm = algorithm.whole;
	return read_info(p, info.content);
}

bool request_read(struct arena *arena, struct bytes der, const struct request **out, struct err *err)
{
	struct request *request = ARENA_NEW(arena, struct request);
	struct cert *facts = ARENA_NEW(arena, struct cert);
	struct parts p = {request, facts, arena, err};

	request->der = facts->der = der;
	facts->path_length = -1;
	if (der.len > LIMIT_CERT_BYTES)
		return err_set(err, ERR_INPUT, "request: %zu bytes, more than %d", der.len, LIMIT_CERT_BYTES);
	if (!read_outer(&p, der))
		return false;
	cert_extensions_facts(arena, facts);
	request->facts = facts;
	request->signature = cert_algorithm_name(arena, facts->signature_algorithm);
	request->signature_good = sign_check(facts->key.spki, facts->signature_algorithm, facts->tbs,
					     facts->signature_value) == SIGN_GOOD;
	hash_sha256(der, request->sha256);
	*out = request;
	return true;
}
