/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Checking a signature: see the door. Whether algorithm and key fit together is decided here, on the
 * bytes; OpenSSL only loads the key and does the arithmetic. Hashes that the library's security level would
 * refuse are checked all the same: whether MD5 is acceptable is not for this room.
 */

#include "facts/sign.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/memory.h"
#include "base/limits.h"
#include "facts/der.h"
#include "facts/oid.h"

enum { SPKI_MAX = 16384, SIGNATURE_MAX = 65536 };

/* What kind of key an algorithm wants. PURE has no hash of its own. */
enum scheme { RSA_PKCS1, RSA_PSS_SCHEME, ECDSA, DSA_SCHEME, PURE };

/* clang-format off */
static const struct row {
	struct str oid;
	enum scheme scheme;
	const char *hash; /* NULL: in the parameters, or none */
} table[] = {
	{STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x02"), RSA_PKCS1, "MD2"},
	{STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x03"), RSA_PKCS1, "MD4"},
	{STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04"), RSA_PKCS1, "MD5"},
	{STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05"), RSA_PKCS1, "SHA1"},
	{STR_INIT("\x2b\x0e\x03\x02\x1d"),                 RSA_PKCS1, "SHA1"},
	{STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e"), RSA_PKCS1, "SHA224"},
	{STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"), RSA_PKCS1, "SHA256"},
	{STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"), RSA_PKCS1, "SHA384"},
	{STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"), RSA_PKCS1, "SHA512"},
	{STR_INIT("\x2b\x24\x03\x03\x01\x02"),             RSA_PKCS1, "RIPEMD160"},
	{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x03\x0d"), RSA_PKCS1, "SHA3-224"},
	{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x03\x0e"), RSA_PKCS1, "SHA3-256"},
	{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x03\x0f"), RSA_PKCS1, "SHA3-384"},
	{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x03\x10"), RSA_PKCS1, "SHA3-512"},
	{STR_INIT(OID_RSA_PSS),                            RSA_PSS_SCHEME, NULL},
	{STR_INIT("\x2a\x86\x48\xce\x3d\x04\x01"),         ECDSA, "SHA1"},
	{STR_INIT("\x2a\x86\x48\xce\x3d\x04\x03\x01"),     ECDSA, "SHA224"},
	{STR_INIT("\x2a\x86\x48\xce\x3d\x04\x03\x02"),     ECDSA, "SHA256"},
	{STR_INIT("\x2a\x86\x48\xce\x3d\x04\x03\x03"),     ECDSA, "SHA384"},
	{STR_INIT("\x2a\x86\x48\xce\x3d\x04\x03\x04"),     ECDSA, "SHA512"},
	{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x03\x09"), ECDSA, "SHA3-224"},
	{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x03\x0a"), ECDSA, "SHA3-256"},
	{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x03\x0b"), ECDSA, "SHA3-384"},
	{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x03\x0c"), ECDSA, "SHA3-512"},
	{STR_INIT("\x2a\x86\x48\xce\x38\x04\x03"),         DSA_SCHEME, "SHA1"},
	{STR_INIT("\x2b\x0e\x03\x02\x1b"),                 DSA_SCHEME, "SHA1"},
	{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x03\x01"), DSA_SCHEME, "SHA224"},
	{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x03\x02"), DSA_SCHEME, "SHA256"},
	{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x03\x03"), DSA_SCHEME, "SHA384"},
	{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x03\x04"), DSA_SCHEME, "SHA512"},
	{STR_INIT(OID_ED25519),                            PURE, NULL},
	{STR_INIT(OID_ED448),                              PURE, NULL},
	{STR_INIT(OID_ML_DSA_44),                          PURE, NULL},
	{STR_INIT(OID_ML_DSA_65),                          PURE, NULL},
	{STR_INIT(OID_ML_DSA_87),                          PURE, NULL},
};
/* clang-format on */

struct algorithm {
	struct bytes oid, parameters; /* parameters with their tag; empty when absent */
};

static bool algorithm_read(struct bytes der, struct algorithm *out)
{
	struct bytes inside;

	if (!der_take_only(der, DER_SEQUENCE, &inside) || !der_take_tag(&inside, DER_OID, &out->oid))
		return false;
	out->parameters = inside;
	return true;
}

static const struct row *row_find(struct bytes oid)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (bytes_equal(oid, bytes_from(table[i].oid)))
			return &table[i];
	return NULL;
}

/* Whether a key of that algorithm can have made such a signature. */
static bool key_fits(const struct row *row, struct bytes key)
{
	switch (row->scheme) {
	case RSA_PKCS1:
		return OID_IS(key, OID_RSA) || OID_IS(key, OID_RSA_X500);
	case RSA_PSS_SCHEME:
		return OID_IS(key, OID_RSA) || OID_IS(key, OID_RSA_PSS);
	case ECDSA:
		return OID_IS(key, OID_EC);
	case DSA_SCHEME:
		return OID_IS(key, OID_DSA) || OID_IS(key, OID_DSA_OLD);
	case PURE:
		return bytes_equal(key, bytes_from(row->oid));
	}
	return false;
}

struct pss {
	char hash[16], mask_hash[16];
	int64_t salt_len;
};

static bool hash_name(struct bytes algorithm, char to[16])
{
	static const struct {
		struct str oid;
		const char *name;
	} hashes[] = {
		{STR_INIT("\x2b\x0e\x03\x02\x1a"), "SHA1"},
		{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x02\x04"), "SHA224"},
		{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x02\x01"), "SHA256"},
		{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x02\x02"), "SHA384"},
		{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x02\x03"), "SHA512"},
		{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x02\x07"), "SHA3-224"},
		{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x02\x08"), "SHA3-256"},
		{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x02\x09"), "SHA3-384"},
		{STR_INIT("\x60\x86\x48\x01\x65\x03\x04\x02\x0a"), "SHA3-512"},
	};
	struct algorithm a;

	if (!algorithm_read(algorithm, &a))
		return false;
	for (size_t i = 0; i < COUNT_OF(hashes); i++) {
		if (bytes_equal(a.oid, bytes_from(hashes[i].oid))) {
			memcpy(to, hashes[i].name, strlen(hashes[i].name) + 1);
			return true;
		}
	}
	return false;
}

/* The hash inside MGF1's AlgorithmIdentifier. */
static bool mask_read(struct bytes algorithm, char to[16])
{
	struct algorithm a;

	return algorithm_read(algorithm, &a) && OID_IS(a.oid, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08") &&
	       hash_name(a.parameters, to);
}

/* after RFC 4055 section 3.1: what is left out is SHA-1, MGF1 with SHA-1, 20. */
static bool pss_read(struct bytes parameters, struct pss *out)
{
	struct bytes inside, field, number;

	*out = (struct pss){"SHA1", "SHA1", 20};
	if (!parameters.len)
		return true;
	if (!der_take_only(parameters, DER_SEQUENCE, &inside))
		return false;
	if (der_take_tag(&inside, DER_CONTEXT_MADE(0), &field) && !hash_name(field, out->hash))
		return false;
	if (der_take_tag(&inside, DER_CONTEXT_MADE(1), &field) && !mask_read(field, out->mask_hash))
		return false;
	if (der_take_tag(&inside, DER_CONTEXT_MADE(2), &field) &&
	    (!der_take_only(field, DER_INTEGER, &number) || !der_integer(number, &out->salt_len)))
		return false;
	if (der_take_tag(&inside, DER_CONTEXT_MADE(3), &field) &&
	    (!der_take_only(field, DER_INTEGER, &number) || number.len != 1 || number.data[0] != 1))
		return false;
	return !inside.len && out->salt_len >= 0 && out->salt_len <= 1024;
}

static enum sign_verdict set_pss(EVP_PKEY_CTX *key, const struct pss *pss)
{
	bool set = EVP_PKEY_CTX_set_rsa_padding(key, RSA_PKCS1_PSS_PADDING) > 0 &&
		   EVP_PKEY_CTX_set_rsa_pss_saltlen(key, (int)pss->salt_len) > 0 &&
		   EVP_PKEY_CTX_set_rsa_mgf1_md_name(key, pss->mask_hash, NULL) > 0;

	/* A PSS key may restrict what it signs with; OpenSSL refuses the rest here. */
	return set ? SIGN_GOOD : SIGN_ALGORITHM_MISMATCH;
}

/* n and e: the inside of the key. */
static bool rsa_is_bearable(struct bytes key)
{
	struct bytes inside, modulus, exponent;

	return der_take_tag(&key, DER_SEQUENCE, &inside) && der_take_tag(&inside, DER_INTEGER, &modulus) &&
	       der_take_tag(&inside, DER_INTEGER, &exponent) && der_bits(modulus) <= LIMIT_RSA_BITS &&
	       der_bits(exponent) <= LIMIT_RSA_EXPONENT_BITS;
}

static bool dsa_is_bearable(struct bytes parameters)
{
	struct bytes inside, prime;

	return der_take_tag(&parameters, DER_SEQUENCE, &inside) &&
	       der_take_tag(&inside, DER_INTEGER, &prime) && der_bits(prime) <= LIMIT_DSA_BITS;
}

/*
 * Whether one check ends in a few milliseconds: a server chooses its keys, sends hundreds of certificates, and
 * self-signed ones are checked unasked. rest: what follows the algorithm in the SubjectPublicKeyInfo.
 */
static bool is_bearable(const struct row *row, const struct algorithm *of_key, struct bytes rest)
{
	struct bytes bits, key;
	uint8_t unused;

	if (row->scheme == DSA_SCHEME)
		return dsa_is_bearable(of_key->parameters);
	if (row->scheme != RSA_PKCS1 && row->scheme != RSA_PSS_SCHEME)
		return true;
	return der_take_tag(&rest, DER_BIT_STRING, &bits) && der_bit_string(bits, &key, &unused) &&
	       rsa_is_bearable(key);
}

static EVP_PKEY *key_load(struct bytes spki)
{
	const uint8_t *at = spki.data;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)spki.len);

	if (key && at != spki.data + spki.len) {
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

static enum sign_verdict verify(EVP_MD_CTX *ctx, EVP_PKEY *key, const struct row *row,
				struct bytes parameters, struct bytes over, struct bytes signature)
{
	EVP_PKEY_CTX *key_ctx = NULL;
	const char *hash = row->hash;
	struct pss pss;

	if (row->scheme == RSA_PSS_SCHEME) {
		if (!pss_read(parameters, &pss))
			return SIGN_ALGORITHM_UNSUPPORTED;
		hash = pss.hash;
	}
	if (EVP_DigestVerifyInit_ex(ctx, &key_ctx, hash, NULL, NULL, key, NULL) <= 0)
		return SIGN_ALGORITHM_UNSUPPORTED;
	if (row->scheme == RSA_PSS_SCHEME && set_pss(key_ctx, &pss) != SIGN_GOOD)
		return SIGN_ALGORITHM_MISMATCH;
	return EVP_DigestVerify(ctx, signature.data, signature.len, over.data, over.len) == 1 ? SIGN_GOOD
											      : SIGN_BAD;
}

static enum sign_verdict check(EVP_PKEY *key, const struct row *row, struct bytes parameters, struct bytes over,
			       struct bytes signature)
{
	EVP_MD_CTX *ctx;
	enum sign_verdict verdict;

	if (!key)
		return SIGN_KEY_UNREADABLE;
	ctx = EVP_MD_CTX_new();
	verdict = ctx ? verify(ctx, key, row, parameters, over, signature) : SIGN_ALGORITHM_UNSUPPORTED;
	EVP_MD_CTX_free(ctx);
	return verdict;
}

/* The algorithm of a key and what follows it, without loading it. */
static bool key_algorithm(struct bytes spki, struct algorithm *out, struct bytes *rest)
{
	struct der first;

	return spki.len <= SPKI_MAX && der_take_only(spki, DER_SEQUENCE, rest) && der_take(rest, &first) &&
	       algorithm_read(first.whole, out);
}

struct sign_key {
	EVP_PKEY *loaded; /* NULL until it is needed, or when OpenSSL refuses it */
	bool tried;
	size_t len;
	uint8_t spki[];
};

struct sign_key *sign_key_new(struct bytes spki)
{
	struct sign_key *key = memory_new(sizeof(*key) + spki.len);

	key->len = spki.len;
	if (spki.len)
		memcpy(key->spki, spki.data, spki.len);
	return key;
}

void sign_key_free(struct sign_key *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->loaded);
	memory_done(&key);
}

enum sign_verdict sign_key_check(struct sign_key *key, struct bytes algorithm, struct bytes over,
				 struct bytes signature)
{
	const struct bytes spki = bytes_of(key->spki, key->len);
	struct bytes rest;
	struct algorithm of_signature, of_key;
	const struct row *row;
	enum sign_verdict verdict;

	if (!algorithm_read(algorithm, &of_signature) || !(row = row_find(of_signature.oid)))
		return SIGN_ALGORITHM_UNSUPPORTED;
	if (!key_algorithm(spki, &of_key, &rest))
		return SIGN_KEY_UNREADABLE;
	if (!key_fits(row, of_key.oid))
		return SIGN_ALGORITHM_MISMATCH;
	if (!is_bearable(row, &of_key, rest))
		return SIGN_KEY_UNREADABLE;
	if (!signature.len || signature.len > SIGNATURE_MAX)
		return SIGN_BAD;
	if (!key->tried)
		key->loaded = key_load(spki);
	key->tried = true;
	verdict = check(key->loaded, row, of_signature.parameters, over, signature);
	ERR_clear_error();
	return verdict;
}

enum sign_verdict sign_check(struct bytes spki, struct bytes algorithm, struct bytes over,
			     struct bytes signature)
{
	struct sign_key *key = sign_key_new(spki.len <= SPKI_MAX ? spki : (struct bytes){0});
	enum sign_verdict verdict = sign_key_check(key, algorithm, over, signature);

	sign_key_free(key);
	return verdict;
}

const char *sign_verdict_name(enum sign_verdict verdict)
{
	static const char *const names[] = {
		[SIGN_GOOD] = "good",
		[SIGN_BAD] = "bad",
		[SIGN_KEY_UNREADABLE] = "key-unreadable",
		[SIGN_ALGORITHM_UNSUPPORTED] = "algorithm-unsupported",
		[SIGN_ALGORITHM_MISMATCH] = "algorithm-mismatch",
	};

	return names[verdict];
}
