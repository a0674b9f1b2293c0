/* SPDX-License-Identifier: Apache-2.0 */

#include "decisions/trust/dn.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "facts/der.h"
#include "facts/oid.h"

#define RDN_VALUES_MAX 64 /* attributes in one RDN; more is no name of anything */
#define OID_COUNTRY    "\x55\x04\x06"

struct attribute {
	struct bytes type; /* content of the OID */
	struct der value;
	struct bytes whole; /* of the pair */
};

static bool take_attribute(struct bytes *from, struct attribute *out)
{
	struct bytes rest = *from, pair;
	struct attribute read;

	if (!der_take_tag(&rest, DER_SEQUENCE, &pair))
		return false;
	read.whole = (struct bytes){from->data, from->len - rest.len};
	if (!der_take_tag(&pair, DER_OID, &read.type) || !der_take(&pair, &read.value) || pair.len)
		return false;
	*from = rest;
	*out = read;
	return true;
}

/* Simple case folding of what names are written in: Latin, Greek, Cyrillic. */
static uint32_t fold(uint32_t c)
{
	if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) ||
	    (c >= 0x410 && c <= 0x42f))
		return c + 0x20;
	if (c >= 0x400 && c <= 0x40f)
		return c + 0x50;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
		return c & 1 ? c + 1 : c;
	if (c >= 0x100 && c <= 0x17f && c != 0x130 && c != 0x131 && c != 0x138 && c != 0x149 &&
	    c != 0x178)
		return c | 1;
	return c;
}

/* Canonical value of valid UTF-8: folded, white space trimmed and collapsed. In place; returns its
 * length. */
static size_t canonical_text(char *text, size_t len)
{
	size_t to = 0;
	bool gap = false;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (ascii_is_space((char)c)) {
			gap = to > 0;
			continue;
		}
		if (gap)
			text[to++] = ' ';
		gap = false;
		if (c < 0x80) {
			text[to++] = ascii_lower((char)c);
		} else if ((c & 0xe0) == 0xc0 && i + 1 < len) {
			uint32_t wide =
				fold((uint32_t)(c & 0x1f) << 6 | ((unsigned char)text[++i] & 0x3f));

			text[to++] = (char)(0xc0 | wide >> 6);
			text[to++] = (char)(0x80 | (wide & 0x3f));
		} else {
			text[to++] = (char)c;
		}
	}
	return to;
}

/* type, marker, value: those of strings are alike whatever their type; all others keep their DER.
 */
static struct bytes canonical_attribute(struct arena *arena, const struct attribute *attribute)
{
	bool clean = der_is_string(attribute->value.tag);
	struct str text = {0};
	char *to;
	size_t len;

	if (clean)
		text = der_string(arena, attribute->value.tag, attribute->value.content, &clean);
	if (!clean)
		text = str_from(attribute->value.whole);
	to = arena_chars(arena, attribute->type.len + text.len + 2);
	to[0] = (char)attribute->type.len;
	memcpy(to + 1, attribute->type.data, attribute->type.len);
	len = attribute->type.len + 1;
	to[len++] = clean;
	if (text.len)
		memcpy(to + len, text.data, text.len);
	len += clean ? canonical_text(to + len, text.len) : text.len;
	return bytes_of(to, len);
}

