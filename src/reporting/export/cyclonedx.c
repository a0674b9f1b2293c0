/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A cryptographic bill of materials: CycloneDX 1.6 and 1.7 (ECMA-424), component type cryptographic-asset.
 *
 * Each certificate is a component; its key and the algorithms of both are components of their own, written where they occur
 * first, so that a reader sees which certificates share one. 1.6 points at them by signatureAlgorithmRef and
 * subjectPublicKeyRef; 1.7 has relatedCryptographicAssets, and also serial number, fingerprint and state.
 */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "reporting/export.h"

#define REF_BYTES 160

/* What a signature's name says. Those that are not here are named, and no more is said. */
/* clang-format off */
static const struct signature { const char *name, *oid, *family, *hash; } signatures[] = {
	{"sha256WithRSAEncryption",       "1.2.840.113549.1.1.11",   "RSASSA-PKCS1", "SHA-256"},
	{"sha384WithRSAEncryption",       "1.2.840.113549.1.1.12",   "RSASSA-PKCS1", "SHA-384"},
	{"sha512WithRSAEncryption",       "1.2.840.113549.1.1.13",   "RSASSA-PKCS1", "SHA-512"},
	{"sha224WithRSAEncryption",       "1.2.840.113549.1.1.14",   "RSASSA-PKCS1", "SHA-224"},
	{"sha1WithRSAEncryption",         "1.2.840.113549.1.1.5",    "RSASSA-PKCS1", "SHA-1"},
	{"md5WithRSAEncryption",          "1.2.840.113549.1.1.4",    "RSASSA-PKCS1", "MD5"},
	{"rsassaPss",                     "1.2.840.113549.1.1.10",   "RSASSA-PSS",   NULL},
	{"ecdsa-with-SHA1",               "1.2.840.10045.4.1",       "ECDSA",        "SHA-1"},
	{"ecdsa-with-SHA256",             "1.2.840.10045.4.3.2",     "ECDSA",        "SHA-256"},
	{"ecdsa-with-SHA384",             "1.2.840.10045.4.3.3",     "ECDSA",        "SHA-384"},
	{"ecdsa-with-SHA512",             "1.2.840.10045.4.3.4",     "ECDSA",        "SHA-512"},
	{"ED25519",                       "1.3.101.112",             "EdDSA",        NULL},
	{"ED448",                         "1.3.101.113",             "EdDSA",        NULL},
	{"dsa_with_SHA256",               "2.16.840.1.101.3.4.3.2",  "DSA",          "SHA-256"},
	{"dsaWithSHA1",                   "1.2.840.10040.4.3",       "DSA",          "SHA-1"},
	{"ML-DSA-44",                     "2.16.840.1.101.3.4.3.17", "ML-DSA",       NULL},
	{"ML-DSA-65",                     "2.16.840.1.101.3.4.3.18", "ML-DSA",       NULL},
	{"ML-DSA-87",                     "2.16.840.1.101.3.4.3.19", "ML-DSA",       NULL},
};

/* Families of keys, and the signature family that such a key is for. */
static const struct { const char *algorithm, *family, *primitive; } keys[] = {
	{"rsa",     "RSASSA-PKCS1", "pke"},
	{"ec",      "ECDSA",        "signature"},
	{"ed25519", "EdDSA",        "signature"},
	{"ed448",   "EdDSA",        "signature"},
	{"dsa",     "DSA",          "signature"},
	{"ml-dsa",  "ML-DSA",       "signature"},
};

static const struct { const char *curve, *name; } curves[] = {
	{"P-192", "nist/P-192"}, {"P-224", "nist/P-224"}, {"P-256", "nist/P-256"}, {"P-384", "nist/P-384"},
	{"P-521", "nist/P-521"}, {"secp256k1", "secg/secp256k1"}, {"brainpoolP256r1", "brainpool/brainpoolP256r1"},
};
/* clang-format on */

