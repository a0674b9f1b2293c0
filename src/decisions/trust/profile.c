/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The rules of the profiles, one row each: from which level, for which roles, the words, the test.
 * A test answers whether the rule is broken.
 */

#include "decisions/trust/profile.h"

#include <string.h>

#include "base/arena.h"
#include "decisions/trust/algorithms.h"
#include "decisions/trust/dn.h"
#include "decisions/trust/forms.h"
#include "decisions/trust/usage.h"
#include "facts/der.h"
#include "facts/oid.h"

#define LEAF   (1 << PROFILE_LEAF)
#define CA     (1 << PROFILE_CA)
#define ANCHOR (1 << PROFILE_ANCHOR)
#define ALL    (LEAF | CA | ANCHOR)

static const struct cert_extension *find(const struct cert *cert, struct bytes oid)
{
	return cert_extension(cert, oid);
}

static bool is_critical(const struct cert *cert, struct bytes oid)
{
	const struct cert_extension *extension = find(cert, oid);

	return extension && extension->critical;
}

static bool is_not_critical(const struct cert *cert, struct bytes oid)
{
	const struct cert_extension *extension = find(cert, oid);

	return extension && !extension->critical;
}

/* --- RFC 5280 --- */

static bool serial_not_positive(const struct cert *cert)
{
	struct bytes number;

	return !der_unsigned(cert->serial_der, &number) || !number.len;
}

static bool serial_long(const struct cert *cert)
{
	return cert->serial_der.len > 20;
}

static bool subject_key_id_critical(const struct cert *cert)
{
	return is_critical(cert, OID(OID_SUBJECT_KEY_ID));
}

static bool authority_key_id_critical(const struct cert *cert)
{
	return is_critical(cert, OID(OID_AUTHORITY_KEY_ID));
}

static bool subject_key_id_missing(const struct cert *cert)
{
	return !cert->subject_key_id.data;
}

static bool authority_key_id_missing(const struct cert *cert)
{
	return !cert->self_signed && !cert->authority_key_id.data;
}

static bool subject_empty(const struct cert *cert)
{
	return dn_is_empty(cert->subject_der);
}

static bool basic_not_critical(const struct cert *cert)
{
	return !is_critical(cert, OID(OID_BASIC_CONSTRAINTS));
}

static bool not_a_ca(const struct cert *cert)
{
	return !cert->ca;
}

static bool may_not_sign(const struct cert *cert)
{
	return cert->has_key_usage && !(cert->key_usage & CERT_USAGE_KEY_CERT_SIGN);
}

static bool policy_constraints_not_critical(const struct cert *cert)
{
	return is_not_critical(cert, OID(OID_POLICY_CONSTRAINTS));
}

static bool leaf_signs(const struct cert *cert)
{
	return !cert->ca && (cert->key_usage & CERT_USAGE_KEY_CERT_SIGN);
}

static bool leaf_constrains(const struct cert *cert)
{
	return !cert->ca && find(cert, OID(OID_NAME_CONSTRAINTS));
}

static bool nameless_names_not_critical(const struct cert *cert)
{
	return subject_empty(cert) && !is_critical(cert, OID(OID_SUBJECT_ALT_NAME));
}

/* --- CA/Browser Forum --- */

static bool not_version_3(const struct cert *cert)
{
	return cert->version != 3;
}

static bool leaf_is_ca(const struct cert *cert)
{
	return cert->ca;
}

static bool usage_critical(const struct cert *cert)
{
	return is_critical(cert, OID(OID_EXTENDED_KEY_USAGE));
}

static bool usage_mixed(const struct cert *cert)
{
	unsigned usage = usage_read(cert);

	return (usage & USAGE_FOREIGN) || ((usage & USAGE_ANY) && (usage & USAGE_SERVER));
}

static bool usage_in_root(const struct cert *cert)
{
	return !(usage_read(cert) & USAGE_ABSENT);
}

static bool key_usage_empty(const struct cert *cert)
{
	return cert->has_key_usage && cert->key.algorithm == CERT_KEY_RSA && !cert->key_usage;
}

static bool names_critical(const struct cert *cert)
{
	return !subject_empty(cert) && is_critical(cert, OID(OID_SUBJECT_ALT_NAME));
}

/* keyIdentifier alone, and that of the subject when the root signed itself. */
static bool root_authority_odd(const struct cert *cert)
{
	const struct cert_extension *extension = find(cert, OID(OID_AUTHORITY_KEY_ID));
	struct bytes body, id;

	if (!extension)
		return false;
	if (!der_take_only(extension->value, DER_SEQUENCE, &body) ||
	    !der_take_tag(&body, DER_CONTEXT(0), &id) || body.len)
		return true;
	return cert->self_issued && cert->subject_key_id.data &&
	       !bytes_equal(id, cert->subject_key_id);
}

