/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Decryption under a password, by OpenSSL. How many rounds it will cost is read before anything is computed. Ciphers
 * that OpenSSL 3 keeps in its legacy provider (RC2, RC4, single DES) get a library context of their own, so that
 * nothing else in the process can use them. After RFC 8018, RFC 7292 appendix C.
 */

#include "facts/container/reading.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/secret.h"
#include "facts/der.h"
#include "facts/oid.h"

#define OID_PBES2  "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"
#define OID_PBKDF2 "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"
#define OID_SCRYPT "\x2b\x06\x01\x04\x01\xda\x47\x04\x0b"

struct algorithm {
	struct bytes oid, parameters;
};

static bool algorithm_read(struct bytes der, struct algorithm *out)
{
	struct bytes inside;

	if (!der_take_only(der, DER_SEQUENCE, &inside) || !der_take_tag(&inside, DER_OID, &out->oid))
		return false;
	out->parameters = inside;
	return true;
}

static bool take_count(struct bytes *from, uint64_t *out)
{
	struct bytes number;
	int64_t value;

	if (!der_take_tag(from, DER_INTEGER, &number) || !der_integer(number, &value) || value < 0)
		return false;
	*out = (uint64_t)value;
	return true;
}

/* salt, then how often; of scrypt N, r and p, which together count as so many rounds. */
static bool rounds_of_kdf(const struct algorithm *kdf, uint64_t *rounds)
{
	struct bytes inside;
	struct der salt;
	uint64_t n, blocks, lanes;

	if (!der_take_only(kdf->parameters, DER_SEQUENCE, &inside) || !der_take(&inside, &salt))
		return false;
	if (!OID_IS(kdf->oid, OID_SCRYPT))
		return take_count(&inside, rounds);
	if (!take_count(&inside, &n) || !take_count(&inside, &blocks) || !take_count(&inside, &lanes))
		return false;
	if (__builtin_mul_overflow(n, blocks, rounds) || __builtin_mul_overflow(*rounds, lanes, rounds))
		*rounds = UINT64_MAX;
	return true;
}

struct scheme {
	struct algorithm whole, kdf, cipher; /* kdf and cipher: of PBES2 only */
	bool is_pbes2;
	uint64_t rounds;
};

static bool scheme_read(struct bytes der, struct scheme *out)
{
	struct bytes inside;
	struct der kdf, cipher;

	*out = (struct scheme){0};
	if (!algorithm_read(der, &out->whole))
		return false;
	out->is_pbes2 = OID_IS(out->whole.oid, OID_PBES2);
	if (!out->is_pbes2)
		return rounds_of_kdf(&out->whole, &out->rounds);
	return der_take_only(out->whole.parameters, DER_SEQUENCE, &inside) && der_take(&inside, &kdf) &&
	       der_take(&inside, &cipher) && algorithm_read(kdf.whole, &out->kdf) &&
	       algorithm_read(cipher.whole, &out->cipher) && rounds_of_kdf(&out->kdf, &out->rounds);
}

struct str container_encryption_name(struct arena *arena, struct bytes algorithm)
{
	struct scheme scheme;
	struct algorithm plain;

	if (!scheme_read(algorithm, &scheme)) {
		if (!algorithm_read(algorithm, &plain))
			return STR("unknown");
		return oid_long(arena, plain.oid);
	}
	if (!scheme.is_pbes2)
		return arena_format(arena, "%.*s, %llu rounds", STR_ARG(oid_long(arena, scheme.whole.oid)),
				    (unsigned long long)scheme.rounds);
	return arena_format(arena, "PBES2 %.*s, %.*s %llu rounds",
			    STR_ARG(oid_long(arena, scheme.cipher.oid)),
			    STR_ARG(oid_long(arena, scheme.kdf.oid)), (unsigned long long)scheme.rounds);
}

bool container_spend_rounds(struct reading *r, uint64_t rounds)
{
	if (rounds > r->rounds_left)
		return false;
	r->rounds_left -= rounds;
	return true;
}

static bool is_legacy(const struct scheme *scheme)
{
	/* RC2-CBC, RC4, DES-CBC; the schemes that have them built in */
	static const struct str oids[] = {
		STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x03\x02"), STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x03\x04"),
		STR_INIT("\x2b\x0e\x03\x02\x07"),
		STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x01"),
		STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x02"),
		STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x05"),
		STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x06"),
		STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x01"), STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x03"),
		STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x04"), STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x06"),
		STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0a"), STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0b"),
	};
	struct bytes oid = scheme->is_pbes2 ? scheme->cipher.oid : scheme->whole.oid;

	for (size_t i = 0; i < COUNT_OF(oids); i++)
		if (bytes_equal(oid, bytes_from(oids[i])))
			return true;
	return false;
}

