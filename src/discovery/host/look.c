/* SPDX-License-Identifier: Apache-2.0 */

/* One run: the finders, a row each, in their order; then what they found is put together. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/secret.h"
#include "discovery/host/room.h"

enum { PROBLEMS_MAX = 1000 };

/* clang-format off */
static const struct finder {
	const char *name;
	void (*look)(struct look *look);
	bool when_asked; /* also when paths are given: else only for the usual places */
} finders[] = {
	{"configurations of servers", servers_look,     true},
	{"stores of ACME clients",    stores_look,      false},
	{"kubeconfigs",               kubeconfigs_look, false},
	{"folders",                   walk_look,        true},
	{"what configurations name",  uses_look,        true},
	{"files in folders",          files_look,       true},
};
/* clang-format on */

void *grow_add(struct arena *arena, struct grow *grow, size_t size)
{
	if (grow->count == grow->room) {
		size_t room = grow->room ? grow->room * 2 : 8;
		void *larger = arena_array(arena, room, size);

		if (grow->count)
			memcpy(larger, grow->at, grow->count * size);
		grow->at = larger;
		grow->room = room;
	}
	return (char *)grow->at + size * grow->count++;
}

void look_problem(struct look *look, struct str path, uint32_t line, const char *format, ...)
{
	struct host_problem *problem;
	char text[256];
	va_list args;

	if (look->problems.count >= PROBLEMS_MAX)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	problem = grow_add(look->arena, &look->problems, sizeof *problem);
	*problem = (struct host_problem){arena_str(look->arena, path), line, arena_str(look->arena, str_of(text))};
}

bool look_step(struct look *look, struct str path)
{
	if (look->steps++ < LIMIT_HOST_STEPS)
		return true;
	if (look->steps == LIMIT_HOST_STEPS + 1)
		look_problem(look, path, 0, "the rest was not read: all configurations together have too many directives");
	look->found->limited = true;
	return false;
}

const char *host_kind_name(enum host_kind kind)
{
	static const char *const names[] = {
#define X(name, text) text,
		HOST_KINDS_ALL(X)
#undef X
	};

	return names[kind];
}

const char *host_readers_name(enum host_readers readers)
{
	static const char *const names[] = {
#define X(name, text) text,
		HOST_READERS_ALL(X)
#undef X
	};

	return names[readers];
}

static void look_begin(struct look *look, struct arena *arena, const struct host_options *options)
{
	struct str root = options->root;

	while (root.len && root.data[root.len - 1] == '/')
		root.len--;
	*look = (struct look){
		.arena = arena,
		.options = options,
		.root = root.data ? root : STR(""),
		.found = ARENA_NEW(arena, struct host_found),
		.seen = map_new(),
		.configs = map_new(),
		.folders = map_new(),
		.keys = map_new(),
	};
	look->found->arena = arena;
	look->found->listeners = options->listeners;
	look->ids = ids_read(look);
}

static void look_end(struct look *look, struct host_found **out)
{
	struct host_found *found = look->found;
	struct password *passwords = look->passwords.at;

	found->files = look->files.at;
	found->file_count = look->files.count;
	found->uses = look->uses.at;
	found->use_count = look->uses.count;
	found->problems = look->problems.at;
	found->problem_count = look->problems.count;
	for (size_t i = 0; i < look->passwords.count; i++)
		secret_done(passwords[i].secret);
	map_free(look->seen);
	map_free(look->configs);
	map_free(look->folders);
	map_free(look->keys);
	*out = found;
}

static bool paths_are_there(struct look *look, struct err *err)
{
	const struct host_options *options = look->options;
	struct stat info;

	for (size_t i = 0; i < options->path_count; i++) {
		if (stat(path_open(look, options->paths[i]), &info) == 0)
			continue;
		err_set(err, ERR_ABSENT, "look at %.*s: there is no such file or folder", STR_ARG(options->paths[i]));
		return err_fix(err, "file-absent", "check the path");
	}
	return true;
}

bool host_look(struct arena *arena, const struct host_options *options, struct host_found **out, struct err *err)
{
	struct look look;
	bool there;

	look_begin(&look, arena, options);
	there = paths_are_there(&look, err);
	for (size_t i = 0; there && i < COUNT_OF(finders); i++)
		if (options->client.data ? finders[i].look == stores_look : finders[i].when_asked || options->path_count == 0)
			finders[i].look(&look);
	if (there)
		join_all(&look);
	look_end(&look, out);
	return there;
}

bool host_config_read(struct arena *arena, struct str server_name, struct str path, struct str root,
		      struct host_found **out, struct err *err)
{
	const struct server *server = server_find(server_name);
	struct host_options options = {.root = root};
	struct look look;

	if (!server)
		return err_set(err, ERR_INPUT, "there is no server %.*s", STR_ARG(server_name));
	look_begin(&look, arena, &options);
	server_read(&look, server, path);
	look_end(&look, out);
	return true;
}