/* clang-format off */
static const struct rule {
	enum profile_level level;
	unsigned roles;
	const char *words;
	bool (*broken)(const struct cert *cert);
} rules[] = {
	{PROFILE_RFC5280, ALL,         "its serial number is not positive (RFC 5280 4.1.2.2)", serial_not_positive},
	{PROFILE_RFC5280, ALL,         "its serial number is longer than 20 octets (RFC 5280 4.1.2.2)", serial_long},
	{PROFILE_RFC5280, CA | ANCHOR, "a CA certificate must have a subject (RFC 5280 4.1.2.6)", subject_empty},
	{PROFILE_RFC5280, ALL,         "its authority key identifier is critical (RFC 5280 4.2.1.1)", authority_key_id_critical},
	{PROFILE_RFC5280, ALL,         "it has no authority key identifier (RFC 5280 4.2.1.1)", authority_key_id_missing},
	{PROFILE_RFC5280, ALL,         "its subject key identifier is critical (RFC 5280 4.2.1.2)", subject_key_id_critical},
	{PROFILE_RFC5280, CA | ANCHOR, "a CA certificate must have a subject key identifier (RFC 5280 4.2.1.2)", subject_key_id_missing},
	{PROFILE_RFC5280, ANCHOR,      "its basic constraints do not say that it is a CA (RFC 5280 4.2.1.9)", not_a_ca},
	{PROFILE_RFC5280, ANCHOR,      "its basic constraints are not critical (RFC 5280 4.2.1.9)", basic_not_critical},
	{PROFILE_RFC5280, ANCHOR,      "its key usage does not let it sign certificates (RFC 5280 4.2.1.3)", may_not_sign},
	{PROFILE_RFC5280, CA | ANCHOR, "its policy constraints are not critical (RFC 5280 4.2.1.11)", policy_constraints_not_critical},
	{PROFILE_RFC5280, LEAF,        "it may sign certificates, but is no CA (RFC 5280 4.2.1.9)", leaf_signs},
	{PROFILE_RFC5280, LEAF,        "it has name constraints, but is no CA (RFC 5280 4.2.1.10)", leaf_constrains},
	{PROFILE_RFC5280, LEAF,        "without a subject, its alternative names must be critical (RFC 5280 4.2.1.6)", nameless_names_not_critical},
	{PROFILE_WEB,     ALL,         "it is not of X.509 version 3 (BR 7.1.1)", not_version_3},
	{PROFILE_WEB,     LEAF,        "a server's certificate must not be a CA's (BR 7.1.2.7.8)", leaf_is_ca},
	{PROFILE_WEB,     LEAF,        "its extended key usage is critical (BR 7.1.2.7.6)", usage_critical},
	{PROFILE_WEB,     LEAF,        "its extended key usage has more than TLS needs (BR 7.1.2.7.10)", usage_mixed},
	{PROFILE_WEB,     LEAF,        "its key usage is empty (BR 7.1.2.7.11)", key_usage_empty},
	{PROFILE_WEB,     LEAF,        "with a subject, its alternative names must not be critical (BR 7.1.2.7.12)", names_critical},
	{PROFILE_WEB,     ANCHOR,      "a root must not have an extended key usage (BR 7.1.2.1.2)", usage_in_root},
	{PROFILE_WEB,     ANCHOR,      "its authority key identifier is not its own key identifier alone (BR 7.1.2.1.3)", root_authority_odd},
};
/* clang-format on */

struct naming {
	const struct cert *cert;
	bool right;
};

/* Whether a common name is meant as an address, in whatever spelling. */
static bool claims_address(struct str name)
{
	if (str_find_char(name, ':') != SIZE_MAX || str_starts_nocase(name, STR("0x")))
		return true;
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_is_digit(name.data[i]) && name.data[i] != '.')
			return false;
	return str_find_char(name, '.') != SIZE_MAX;
}

static bool is_above(struct str domain, struct str name)
{
	return name.len > domain.len && name.data[name.len - domain.len - 1] == '.' &&
	       str_ends(name, domain);
}

/*
 * Among the names of its kind, when there are any; dNSNames are compared as they stand in the
 * certificate. A domain above one of them passes: "example.org" beside "*.example.org" is an old
 * habit that misleads nobody.
 */
static bool is_named(const struct cert *cert, struct str name)
{
	const struct cert_extension *extension = find(cert, OID(OID_SUBJECT_ALT_NAME));
	struct bytes names = {0};
	struct form_name one;
	bool found = !cert->names.dns.count;

	if (claims_address(name)) {
		for (size_t i = 0; i < cert->names.ip.count; i++)
			if (str_equal(cert->names.ip.at[i], name))
				return true;
		return !cert->names.ip.count;
	}
	if (str_find_char(name, '.') == SIZE_MAX || !extension ||
	    !der_take_only(extension->value, DER_SEQUENCE, &names))
		return true;
	while (!found && form_take(&names, &one))
		found = one.form == FORM_DNS && (bytes_equal(one.content, bytes_from(name)) ||
						 is_above(name, str_from(one.content)));
	return found;
}

static bool check_common_name(void *data, struct str value)
{
	struct naming *naming = data;

	naming->right = is_named(naming->cert, value);
	return naming->right;
}

/* The common name is a copy of one of the alternative names, letter by letter: BR 7.1.4.3. */
static bool common_name_strays(struct arena *arena, const struct cert *cert)
{
	struct naming naming = {cert, true};

	return !dn_each(arena, cert->subject_der, OID(OID_COMMON_NAME), check_common_name, &naming);
}

struct str profile_problem(struct arena *arena, const struct cert *cert, enum profile_role role,
			   enum profile_level level, bool named)
{
	struct str problem = {0};

	if (level != PROFILE_BROWSERS ||
	    role != PROFILE_ANCHOR) /* programs vouch for their roots */
		problem = algorithms_key_problem(arena, cert, level);
	if (!problem.data && role != PROFILE_ANCHOR)
		problem = algorithms_signature_problem(arena, cert, level);
	if (problem.data)
		return problem;
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if (level >= rules[i].level && (rules[i].roles & 1u << role) &&
		    rules[i].broken(cert))
			return str_of(rules[i].words);
	if (named && level >= PROFILE_WEB && role == PROFILE_LEAF &&
	    common_name_strays(arena, cert))
		return STR("its common name is not one of its alternative names (BR 7.1.4.3)");
	return (struct str){0};
}
