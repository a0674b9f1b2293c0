/* SPDX-License-Identifier: Apache-2.0 */

#include "decisions/trust/points.h"

#include "base/arena.h"
#include "decisions/trust/dn.h"
#include "decisions/trust/forms.h"
#include "facts/der.h"
#include "facts/oid.h"

/* GeneralNames (their inside) as comparable names. */
static bool read_names(struct arena *arena, struct bytes from, const struct point_name **out,
		       size_t *count, bool *foreign)
{
	struct point_name *names = ARENA_ARRAY(arena, struct point_name, from.len / 2 + 1);
	struct form_name name;

	*count = 0;
	while (from.len) {
		if (!form_take(&from, &name))
			return false;
		if (name.form == FORM_DIRECTORY &&
		    !dn_canonical(arena, name.content, &name.content))
			return false;
		*foreign = *foreign || name.form != FORM_URI;
		names[(*count)++] = (struct point_name){(uint8_t)name.form, name.content};
	}
	*out = names;
	return true;
}

static bool one_directory(struct arena *arena, struct bytes canonical,
			  const struct point_name **out, size_t *count)
{
	struct point_name *name = ARENA_NEW(arena, struct point_name);

	*name = (struct point_name){FORM_DIRECTORY, canonical};
	*out = name;
	*count = 1;
	return true;
}

static bool relative_name(struct arena *arena, struct bytes issuer, struct bytes rdn,
			  const struct point_name **out, size_t *count)
{
	struct bytes canonical;

	return dn_append(arena, issuer, rdn, &canonical) &&
	       one_directory(arena, canonical, out, count);
}

/* distributionPoint [0]: fullName [0] or nameRelativeToCRLIssuer [1]. */
static bool read_point_name(struct arena *arena, struct bytes from, struct bytes issuer,
			    struct point *point)
{
	struct bytes content;

	if (der_take_only(from, DER_CONTEXT_MADE(0), &content))
		return read_names(arena, content, &point->names, &point->name_count,
				  &point->foreign_names);
	point->foreign_names = true;
	return der_take_only(from, DER_CONTEXT_MADE(1), &content) &&
	       relative_name(arena, issuer, content, &point->names, &point->name_count);
}

static bool read_reasons(struct bytes content, uint16_t *reasons)
{
	struct bytes bits;
	uint8_t unused;

	if (!der_bit_string(content, &bits, &unused))
		return false;
	*reasons = 0;
	for (unsigned i = 1; i <= 8; i++)
		if (i / 8 < bits.len && bits.data[i / 8] & 0x80 >> i % 8)
			*reasons |= (uint16_t)(1u << i);
	return true;
}

static bool read_issuer(struct arena *arena, struct bytes content, struct point *point)
{
	const struct point_name *names;
	bool foreign = false;
	size_t count;

	if (!read_names(arena, content, &names, &count, &foreign))
		return false;
	for (size_t i = 0; i < count; i++)
		if (names[i].form == FORM_DIRECTORY)
			point->issuer = names[i].content;
	if (!point->issuer.data)
		return false;
	point->names = names;
	point->name_count = count;
	return true;
}

static bool read_point(struct arena *arena, struct bytes from, struct bytes issuer,
		       struct point *point)
{
	struct bytes name = {0}, content;

	*point = (struct point){.reasons = CRL_ALL_REASONS};
	if (der_next_is(from, DER_CONTEXT_MADE(0)) &&
	    !der_take_tag(&from, DER_CONTEXT_MADE(0), &name))
		return false;
	if (der_next_is(from, DER_CONTEXT(1)) && (!der_take_tag(&from, DER_CONTEXT(1), &content) ||
						  !read_reasons(content, &point->reasons)))
		return false;
	if (der_next_is(from, DER_CONTEXT_MADE(2)) &&
	    (!der_take_tag(&from, DER_CONTEXT_MADE(2), &content) ||
	     !read_issuer(arena, content, point)))
		return false;
	if (from.len)
		return false;
	return !name.data ||
	       read_point_name(arena, name, point->issuer.data ? point->issuer : issuer, point);
}

bool points_read(struct arena *arena, const struct cert *cert, struct bytes issuer,
		 const struct point **out, size_t *count)
{
	const struct cert_extension *extension = cert_extension(cert, OID(OID_CRL_POINTS));
	struct bytes list = {0}, one;
	struct point *points;

	if (extension && !der_take_only(extension->value, DER_SEQUENCE, &list))
		return false;
	points = ARENA_ARRAY(arena, struct point, list.len / 2 + 2);
	*count = 0;
	while (list.len)
		if (!der_take_tag(&list, DER_SEQUENCE, &one) ||
		    !read_point(arena, one, issuer, &points[(*count)++]))
			return false;
	points[*count] = (struct point){.reasons = CRL_ALL_REASONS};
	one_directory(arena, issuer, &points[*count].names, &points[*count].name_count);
	++*count;
	*out = points;
	return true;
}

bool points_covers(struct arena *arena, const struct crl *list, struct bytes issuer,
		   const struct point *point)
{
	const struct crl_scope *scope = &list->scope;
	const struct point_name *names = NULL;
	bool foreign = false, read = false;
	size_t count = 0;

	if (!scope->full_name.data && !scope->relative_name.data)
		return true;
	if (scope->full_name.data)
		read = read_names(arena, scope->full_name, &names, &count, &foreign);
	else
		read = relative_name(arena, issuer, scope->relative_name, &names, &count);
	for (size_t i = 0; read && i < count; i++)
		for (size_t j = 0; j < point->name_count; j++)
			if (names[i].form == point->names[j].form &&
			    bytes_equal(names[i].content, point->names[j].content))
				return true;
	return false;
}

bool points_plain(const struct crl *list)
{
	struct bytes names = list->scope.full_name;
	struct form_name name;

	while (names.len)
		if (!form_take(&names, &name) || name.form != FORM_URI)
			return false;
	return !list->scope.relative_name.data && !list->scope.indirect;
}
