/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a public key is, from its SubjectPublicKeyInfo. No key is loaded into a library, so keys that OpenSSL
 * refuses or does not know are read as well. After RFC 3279, RFC 5480, RFC 8410, RFC 9881.
 */

#include "facts/cert.h"

#include <string.h>

#include "facts/der.h"
#include "facts/hash.h"
#include "facts/oid.h"

struct parts {
	struct bytes parameters; /* of the algorithm, with tag; empty when absent */
	struct bytes key;        /* octets of the BIT STRING */
};

typedef void (*key_fn)(struct arena *arena, const struct parts *parts, struct cert_key *out,
		       const char **odd);

/* Bits of a number; a modulus of the nineties may lack its sign octet. */
static uint32_t number_bits(struct bytes content, const char **odd)
{
	if (content.len && content.data[0] & 0x80)
		*odd = "a number of the key lacks its sign octet";
	return der_bits(content);
}

static void read_rsa(struct arena *arena, const struct parts *parts, struct cert_key *out,
		     const char **odd)
{
	struct bytes inside, modulus;
	struct bytes from = parts->key;

	if (!der_take_tag(&from, DER_SEQUENCE, &inside) || !der_take_tag(&inside, DER_INTEGER, &modulus)) {
		*odd = "the RSA key cannot be read";
		return;
	}
	out->bits = number_bits(modulus, odd);
}

static void read_dsa(struct arena *arena, const struct parts *parts, struct cert_key *out,
		     const char **odd)
{
	struct bytes inside, prime, from = parts->parameters;

	if (!der_take_tag(&from, DER_SEQUENCE, &inside) || !der_take_tag(&inside, DER_INTEGER, &prime)) {
		*odd = "the DSA key has no parameters of its own";
		return;
	}
	out->bits = number_bits(prime, odd);
}

/* Curves whose name in the facts is not OpenSSL's, and the size of their field. */
static const struct curve {
	struct str oid, name;
	uint32_t bits;
} curves[] = {
	{STR_INIT(OID_P256), STR_INIT("P-256"), 256},
	{STR_INIT(OID_P384), STR_INIT("P-384"), 384},
	{STR_INIT(OID_P521), STR_INIT("P-521"), 521},
	{STR_INIT(OID_P224), STR_INIT("P-224"), 224},
	{STR_INIT(OID_P192), STR_INIT("P-192"), 192},
	{STR_INIT("\x2a\x81\x1c\xcf\x55\x01\x82\x2d"), STR_INIT("SM2"), 256},
};

/* "brainpoolP256r1", "secp256k1", "sect571k1", "wap-wsg-idm-ecid-wtls7": the first number of three digits. */
static uint32_t bits_in_name(struct str name)
{
	for (size_t i = 0; i + 3 <= name.len; i++) {
		uint64_t bits;

		if (str_to_u64((struct str){name.data + i, 3}, 999, &bits))
			return (uint32_t)bits;
	}
	return 0;
}

static void name_curve(struct arena *arena, struct bytes oid, struct cert_key *out)
{
	const struct oid_row *row;

	for (size_t i = 0; i < COUNT_OF(curves); i++) {
		if (bytes_equal(oid, bytes_from(curves[i].oid))) {
			out->curve = curves[i].name;
			out->bits = curves[i].bits;
			return;
		}
	}
	row = oid_find(oid);
	out->curve = row ? row->short_name : oid_dots(arena, oid);
	out->bits = row ? bits_in_name(row->short_name) : 0;
}

/* Bits of the field in ECParameters that are written out. after X9.62, RFC 3279 section 2.3.5 */
static uint32_t explicit_field_bits(struct bytes parameters)
{
	struct bytes inside, version, field, type, prime, characteristic;
	int64_t degree;

	if (!der_take_tag(&parameters, DER_SEQUENCE, &inside) ||
	    !der_take_tag(&inside, DER_INTEGER, &version) || !der_take_tag(&inside, DER_SEQUENCE, &field) ||
	    !der_take_tag(&field, DER_OID, &type))
		return 0;
	if (OID_IS(type, OID_PRIME_FIELD) && der_take_tag(&field, DER_INTEGER, &prime))
		return der_bits(prime);
	if (OID_IS(type, OID_BINARY_FIELD) && der_take_tag(&field, DER_SEQUENCE, &characteristic) &&
	    der_take_tag(&characteristic, DER_INTEGER, &prime) && der_integer(prime, &degree) &&
	    degree > 0 && degree < 100000)
		return (uint32_t)degree;
	return 0;
}

