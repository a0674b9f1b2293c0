/* SPDX-License-Identifier: Apache-2.0 */

/*
 * GeneralNames: host names, addresses, mailboxes and URIs, after RFC 5280 section 4.2.1.6. A thousand of them are
 * common, so names that are spelt as they should be are views into the certificate, not copies.
 */

#include "facts/cert.h"

#include "base/address.h"
#include "base/arena.h"
#include "base/hex.h"
#include "base/limits.h"
#include "facts/der.h"

enum kind { OTHER_NAME, EMAIL, DNS, X400, DIRECTORY, EDI, URI, ADDRESS, REGISTERED, KINDS };

/* Which kind a tag says, or KINDS. */
static enum kind kind_of(uint8_t tag)
{
	uint8_t number = tag & 0x1f;

	return tag >> 6 == 2 && number < KINDS ? (enum kind)number : KINDS;
}

static struct str address_text(struct arena *arena, struct bytes address, const char **odd)
{
	char text[ADDRESS_TEXT];

	if (address.len != 4 && address.len != 16) {
		*odd = "iPAddress has neither 4 nor 16 bytes";
		return hex_str(arena, address);
	}
	return arena_str(arena, address_write(address.data, address.len, text));
}

enum spelling { AS_IT_SHOULD_BE, UPPER_CASE, STRANGE };

static enum spelling spelling_of(struct bytes name)
{
	uint8_t upper = 0, strange = 0;

	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.data[i];

		upper |= (uint8_t)((uint8_t)(c - 'A') < 26);
		strange |= (uint8_t)(c <= 0x20 || c >= 0x7f);
	}
	return strange ? STRANGE : upper ? UPPER_CASE : AS_IT_SHOULD_BE;
}

static struct str dns_text(struct arena *arena, struct bytes name, const char **odd)
{
	struct str text = str_from(name);

	switch (spelling_of(name)) {
	case AS_IT_SHOULD_BE:
		return name.len ? text : STR("");
	case UPPER_CASE:
		return arena_lower(arena, text);
	case STRANGE:
		break;
	}
	*odd = "dNSName has characters that host names do not have";
	return arena_lower(arena, cert_visible(arena, text));
}

static struct str plain_text(struct arena *arena, struct bytes name, const char *complaint,
			     const char **odd)
{
	if (spelling_of(name) == STRANGE)
		*odd = complaint;
	return cert_visible(arena, str_from(name));
}

static bool count_kinds(struct bytes names, size_t counts[KINDS + 1])
{
	size_t all = 0;
	struct der name;

	while (names.len) {
		if (!der_take(&names, &name) || ++all > LIMIT_CERT_NAMES)
			return false;
		counts[kind_of(name.tag)]++;
	}
	return true;
}

/* Room for that many, with the count at zero: fill() counts again. */
static struct str *room_for(struct arena *arena, struct cert_strs *list, size_t count)
{
	struct str *room = count ? ARENA_ARRAY(arena, struct str, count) : NULL;

	*list = (struct cert_strs){room, 0};
	return room;
}

bool cert_general_names_read(struct arena *arena, struct bytes names, struct cert_general_names *out,
			     const char **odd)
{
	size_t counts[KINDS + 1] = {0};
	struct cert_general_names all = {0};
	struct str *dns, *ip, *email, *uri;
	struct der name;

	if (!count_kinds(names, counts))
		return false;
	dns = room_for(arena, &all.dns, counts[DNS]);
	ip = room_for(arena, &all.ip, counts[ADDRESS]);
	email = room_for(arena, &all.email, counts[EMAIL]);
	uri = room_for(arena, &all.uri, counts[URI]);
	while (der_take(&names, &name)) {
		switch (kind_of(name.tag)) {
		case DNS:
			dns[all.dns.count++] = dns_text(arena, name.content, odd);
			break;
		case ADDRESS:
			ip[all.ip.count++] = address_text(arena, name.content, odd);
			break;
		case EMAIL:
			email[all.email.count++] = plain_text(arena, name.content,
							      "rfc822Name is not plain ASCII", odd);
			break;
		case URI:
			uri[all.uri.count++] =
				plain_text(arena, name.content, "URI is not plain ASCII", odd);
			break;
		default:
			all.others++;
		}
	}
	*out = all;
	return true;
}
