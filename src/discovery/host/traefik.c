/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Traefik: the static configuration (YAML or TOML) names a file or folder of dynamic ones, and the storages of its ACME resolvers;
 * the dynamic ones name certificates as tls.certificates[].certFile and tls.stores.X.defaultCertificate. After
 * doc.traefik.io/traefik/https/tls.
 */

#include "discovery/host/room.h"

struct reading {
	struct look *look;
	const struct server *server;
	int depth;
};

static bool flatten(struct reading *r, struct str path, struct flat *out)
{
	struct str text;

	if (!path_config(r->look, path, true, &text))
		return false;
	*out = str_ends(path, STR(".toml")) ? flat_toml(r->look->arena, text) : flat_yaml(r->look->arena, text);
	if (out->problem)
		look_problem(r->look, path, out->problem_line, "%s", out->problem);
	return true;
}

static bool ends_with(struct str way, struct str part)
{
	return way.len >= part.len && str_equal_nocase(str_skip(way, way.len - part.len), part);
}

static void read_file(struct reading *r, struct str path);

static void read_folder(struct reading *r, struct str folder)
{
	struct str *names;
	size_t count = path_names(r->look, folder, &names);

	for (size_t i = 0; i < count; i++) {
		struct str path = path_join(r->look->arena, folder, names[i]);

		if (path_is_folder(r->look, path) && r->depth < LIMIT_HOST_INCLUDE_DEPTH) {
			r->depth++;
			read_folder(r, path);
			r->depth--;
		} else if (str_ends(path, STR(".yml")) || str_ends(path, STR(".yaml")) || str_ends(path, STR(".toml"))) {
			read_file(r, path);
		}
	}
}

static void certificate_add(struct reading *r, const struct flat *flat, struct str path, const struct flat_value *value)
{
	struct str prefix = str_head(value->way, value->way.len - STR("certFile").len), key;
	struct host_use *use;

	/* PEM may stand here in place of a path */
	if (str_has(value->value, STR("-----BEGIN")) || !value->value.len)
		return;
	use = use_add(r->look, r->server, path, value->line, path_join(r->look->arena, path_folder(path), value->value));
	use->listens = !str_starts_nocase(value->way, STR("http.serversTransports"));
	key = flat_get(flat, arena_format(r->look->arena, "%.*skeyFile", STR_ARG(prefix)));
	if (key.len)
		use->key = path_join(r->look->arena, path_folder(path), key);
}

static void storage_add(struct reading *r, const struct flat *flat, struct str config, const struct flat_value *value)
{
	struct str prefix = str_head(value->way, value->way.len - STR("storage").len);
	struct str path = path_join(r->look->arena, path_folder(config), value->value);
	struct host_automation *automation = automation_add(r->look, "traefik");
	struct str server = flat_get(flat, arena_format(r->look->arena, "%.*scaServer", STR_ARG(prefix)));
	static const char *const challenges[] = {"dnsChallenge", "tlsChallenge", "httpChallenge"};

	automation->config = config;
	automation->certificate = path;
	automation->issuer = server.len ? server : STR("https://acme-v02.api.letsencrypt.org/directory");
	for (size_t i = 0; i < COUNT_OF(challenges); i++)
		for (size_t j = 0; j < flat->count; j++)
			if (str_starts_nocase(flat->at[j].way, arena_format(r->look->arena, "%.*s%s", STR_ARG(prefix), challenges[i])))
				automation->authenticator = str_of(challenges[i]);
	acme_json_read(r->look, path);
}

static void read_file(struct reading *r, struct str path)
{
	struct flat flat;

	if (!flatten(r, path, &flat))
		return;
	for (size_t i = 0; i < flat.count && look_step(r->look, path); i++) {
		const struct flat_value *value = &flat.at[i];
		struct str there = path_join(r->look->arena, path_folder(path), value->value);

		if (ends_with(value->way, STR(".certFile")))
			certificate_add(r, &flat, path, value);
		else if (ends_with(value->way, STR(".acme.storage")))
			storage_add(r, &flat, path, value);
		else if (str_equal_nocase(value->way, STR("providers.file.directory")) && r->depth++ == 0)
			read_folder(r, there);
		else if (str_equal_nocase(value->way, STR("providers.file.filename")) && r->depth++ == 0)
			read_file(r, there);
	}
}

static void read(struct look *look, const struct server *server, struct str path)
{
	struct reading r = {.look = look, .server = server};

	read_file(&r, path);
}

const struct server server_traefik = {
	.name = "traefik",
	.programs = (const char *const[]){"traefik", NULL},
	.configs = (const char *const[]){"/etc/traefik/traefik.yml", "/etc/traefik/traefik.yaml", "/etc/traefik/traefik.toml", NULL},
	.names = (const char *const[]){"traefik.yml", "traefik.yaml", "traefik.toml", NULL},
	.long_option = "configFile",
	.by_certificate = true,
	.read = read,
};