static bool is_1_7(const struct export *out)
{
	return out->form == &export_cyclonedx_1_7;
}

static struct str text_of(const struct json_value *object, const char *key)
{
	return json_in_str(json_in_get(object, key), STR(""));
}

/* Whether that is the first time; the reference is kept. */
static bool first_time(struct export *out, const char *ref)
{
	static char there;
	struct str kept;

	if (map_get(out->seen, bytes_from(str_of(ref))))
		return false;
	kept = arena_str(out->arena, str_of(ref));
	map_set(out->seen, bytes_from(kept), &there);
	return true;
}

/* A reference is made of our own words and of hex or OpenSSL's names; anything else in a name becomes '_'. */
static void ref_write(char to[REF_BYTES], const char *kind, struct str name)
{
	int len = snprintf(to, REF_BYTES, "crypto/%s/", kind);

	for (size_t i = 0; i < name.len && len < REF_BYTES - 1; i++) {
		char c = name.data[i];
		bool plain = ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '.';

		to[len++] = plain ? c : '_';
	}
	to[len] = 0;
}

static void component_start(struct export *out, const char *ref, struct str name, const char *asset)
{
	struct json_out *json = &out->json;

	json_out_object(json);
	json_out_key_text(json, "type", "cryptographic-asset");
	json_out_key_text(json, "bom-ref", ref);
	json_out_key_str(json, "name", name);
	json_out_key(json, "cryptoProperties");
	json_out_object(json);
	json_out_key_text(json, "assetType", asset);
}

static void component_end(struct export *out)
{
	json_out_end_object(&out->json); /* cryptoProperties */
	json_out_end_object(&out->json);
	buf_add_char(out->to, '\n');
}

/* What a family offers against a quantum computer: NIST's category, 0 for none. */
static void security_write(struct json_out *json, struct str name, const char *family)
{
	static const struct {
		const char *name;
		int level;
	} levels[] = {{"ML-DSA-44", 2}, {"ML-DSA-65", 3}, {"ML-DSA-87", 5}};

	if (!family)
		return;
	for (size_t i = 0; i < COUNT_OF(levels); i++)
		if (str_is(name, levels[i].name)) {
			json_out_key_int(json, "nistQuantumSecurityLevel", levels[i].level);
			return;
		}
	if (strcmp(family, "ML-DSA") != 0)
		json_out_key_int(json, "nistQuantumSecurityLevel", 0);
}

static void signature_component(struct export *out, const char *ref, struct str name)
{
	const struct signature *known = NULL;
	struct json_out *json = &out->json;

	for (size_t i = 0; i < COUNT_OF(signatures) && !known; i++)
		if (str_equal_nocase(name, str_of(signatures[i].name)))
			known = &signatures[i];
	component_start(out, ref, name, "algorithm");
	json_out_key(json, "algorithmProperties");
	json_out_object(json);
	json_out_key_text(json, "primitive", "signature");
	if (known && is_1_7(out))
		json_out_key_text(json, "algorithmFamily", known->family);
	if (known && known->hash)
		json_out_key_text(json, "parameterSetIdentifier", known->hash);
	json_out_key(json, "cryptoFunctions");
	json_out_array(json);
	json_out_text(json, "sign");
	json_out_text(json, "verify");
	json_out_end_array(json);
	security_write(json, name, known ? known->family : NULL);
	json_out_end_object(json);
	if (known)
		json_out_key_text(json, "oid", known->oid);
	component_end(out);
}

