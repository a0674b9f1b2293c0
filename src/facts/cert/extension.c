/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Extensions: the list, and one line in a table for each that gives facts.
 *
 * One that cannot be read is an oddity and sets broken_extension; the rest of the certificate stays readable.
 * After RFC 5280 section 4.2, RFC 6962, RFC 7633.
 */

#include "facts/cert/reading.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "facts/der.h"
#include "facts/oid.h"

static bool read_subject_key_id(struct reading *r, struct bytes value)
{
	return der_take_only(value, DER_OCTET_STRING, &r->cert->subject_key_id);
}

static bool read_authority_key_id(struct reading *r, struct bytes value)
{
	struct bytes inside, id;

	if (!der_take_only(value, DER_SEQUENCE, &inside))
		return false;
	if (der_next_is(inside, DER_CONTEXT(0))) {
		if (!der_take_tag(&inside, DER_CONTEXT(0), &id))
			return false;
		r->cert->authority_key_id = id.len ? id : bytes_of("", 0);
	}
	return true;
}

static bool read_key_usage(struct reading *r, struct bytes value)
{
	struct bytes content, bits;
	uint8_t unused;
	uint16_t usage = 0;

	r->cert->has_key_usage = true;
	if (!der_take_only(value, DER_BIT_STRING, &content) || !der_bit_string(content, &bits, &unused))
		return false;
	for (size_t i = 0; i < CERT_USAGES && i / 8 < bits.len; i++)
		if (bits.data[i / 8] >> (7 - i % 8) & 1)
			usage |= (uint16_t)(1u << i);
	r->cert->key_usage = usage;
	return true;
}

static bool read_names(struct reading *r, struct bytes value)
{
	struct cert_general_names names;
	struct bytes inside;
	const char *odd = NULL;

	r->cert->names.present = true;
	if (!der_take_only(value, DER_SEQUENCE, &inside) ||
	    !cert_general_names_read(r->arena, inside, &names, &odd))
		return false;
	cert_odd_part(r, "subjectAltName", odd);
	if (!inside.len)
		cert_odd(r, "subjectAltName: has no names");
	r->cert->names.dns = names.dns;
	r->cert->names.ip = names.ip;
	r->cert->names.email = names.email;
	r->cert->names.uri = names.uri;
	return true;
}

static bool read_basic_constraints(struct reading *r, struct bytes value)
{
	struct bytes inside, field;
	int64_t length;
	bool ca = false;

	if (!der_take_only(value, DER_SEQUENCE, &inside))
		return false;
	if (der_next_is(inside, DER_BOOLEAN) &&
	    (!der_take_tag(&inside, DER_BOOLEAN, &field) || !der_boolean(field, &ca)))
		return false;
	if (der_next_is(inside, DER_INTEGER)) {
		if (!der_take_tag(&inside, DER_INTEGER, &field) || !der_integer(field, &length) || length < 0)
			return false;
		r->cert->path_length = length > INT32_MAX ? INT32_MAX : (int32_t)length;
	}
	if (inside.len)
		return false;
	r->cert->ca = ca;
	return true;
}

/* Takes the SEQUENCE of OIDs apart. */
static bool read_extended_key_usage(struct reading *r, struct bytes value)
{
	struct bytes inside, oid;
	struct strs list = {0};

	if (!der_take_only(value, DER_SEQUENCE, &inside))
		return false;
	while (inside.len) {
		if (!der_take_tag(&inside, DER_OID, &oid) || list.count >= LIMIT_CERT_NAMES)
			return false;
		cert_strs_add(r->arena, &list, oid_short(r->arena, oid));
	}
	r->cert->extended_key_usage = cert_strs_done(&list);
	return true;
}

static bool read_policies(struct reading *r, struct bytes value)
{
	struct bytes inside, policy, oid;
	struct strs list = {0};

	if (!der_take_only(value, DER_SEQUENCE, &inside))
		return false;
	while (inside.len) {
		if (!der_take_tag(&inside, DER_SEQUENCE, &policy) || !der_take_tag(&policy, DER_OID, &oid) ||
		    list.count >= LIMIT_CERT_NAMES)
			return false;
		cert_strs_add(r->arena, &list, oid_dots(r->arena, oid));
	}
	r->cert->policies = cert_strs_done(&list);
	r->cert->validation = cert_validation_of(&r->cert->policies);
	return true;
}

