/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Whose certificate a leaf holds. Most are somebody else's, so the names are looked at in the DER as it lies, without
 * reading the certificate: its subjectAltName, or the common names of one that has none.
 */

#include <string.h>

#include "discovery/ct/inside.h"
#include "facts/cert.h"
#include "facts/der.h"
#include "facts/oid.h"
#include "facts/sign.h"

#define OID_SAN    "\x55\x1d\x11"
#define OID_AKI    "\x55\x1d\x23"
#define OID_POISON "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x03"

enum { DNS_NAME = DER_CONTEXT(2) };

/* The inside of TBSCertificate: subject and extensions (NULL data: none). */
static bool tbs_parts(struct bytes tbs, struct bytes *subject, struct bytes *extensions)
{
	struct bytes inside;
	struct der skipped;

	*extensions = (struct bytes){NULL, 0};
	if (der_next_is(tbs, DER_CONTEXT_MADE(0)) && !der_take(&tbs, &skipped))
		return false;
	for (int i = 0; i < 4; i++) /* serial, algorithm, issuer, validity */
		if (!der_take(&tbs, &skipped))
			return false;
	if (!der_take_tag(&tbs, DER_SEQUENCE, subject) || !der_take(&tbs, &skipped))
		return false;
	while (tbs.len) {
		if (!der_take(&tbs, &skipped))
			return false;
		inside = skipped.content;
		if (skipped.tag == DER_CONTEXT_MADE(3) && !der_take_tag(&inside, DER_SEQUENCE, extensions))
			return false;
	}
	return true;
}

static bool leaf_tbs(const struct ct_leaf *leaf, struct bytes *tbs)
{
	struct bytes der = leaf->cert, inside;

	if (leaf->precert)
		return der_take_only(der, DER_SEQUENCE, tbs);
	return der_take_only(der, DER_SEQUENCE, &inside) && der_take_tag(&inside, DER_SEQUENCE, tbs);
}

/* The inside of subjectAltName: 1 there, 0 not there, -1 cannot be read. */
static int find_san(struct bytes extensions, struct bytes *names)
{
	struct bytes extension, oid, value;
	struct der critical;

	while (extensions.len) {
		if (!der_take_tag(&extensions, DER_SEQUENCE, &extension) || !der_take_tag(&extension, DER_OID, &oid))
			return -1;
		if (!OID_IS(oid, OID_SAN))
			continue;
		if (der_next_is(extension, DER_BOOLEAN) && !der_take(&extension, &critical))
			return -1;
		return der_take_tag(&extension, DER_OCTET_STRING, &value) && der_take_tag(&value, DER_SEQUENCE, names) ? 1 : -1;
	}
	return 0;
}

static enum ct_whose whose_san(const struct ct_domains *domains, struct bytes names)
{
	struct der name;

	while (names.len) {
		if (!der_take(&names, &name))
			return CT_UNREADABLE;
		if (name.tag == DNS_NAME && ct_domains_cover(domains, str_from(name.content)))
			return CT_OURS;
	}
	return CT_OTHERS;
}

static enum ct_whose whose_subject(const struct ct_domains *domains, struct bytes subject)
{
	struct bytes set, pair, oid;
	struct der value;

	while (subject.len) {
		if (!der_take_tag(&subject, DER_SET, &set) || !der_take_tag(&set, DER_SEQUENCE, &pair) ||
		    !der_take_tag(&pair, DER_OID, &oid) || !der_take(&pair, &value))
			return CT_UNREADABLE;
		if (OID_IS(oid, OID_COMMON_NAME) && ct_domains_cover(domains, str_from(value.content)))
			return CT_OURS;
	}
	return CT_OTHERS;
}

enum ct_whose ct_leaf_whose(const struct ct_domains *domains, const struct ct_leaf *leaf)
{
	struct bytes tbs, subject, extensions, names;
	enum ct_whose whose = CT_OTHERS;
	int san;

