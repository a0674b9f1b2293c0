/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Apache httpd: a directive a line, sections in <…>. SSLCertificateFile may stand several times for several key types, its key
 * in SSLCertificateKeyFile in the same order, or in the same file; a virtual host without its own has the main server's.
 * ${NAME} comes from Define or the environment, which Debian keeps in envvars. After httpd.apache.org/docs/2.4/mod/mod_ssl.html.
 */

#include <string.h>

#include "discovery/host/room.h"

struct named {
	struct str path, config;
	uint32_t line;
};

struct virtual_host {
	struct grow certificates, keys; /* struct named */
	struct grow names, binds;
	bool ssl_on, ssl_off;
};

struct variable {
	struct str name, value;
};

struct reading {
	struct look *look;
	const struct server *server;
	struct str root;               /* ServerRoot */
	struct grow variables;
	struct grow hosts;             /* struct virtual_host * */
	struct virtual_host *main, *now;
	int depth;
};

static struct str variable(void *data, struct str name)
{
	struct reading *r = data;
	const struct variable *all = r->variables.at;

	for (size_t i = r->variables.count; i-- > 0;)
		if (str_equal(all[i].name, name))
			return all[i].value;
	return (struct str){NULL, 0};
}

static void define(struct reading *r, struct str name, struct str value)
{
	if (r->variables.count < LIMIT_HOST_NAMES)
		*(struct variable *)grow_add(r->look->arena, &r->variables, sizeof(struct variable)) =
			(struct variable){name, value.data ? value : STR("")};
}

/* "export APACHE_RUN_USER=www-data" */
static void read_environment(struct reading *r, struct str path)
{
	struct lines_in lines = {.arena = r->look->arena, .form = {.comment = '#'}};
	struct str line, key, value, shown;
	uint32_t number;

	if (!path_is_file(r->look, path) || !path_config(r->look, path, true, &lines.rest))
		return;
	while (lines_take(&lines, &line, &number)) {
		if (str_starts(line, STR("export ")))
			line = str_trim(str_skip(line, 7));
		if (!pair_take(line, "=", &key, &value) || str_find_char(key, '[') != SIZE_MAX)
			continue;
		shown = expanded(r->look->arena, unquoted(value), "{a", variable, r);
		define(r, key, shown.data ? shown : STR(""));
	}
}

static void read_file(struct reading *r, struct str path);

static void included(void *data, struct str path)
{
	struct reading *r = data;
	struct str *names;
	size_t count;

	if (!path_is_folder(r->look, path)) {
		read_file(r, path);
		return;
	}
	count = path_names(r->look, path, &names);
	for (size_t i = 0; i < count; i++)
		read_file(r, path_join(r->look->arena, path, names[i]));
}

static void name_add(struct reading *r, struct str name)
{
	size_t scheme = str_find(name, STR("://")), colon;

	if (scheme != SIZE_MAX)
		name = str_skip(name, scheme + 3);
	colon = str_find_last_char(name, ':');
	*(struct str *)grow_add(r->look->arena, &r->now->names, sizeof name) =
		colon == SIZE_MAX ? name : str_head(name, colon);
}

static void open_section(struct reading *r, const struct str words[], size_t count)
{
	if (!str_equal_nocase(words[0], STR("<VirtualHost")))
		return;
	r->now = ARENA_NEW(r->look->arena, struct virtual_host);
	*(struct virtual_host **)grow_add(r->look->arena, &r->hosts, sizeof r->now) = r->now;
	for (size_t i = 1; i < count; i++) {
		struct str where = words[i];
		struct host_bind bind;

		if (str_ends(where, STR(">")))
			where.len--;
		if (where.len && bind_read(where, 443, &bind))
			*(struct host_bind *)grow_add(r->look->arena, &r->now->binds, sizeof bind) = bind;
	}
}

static void file_add(struct reading *r, struct grow *to, struct str config, uint32_t line, struct str path)
{
	*(struct named *)grow_add(r->look->arena, to, sizeof(struct named)) =
		(struct named){path_join(r->look->arena, r->root, path), config, line};
}