static void key_algorithm_component(struct export *out, const char *ref, struct str name, const struct json_value *key)
{
	struct str algorithm = text_of(key, "algorithm"), curve = text_of(key, "curve");
	const char *family = NULL, *primitive = "unknown";
	struct json_out *json = &out->json;

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (str_is(algorithm, keys[i].algorithm)) {
			family = keys[i].family;
			primitive = keys[i].primitive;
		}
	component_start(out, ref, name, "algorithm");
	json_out_key(json, "algorithmProperties");
	json_out_object(json);
	json_out_key_text(json, "primitive", primitive);
	if (family && is_1_7(out))
		json_out_key_text(json, "algorithmFamily", family);
	if (json_in_int(json_in_get(key, "bits"), 0) > 0) {
		char bits[24];

		snprintf(bits, sizeof bits, "%lld", (long long)json_in_int(json_in_get(key, "bits"), 0));
		json_out_key_text(json, "parameterSetIdentifier", bits);
	}
	if (curve.len && !is_1_7(out))
		json_out_key_str(json, "curve", curve);
	for (size_t i = 0; i < COUNT_OF(curves) && is_1_7(out); i++)
		if (str_is(curve, curves[i].curve))
			json_out_key_text(json, "ellipticCurve", curves[i].name);
	security_write(json, name, family);
	json_out_end_object(json);
	component_end(out);
}

/* "rsa-2048", "ec-P-256", "ed25519" */
static struct str key_algorithm_name(struct export *out, const struct json_value *key)
{
	struct str algorithm = text_of(key, "algorithm"), curve = text_of(key, "curve");
	int64_t bits = json_in_int(json_in_get(key, "bits"), 0);

	if (curve.len)
		return arena_format(out->arena, "%.*s-%.*s", STR_ARG(algorithm), STR_ARG(curve));
	if (str_is(algorithm, "rsa") || str_is(algorithm, "dsa"))
		return arena_format(out->arena, "%.*s-%lld", STR_ARG(algorithm), (long long)bits);
	return algorithm;
}

static void related(struct json_out *json, const char *type, const char *ref)
{
	json_out_object(json);
	json_out_key_text(json, "type", type);
	json_out_key_text(json, "ref", ref);
	json_out_end_object(json);
}

static void fingerprint(struct json_out *json, struct str sha256)
{
	json_out_key(json, "fingerprint");
	json_out_object(json);
	json_out_key_text(json, "alg", "SHA-256");
	json_out_key_str(json, "content", sha256);
	json_out_end_object(json);
}

static void key_component(struct export *out, const char *ref, const char *algorithm_ref, const struct json_value *key)
{
	int64_t bits = json_in_int(json_in_get(key, "bits"), 0);
	struct str sha256 = text_of(key, "sha256");
	struct json_out *json = &out->json;

	component_start(out, ref, sha256, "related-crypto-material");
	json_out_key(json, "relatedCryptoMaterialProperties");
	json_out_object(json);
	json_out_key_text(json, "type", "public-key");
	json_out_key_str(json, "id", sha256);
	if (bits > 0)
		json_out_key_int(json, "size", bits);
	json_out_key_text(json, "format", "SubjectPublicKeyInfo");
	if (is_1_7(out)) {
		fingerprint(json, sha256);
		json_out_key(json, "relatedCryptographicAssets");
		json_out_array(json);
		related(json, "algorithm", algorithm_ref);
		json_out_end_array(json);
	} else {
		json_out_key_text(json, "algorithmRef", algorithm_ref);
	}
	json_out_end_object(json);
	component_end(out);
}

/* after the state model of NIST SP 800-57 part 1, which the schema has */
static void state_write(struct export *out, const struct export_item *item)
{
	struct str state = text_of(item->row, "state");
	const char *word = str_is(state, "future") ? "pre-activation" : str_is(state, "expired") ? "deactivated" : "active";
	struct json_out *json = &out->json;

	json_out_key(json, "certificateState");
	json_out_array(json);
	json_out_object(json);
	json_out_key_text(json, "state", word);
	if (strcmp(word, "active") != 0)
		json_out_key_text(json, "reason", strcmp(word, "deactivated") == 0 ? "expired" : "not valid yet");
	json_out_end_object(json);
	json_out_end_array(json);
}

