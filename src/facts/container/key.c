/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a private key is: its algorithm, size and public half, never its secret. OpenSSL derives the public half; a key
 * that it cannot load is told by the algorithm it names. After RFC 5958, RFC 5915, RFC 8017.
 */

#include "facts/container/reading.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/arena.h"
#include "base/secret.h"
#include "facts/der.h"
#include "facts/oid.h"

enum { PRIVATE_MAX = 65536 };

struct container_key *container_key_add(struct reading *r, enum container_key_class class,
					struct str format, const struct place *place)
{
	struct container_key *key = ARENA_NEW(r->arena, struct container_key);

	key->class = class;
	key->format = format;
	container_add(r, ITEM_KEY, place)->key = key;
	return key;
}

/* Sets the public half from a SubjectPublicKeyInfo. */
static bool set_public(struct reading *r, struct container_key *key, struct bytes spki)
{
	const char *odd = NULL;

	key->known = cert_key_read(r->arena, spki, &key->public, &odd);
	return key->known;
}

static void derive_public(struct reading *r, struct container_key *key, EVP_PKEY *private)
{
	uint8_t *spki = NULL;
	int len = private ? i2d_PUBKEY(private, &spki) : -1;

	if (len > 0)
		set_public(r, key, arena_bytes(r->arena, bytes_of(spki, (size_t)len)));
	OPENSSL_free(spki);
	EVP_PKEY_free(private);
	ERR_clear_error();
}

/*
 * Curves that are written out are not given to OpenSSL: checking the parameters of a stranger takes as long as
 * the stranger likes.
 */
static bool has_written_curve(struct bytes algorithm)
{
	struct bytes oid;

	return der_take_tag(&algorithm, DER_OID, &oid) && OID_IS(oid, OID_EC) &&
	       der_next_is(algorithm, DER_SEQUENCE);
}

/* Fills in what a PrivateKeyInfo says. False when its structure cannot be read. */
static bool see_pkcs8(struct reading *r, struct container_key *key, struct bytes der)
{
	struct bytes inside, version, algorithm, oid, secret;
	const uint8_t *at = der.data;
	PKCS8_PRIV_KEY_INFO *info;

	if (!der_take_only(der, DER_SEQUENCE, &inside) || !der_take_tag(&inside, DER_INTEGER, &version) ||
	    !der_take_tag(&inside, DER_SEQUENCE, &algorithm) ||
	    !der_take_tag(&inside, DER_OCTET_STRING, &secret))
		return false;
	oid = algorithm;
	if (!der_take_tag(&oid, DER_OID, &oid))
		return false;
	key->algorithm = oid_long(r->arena, oid);
	if (der.len > PRIVATE_MAX || has_written_curve(algorithm))
		return true;
	info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)der.len);
	if (info)
		derive_public(r, key, EVP_PKCS82PKEY(info));
	PKCS8_PRIV_KEY_INFO_free(info);
	ERR_clear_error();
	return true;
}

void container_pkcs8(struct reading *r, struct bytes der, const struct place *place)
{
	struct container_key seen = {.class = KEY_PRIVATE, .format = STR("PKCS#8")};

	if (!see_pkcs8(r, &seen, der))
		container_problem(r, place, "the PKCS#8 private key cannot be read");
	else
		*container_key_add(r, KEY_PRIVATE, seen.format, place) = seen;
}

void container_pkcs8_encrypted(struct reading *r, struct bytes der, const struct place *place)
{
	struct container_key seen = {
		.class = KEY_PRIVATE, .format = STR("PKCS#8"), .encrypted = true};
	struct bytes inside, cipher, plain;
	struct der algorithm;
	enum decrypted result;

	if (!der_take_only(der, DER_SEQUENCE, &inside) || !der_take(&inside, &algorithm) ||
	    !der_take_only(inside, DER_OCTET_STRING, &cipher)) {
		container_problem(r, place, "the encrypted PKCS#8 private key cannot be read");
		return;
	}
	seen.encryption = container_encryption_name(r->arena, algorithm.whole);
	result = r->password ? container_decrypt(r, algorithm.whole, cipher, &plain) : NOT_SUPPORTED;
	if (r->password && result == DECRYPTED) {
		if (!see_pkcs8(r, &seen, plain))
			container_problem(r, place, "holds no PKCS#8 private key once decrypted");
		secret_wipe((void *)(uintptr_t)plain.data, plain.len);
	} else if (r->password) {
		container_problem(r, place, "%s", container_decrypted_why(result, r->password));
	}
	*container_key_add(r, KEY_PRIVATE, seen.format, place) = seen;
}

/* A key in the form of its own algorithm. numbers: the least count of values inside. */
static void read_traditional(struct reading *r, struct bytes der, const struct place *place, int type,
			     struct str format, struct str name, bool load)
{
	struct container_key *key;
	const uint8_t *at = der.data;
	struct bytes inside;

	if (!der_take_only(der, DER_SEQUENCE, &inside) || !der_next_is(inside, DER_INTEGER)) {
		container_problem(r, place, "the private key (%.*s) cannot be read", STR_ARG(format));
		return;
	}
	key = container_key_add(r, KEY_PRIVATE, format, place);
	key->algorithm = name;
	if (load && der.len <= PRIVATE_MAX)
		derive_public(r, key, d2i_PrivateKey(type, NULL, &at, (long)der.len));
}

void container_pkcs1(struct reading *r, struct bytes der, const struct place *place)
{
	read_traditional(r, der, place, EVP_PKEY_RSA, STR("PKCS#1"), STR("rsa"), true);
}

void container_dsa(struct reading *r, struct bytes der, const struct place *place)
{
	read_traditional(r, der, place, EVP_PKEY_DSA, STR("DSA"), STR("dsa"), true);
}

/* version, OCTET STRING, [0] parameters, [1] public key. */
void container_sec1(struct reading *r, struct bytes der, const struct place *place)
{
	struct bytes inside, version, secret, parameters = {NULL, 0};
	bool written = der_take_only(der, DER_SEQUENCE, &inside) &&
		       der_take_tag(&inside, DER_INTEGER, &version) &&
		       der_take_tag(&inside, DER_OCTET_STRING, &secret) &&
		       der_take_tag(&inside, DER_CONTEXT_MADE(0), &parameters) &&
		       der_next_is(parameters, DER_SEQUENCE);

	read_traditional(r, der, place, EVP_PKEY_EC, STR("SEC1"), STR("ec"), !written);
}

void container_public_key(struct reading *r, struct bytes der, const struct place *place)
{
	struct container_key seen = {.class = KEY_PUBLIC, .format = STR("SubjectPublicKeyInfo")};

	if (!set_public(r, &seen, der))
		container_problem(r, place, "the public key cannot be read");
	else
		*container_key_add(r, KEY_PUBLIC, seen.format, place) = seen;
}

void container_public_pkcs1(struct reading *r, struct bytes der, const struct place *place)
{
	struct bytes inside, modulus, exponent;
	struct container_key *key;
	const uint8_t *at = der.data;

	if (!der_take_only(der, DER_SEQUENCE, &inside) || !der_take_tag(&inside, DER_INTEGER, &modulus) ||
	    !der_take_only(inside, DER_INTEGER, &exponent)) {
		container_problem(r, place, "the public key (PKCS#1) cannot be read");
		return;
	}
	key = container_key_add(r, KEY_PUBLIC, STR("PKCS#1"), place);
	key->algorithm = STR("rsa");
	if (der.len <= PRIVATE_MAX)
		derive_public(r, key, d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)der.len));
}
