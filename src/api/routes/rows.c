/* SPDX-License-Identifier: Apache-2.0 */

/* The nouns as JSON, after the schemas of schema.c. Absent values are null, not missing. */

#include "api/routes/route.h"

#include <stdio.h>

void row_id(struct json_out *json, const char *key, int64_t id)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)id);
	json_out_key_text(json, key, id ? text : NULL);
}

void row_time(struct json_out *json, const char *key, int64_t at)
{
	if (at)
		json_out_key_time(json, key, at);
	else
		json_out_key_null(json, key);
}

void row_maybe(struct json_out *json, const char *key, int value)
{
	if (value < 0)
		json_out_key_null(json, key);
	else
		json_out_key_bool(json, key, value > 0);
}

void row_problems(struct json_out *json, uint32_t problems)
{
	json_out_key(json, "problems");
	json_out_array(json);
	for (size_t i = 0; i < model_problem_count(); i++)
		if (problems & model_problem_at(i))
			json_out_text(json, model_problem_name(model_problem_at(i)));
	json_out_end_array(json);
}

void row_trust(struct json_out *json, struct str mozilla, struct str chrome, struct str system)
{
	json_out_key(json, "trust");
	if (!mozilla.data && !chrome.data && !system.data) {
		json_out_null(json);
		return;
	}
	json_out_object(json);
	json_out_key_str(json, "mozilla", mozilla);
	json_out_key_str(json, "chrome", chrome);
	json_out_key_str(json, "system", system);
	json_out_end_object(json);
}

void row_ref(struct json_out *json, const char *key, const struct model_ref *ref)
{
	json_out_key(json, key);
	if (!ref->id) {
		json_out_null(json);
		return;
	}
	json_out_object(json);
	row_id(json, "id", ref->id);
	json_out_key_str(json, "name", ref->name);
	json_out_end_object(json);
}

void row_words(struct json_out *json, const char *key, struct str words)
{
	struct str one;

	json_out_key(json, key);
	json_out_array(json);
	while (str_split(&words, ' ', &one))
		if (one.len)
			json_out_str(json, one);
	json_out_end_array(json);
}

void row_text(struct json_out *json, const char *key, struct str text)
{
	json_out_key_str(json, key, text.len ? text : (struct str){NULL, 0});
}

static void certificate_sha256(struct json_out *json, const char *key, bool there, const uint8_t sha256[HASH_SHA256])
{
	if (there)
		json_out_key_hex(json, key, bytes_of(sha256, HASH_SHA256));
	else
		json_out_key_null(json, key);
}

/* What kind it is, what came before and after it, and what it has of its lineage. */
static void certificate_noted(struct json_out *json, const struct model_certificate *row)
{
	json_out_key_text(json, "type", model_kind_name(row->kind));
	json_out_key_bool(json, "wildcard", row->wildcard);
	json_out_key_bool(json, "multi_name", row->names_count > 1);
	json_out_key_bool(json, "private_ca", row->private_ca);
	certificate_sha256(json, "replaces", row->has_replaces, row->replaces);
	certificate_sha256(json, "replaced_by", row->has_replaced_by, row->replaced_by);
	row_time(json, "gone_at", row->gone_at);
	row_ref(json, "owner", &row->owner);
	row_words(json, "tags", row->tags);
	row_text(json, "environment", row->environment);
	json_out_key_text(json, "criticality", model_criticality_name(row->criticality));
}

void row_certificate_key(struct json_out *json, const struct model_certificate *row)
{
	json_out_key(json, "key");
	json_out_object(json);
	json_out_key_str(json, "algorithm", row->key_algorithm);
	json_out_key_int(json, "bits", row->key_bits);
	json_out_key_str(json, "curve", row->key_curve);
	json_out_end_object(json);
}

static void certificate_lineage(struct json_out *json, const struct model_certificate *row)
{
	json_out_key(json, "lineage");
	if (!row->lineage_id) {
		json_out_null(json);
		return;
	}
	json_out_object(json);
	row_id(json, "id", row->lineage_id);
	json_out_key_str(json, "name", row->lineage_name);
	json_out_key_text(json, "path", model_path_name(row->lineage_path));
	json_out_end_object(json);
}

void row_certificate(struct json_out *json, const struct model_certificate *row, int64_t now)
{
	json_out_object(json);
	json_out_key_hex(json, "sha256", bytes_of(row->sha256, HASH_SHA256));
	/* names are kept in lower case, to sort by; an authority's is shown as it spells itself */
	json_out_key_str(json, "name", str_equal_nocase(row->name, row->subject_cn) ? row->subject_cn : row->name);
	json_out_key_str(json, "subject", row->subject);
	json_out_key_str(json, "issuer_cn", row->issuer_cn);
	json_out_key_time(json, "not_before", row->not_before);
	json_out_key_time(json, "not_after", row->not_after);
	json_out_key_int(json, "lifetime_s", row->lifetime_s);
	row_certificate_key(json, row);
	json_out_key_int(json, "names_count", row->names_count);
	json_out_key_bool(json, "ca", row->ca);
	json_out_key_bool(json, "self_signed", row->self_signed);
	json_out_key_text(json, "state", model_state_name(model_state_at(row->not_before, row->not_after, now)));
	json_out_key_int(json, "served", row->served);
	json_out_key_time(json, "first_seen", row->first_seen);
	json_out_key_time(json, "last_seen", row->last_seen);
	row_trust(json, row->trust_mozilla, row->trust_chrome, row->trust_system);
	certificate_lineage(json, row);
	row_problems(json, model_problems_at(row->problems, row->not_before, row->not_after, now));
	certificate_noted(json, row);
	json_out_key_bool(json, "demo", row->demo);
	json_out_end_object(json);
}

