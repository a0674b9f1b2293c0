/* SPDX-License-Identifier: Apache-2.0 */

/* The scan record as JSON: a contract, so keys and their order stay; what is not known is null. */

#include "facts/scan_record.h"

#include "facts/cert.h"

const char *scan_outcome_name(enum scan_outcome outcome)
{
	static const char *const names[] = {
#define X(name, text) text,
		SCAN_OUTCOMES_ALL(X)
#undef X
	};

	return names[outcome];
}

static void write_maybe(struct json_out *json, const char *key, enum scan_maybe value)
{
	if (value == SCAN_UNKNOWN)
		json_out_key_null(json, key);
	else
		json_out_key_bool(json, key, value == SCAN_YES);
}

static void write_tls(struct json_out *json, const struct scan_record *record)
{
	size_t count = record->tls.version_count;

	json_out_key(json, "tls");
	if (!record->tls.known) {
		json_out_null(json);
		return;
	}
	json_out_object(json);
	json_out_key_str(json, "version", record->tls.version);
	json_out_key_str(json, "cipher", record->tls.cipher);
	json_out_key_str(json, "group", record->tls.group);
	json_out_key_str(json, "alpn", record->tls.alpn);
	write_maybe(json, "x25519mlkem768", record->tls.x25519mlkem768);
	json_out_key(json, "versions");
	json_out_array(json);
	for (size_t i = 0; i < count && i < COUNT_OF(record->tls.versions); i++)
		json_out_str(json, record->tls.versions[i]);
	json_out_end_array(json);
	json_out_key_bool(json, "client_certificate_asked", record->tls.client_certificate_asked);
	json_out_end_object(json);
}

/* Bytes that are no certificate are shown by their hash and what is wrong with them. */
static void write_unreadable(struct json_out *json, const struct scan_cert *cert)
{
	json_out_object(json);
	json_out_key_hex(json, "sha256", bytes_of(cert->sha256, sizeof cert->sha256));
	json_out_key_str(json, "problem", cert->problem.data ? cert->problem : STR("not read"));
	json_out_end_object(json);
}

static void write_certs(struct json_out *json, const char *key, struct scan_cert *const *certs,
			size_t count)
{
	json_out_key(json, key);
	json_out_array(json);
	for (size_t i = 0; i < count; i++) {
		if (certs[i]->facts_json.data)
			json_out_raw(json, certs[i]->facts_json);
		else if (certs[i]->facts)
			cert_write(json, certs[i]->facts);
		else
			write_unreadable(json, certs[i]);
	}
	json_out_end_array(json);
}

static void write_trust(struct json_out *json, const struct scan_record *record)
{
	json_out_key(json, "trust");
	json_out_object(json);
	json_out_key_str(json, "mozilla", record->trust.mozilla);
	json_out_key_str(json, "chrome", record->trust.chrome);
	json_out_key_str(json, "system", record->trust.system);
	json_out_end_object(json);
}

/* Whole seconds, rounded down. */
static void write_at(struct json_out *json, int64_t at_ms)
{
	int64_t s = at_ms / 1000;

	json_out_key_time(json, "at", at_ms < 0 && at_ms % 1000 ? s - 1 : s);
}

void scan_record_write(struct json_out *json, const struct scan_record *record)
{
	json_out_object(json);
	json_out_key_str(json, "target", record->target);
	json_out_key_str(json, "host", record->host);
	json_out_key_str(json, "address", record->address);
	json_out_key_int(json, "port", record->port);
	json_out_key_str(json, "protocol", record->protocol);
	json_out_key_str(json, "server_name", record->server_name);
	json_out_key_text(json, "outcome", scan_outcome_name(record->outcome));
	json_out_key_str(json, "detail", record->detail);
	write_tls(json, record);
	write_certs(json, "chain", record->chain, record->chain_count);
	write_certs(json, "other_leaves", record->other_leaves, record->other_leaf_count);
	write_maybe(json, "name_matches", record->name_matches);
	write_maybe(json, "chain_complete", record->chain_complete);
	write_trust(json, record);
	write_at(json, record->at_ms);
	json_out_key_int(json, "elapsed_ms", record->elapsed_ms);
	json_out_key_int(json, "connections", record->connections);
	json_out_end_object(json);
}
