/* SPDX-License-Identifier: Apache-2.0 */

/* What the finder told, some hundred at a time, as finds: certificates, places, what is known of files, names. */

#include "jobs/host/room.h"

#include <string.h>

#include "base/clock.h"
#include "base/hex.h"
#include "base/limits.h"

static bool certificate_write(struct local_run *run, struct find *find, const struct heard *heard, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct known *known = ARENA_NEW(run->work->job->arena, struct known);

	hash_sha256(heard->der, known->sha256);
	if (!json_doc_read(heard->facts, &doc, err))
		return err_wrap(err, "facts of the finder");
	known->ca = json_in_bool(json_in_get(json_doc_root(doc), "ca"), false);
	if (!find_certificate(find, heard->der, heard->facts, (struct str){NULL, 0}, &known->id, NULL, err))
		return false;
	map_set(run->known, bytes_of(known->sha256, sizeof known->sha256), known);
	return true;
}

static struct str text_of(const struct json_value *value)
{
	return json_in_str(value, (struct str){NULL, 0});
}

static enum model_location_kind kind_of(struct str word)
{
	static const enum model_location_kind kinds[] = {MODEL_LOCATION_FILE, MODEL_LOCATION_KEYSTORE,
							 MODEL_LOCATION_TRUST_STORE, MODEL_LOCATION_KUBECONFIG};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_is(word, model_location_name(kinds[i])))
			return kinds[i];
	return MODEL_LOCATION_FILE;
}

static int64_t maybe_of(const struct json_value *value)
{
	if (json_in_type(value) != JSON_IS_BOOL)
		return MODEL_UNKNOWN;
	return json_in_bool(value, false) ? MODEL_YES : MODEL_NO;
}

static int64_t readers_of(struct str word)
{
	static const char *const words[] = {"unknown", "owner", "group", "everyone"};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_is(word, words[i]))
			return (int64_t)i;
	return MODEL_READERS_UNKNOWN;
}

static int64_t mode_of(struct str digits)
{
	int64_t mode = 0;

	for (size_t i = 0; i < digits.len; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '7')
			return -1;
		mode = mode * 8 + (digits.data[i] - '0');
	}
	return digits.len ? mode : -1;
}

static int64_t time_of(const struct json_value *value)
{
	int64_t at;

	return clock_read(text_of(value), &at) ? at : 0;
}

static void file_of(const struct json_value *record, struct str record_json, struct model_host_file *out)
{
	const struct json_value *location = json_in_get(record, "location"), *key = json_in_get(record, "key");
	const struct json_value *file = json_in_get(record, "file"), *automation = json_in_get(record, "automation");

	*out = (struct model_host_file){
		.path = json_in_str(json_in_get(location, "path"), STR("")),
		.alias = text_of(json_in_get(location, "alias")),
		.server = text_of(json_in_get(location, "server")),
		.config = text_of(json_in_get(location, "config")),
		.line = json_in_int(json_in_get(location, "line"), 0),
		.mode = mode_of(json_in_str(json_in_get(file, "mode"), STR(""))),
		.modified_at = time_of(json_in_get(file, "modified_at")),
		.key_readers = readers_of(json_in_str(json_in_get(key, "readable_by"), STR(""))),
		.key_matches = maybe_of(json_in_get(key, "matches")),
		.automation = text_of(json_in_get(automation, "client")),
		.renewals = json_in_int(json_in_get(automation, "renewals"), 0),
		.record = record_json,
	};
}

/* Ids of the certificates of a record, as they lie there. */
static size_t certificates_of(struct local_run *run, const struct json_value *chain, int64_t *ids, bool *leaf)
{
	size_t count = 0;

	*leaf = false;
	for (size_t i = 0; i < json_in_count(chain) && count < LIMIT_CHAIN_CERTS; i++) {
		uint8_t sha256[HASH_SHA256];
		const struct known *known;

		if (!hex_read(text_of(json_in_at(chain, i)), sha256, sizeof sha256))
			continue;
		known = map_get(run->known, bytes_of(sha256, sizeof sha256));
		if (!known)
			continue;
		if (!count)
			*leaf = !known->ca;
		ids[count++] = known->id;
	}
	return count;
}

static size_t serves_of(struct arena *arena, const struct json_value *list, struct model_host_serves **out)
{
	size_t count = json_in_count(list);

	*out = ARENA_ARRAY(arena, struct model_host_serves, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct json_value *one = json_in_at(list, i);

		(*out)[i] = (struct model_host_serves){
			.address = json_in_str(json_in_get(one, "address"), STR("")),
			.server_name = text_of(json_in_get(one, "server_name")),
			.port = json_in_int(json_in_get(one, "port"), 0),
		};
	}
	return count;
}

static bool names_write(struct find *find, const struct model_host_serves *serves, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (serves[i].server_name.data &&
		    !find_name(find, serves[i].server_name, MODEL_NAME_FROM_CONFIG, serves[i].address, err))
			return false;
	return true;
}

static struct str address_of(struct arena *arena, const struct model_host_file *file)
{
	if (!file->alias.data)
		return file->path;
	return arena_format(arena, "%.*s#%.*s", STR_ARG(file->path), STR_ARG(file->alias));
}

static bool place_write(struct local_run *run, struct find *find, const struct heard *heard, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL, *list = NULL;
	struct arena *arena = run->heard_arena;
	int64_t ids[LIMIT_CHAIN_CERTS];
	struct store_place_seen seen = {.certificates = ids};
	struct model_host_serves *serves;
	struct model_host_file file;
	const struct json_value *record;
	size_t serves_count;

	if (!json_doc_read(heard->record, &doc, err) || !json_doc_read(heard->serves, &list, err))
		return err_wrap(err, "place of the finder");
	record = json_doc_root(doc);
	file_of(record, heard->record, &file);
	seen.kind = kind_of(json_in_str(json_in_get(json_in_get(record, "location"), "kind"), STR("")));
	seen.address = address_of(arena, &file);
	seen.count = certificates_of(run, json_in_get(record, "chain"), ids, &seen.leaf);
	if (seen.address.len == 0 || seen.address.len > LIMIT_LOCATION_BYTES)
		return true;
	run->places++;
	run->unreadable += json_in_count(json_in_get(record, "chain")) == 0 && seen.kind != MODEL_LOCATION_TRUST_STORE;
	serves_count = serves_of(arena, json_doc_root(list), &serves);
	file.seen_at = clock_now_s();
	return find_place(find, &seen, err) &&
	       store_location_id(find_txn(find), seen.kind, seen.address, &file.location_id, err) &&
	       store_host_file_put(find_txn(find), &file, serves, serves_count, err) &&
	       names_write(find, serves, serves_count, err);
}

bool local_write(struct local_run *run, struct err *err)
{
	CLEANUP(find_drop) struct find *find = NULL;

	if (run->heard_count == 0)
		return true;
	if (!source_find(run->work, &find, err))
		return false;
	for (size_t i = 0; i < run->heard_count; i++) {
		const struct heard *heard = &run->heard[i];

		if (!(heard->der.data ? certificate_write(run, find, heard, err) : place_write(run, find, heard, err)))
			return false;
	}
	run->heard_count = 0;
	if (!find_end(&find, err))
		return false;
	arena_reset(run->heard_arena);
	run->heard = ARENA_ARRAY(run->heard_arena, struct heard, HEARD_AT_ONCE);
	return true;
}
