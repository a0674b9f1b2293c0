/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One target as written: a name, an address, a CIDR block, a range, or a URL of which only scheme, host and port count. After
 * RFC 3986 section 3.2 (authority), RFC 4632 (CIDR), RFC 4291 section 2.2 (IPv6 text).
 */

#include <string.h>

#include "base/address.h"
#include "discovery/target/room.h"

enum { NAME_MAX_BYTES = 253, LABEL_MAX_BYTES = 63 };

static bool wrong(struct str text, const char *why, const char *fix, struct err *err)
{
	err_set(err, ERR_INPUT, "target \"%.*s\": %s", STR_ARG(str_head(text, 120)), why);
	return err_fix(err, "target-syntax", "%s", fix);
}

static const char fix_forms[] = "write host, host:port, [v6]:port, name@host, a URL, a.b.c.d/24, a.b.c.1-20, @file, - or local";

/* Low 64 bits; what is above them is the same for every address of a range. */
static uint64_t low_bits(const uint8_t address[16], uint8_t len)
{
	uint64_t low = 0;

	for (size_t i = len == 4 ? 0 : 8; i < len; i++)
		low = low << 8 | address[i];
	return low;
}

static bool too_many(struct str text, struct err *err)
{
	err_set(err, ERR_INPUT, "target \"%.*s\": more than %d addresses", STR_ARG(text), LIMIT_TARGET_ADDRESSES);
	return err_fix(err, "target-range-size", "give several smaller ranges (IPv4 /8, IPv6 /104 at most), or a list of hosts");
}

static bool cidr_read(struct str text, size_t slash, struct span *out, struct err *err)
{
	uint64_t bits, free_bits;

	if (!address_read(str_head(text, slash), out->first, &out->address_len))
		return wrong(text, "what stands before \"/\" is no address",
			     "write https://host/path for a URL, a.b.c.d/24 for a block", err);
	if (!str_to_u64(str_skip(text, slash + 1), 8u * out->address_len, &bits))
		return wrong(text, "what stands after \"/\" is no prefix length", "write a.b.c.d/24 or 2001:db8::/120", err);
	free_bits = 8u * out->address_len - bits;
	if (free_bits > 24)
		return too_many(text, err);
	out->host_count = 1ull << free_bits;
	for (size_t i = out->address_len; free_bits > 0; free_bits -= free_bits < 8 ? free_bits : 8)
		out->first[--i] &= (uint8_t)(free_bits < 8 ? 0xff << free_bits : 0);
	return true;
}

/* a.b.c.d-e: the last number of an IPv4 address. */
static bool range_end(const struct span *span, struct str text, uint8_t to[16])
{
	uint64_t number;
	uint8_t len;

	if (span->address_len == 4 && str_to_u64(text, 255, &number)) {
		memcpy(to, span->first, 3);
		to[3] = (uint8_t)number;
		return true;
	}
	return address_read(text, to, &len) && len == span->address_len;
}

static bool range_read(struct str text, size_t dash, struct span *out, struct err *err)
{
	uint8_t last[16] = {0};
	uint64_t from, to;

	if (!range_end(out, str_skip(text, dash + 1), last))
		return wrong(text, "the end of the range is no address", "write a.b.c.1-20 or a.b.c.1-a.b.c.20", err);
	from = low_bits(out->first, out->address_len);
	to = low_bits(last, out->address_len);
	if (memcmp(out->first, last, out->address_len) > 0)
		return wrong(text, "the range ends before it begins", "write the smaller address first", err);
	if ((out->address_len == 16 && memcmp(out->first, last, 8) != 0) || to - from >= LIMIT_TARGET_ADDRESSES)
		return too_many(text, err);
	out->host_count = to - from + 1;
	return true;
}

/* U-labels pass: they are read as names where they are dialled, and what is none becomes the outcome "dns". */
static bool label_is_good(struct str label)
{
	for (size_t i = 0; i < label.len; i++) {
		char c = label.data[i];

		if ((signed char)c >= 0 && !ascii_is_alpha(c) && !ascii_is_digit(c) && c != '-' && c != '_')
			return false;
	}
	return label.len > 0 && label.len <= LABEL_MAX_BYTES && label.data[0] != '-';
}

static bool name_read(struct str text, struct span *out, struct err *err)
{
	struct str name = text, rest, label = {0};

	if (!str_is_utf8(text))
		return wrong(text, "is not UTF-8", fix_forms, err);
	if (str_ends(name, STR(".")))
		name.len--;
	rest = name;
	while (str_split(&rest, '.', &label))
		if (!label_is_good(label))
			return wrong(text, "is neither an address nor a host name", fix_forms, err);
	if (name.len > NAME_MAX_BYTES)
		return wrong(text, "is longer than a host name can be", fix_forms, err);
	if (ascii_is_digit(label.data[0]) && str_to_u64(label, UINT64_MAX, &(uint64_t){0}))
		return wrong(text, "looks like an IPv4 address but is none", "four numbers up to 255 with dots between", err);
	out->name = name;
	out->host_count = 1;
	return true;
}

