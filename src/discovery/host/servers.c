/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The servers whose configurations are read, and where those are: in the usual places, and where the arguments of a running
 * process say. A new server is a file with its row, or a row of keyvalue.c.
 */

#include <string.h>

#include "discovery/host/room.h"

#define X(name) &server_##name,
const struct server *const server_table[] = {SERVER_READERS_ALL(X)};
#undef X
const size_t server_count = COUNT_OF(server_table);

static const struct server *server_number(size_t index)
{
	if (index < server_count)
		return server_table[index];
	return index - server_count < keyvalue_count ? keyvalue_table[index - server_count] : NULL;
}

const char *host_server_at(size_t index)
{
	const struct server *server = server_number(index);

	return server ? server->name : NULL;
}

const struct server *server_find(struct str name)
{
	const struct server *server;

	for (size_t i = 0; (server = server_number(i)); i++)
		if (str_is(name, server->name))
			return server;
	return NULL;
}

const struct server *server_of_program(struct str program, struct str path)
{
	const struct server *server;

	/* a name that many programs might have */
	if (str_is(program, "master") && path.data && !str_has(path, STR("/postfix/")))
		return NULL;
	for (size_t i = 0; (server = server_number(i)); i++)
		for (size_t j = 0; server->programs[j]; j++)
			if (str_is(program, server->programs[j]))
				return server;
	return NULL;
}

const struct server *server_of_file(struct str path)
{
	const struct server *server;
	struct str base = path_base(path);

	for (size_t i = 0; (server = server_number(i)); i++)
		for (size_t j = 0; server->names && server->names[j]; j++)
			if (str_is(base, server->names[j]))
				return server;
	return NULL;
}

void server_read(struct look *look, const struct server *server, struct str path)
{
	struct str real = path_real(look, path);
	struct str key = arena_format(look->arena, "%s %.*s", server->name, STR_ARG(real));

	if (!map_set(look->configs, bytes_from(key), look))
		server->read(look, server, path);
}

/* ---- running processes ---- */

static bool is_option(struct str word, const char *letters)
{
	return letters && word.len >= 2 && word.data[0] == '-' && word.data[1] != '-' && strchr(letters, word.data[1]);
}

/* Takes the arguments apart: those of a process that writes its own title stand in one, with blanks. */
static size_t arguments(struct look *look, struct str command, struct str words[WORDS_MAX])
{
	struct str rest = command, word;
	size_t count = 0;

	while (count < WORDS_MAX && rest.len && str_split(&rest, 0, &word))
		if (word.len)
			words[count++] = word;
	/* "nginx: master process /usr/sbin/nginx -c /etc/nginx/nginx.conf" */
	return count == 1 ? words_take(look->arena, words[0], words) : count;
}

static struct str value_of(const struct str words[], size_t count, size_t at)
{
	if (words[at].len > 2)
		return str_skip(words[at], 2);
	return at + 1 < count ? words[at + 1] : (struct str){NULL, 0};
}

static struct str long_value(struct str word, const char *option)
{
	struct str name = str_of(option);

	while (option && word.len && word.data[0] == '-')
		word = str_skip(word, 1);
	if (!option || !str_starts_nocase(word, name) || word.len == name.len || word.data[name.len] != '=')
		return (struct str){NULL, 0};
	return str_skip(word, name.len + 1);
}

static void read_named(struct look *look, const struct server *server, struct str path)
{
	if (server->within)
		path = path_join(look->arena, path, str_of(server->within));
	server_read(look, server, path);
}

static void read_started(struct look *look, const struct server *server, const struct host_listener *listener)
{
	struct str words[WORDS_MAX], folder = listener->folder.data ? listener->folder : STR("/");
	size_t count = arguments(look, listener->command, words);

	if (listener->configured.data)
		read_named(look, server, path_join(look->arena, folder, listener->configured));
	for (size_t i = 1; i < count; i++)
		if (is_option(words[i], server->folder_options) && value_of(words, count, i).len)
			folder = path_join(look->arena, folder, value_of(words, count, i));
	for (size_t i = 1; i < count; i++) {
		struct str value = is_option(words[i], server->config_options) ? value_of(words, count, i)
									       : long_value(words[i], server->long_option);

		if (value.len)
			read_named(look, server, path_join(look->arena, folder, value));
	}
}

/* ---- the usual places ---- */

struct usual {
	struct look *look;
	const struct server *server;
};

static void usual_found(void *data, struct str path)
{
	struct usual *usual = data;

	if (path_is_file(usual->look, path) || path_is_folder(usual->look, path))
		server_read(usual->look, usual->server, path);
}

void servers_look(struct look *look)
{
	const struct host_listeners *listeners = &look->options->listeners;
	struct usual usual = {.look = look};

	for (size_t i = 0; i < listeners->count; i++) {
		const struct server *server = server_find(listeners->at[i].server);

		if (server && listeners->at[i].command.data)
			read_started(look, server, &listeners->at[i]);
	}
	for (size_t i = 0; look->options->path_count == 0 && (usual.server = server_number(i)); i++)
		for (size_t j = 0; usual.server->configs[j]; j++)
			path_glob(look, str_of(usual.server->configs[j]), usual_found, &usual);
}