/* Its own problems, and those of the certificate that it shows. */
static uint32_t endpoint_problems(const struct model_endpoint *row, int64_t now)
{
	uint32_t lasting = row->problems | row->certificate_problems;

	return row->has_certificate ? model_problems_at(lasting, row->not_before, row->not_after, now) : lasting;
}

static struct str or_null(struct str s)
{
	return s.len ? s : (struct str){NULL, 0};
}

void row_endpoint(struct json_out *json, const struct model_endpoint *row, int64_t now)
{
	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_str(json, "host", row->host);
	json_out_key_str(json, "address", or_null(row->address));
	json_out_key_int(json, "port", row->port);
	json_out_key_str(json, "protocol", row->protocol);
	json_out_key_str(json, "server_name", row->server_name);
	json_out_key_str(json, "outcome", row->outcome);
	json_out_key_str(json, "detail", row->detail);
	if (row->has_certificate)
		json_out_key_hex(json, "certificate", bytes_of(row->certificate, HASH_SHA256));
	else
		json_out_key_null(json, "certificate");
	json_out_key_str(json, "name", row->has_certificate ? row->name : (struct str){NULL, 0});
	row_time(json, "not_after", row->has_certificate ? row->not_after : 0);
	row_problems(json, endpoint_problems(row, now));
	json_out_key_time(json, "first_seen", row->first_seen);
	json_out_key_time(json, "last_seen", row->last_seen);
	json_out_key_bool(json, "demo", row->demo);
	json_out_end_object(json);
}

void row_ignored(struct json_out *json, const struct model_lineage *row)
{
	json_out_key(json, "ignored");
	if (!row->ignored_at) {
		json_out_null(json);
		return;
	}
	json_out_object(json);
	row_time(json, "at", row->ignored_at);
	row_time(json, "until", row->ignored_until);
	row_text(json, "reason", row->ignored_reason);
	json_out_end_object(json);
}

/* What people said of it; it survives renewal. */
static void lineage_noted(struct json_out *json, const struct model_lineage *row)
{
	row_ref(json, "owner", &row->owner);
	row_words(json, "tags", row->tags);
	row_text(json, "purpose", row->purpose);
	row_text(json, "environment", row->environment);
	json_out_key_text(json, "criticality", model_criticality_name(row->criticality));
	row_text(json, "note", row->note);
	row_ref(json, "service", &row->service);
	row_ignored(json, row);
}

void row_lineage(struct json_out *json, const struct model_lineage *row, int64_t now)
{
	bool current = row->current_certificate_id != 0;

	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_str(json, "name", row->name);
	json_out_key_text(json, "path", model_path_name(row->path));
	json_out_key_str(json, "path_reason", row->path_reason);
	json_out_key_bool(json, "active", row->active);
	json_out_key_int(json, "certificates_count", row->certificate_count);
	if (current)
		json_out_key_hex(json, "certificate", bytes_of(row->current_sha256, HASH_SHA256));
	else
		json_out_key_null(json, "certificate");
	row_time(json, "not_after", current ? row->not_after : 0);
	row_problems(json, current ? model_problems_at(row->problems, row->not_before, row->not_after, now) : 0);
	json_out_key_time(json, "created_at", row->created_at);
	lineage_noted(json, row);
	json_out_key_bool(json, "demo", row->demo);
	json_out_end_object(json);
}

void row_scan(struct json_out *json, const struct model_scan *row)
{
	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_text(json, "state", model_scan_state_name(row->state));
	json_out_key(json, "targets");
	json_out_raw(json, row->targets_json);
	json_out_key(json, "targets_total");
	if (row->targets_total < 0)
		json_out_null(json);
	else
		json_out_int(json, row->targets_total);
	json_out_key_int(json, "targets_done", row->targets_done);
	json_out_key(json, "outcomes");
	json_out_object(json);
	for (size_t i = 0; i < row->outcome_count; i++) {
		json_out_key_named(json, row->outcomes[i].name);
		json_out_int(json, row->outcomes[i].count);
	}
	json_out_end_object(json);
	json_out_key_int(json, "new_certificates", row->new_certificates);
	json_out_key_time(json, "created_at", row->created_at);
	row_time(json, "started_at", row->started_at);
	row_time(json, "ended_at", row->ended_at);
	json_out_key_str(json, "by", row->by);
	json_out_key_str(json, "detail", row->detail);
	json_out_key_bool(json, "demo", row->demo);
	json_out_end_object(json);
}

void row_user(struct json_out *json, const struct model_user *row)
{
	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_str(json, "name", row->name);
	json_out_key_text(json, "role", model_role_name(row->role));
	json_out_end_object(json);
}
