/* SPDX-License-Identifier: Apache-2.0 */

/* The record of a place as JSON: a contract, so keys and their order stay; what is not known is null. */

#include <stdio.h>

#include "discovery/host/room.h"
#include "facts/cert.h"

static void write_maybe(struct json_out *json, const char *key, enum host_maybe value)
{
	if (value == HOST_UNKNOWN)
		json_out_key_null(json, key);
	else
		json_out_key_bool(json, key, value == HOST_YES);
}

static void write_location(struct json_out *json, const struct host_file *file)
{
	const struct host_use *use = file->use_count ? file->uses[0] : NULL;

	json_out_key(json, "location");
	json_out_object(json);
	json_out_key_text(json, "kind", host_kind_name(file->kind));
	json_out_key_str(json, "path", file->path);
	json_out_key_str(json, "real_path", file->real);
	json_out_key_str(json, "alias", file->alias);
	json_out_key_str(json, "server", use ? use->server : (struct str){NULL, 0});
	json_out_key_str(json, "config", use ? use->config : (struct str){NULL, 0});
	if (use)
		json_out_key_int(json, "line", use->line);
	else
		json_out_key_null(json, "line");
	json_out_end_object(json);
}

static void write_mode(struct json_out *json, uint32_t mode)
{
	char text[8];

	snprintf(text, sizeof text, "%04o", mode & 07777);
	json_out_key_text(json, "mode", text);
}

static void write_file(struct json_out *json, const struct host_file *file)
{
	json_out_key(json, "file");
	if (!file->owner.data) {
		json_out_null(json);
		return;
	}
	json_out_object(json);
	json_out_key_str(json, "owner", file->owner);
	json_out_key_str(json, "group", file->group);
	write_mode(json, file->mode);
	json_out_key_bool(json, "acl", file->acl);
	json_out_key_int(json, "bytes", (int64_t)file->size);
	json_out_key_time(json, "modified_at", file->modified_at);
	json_out_end_object(json);
}

static void write_key(struct json_out *json, const struct host_file *file)
{
	const struct host_key *key = file->key;

	json_out_key(json, "key");
	if (!key) {
		json_out_null(json);
		return;
	}
	json_out_object(json);
	json_out_key_str(json, "path", key->path);
	json_out_key_str(json, "format", key->format);
	json_out_key_bool(json, "encrypted", key->encrypted);
	json_out_key_str(json, "algorithm", key->known ? key->algorithm : (struct str){NULL, 0});
	if (key->known && key->bits)
		json_out_key_int(json, "bits", key->bits);
	else
		json_out_key_null(json, "bits");
	if (key->known)
		json_out_key_hex(json, "sha256", bytes_of(key->sha256, sizeof key->sha256));
	else
		json_out_key_null(json, "sha256");
	write_maybe(json, "matches", file->key_matches);
	json_out_key_text(json, "readable_by", host_readers_name(key->readers));
	json_out_key_str(json, "group", key->readers == HOST_READERS_GROUP ? key->group : (struct str){NULL, 0});
	json_out_key_bool(json, "acl", key->acl);
	json_out_end_object(json);
}

static void write_uses(struct json_out *json, const struct host_file *file)
{
	enum { USES_MAX = 64 };

	json_out_key(json, "used_by");
	json_out_array(json);
	for (size_t i = 0; i < file->use_count && i < USES_MAX; i++) {
		const struct host_use *use = file->uses[i];

		json_out_object(json);
		json_out_key_str(json, "server", use->server);
		json_out_key_str(json, "config", use->config);
		json_out_key_int(json, "line", use->line);
		json_out_key(json, "names");
		json_out_array(json);
		for (size_t j = 0; j < use->names.count; j++)
			json_out_str(json, use->names.at[j]);
		json_out_end_array(json);
		json_out_key(json, "ports");
		json_out_array(json);
		for (size_t j = 0; j < use->bind_count && j < USES_MAX; j++)
			json_out_int(json, use->binds[j].port);
		json_out_end_array(json);
		json_out_end_object(json);
	}
	json_out_end_array(json);
}

static void write_automation(struct json_out *json, const struct host_automation *automation)
{
	json_out_key(json, "automation");
	if (!automation) {
		json_out_null(json);
		return;
	}
	json_out_object(json);
	json_out_key_str(json, "client", automation->client);
	json_out_key_str(json, "config", automation->config);
	json_out_key_str(json, "authenticator", automation->authenticator);
	json_out_key_str(json, "issuer", automation->issuer);
	json_out_key_int(json, "renewals", automation->renewals);
	if (automation->last_at)
		json_out_key_time(json, "last_at", automation->last_at);
	else
		json_out_key_null(json, "last_at");
	json_out_end_object(json);
}

static void write_served(struct json_out *json, const struct host_file *file)
{
	enum host_maybe matches = host_matches_served(file);

	write_maybe(json, "matches_served", matches);
	json_out_key(json, "served");
	json_out_array(json);
	for (size_t i = 0; i < file->shown_count; i++) {
		const struct host_shown *shown = &file->shown[i];

		json_out_object(json);
		json_out_key_str(json, "address", shown->address);
		json_out_key_int(json, "port", shown->port);
		json_out_key_str(json, "server_name", shown->server_name);
		json_out_key_hex(json, "sha256", bytes_of(shown->sha256, sizeof shown->sha256));
		json_out_key_bool(json, "matches", shown->matches);
		json_out_end_object(json);
	}
	json_out_end_array(json);
}

static void write_whole(struct json_out *json, const struct host_file *file, bool brief)
{
	json_out_object(json);
	json_out_key_text(json, "target", "local");
	write_location(json, file);
	json_out_key_str(json, "format", file->format);
	json_out_key_str(json, "password", file->password);
	json_out_key_str(json, "problem", file->problem);
	json_out_key(json, "chain");
	json_out_array(json);
	for (size_t i = 0; i < file->cert_count; i++)
		if (brief)
			json_out_hex(json, bytes_of(file->certs[i]->sha256, sizeof file->certs[i]->sha256));
		else
			cert_write(json, file->certs[i]);
	json_out_end_array(json);
	json_out_key_int(json, "certificates", (int64_t)file->counted);
	write_key(json, file);
	write_file(json, file);
	write_uses(json, file);
	write_automation(json, file->automation);
	write_served(json, file);
	json_out_end_object(json);
}

void host_file_write(struct json_out *json, const struct host_file *file)
{
	write_whole(json, file, false);
}

void host_file_write_brief(struct json_out *json, const struct host_file *file)
{
	write_whole(json, file, true);
}
