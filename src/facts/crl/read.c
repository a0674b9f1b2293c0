/* SPDX-License-Identifier: Apache-2.0 */

/* Reading a list from front to back: one function a field of TBSCertList. After RFC 5280 section 5.1. */

#include "facts/crl/reading.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "facts/der.h"
#include "facts/hash.h"

void crl_odd(struct reading *r, const char *part, const char *what_or_null)
{
	if (what_or_null && r->oddity_count < COUNT_OF(r->oddities))
		r->oddities[r->oddity_count++] = arena_format(r->arena, "%s: %s", part, what_or_null);
}

bool crl_fail(struct reading *r, const char *field, struct bytes at, uint8_t tag)
{
	struct str why = der_why(r->arena, at, tag);
	size_t offset = at.data ? (size_t)(at.data - r->crl->der.data) : 0;

	err_set(r->err, ERR_INPUT, "revocation list: %s at byte %zu %.*s", field, offset, STR_ARG(why));
	return err_fix(r->err, "crl-unreadable", "the bytes are damaged or are no list: fetch them again");
}

bool crl_wrong(struct reading *r, const char *field, struct bytes at, const char *what)
{
	size_t offset = at.data ? (size_t)(at.data - r->crl->der.data) : 0;

	err_set(r->err, ERR_INPUT, "revocation list: %s at byte %zu %s", field, offset, what);
	return err_fix(r->err, "crl-unreadable", "the bytes are damaged or are no list: fetch them again");
}

static bool take_whole(struct reading *r, struct bytes *from, uint8_t tag, const char *field,
		       struct der *out)
{
	if (!der_next_is(*from, tag) || !der_take(from, out))
		return crl_fail(r, field, *from, tag);
	return true;
}

static bool read_version(struct reading *r, struct bytes *tbs)
{
	struct bytes number, at = *tbs;
	int64_t version;

	r->crl->version = 1;
	if (!der_next_is(*tbs, DER_INTEGER))
		return true;
	if (!der_take_tag(tbs, DER_INTEGER, &number))
		return crl_fail(r, "version", at, DER_INTEGER);
	if (!der_integer(number, &version) || version < 0 || version >= INT32_MAX)
		return crl_wrong(r, "version", at, "is no version");
	r->crl->version = (uint32_t)version + 1;
	if (version != 1)
		crl_odd(r, "version", "is said, and is not 2");
	return true;
}

static bool read_issuer(struct reading *r, struct bytes *tbs)
{
	const char *odd = NULL;
	struct der name;
	struct str cn;

	if (!take_whole(r, tbs, DER_SEQUENCE, "issuer", &name))
		return false;
	if (!cert_name_read(r->arena, name.whole, &r->crl->issuer, &cn, &odd))
		return crl_wrong(r, "issuer", name.whole, "is no Name");
	crl_odd(r, "issuer", odd);
	r->crl->issuer_der = name.whole;
	return true;
}

static bool read_time(struct reading *r, struct bytes *tbs, const char *field, int64_t *out)
{
	const char *odd = NULL;
	struct bytes at = *tbs;
	struct der time;

	if (!der_take(tbs, &time))
		return crl_fail(r, field, at, 0);
	if (!der_time(time.tag, time.content, out, &odd))
		return crl_wrong(r, field, at, "is no time");
	crl_odd(r, field, odd);
	return true;
}

static bool read_times(struct reading *r, struct bytes *tbs)
{
	r->crl->next_update = INT64_MAX;
	if (!read_time(r, tbs, "thisUpdate", &r->crl->this_update))
		return false;
	if (!der_next_is(*tbs, DER_UTC_TIME) && !der_next_is(*tbs, DER_GENERALIZED_TIME))
		return true;
	r->crl->has_next_update = true;
	return read_time(r, tbs, "nextUpdate", &r->crl->next_update);
}

