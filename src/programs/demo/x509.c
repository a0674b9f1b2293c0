/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Certificates the way a CA makes them: random serial of 16 bytes, key identifiers, usages. Dates are written
 * as UTCTime until 2049 and GeneralizedTime later, which ASN1_TIME does (RFC 5280 section 4.1.2.5).
 */

#include "programs/demo/x509.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"

bool demo_crypto_err(struct err *err, const char *what)
{
	char text[160] = "unknown error";
	unsigned long code = ERR_peek_last_error();

	if (code)
		ERR_error_string_n(code, text, sizeof text);
	ERR_clear_error();
	return err_set(err, ERR_INTERNAL, "%s: %s", what, text);
}

EVP_PKEY *demo_key_new(enum demo_key kind)
{
	switch (kind) {
	case KEY_RSA:
		return EVP_RSA_gen(2048);
	case KEY_RSA1024:
		return EVP_RSA_gen(1024);
	case KEY_ED25519:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	case KEY_EC:
		break;
	}
	return EVP_EC_gen("P-256");
}

static bool add_entry(X509_NAME *name, const char *field, int type, const void *text, size_t len)
{
	return X509_NAME_add_entry_by_txt(name, field, type, text, (int)len, -1, 0) == 1;
}

/* The subjects that people and old software write: each string type of RFC 5280 section 4.1.2.4 that is still met. */
static bool odd_subject(X509_NAME *name)
{
	static const char latin[] = "M\xfcnchen";
	static const uint8_t wide[] = {0x03, 0x91, 0x03, 0xb8, 0x03, 0xae, 0x03, 0xbd, 0x03, 0xb1};
	static const char emoji[] = "Br\xc3\xb6tchen & S\xc3\xb6hne \xf0\x9f\xa5\xa8";
	static const char unit[] = "Referat fuer die Beschaffung, Pruefung und Ausser";
	char long_name[64];

	memset(long_name, 'x', sizeof long_name);
	memcpy(long_name, "Gesellschaft zur ", 17);
	return add_entry(name, "C", V_ASN1_PRINTABLESTRING, "DE", 2) &&
	       add_entry(name, "L", V_ASN1_TELETEXSTRING, latin, sizeof latin - 1) &&
	       add_entry(name, "ST", V_ASN1_BMPSTRING, wide, sizeof wide) &&
	       add_entry(name, "O", V_ASN1_UTF8STRING, emoji, sizeof emoji - 1) &&
	       add_entry(name, "OU", V_ASN1_PRINTABLESTRING, unit, sizeof unit - 1) &&
	       add_entry(name, "OU", V_ASN1_UTF8STRING, long_name, sizeof long_name);
}

static bool write_subject(X509 *cert, const struct demo_x509 *what)
{
	X509_NAME *name = X509_get_subject_name(cert);

	if (what->subject && strcmp(what->subject, "odd") == 0 && !odd_subject(name))
		return false;
	if (what->subject && strcmp(what->subject, "ca") == 0 &&
	    !add_entry(name, "O", V_ASN1_UTF8STRING, "Keepvalid Demo", 14))
		return false;
	return add_entry(name, "CN", V_ASN1_UTF8STRING, what->cn, strlen(what->cn));
}

static bool add_extension(X509 *cert, X509V3_CTX *context, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, context, nid, value);
	bool added = extension && X509_add_ext(cert, extension, -1) == 1;

	X509_EXTENSION_free(extension);
	return added;
}

static bool add_extensions(X509 *cert, X509 *issuer, const struct demo_x509 *what)
{
	char basic[48] = "critical,CA:FALSE";
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer ? issuer : cert, cert, NULL, NULL, 0);
	if (what->ca && what->path_length >= 0)
		snprintf(basic, sizeof basic, "critical,CA:TRUE,pathlen:%d", what->path_length);
	else if (what->ca)
		snprintf(basic, sizeof basic, "critical,CA:TRUE");
	return add_extension(cert, &context, NID_basic_constraints, basic) &&
	       add_extension(cert, &context, NID_subject_key_identifier, "hash") &&
	       (!issuer || add_extension(cert, &context, NID_authority_key_identifier, "keyid:always")) &&
	       add_extension(cert, &context, NID_key_usage,
			     what->ca ? "critical,keyCertSign,cRLSign,digitalSignature" :
					"critical,digitalSignature,keyEncipherment") &&
	       ((what->ca && !what->names) || add_extension(cert, &context, NID_ext_key_usage, "serverAuth,clientAuth")) &&
	       (!what->names || add_extension(cert, &context, NID_subject_alt_name, what->names));
}