static void read_ec(struct arena *arena, const struct parts *parts, struct cert_key *out,
		    const char **odd)
{
	struct bytes from = parts->parameters, oid;

	if (der_take_tag(&from, DER_OID, &oid)) {
		name_curve(arena, oid, out);
		return;
	}
	*odd = der_next_is(from, DER_SEQUENCE) ? "the curve is written out, not named"
					       : "the EC key names no curve";
	out->bits = explicit_field_bits(from);
}

static void read_ed25519(struct arena *arena, const struct parts *parts, struct cert_key *out,
			 const char **odd)
{
	out->bits = 256;
}

static void read_ed448(struct arena *arena, const struct parts *parts, struct cert_key *out,
		       const char **odd)
{
	out->bits = 456;
}

/* As OpenSSL 3.5 counts: the size of the public key. */
static void read_ml_dsa(struct arena *arena, const struct parts *parts, struct cert_key *out,
			const char **odd)
{
	out->bits = (uint32_t)(parts->key.len * 8);
}

/* clang-format off */
static const struct kind {
	struct str oid;
	enum cert_key_algorithm algorithm;
	key_fn read;
} kinds[] = {
	{STR_INIT(OID_RSA),       CERT_KEY_RSA,     read_rsa},
	{STR_INIT(OID_EC),        CERT_KEY_EC,      read_ec},
	{STR_INIT(OID_ED25519),   CERT_KEY_ED25519, read_ed25519},
	{STR_INIT(OID_ED448),     CERT_KEY_ED448,   read_ed448},
	{STR_INIT(OID_RSA_PSS),   CERT_KEY_RSA,     read_rsa},
	{STR_INIT(OID_RSA_OAEP),  CERT_KEY_RSA,     read_rsa},
	{STR_INIT(OID_RSA_X500),  CERT_KEY_RSA,     read_rsa},
	{STR_INIT(OID_DSA),       CERT_KEY_DSA,     read_dsa},
	{STR_INIT(OID_DSA_OLD),   CERT_KEY_DSA,     read_dsa},
	{STR_INIT(OID_ML_DSA_44), CERT_KEY_ML_DSA,  read_ml_dsa},
	{STR_INIT(OID_ML_DSA_65), CERT_KEY_ML_DSA,  read_ml_dsa},
	{STR_INIT(OID_ML_DSA_87), CERT_KEY_ML_DSA,  read_ml_dsa},
};
/* clang-format on */

static const struct kind *kind_of(struct bytes oid)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (bytes_equal(oid, bytes_from(kinds[i].oid)))
			return &kinds[i];
	return NULL;
}

bool cert_key_read(struct arena *arena, struct bytes spki, struct cert_key *out, const char **odd)
{
	struct cert_key key = {.algorithm = CERT_KEY_UNKNOWN, .spki = spki};
	struct bytes inside, algorithm, oid, bits;
	const struct kind *kind;
	struct parts parts;
	uint8_t unused;

	if (!der_take_only(spki, DER_SEQUENCE, &inside) ||
	    !der_take_tag(&inside, DER_SEQUENCE, &algorithm) || !der_take_tag(&algorithm, DER_OID, &oid) ||
	    !der_take_only(inside, DER_BIT_STRING, &bits) || !der_bit_string(bits, &parts.key, &unused))
		return false;
	parts.parameters = algorithm;
	kind = kind_of(oid);
	if (kind) {
		key.algorithm = kind->algorithm;
		kind->read(arena, &parts, &key, odd);
	}
	hash_sha256(spki, key.sha256);
	*out = key;
	return true;
}

const char *cert_key_name(enum cert_key_algorithm algorithm)
{
	static const char *const names[] = {
#define X(name, text) text,
		CERT_KEYS_ALL(X)
#undef X
	};

	return names[algorithm];
}