struct context {
	OSSL_LIB_CTX *library;
	OSSL_PROVIDER *standard, *legacy;
};

static void context_done(struct context *context)
{
	if (context->legacy)
		OSSL_PROVIDER_unload(context->legacy);
	if (context->standard)
		OSSL_PROVIDER_unload(context->standard);
	OSSL_LIB_CTX_free(context->library); /* NULL: the default one stays */
}

static bool context_legacy(struct context *context)
{
	context->library = OSSL_LIB_CTX_new();
	if (!context->library)
		return false;
	context->standard = OSSL_PROVIDER_load(context->library, "default");
	context->legacy = OSSL_PROVIDER_load(context->library, "legacy");
	return context->standard && context->legacy;
}

/* The plain text lies in memory of OpenSSL's and is wiped there once it is copied. */
static bool decrypt(struct reading *r, const X509_ALGOR *algorithm, const char *password, size_t len,
		    struct bytes cipher, OSSL_LIB_CTX *library, struct bytes *plain)
{
	unsigned char *data = NULL;
	struct der value;
	struct bytes all;
	int got = 0;

	if (!PKCS12_pbe_crypt_ex(algorithm, password, (int)len, cipher.data, (int)cipher.len, &data, &got, 0,
				 library, NULL))
		return false;
	*plain = arena_bytes(r->arena, bytes_of(data, (size_t)got));
	OPENSSL_clear_free(data, (size_t)got);
	all = *plain;
	/* A wrong password passes the padding check once in 256 times. */
	return der_take(&all, &value) && value.tag == DER_SEQUENCE;
}

static enum decrypted try_passwords(struct reading *r, const X509_ALGOR *algorithm,
				    const struct scheme *scheme, struct bytes cipher,
				    OSSL_LIB_CTX *library, struct bytes *plain)
{
	struct bytes given = r->password ? secret_reveal(r->password) : bytes_of(NULL, 0);

	if (!container_spend_rounds(r, scheme->rounds))
		return TOO_MANY_ROUNDS;
	if (given.len)
		return decrypt(r, algorithm, (const char *)given.data, given.len, cipher, library, plain)
			       ? DECRYPTED
			       : WRONG_PASSWORD;
	if (decrypt(r, algorithm, "", 0, cipher, library, plain))
		return DECRYPTED;
	if (!container_spend_rounds(r, scheme->rounds))
		return TOO_MANY_ROUNDS;
	return decrypt(r, algorithm, NULL, 0, cipher, library, plain) ? DECRYPTED : WRONG_PASSWORD;
}

enum decrypted container_decrypt(struct reading *r, struct bytes algorithm, struct bytes cipher,
				 struct bytes *plain)
{
	CLEANUP(context_done) struct context context = {0};
	const uint8_t *at = algorithm.data;
	enum decrypted result;
	struct scheme scheme;
	X509_ALGOR *loaded;

	if (!scheme_read(algorithm, &scheme) || cipher.len > LIMIT_FILE_BYTES)
		return NOT_SUPPORTED;
	if (is_legacy(&scheme) && !context_legacy(&context)) {
		ERR_clear_error();
		return NO_LEGACY;
	}
	loaded = d2i_X509_ALGOR(NULL, &at, (long)algorithm.len);
	if (!loaded)
		return NOT_SUPPORTED;
	result = try_passwords(r, loaded, &scheme, cipher, context.library, plain);
	X509_ALGOR_free(loaded);
	ERR_clear_error();
	return result;
}

const char *container_decrypted_why(enum decrypted result, const struct secret *password)
{
	bool given = password && secret_reveal(password).len;

	switch (result) {
	case WRONG_PASSWORD:
		return given ? "cannot be decrypted: another password, or damaged"
			     : "is encrypted: give its password by --password-file";
	case TOO_MANY_ROUNDS:
		return "wants more password iterations than the limit pbkdf_rounds allows";
	case NO_LEGACY:
		return "is encrypted with RC2, RC4 or DES: OpenSSL's legacy provider is needed and not installed";
	case NOT_SUPPORTED:
		return "is encrypted in a way that is not supported";
	case DECRYPTED:
		break;
	}
	return "is decrypted";
}
