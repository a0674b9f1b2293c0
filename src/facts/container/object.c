/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One DER object: what it is, told by its outline, and reading it.
 *
 * The outline is the tags of the first values inside, and for signed things those inside the first of them. A kind
 * is one line of the table.
 */

#include "facts/container/reading.h"

#include <string.h>

#include "base/arena.h"
#include "facts/der.h"
#include "facts/oid.h"

void container_certificate(struct reading *r, struct bytes der, const struct place *place)
{
	const struct cert *cert;
	struct err err;

	if (cert_read(r->arena, der, &cert, &err))
		container_add(r, ITEM_CERTIFICATE, place)->cert = cert;
	else
		container_problem_err(r, place, &err);
}

void container_request(struct reading *r, struct bytes der, const struct place *place)
{
	const struct request *request;
	struct err err;

	if (request_read(r->arena, der, &request, &err))
		container_add(r, ITEM_REQUEST, place)->request = request;
	else
		container_problem_err(r, place, &err);
}

void container_crl(struct reading *r, struct bytes der, const struct place *place)
{
	const struct crl *crl;
	struct err err;

	if (crl_read(r->arena, der, &crl, &err))
		container_add(r, ITEM_CRL, place)->crl = crl;
	else
		container_problem_err(r, place, &err);
}

enum { OUTLINE = 12 };

/* Tags of the first values, one character each; '.' for all others. */
static void outline_of(struct bytes inside, char to[OUTLINE + 1])
{
	static const char letters[][2] = {
		{DER_SEQUENCE, 's'},   {DER_INTEGER, 'i'},         {DER_OID, 'o'},
		{DER_BIT_STRING, 'b'}, {DER_OCTET_STRING, 'O'},    {DER_UTC_TIME, 't'},
		{DER_GENERALIZED_TIME, 't'}, {DER_ENUMERATED, 'e'}, {(char)DER_CONTEXT_MADE(0), '0'},
		{(char)DER_CONTEXT_MADE(1), '1'},
	};
	struct der value;
	size_t count = 0;

	while (count < OUTLINE && inside.len && der_take(&inside, &value)) {
		char letter = '.';

		for (size_t i = 0; i < COUNT_OF(letters); i++)
			if ((uint8_t)letters[i][0] == value.tag)
				letter = letters[i][1];
		to[count++] = letter;
	}
	to[count] = 0;
}

static void not_read(struct reading *r, struct bytes der, const struct place *place)
{
	container_problem(r, place, "an OCSP response: ask `keepvalid revocation` about it");
}

/* clang-format off */
/* outer starts with, inner (of the first value) starts with; the first that fits counts. */
static const struct kind {
	const char *outer, *inner;
	void (*read)(struct reading *r, struct bytes der, const struct place *place);
} kinds[] = {
	{"ssb",       "0isss",  container_certificate},
	{"ssb",       "isss",   container_certificate},
	{"ssb",       "isst",   container_crl},
	{"ssb",       "sst",    container_crl},
	{"ssb",       "iss",    container_request},
	{"sb",        "o",      container_public_key},
	{"sO",        "o",      container_pkcs8_encrypted},
	{"o0",        "",       container_pkcs7},
	{"iiiiiiiii", "",       container_pkcs1},
	{"iiiiii",    "",       container_dsa},
	{"ii",        "",       container_public_pkcs1},
	{"isO",       "",       container_pkcs8},
	{"iO",        "",       container_sec1},
	{"is",        "",       container_pkcs12},
	{"e",         "",       not_read},
};
/* clang-format on */

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static const struct kind *kind_of(struct bytes der)
{
	char outer[OUTLINE + 1], inner[OUTLINE + 1] = "";
	struct bytes inside, first;
	struct der value;

	if (!der_take_only(der, DER_SEQUENCE, &inside))
		return NULL;
	outline_of(inside, outer);
	first = inside;
	if (der_take(&first, &value) && value.tag == DER_SEQUENCE)
		outline_of(value.content, inner);
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (starts(outer, kinds[i].outer) && starts(inner, kinds[i].inner))
			return &kinds[i];
	return NULL;
}

bool container_looks_known(struct bytes der)
{
	return kind_of(der) != NULL;
}

void container_object(struct reading *r, struct bytes der, const struct place *place)
{
	const struct kind *kind = kind_of(der);
	struct bytes definite;

	if (!kind && container_definite(r->arena, der, &definite) && definite.data != der.data) {
		der = definite;
		kind = kind_of(der);
	}
	if (kind)
		kind->read(r, der, place);
	else
		container_certificate(r, der, place); /* says what is wrong, and where */
}
