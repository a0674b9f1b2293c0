/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* oracle - OpenSSL's reading of a certificate beside ours, field by field. */

#include <ctype.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "base/arena.h"
#include "facts/cert.h"

/* Fails with the file and the field. */
#define SAME(name, field, condition)                                                               \
	do {                                                                                       \
		if (!(condition))                                                                  \
			fail_msg("%s: %s differs", name, field);                                   \
	} while (0)

static inline void same_text(const char *name, const char *field, struct str ours, const char *theirs)
{
	if (!str_is(ours, theirs))
		fail_msg("%s: %s: ours \"%.*s\", OpenSSL's \"%s\"", name, field, STR_ARG(ours), theirs);
}

static inline void same_name(const char *file, const char *field, struct str ours, const X509_NAME *theirs)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	X509_NAME_print_ex(bio, theirs, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(bio, &text);
	/* Hexadecimal after # is upper case there, and lower case here as everywhere in the facts. */
	if ((size_t)len != ours.len || (len && strncasecmp(text, ours.data, ours.len) != 0))
		fail_msg("%s: %s: ours \"%.*s\", OpenSSL's \"%.*s\"", file, field, STR_ARG(ours), (int)len, text);
	BIO_free(bio);
}

static inline void same_serial(const char *file, struct str ours, const ASN1_INTEGER *theirs)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(theirs, NULL);
	char *hex = BN_bn2hex(number), *from = hex, *to = hex;

	if (*from == '-')
		*to++ = *from++;
	while (*from == '0' && from[1])
		from++;
	while (*from)
		*to++ = (char)tolower((unsigned char)*from++);
	*to = 0;
	same_text(file, "serial", ours, hex);
	OPENSSL_free(hex);
	BN_free(number);
}

static inline int64_t oracle_time(const ASN1_TIME *at)
{
	struct tm tm;

	return ASN1_TIME_to_tm(at, &tm) ? timegm(&tm) : INT64_MIN;
}

static inline bool list_has(struct cert_strs list, size_t *at, const char *data, size_t len)
{
	return *at < list.count && list.at[*at].len == len &&
	       strncasecmp(list.at[(*at)++].data, data, len) == 0;
}

static inline bool is_graph(const ASN1_STRING *s)
{
	for (int i = 0; i < ASN1_STRING_length(s); i++)
		if (ASN1_STRING_get0_data(s)[i] <= 0x20 || ASN1_STRING_get0_data(s)[i] >= 0x7f)
			return false;
	return true;
}

static inline void same_general_name(const char *file, const struct cert *ours, const GENERAL_NAME *name,
				     size_t at[4])
{
	int type;
	const ASN1_STRING *s = GENERAL_NAME_get0_value(name, &type);
	struct cert_strs lists[] = {ours->names.dns, ours->names.email, ours->names.uri};
	int which = type == GEN_DNS ? 0 : type == GEN_EMAIL ? 1 : type == GEN_URI ? 2 : 3;

	if (type == GEN_IPADD) {
		SAME(file, "iPAddress", at[3]++ < ours->names.ip.count);
	} else if (which < 3) {
		if (!is_graph(s))
			at[which]++; /* shown escaped, which is ours alone */
		else
			SAME(file, "names",
			     list_has(lists[which], &at[which], (const char *)ASN1_STRING_get0_data(s),
				      (size_t)ASN1_STRING_length(s)));
	}
}

static inline void same_names(const char *file, const struct cert *ours, X509 *theirs)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(theirs, NID_subject_alt_name, NULL, NULL);
	size_t at[4] = {0};

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		same_general_name(file, ours, sk_GENERAL_NAME_value(names, i), at);
	if (names) {
		SAME(file, "number of names", at[0] == ours->names.dns.count && at[1] == ours->names.email.count &&
				      at[2] == ours->names.uri.count && at[3] == ours->names.ip.count);
	}
	GENERAL_NAMES_free(names);
}

static inline void same_key(const char *file, const struct cert *ours, X509 *theirs)
{
	EVP_PKEY *key = X509_get0_pubkey(theirs);

	if (key)
		SAME(file, "key bits", (int)ours->key.bits == EVP_PKEY_get_bits(key));
	ERR_clear_error();
}

