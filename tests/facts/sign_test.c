/* SPDX-License-Identifier: Apache-2.0 */

/* Signatures of every kind that OpenSSL can make here: good, damaged, and under the wrong key. */

#include "test.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/arena.h"
#include "facts/cert.h"
#include "facts/maker.h"
#include "facts/oracle.h"
#include "facts/sign.h"

static EVP_PKEY *rsa, *p256, *p384, *p521, *ed25519, *ed448, *dsa, *pss_key, *k1;

static EVP_PKEY *make_dsa(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_DSA, NULL), *make;
	EVP_PKEY *parameters = NULL, *key = NULL;

	assert_true(EVP_PKEY_paramgen_init(ctx) > 0 && EVP_PKEY_CTX_set_dsa_paramgen_bits(ctx, 1024) > 0 &&
		    EVP_PKEY_paramgen(ctx, &parameters) > 0);
	make = EVP_PKEY_CTX_new(parameters, NULL);
	assert_true(EVP_PKEY_keygen_init(make) > 0 && EVP_PKEY_keygen(make, &key) > 0);
	EVP_PKEY_CTX_free(make);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(parameters);
	return key;
}

/* An RSA key that may only sign by PSS. */
static EVP_PKEY *make_pss(void)
{
	EVP_PKEY_CTX *make = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA_PSS, NULL);
	EVP_PKEY *key = NULL;

	assert_true(EVP_PKEY_keygen_init(make) > 0 && EVP_PKEY_keygen(make, &key) > 0);
	EVP_PKEY_CTX_free(make);
	return key;
}

static int make_keys(void **state)
{
	rsa = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	pss_key = make_pss();
	p256 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	p384 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	p521 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-521");
	k1 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "secp256k1");
	ed25519 = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	ed448 = EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
	dsa = make_dsa();
	return 0;
}

static int free_keys(void **state)
{
	EVP_PKEY *const all[] = {rsa, p256, p384, p521, ed25519, ed448, dsa, pss_key, k1};

	for (size_t i = 0; i < COUNT_OF(all); i++)
		EVP_PKEY_free(all[i]);
	return 0;
}

static const struct {
	EVP_PKEY **key;
	const char *hash, *padding; /* NULL hash: the algorithm has its own */
	const char *signature;
} rows[] = {
	{&rsa, "MD5", NULL, "md5WithRSAEncryption"},
	{&rsa, "SHA1", NULL, "sha1WithRSAEncryption"},
	{&rsa, "SHA224", NULL, "sha224WithRSAEncryption"},
	{&rsa, "SHA256", NULL, "sha256WithRSAEncryption"},
	{&rsa, "SHA384", NULL, "sha384WithRSAEncryption"},
	{&rsa, "SHA512", NULL, "sha512WithRSAEncryption"},
	{&rsa, "SHA3-256", NULL, "RSA-SHA3-256"},
	{&rsa, "SHA1", "pss", "RSASSA-PSS"},
	{&rsa, "SHA256", "pss", "RSASSA-PSS"},
	{&rsa, "SHA512", "pss", "RSASSA-PSS"},
	{&pss_key, "SHA256", "pss", "RSASSA-PSS"},
	{&p256, "SHA1", NULL, "ecdsa-with-SHA1"},
	{&p256, "SHA256", NULL, "ecdsa-with-SHA256"},
	{&p384, "SHA384", NULL, "ecdsa-with-SHA384"},
	{&p521, "SHA512", NULL, "ecdsa-with-SHA512"},
	{&p256, "SHA3-256", NULL, "ecdsa_with_SHA3-256"},
	{&k1, "SHA256", NULL, "ecdsa-with-SHA256"},
	{&dsa, "SHA1", NULL, "dsaWithSHA1"},
	{&dsa, "SHA256", NULL, "dsa_with_SHA256"},
	{&ed25519, NULL, NULL, "ED25519"},
	{&ed448, NULL, NULL, "ED448"},
};

/* A self-signed certificate, as DER in the arena. */
static struct bytes make_cert(struct arena *arena, EVP_PKEY *key, const char *hash, const char *padding)
{
	const EVP_MD *md = hash ? EVP_get_digestbyname(hash) : NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx;
	X509 *cert = X509_new();
	uint8_t *der = NULL;
	struct bytes out;
	int len;

	X509_set_version(cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 77);
	X509_gmtime_adj(X509_getm_notBefore(cert), 0);
	X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_UTF8, (const uint8_t *)"self", -1, -1, 0);
	X509_set_issuer_name(cert, X509_get_subject_name(cert));
	X509_set_pubkey(cert, key);
	assert_true(EVP_DigestSignInit(ctx, &key_ctx, md, NULL, key) > 0);
	if (padding)
		assert_true(EVP_PKEY_CTX_set_rsa_padding(key_ctx, RSA_PKCS1_PSS_PADDING) > 0);
	assert_true(X509_sign_ctx(cert, ctx) > 0);
	len = i2d_X509(cert, &der);
	assert_true(len > 0);
	out = arena_bytes(arena, bytes_of(der, (size_t)len));
	OPENSSL_free(der);
	X509_free(cert);
	EVP_MD_CTX_free(ctx);
	return out;
}

