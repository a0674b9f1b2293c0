/* SPDX-License-Identifier: Apache-2.0 */

/* Facts of requests and keys as JSON: a contract of the command line, so keys and their order stay. */

#include "facts/container.h"

static void write_list(struct json_out *json, const char *key, struct cert_strs list)
{
	json_out_key(json, key);
	json_out_array(json);
	for (size_t i = 0; i < list.count; i++)
		json_out_str(json, list.at[i]);
	json_out_end_array(json);
}

static void write_key(struct json_out *json, const struct cert_key *key)
{
	json_out_key_text(json, "algorithm", cert_key_name(key->algorithm));
	if (key->bits)
		json_out_key_int(json, "bits", key->bits);
	else
		json_out_key_null(json, "bits");
	json_out_key_str(json, "curve", key->curve);
	json_out_key_hex(json, "sha256", bytes_of(key->sha256, sizeof key->sha256));
}

static void write_names(struct json_out *json, const struct cert *facts)
{
	json_out_key(json, "names");
	json_out_object(json);
	write_list(json, "dns", facts->names.dns);
	write_list(json, "ip", facts->names.ip);
	write_list(json, "email", facts->names.email);
	write_list(json, "uri", facts->names.uri);
	json_out_end_object(json);
}

static void write_asked(struct json_out *json, const struct cert *facts)
{
	struct str usages[CERT_USAGES];
	size_t count = cert_usage_names(facts->key_usage, usages);

	json_out_key_bool(json, "ca", facts->ca);
	if (facts->path_length >= 0)
		json_out_key_int(json, "path_length", facts->path_length);
	else
		json_out_key_null(json, "path_length");
	json_out_key_bool(json, "wildcard", facts->wildcard);
	write_list(json, "key_usage", (struct cert_strs){usages, count});
	write_list(json, "extended_key_usage", facts->extended_key_usage);
	json_out_key_bool(json, "must_staple", facts->must_staple);
}

void request_write(struct json_out *json, const struct request *request)
{
	const struct cert *facts = request->facts;

	json_out_object(json);
	json_out_key_hex(json, "sha256", bytes_of(request->sha256, sizeof request->sha256));
	json_out_key_str(json, "subject", facts->subject);
	json_out_key_str(json, "subject_cn", facts->subject_cn);
	write_names(json, facts);
	json_out_key(json, "key");
	json_out_object(json);
	write_key(json, &facts->key);
	json_out_end_object(json);
	json_out_key_str(json, "signature", request->signature);
	json_out_key_bool(json, "signature_good", request->signature_good);
	write_asked(json, facts);
	json_out_key_bool(json, "has_challenge", request->has_challenge);
	json_out_end_object(json);
}

void container_key_write(struct json_out *json, const struct container_item *item)
{
	static const char *const classes[] = {"private", "public", "secret"};
	const struct container_key *key = item->key;

	json_out_object(json);
	json_out_key_text(json, "class", classes[key->class]);
	json_out_key_str(json, "format", key->format);
	if (key->known) {
		write_key(json, &key->public);
	} else {
		json_out_key_str(json, "algorithm", key->algorithm);
		json_out_key_null(json, "bits");
		json_out_key_null(json, "curve");
		json_out_key_null(json, "sha256");
	}
	json_out_key_bool(json, "encrypted", key->encrypted);
	json_out_key_str(json, "encryption", key->encryption);
	json_out_key_str(json, "alias", item->alias);
	json_out_key_str(json, "source", item->source);
	json_out_end_object(json);
}