static bool read_extensions(struct reading *r, struct bytes *tbs)
{
	struct crl *crl = r->crl;
	struct bytes outer, list, at = *tbs;

	if (!tbs->len)
		return true;
	if (!der_take_tag(tbs, DER_CONTEXT_MADE(0), &outer))
		return crl_fail(r, "crlExtensions", at, DER_CONTEXT_MADE(0));
	if (tbs->len)
		return crl_wrong(r, "crlExtensions", *tbs, "are followed by more");
	if (!der_take_only(outer, DER_SEQUENCE, &list))
		return crl_fail(r, "crlExtensions", outer, DER_SEQUENCE);
	if (!cert_extensions_read(r->arena, list, &crl->extensions, &crl->extension_count, &at))
		return crl_wrong(r, "extension", at, "cannot be read");
	crl_extensions(r);
	return true;
}

static bool read_tbs(struct reading *r, struct bytes tbs)
{
	struct bytes entries, at;
	struct der algorithm;

	if (!read_version(r, &tbs) || !take_whole(r, &tbs, DER_SEQUENCE, "signature", &algorithm) ||
	    !read_issuer(r, &tbs) || !read_times(r, &tbs))
		return false;
	r->crl->tbs_algorithm = algorithm.whole;
	at = tbs;
	if (der_next_is(tbs, DER_SEQUENCE)) {
		if (!der_take_tag(&tbs, DER_SEQUENCE, &entries))
			return crl_fail(r, "revokedCertificates", at, DER_SEQUENCE);
		if (!crl_entries(r, entries))
			return false;
	}
	return read_extensions(r, &tbs);
}

static bool read_outer(struct reading *r, struct bytes inside, struct bytes *tbs)
{
	struct der part, algorithm, signature;
	uint8_t unused;

	if (!take_whole(r, &inside, DER_SEQUENCE, "tbsCertList", &part) ||
	    !take_whole(r, &inside, DER_SEQUENCE, "signatureAlgorithm", &algorithm) ||
	    !take_whole(r, &inside, DER_BIT_STRING, "signatureValue", &signature))
		return false;
	if (inside.len)
		return crl_wrong(r, "signatureValue", inside, "is followed by more");
	if (!der_bit_string(signature.content, &r->crl->signature_value, &unused))
		return crl_wrong(r, "signatureValue", signature.whole, "is no BIT STRING");
	r->crl->tbs = part.whole;
	r->crl->signature_algorithm = algorithm.whole;
	*tbs = part.content;
	return true;
}

static void conclude(struct reading *r)
{
	struct crl *crl = r->crl;
	struct str *oddities = ARENA_ARRAY(r->arena, struct str, r->oddity_count);

	if (r->oddity_count)
		memcpy(oddities, r->oddities, r->oddity_count * sizeof *oddities);
	crl->oddities = (struct cert_strs){oddities, r->oddity_count};
	crl->signature = cert_algorithm_name(r->arena, crl->signature_algorithm);
	hash_sha256(crl->der, crl->sha256);
}

bool crl_read(struct arena *arena, struct bytes der, const struct crl **out, struct err *err)
{
	struct crl *crl = ARENA_NEW(arena, struct crl);
	struct reading r = {.arena = arena, .crl = crl, .err = err};
	struct bytes rest = der, tbs;
	struct der outer;

	crl->der = der;
	crl->scope.reasons = CRL_ALL_REASONS;
	if (der.len > LIMIT_FILE_BYTES)
		return err_set(err, ERR_INPUT, "revocation list: %zu bytes, more than %d", der.len,
			       LIMIT_FILE_BYTES);
	if (!take_whole(&r, &rest, DER_SEQUENCE, "list", &outer))
		return false;
	if (rest.len)
		return crl_wrong(&r, "end", rest, "is followed by more bytes");
	if (!read_outer(&r, outer.content, &tbs) || !read_tbs(&r, tbs))
		return false;
	conclude(&r);
	*out = crl;
	return true;
}
