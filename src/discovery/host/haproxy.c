/* SPDX-License-Identifier: Apache-2.0 */

/*
 * HAProxy: a line is words; "bind … ssl crt PATH" names a file with certificate, chain and key, a folder of such, or crt-list
 * a list of them with server names. crt-base is put before relative paths. A key may lie beside, as PATH.key. After
 * docs.haproxy.org/2.6/configuration.html section 5.1, and 3.x for crt-store.
 */

#include <string.h>

#include "discovery/host/room.h"

struct reading {
	struct look *look;
	const struct server *server;
	struct str folder;               /* relative paths of the files themselves */
	struct str crt_base, key_base;   /* NULL data: none */
	struct str store_crt, store_key; /* of the crt-store section that is read */
	bool in_store;
};

/* Variables of the environment are those of a process that is not ours. */
static struct str variable(void *data, struct str name)
{
	(void)data;
	(void)name;
	return (struct str){NULL, 0};
}

static struct str based(struct reading *r, struct str base, struct str path)
{
	return path_join(r->look->arena, base.data ? base : r->folder, path);
}

struct place {
	struct str config;
	uint32_t line;
	struct grow names, binds;
	bool listens;
};

static bool ends_as_companion(struct str name)
{
	static const char *const ends[] = {".key", ".ocsp", ".issuer", ".sctl", ".list", ".txt", ".md", ".dpkg-old"};

	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (str_ends(name, str_of(ends[i])))
			return true;
	return str_starts(name, STR("."));
}

static void file_add(struct reading *r, const struct place *place, struct str path)
{
	struct host_use *use = use_add(r->look, r->server, place->config, place->line, path);
	struct str beside = arena_format(r->look->arena, "%.*s.key", STR_ARG(path));

	use->listens = place->listens;
	use_names(r->look, use, &place->names);
	use_binds(r->look, use, &place->binds);
	if (str_ends(path, STR(".crt"))) { /* x.crt with x.key */
		struct str instead = arena_format(r->look->arena, "%.*s.key", STR_ARG(str_head(path, path.len - 4)));

		if (path_is_file(r->look, instead))
			use->key = instead;
	}
	if (path_is_file(r->look, beside))
		use->key = beside;
}

/* A file, a folder of them, or a bundle "x.pem" that stands as x.pem.rsa, x.pem.ecdsa. */
static void certificate_add(struct reading *r, const struct place *place, struct str path)
{
	static const char *const kinds[] = {".rsa", ".ecdsa", ".dsa"};
	struct str *names;
	size_t count;

	if (str_starts(path, STR("@"))) /* an entry of a crt-store, which is read by itself */
		return;
	path = based(r, r->crt_base, path);
	if (path_is_folder(r->look, path)) {
		count = path_names(r->look, path, &names);
		for (size_t i = 0; i < count; i++)
			if (!ends_as_companion(names[i]) && path_is_file(r->look, path_join(r->look->arena, path, names[i])))
				file_add(r, place, path_join(r->look->arena, path, names[i]));
		return;
	}
	for (size_t i = 0; !path_is_file(r->look, path) && i < COUNT_OF(kinds); i++) {
		struct str bundle = arena_format(r->look->arena, "%.*s%s", STR_ARG(path), kinds[i]);

		if (path_is_file(r->look, bundle))
			file_add(r, place, bundle);
	}
	if (path_is_file(r->look, path) || !path_is_file(r->look, arena_format(r->look->arena, "%.*s.rsa", STR_ARG(path))))
		file_add(r, place, path);
}

/* "/etc/haproxy/a.pem [alpn h2 ssl-min-ver TLSv1.2] *.example.org !b.example.org" */
static void read_list(struct reading *r, const struct place *bind, struct str path)
{
	struct lines_in lines = {.arena = r->look->arena, .form = {.comment = '#'}};
	struct place place = *bind;
	struct str line, words[WORDS_MAX];

	place.config = path = path_join(r->look->arena, r->folder, path);
	if (!path_config(r->look, path, false, &lines.rest))
		return;
	while (lines_take(&lines, &line, &place.line) && look_step(r->look, path)) {
		size_t count = words_take(r->look->arena, line, words), open = 0;

		place.names = (struct grow){0};
		for (size_t i = 1; i < count; i++) {
			bool opens = str_starts(words[i], STR("[")), closes = str_ends(words[i], STR("]"));

			open += opens && !closes;
			if (!opens && !open && !str_starts(words[i], STR("!")))
				*(struct str *)grow_add(r->look->arena, &place.names, sizeof(struct str)) = words[i];
			if (open && closes)
				open--;
		}
		if (count)
			certificate_add(r, &place, words[0]);
	}
}

