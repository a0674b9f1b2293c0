/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Reading a certificate from front to back: one function a field of TBSCertificate, in its order.
 *
 * Nothing is decoded twice and nothing copied that can be a view. What cannot be understood ends in an error with field and
 * offset; what can be, though no rule allows it, is kept and called odd. After RFC 5280 section 4.1.
 */

#include "facts/cert/reading.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "facts/der.h"
#include "facts/hash.h"
#include "facts/oid.h"
#include "facts/sign.h"

/* Takes a value of that tag, with its tag and length. */
static bool take_whole(struct reading *r, struct bytes *from, uint8_t tag, const char *field,
		       struct der *out)
{
	if (!der_next_is(*from, tag) || !der_take(from, out))
		return cert_fail(r, field, *from, tag);
	return true;
}

static bool read_version(struct reading *r, struct bytes *tbs)
{
	struct bytes inside, number;
	int64_t version = 0;

	r->cert->version = 1;
	if (!der_next_is(*tbs, DER_CONTEXT_MADE(0)))
		return true;
	if (!der_take_tag(tbs, DER_CONTEXT_MADE(0), &inside))
		return cert_fail(r, "version", *tbs, DER_CONTEXT_MADE(0));
	if (!der_take_only(inside, DER_INTEGER, &number))
		return cert_fail(r, "version", inside, DER_INTEGER);
	if (!der_integer(number, &version) || version < 0 || version >= INT32_MAX)
		return cert_wrong(r, "version", inside, "is no version");
	r->cert->version = (uint32_t)version + 1;
	if (version == 0)
		cert_odd(r, "version 1 is said, though it is the default");
	else if (version > 2)
		cert_odd(r, "version %u does not exist", r->cert->version);
	return true;
}

static bool read_serial(struct reading *r, struct bytes *tbs)
{
	struct der serial;

	if (!take_whole(r, tbs, DER_INTEGER, "serialNumber", &serial))
		return false;
	r->cert->serial_der = serial.content;
	r->cert->serial = der_integer_hex(r->arena, serial.content);
	if (!serial.content.len)
		cert_odd(r, "serial is empty");
	else if (serial.content.data[0] & 0x80)
		cert_odd(r, "serial is negative");
	else if (serial.content.len > 1 && !serial.content.data[0] && !(serial.content.data[1] & 0x80))
		cert_odd(r, "serial has superfluous zeros");
	if (serial.content.len > 21)
		cert_odd(r, "serial has more than 20 bytes");
	return true;
}

static bool read_name(struct reading *r, struct bytes *tbs, const char *field, struct bytes *der,
		      struct str *text, struct str *cn)
{
	const char *odd = NULL;
	struct der name;

	if (!take_whole(r, tbs, DER_SEQUENCE, field, &name))
		return false;
	if (!cert_name_read(r->arena, name.whole, text, cn, &odd))
		return cert_wrong(r, field, name.whole, "is no Name");
	cert_odd_part(r, field, odd);
	*der = name.whole;
	return true;
}

static bool read_time(struct reading *r, struct bytes *validity, const char *field, int64_t *out)
{
	const char *odd = NULL;
	struct bytes at = *validity;
	struct der time;

	if (!der_take(validity, &time))
		return cert_fail(r, field, at, 0);
	if (!der_time(time.tag, time.content, out, &odd))
		return cert_wrong(r, field, at, "is no time");
	cert_odd_part(r, field, odd);
	return true;
}

static bool read_validity(struct reading *r, struct bytes *tbs)
{
	struct der validity;

	if (!take_whole(r, tbs, DER_SEQUENCE, "validity", &validity) ||
	    !read_time(r, &validity.content, "notBefore", &r->cert->not_before) ||
	    !read_time(r, &validity.content, "notAfter", &r->cert->not_after))
		return false;
	if (validity.content.len)
		cert_odd(r, "validity has more than two times");
	if (r->cert->not_after < r->cert->not_before)
		cert_odd(r, "notAfter is before notBefore");
	return true;
}

static bool read_key(struct reading *r, struct bytes *tbs)
{
	const char *odd = NULL;
	struct der spki;

	if (!take_whole(r, tbs, DER_SEQUENCE, "subjectPublicKeyInfo", &spki))
		return false;
	if (!cert_key_read(r->arena, spki.whole, &r->cert->key, &odd))
		return cert_wrong(r, "subjectPublicKeyInfo", spki.whole, "is no public key");
	cert_odd_part(r, "key", odd);
	return true;
}

static bool read_extensions(struct reading *r, struct bytes outer)
{
	struct cert *cert = r->cert;
	struct bytes list, at = outer;

	if (!der_take_only(outer, DER_SEQUENCE, &list))
		return cert_fail(r, "extensions", outer, DER_SEQUENCE);
	if (!cert_extensions_read(r->arena, list, &cert->extensions, &cert->extension_count, &at))
		return cert_wrong(r, "extension", at, "cannot be read");
	if (cert->version != 3)
		cert_odd(r, "version %u with extensions", cert->version);
	cert_extensions_known(r);
	return true;
}