/* Everything but the port. */
static bool hosts_read(struct str text, struct span *out, struct err *err)
{
	size_t slash = str_find_char(text, '/'), dash = str_find_char(text, '-');

	if (slash != SIZE_MAX)
		return cidr_read(text, slash, out, err);
	if (str_find_char(text, '%') != SIZE_MAX)
		return wrong(text, "addresses with a zone cannot be scanned", "use a global address of the host", err);
	if (dash != SIZE_MAX && address_read(str_head(text, dash), out->first, &out->address_len))
		return range_read(text, dash, out, err);
	if (address_read(text, out->first, &out->address_len)) {
		out->host_count = 1;
		return true;
	}
	out->address_len = 0;
	return name_read(text, out, err);
}

static bool port_read(struct str whole, struct str text, struct span *out, struct err *err)
{
	uint64_t port;

	if (!str_to_u64(text, 65535, &port) || port == 0)
		return wrong(whole, "the port is no number from 1 to 65535", "write host:443", err);
	out->port = (uint16_t)port;
	return true;
}

static bool authority_read(struct str whole, struct str text, struct span *out, struct err *err)
{
	size_t colon = str_find_char(text, ':'), bracket = str_find_char(text, ']');
	struct str host = text;

	if (str_starts(text, STR("["))) {
		struct str rest = bracket == SIZE_MAX ? (struct str){0} : str_skip(text, bracket + 1);

		if (bracket == SIZE_MAX || (rest.len > 0 && rest.data[0] != ':'))
			return wrong(whole, "brackets are for [v6] or [v6]:port", "write [2001:db8::1]:443", err);
		if (rest.len > 0 && !port_read(whole, str_skip(rest, 1), out, err))
			return false;
		host = str_head(str_skip(text, 1), bracket - 1);
		if (str_find_char(host, ':') == SIZE_MAX)
			return wrong(whole, "what stands in the brackets is no IPv6 address", "write [2001:db8::1]:443", err);
	} else if (colon != SIZE_MAX && colon == str_find_last_char(text, ':')) {
		if (!port_read(whole, str_skip(text, colon + 1), out, err))
			return false;
		host = str_head(text, colon);
	}
	return hosts_read(host, out, err);
}

static bool url_read(struct str text, size_t at, struct span *out, struct err *err)
{
	const struct target_protocol *scheme = target_protocol_find(str_head(text, at));
	struct str authority = str_skip(text, at + 3);
	size_t end = 0, user;

	if (!scheme)
		return wrong(text, "the scheme is unknown", "give host:port, and what is spoken there by --starttls", err);
	while (end < authority.len && !memchr("/?#", authority.data[end], 3))
		end++;
	authority.len = end;
	user = str_find_last_char(authority, '@');
	if (user != SIZE_MAX)
		authority = str_skip(authority, user + 1);
	if (!authority_read(text, authority, out, err))
		return false;
	if (out->port == 0)
		out->port = scheme->port;
	out->protocol = str_of(scheme->protocol);
	return true;
}

/* NAME@WHERE: that place, with that name in the ClientHello. */
static bool named_read(struct str text, struct span *out, struct err *err)
{
	size_t at = str_find_char(text, '@');
	struct span name = {0};

	if (at == SIZE_MAX)
		return authority_read(text, text, out, err);
	if (!name_read(str_head(text, at), &name, err) || !authority_read(text, str_skip(text, at + 1), out, err))
		return false;
	out->server_name = name.name;
	return true;
}

bool span_read(struct str text, struct span *out, struct err *err)
{
	size_t colon = str_find_char(text, ':');
	size_t scheme = colon == SIZE_MAX ? SIZE_MAX : str_find(str_skip(text, colon), STR("://"));
	struct span span = {0};

	if (text.len == 0)
		return wrong(text, "is empty", fix_forms, err);
	if (text.len > LIMIT_TARGET_BYTES)
		return wrong(text, "is too long", fix_forms, err);
	scheme += scheme == SIZE_MAX ? 0 : colon;
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] <= ' ' || text.data[i] == 127)
			return wrong(text, "has a blank or control character in it", fix_forms, err);
	if (!(scheme == SIZE_MAX ? named_read(text, &span, err) : url_read(text, scheme, &span, err)))
		return false;
	*out = span;
	return true;
}

size_t span_host(const struct span *span, uint64_t index, char to[SPAN_HOST])
{
	uint8_t address[16];

	if (span->address_len == 0) {
		size_t len = span->name.len < SPAN_HOST ? span->name.len : SPAN_HOST - 1;

		memcpy(to, span->name.data, len);
		to[len] = 0;
		return len;
	}
	memcpy(address, span->first, span->address_len);
	for (size_t i = span->address_len; i-- > 0 && index > 0; index >>= 8) {
		index += address[i];
		address[i] = (uint8_t)index;
	}
	return address_write(address, span->address_len, to).len;
}