static bool write_serial(X509 *cert)
{
	BIGNUM *serial = BN_new();
	bool good = serial && BN_rand(serial, 126, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) &&
		    BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(cert));

	BN_free(serial);
	return good;
}

static const EVP_MD *digest_for(EVP_PKEY *key, bool sha1)
{
	if (EVP_PKEY_is_a(key, "ED25519"))
		return NULL;
	return sha1 ? EVP_sha1() : EVP_sha256();
}

X509 *demo_x509_make(const struct demo_x509 *what, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
	X509 *cert = X509_new();
	EVP_PKEY *signer = issuer ? issuer_key : key;

	if (cert && X509_set_version(cert, X509_VERSION_3) && write_serial(cert) && write_subject(cert, what) &&
	    X509_set_issuer_name(cert, X509_get_subject_name(issuer ? issuer : cert)) &&
	    ASN1_TIME_set(X509_getm_notBefore(cert), what->from) &&
	    ASN1_TIME_set(X509_getm_notAfter(cert), what->to) && X509_set_pubkey(cert, key) &&
	    add_extensions(cert, issuer, what) && X509_sign(cert, signer, digest_for(signer, what->sha1)) > 0)
		return cert;
	X509_free(cert);
	return NULL;
}

bool demo_x509_load(const char *path, X509 **cert, EVP_PKEY **key)
{
	BIO *file = BIO_new_file(path, "r");
	X509 *read_cert = NULL;
	EVP_PKEY *read_key = NULL;

	if (file) {
		read_key = PEM_read_bio_PrivateKey(file, NULL, NULL, NULL);
		read_cert = PEM_read_bio_X509(file, NULL, NULL, NULL);
	}
	BIO_free(file);
	ERR_clear_error();
	if (!read_cert || !read_key || X509_check_private_key(read_cert, read_key) != 1) {
		X509_free(read_cert);
		EVP_PKEY_free(read_key);
		return false;
	}
	*cert = read_cert;
	*key = read_key;
	return true;
}

static bool save(const char *path, X509 *cert, EVP_PKEY *key, unsigned mode, struct err *err)
{
	BIO *memory = BIO_new(BIO_s_mem());
	char *text = NULL;
	bool good = memory && (!key || PEM_write_bio_PrivateKey(memory, key, NULL, NULL, 0, NULL, NULL)) &&
		    PEM_write_bio_X509(memory, cert);

	if (!good) {
		demo_crypto_err(err, "write a certificate");
	} else {
		long len = BIO_get_mem_data(memory, &text);

		good = file_write(path, bytes_of(text, (size_t)len), mode, err);
	}
	BIO_free(memory);
	return good;
}

bool demo_x509_save(const char *path, X509 *cert, EVP_PKEY *key, struct err *err)
{
	return save(path, cert, key, 0600, err);
}

bool demo_x509_publish(const char *path, X509 *cert, struct err *err)
{
	return save(path, cert, NULL, 0644, err);
}

static int64_t seconds_of(const ASN1_TIME *time)
{
	struct tm tm = {0};
	struct clock_date date;
	int64_t at = 0;

	if (ASN1_TIME_to_tm(time, &tm) != 1)
		return 0;
	date = (struct clock_date){tm.tm_year + 1900,    (uint8_t)(tm.tm_mon + 1), (uint8_t)tm.tm_mday,
				   (uint8_t)tm.tm_hour, (uint8_t)tm.tm_min,       (uint8_t)tm.tm_sec};
	return clock_from_date(&date, &at) ? at : 0;
}

int64_t demo_x509_not_before(const X509 *cert)
{
	return seconds_of(X509_get0_notBefore(cert));
}

int64_t demo_x509_not_after(const X509 *cert)
{
	return seconds_of(X509_get0_notAfter(cert));
}
