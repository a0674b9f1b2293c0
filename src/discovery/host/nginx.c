/* SPDX-License-Identifier: Apache-2.0 */

/*
 * nginx: directives end with ";" or open a block. ssl_certificate and ssl_certificate_key stand in http, mail, stream or server,
 * several times for several key types, in pairs; a server without its own has those of the block around it, even if they
 * come later. Relative paths count from the folder of the main file. After nginx.org/en/docs, ngx_http_ssl_module.
 */

#include <string.h>

#include "discovery/host/room.h"

struct named {
	struct str path;
	struct str config;
	uint32_t line;
};

struct scope {
	struct scope *up;
	bool is_server, ssl_on;
	struct grow certificates, keys; /* struct named */
	struct grow names;              /* struct str */
	struct grow binds;              /* struct host_bind: of listen ssl */
	struct grow plain_binds;        /* and of the others */
};

struct reading {
	struct look *look;
	const struct server *server;
	struct str folder;   /* relative paths count from here */
	struct str prefix;
	struct grow servers; /* struct scope * */
	int depth;
};

struct text {
	struct str rest, path;
	uint32_t line;
};

enum end { END_DIRECTIVE, END_BLOCK, END_OPEN, END_TEXT };

static void skip_blank(struct text *text)
{
	while (text->rest.len) {
		char c = text->rest.data[0];

		if (c == '#') {
			size_t end = str_find_char(text->rest, '\n');

			text->rest = str_skip(text->rest, end == SIZE_MAX ? text->rest.len : end);
			continue;
		}
		if (!ascii_is_space(c))
			return;
		text->line += c == '\n';
		text->rest = str_skip(text->rest, 1);
	}
}

static struct str take_quoted(struct arena *arena, struct text *text, char quote)
{
	char *to = arena_chars(arena, text->rest.len + 1);
	size_t at = 1, len = 0;

	for (; at < text->rest.len && text->rest.data[at] != quote; at++) {
		if (text->rest.data[at] == '\\' && at + 1 < text->rest.len)
			at++;
		text->line += text->rest.data[at] == '\n';
		to[len++] = text->rest.data[at];
	}
	text->rest = str_skip(text->rest, at + 1);
	return (struct str){to, len};
}

static struct str take_bare(struct arena *arena, struct text *text)
{
	struct str in = text->rest;
	size_t at = 0;

	while (at < in.len && !ascii_is_space(in.data[at]) && in.data[at] != ';' && in.data[at] != '{' &&
	       in.data[at] != '}') {
		if (in.data[at] == '$' && at + 1 < in.len && in.data[at + 1] == '{') {
			size_t close = str_find_char(str_skip(in, at), '}');

			at += close == SIZE_MAX ? 1 : close;
		} else if (in.data[at] == '\\' && at + 1 < in.len) {
			at++;
		}
		at++;
	}
	text->rest = str_skip(in, at);
	return arena_str(arena, str_head(in, at));
}

/* Words of a directive, at most WORDS_MAX are kept; *end says what ended it. */
static size_t take_directive(struct reading *r, struct text *text, struct str words[WORDS_MAX], uint32_t *line, enum end *end)
{
	size_t count = 0;

	for (;;) {
		struct str word;
		char c;

		skip_blank(text);
		if (!text->rest.len) {
			*end = END_TEXT;
			return 0;
		}
		c = text->rest.data[0];
		if (count == 0)
			*line = text->line;
		if (c == ';' || c == '{' || c == '}') {
			text->rest = str_skip(text->rest, 1);
			*end = c == ';' ? END_DIRECTIVE : c == '{' ? END_OPEN : END_BLOCK;
			return count;
		}
		word = c == '"' || c == '\'' ? take_quoted(r->look->arena, text, c) : take_bare(r->look->arena, text);
		if (count < WORDS_MAX)
			words[count++] = word;
	}
}

static void read_listen(struct reading *r, struct scope *scope, const struct str words[], size_t count)
{
	struct host_bind bind;
	bool ssl = false;

	for (size_t i = 2; i < count; i++)
		ssl |= str_is(words[i], "ssl") || str_is(words[i], "quic");
	if (count > 1 && bind_read(words[1], 80, &bind))
		*(struct host_bind *)grow_add(r->look->arena, ssl ? &scope->binds : &scope->plain_binds, sizeof bind) = bind;
}

static void read_names(struct reading *r, struct scope *scope, const struct str words[], size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct str name = words[i];

		if (name.len && name.data[0] == '~')
			continue; /* a regular expression names nothing that could be asked for */
		if (name.len && name.data[0] == '.')
			name = arena_format(r->look->arena, "*%.*s", STR_ARG(name));
		*(struct str *)grow_add(r->look->arena, &scope->names, sizeof name) = name;
	}
}

static void read_file(struct reading *r, struct str path, struct scope *scope);

struct including {
	struct reading *reading;
	struct scope *scope;
};