/* issuerUniqueID [1], subjectUniqueID [2], extensions [3]. */
static bool read_optional(struct reading *r, struct bytes *tbs)
{
	struct der value;

	while (tbs->len) {
		if (!der_take(tbs, &value))
			return cert_fail(r, "tbsCertificate", *tbs, 0);
		if (value.tag == DER_CONTEXT_MADE(3)) {
			if (r->cert->extensions)
				return cert_wrong(r, "extensions", value.whole, "stand there twice");
			if (!read_extensions(r, value.content))
				return false;
		} else if (value.tag == DER_CONTEXT(1) || value.tag == DER_CONTEXT(2) ||
			   value.tag == DER_CONTEXT_MADE(1) || value.tag == DER_CONTEXT_MADE(2)) {
			cert_odd(r, "%s unique id", (value.tag & 0x1f) == 1 ? "issuer" : "subject");
		} else {
			return cert_wrong(r, "tbsCertificate", value.whole,
					     "has a field that does not belong there");
		}
	}
	return true;
}

static bool read_tbs(struct reading *r, struct bytes tbs)
{
	struct cert *cert = r->cert;
	struct der algorithm;

	if (!read_version(r, &tbs) || !read_serial(r, &tbs) ||
	    !take_whole(r, &tbs, DER_SEQUENCE, "tbsCertificate.signature", &algorithm))
		return false;
	cert->tbs_algorithm = algorithm.whole;
	return read_name(r, &tbs, "issuer", &cert->issuer_der, &cert->issuer, &cert->issuer_cn) &&
	       read_validity(r, &tbs) &&
	       read_name(r, &tbs, "subject", &cert->subject_der, &cert->subject, &cert->subject_cn) &&
	       read_key(r, &tbs) && read_optional(r, &tbs);
}

/* The three parts of the outer SEQUENCE. */
static bool read_outer(struct reading *r, struct bytes inside, struct bytes *tbs)
{
	struct cert *cert = r->cert;
	struct der part, algorithm, signature;
	uint8_t unused;

	if (!take_whole(r, &inside, DER_SEQUENCE, "tbsCertificate", &part) ||
	    !take_whole(r, &inside, DER_SEQUENCE, "signatureAlgorithm", &algorithm) ||
	    !take_whole(r, &inside, DER_BIT_STRING, "signatureValue", &signature))
		return false;
	if (inside.len)
		return cert_wrong(r, "signatureValue", inside, "is followed by more");
	if (!der_bit_string(signature.content, &cert->signature_value, &unused))
		return cert_wrong(r, "signatureValue", signature.whole, "is no BIT STRING");
	cert->tbs = part.whole;
	cert->signature_algorithm = algorithm.whole;
	*tbs = part.content;
	return true;
}

struct str cert_algorithm_name(struct arena *arena, struct bytes algorithm)
{
	struct bytes inside, oid;

	if (!der_take_only(algorithm, DER_SEQUENCE, &inside) || !der_take_tag(&inside, DER_OID, &oid))
		return STR("unknown");
	if (OID_IS(oid, OID_RSA_PSS))
		return STR("RSASSA-PSS"); /* its long name, rsassaPss, is a variable of ASN.1 */
	return oid_long(arena, oid);
}

static void conclude(struct reading *r, bool prove)
{
	struct cert *cert = r->cert;

	cert->signature = cert_algorithm_name(r->arena, cert->signature_algorithm);
	if (!bytes_equal(cert->signature_algorithm, cert->tbs_algorithm))
		cert_odd(r, "the two signature algorithms differ");
	cert->self_issued = bytes_equal(cert->subject_der, cert->issuer_der);
	cert->self_signed = cert->self_issued &&
			    (!prove || sign_check(cert->key.spki, cert->signature_algorithm, cert->tbs,
						  cert->signature_value) == SIGN_GOOD);
	cert->oddities = (struct cert_strs){r->oddities, r->oddity_count};
}

/* sha256 is its hash, or NULL: it is made when all else was read. */
static bool read_whole(struct arena *arena, struct bytes der, const uint8_t *sha256, bool prove,
		       const struct cert **out, struct err *err)
{
	struct cert *cert = ARENA_NEW(arena, struct cert);
	struct reading r = {.arena = arena, .cert = cert, .err = err};
	struct bytes rest = der, tbs;
	struct der outer;

	cert->der = der;
	cert->path_length = -1;
	if (der.len > LIMIT_CERT_BYTES)
		return err_set(err, ERR_INPUT, "certificate: %zu bytes, more than %d", der.len,
			       LIMIT_CERT_BYTES);
	if (!take_whole(&r, &rest, DER_SEQUENCE, "certificate", &outer))
		return false;
	if (rest.len)
		return cert_wrong(&r, "end", rest, "is followed by more bytes");
	if (!read_outer(&r, outer.content, &tbs) || !read_tbs(&r, tbs))
		return false;
	conclude(&r, prove);
	if (sha256)
		memcpy(cert->sha256, sha256, sizeof cert->sha256);
	else
		hash_sha256(der, cert->sha256);
	*out = cert;
	return true;
}

bool cert_read(struct arena *arena, struct bytes der, const struct cert **out, struct err *err)
{
	return read_whole(arena, der, NULL, true, out, err);
}

bool cert_read_hashed(struct arena *arena, struct bytes der, const uint8_t sha256[32], const struct cert **out,
		      struct err *err)
{
	return read_whole(arena, der, sha256, true, out, err);
}

bool cert_read_root(struct arena *arena, struct bytes der, const uint8_t sha256[32], const struct cert **out,
		    struct err *err)
{
	return read_whole(arena, der, sha256, false, out, err);
}
