/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Names as text, after RFC 4514, with OpenSSL's short names for attributes.
 *
 * The last RDN comes first. Attributes and string types that nobody knows are "#" and their DER in hexadecimal. The text
 * is made in a scratch as large as it can become, known from a first walk, and copied once.
 */

#include "facts/cert.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "facts/der.h"
#include "facts/oid.h"

enum { FEW = 12, SCRATCH = 1024, NAME_MAX_CHARS = 48 };

struct attribute {
	struct bytes oid;
	struct der value;
	bool starts_rdn;
};

static bool take_attribute(struct bytes *from, struct attribute *out)
{
	struct bytes inside;

	return der_take_tag(from, DER_SEQUENCE, &inside) && der_take_tag(&inside, DER_OID, &out->oid) &&
	       der_take(&inside, &out->value) && !inside.len;
}

/* Walks all attributes; to may be NULL. False when the structure cannot be read. */
static bool walk(struct bytes rdns, struct attribute *to, size_t room, size_t *count, const char **odd)
{
	struct bytes rdn;

	*count = 0;
	while (rdns.len) {
		bool first = true;

		if (!der_take_tag(&rdns, DER_SET, &rdn))
			return false;
		if (!rdn.len)
			*odd = "an RDN without attributes";
		while (rdn.len) {
			struct attribute attribute;

			if (!take_attribute(&rdn, &attribute))
				return false;
			attribute.starts_rdn = first;
			first = false;
			if (*count < room)
				to[*count] = attribute;
			(*count)++;
		}
	}
	return true;
}

static char *put_hex(char *to, struct bytes b)
{
	static const char digits[] = "0123456789abcdef";

	*to++ = '#';
	for (size_t i = 0; i < b.len; i++) {
		*to++ = digits[b.data[i] >> 4];
		*to++ = digits[b.data[i] & 15];
	}
	return to;
}

/* 0: as it is; 1: after a backslash; 2: as \XX. */
static uint8_t escape_of(uint8_t c)
{
	if (c < 0x20 || c == 0x7f)
		return 2;
	return c == '"' || c == '+' || c == ',' || c == ';' || c == '<' || c == '>' || c == '\\';
}

static char *put_escaped(char *to, struct str text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = (uint8_t)text.data[i], escape = escape_of(c);
		bool at_edge = (c == ' ' && (i == 0 || i + 1 == text.len)) || (c == '#' && i == 0);

		if (escape == 2) {
			*to++ = '\\';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
			continue;
		}
		if (escape || at_edge)
			*to++ = '\\';
		*to++ = (char)c;
	}
	return to;
}

static char *put_attribute(struct arena *arena, char *to, const struct attribute *a, const char **odd)
{
	const struct oid_row *row = oid_find(a->oid);
	struct str name = row ? row->short_name : oid_dots(arena, a->oid);
	bool clean = true;

	memcpy(to, name.data, name.len);
	to += name.len;
	*to++ = '=';
	if (!row || !der_is_string(a->value.tag))
		return put_hex(to, a->value.whole);
	to = put_escaped(to, der_string(arena, a->value.tag, a->value.content, &clean));
	if (!clean)
		*odd = "a string has characters that its type does not allow";
	return to;
}

/* The most characters that the text can have. */
static size_t text_max(struct bytes rdns, size_t count)
{
	return rdns.len * 4 + count * NAME_MAX_CHARS + 1;
}

static struct str text_of(struct arena *arena, const struct attribute *list, size_t count, size_t max,
			  const char **odd)
{
	char few[SCRATCH], *scratch = max <= sizeof few ? few : memory_grow(NULL, max), *to = scratch;
	struct str text;

	for (size_t i = count; i-- > 0;) {
		to = put_attribute(arena, to, &list[i], odd);
		if (i)
			*to++ = list[i].starts_rdn ? ',' : '+';
	}
	text = arena_str(arena, (struct str){scratch, (size_t)(to - scratch)});
	if (scratch != few)
		free(scratch);
	return text;
}

static struct str cn_of(struct arena *arena, const struct attribute *list, size_t count)
{
	for (size_t i = count; i-- > 0;) {
		const struct attribute *a = &list[i];
		bool clean = true;

		if (!OID_IS(a->oid, OID_COMMON_NAME) || !der_is_string(a->value.tag))
			continue;
		return cert_visible(arena, der_string(arena, a->value.tag, a->value.content, &clean));
	}
	return (struct str){NULL, 0};
}

bool cert_name_read(struct arena *arena, struct bytes name, struct str *text, struct str *cn,
		    const char **odd)
{
	struct attribute few[FEW], *list = few;
	struct bytes rdns;
	size_t count;

	if (!der_take_only(name, DER_SEQUENCE, &rdns) || !walk(rdns, few, FEW, &count, odd))
		return false;
	if (count > FEW) {
		list = memory_grow(NULL, count * sizeof *list);
		if (!walk(rdns, list, count, &count, odd)) {
			free(list);
			return false;
		}
	}
	*text = count ? text_of(arena, list, count, text_max(rdns, count), odd) : STR("");
	*cn = cn_of(arena, list, count);
	if (list != few)
		free(list);
	return true;
}