static inline void same_id(const char *file, const char *field, struct bytes ours,
			   const ASN1_OCTET_STRING *theirs)
{
	SAME(file, field, (ours.data != NULL) == (theirs != NULL));
	if (theirs)
		SAME(file, field, bytes_equal(ours, bytes_of(ASN1_STRING_get0_data(theirs),
							     (size_t)ASN1_STRING_length(theirs))));
}

static inline void same_usages(const char *file, const struct cert *ours, X509 *theirs)
{
	static const unsigned bits[] = {KU_DIGITAL_SIGNATURE, KU_NON_REPUDIATION, KU_KEY_ENCIPHERMENT,
					KU_DATA_ENCIPHERMENT, KU_KEY_AGREEMENT, KU_KEY_CERT_SIGN,
					KU_CRL_SIGN, KU_ENCIPHER_ONLY, KU_DECIPHER_ONLY};
	EXTENDED_KEY_USAGE *list = X509_get_ext_d2i(theirs, NID_ext_key_usage, NULL, NULL);
	ASN1_BIT_STRING *usage = X509_get_ext_d2i(theirs, NID_key_usage, NULL, NULL);

	if (usage) {
		SAME(file, "has keyUsage", ours->has_key_usage);
		for (int i = 0; i < (int)COUNT_OF(bits); i++)
			SAME(file, "keyUsage",
			     (ours->key_usage >> i & 1) == (unsigned)ASN1_BIT_STRING_get_bit(usage, i));
	}
	if (list)
		SAME(file, "extKeyUsage", ours->extended_key_usage.count == (size_t)sk_ASN1_OBJECT_num(list));
	for (int i = 0; i < sk_ASN1_OBJECT_num(list); i++) {
		int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(list, i));
		char dots[128];

		OBJ_obj2txt(dots, sizeof dots, sk_ASN1_OBJECT_value(list, i), 1);
		same_text(file, "extKeyUsage", ours->extended_key_usage.at[i], nid ? OBJ_nid2sn(nid) : dots);
	}
	ASN1_BIT_STRING_free(usage);
	EXTENDED_KEY_USAGE_free(list);
}

static inline void same_policies(const char *file, const struct cert *ours, X509 *theirs)
{
	CERTIFICATEPOLICIES *list = X509_get_ext_d2i(theirs, NID_certificate_policies, NULL, NULL);

	if (list)
		SAME(file, "policies", ours->policies.count == (size_t)sk_POLICYINFO_num(list));
	for (int i = 0; i < sk_POLICYINFO_num(list); i++) {
		char dots[256];

		OBJ_obj2txt(dots, sizeof dots, sk_POLICYINFO_value(list, i)->policyid, 1);
		same_text(file, "policies", ours->policies.at[i], dots);
	}
	CERTIFICATEPOLICIES_free(list);
}

static inline void same_constraints(const char *file, const struct cert *ours, X509 *theirs)
{
	BASIC_CONSTRAINTS *basic = X509_get_ext_d2i(theirs, NID_basic_constraints, NULL, NULL);

	if (basic) {
		SAME(file, "ca", ours->ca == (basic->ca != 0));
		SAME(file, "pathLen",
		     ours->path_length == (basic->pathlen ? ASN1_INTEGER_get(basic->pathlen) : -1));
	}
	BASIC_CONSTRAINTS_free(basic);
}

static inline void same_addresses(const char *file, const struct cert *ours, X509 *theirs)
{
	AUTHORITY_INFO_ACCESS *info = X509_get_ext_d2i(theirs, NID_info_access, NULL, NULL);
	size_t ocsp = 0, issuers = 0;

	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(info); i++) {
		const ACCESS_DESCRIPTION *access = sk_ACCESS_DESCRIPTION_value(info, i);
		int type, method = OBJ_obj2nid(access->method);
		const ASN1_STRING *uri = GENERAL_NAME_get0_value(access->location, &type);

		if (type != GEN_URI || (method != NID_ad_OCSP && method != NID_ad_ca_issuers))
			continue;
		SAME(file, "authorityInfoAccess",
		     list_has(method == NID_ad_OCSP ? ours->ocsp : ours->ca_issuers,
			      method == NID_ad_OCSP ? &ocsp : &issuers,
			      (const char *)ASN1_STRING_get0_data(uri), (size_t)ASN1_STRING_length(uri)));
	}
	if (info)
		SAME(file, "authorityInfoAccess", ocsp == ours->ocsp.count && issuers == ours->ca_issuers.count);
	AUTHORITY_INFO_ACCESS_free(info);
}

