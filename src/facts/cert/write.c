/* SPDX-License-Identifier: Apache-2.0 */

/* The facts as JSON: a contract of the command line and the API, so keys and their order stay. */

#include "facts/cert.h"

static const char *const usage_names[CERT_USAGES] = {
	"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
	"keyCertSign",      "cRLSign",        "encipherOnly",    "decipherOnly",
};

size_t cert_usage_names(uint16_t key_usage, struct str to[CERT_USAGES])
{
	size_t count = 0;

	for (size_t i = 0; i < CERT_USAGES; i++)
		if (key_usage >> i & 1)
			to[count++] = str_of(usage_names[i]);
	return count;
}

void cert_write_list(struct json_out *json, const char *key, struct cert_strs list)
{
	json_out_key(json, key);
	json_out_array(json);
	for (size_t i = 0; i < list.count; i++)
		json_out_str(json, list.at[i]);
	json_out_end_array(json);
}

void cert_write_key(struct json_out *json, const struct cert_key *key)
{
	json_out_key_text(json, "algorithm", cert_key_name(key->algorithm));
	if (key->bits)
		json_out_key_int(json, "bits", key->bits);
	else
		json_out_key_null(json, "bits");
	json_out_key_str(json, "curve", key->curve);
	json_out_key_hex(json, "sha256", bytes_of(key->sha256, sizeof key->sha256));
}

static void write_id(struct json_out *json, const char *key, struct bytes id)
{
	if (id.data)
		json_out_key_hex(json, key, id);
	else
		json_out_key_null(json, key);
}

void cert_write_names(struct json_out *json, const struct cert *cert)
{
	json_out_key(json, "names");
	json_out_object(json);
	cert_write_list(json, "dns", cert->names.dns);
	cert_write_list(json, "ip", cert->names.ip);
	cert_write_list(json, "email", cert->names.email);
	cert_write_list(json, "uri", cert->names.uri);
	json_out_end_object(json);
}

static void write_identity(struct json_out *json, const struct cert *cert)
{
	json_out_key_hex(json, "sha256", bytes_of(cert->sha256, sizeof cert->sha256));
	json_out_key_str(json, "serial", cert->serial);
	json_out_key_int(json, "version", cert->version);
	json_out_key_str(json, "subject", cert->subject);
	json_out_key_str(json, "subject_cn", cert->subject_cn);
	json_out_key_str(json, "issuer", cert->issuer);
	json_out_key_str(json, "issuer_cn", cert->issuer_cn);
	cert_write_names(json, cert);
	json_out_key_time(json, "not_before", cert->not_before);
	json_out_key_time(json, "not_after", cert->not_after);
	json_out_key_int(json, "lifetime_s", cert->not_after - cert->not_before + 1);
	json_out_key(json, "key");
	json_out_object(json);
	cert_write_key(json, &cert->key);
	json_out_end_object(json);
	json_out_key_str(json, "signature", cert->signature);
}

void cert_write_path_length(struct json_out *json, const struct cert *cert)
{
	json_out_key(json, "path_length");
	if (cert->path_length >= 0)
		json_out_int(json, cert->path_length);
	else
		json_out_null(json);
}

void cert_write_usages(struct json_out *json, const struct cert *cert)
{
	struct str names[CERT_USAGES];
	size_t count = cert_usage_names(cert->key_usage, names);

	cert_write_list(json, "key_usage", (struct cert_strs){names, count});
	cert_write_list(json, "extended_key_usage", cert->extended_key_usage);
}

static void write_usage(struct json_out *json, const struct cert *cert)
{
	json_out_key_text(json, "validation", cert_validation_name(cert->validation));
	json_out_key_bool(json, "ca", cert->ca);
	cert_write_path_length(json, cert);
	json_out_key_bool(json, "self_issued", cert->self_issued);
	json_out_key_bool(json, "self_signed", cert->self_signed);
	json_out_key_bool(json, "wildcard", cert->wildcard);
	cert_write_usages(json, cert);
	cert_write_list(json, "policies", cert->policies);
}

void cert_write(struct json_out *json, const struct cert *cert)
{
	json_out_object(json);
	write_identity(json, cert);
	write_usage(json, cert);
	write_id(json, "subject_key_id", cert->subject_key_id);
	write_id(json, "authority_key_id", cert->authority_key_id);
	cert_write_list(json, "ocsp", cert->ocsp);
	cert_write_list(json, "crl", cert->crl);
	cert_write_list(json, "ca_issuers", cert->ca_issuers);
	json_out_key_int(json, "scts", cert->scts);
	json_out_key_bool(json, "must_staple", cert->must_staple);
	json_out_key_bool(json, "precertificate", cert->precertificate);
	json_out_end_object(json);
}
