/* SPDX-License-Identifier: Apache-2.0 */

/* The facts of a list as JSON. Entries are counted, not listed: a list may have a million of them. */

#include "facts/crl.h"

#include "base/buf.h"
#include "facts/der.h"

static void write_scope(struct json_out *json, const struct crl_scope *scope)
{
	json_out_key(json, "scope");
	if (!scope->present) {
		json_out_null(json);
		return;
	}
	json_out_object(json);
	json_out_key(json, "addresses");
	json_out_array(json);
	for (size_t i = 0; i < scope->uris.count; i++)
		json_out_str(json, scope->uris.at[i]);
	json_out_end_array(json);
	json_out_key_bool(json, "only_user", scope->only_user);
	json_out_key_bool(json, "only_ca", scope->only_ca);
	json_out_key_bool(json, "only_attribute", scope->only_attribute);
	json_out_key_bool(json, "only_some_reasons", scope->has_reasons);
	json_out_key_bool(json, "indirect", scope->indirect);
	json_out_end_object(json);
}

static void write_reasons(struct json_out *json, const struct crl *crl)
{
	size_t counts[16] = {0};

	for (size_t i = 0; i < crl->entry_count; i++)
		if (crl_reason_name(crl->entries[i].reason))
			counts[crl->entries[i].reason]++;
	json_out_key(json, "reasons");
	json_out_object(json);
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		if (counts[i])
			json_out_key_int(json, crl_reason_name((enum crl_reason)i), (int64_t)counts[i]);
	json_out_end_object(json);
}

void crl_write(struct json_out *json, const struct crl *crl)
{
	json_out_object(json);
	json_out_key_hex(json, "sha256", bytes_of(crl->sha256, sizeof crl->sha256));
	json_out_key_int(json, "version", crl->version);
	json_out_key_str(json, "issuer", crl->issuer);
	json_out_key_time(json, "this_update", crl->this_update);
	if (crl->has_next_update)
		json_out_key_time(json, "next_update", crl->next_update);
	else
		json_out_key_null(json, "next_update");
	json_out_key_str(json, "number", crl->number);
	json_out_key_bool(json, "delta", crl->base_number.data != NULL);
	json_out_key_str(json, "signature", crl->signature);
	if (crl->authority_key_id.data)
		json_out_key_hex(json, "authority_key_id", crl->authority_key_id);
	else
		json_out_key_null(json, "authority_key_id");
	write_scope(json, &crl->scope);
	json_out_key_int(json, "entries", (int64_t)crl->entry_count);
	write_reasons(json, crl);
	json_out_end_object(json);
}