static inline void same_points(const char *file, const struct cert *ours, X509 *theirs)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(theirs, NID_crl_distribution_points, NULL, NULL);
	size_t count = 0;

	for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
		const DIST_POINT *point = sk_DIST_POINT_value(points, i);

		if (!point->distpoint || point->distpoint->type != 0)
			continue;
		for (int j = 0; j < sk_GENERAL_NAME_num(point->distpoint->name.fullname); j++) {
			int type;
			const ASN1_STRING *uri = GENERAL_NAME_get0_value(
				sk_GENERAL_NAME_value(point->distpoint->name.fullname, j), &type);

			if (type == GEN_URI)
				SAME(file, "cRLDistributionPoints",
				     list_has(ours->crl, &count, (const char *)ASN1_STRING_get0_data(uri),
					      (size_t)ASN1_STRING_length(uri)));
		}
	}
	if (points)
		SAME(file, "cRLDistributionPoints", count == ours->crl.count);
	CRL_DIST_POINTS_free(points);
}

static inline void same_signature(const char *file, const struct cert *ours, X509 *theirs)
{
	const X509_ALGOR *algorithm;
	char dots[128];
	int nid;

	X509_get0_signature(NULL, &algorithm, theirs);
	nid = OBJ_obj2nid(algorithm->algorithm);
	OBJ_obj2txt(dots, sizeof dots, algorithm->algorithm, 1);
	if (nid && OBJ_find_sigid_algs(nid, NULL, NULL))
		same_text(file, "signature", ours->signature,
			  nid == NID_rsassaPss ? "RSASSA-PSS" : OBJ_nid2ln(nid));
	SAME(file, "self_issued",
	     ours->self_issued ==
		     (X509_NAME_cmp(X509_get_subject_name(theirs), X509_get_issuer_name(theirs)) == 0) ||
		     !ours->self_issued);
	/* X509_verify does not know algorithms without an entry there. */
	if (ours->self_issued && X509_get0_pubkey(theirs) && OBJ_find_sigid_algs(nid, NULL, NULL))
		SAME(file, "self_signed", ours->self_signed == (X509_verify(theirs, X509_get0_pubkey(theirs)) == 1));
	ERR_clear_error();
}

static inline void same_ids(const char *file, const struct cert *ours, X509 *theirs)
{
	ASN1_OCTET_STRING *subject = X509_get_ext_d2i(theirs, NID_subject_key_identifier, NULL, NULL);
	AUTHORITY_KEYID *authority = X509_get_ext_d2i(theirs, NID_authority_key_identifier, NULL, NULL);

	if (subject)
		same_id(file, "subjectKeyIdentifier", ours->subject_key_id, subject);
	if (authority)
		same_id(file, "authorityKeyIdentifier", ours->authority_key_id, authority->keyid);
	ASN1_OCTET_STRING_free(subject);
	AUTHORITY_KEYID_free(authority);
}

/* Compares everything of a certificate that OpenSSL can read. */
static inline void oracle_compare(const char *file, const struct cert *ours, X509 *theirs)
{
	unsigned char hash[32];

	X509_digest(theirs, EVP_sha256(), hash, NULL);
	SAME(file, "sha256", memcmp(hash, ours->sha256, 32) == 0);
	SAME(file, "version", (long)ours->version == X509_get_version(theirs) + 1);
	same_serial(file, ours->serial, X509_get0_serialNumber(theirs));
	same_name(file, "subject", ours->subject, X509_get_subject_name(theirs));
	same_name(file, "issuer", ours->issuer, X509_get_issuer_name(theirs));
	SAME(file, "notBefore", ours->not_before == oracle_time(X509_get0_notBefore(theirs)));
	SAME(file, "notAfter", ours->not_after == oracle_time(X509_get0_notAfter(theirs)));
	same_names(file, ours, theirs);
	same_key(file, ours, theirs);
	same_usages(file, ours, theirs);
	same_policies(file, ours, theirs);
	same_constraints(file, ours, theirs);
	same_addresses(file, ours, theirs);
	same_points(file, ours, theirs);
	same_signature(file, ours, theirs);
	same_ids(file, ours, theirs);
}
