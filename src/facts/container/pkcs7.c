/* SPDX-License-Identifier: Apache-2.0 */

/*
 * PKCS#7 and CMS: the certificates and lists that a SignedData carries, whoever signed it or nobody (.p7b). After
 * RFC 5652 section 5.1. Netscape's certificate sequences are older and simpler.
 */

#include "facts/container/reading.h"

#include <string.h>

#include "base/arena.h"
#include "facts/der.h"
#include "facts/oid.h"

#define OID_SIGNED_DATA       "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define OID_NETSCAPE_SEQUENCE "\x60\x86\x48\x01\x86\xf8\x42\x02\x05"

/* Certificates: SEQUENCEs; the other choices are attribute certificates and such. */
static void read_all(struct reading *r, struct bytes set, const char *what, const struct place *place,
		     void (*read)(struct reading *r, struct bytes der, const struct place *place))
{
	struct der value;
	size_t number = 0;

	while (set.len && !r->full) {
		struct place here = *place;

		here.source = arena_format(r->arena, "%s %zu", what, ++number);
		if (!der_take(&set, &value)) {
			container_problem(r, &here, "%s %zu %.*s", what, number,
					  STR_ARG(der_why(r->arena, set, DER_SEQUENCE)));
			return;
		}
		if (value.tag == DER_SEQUENCE)
			read(r, value.whole, &here);
		else
			container_problem(r, &here, "is of another kind (tag 0x%02x)", value.tag);
	}
}

static bool signed_data(struct reading *r, struct bytes outer, const struct place *place)
{
	struct bytes data, version, set;
	struct der skipped;

	if (!der_take_only(outer, DER_SEQUENCE, &data) || !der_take_tag(&data, DER_INTEGER, &version) ||
	    !der_take(&data, &skipped) || !der_take(&data, &skipped))
		return false;
	if (der_next_is(data, DER_CONTEXT_MADE(0))) {
		if (!der_take_tag(&data, DER_CONTEXT_MADE(0), &set))
			return false;
		read_all(r, set, "certificate", place, container_certificate);
	}
	if (der_next_is(data, DER_CONTEXT_MADE(1))) {
		if (!der_take_tag(&data, DER_CONTEXT_MADE(1), &set))
			return false;
		read_all(r, set, "list", place, container_crl);
	}
	return true;
}

static bool netscape_sequence(struct reading *r, struct bytes outer, const struct place *place)
{
	struct bytes list;

	if (!der_take_only(outer, DER_SEQUENCE, &list))
		return false;
	read_all(r, list, "certificate", place, container_certificate);
	return true;
}

void container_pkcs7(struct reading *r, struct bytes der, const struct place *place)
{
	struct bytes definite, inside, type, outer;
	bool ok;

	r->format = r->format && strcmp(r->format, "PEM") == 0 ? r->format : "PKCS#7";
	if (!container_definite(r->arena, der, &definite) ||
	    !der_take_only(definite, DER_SEQUENCE, &inside) || !der_take_tag(&inside, DER_OID, &type) ||
	    !der_take_only(inside, DER_CONTEXT_MADE(0), &outer)) {
		container_problem(r, place, "the PKCS#7 structure cannot be read");
		return;
	}
	if (OID_IS(type, OID_SIGNED_DATA)) {
		ok = signed_data(r, outer, place);
	} else if (OID_IS(type, OID_NETSCAPE_SEQUENCE)) {
		ok = netscape_sequence(r, outer, place);
	} else {
		struct str name = oid_long(r->arena, type);

		container_problem(r, place, "PKCS#7 of type %.*s carries no certificates", STR_ARG(name));
		return;
	}
	if (!ok)
		container_problem(r, place, "the SignedData of this PKCS#7 cannot be read");
}
