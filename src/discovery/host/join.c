/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What was found is put together: uses to the files they name, keys to certificates by the hash of the public half, automations by
 * path, and to copies elsewhere by the certificate itself.
 */

#include <string.h>

#include "discovery/host/room.h"

static struct host_file *file_at(struct look *look, size_t index)
{
	return &((struct host_file *)look->files.at)[index];
}

static struct host_use *use_at(struct look *look, size_t index)
{
	return ((struct host_use **)look->uses.at)[index];
}

void uses_look(struct look *look)
{
	for (size_t i = 0; i < look->uses.count; i++) {
		struct host_use *use = use_at(look, i);
		struct loaded *loaded = load_file(look, use->certificate);

		if (use->key.data)
			(void)load_file(look, use->key);
		if (!loaded->container && loaded->base.problem.data && !loaded->located)
			look_problem(look, use->config, use->line, "%.*s: %.*s", STR_ARG(use->certificate),
				     STR_ARG(loaded->base.problem));
		(void)locate(look, loaded, use->certificate, true);
	}
}

/* Of the entries of a store: the one named, else the first with a certificate. SIZE_MAX: none. */
static size_t file_of_use(struct look *look, const struct host_use *use)
{
	struct str real = path_real(look, use->certificate);
	const struct loaded *loaded = map_get(look->seen, bytes_from(real));

	if (!loaded || !loaded->file_count)
		return SIZE_MAX;
	for (size_t i = 0; use->alias.data && i < loaded->file_count; i++)
		if (str_equal_nocase(file_at(look, loaded->file_at + i)->alias, use->alias))
			return loaded->file_at + i;
	return loaded->file_at;
}

static void put_uses(struct look *look)
{
	size_t *where = ARENA_ARRAY(look->arena, size_t, look->uses.count + 1);

	for (size_t i = 0; i < look->uses.count; i++) {
		where[i] = file_of_use(look, use_at(look, i));
		if (where[i] != SIZE_MAX)
			file_at(look, where[i])->use_count++;
	}
	for (size_t i = 0; i < look->files.count; i++) {
		struct host_file *file = file_at(look, i);

		file->uses = ARENA_ARRAY(look->arena, const struct host_use *, file->use_count + 1);
		file->use_count = 0;
	}
	for (size_t i = 0; i < look->uses.count; i++)
		if (where[i] != SIZE_MAX) {
			struct host_file *file = file_at(look, where[i]);

			((const struct host_use **)(uintptr_t)file->uses)[file->use_count++] = use_at(look, i);
		}
}

static const struct cert *leaf_of(const struct host_file *file)
{
	for (size_t i = 0; i < file->cert_count; i++)
		if (!file->certs[i]->ca)
			return file->certs[i];
	return file->cert_count ? file->certs[0] : NULL;
}

/* Servers that choose by the certificate: its names are those of the use. */
static void put_names(struct look *look, const struct host_file *file)
{
	const struct cert *leaf = leaf_of(file);

	for (size_t i = 0; leaf && i < file->use_count; i++) {
		struct host_use *use = (struct host_use *)(uintptr_t)file->uses[i];
		const struct server *server = server_find(use->server);
		struct grow names = {(void *)(uintptr_t)leaf->names.dns.at, leaf->names.dns.count, 0};

		if (use->names.count == 0 && server && server->by_certificate)
			use_names(look, use, &names);
	}
}

/* ---- keys ---- */

static const struct host_key *named_key(struct look *look, const struct host_file *file)
{
	for (size_t i = 0; i < file->use_count; i++) {
		const struct loaded *loaded;

		if (!file->uses[i]->key.data)
			continue;
		loaded = map_get(look->seen, bytes_from(path_real(look, file->uses[i]->key)));
		if (loaded && loaded->key)
			return loaded->key;
	}
	return NULL;
}

static void put_key(struct look *look, struct host_file *file)
{
	const struct cert *leaf = leaf_of(file);
	const struct host_key *named = named_key(look, file), *same;

	if (!leaf || file->kind == HOST_TRUST_STORE)
		return;
	same = map_get(look->keys, bytes_of(leaf->key.sha256, sizeof leaf->key.sha256));
	if (named)
		file->key = named;
	if (!file->key)
		file->key = same;
	/* a file with several keys: the one that belongs to its certificate, unless a configuration names another */
	else if (!named && same && str_equal(same->path, file->key->path))
		file->key = same;
	if (file->key && file->key->known)
		file->key_matches = memcmp(file->key->sha256, leaf->key.sha256, 32) == 0 ? HOST_YES : HOST_NO;
}

/* ---- automations ---- */

struct automations {
	struct map *paths, *folders, *leaves;
};

static void index_automations(struct look *look, struct automations *to)
{
	struct host_automation **all = look->automations.at;

	for (size_t i = 0; i < look->automations.count; i++) {
		if (all[i]->certificate.len)
			map_set(to->paths, bytes_from(path_real(look, all[i]->certificate)), all[i]);
		if (all[i]->folder.len)
			map_set(to->folders, bytes_from(path_real(look, all[i]->folder)), all[i]);
	}
}

static void put_automations(struct look *look)
{
	struct automations to = {map_new(), map_new(), map_new()};

	index_automations(look, &to);
	for (size_t i = 0; i < look->files.count; i++) {
		struct host_file *file = file_at(look, i);
		struct str real = file->real.data ? file->real : file->path;
		const struct cert *leaf = leaf_of(file);

		file->automation = map_get(to.paths, bytes_from(real));
		if (!file->automation)
			file->automation = map_get(to.folders, bytes_from(path_folder(real)));
		if (file->automation && leaf && !leaf->ca)
			map_set(to.leaves, bytes_of(leaf->sha256, sizeof leaf->sha256), (void *)(uintptr_t)file->automation);
	}
	for (size_t i = 0; i < look->files.count; i++) {
		struct host_file *file = file_at(look, i);
		const struct cert *leaf = leaf_of(file);

		if (!file->automation && leaf)
			file->automation = map_get(to.leaves, bytes_of(leaf->sha256, sizeof leaf->sha256));
	}
	map_free(to.paths);
	map_free(to.folders);
	map_free(to.leaves);
}

void join_all(struct look *look)
{
	put_uses(look);
	for (size_t i = 0; i < look->files.count; i++) {
		put_names(look, file_at(look, i));
		put_key(look, file_at(look, i));
	}
	put_automations(look);
}