static int by_bytes(const void *a, const void *b)
{
	return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

static size_t put(char *to, struct bytes part)
{
	to[0] = (char)(part.len >> 16);
	to[1] = (char)(part.len >> 8);
	to[2] = (char)part.len;
	memcpy(to + 3, part.data, part.len);
	return part.len + 3;
}

static bool canonical_rdn(struct arena *arena, struct bytes set, struct bytes *out)
{
	struct bytes values[RDN_VALUES_MAX];
	size_t count = 0, len = 0;
	struct attribute attribute;
	char *to;

	while (set.len) {
		if (count == COUNT_OF(values) || !take_attribute(&set, &attribute) ||
		    attribute.type.len > 255)
			return false;
		values[count] = canonical_attribute(arena, &attribute);
		len += values[count++].len + 3;
	}
	if (count > 1)
		qsort(values, count, sizeof(values[0]), by_bytes);
	to = arena_chars(arena, len + 1);
	len = 0;
	for (size_t i = 0; i < count; i++)
		len += put(to + len, values[i]);
	*out = bytes_of(to, len);
	return true;
}

bool dn_canonical(struct arena *arena, struct bytes name, struct bytes *out)
{
	struct bytes rdns, set, rdn;
	size_t count = 0, len = 0;
	struct bytes *parts;
	char *to;

	if (!der_take_only(name, DER_SEQUENCE, &rdns))
		return false;
	parts = ARENA_ARRAY(arena, struct bytes, rdns.len / 2 + 1);
	while (rdns.len) {
		if (!der_take_tag(&rdns, DER_SET, &set) || !canonical_rdn(arena, set, &rdn))
			return false;
		parts[count++] = rdn;
		len += rdn.len + 3;
	}
	to = arena_chars(arena, len + 1);
	len = 0;
	for (size_t i = 0; i < count; i++)
		len += put(to + len, parts[i]);
	*out = bytes_of(to, len);
	return true;
}

bool dn_append(struct arena *arena, struct bytes canonical, struct bytes rdn, struct bytes *out)
{
	struct bytes part;
	char *to;

	if (!canonical_rdn(arena, rdn, &part))
		return false;
	to = arena_chars(arena, canonical.len + part.len + 4);
	if (canonical.len)
		memcpy(to, canonical.data, canonical.len);
	*out = bytes_of(to, canonical.len + put(to + canonical.len, part));
	return true;
}

bool dn_within(struct bytes name, struct bytes base)
{
	return name.len >= base.len && (!base.len || memcmp(name.data, base.data, base.len) == 0);
}

bool dn_is_empty(struct bytes name)
{
	struct bytes rdns;

	return der_take_only(name, DER_SEQUENCE, &rdns) && !rdns.len;
}

static bool is_printable(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) || (c && strchr(" '()+,-./:=?", c));
}

static const char *value_problem(struct arena *arena, const struct attribute *attribute)
{
	const struct bytes raw = attribute->value.content;
	struct str text;
	bool clean = true;

	if (!der_is_string(attribute->value.tag))
		return NULL;
	if (!raw.len)
		return "an attribute is empty";
	text = der_string(arena, attribute->value.tag, raw, &clean);
	if (!clean)
		return "an attribute is not text of its type";
	if (memchr(text.data, 0, text.len))
		return "an attribute has a NUL in it";
	if (attribute->value.tag == DER_PRINTABLE)
		for (size_t i = 0; i < raw.len; i++)
			if (!is_printable((char)raw.data[i]))
				return "a PrintableString has other characters";
	if (OID_IS(attribute->type, OID_COUNTRY) && text.len != 2)
		return "the country is not two letters";
	return NULL;
}

static const char *rdn_problem(struct arena *arena, struct bytes set)
{
	struct attribute attributes[RDN_VALUES_MAX];
	size_t count = 0;
	const char *problem;

	if (!set.len)
		return "an RDN is empty";
	for (; set.len; count++) {
		if (count == COUNT_OF(attributes) || !take_attribute(&set, &attributes[count]))
			return "it is not a Name";
		problem = value_problem(arena, &attributes[count]);
		if (problem)
			return problem;
		for (size_t i = 0; i < count; i++)
			if (bytes_equal(attributes[i].type, attributes[count].type))
				return "an RDN has an attribute twice";
		if (count &&
		    bytes_compare(attributes[count - 1].whole, attributes[count].whole) > 0)
			return "an RDN is not in DER order";
	}
	return NULL;
}

const char *dn_problem(struct arena *arena, struct bytes name)
{
	struct bytes rdns, set;
	const char *problem;

	if (!der_take_only(name, DER_SEQUENCE, &rdns))
		return "it is not a Name";
	while (rdns.len) {
		if (!der_take_tag(&rdns, DER_SET, &set))
			return "it is not a Name";
		problem = rdn_problem(arena, set);
		if (problem)
			return problem;
	}
	return NULL;
}

bool dn_each(struct arena *arena, struct bytes name, struct bytes type,
	     bool (*each)(void *data, struct str value), void *data)
{
	struct bytes rdns = {0}, set;
	struct attribute attribute;
	bool clean = true;

	if (!der_take_only(name, DER_SEQUENCE, &rdns))
		return true;
	while (der_take_tag(&rdns, DER_SET, &set))
		while (take_attribute(&set, &attribute))
			if (bytes_equal(attribute.type, type) &&
			    der_is_string(attribute.value.tag) &&
			    !each(data, der_string(arena, attribute.value.tag,
						   attribute.value.content, &clean)))
				return false;
	return true;
}
