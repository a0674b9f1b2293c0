/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Postfix: "name = value" in main.cf, a line that starts with a blank goes on; $name and ${name} are put in. The services of
 * master.cf may differ by "-o name=value". Files are named by smtpd_tls_chain_files (key and certificates together) or by
 * smtpd_tls_cert_file and its kin; smtp_… are the client's side; tls_server_sni_maps gives some by server name. After postconf(5),
 * master(5).
 */

#include <string.h>

#include "discovery/host/room.h"

enum { VARIABLE_DEPTH = 8 };

struct parameter {
	struct str name, value;
	struct str config;
	uint32_t line;
};

struct parameters {
	struct arena *arena;
	const struct parameters *up; /* those of main.cf, below a service's own */
	struct grow all;             /* struct parameter */
	int depth;
};

static const struct parameter *parameter_find(const struct parameters *parameters, struct str name)
{
	for (; parameters; parameters = parameters->up) {
		const struct parameter *all = parameters->all.at;

		for (size_t i = parameters->all.count; i-- > 0;)
			if (str_equal(all[i].name, name))
				return &all[i];
	}
	return NULL;
}

static struct str variable(void *data, struct str name)
{
	struct parameters *parameters = data;
	const struct parameter *found = parameter_find(parameters, name);
	struct str out = {NULL, 0};

	if (!found || parameters->depth >= VARIABLE_DEPTH)
		return str_is(name, "config_directory") ? STR("/etc/postfix") : STR("");
	parameters->depth++;
	out = expanded(parameters->arena, found->value, "{(a", variable, parameters);
	parameters->depth--;
	return out.data ? out : STR("");
}

static struct str value_of(struct parameters *parameters, const char *name, const struct parameter **where)
{
	*where = parameter_find(parameters, str_of(name));
	return *where ? str_trim(expanded(parameters->arena, (*where)->value, "{(a", variable, parameters)) : STR("");
}

struct reading {
	struct look *look;
	const struct server *server;
	struct str folder;
	struct parameters main;
};

static void parameter_add(struct parameters *parameters, struct str name, struct str value, struct str config,
			  uint32_t line)
{
	if (parameters->all.count < LIMIT_HOST_NAMES)
		*(struct parameter *)grow_add(parameters->arena, &parameters->all, sizeof(struct parameter)) =
			(struct parameter){name, value, config, line};
}

/* clang-format off */
static const struct {
	const char *certificate, *key, *switched_by;
	bool listens;
} pairs[] = {
	{"smtpd_tls_cert_file",   "smtpd_tls_key_file",   "smtpd_tls_chain_files", true},
	{"smtpd_tls_eccert_file", "smtpd_tls_eckey_file", "smtpd_tls_chain_files", true},
	{"smtpd_tls_dcert_file",  "smtpd_tls_dkey_file",  "smtpd_tls_chain_files", true},
	{"smtp_tls_cert_file",    "smtp_tls_key_file",    "smtp_tls_chain_files",  false},
	{"smtp_tls_eccert_file",  "smtp_tls_eckey_file",  "smtp_tls_chain_files",  false},
	{"lmtp_tls_cert_file",    "lmtp_tls_key_file",    "lmtp_tls_chain_files",  false},
};
static const struct {
	const char *name;
	bool listens;
} chains[] = {{"smtpd_tls_chain_files", true}, {"smtp_tls_chain_files", false}};
/* clang-format on */

/* In a list of chain files a key stands before its certificates, in the same file or the one before. */
static void chain_add(struct reading *r, struct str files, const struct parameter *where, bool listens,
		      const struct grow *binds)
{
	struct str previous = {NULL, 0};

	while (files.len) {
		size_t end = 0;
		struct host_use *use;
		struct str path;

		while (end < files.len && files.data[end] != ',' && !ascii_is_space(files.data[end]))
			end++;
		path = str_head(files, end);
		files = str_skip(files, end + 1);
		if (!path.len)
			continue;
		path = path_join(r->look->arena, r->folder, path);
		use = use_add(r->look, r->server, where->config, where->line, path);
		use->key = previous;
		use->listens = listens;
		use_binds(r->look, use, binds);
		previous = path;
	}
}

/* What one set of parameters names. own: only those that stand in it itself, not further up. */
static void certificates_add(struct reading *r, struct parameters *parameters, bool own, const struct grow *binds)
{
	const struct parameter *where, *key_where, *instead;

	for (size_t i = 0; i < COUNT_OF(chains); i++) {
		struct str files = value_of(parameters, chains[i].name, &where);

		if (files.len && (!own || parameter_find(&r->main, str_of(chains[i].name)) != where))
			chain_add(r, files, where, chains[i].listens, binds);
	}
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		struct str path = value_of(parameters, pairs[i].certificate, &where);
		struct str key = value_of(parameters, pairs[i].key, &key_where);
		struct host_use *use;

		if (!path.len || str_is(path, "none") || value_of(parameters, pairs[i].switched_by, &instead).len ||
		    (own && parameter_find(&r->main, str_of(pairs[i].certificate)) == where))
			continue;
		use = use_add(r->look, r->server, where->config, where->line, path_join(r->look->arena, r->folder, path));
		use->key = path_join(r->look->arena, r->folder, key.len ? key : path);
		use->listens = pairs[i].listens;
		use_binds(r->look, use, binds);
	}
}

