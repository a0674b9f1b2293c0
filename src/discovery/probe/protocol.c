/* SPDX-License-Identifier: Apache-2.0 */

/* The list of protocols as the outside sees it: "tls", then every line of starttls/table.h. */

#include "discovery/probe.h"

#include "discovery/probe/starttls/table.h"

bool probe_protocol_at(size_t index, struct probe_protocol *out)
{
	const struct starttls *const *at = starttls_all;

	if (index == 0) {
		*out = (struct probe_protocol){"tls", "RFC 8446", 443};
		return true;
	}
	for (size_t i = 1; *at; at++, i++)
		if (i == index) {
			*out = (struct probe_protocol){(*at)->name, (*at)->source, (*at)->ports[0]};
			return true;
		}
	return false;
}

bool probe_protocol_is(struct str name)
{
	return str_is(name, "tls") || starttls_named(name) != NULL;
}
