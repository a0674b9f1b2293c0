/* SPDX-License-Identifier: Apache-2.0 */

#include "decisions/trust/extensions.h"

#include "base/arena.h"
#include "decisions/trust/forms.h"
#include "decisions/trust/usage.h"
#include "facts/cert.h"
#include "facts/der.h"
#include "facts/oid.h"

#define OID_NETSCAPE_TYPE    "\x60\x86\x48\x01\x86\xf8\x42\x01\x01"
#define OID_MS_POLICIES      "\x2b\x06\x01\x04\x01\x82\x37\x15\x0a"
#define OID_QUALIFIER_CPS    "\x2b\x06\x01\x05\x05\x07\x02\x01"
#define OID_QUALIFIER_NOTICE "\x2b\x06\x01\x05\x05\x07\x02\x02"

static bool is_names(struct bytes value)
{
	struct form_name name;
	struct bytes list;

	if (!der_take_only(value, DER_SEQUENCE, &list) || !list.len)
		return false;
	while (list.len)
		if (!form_take(&list, &name))
			return false;
	return true;
}

static bool is_basic(struct bytes value)
{
	struct bytes body, content;
	int64_t number = 0;

	if (!der_take_only(value, DER_SEQUENCE, &body))
		return false;
	if (der_next_is(body, DER_BOOLEAN) &&
	    (!der_take_tag(&body, DER_BOOLEAN, &content) || content.len != 1))
		return false;
	if (der_next_is(body, DER_INTEGER) &&
	    (!der_take_tag(&body, DER_INTEGER, &content) || !der_integer(content, &number)))
		return false;
	return !body.len && number >= 0;
}

static bool is_key_usage(struct bytes value)
{
	struct bytes content, bits;
	uint8_t unused;

	return der_take_only(value, DER_BIT_STRING, &content) &&
	       der_bit_string(content, &bits, &unused);
}

static bool is_oids(struct bytes value)
{
	struct bytes list, oid;

	if (!der_take_only(value, DER_SEQUENCE, &list) || !list.len)
		return false;
	while (list.len)
		if (!der_take_tag(&list, DER_OID, &oid) || !oid.len)
			return false;
	return true;
}

/* Policies, each with qualifiers if any; *known: all qualifiers are of the two that RFC 5280
 * defines. */
static bool read_policies(struct bytes value, bool *known)
{
	struct bytes list, info, oid, qualifiers, qualifier;

	if (!der_take_only(value, DER_SEQUENCE, &list) || !list.len)
		return false;
	while (list.len) {
		if (!der_take_tag(&list, DER_SEQUENCE, &info) ||
		    !der_take_tag(&info, DER_OID, &oid))
			return false;
		if (!info.len)
			continue;
		if (!der_take_only(info, DER_SEQUENCE, &qualifiers))
			return false;
		while (qualifiers.len) {
			if (!der_take_tag(&qualifiers, DER_SEQUENCE, &qualifier) ||
			    !der_take_tag(&qualifier, DER_OID, &oid))
				return false;
			*known = *known && (OID_IS(oid, OID_QUALIFIER_CPS) ||
					    OID_IS(oid, OID_QUALIFIER_NOTICE));
		}
	}
	return true;
}

static bool is_policies(struct bytes value)
{
	bool known = true;

	return read_policies(value, &known);
}

static bool is_access(struct bytes value)
{
	struct bytes list, description, method;
	struct form_name name;

	if (!der_take_only(value, DER_SEQUENCE, &list) || !list.len)
		return false;
	while (list.len)
		if (!der_take_tag(&list, DER_SEQUENCE, &description) ||
		    !der_take_tag(&description, DER_OID, &method) ||
		    !form_take(&description, &name) || description.len)
			return false;
	return true;
}

static bool is_octets(struct bytes value)
{
	struct bytes content;

	return der_take_only(value, DER_OCTET_STRING, &content);
}

static bool is_sequence(struct bytes value)
{
	struct bytes content;

	return der_take_only(value, DER_SEQUENCE, &content);
}