	if (!leaf_tbs(leaf, &tbs) || !tbs_parts(tbs, &subject, &extensions))
		return CT_UNREADABLE;
	san = find_san(extensions, &names);
	if (san < 0)
		return CT_UNREADABLE;
	if (san)
		whose = whose_san(domains, names);
	return whose == CT_OTHERS ? whose_subject(domains, subject) : whose;
}

/* ---- precertificates ---- */

/* A TBSCertificate as if it were a certificate, for the reader: an algorithm and an empty signature after it. */
static struct bytes dressed(struct arena *arena, struct bytes tbs)
{
	static const uint8_t after[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02,
					0x03, 0x02, 0x00, 0x00};
	struct buf der = buf_capped(tbs.len + sizeof after + 8);
	struct bytes out;

	buf_add_u8(&der, 0x30);
	buf_add_u8(&der, 0x84);
	buf_add_u32(&der, (uint32_t)(tbs.len + sizeof after));
	buf_add_bytes(&der, tbs);
	buf_add(&der, after, sizeof after);
	out = arena_bytes(arena, buf_bytes(&der));
	buf_done(&der);
	return out;
}

/* The next extension that both must have; the poison and what a precertificate signer changes are passed over. */
static const struct cert_extension *next_shared(const struct cert *cert, size_t *at)
{
	while (*at < cert->extension_count) {
		const struct cert_extension *extension = &cert->extensions[(*at)++];

		if (!OID_IS(extension->oid, OID_POISON) && !OID_IS(extension->oid, OID_AKI))
			return extension;
	}
	return NULL;
}

static bool same_extensions(const struct cert *a, const struct cert *b)
{
	size_t at_a = 0, at_b = 0;

	for (;;) {
		const struct cert_extension *x = next_shared(a, &at_a), *y = next_shared(b, &at_b);

		if (!x || !y)
			return !x && !y;
		if (!bytes_equal(x->oid, y->oid) || x->critical != y->critical || !bytes_equal(x->value, y->value))
			return false;
	}
}

/*
 * Only the TBSCertificate is hashed by the log; the precertificate stands beside it, and is believed when it says the
 * same. Issuer and authority key id differ when a precertificate signing certificate was used.
 * after RFC 6962 section 3.2
 */
static bool same_promise(const struct cert *pre, const struct cert *tbs)
{
	return bytes_equal(pre->serial_der, tbs->serial_der) && bytes_equal(pre->subject_der, tbs->subject_der) &&
	       pre->not_before == tbs->not_before && pre->not_after == tbs->not_after &&
	       memcmp(pre->key.sha256, tbs->key.sha256, 32) == 0 && same_extensions(pre, tbs);
}

bool ct_leaf_cert(struct arena *arena, const struct ct_leaf *leaf, const struct cert **out, struct err *err)
{
	const struct cert *cert, *tbs;
	unsigned long long index = leaf->index;

	if (!leaf->precert)
		return cert_read(arena, arena_bytes(arena, leaf->cert), out, err) || err_wrap(err, "entry %llu", index);
	if (!cert_read(arena, dressed(arena, leaf->cert), &tbs, err))
		return err_wrap(err, "entry %llu", index);
	if (!cert_read(arena, arena_bytes(arena, leaf->pre), &cert, err) || !cert->precertificate || !same_promise(cert, tbs)) {
		err_set(err, ERR_PROTOCOL, "entry %llu: RFC 6962 3.2: its precertificate is not what the log hashed", index);
		return err_fix(err, "ct-entry", "nothing is taken from this log; report it to its operator if it stays so");
	}
	*out = cert;
	return true;
}

bool ct_leaf_issued_by(const struct ct_leaf *leaf, const struct cert *cert, const struct cert *issuer)
{
	if (leaf->precert) {
		uint8_t key[HASH_SHA256];

		hash_sha256(issuer->key.spki, key);
		return memcmp(key, leaf->issuer_key, sizeof key) == 0;
	}
	return sign_check(issuer->key.spki, cert->signature_algorithm, cert->tbs, cert->signature_value) == SIGN_GOOD;
}