static void included(void *data, struct str path)
{
	struct including *including = data;

	read_file(including->reading, path, including->scope);
}

static void read_directive(struct reading *r, struct text *text, struct scope *scope, const struct str words[],
			   size_t count, uint32_t line)
{
	struct including including = {r, scope};
	struct named named = {count > 1 ? words[1] : STR(""), text->path, line};

	if (str_is(words[0], "include") && count > 1)
		path_glob(r->look, path_join(r->look->arena, r->folder, words[1]), included, &including);
	else if (str_is(words[0], "ssl_certificate") && count > 1)
		*(struct named *)grow_add(r->look->arena, &scope->certificates, sizeof named) = named;
	else if (str_is(words[0], "ssl_certificate_key") && count > 1)
		*(struct named *)grow_add(r->look->arena, &scope->keys, sizeof named) = named;
	else if (str_is(words[0], "server_name") && scope->is_server)
		read_names(r, scope, words, count);
	else if (str_is(words[0], "listen") && scope->is_server)
		read_listen(r, scope, words, count);
	else if ((str_is(words[0], "ssl") && count > 1 && str_is(words[1], "on")) || str_is(words[0], "starttls"))
		scope->ssl_on = true;
}

static void read_block(struct reading *r, struct text *text, struct scope *scope, int depth)
{
	struct str words[WORDS_MAX];
	uint32_t line = 0;
	enum end end;

	for (;;) {
		size_t count = take_directive(r, text, words, &line, &end);

		if (end == END_TEXT || end == END_BLOCK || !look_step(r->look, text->path))
			return;
		if (end == END_OPEN && depth < LIMIT_HOST_FOLDER_DEPTH) {
			struct scope *inner = ARENA_NEW(r->look->arena, struct scope);

			inner->up = scope;
			inner->is_server = count == 1 && str_is(words[0], "server");
			if (inner->is_server)
				*(struct scope **)grow_add(r->look->arena, &r->servers, sizeof inner) = inner;
			read_block(r, text, inner, depth + 1);
		} else if (end == END_OPEN) {
			look_problem(r->look, text->path, line, "blocks are nested too deep");
			return;
		} else if (count) {
			read_directive(r, text, scope, words, count, line);
		}
	}
}

static void read_file(struct reading *r, struct str path, struct scope *scope)
{
	struct text text = {.path = path, .line = 1};

	if (r->depth >= LIMIT_HOST_INCLUDE_DEPTH) {
		look_problem(r->look, path, 0, "not read: files include files too deep, or in a circle");
		return;
	}
	r->depth++;
	if (path_config(r->look, path, false, &text.rest))
		read_block(r, &text, scope, 0);
	r->depth--;
}

/* "engine:…", "data:…" and variables lead to no file. */
static bool is_path(struct reading *r, const struct named *named)
{
	if (str_find_char(named->path, '$') != SIZE_MAX) {
		look_problem(r->look, named->config, named->line, "the certificate's path is made of variables as requests come");
		return false;
	}
	return named->path.len && !str_starts(named->path, STR("data:")) && !str_starts(named->path, STR("engine:"));
}

static void emit(struct reading *r, const struct scope *server)
{
	const struct scope *from = server;
	const struct named *certificates, *keys;

	while (from->up && !from->certificates.count)
		from = from->up;
	certificates = from->certificates.at;
	keys = from->keys.at;
	for (size_t i = 0; i < from->certificates.count; i++) {
		const struct named *one = &certificates[i];
		struct host_use *use;

		if (!is_path(r, one) || (!server->binds.count && !server->ssl_on && from != server))
			continue;
		use = use_add(r->look, r->server, one->config, one->line, path_join(r->look->arena, r->folder, one->path));
		if (i < from->keys.count && keys[i].path.len && !strchr("$", keys[i].path.data[0]))
			use->key = path_join(r->look->arena, r->folder, keys[i].path);
		use_names(r->look, use, &server->names);
		use_binds(r->look, use, server->ssl_on && !server->binds.count ? &server->plain_binds : &server->binds);
	}
}

static void read(struct look *look, const struct server *server, struct str path)
{
	struct reading r = {.look = look, .server = server, .folder = path_folder(path)};
	struct scope *top = ARENA_NEW(look->arena, struct scope);

	read_file(&r, path, top);
	for (size_t i = 0; i < r.servers.count; i++)
		emit(&r, ((struct scope **)r.servers.at)[i]);
}

const struct server server_nginx = {
	.name = "nginx",
	.programs = (const char *const[]){"nginx", "openresty", "angie", NULL},
	.configs = (const char *const[]){"/etc/nginx/nginx.conf", "/usr/local/nginx/conf/nginx.conf",
					 "/usr/local/openresty/nginx/conf/nginx.conf", "/opt/nginx/conf/nginx.conf", NULL},
	.names = (const char *const[]){"nginx.conf", NULL},
	.config_options = "c",
	.folder_options = "p",
	.read = read,
};