static void extension(struct json_out *json, const char *name, const struct json_value *list, const char *prefix,
		      struct buf *text)
{
	buf_clear(text);
	for (size_t i = 0; i < json_in_count(list); i++) {
		buf_addf(text, "%s%s", i ? ", " : "", prefix);
		buf_add_str(text, json_in_str(json_in_at(list, i), STR("")));
	}
	if (!text->len)
		return;
	json_out_object(json);
	json_out_key_text(json, "commonExtensionName", name);
	json_out_key_str(json, "commonExtensionValue", buf_str(text));
	json_out_end_object(json);
}

static void extensions_write(struct export *out, const struct json_value *facts)
{
	CLEANUP(buf_done) struct buf text = buf_capped(4194304);
	struct json_out *json = &out->json;

	json_out_key(json, "certificateExtensions");
	json_out_array(json);
	extension(json, "subjectAlternativeName", json_in_get(json_in_get(facts, "names"), "dns"), "DNS:", &text);
	extension(json, "keyUsage", json_in_get(facts, "key_usage"), "", &text);
	extension(json, "extendedKeyUsage", json_in_get(facts, "extended_key_usage"), "", &text);
	extension(json, "certificatePolicies", json_in_get(facts, "policies"), "", &text);
	extension(json, "crlDistributionPoints", json_in_get(facts, "crl"), "URI:", &text);
	json_out_end_array(json);
}

static void properties_1_6(struct json_out *json, const char *signature_ref, const char *key_ref)
{
	json_out_key_text(json, "signatureAlgorithmRef", signature_ref);
	json_out_key_text(json, "subjectPublicKeyRef", key_ref);
	json_out_key_text(json, "certificateExtension", "pem");
}

static void properties_1_7(struct export *out, const struct export_item *item, const char *signature_ref,
			   const char *key_ref)
{
	struct json_out *json = &out->json;

	json_out_key_str(json, "serialNumber", text_of(item->facts, "serial"));
	fingerprint(json, text_of(item->facts, "sha256"));
	json_out_key_text(json, "certificateFileExtension", "pem");
	state_write(out, item);
	extensions_write(out, item->facts);
	json_out_key(json, "relatedCryptographicAssets");
	json_out_array(json);
	related(json, "algorithm", signature_ref);
	related(json, "publicKey", key_ref);
	json_out_end_array(json);
}

/* What the inventory knows besides, as name and value pairs of the component. */
static void own_properties(struct export *out, const struct export_item *item)
{
	static const char *const members[] = {"owner.name", "environment", "lineage.name", "lineage.path", "type"};
	struct json_out *json = &out->json;

	json_out_key(json, "properties");
	json_out_array(json);
	for (size_t i = 0; i < COUNT_OF(members); i++) {
		struct str value = json_in_str(export_member(item, str_of(members[i])), STR(""));
		char name[64];

		if (!value.len)
			continue;
		snprintf(name, sizeof name, "keepvalid:%s", members[i]);
		json_out_object(json);
		json_out_key_text(json, "name", name);
		json_out_key_str(json, "value", value);
		json_out_end_object(json);
	}
	json_out_end_array(json);
}

static void certificate_component(struct export *out, const struct export_item *item, const char *signature_ref,
				  const char *key_ref)
{
	struct json_out *json = &out->json;
	char ref[REF_BYTES];

	ref_write(ref, "certificate", text_of(item->facts, "sha256"));
	component_start(out, ref, text_of(item->row, "name"), "certificate");
	json_out_key(json, "certificateProperties");
	json_out_object(json);
	json_out_key_str(json, "subjectName", text_of(item->facts, "subject"));
	json_out_key_str(json, "issuerName", text_of(item->facts, "issuer"));
	json_out_key_str(json, "notValidBefore", text_of(item->facts, "not_before"));
	json_out_key_str(json, "notValidAfter", text_of(item->facts, "not_after"));
	json_out_key_text(json, "certificateFormat", "X.509");
	if (is_1_7(out))
		properties_1_7(out, item, signature_ref, key_ref);
	else
		properties_1_6(json, signature_ref, key_ref);
	json_out_end_object(json);
	json_out_end_object(json); /* cryptoProperties */
	own_properties(out, item);
	json_out_end_object(json);
	buf_add_char(out->to, '\n');
}

