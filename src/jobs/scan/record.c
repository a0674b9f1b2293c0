/* SPDX-License-Identifier: Apache-2.0 */

/* A scan record as the probe process wrote it, as what the store keeps. */

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "decisions/trust.h"
#include "jobs/scan/room.h"

#define RECORD_BYTES (1 << 20)

static struct str text_at(const struct json_value *object, const char *key)
{
	return json_in_str(json_in_get(object, key), (struct str){NULL, 0});
}

static int maybe_at(const struct json_value *object, const char *key)
{
	const struct json_value *value = json_in_get(object, key);

	return json_in_type(value) == JSON_IS_BOOL ? json_in_bool(value, false) : -1;
}

static const struct str *texts_at(struct arena *arena, const struct json_value *record, const char *key,
				  size_t *count)
{
	const struct json_value *list = json_in_get(record, key);
	struct str *to;

	*count = json_in_count(list);
	if (*count > LIMIT_CHAIN_CERTS)
		*count = LIMIT_CHAIN_CERTS;
	to = ARENA_ARRAY(arena, struct str, *count + 1);
	for (size_t i = 0; i < *count; i++)
		to[i] = json_in_str(json_in_at(list, i), STR(""));
	return to;
}

static struct str tls_text(struct arena *arena, const struct json_value *tls)
{
	CLEANUP(buf_done) struct buf text = buf_capped(65536);
	struct json_out json = json_out_start(&text);

	if (json_in_type(tls) != JSON_IS_OBJECT)
		return (struct str){NULL, 0};
	json_out_value(&json, tls);
	return arena_str(arena, buf_str(&text));
}

/*
 * What is wrong at this endpoint. Nobody asked for a name where an address alone was scanned, so there none is missed.
 */
static uint32_t problems_of(const struct store_seen *seen)
{
	const struct str trusts[] = {seen->trust_mozilla, seen->trust_chrome, seen->trust_system};
	bool judged = false, trusted = false;
	uint32_t problems = 0;

	for (size_t i = 0; i < COUNT_OF(trusts); i++) {
		judged |= trusts[i].data != NULL;
		trusted |= trusts[i].data && str_is(trusts[i], "trusted");
	}
	if (seen->name_matches == 0 && (seen->server_name.data || !str_equal(seen->host, seen->address)))
		problems |= MODEL_PROBLEM_NAME_MISMATCH;
	if (seen->chain_complete == 0)
		problems |= MODEL_PROBLEM_INCOMPLETE_CHAIN;
	if (judged && !trusted)
		problems |= MODEL_PROBLEM_UNTRUSTED;
	return problems;
}

/* Whether a private authority stands above the leaf: a program that trusts it says no, two that know no such root, yes. */
static int private_ca_of(const struct store_seen *seen)
{
	const struct str trusts[] = {seen->trust_mozilla, seen->trust_chrome};
	bool unknown = seen->chain_complete != 0;

	for (size_t i = 0; i < COUNT_OF(trusts); i++) {
		if (!trusts[i].data)
			return -1;
		if (str_is(trusts[i], "trusted"))
			return 0;
		unknown &= trust_reason_is_unknown_root(trusts[i]);
	}
	return unknown ? 1 : -1;
}

bool scan_address_is_demo(struct str address)
{
	return str_starts(address, STR("127.83."));
}

bool scan_record_view(struct arena *arena, struct str json, struct json_doc **doc, struct scan_view *out,
		      struct err *err)
{
	const struct json_value *record, *trust;
	struct store_seen *seen = &out->seen;

	if (!json_doc_read(json, doc, err))
		return false;
	record = json_doc_root(*doc);
	trust = json_in_get(record, "trust");
	memset(out, 0, sizeof *out);
	out->target = text_at(record, "target");
	seen->host = text_at(record, "host");
	seen->outcome = text_at(record, "outcome");
	if (!seen->host.data || !seen->outcome.data)
		return err_set(err, ERR_PROTOCOL, "the record has no host or no outcome");
	seen->address = text_at(record, "address");
	seen->port = json_in_int(json_in_get(record, "port"), 0);
	seen->protocol = text_at(record, "protocol");
	seen->server_name = text_at(record, "server_name");
	seen->detail = text_at(record, "detail");
	seen->tls_json = tls_text(arena, json_in_get(record, "tls"));
	seen->tls_known = seen->tls_json.data != NULL;
	seen->name_matches = maybe_at(record, "name_matches");
	seen->chain_complete = maybe_at(record, "chain_complete");
	seen->trust_mozilla = text_at(trust, "mozilla");
	seen->trust_chrome = text_at(trust, "chrome");
	seen->trust_system = text_at(trust, "system");
	seen->problems = problems_of(seen);
	seen->private_ca = private_ca_of(seen);
	seen->json = json;
	seen->demo = scan_address_is_demo(seen->address);
	if (!clock_read(text_at(record, "at"), &seen->at))
		seen->at = 0;
	out->chain = texts_at(arena, record, "chain", &out->chain_count);
	out->other_leaves = texts_at(arena, record, "other_leaves", &out->other_leaf_count);
	return true;
}

struct str scan_record_own(struct arena *arena, const struct scan_port_target *target, const char *outcome,
			   struct str detail, int64_t now)
{
	static const char *const nulls[] = {"tls", "name_matches", "chain_complete"};
	static const char *const lists[] = {"chain", "other_leaves"};
	CLEANUP(buf_done) struct buf text = buf_capped(RECORD_BYTES);
	struct json_out json = json_out_start(&text);

	json_out_object(&json);
	json_out_key_str(&json, "target", target->text);
	json_out_key_str(&json, "host", target->host.data ? target->host : STR(""));
	json_out_key_null(&json, "address");
	json_out_key_int(&json, "port", target->port);
	json_out_key_str(&json, "protocol", target->protocol.data ? target->protocol : STR("tls"));
	json_out_key_str(&json, "server_name", target->server_name);
	json_out_key_text(&json, "outcome", outcome);
	json_out_key_str(&json, "detail", detail);
	for (size_t i = 0; i < COUNT_OF(nulls); i++)
		json_out_key_null(&json, nulls[i]);
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		json_out_key(&json, lists[i]);
		json_out_array(&json);
		json_out_end_array(&json);
	}
	json_out_key(&json, "trust");
	json_out_object(&json);
	json_out_end_object(&json);
	json_out_key_time(&json, "at", now);
	json_out_key_int(&json, "elapsed_ms", 0);
	json_out_end_object(&json);
	return arena_str(arena, buf_str(&text));
}
