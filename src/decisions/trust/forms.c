/* SPDX-License-Identifier: Apache-2.0 */

#include "decisions/trust/forms.h"

#include <string.h>

#include "facts/der.h"
#include "facts/oid.h"

#define OID_SMTP_UTF8_MAILBOX "\x2b\x06\x01\x05\x05\x07\x08\x09"

const char *form_word(enum form form)
{
	static const char *const words[FORM_COUNT] = {
		"other name",    "e-mail address", "DNS name",
		"X.400 address", "directory name", "EDI party name",
		"URI",           "IP address",     "registered identifier",
	};

	return words[form];
}

bool form_take(struct bytes *from, struct form_name *out)
{
	struct bytes rest = *from;
	struct form_name read;
	struct der value;
	unsigned number;
	bool made;

	if (!der_take(&rest, &value))
		return false;
	number = value.tag & 0x1f;
	made = value.tag & 0x20;
	if ((value.tag & 0xc0) != 0x80 || number >= FORM_COUNT)
		return false;
	read.form = (enum form)number;
	read.content = value.content;
	if (made != (read.form == FORM_OTHER || read.form == FORM_X400 ||
		     read.form == FORM_DIRECTORY || read.form == FORM_EDI))
		return false;
	*from = rest;
	*out = read;
	return true;
}

bool form_is_host(struct str host, bool odd, bool dotted)
{
	struct str label = {0};
	size_t labels = 0;

	if (!host.len || host.len > 253)
		return false;
	while (str_split(&host, '.', &label)) {
		if (!label.len || label.len > 63 || label.data[0] == '-' ||
		    label.data[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!ascii_is_alpha(label.data[i]) && !ascii_is_digit(label.data[i]) &&
			    label.data[i] != '-' && !(odd && label.data[i] == '_'))
				return false;
		labels++;
	}
	return labels > 1 || !dotted;
}

bool form_is_dns_name(struct str name)
{
	return form_is_host(str_starts(name, STR("*.")) ? str_skip(name, 2) : name, true, false);
}

/* Characters of a dot-string after RFC 5321 section 4.1.2; UTF-8 beyond ASCII is for the caller. */
static bool is_local_part(struct str local)
{
	bool dot = true;

	if (local.len >= 2 && local.data[0] == '"' && local.data[local.len - 1] == '"')
		return !memchr(local.data + 1, '"', local.len - 2) &&
		       !memchr(local.data, 0, local.len);
	for (size_t i = 0; i < local.len; i++) {
		unsigned char c = (unsigned char)local.data[i];

		if (c == '.' ? dot : c <= ' ' || c == 0x7f || strchr("()<>[]:;@\\,\"", c))
			return false;
		dot = c == '.';
	}
	return local.len && !dot;
}

bool form_split_mailbox(struct str mailbox, struct str *local, struct str *host)
{
	size_t at = str_find_last_char(mailbox, '@');

	if (at == SIZE_MAX || mailbox.len > 320)
		return false;
	*local = str_head(mailbox, at);
	*host = str_skip(mailbox, at + 1);
	return is_local_part(*local) &&
	       (form_is_host(*host, true, false) || (host->len && host->data[0] == '['));
}

static bool is_scheme(struct str scheme)
{
	if (!scheme.len || !ascii_is_alpha(scheme.data[0]))
		return false;
	for (size_t i = 0; i < scheme.len; i++)
		if (!ascii_is_alpha(scheme.data[i]) && !ascii_is_digit(scheme.data[i]) &&
		    scheme.data[i] != '+' && scheme.data[i] != '-' && scheme.data[i] != '.')
			return false;
	return true;
}

static bool is_port(struct str port)
{
	uint64_t number;

	return !port.len || str_to_u64(port, 65535, &number);
}

/* Whether the last label is a number, so that the host is an address in some spelling. */
static bool is_numeric(struct str host)
{
	size_t dot = str_find_last_char(host, '.');
	struct str last = dot == SIZE_MAX ? host : str_skip(host, dot + 1);

	for (size_t i = 0; i < last.len; i++)
		if (!ascii_is_digit(last.data[i]))
			return false;
	return true;
}

bool form_uri_host(struct str uri, struct str *host)
{
	size_t colon = str_find_char(uri, ':'), end = 0, at;
	struct str authority;

	if (colon == SIZE_MAX || !is_scheme(str_head(uri, colon)) ||
	    !str_starts(str_skip(uri, colon), STR("://")))
		return false;
	for (size_t i = 0; i < uri.len; i++)
		if ((unsigned char)uri.data[i] <= ' ' || (unsigned char)uri.data[i] >= 0x7f)
			return false;
	authority = str_skip(uri, colon + 3);
	while (end < authority.len && !strchr("/?#", authority.data[end]))
		end++;
	authority = str_head(authority, end);
	at = str_find_last_char(authority, '@');
	if (at != SIZE_MAX)
		authority = str_skip(authority, at + 1);
	colon = str_find_char(authority, ':');
	if (colon != SIZE_MAX && !is_port(str_skip(authority, colon + 1)))
		return false;
	*host = colon == SIZE_MAX ? authority : str_head(authority, colon);
	return form_is_host(*host, true, false) && !is_numeric(*host);
}

bool form_smtp_utf8(struct bytes other_name, struct str *mailbox)
{
	struct bytes type, wrapped, text;

	if (!der_take_tag(&other_name, DER_OID, &type) || !OID_IS(type, OID_SMTP_UTF8_MAILBOX) ||
	    !der_take_only(other_name, DER_CONTEXT_MADE(0), &wrapped) ||
	    !der_take_only(wrapped, DER_UTF8, &text))
		return false;
	*mailbox = str_from(text);
	return true;
}
