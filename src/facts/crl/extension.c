/* SPDX-License-Identifier: Apache-2.0 */

/* Extensions of a list: one line in a table for each that gives facts. After RFC 5280 section 5.2. */

#include "facts/crl/reading.h"

#include "base/arena.h"
#include "facts/der.h"
#include "facts/oid.h"

typedef bool (*read_fn)(struct reading *r, const struct cert_extension *extension);

static bool read_number(struct reading *r, const struct cert_extension *extension)
{
	if (!der_take_only(extension->value, DER_INTEGER, &r->crl->number_der))
		return false;
	r->crl->number = der_integer_hex(r->arena, r->crl->number_der);
	return true;
}

static bool read_delta(struct reading *r, const struct cert_extension *extension)
{
	return der_take_only(extension->value, DER_INTEGER, &r->crl->base_number);
}

static bool read_authority_key_id(struct reading *r, const struct cert_extension *extension)
{
	struct bytes inside, id;

	if (!der_take_only(extension->value, DER_SEQUENCE, &inside))
		return false;
	if (der_take_tag(&inside, DER_CONTEXT(0), &id))
		r->crl->authority_key_id = id;
	return true;
}

static bool read_point_name(struct reading *r, struct bytes name)
{
	struct crl_scope *scope = &r->crl->scope;
	struct cert_general_names names;
	const char *odd = NULL;
	struct der choice;

	if (!der_take(&name, &choice) || name.len)
		return false;
	if (choice.tag == DER_CONTEXT_MADE(1)) {
		scope->relative_name = choice.content;
		return true;
	}
	if (choice.tag != DER_CONTEXT_MADE(0) ||
	    !cert_general_names_read(r->arena, choice.content, &names, &odd))
		return false;
	crl_odd(r, "issuingDistributionPoint", odd);
	scope->full_name = choice.content;
	scope->uris = names.uri;
	return true;
}

static bool read_reasons(struct crl_scope *scope, struct bytes content)
{
	struct bytes bits;
	uint8_t unused;

	if (!der_bit_string(content, &bits, &unused))
		return false;
	scope->has_reasons = true;
	scope->reasons = 0;
	for (unsigned i = 0; i < 9 && i / 8 < bits.len; i++)
		if (bits.data[i / 8] >> (7 - i % 8) & 1)
			scope->reasons |= (uint16_t)(1u << i);
	return true;
}

static bool read_scope(struct reading *r, const struct cert_extension *extension)
{
	struct crl_scope *scope = &r->crl->scope;
	bool *const flags[] = {NULL, &scope->only_user, &scope->only_ca, NULL, &scope->indirect,
			       &scope->only_attribute};
	struct bytes inside;
	struct der field;

	scope->present = true;
	scope->critical = extension->critical;
	if (!der_take_only(extension->value, DER_SEQUENCE, &inside))
		return false;
	while (inside.len) {
		unsigned number;
		bool ok;

		if (!der_take(&inside, &field))
			return false;
		number = field.tag & 0x1f;
		if (field.tag == DER_CONTEXT_MADE(0))
			ok = read_point_name(r, field.content);
		else if (field.tag == DER_CONTEXT(3))
			ok = read_reasons(scope, field.content);
		else
			ok = field.tag == DER_CONTEXT(number) && number < COUNT_OF(flags) && flags[number] &&
			     der_boolean(field.content, flags[number]);
		if (!ok)
			return false;
	}
	return true;
}

/* Known and without a fact of its own. */
static bool read_nothing(struct reading *r, const struct cert_extension *extension)
{
	return true;
}

static const struct known {
	struct str oid;
	const char *name;
	read_fn read;
} table[] = {
	{STR_INIT(OID_CRL_NUMBER), "cRLNumber", read_number},
	{STR_INIT(OID_AUTHORITY_KEY_ID), "authorityKeyIdentifier", read_authority_key_id},
	{STR_INIT(OID_ISSUING_POINT), "issuingDistributionPoint", read_scope},
	{STR_INIT(OID_DELTA_CRL_INDICATOR), "deltaCRLIndicator", read_delta},
	{STR_INIT(OID_FRESHEST_CRL), "freshestCRL", read_nothing},
	{STR_INIT(OID_ISSUER_ALT_NAME), "issuerAltName", read_nothing},
	{STR_INIT(OID_AUTHORITY_INFO), "authorityInfoAccess", read_nothing},
};

void crl_extensions(struct reading *r)
{
	bool seen[COUNT_OF(table)] = {false};

	for (size_t i = 0; i < r->crl->extension_count; i++) {
		const struct cert_extension *extension = &r->crl->extensions[i];
		size_t row = 0;

		while (row < COUNT_OF(table) && !bytes_equal(extension->oid, bytes_from(table[row].oid)))
			row++;
		if (row == COUNT_OF(table)) {
			r->crl->unknown_critical |= extension->critical;
			continue;
		}
		if (seen[row] || !table[row].read(r, extension)) {
			crl_odd(r, table[row].name, seen[row] ? "stands there twice" : "cannot be read");
			r->crl->broken_extension = true;
		}
		seen[row] = true;
	}
}