static bool is_anything(struct bytes value)
{
	return true;
}

/*
 * What is known. critical: path validation acts on it, or it changes nothing, so that it may be
 * critical; content: whether it is well formed; strict: asked only under the strict profile.
 */
static const struct known {
	struct bytes oid;
	bool critical, strict;
	bool (*content)(struct bytes value);
} table[] = {
#define ROW(oid, critical, strict, content)                                        \
	{                                                                          \
		{(const uint8_t *)oid, sizeof(oid) - 1}, critical, strict, content \
	}
	/* clang-format off */
	ROW(OID_BASIC_CONSTRAINTS,  true,  false, is_basic),
	ROW(OID_KEY_USAGE,          true,  false, is_key_usage),
	ROW(OID_EXTENDED_KEY_USAGE, true,  false, is_oids),
	ROW(OID_SUBJECT_ALT_NAME,   true,  false, is_names),
	ROW(OID_NAME_CONSTRAINTS,   true,  false, is_sequence), /* read by constraints */
	ROW(OID_POLICIES,           true,  false, is_policies),
	ROW(OID_POLICY_MAPPINGS,    true,  false, is_sequence), /* these three by policy */
	ROW(OID_POLICY_CONSTRAINTS, true,  false, is_sequence),
	ROW(OID_INHIBIT_ANY_POLICY, true,  false, is_anything),
	ROW(OID_SUBJECT_KEY_ID,     true,  true,  is_octets),   /* must not be critical: the strict profile says so */
	ROW(OID_AUTHORITY_KEY_ID,   true,  true,  is_sequence),
	ROW(OID_CRL_POINTS,         true,  true,  is_sequence), /* acted on when there are lists */
	ROW(OID_NETSCAPE_TYPE,      true,  true,  is_anything),
	ROW(OID_AUTHORITY_INFO,     false, true,  is_access),
/* clang-format on */
#undef ROW
};

static const struct known *find(struct bytes oid)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (bytes_equal(table[i].oid, oid))
			return &table[i];
	return NULL;
}

static struct str name_of(struct arena *arena, struct bytes oid)
{
	return oid_long(arena, oid);
}

static struct str one_problem(struct arena *arena, const struct cert *cert,
			      const struct cert_extension *extension, bool strict)
{
	const struct known *known = find(extension->oid);
	bool qualifiers_known = true;

	if (!known && OID_IS(extension->oid, OID_MS_POLICIES) && !(usage_read(cert) & USAGE_ABSENT))
		return (struct str){0}; /* says again what the extended key usage says */
	if (extension->critical && OID_IS(extension->oid, OID_CT_POISON))
		return STR("it is a precertificate, which is never valid");
	if (extension->critical && (!known || !known->critical))
		return arena_format(arena, "it has a critical extension that is %s: %.*s",
				    known ? "never to be critical" : "not known",
				    STR_ARG(name_of(arena, extension->oid)));
	if (known && (strict || !known->strict) && !known->content(extension->value))
		return arena_format(arena, "its extension %.*s cannot be read",
				    STR_ARG(name_of(arena, extension->oid)));
	if (extension->critical && OID_IS(extension->oid, OID_POLICIES) &&
	    (!read_policies(extension->value, &qualifiers_known) || !qualifiers_known))
		return STR("its critical certificate policies have a qualifier that is not known");
	return (struct str){0};
}

struct str extensions_problem(struct arena *arena, const struct cert *cert, bool strict)
{
	struct str problem;

	if (cert->extension_count && cert->version != 3)
		return arena_format(arena, "it has extensions, but is of version %u",
				    cert->version);
	for (size_t i = 0; i < cert->extension_count; i++) {
		problem = one_problem(arena, cert, &cert->extensions[i], strict);
		if (problem.data)
			return problem;
		for (size_t j = 0; j < i; j++)
			if (bytes_equal(cert->extensions[i].oid, cert->extensions[j].oid))
				return arena_format(
					arena, "it has the extension %.*s twice",
					STR_ARG(name_of(arena, cert->extensions[i].oid)));
	}
	return (struct str){0};
}
