/* SPDX-License-Identifier: Apache-2.0 */

/*
 * From a name as people write it to its one spelling: an address, or lower-case A-labels.
 *
 * IDNA 2008 is libidn2's (non-transitional UTS 46 mapping, as browsers look names up). Names whose
 * last label is a number are refused unless they are a whole dotted-quad address: resolvers read
 * them as addresses in different ways ("127.1", "0x7f.0.0.1"), and a certificate must not match one
 * reading while another is dialled.
 */

#include "facts/hostname.h"

#include <idn2.h>
#include <string.h>

#include "base/address.h"
#include "base/arena.h"

#define NAME_MAX_CHARS  253
#define LABEL_MAX_CHARS 63
#define TEXT_MAX_BYTES  1024

static bool refuse(struct err *err, struct str text, const char *why)
{
	err_set(err, ERR_INPUT, "host name \"%.*s\": %s", (int)(text.len < 80 ? text.len : 80),
		text.data ? text.data : "", why);
	return err_fix(err, "host-name", "write a DNS name such as www.example.org, or an address");
}

static bool read_address(struct arena *arena, struct str text, struct hostname *out)
{
	struct hostname read = {0};
	char room[ADDRESS_TEXT];

	if (text.len >= 2 && text.data[0] == '[' && text.data[text.len - 1] == ']')
		text = (struct str){text.data + 1, text.len - 2};
	if (!address_read(text, read.address, &read.address_len))
		return false;
	read.text = arena_str(arena, address_write(read.address, read.address_len, room));
	*out = read;
	return true;
}

static bool is_name_char(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '_';
}

/* NULL when the spelling is right, or what is wrong with it. */
static const char *name_problem(struct str name)
{
	struct str rest = name, label = {0};
	bool number = false;

	if (!name.len)
		return "it is empty";
	if (name.len > NAME_MAX_CHARS)
		return "it is longer than 253 characters";
	while (str_split(&rest, '.', &label)) {
		if (!label.len)
			return "a label between two dots is empty";
		if (label.len > LABEL_MAX_CHARS)
			return "a label is longer than 63 characters";
		number = ascii_is_digit(label.data[0]);
		for (size_t i = 0; i < label.len; i++) {
			if (!is_name_char(label.data[i]))
				return "it has a character that no host name has";
			number = number && ascii_is_digit(label.data[i]);
		}
		if (label.len >= 2 && label.data[0] == '0' && ascii_lower(label.data[1]) == 'x')
			number = true;
	}
	return number ? "its last label is a number, but it is not an address" : NULL;
}

static bool is_ascii(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] >= 0x80)
			return false;
	return true;
}

static bool to_ascii(struct arena *arena, struct str text, struct str *out, struct err *err)
{
	struct str copy = arena_str(arena, text);
	uint8_t *found = NULL;
	int got;

	if (memchr(text.data, 0, text.len) || !str_is_utf8(text))
		return refuse(err, text, "it is not UTF-8");
	got = idn2_lookup_u8((const uint8_t *)copy.data, &found,
			     IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (got != IDN2_OK)
		return refuse(err, text, idn2_strerror(got));
	*out = arena_str(arena, str_of((const char *)found));
	idn2_free(found);
	return true;
}

bool hostname_read(struct arena *arena, struct str text, struct hostname *out, struct err *err)
{
	const struct str given = text;
	const char *problem;

	if (text.len > TEXT_MAX_BYTES)
		return refuse(err, text, "it is too long");
	if (read_address(arena, text, out))
		return true;
	if (text.len && (text.data[0] == '[' || str_find_char(text, ':') != SIZE_MAX))
		return refuse(err, text, "it is not an IPv6 address");
	if (!is_ascii(text) && !to_ascii(arena, text, &text, err))
		return false;
	if (text.len && text.data[text.len - 1] == '.')
		text.len--;
	problem = name_problem(text);
	if (problem)
		return refuse(err, given, problem);
	*out = (struct hostname){.text = arena_lower(arena, text)};
	return true;
}