static bool bom_item(struct export *out, const struct export_item *item, struct err *err)
{
	const struct json_value *key = json_in_get(item->facts, "key");
	struct str signature = text_of(item->facts, "signature"), key_algorithm;
	char signature_ref[REF_BYTES], algorithm_ref[REF_BYTES], key_ref[REF_BYTES];

	if (json_in_type(item->facts) != JSON_IS_OBJECT)
		return err_set(err, ERR_INPUT, "export: a certificate without facts");
	key_algorithm = key_algorithm_name(out, key);
	ref_write(signature_ref, "signature", signature);
	ref_write(algorithm_ref, "algorithm", key_algorithm);
	ref_write(key_ref, "key", text_of(key, "sha256"));
	if (first_time(out, signature_ref))
		signature_component(out, signature_ref, signature);
	if (first_time(out, algorithm_ref))
		key_algorithm_component(out, algorithm_ref, key_algorithm, key);
	if (first_time(out, key_ref))
		key_component(out, key_ref, algorithm_ref, key);
	certificate_component(out, item, signature_ref, key_ref);
	return true;
}

static void bom_start(struct export *out)
{
	struct json_out *json = &out->json;

	out->seen = map_new();
	json_out_object(json);
	json_out_key_text(json, "$schema",
			  is_1_7(out) ? "http://cyclonedx.org/schema/bom-1.7.schema.json"
				      : "http://cyclonedx.org/schema/bom-1.6.schema.json");
	json_out_key_text(json, "bomFormat", "CycloneDX");
	json_out_key_text(json, "specVersion", is_1_7(out) ? "1.7" : "1.6");
	json_out_key(json, "serialNumber");
	json_out_str(json, arena_format(out->arena, "urn:uuid:%.*s", STR_ARG(out->options.uuid)));
	json_out_key_int(json, "version", 1);
	json_out_key(json, "metadata");
	json_out_object(json);
	json_out_key_time(json, "timestamp", out->options.now);
	json_out_key(json, "tools");
	json_out_object(json);
	json_out_key(json, "components");
	json_out_array(json);
	json_out_object(json);
	json_out_key_text(json, "type", "application");
	json_out_key_text(json, "name", "keepvalid");
	json_out_key_str(json, "version", out->options.version);
	json_out_end_object(json);
	json_out_end_array(json);
	json_out_end_object(json);
	json_out_end_object(json);
	json_out_key(json, "components");
	json_out_array(json);
	buf_add_char(out->to, '\n');
}

static void bom_end(struct export *out)
{
	json_out_end_array(&out->json);
	json_out_end_object(&out->json);
	buf_add_char(out->to, '\n');
}

const struct export_form export_cyclonedx_1_6 = {
	.name = "cyclonedx-1.6",
	.type = "application/vnd.cyclonedx+json; version=1.6",
	.ending = ".cdx.json",
	.of = "certificates",
	.needs = EXPORT_FACTS,
	.about = "cryptographic bill of materials, CycloneDX 1.6",
	.start = bom_start,
	.item = bom_item,
	.end = bom_end,
};

const struct export_form export_cyclonedx_1_7 = {
	.name = "cyclonedx-1.7",
	.type = "application/vnd.cyclonedx+json; version=1.7",
	.ending = ".cdx.json",
	.of = "certificates",
	.needs = EXPORT_FACTS,
	.about = "cryptographic bill of materials, CycloneDX 1.7",
	.start = bom_start,
	.item = bom_item,
	.end = bom_end,
};
