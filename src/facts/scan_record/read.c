/* SPDX-License-Identifier: Apache-2.0 */

/* A scan record from its JSON: what write.c writes, read back. */

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "facts/scan_record.h"

bool scan_outcome_read(struct str name, enum scan_outcome *out)
{
	for (int i = 0; i <= SCAN_LIMIT; i++)
		if (str_is(name, scan_outcome_name((enum scan_outcome)i))) {
			*out = (enum scan_outcome)i;
			return true;
		}
	return false;
}

static struct str text_at(const struct json_value *object, const char *key)
{
	return json_in_str(json_in_get(object, key), (struct str){NULL, 0});
}

static enum scan_maybe maybe_at(const struct json_value *object, const char *key)
{
	const struct json_value *value = json_in_get(object, key);

	if (json_in_type(value) != JSON_IS_BOOL)
		return SCAN_UNKNOWN;
	return json_in_bool(value, false) ? SCAN_YES : SCAN_NO;
}

static void read_tls(const struct json_value *tls, struct scan_record *to)
{
	const struct json_value *versions = json_in_get(tls, "versions");
	size_t count = json_in_count(versions);

	to->tls.known = json_in_type(tls) == JSON_IS_OBJECT;
	to->tls.version = text_at(tls, "version");
	to->tls.cipher = text_at(tls, "cipher");
	to->tls.group = text_at(tls, "group");
	to->tls.alpn = text_at(tls, "alpn");
	to->tls.x25519mlkem768 = maybe_at(tls, "x25519mlkem768");
	to->tls.client_certificate_asked = json_in_bool(json_in_get(tls, "client_certificate_asked"), false);
	for (size_t i = 0; i < count && i < COUNT_OF(to->tls.versions); i++)
		to->tls.versions[to->tls.version_count++] = json_in_str(json_in_at(versions, i), STR(""));
}

static bool read_certs(struct arena *arena, const struct json_value *list, const struct scan_record_certs *certs,
		       struct scan_cert *const **out, size_t *count, struct err *err)
{
	size_t most = json_in_count(list) < LIMIT_CHAIN_CERTS ? json_in_count(list) : LIMIT_CHAIN_CERTS;
	struct scan_cert **to = ARENA_ARRAY(arena, struct scan_cert *, most + 1);

	for (size_t i = 0; i < most; i++) {
		to[i] = certs->find(certs->data, json_in_at(list, i), err);
		if (!to[i])
			return false;
	}
	*out = to;
	*count = most;
	return true;
}

bool scan_record_read(struct arena *arena, const struct json_value *json, const struct scan_record_certs *certs,
		      struct scan_record *out, struct err *err)
{
	const struct json_value *trust = json_in_get(json, "trust");
	struct scan_record record = {.target = text_at(json, "target"), .host = text_at(json, "host")};
	int64_t port = json_in_int(json_in_get(json, "port"), -1), at = 0;

	if (!record.target.data || port < 0 || port > UINT16_MAX ||
	    !scan_outcome_read(json_in_str(json_in_get(json, "outcome"), STR("")), &record.outcome))
		return err_set(err, ERR_PROTOCOL, "the record has no target, port or known outcome");
	record.port = (uint16_t)port;
	record.address = text_at(json, "address");
	record.protocol = text_at(json, "protocol");
	record.server_name = text_at(json, "server_name");
	record.detail = text_at(json, "detail");
	read_tls(json_in_get(json, "tls"), &record);
	record.name_matches = maybe_at(json, "name_matches");
	record.chain_complete = maybe_at(json, "chain_complete");
	record.trust.mozilla = text_at(trust, "mozilla");
	record.trust.chrome = text_at(trust, "chrome");
	record.trust.system = text_at(trust, "system");
	if (clock_read(text_at(json, "at"), &at))
		record.at_ms = at * 1000;
	record.elapsed_ms = (uint32_t)json_in_int(json_in_get(json, "elapsed_ms"), 0);
	record.connections = (uint32_t)json_in_int(json_in_get(json, "connections"), 0);
	if (!read_certs(arena, json_in_get(json, "chain"), certs, &record.chain, &record.chain_count, err) ||
	    !read_certs(arena, json_in_get(json, "other_leaves"), certs, &record.other_leaves, &record.other_leaf_count, err))
		return false;
	*out = record;
	return true;
}
