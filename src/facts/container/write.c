/* SPDX-License-Identifier: Apache-2.0 */

/* Facts of requests and keys as JSON: a contract of the command line, so keys and their order stay. */

#include "facts/container.h"

static void write_asked(struct json_out *json, const struct cert *facts)
{
	json_out_key_bool(json, "ca", facts->ca);
	cert_write_path_length(json, facts);
	json_out_key_bool(json, "wildcard", facts->wildcard);
	cert_write_usages(json, facts);
	json_out_key_bool(json, "must_staple", facts->must_staple);
}

void request_write(struct json_out *json, const struct request *request)
{
	const struct cert *facts = request->facts;

	json_out_object(json);
	json_out_key_hex(json, "sha256", bytes_of(request->sha256, sizeof request->sha256));
	json_out_key_str(json, "subject", facts->subject);
	json_out_key_str(json, "subject_cn", facts->subject_cn);
	cert_write_names(json, facts);
	json_out_key(json, "key");
	json_out_object(json);
	cert_write_key(json, &facts->key);
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
		cert_write_key(json, &key->public);
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