static void read_addresses(struct reading *r, struct place *place, struct str list)
{
	struct str one;

	while (str_split(&list, ',', &one)) {
		size_t at = str_find_char(one, '@');
		struct host_bind bind;

		if (at != SIZE_MAX && !str_starts(one, STR("ipv4@")) && !str_starts(one, STR("ipv6@")))
			continue;
		if (at != SIZE_MAX)
			one = str_skip(one, at + 1);
		if (bind_read(one, 0, &bind))
			*(struct host_bind *)grow_add(r->look->arena, &place->binds, sizeof bind) = bind;
	}
}

/* "bind a:443 ssl crt x crt y" and "server s1 a:443 ssl crt client.pem" */
static void read_words(struct reading *r, struct place *place, const struct str words[], size_t count)
{
	bool ssl = false;

	for (size_t i = 1; i < count; i++)
		ssl |= str_is(words[i], "ssl");
	for (size_t i = 1; i + 1 < count; i++) {
		if (str_is(words[i], "crt"))
			certificate_add(r, place, words[++i]);
		else if (ssl && str_is(words[i], "crt-list"))
			read_list(r, place, words[++i]);
	}
}

/* "load crt site.pem key site.key alias one" of a crt-store. */
static void read_load(struct reading *r, const struct place *place, const struct str words[], size_t count)
{
	struct str certificate = {NULL, 0}, key = {NULL, 0};
	struct host_use *use;

	for (size_t i = 1; i + 1 < count; i++) {
		if (str_is(words[i], "crt"))
			certificate = words[i + 1];
		else if (str_is(words[i], "key"))
			key = words[i + 1];
	}
	if (!certificate.data)
		return;
	use = use_add(r->look, r->server, place->config, place->line, based(r, r->store_crt, certificate));
	if (key.data)
		use->key = based(r, r->store_key, key);
}

static void read_line(struct reading *r, struct place *place, const struct str words[], size_t count)
{
	struct str what = words[0];

	if (str_is(what, "global") || str_is(what, "frontend") || str_is(what, "backend") || str_is(what, "listen") ||
	    str_is(what, "defaults") || str_is(what, "crt-store") || str_is(what, "peers")) {
		r->in_store = str_is(what, "crt-store");
		r->store_crt = r->store_key = (struct str){NULL, 0};
	} else if (count < 2) {
		return;
	} else if (str_is(what, "crt-base")) {
		*(r->in_store ? &r->store_crt : &r->crt_base) = words[1];
	} else if (str_is(what, "key-base")) {
		*(r->in_store ? &r->store_key : &r->key_base) = words[1];
	} else if (str_is(what, "bind")) {
		place->listens = true;
		read_addresses(r, place, words[1]);
		read_words(r, place, words, count);
	} else if (str_is(what, "server") || str_is(what, "default-server") || str_is(what, "server-template")) {
		read_words(r, place, words, count);
	} else if (r->in_store && str_is(what, "load")) {
		read_load(r, place, words, count);
	}
}

static void read_file(struct reading *r, struct str path)
{
	struct lines_in lines = {.arena = r->look->arena, .form = {.comment = '#', .comment_anywhere = true}};
	struct str line, words[WORDS_MAX];
	uint32_t number;

	if (!path_config(r->look, path, false, &lines.rest))
		return;
	while (lines_take(&lines, &line, &number) && look_step(r->look, path)) {
		struct place place = {.config = path, .line = number};
		size_t count = words_take(r->look->arena, line, words);

		for (size_t i = 0; i < count; i++) {
			struct str word = expanded(r->look->arena, words[i], "{a", variable, NULL);

			words[i] = word.data ? word : STR("");
		}
		if (count)
			read_line(r, &place, words, count);
	}
}

static void read(struct look *look, const struct server *server, struct str path)
{
	struct reading r = {.look = look, .server = server, .folder = path_folder(path)};
	struct str *names;
	size_t count;

	if (!path_is_folder(look, path)) {
		read_file(&r, path);
		return;
	}
	count = path_names(look, path, &names);
	for (size_t i = 0; i < count; i++)
		if (str_ends(names[i], STR(".cfg")))
			read_file(&r, path_join(look->arena, path, names[i]));
}

const struct server server_haproxy = {
	.name = "haproxy",
	.programs = (const char *const[]){"haproxy", NULL},
	.configs = (const char *const[]){"/etc/haproxy/haproxy.cfg", "/usr/local/etc/haproxy/haproxy.cfg", NULL},
	.names = (const char *const[]){"haproxy.cfg", NULL},
	.config_options = "f",
	.folder_options = "C",
	.by_certificate = true,
	.read = read,
};