TEST(every_kind_of_signature_is_recognised)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		struct bytes der = make_cert(arena, *rows[i].key, rows[i].hash, rows[i].padding);
		const uint8_t *at = der.data;
		X509 *theirs = d2i_X509(NULL, &at, (long)der.len);
		const struct cert *cert;

		assert_true(cert_read(arena, der, &cert, NULL));
		assert_str(cert->signature, rows[i].signature);
		assert_true(cert->self_issued);
		if (!cert->self_signed)
			fail_msg("%s is not recognised", rows[i].signature);
		oracle_compare(rows[i].signature, cert, theirs);
		X509_free(theirs);
	}
	(void)state;
}

TEST(a_damaged_signature_or_text_is_bad)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		const struct cert *cert;
		struct bytes text, signature;

		assert_true(cert_read(arena, make_cert(arena, *rows[i].key, rows[i].hash, rows[i].padding), &cert, NULL));
		text = arena_bytes(arena, cert->tbs);
		((uint8_t *)(uintptr_t)text.data)[20] ^= 1;
		assert_int_equal(sign_check(cert->key.spki, cert->signature_algorithm, text, cert->signature_value),
				 SIGN_BAD);
		signature = arena_bytes(arena, cert->signature_value);
		((uint8_t *)(uintptr_t)signature.data)[signature.len - 1] ^= 1;
		assert_int_equal(sign_check(cert->key.spki, cert->signature_algorithm, cert->tbs, signature), SIGN_BAD);
		signature.len = 0;
		assert_int_equal(sign_check(cert->key.spki, cert->signature_algorithm, cert->tbs, signature), SIGN_BAD);
	}
	(void)state;
}

TEST(an_algorithm_that_does_not_fit_the_key_is_named)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const struct cert *of_rsa, *of_ec;

	assert_true(cert_read(arena, make_cert(arena, rsa, "SHA256", NULL), &of_rsa, NULL));
	assert_true(cert_read(arena, make_cert(arena, p256, "SHA256", NULL), &of_ec, NULL));
	assert_int_equal(sign_check(of_ec->key.spki, of_rsa->signature_algorithm, of_rsa->tbs, of_rsa->signature_value),
			 SIGN_ALGORITHM_MISMATCH);
	assert_int_equal(sign_check(of_rsa->key.spki, of_ec->signature_algorithm, of_ec->tbs, of_ec->signature_value),
			 SIGN_ALGORITHM_MISMATCH);
	(void)state;
}

TEST(what_nobody_knows_is_never_good)
{
	static const struct bytes unknown = {(const uint8_t *)"\x30\x05\x06\x03\x2a\x03\x04", 7};
	static const struct bytes ed = {(const uint8_t *)"\x30\x05\x06\x03\x2b\x65\x70", 7};
	static const struct bytes short_key = {(const uint8_t *)"\x30\x0b\x30\x05\x06\x03\x2b\x65\x70\x03\x02\x00x", 13};
	struct bytes some = bytes_of("x", 1), none = bytes_of("", 0);

	assert_int_equal(sign_check(short_key, unknown, some, some), SIGN_ALGORITHM_UNSUPPORTED);
	assert_int_equal(sign_check(short_key, ed, some, some), SIGN_KEY_UNREADABLE);
	assert_int_equal(sign_check(none, ed, some, some), SIGN_KEY_UNREADABLE);
	assert_int_equal(sign_check(short_key, none, some, some), SIGN_ALGORITHM_UNSUPPORTED);
	assert_string_equal(sign_verdict_name(SIGN_KEY_UNREADABLE), "key-unreadable");
	(void)state;
}

TEST(a_key_that_takes_too_long_is_not_loaded)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	static uint8_t number[4096] = {0x7f, 1};
	struct bytes huge = VALUE(arena, DER_INTEGER, bytes_of(number, sizeof number)), small = DER("\x02\x01\x03");
	struct bytes rsa_algorithm = DER("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00");
	struct bytes dsa_key = VALUE(arena, DER_SEQUENCE,
				     VALUE(arena, DER_SEQUENCE, DER("\x06\x07\x2a\x86\x48\xce\x38\x04\x01"),
					   VALUE(arena, DER_SEQUENCE, huge, small, small)),
				     DER("\x03\x04\x00\x02\x01\x03"));
	const struct {
		struct bytes n, e;
	} pairs[] = {{huge, small}, {small, huge}};

	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		struct bytes key = VALUE(arena, DER_SEQUENCE, pairs[i].n, pairs[i].e);
		struct bytes bits = VALUE(arena, DER_BIT_STRING, DER("\x00"), key);

		assert_int_equal(sign_check(VALUE(arena, DER_SEQUENCE, rsa_algorithm, bits), DER(SHA256_RSA), small, small),
				 SIGN_KEY_UNREADABLE);
	}
	assert_int_equal(sign_check(dsa_key, DER("\x30\x09\x06\x07\x2a\x86\x48\xce\x38\x04\x03"), small, small),
			 SIGN_KEY_UNREADABLE);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(every_kind_of_signature_is_recognised),
		RUN(a_damaged_signature_or_text_is_bad),
		RUN(an_algorithm_that_does_not_fit_the_key_is_named),
		RUN(what_nobody_knows_is_never_good),
		RUN(a_key_that_takes_too_long_is_not_loaded),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
