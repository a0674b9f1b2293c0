/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Whether a certificate is for a name, after RFC 9525 section 6: only the subjectAltName counts,
 * never the common name; "*" is the whole leftmost label and stands for exactly one label. A
 * wildcard over a public suffix of the DNS
 * ("*.com", "*.co.uk") covers nothing, as in browsers; suffixes that companies added (github.io)
 * are fine.
 */

#include "facts/hostname.h"

#include <libpsl.h>
#include <string.h>

#include "base/address.h"
#include "facts/cert.h"

bool hostname_is_public_suffix(struct str domain)
{
	char room[256];

	if (domain.len >= sizeof(room))
		return true;
	for (size_t i = 0; i < domain.len; i++)
		room[i] = ascii_lower(domain.data[i]);
	room[domain.len] = 0;
	return psl_is_public_suffix2(psl_builtin(), room, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE);
}

/* What follows the leftmost label and its dot; empty when there is but one label. */
static struct str parent_of(struct str name)
{
	size_t dot = str_find_char(name, '.');

	return dot == SIZE_MAX ? (struct str){name.data, 0} : str_skip(name, dot + 1);
}

bool hostname_covers(struct str presented, struct str name)
{
	struct str base, parent;

	if (!name.len || !presented.len)
		return false;
	if (str_find_char(presented, '*') == SIZE_MAX)
		return str_equal_nocase(presented, name);
	if (presented.len < 3 || presented.data[0] != '*' || presented.data[1] != '.')
		return false;
	base = str_skip(presented, 2);
	parent = parent_of(name);
	if (str_find_char(base, '*') != SIZE_MAX || parent.len + 1 >= name.len)
		return false;
	return parent.len && str_equal_nocase(base, parent) && !hostname_is_public_suffix(base);
}

static bool is_address(struct str presented, const struct hostname *name)
{
	uint8_t address[16], len;

	return address_read(presented, address, &len) && len == name->address_len &&
	       memcmp(address, name->address, len) == 0;
}

bool hostname_matches(const struct hostname *name, const struct cert *cert)
{
	if (name->address_len) {
		for (size_t i = 0; i < cert->names.ip.count; i++)
			if (is_address(cert->names.ip.at[i], name))
				return true;
		return false;
	}
	for (size_t i = 0; i < cert->names.dns.count; i++)
		if (hostname_covers(cert->names.dns.at[i], name->text))
			return true;
	return false;
}