static void read_directive(struct reading *r, struct str config, uint32_t line, const struct str words[], size_t count)
{
	struct str what = words[0], first = count > 1 ? words[1] : STR("");

	if (what.data[0] == '<') {
		if (str_starts_nocase(what, STR("</VirtualHost")))
			r->now = r->main;
		else
			open_section(r, words, count);
	} else if (count < 2) {
		return;
	} else if (str_equal_nocase(what, STR("SSLCertificateFile"))) {
		file_add(r, &r->now->certificates, config, line, first);
	} else if (str_equal_nocase(what, STR("SSLCertificateKeyFile"))) {
		file_add(r, &r->now->keys, config, line, first);
	} else if (str_equal_nocase(what, STR("ServerName"))) {
		name_add(r, first);
	} else if (str_equal_nocase(what, STR("ServerAlias"))) {
		for (size_t i = 1; i < count; i++)
			name_add(r, words[i]);
	} else if (str_equal_nocase(what, STR("SSLEngine"))) {
		r->now->ssl_off = str_equal_nocase(first, STR("off"));
		r->now->ssl_on = !r->now->ssl_off;
	} else if (str_equal_nocase(what, STR("Include")) || str_equal_nocase(what, STR("IncludeOptional"))) {
		path_glob(r->look, path_join(r->look->arena, r->root, first), included, r);
	} else if (str_equal_nocase(what, STR("ServerRoot"))) {
		r->root = path_join(r->look->arena, r->root, first);
	} else if (str_equal_nocase(what, STR("Define"))) {
		define(r, first, count > 2 ? words[2] : STR(""));
	}
}

/* Words of a line with its variables put in; none when one of them is not known to us. */
static size_t words_of(struct reading *r, struct str line, struct str words[WORDS_MAX])
{
	size_t count = words_take(r->look->arena, line, words);

	for (size_t i = 0; i < count; i++) {
		struct str word = expanded(r->look->arena, words[i], "{", variable, r);

		words[i] = word.data ? word : words[i];
	}
	return count;
}

static void read_file(struct reading *r, struct str path)
{
	struct lines_in lines = {.arena = r->look->arena, .form = {.comment = '#', .backslash_joins = true}};
	struct str line, words[WORDS_MAX];
	uint32_t number;

	if (r->depth >= LIMIT_HOST_INCLUDE_DEPTH) {
		look_problem(r->look, path, 0, "not read: files include files too deep, or in a circle");
		return;
	}
	r->depth++;
	if (path_config(r->look, path, true, &lines.rest))
		while (lines_take(&lines, &line, &number) && look_step(r->look, path)) {
			size_t count = words_of(r, line, words);

			if (count && words[0].len)
				read_directive(r, path, number, words, count);
		}
	r->depth--;
}

static void emit(struct reading *r, const struct virtual_host *host)
{
	const struct virtual_host *from = host->certificates.count ? host : r->main;
	const struct named *certificates = from->certificates.at, *keys = from->keys.at;

	if (host->ssl_off || (from != host && !host->ssl_on && !from->ssl_on))
		return;
	for (size_t i = 0; i < from->certificates.count; i++) {
		const struct named *one = &certificates[i];
		struct host_use *use;

		if (str_find(one->path, STR("${")) != SIZE_MAX) {
			look_problem(r->look, one->config, one->line, "a variable of the path is not known");
			continue;
		}
		use = use_add(r->look, r->server, one->config, one->line, one->path);
		if (from->keys.count)
			use->key = keys[i < from->keys.count ? i : from->keys.count - 1].path;
		use_names(r->look, use, &host->names);
		use_binds(r->look, use, &host->binds);
	}
}

static void read(struct look *look, const struct server *server, struct str path)
{
	struct reading r = {.look = look, .server = server, .root = path_folder(path)};

	r.main = r.now = ARENA_NEW(look->arena, struct virtual_host);
	read_environment(&r, path_join(look->arena, r.root, STR("envvars")));
	if (str_ends(r.root, STR("/conf"))) /* "conf/extra/ssl.conf" counts from the folder above */
		r.root = path_folder(r.root);
	read_file(&r, path);
	if (r.hosts.count == 0)
		emit(&r, r.main);
	for (size_t i = 0; i < r.hosts.count; i++)
		emit(&r, ((struct virtual_host **)r.hosts.at)[i]);
}

const struct server server_apache = {
	.name = "apache",
	.programs = (const char *const[]){"apache2", "httpd", NULL},
	.configs = (const char *const[]){"/etc/apache2/apache2.conf", "/etc/httpd/conf/httpd.conf", "/etc/apache2/httpd.conf",
					 "/usr/local/apache2/conf/httpd.conf", NULL},
	.names = (const char *const[]){"apache2.conf", "httpd.conf", NULL},
	.config_options = "f",
	.folder_options = "d",
	.read = read,
};
