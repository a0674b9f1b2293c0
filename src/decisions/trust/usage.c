/* SPDX-License-Identifier: Apache-2.0 */

#include "decisions/trust/usage.h"

#include "facts/der.h"
#include "facts/oid.h"

#define OID_USAGE_PRECERTIFICATE "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x04"

static unsigned usage_of(struct bytes oid)
{
	static const struct {
		struct bytes oid;
		unsigned bit;
	} rows[] = {
		{{(const uint8_t *)OID_ANY_USAGE, 4}, USAGE_ANY},
		{{(const uint8_t *)OID_USAGE_SERVER, 8}, USAGE_SERVER},
		{{(const uint8_t *)OID_USAGE_CLIENT, 8}, USAGE_CLIENT},
		{{(const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x03\x03", 8}, USAGE_FOREIGN},
		{{(const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x03\x04", 8}, USAGE_FOREIGN},
		{{(const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x03\x08", 8}, USAGE_FOREIGN},
		{{(const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x03\x09", 8}, USAGE_FOREIGN},
		{{(const uint8_t *)OID_USAGE_PRECERTIFICATE, 10}, USAGE_FOREIGN},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (bytes_equal(rows[i].oid, oid))
			return rows[i].bit;
	return 0;
}

unsigned usage_read(const struct cert *cert)
{
	const struct cert_extension *extension = cert_extension(cert, OID(OID_EXTENDED_KEY_USAGE));
	struct bytes list, oid;
	unsigned usage = 0;

	if (!extension)
		return USAGE_ABSENT;
	if (!der_take_only(extension->value, DER_SEQUENCE, &list) || !list.len)
		return USAGE_BROKEN;
	while (list.len) {
		if (!der_take_tag(&list, DER_OID, &oid))
			return USAGE_BROKEN;
		usage |= usage_of(oid);
	}
	return usage;
}

bool usage_covers(unsigned usage, enum trust_purpose purpose)
{
	unsigned wanted = purpose == TRUST_SERVER ? USAGE_SERVER : USAGE_CLIENT;

	if (usage & USAGE_BROKEN)
		return false;
	return purpose == TRUST_ANY || (usage & (USAGE_ABSENT | USAGE_ANY | wanted));
}