/* "hash:/etc/postfix/sni" has its text in /etc/postfix/sni: "name key-file cert-file …" */
static void read_sni_map(struct reading *r, struct str map)
{
	struct lines_in lines = {.arena = r->look->arena, .form = {.comment = '#', .blank_joins = true}};
	size_t colon = str_find_char(map, ':');
	struct str path = colon == SIZE_MAX ? map : str_skip(map, colon + 1), line, words[WORDS_MAX];
	uint32_t number;

	path = path_join(r->look->arena, r->folder, path);
	if (!path_config(r->look, path, true, &lines.rest))
		return;
	while (lines_take(&lines, &line, &number) && look_step(r->look, path)) {
		size_t count = words_take(r->look->arena, line, words);
		struct str key = {NULL, 0};

		for (size_t i = 1; i < count; i++) {
			struct grow names = {words, 1, 1};
			struct host_use *use;

			if (str_ends(words[i], STR(",")))
				words[i].len--;
			use = use_add(r->look, r->server, path, number, path_join(r->look->arena, r->folder, words[i]));
			use->key = key;
			if (words[0].len && words[0].data[0] == '.')
				words[0] = arena_format(r->look->arena, "*%.*s", STR_ARG(words[0]));
			use_names(r->look, use, &names);
			key = use->certificate;
		}
	}
}

static void read_main(struct reading *r, struct str path)
{
	struct lines_in lines = {.arena = r->look->arena, .form = {.comment = '#', .blank_joins = true}};
	struct str line, name, value;
	uint32_t number;

	if (!path_config(r->look, path, false, &lines.rest))
		return;
	while (lines_take(&lines, &line, &number) && look_step(r->look, path))
		if (str_find_char(line, '=') != SIZE_MAX && pair_take(line, "=", &name, &value))
			parameter_add(&r->main, name, value, path, number);
}

static uint16_t service_port(struct str name)
{
	static const struct {
		const char *name;
		uint16_t port;
	} known[] = {{"smtp", 25}, {"smtps", 465}, {"submissions", 465}, {"submission", 587}};

	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (str_is(name, known[i].name))
			return known[i].port;
	return 0;
}

/* "submission inet n - y - - smtpd -o smtpd_tls_cert_file=/x" */
static void read_service(struct reading *r, struct str path, uint32_t line, const struct str words[], size_t count)
{
	struct parameters own = {.arena = r->look->arena, .up = &r->main};
	struct grow binds = {0};
	struct host_bind bind;
	size_t colon = str_find_last_char(words[0], ':');
	struct str port = colon == SIZE_MAX ? words[0] : str_skip(words[0], colon + 1);

	for (size_t i = 8; i < count; i++) {
		struct str option = str_is(words[i], "-o") && i + 1 < count ? words[++i]
				    : str_starts(words[i], STR("-o"))	    ? str_skip(words[i], 2)
									    : STR("");
		size_t equals = str_find_char(option, '=');

		if (option.len && option.data[0] == '{') /* "-o { name = value }" */
			continue;
		if (equals != SIZE_MAX)
			parameter_add(&own, str_head(option, equals), str_skip(option, equals + 1), path, line);
	}
	if (service_port(port))
		bind = (struct host_bind){.port = service_port(port)};
	else if (!bind_read(words[0], 0, &bind))
		return;
	*(struct host_bind *)grow_add(r->look->arena, &binds, sizeof bind) = bind;
	certificates_add(r, &own, true, &binds);
}

static void read_master(struct reading *r, struct str path)
{
	struct lines_in lines = {.arena = r->look->arena, .form = {.comment = '#', .blank_joins = true}};
	struct str line, words[WORDS_MAX];
	uint32_t number;

	if (!path_config(r->look, path, true, &lines.rest))
		return;
	while (lines_take(&lines, &line, &number) && look_step(r->look, path)) {
		size_t count = words_take(r->look->arena, line, words);

		if (count > 8 && str_is(words[1], "inet") && str_is(words[7], "smtpd"))
			read_service(r, path, number, words, count);
	}
}

static void read(struct look *look, const struct server *server, struct str path)
{
	struct reading r = {.look = look, .server = server, .folder = path_folder(path), .main = {.arena = look->arena}};
	const struct parameter *where;
	struct grow none = {0};
	struct str maps, map;

	read_main(&r, path);
	certificates_add(&r, &r.main, false, &none);
	maps = value_of(&r.main, "tls_server_sni_maps", &where);
	while (str_split(&maps, ',', &map))
		if (str_trim(map).len)
			read_sni_map(&r, str_trim(map));
	read_master(&r, path_join(look->arena, r.folder, STR("master.cf")));
}

const struct server server_postfix = {
	.name = "postfix",
	.programs = (const char *const[]){"master", "smtpd", NULL},
	.configs = (const char *const[]){"/etc/postfix/main.cf", "/etc/postfix-*/main.cf", NULL},
	.names = (const char *const[]){"main.cf", NULL},
	.config_options = "c",
	.within = "main.cf",
	.variable = "MAIL_CONFIG",
	.read = read,
};