/* Adds the URIs among some GeneralNames. */
static bool add_uris(struct reading *r, struct bytes names, struct strs *list)
{
	struct der name;

	while (names.len) {
		if (!der_take(&names, &name) || list->count >= LIMIT_CERT_NAMES)
			return false;
		if (name.tag == DER_CONTEXT(6))
			cert_strs_add(r->arena, list, cert_visible(r->arena, str_from(name.content)));
	}
	return true;
}

static bool read_authority_info(struct reading *r, struct bytes value)
{
	struct bytes inside, access, method;
	struct strs ocsp = {0}, issuers = {0};

	if (!der_take_only(value, DER_SEQUENCE, &inside))
		return false;
	while (inside.len) {
		bool ok = true;

		if (!der_take_tag(&inside, DER_SEQUENCE, &access) || !der_take_tag(&access, DER_OID, &method))
			return false;
		if (OID_IS(method, OID_ACCESS_OCSP))
			ok = add_uris(r, access, &ocsp);
		else if (OID_IS(method, OID_ACCESS_CA_ISSUERS))
			ok = add_uris(r, access, &issuers);
		if (!ok)
			return false;
	}
	r->cert->ocsp = cert_strs_done(&ocsp);
	r->cert->ca_issuers = cert_strs_done(&issuers);
	return true;
}

/* DistributionPoint: the name is [0] of a choice; its fullName is [0] again. */
static bool read_crl_points(struct reading *r, struct bytes value)
{
	struct bytes inside, point, name, full;
	struct strs list = {0};

	if (!der_take_only(value, DER_SEQUENCE, &inside))
		return false;
	while (inside.len) {
		if (!der_take_tag(&inside, DER_SEQUENCE, &point))
			return false;
		if (!der_next_is(point, DER_CONTEXT_MADE(0)))
			continue;
		if (!der_take_tag(&point, DER_CONTEXT_MADE(0), &name))
			return false;
		if (!der_next_is(name, DER_CONTEXT_MADE(0)))
			continue;
		if (!der_take_tag(&name, DER_CONTEXT_MADE(0), &full) || !add_uris(r, full, &list))
			return false;
	}
	r->cert->crl = cert_strs_done(&list);
	return true;
}

static bool read_tls_feature(struct reading *r, struct bytes value)
{
	struct bytes inside, number;
	int64_t feature;

	if (!der_take_only(value, DER_SEQUENCE, &inside))
		return false;
	while (inside.len) {
		if (!der_take_tag(&inside, DER_INTEGER, &number))
			return false;
		if (der_integer(number, &feature) && feature == 5) /* status_request */
			r->cert->must_staple = true;
	}
	return true;
}

static bool read_scts(struct reading *r, struct bytes value)
{
	struct bytes list;

	if (!der_take_only(value, DER_OCTET_STRING, &list))
		return false;
	r->cert->scts = (uint32_t)cert_sct_list_read(list, NULL, 0);
	return r->cert->scts > 0 || (list.len == 2 && list.data[0] == 0 && list.data[1] == 0);
}

static bool read_poison(struct reading *r, struct bytes value)
{
	r->cert->precertificate = true;
	return true;
}

struct known {
	const char *name;
	bool (*read)(struct reading *r, struct bytes value);
};

/* Those below 2.5.29, by their last arc. */
static const struct known in_2_5_29[] = {
	[14] = {"subjectKeyIdentifier", read_subject_key_id},
	[15] = {"keyUsage", read_key_usage},
	[17] = {"subjectAltName", read_names},
	[19] = {"basicConstraints", read_basic_constraints},
	[31] = {"cRLDistributionPoints", read_crl_points},
	[32] = {"certificatePolicies", read_policies},
	[35] = {"authorityKeyIdentifier", read_authority_key_id},
	[37] = {"extKeyUsage", read_extended_key_usage},
};

