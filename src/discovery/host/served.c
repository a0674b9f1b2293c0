/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What lies in a file and what is really served: which listeners a use is for, what to ask them, and whether the answer is the
 * certificate in the file.
 */

#include <string.h>

#include "discovery/host/room.h"
#include "facts/cert.h"

enum { TARGETS_MAX = 20000 };

static const struct host_listener *listener_of(const struct host_found *found, const struct host_target *where)
{
	for (size_t i = 0; i < found->listeners.count; i++)
		if (found->listeners.at[i].port == where->port && str_equal(found->listeners.at[i].address, where->address))
			return &found->listeners.at[i];
	return NULL;
}

static bool bind_fits(const struct host_bind *bind, const struct host_listener *listener)
{
	return bind->port == listener->port &&
	       (!bind->address.data || listener->any || str_equal(bind->address, listener->address));
}

static bool use_fits(const struct host_use *use, const struct host_listener *listener)
{
	if (!use->listens || (listener->server.data && !str_equal(listener->server, use->server)))
		return false;
	if (!use->bind_count)
		return listener->server.data != NULL;
	for (size_t i = 0; i < use->bind_count; i++)
		if (bind_fits(&use->binds[i], listener))
			return true;
	return false;
}

static bool can_be_asked(struct str name)
{
	return name.len && str_find_char(name, '*') == SIZE_MAX && str_find_char(name, '.') != SIZE_MAX &&
	       str_find_char(name, '@') == SIZE_MAX && str_find_char(name, ' ') == SIZE_MAX && name.len <= 253;
}

static void target_add(struct arena *arena, struct grow *to, struct map *known, const struct host_listener *listener,
		       struct str name)
{
	struct str key = arena_format(arena, "%.*s %u %.*s", STR_ARG(listener->address), listener->port, STR_ARG(name));

	if (to->count < TARGETS_MAX && !map_set(known, bytes_from(key), arena))
		*(struct host_target *)grow_add(arena, to, sizeof(struct host_target)) =
			(struct host_target){listener->address, listener->port, name};
}

size_t host_targets(const struct host_found *found, struct arena *arena, const struct host_target **out)
{
	CLEANUP(map_done) struct map *known = map_new();
	struct grow targets = {0};

	for (size_t i = 0; i < found->use_count; i++) {
		const struct host_use *use = found->uses[i];

		for (size_t j = 0; j < found->listeners.count; j++)
			for (size_t k = 0; use_fits(use, &found->listeners.at[j]) && k < use->names.count; k++)
				if (can_be_asked(use->names.at[k]))
					target_add(arena, &targets, known, &found->listeners.at[j], use->names.at[k]);
	}
	*out = targets.at;
	return targets.count;
}

size_t host_file_serves(const struct host_found *found, const struct host_file *file, struct arena *arena,
			const struct host_target **out)
{
	CLEANUP(map_done) struct map *known = map_new();
	struct grow targets = {0};

	for (size_t i = 0; i < file->use_count; i++) {
		const struct host_use *use = file->uses[i];

		for (size_t j = 0; j < found->listeners.count; j++) {
			const struct host_listener *listener = &found->listeners.at[j];

			if (!use_fits(use, listener))
				continue;
			if (!use->names.count)
				target_add(arena, &targets, known, listener, (struct str){NULL, 0});
			for (size_t k = 0; k < use->names.count; k++)
				if (can_be_asked(use->names.at[k]))
					target_add(arena, &targets, known, listener, use->names.at[k]);
		}
	}
	*out = targets.at;
	return targets.count;
}

static bool use_has_name(const struct host_use *use, struct str name)
{
	if (!name.data)
		return use->names.count == 0;
	for (size_t i = 0; i < use->names.count; i++)
		if (str_equal_nocase(use->names.at[i], name))
			return true;
	return false;
}

static bool file_fits(const struct host_file *file, const struct host_listener *listener, struct str name)
{
	for (size_t i = 0; i < file->use_count; i++)
		if (use_fits(file->uses[i], listener) && use_has_name(file->uses[i], name))
			return true;
	return false;
}

static bool shows(const struct host_file *file, const uint8_t (*leaves)[32], size_t leaf_count)
{
	for (size_t i = 0; i < leaf_count; i++)
		for (size_t j = 0; j < file->cert_count; j++)
			if (memcmp(file->certs[j]->sha256, leaves[i], 32) == 0)
				return true;
	return false;
}

static void shown_add(struct host_found *found, struct host_file *file, const struct host_target *where,
		      const uint8_t leaf[32], bool matches)
{
	struct grow shown = {file->shown, file->shown_count, file->shown_room};
	struct host_shown *one = grow_add(found->arena, &shown, sizeof *one);

	*one = (struct host_shown){.address = arena_str(found->arena, where->address),
				   .port = where->port,
				   .matches = matches};
	if (where->server_name.data)
		one->server_name = arena_str(found->arena, where->server_name);
	memcpy(one->sha256, leaf, sizeof one->sha256);
	file->shown = shown.at;
	file->shown_count = shown.count;
	file->shown_room = shown.room;
}

/*
 * Several files may be for one endpoint, one for each kind of key, and it may have shown only one of them: those that differ count
 * only when as many certificates were shown as there are files, or when none of them is shown.
 */
void host_served(struct host_found *found, const struct host_target *where, const uint8_t (*leaves)[32], size_t leaf_count)
{
	const struct host_listener *listener = listener_of(found, where);
	size_t fitting = 0, matching = 0;

	if (!listener || !leaf_count)
		return;
	for (size_t i = 0; i < found->file_count; i++)
		if (file_fits(&found->files[i], listener, where->server_name)) {
			fitting++;
			matching += shows(&found->files[i], leaves, leaf_count);
		}
	for (size_t i = 0; i < found->file_count && fitting; i++) {
		struct host_file *file = &found->files[i];
		bool same;

		if (!file_fits(file, listener, where->server_name))
			continue;
		same = shows(file, leaves, leaf_count);
		if (same || matching == 0 || leaf_count >= fitting)
			shown_add(found, file, where, leaves[0], same);
	}
}

enum host_maybe host_matches_served(const struct host_file *file)
{
	for (size_t i = 0; i < file->shown_count; i++)
		if (!file->shown[i].matches)
			return HOST_NO;
	return file->shown_count ? HOST_YES : HOST_UNKNOWN;
}
