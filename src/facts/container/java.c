/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Java key stores, JKS and JCEKS. Certificates in them are not encrypted, so they can be read without the
 * password; with it, the digest over the whole file is checked. There is no specification: the layout is that of OpenJDK's
 * JavaKeyStore.java and JceKeyStore.java. Numbers are big-endian, texts have a length of 16 bits.
 */

#include "facts/container/reading.h"

#include "base/arena.h"
#include "base/secret.h"
#include "facts/container/java_object.h"
#include "facts/der.h"
#include "facts/hash.h"
#include "facts/oid.h"

#define MAGIC_JKS   0xfeedfeed
#define MAGIC_JCEKS 0xcececece

enum tag { TAG_PRIVATE_KEY = 1, TAG_CERTIFICATE, TAG_SECRET_KEY };

struct store {
	struct reading *r;
	struct bytes rest;
	size_t entry;    /* number of the one being read, from 1 */
	uint32_t version; /* 1 has no types of certificates */
};

bool container_is_java(struct bytes content)
{
	uint32_t magic;

	return bytes_take_u32(&content, &magic) && (magic == MAGIC_JKS || magic == MAGIC_JCEKS);
}

static size_t offset_of(const struct store *s)
{
	return s->r->content.len - s->rest.len;
}

static bool take_sized(struct store *s, struct bytes *out)
{
	struct bytes rest = s->rest;
	uint32_t len;

	if (!bytes_take_u32(&rest, &len) || !bytes_take(&rest, len, out))
		return false;
	s->rest = rest;
	return true;
}

/* Type and bytes of a certificate. */
static bool take_certificate(struct store *s, struct bytes *der, size_t *offset)
{
	struct bytes type;

	if (s->version >= 2 && !bytes_take_vector16(&s->rest, &type))
		return false;
	if (!take_sized(s, der))
		return false;
	*offset = offset_of(s) - der->len;
	return true;
}

/* An entry's key is told by the certificate that stands first in its chain. */
static void know_by_certificate(struct container_key *key, const struct container_item *item)
{
	if (item->kind != ITEM_CERTIFICATE)
		return;
	key->public = item->cert->key;
	key->known = true;
}

/* Both are Sun's own, and older than PBES2. */
static struct str protection_name(struct arena *arena, struct bytes algorithm)
{
	struct bytes inside, oid;

	if (der_take_only(algorithm, DER_SEQUENCE, &inside) && der_take_tag(&inside, DER_OID, &oid)) {
		if (OID_IS(oid, "\x2b\x06\x01\x04\x01\x2a\x02\x11\x01\x01"))
			return STR("JKS key protector (SHA-1)");
		if (OID_IS(oid, "\x2b\x06\x01\x04\x01\x2a\x02\x13\x01"))
			return STR("JCEKS key protector (PBEWithMD5AndTripleDES)");
	}
	return container_encryption_name(arena, algorithm);
}

static bool read_private_key(struct store *s, struct place place)
{
	struct reading *r = s->r;
	struct container_key *key;
	struct bytes protected, inside, der;
	struct der algorithm;
	uint32_t count;

	if (!take_sized(s, &protected) || !bytes_take_u32(&s->rest, &count))
		return false;
	key = container_key_add(r, KEY_PRIVATE, STR("Java key store"), &place);
	key->encrypted = true;
	if (der_take_only(protected, DER_SEQUENCE, &inside) && der_take(&inside, &algorithm))
		key->encryption = protection_name(r->arena, algorithm.whole);
	for (uint32_t i = 0; i < count && !r->full; i++) {
		size_t before = r->item_count;

		if (!take_certificate(s, &der, &place.offset))
			return false;
		place.source = arena_format(r->arena, "entry %zu, chain %u", s->entry, i + 1);
		container_certificate(r, der, &place);
		if (i == 0 && r->item_count > before)
			know_by_certificate(key, &r->items[before]);
	}
	return true;
}

static bool read_trusted(struct store *s, struct place place)
{
	struct bytes der;

	if (!take_certificate(s, &der, &place.offset))
		return false;
	container_certificate(s->r, der, &place);
	return true;
}

/* A sealed Java object without a length: it has to be walked to find its end. */
static bool read_secret_key(struct store *s, struct place place)
{
	struct container_key *key;

	if (!java_object_skip(s->r->arena, &s->rest))
		return false;
	key = container_key_add(s->r, KEY_SECRET, STR("Java key store"), &place);
	key->encrypted = true;
	return true;
}