static const struct elsewhere {
	struct str oid;
	struct known known;
} elsewhere[] = {
	{STR_INIT(OID_AUTHORITY_INFO), {"authorityInfoAccess", read_authority_info}},
	{STR_INIT(OID_TLS_FEATURE), {"TLSFeature", read_tls_feature}},
	{STR_INIT(OID_SCT_LIST), {"signedCertificateTimestamps", read_scts}},
	{STR_INIT(OID_CT_POISON), {"precertificate poison", read_poison}},
};

enum { KNOWN_COUNT = COUNT_OF(in_2_5_29) + COUNT_OF(elsewhere) };

/* The line of an extension and its number among all of them, or NULL. */
static const struct known *known_find(struct bytes oid, size_t *number)
{
	if (oid.len == 3 && oid.data[0] == 0x55 && oid.data[1] == 0x1d) {
		*number = oid.data[2];
		return *number < COUNT_OF(in_2_5_29) && in_2_5_29[*number].read ? &in_2_5_29[*number] : NULL;
	}
	for (size_t i = 0; i < COUNT_OF(elsewhere); i++) {
		if (bytes_equal(oid, bytes_from(elsewhere[i].oid))) {
			*number = COUNT_OF(in_2_5_29) + i;
			return &elsewhere[i].known;
		}
	}
	return NULL;
}

static bool take_extension(struct bytes *from, struct cert_extension *out)
{
	struct bytes inside, critical;

	if (!der_take_tag(from, DER_SEQUENCE, &inside) || !der_take_tag(&inside, DER_OID, &out->oid))
		return false;
	out->critical = false;
	if (der_next_is(inside, DER_BOOLEAN) &&
	    (!der_take_tag(&inside, DER_BOOLEAN, &critical) || !der_boolean(critical, &out->critical)))
		return false;
	return der_take_only(inside, DER_OCTET_STRING, &out->value);
}

bool cert_extensions_read(struct arena *arena, struct bytes extensions, const struct cert_extension **out,
			  size_t *count, struct bytes *at)
{
	struct bytes rest = extensions;
	struct cert_extension *list;
	struct der value;
	size_t number = 0;

	for (; rest.len; number++) {
		*at = rest;
		if (!der_take(&rest, &value))
			return false;
	}
	list = ARENA_ARRAY(arena, struct cert_extension, number ? number : 1);
	for (size_t i = 0; i < number; i++) {
		*at = extensions;
		if (!take_extension(&extensions, &list[i]))
			return false;
	}
	*out = list;
	*count = number;
	return true;
}

static void read_facts(struct reading *r)
{
	struct cert *cert = r->cert;
	bool seen[KNOWN_COUNT] = {false};

	for (size_t i = 0; i < cert->extension_count; i++) {
		const struct cert_extension *extension = &cert->extensions[i];
		size_t number, at = (size_t)(extension->value.data - cert->der.data);
		const struct known *known = known_find(extension->oid, &number);

		if (!known)
			continue;
		if (seen[number]) {
			cert_odd(r, "%s stands there twice; the first counts", known->name);
			cert->broken_extension = true;
			continue;
		}
		seen[number] = true;
		if (known->read(r, extension->value))
			continue;
		cert_odd(r, "%s at byte %zu cannot be read", known->name, at);
		cert->broken_extension = true;
	}
}

void cert_extensions_known(struct reading *r)
{
	struct cert *cert = r->cert;

	read_facts(r);
	for (size_t i = 0; i < cert->names.dns.count && !cert->wildcard; i++)
		cert->wildcard = str_starts(cert->names.dns.at[i], STR("*."));
}

void cert_extensions_facts(struct arena *arena, struct cert *cert)
{
	struct reading r = {.arena = arena, .cert = cert};

	cert_extensions_known(&r);
	cert->oddities = (struct cert_strs){r.oddities, r.oddity_count};
}

const struct cert_extension *cert_extension(const struct cert *cert, struct bytes oid)
{
	for (size_t i = 0; i < cert->extension_count; i++)
		if (bytes_equal(cert->extensions[i].oid, oid))
			return &cert->extensions[i];
	return NULL;
}
