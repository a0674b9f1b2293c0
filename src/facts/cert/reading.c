/* SPDX-License-Identifier: Apache-2.0 */

/* Errors and oddities of a certificate being read, and lists of texts. */

#include "facts/cert/reading.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "facts/der.h"

void cert_odd(struct reading *r, const char *format, ...)
{
	char text[200];
	va_list args;
	int len;

	if (!r->oddities)
		r->oddities = ARENA_ARRAY(r->arena, struct str, ODDITIES_MAX);
	if (r->oddity_count >= ODDITIES_MAX)
		return;
	va_start(args, format);
	len = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (len < 0 || r->oddity_count == ODDITIES_MAX - 1)
		len = snprintf(text, sizeof text, "and more");
	r->oddities[r->oddity_count++] =
		arena_str(r->arena, (struct str){text, strnlen(text, sizeof text)});
}

void cert_odd_part(struct reading *r, const char *part, const char *odd_or_null)
{
	if (odd_or_null)
		cert_odd(r, "%s: %s", part, odd_or_null);
}

static size_t offset_of(const struct reading *r, struct bytes at)
{
	return at.data ? (size_t)(at.data - r->cert->der.data) : 0;
}

static bool fixed(struct reading *r)
{
	return err_fix(r->err, "cert-unreadable",
		       "the bytes are damaged or are no certificate: fetch them again from where they came");
}

bool cert_fail(struct reading *r, const char *field, struct bytes at, uint8_t tag)
{
	struct str why = der_why(r->arena, at, tag);

	err_set(r->err, ERR_INPUT, "certificate: %s at byte %zu %.*s", field, offset_of(r, at), STR_ARG(why));
	return fixed(r);
}

bool cert_wrong(struct reading *r, const char *field, struct bytes at, const char *what)
{
	err_set(r->err, ERR_INPUT, "certificate: %s at byte %zu %s", field, offset_of(r, at), what);
	return fixed(r);
}

void cert_strs_add(struct arena *arena, struct strs *list, struct str text)
{
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 4;
		struct str *at = ARENA_ARRAY(arena, struct str, room);

		if (list->count)
			memcpy(at, list->at, list->count * sizeof *at);
		list->at = at;
		list->room = room;
	}
	list->at[list->count++] = text;
}

struct cert_strs cert_strs_done(const struct strs *list)
{
	return (struct cert_strs){list->at, list->count};
}
