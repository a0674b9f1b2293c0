/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Caddy: a Caddyfile is lines of words; addresses before "{" name a site, "tls CERT KEY" within it names files. Sites without
 * that get certificates by themselves, which lie in the storage (stores.c reads it). {$NAME:default} comes from the
 * environment. After caddyserver.com/docs/caddyfile/concepts.
 */

#include "discovery/host/room.h"

struct reading {
	struct look *look;
	const struct server *server;
	struct grow names, binds;
	int level; /* of blocks; sites are at 1, or at 0 when there is but one */
	int depth;
};

/* {$NAME} is not known to us, {$NAME:default} has its default. NULL data: not known. */
static struct str with_defaults(struct arena *arena, struct str text)
{
	CLEANUP(buf_done) struct buf to = buf_capped(16384);
	size_t at;

	while ((at = str_find(text, STR("{$"))) != SIZE_MAX) {
		struct str inside = str_skip(text, at + 2);
		size_t close = str_find_char(inside, '}'), colon;

		if (close == SIZE_MAX)
			break;
		buf_add_str(&to, str_head(text, at));
		text = str_skip(inside, close + 1);
		inside = str_head(inside, close);
		colon = str_find_char(inside, ':');
		if (colon == SIZE_MAX)
			return (struct str){NULL, 0};
		buf_add_str(&to, str_skip(inside, colon + 1));
	}
	buf_add_str(&to, text);
	return buf_ok(&to) ? arena_str(arena, to.data ? buf_str(&to) : STR("")) : (struct str){NULL, 0};
}

/* "https://a.example:8443/x", "a.example", ":443", "http://a.example" (no TLS). */
static void read_address(struct reading *r, struct str address)
{
	struct host_bind bind;
	uint16_t port = 443;
	size_t slash, colon;

	if (str_ends(address, STR(",")))
		address.len--;
	if (str_starts(address, STR("http://")))
		return;
	if (str_starts(address, STR("https://")))
		address = str_skip(address, 8);
	slash = str_find_char(address, '/');
	if (slash != SIZE_MAX)
		address = str_head(address, slash);
	if (!address.len || address.data[0] == '(')
		return;
	colon = str_find_last_char(address, ':');
	if (colon != SIZE_MAX && address.data[0] != '[') {
		if (bind_read(str_skip(address, colon + 1), 443, &bind))
			port = bind.port;
		address = str_head(address, colon);
	}
	*(struct host_bind *)grow_add(r->look->arena, &r->binds, sizeof bind) = (struct host_bind){.port = port};
	if (address.len)
		*(struct str *)grow_add(r->look->arena, &r->names, sizeof address) = address;
}

static bool is_file_name(struct str word)
{
	return word.len && (str_find_char(word, '/') != SIZE_MAX || str_ends(word, STR(".pem")) || str_ends(word, STR(".crt")));
}

static void read_tls(struct reading *r, struct str path, uint32_t line, const struct str words[], size_t count)
{
	struct host_use *use;

	if (count < 3 || !is_file_name(words[1]) || str_is(words[2], "{"))
		return;
	use = use_add(r->look, r->server, path, line, path_join(r->look->arena, path_folder(path), words[1]));
	use->key = path_join(r->look->arena, path_folder(path), words[2]);
	use_names(r->look, use, &r->names);
	use_binds(r->look, use, &r->binds);
}

static void read_file(struct reading *r, struct str path);

static void imported(void *data, struct str path)
{
	struct reading *r = data;

	if (path_is_file(r->look, path))
		read_file(r, path);
}

static void read_words(struct reading *r, struct str path, uint32_t line, const struct str words[], size_t count)
{
	bool opens = str_is(words[count - 1], "{");

	if (str_is(words[0], "}")) {
		r->level -= r->level > 0;
		return;
	}
	if (str_is(words[0], "import") && count > 1 && is_file_name(words[1])) {
		path_glob(r->look, path_join(r->look->arena, path_folder(path), words[1]), imported, r);
	} else if (str_is(words[0], "tls")) {
		read_tls(r, path, line, words, count);
	} else if (r->level == 0 && (opens || str_find_char(words[0], '.') != SIZE_MAX || str_find_char(words[0], ':') != SIZE_MAX)) {
		r->names = r->binds = (struct grow){0};
		for (size_t i = 0; i + opens < count; i++)
			read_address(r, words[i]);
	}
	r->level += opens;
}

static void read_file(struct reading *r, struct str path)
{
	struct lines_in lines = {.arena = r->look->arena,
				 .form = {.comment = '#', .backslash_joins = true, .comment_anywhere = true}};
	struct str line, words[WORDS_MAX];
	uint32_t number;

	if (r->depth >= LIMIT_HOST_INCLUDE_DEPTH) {
		look_problem(r->look, path, 0, "not read: files import files too deep, or in a circle");
		return;
	}
	r->depth++;
	if (path_config(r->look, path, true, &lines.rest))
		while (lines_take(&lines, &line, &number) && look_step(r->look, path)) {
			struct str known = with_defaults(r->look->arena, line);
			size_t count = words_take(r->look->arena, known.data ? known : line, words);

			if (count)
				read_words(r, path, number, words, count);
		}
	r->depth--;
}

static void read(struct look *look, const struct server *server, struct str path)
{
	struct reading r = {.look = look, .server = server};

	read_file(&r, path);
}

const struct server server_caddy = {
	.name = "caddy",
	.programs = (const char *const[]){"caddy", NULL},
	.configs = (const char *const[]){"/etc/caddy/Caddyfile", "/usr/local/etc/caddy/Caddyfile", NULL},
	.names = (const char *const[]){"Caddyfile", NULL},
	.long_option = "config",
	.read = read,
};