static bool read_entry(struct store *s)
{
	struct place place = {.offset = offset_of(s)};
	struct bytes alias;
	uint32_t tag;
	uint64_t at_ms;

	if (!bytes_take_u32(&s->rest, &tag) || !bytes_take_vector16(&s->rest, &alias) ||
	    !bytes_take_u64(&s->rest, &at_ms))
		return false;
	place.source = arena_format(s->r->arena, "entry %zu", s->entry);
	place.alias = cert_visible(s->r->arena, str_from(alias));
	switch (tag) {
	case TAG_PRIVATE_KEY:
		return read_private_key(s, place);
	case TAG_CERTIFICATE:
		return read_trusted(s, place);
	case TAG_SECRET_KEY:
		return read_secret_key(s, place);
	default:
		return false;
	}
}

/* The password as UTF-16, a sentence of its author's, then everything before the digest. */
static void check_digest(struct reading *r, struct bytes before, struct bytes digest,
			 const struct place *place)
{
	static const char sentence[] = "Mighty Aphrodite";
	uint8_t password[1024], ours[HASH_SHA1];
	struct bytes text = secret_reveal(r->password);
	size_t len = 0;

	for (struct str rest = str_from(text); rest.len && len + 4 <= sizeof password;) {
		uint32_t c = (uint8_t)rest.data[0];
		size_t width = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

		if (width > rest.len || !str_is_utf8(str_head(rest, width)))
			width = 1;
		else if (width > 1)
			c &= 0x7fu >> width;
		for (size_t i = 1; i < width; i++)
			c = c << 6 | ((uint8_t)rest.data[i] & 0x3f);
		if (c >= 0x10000) {
			uint32_t high = 0xd800 + ((c - 0x10000) >> 10);

			password[len++] = (uint8_t)(high >> 8);
			password[len++] = (uint8_t)high;
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		password[len++] = (uint8_t)(c >> 8);
		password[len++] = (uint8_t)c;
		rest = str_skip(rest, width);
	}
	hash_sha1((struct bytes[]){bytes_of(password, len), bytes_of(sentence, sizeof sentence - 1), before}, 3,
		  ours);
	secret_wipe(password, sizeof password);
	r->integrity = secret_equal(bytes_of(ours, sizeof ours), digest) ? INTEGRITY_GOOD : INTEGRITY_WRONG;
	if (r->integrity == INTEGRITY_WRONG)
		container_problem(r, place, "the password does not fit, or the file is damaged (its digest is wrong)");
}

static void read_entries(struct store *s, uint32_t count)
{
	for (uint32_t i = 0; i < count && !s->r->full; i++) {
		struct place place = {.offset = offset_of(s)};

		s->entry = i + 1;
		if (read_entry(s))
			continue;
		place.source = arena_format(s->r->arena, "entry %zu", s->entry);
		container_problem(s->r, &place, "the entry at byte %zu cannot be read: the file is cut off or damaged",
				  place.offset);
		return;
	}
	if (s->rest.len && !s->r->full) {
		struct place place = {.source = STR("file"), .offset = offset_of(s)};

		container_problem(s->r, &place, "%zu bytes follow the last entry", s->rest.len);
	}
}

void container_java(struct reading *r, struct bytes content)
{
	struct place place = {.source = STR("file")};
	struct store s = {.r = r, .rest = content};
	struct bytes before, digest;
	uint32_t magic, count;

	if (!bytes_take_u32(&s.rest, &magic) || !bytes_take_u32(&s.rest, &s.version) ||
	    !bytes_take_u32(&s.rest, &count) || s.rest.len < HASH_SHA1) {
		container_problem(r, &place, "the key store ends in its header");
		return;
	}
	r->format = magic == MAGIC_JKS ? "JKS" : "JCEKS";
	if (s.version != 1 && s.version != 2) {
		container_problem(r, &place, "key store version %u is not known", s.version);
		return;
	}
	before = bytes_of(content.data, content.len - HASH_SHA1);
	digest = bytes_of(content.data + before.len, HASH_SHA1);
	s.rest.len -= HASH_SHA1;
	r->content = before; /* offsets count from its end */
	r->integrity = INTEGRITY_NOT_CHECKED;
	if (r->password)
		check_digest(r, before, digest, &place);
	read_entries(&s, count);
}
