/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the probe process read of a certificate (the facts object, as JSON) as a row of the store. The engine never
 * reads the DER: it only hashes it, so that a certificate is known by what it is, not by what was said of it.
 */

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hex.h"
#include "base/json.h"
#include "jobs/find/room.h"

#define NAMES_KEPT 65536

static struct str text_at(struct arena *arena, const struct json_value *facts, const char *key)
{
	struct str text = json_in_str(json_in_get(facts, key), (struct str){NULL, 0});

	return text.data ? arena_str(arena, text) : text;
}

static int64_t time_at(const struct json_value *facts, const char *key)
{
	int64_t at = 0;

	return clock_read(json_in_str(json_in_get(facts, key), STR("")), &at) ? at : 0;
}

/* All names it is for, and its common name. */
static void read_names(struct arena *arena, const struct json_value *facts, struct model_new_certificate *out)
{
	static const char *const kinds[] = {"dns", "ip", "email", "uri"};
	const struct json_value *names = json_in_get(facts, "names");
	size_t count = 0, room = 1;
	struct str *to;

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		room += json_in_count(json_in_get(names, kinds[i]));
	if (room > NAMES_KEPT)
		room = NAMES_KEPT;
	to = ARENA_ARRAY(arena, struct str, room);
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		const struct json_value *list = json_in_get(names, kinds[i]);

		for (size_t j = 0; j < json_in_count(list) && count + 1 < room; j++)
			to[count++] = arena_str(arena, json_in_str(json_in_at(list, j), STR("")));
	}
	out->row.names_count = (int64_t)count;
	if (out->row.subject_cn.len)
		to[count++] = out->row.subject_cn;
	out->names = to;
	out->name_count = count;
}

static void read_key(struct arena *arena, const struct json_value *facts, struct model_certificate *row)
{
	const struct json_value *key = json_in_get(facts, "key");

	row->key_algorithm = text_at(arena, key, "algorithm");
	row->key_curve = text_at(arena, key, "curve");
	row->key_bits = json_in_int(json_in_get(key, "bits"), 0);
	if (!hex_read(json_in_str(json_in_get(key, "sha256"), STR("")), row->key_sha256, HASH_SHA256))
		memcpy(row->key_sha256, row->sha256, HASH_SHA256);
}

/* Below what public CAs may certify: Baseline Requirements 6.1.5, 6.1.6, 7.1.3.2. */
static uint32_t weak(const struct model_certificate *row)
{
	static const char *const old_hashes[] = {"md2", "md4", "md5", "sha1", "ripemd"};
	struct str key = row->key_algorithm;
	uint32_t problems = 0;

	if ((str_is(key, "rsa") && row->key_bits < 2048) || str_is(key, "dsa") ||
	    (str_is(key, "ec") && row->key_bits > 0 && row->key_bits < 256))
		problems |= MODEL_PROBLEM_WEAK_KEY;
	if (row->self_signed)
		return problems | MODEL_PROBLEM_SELF_SIGNED; /* nobody relies on its signature */
	for (size_t i = 0; i < COUNT_OF(old_hashes); i++)
		for (size_t at = 0; at + strlen(old_hashes[i]) <= row->signature.len; at++)
			if (str_starts_nocase(str_skip(row->signature, at), str_of(old_hashes[i])))
				return problems | MODEL_PROBLEM_WEAK_SIGNATURE;
	return problems;
}

static struct str or_text(struct str text, const char *other)
{
	return text.data ? text : str_of(other);
}

static void unreadable(struct arena *arena, const struct find_new *from,
		       struct model_new_certificate *out)
{
	CLEANUP(buf_done) struct buf text = buf_capped(65536);
	struct json_out json = json_out_start(&text);

	json_out_object(&json);
	json_out_key_hex(&json, "sha256", bytes_of(out->row.sha256, HASH_SHA256));
	json_out_key_str(&json, "problem", from->problem.data ? from->problem : STR("it could not be read"));
	json_out_end_object(&json);
	out->facts_json = arena_str(arena, buf_str(&text));
	out->row.name = STR("(unreadable)");
	out->row.subject = out->row.issuer = out->row.serial = out->row.signature = STR("");
	out->row.key_algorithm = STR("unknown");
	memcpy(out->row.key_sha256, out->row.sha256, HASH_SHA256);
}

void find_certificate_row(struct arena *arena, const struct find_new *from, int64_t now, bool demo,
			  struct model_new_certificate *out)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct model_certificate *row = &out->row;
	const struct json_value *facts;

	memset(out, 0, sizeof *out);
	out->der = from->der;
	row->demo = demo;
	row->first_seen = row->last_seen = now;
	hash_sha256(from->der, row->sha256);
	if (!from->facts_json.data || !json_doc_read(from->facts_json, &doc, NULL) ||
	    json_in_type(json_doc_root(doc)) != JSON_IS_OBJECT) {
		unreadable(arena, from, out);
		return;
	}
	facts = json_doc_root(doc);
	out->facts_json = from->facts_json;
	row->subject = or_text(text_at(arena, facts, "subject"), "");
	row->issuer = or_text(text_at(arena, facts, "issuer"), "");
	row->subject_cn = text_at(arena, facts, "subject_cn");
	row->issuer_cn = text_at(arena, facts, "issuer_cn");
	row->serial = or_text(text_at(arena, facts, "serial"), "");
	row->not_before = time_at(facts, "not_before");
	row->not_after = time_at(facts, "not_after");
	row->lifetime_s = json_in_int(json_in_get(facts, "lifetime_s"), row->not_after - row->not_before);
	row->signature = or_text(text_at(arena, facts, "signature"), "");
	row->ca = json_in_bool(json_in_get(facts, "ca"), false);
	row->self_signed = json_in_bool(json_in_get(facts, "self_signed"), false);
	row->wildcard = json_in_bool(json_in_get(facts, "wildcard"), false);
	if (!model_kind_read(json_in_str(json_in_get(facts, "validation"), STR("none")), &row->validation))
		row->validation = MODEL_KIND_NONE;
	read_key(arena, facts, row);
	row->key_algorithm = or_text(row->key_algorithm, "unknown");
	read_names(arena, facts, out);
	row->name = row->subject_cn.len ? row->subject_cn
		    : out->name_count && out->names[0].len ? out->names[0]
		    : row->subject.len			     ? row->subject
							     : STR("(no name)");
	row->problems = weak(row);
}
