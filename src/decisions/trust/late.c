/* SPDX-License-Identifier: Apache-2.0 */

#include "decisions/trust/late.h"

#include "base/arena.h"
#include "base/hex.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/pem.h"
#include "decisions/trust/dn.h"
#include "facts/der.h"

enum { FRONT_CHARS = 650 }; /* ten lines: the names of most certificates stand there */

struct late {
	struct trust_packs packs;
	struct arena *arena;
	struct map *names;  /* subjects of the roots: canonical, and as they stand (these begin with 0x30, those with a zero) */
	struct map *listed; /* the hashes in the lists */
};

static void *const here = (void *)(uintptr_t)"";

struct late *late_new(const struct trust_packs *packs)
{
	struct late *late = NEW(struct late);

	late->packs = *packs;
	return late;
}

void late_free(struct late *late)
{
	if (!late)
		return;
	map_free(late->names);
	map_free(late->listed);
	arena_free(late->arena);
	memory_done(&late);
}

/* Takes tag and length of a SEQUENCE from the front, whether or not all of it is there. */
static bool enter(struct bytes *at)
{
	uint8_t tag, length;
	struct bytes rest;

	return bytes_take_u8(at, &tag) && tag == DER_SEQUENCE && bytes_take_u8(at, &length) &&
	       (length < 0x80 || bytes_take(at, length & 0x7f, &rest));
}

/* The subject of a certificate of which perhaps only the front is there. */
static bool find_subject(struct bytes der, struct bytes *out)
{
	struct der part;

	if (!enter(&der) || !enter(&der) || (der_next_is(der, DER_CONTEXT_MADE(0)) && !der_take(&der, &part)))
		return false;
	for (int before = 0; before < 4; before++) /* serial, signature, issuer, validity */
		if (!der_take(&der, &part))
			return false;
	if (!der_take(&der, &part) || part.tag != DER_SEQUENCE)
		return false;
	*out = part.whole;
	return true;
}

static void add_name(struct late *late, struct str body)
{
	struct bytes der, subject, canonical;

	if (!base64_read(str_head(body, FRONT_CHARS), late->arena, &der) || !find_subject(der, &subject))
		if (!base64_read(body, late->arena, &der) || !find_subject(der, &subject))
			return; /* it is no root either */
	map_set(late->names, subject, here);
	if (dn_canonical(late->arena, subject, &canonical))
		map_set(late->names, canonical, here);
}

static void note_names(struct late *late, struct bytes pem)
{
	struct str text = str_from(pem), label, body;

	while (pem_take_text(&text, &label, &body))
		if (str_ends(label, STR("CERTIFICATE")) && body.data)
			add_name(late, body);
}

/* Every string of 64 hexadecimal digits in a list: what it may say something of. */
static void note_hashes(struct late *late, struct bytes list)
{
	struct str rest = str_from(list);
	uint8_t sha256[32];
	size_t quote;

	while ((quote = str_find_char(rest, '"')) != SIZE_MAX) {
		rest = str_skip(rest, quote + 1);
		if (rest.len <= 64 || rest.data[64] != '"' || !hex_read(str_head(rest, 64), sha256, sizeof(sha256)))
			continue;
		map_set(late->listed, arena_bytes(late->arena, bytes_of(sha256, 32)), here);
		rest = str_skip(rest, 64);
	}
}

static void prepare(struct late *late)
{
	if (late->arena)
		return;
	late->arena = arena_new();
	late->names = map_new();
	late->listed = map_new();
	note_names(late, late->packs.mozilla_pem);
	note_names(late, late->packs.system_pem);
	note_hashes(late, late->packs.mozilla_json);
	note_hashes(late, late->packs.chrome_json);
	note_hashes(late, late->packs.programs_json);
}

static bool is_listed(const struct late *late, const struct cert *cert)
{
	return map_get(late->listed, bytes_of(cert->sha256, 32)) != NULL;
}

static bool is_name(const struct late *late, struct bytes name)
{
	return name.data && map_get(late->names, name);
}

bool late_may_concern(struct late *late, const struct link *link)
{
	prepare(late);
	return is_name(late, link->issuer) || is_name(late, link->subject) || is_listed(late, link->cert);
}

bool late_may_be_root(struct late *late, const struct cert *cert)
{
	prepare(late);
	return is_name(late, cert->subject_der) || is_listed(late, cert);
}
