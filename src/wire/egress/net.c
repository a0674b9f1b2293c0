/* SPDX-License-Identifier: Apache-2.0 */

/* Which addresses may be dialled: the table of special ones, and what the administrator allows beyond. */

#include <arpa/inet.h>
#include <string.h>

#include "wire/egress/inside.h"

struct special {
	const char *network;
	uint8_t prefix;
	bool global;
	const char *what;
};

static const struct special specials[] = {
#define EGRESS_SPECIAL(network, prefix, global, what, source) {network, prefix, global, what ", " source},
#include "wire/egress/special.def"
#undef EGRESS_SPECIAL
};

static bool address_read(const char *text, struct dns_address *out)
{
	memset(out, 0, sizeof *out);
	if (inet_pton(AF_INET, text, out->bytes) == 1)
		out->len = 4;
	else if (inet_pton(AF_INET6, text, out->bytes) == 1)
		out->len = 16;
	return out->len != 0;
}

bool egress_address_read(const char *text, struct dns_address *out)
{
	struct dns_address address;

	if (!address_read(text, &address))
		return false;
	*out = address;
	return true;
}

static bool within(const struct dns_address *address, const struct dns_address *network, unsigned prefix)
{
	unsigned whole = prefix / 8, rest = prefix % 8;

	if (address->len != network->len || memcmp(address->bytes, network->bytes, whole) != 0)
		return false;
	return rest == 0 || (address->bytes[whole] ^ network->bytes[whole]) >> (8 - rest) == 0;
}

bool egress_net_read(struct str text, struct egress_net *out, struct err *err)
{
	struct str host, rest = text;
	struct egress_net net = {0};
	uint64_t prefix = 0;
	char copy[INET6_ADDRSTRLEN];

	if (!str_split(&rest, '/', &host) || host.len >= sizeof copy)
		host = (struct str){"", 0};
	memcpy(copy, host.data, host.len);
	copy[host.len] = 0;
	if (!address_read(copy, &net.address) ||
	    (rest.data && !str_to_u64(rest, 8u * net.address.len, &prefix))) {
		err_set(err, ERR_INPUT, "\"%.*s\" is not a network", STR_ARG(text));
		return err_fix(err, "egress-network", "write it as 10.1.0.0/16 or 2001:db8::/32");
	}
	net.prefix = rest.data ? (uint8_t)prefix : (uint8_t)(8 * net.address.len);
	*out = net;
	return true;
}

static bool allowed(const struct egress_policy *policy, const struct dns_address *address)
{
	for (size_t i = 0; policy && i < policy->count; i++)
		if (within(address, &policy->allow[i].address, policy->allow[i].prefix))
			return true;
	return false;
}

/* The row with the longest prefix. */
static const struct special *special_of(const struct dns_address *address)
{
	const struct special *best = NULL;

	for (size_t i = 0; i < COUNT_OF(specials); i++) {
		struct dns_address network;

		if (address_read(specials[i].network, &network) && within(address, &network, specials[i].prefix) &&
		    (!best || specials[i].prefix > best->prefix))
			best = &specials[i];
	}
	return best;
}

static bool carries_v4(const struct dns_address *address, struct dns_address *v4)
{
	static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	static const uint8_t nat64[12] = {0, 0x64, 0xff, 0x9b};

	if (address->len != 16 ||
	    (memcmp(address->bytes, mapped, 12) != 0 && memcmp(address->bytes, nat64, 12) != 0))
		return false;
	*v4 = (struct dns_address){.len = 4};
	memcpy(v4->bytes, address->bytes + 12, 4);
	return true;
}

const char *egress_forbids(const struct egress_policy *policy, const struct dns_address *address)
{
	const struct special *special;
	struct dns_address v4;

	if (allowed(policy, address))
		return NULL;
	if (carries_v4(address, &v4))
		return egress_forbids(policy, &v4);
	special = special_of(address);
	if (special)
		return special->global ? NULL : special->what;
	if (address->len == 16 && address->bytes[0] >> 5 != 1)
		return "not global unicast, RFC 4291 2.4";
	return address->len == 4 || address->len == 16 ? NULL : "no address";
}

void egress_address_write(const struct dns_address *address, char to[EGRESS_ADDRESS_TEXT])
{
	if (!inet_ntop(address->len == 4 ? AF_INET : AF_INET6, address->bytes, to, EGRESS_ADDRESS_TEXT))
		to[0] = 0;
}
