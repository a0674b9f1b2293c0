/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Stores of ACME clients: who looks after a certificate. A row a client: where its store may be, and who reads it. What the client
 * keeps of its own past (the archive of certbot) tells how often it renewed.
 */

#include <string.h>
#include <sys/stat.h>

#include "base/hex.h"
#include "discovery/host/room.h"

enum { ACME_JSON_BYTES = 16 << 20 };

struct host_automation *automation_add(struct look *look, const char *client)
{
	struct host_automation *automation = ARENA_NEW(look->arena, struct host_automation);

	automation->client = str_of(client);
	if (look->automations.count < LIMIT_HOST_FOUND)
		*(struct host_automation **)grow_add(look->arena, &look->automations, sizeof automation) = automation;
	return automation;
}

/* The certificate in a file becomes a location, whoever else names it. */
static void found(struct look *look, struct str path)
{
	struct loaded *loaded = load_file(look, path);

	if (loaded)
		(void)locate(look, loaded, path, true);
}

/* Values of "key = value" lines, quotes off; NULL data when there is none. */
struct pairs {
	struct look *look;
	struct str text;
};

static struct str pair_get(const struct pairs *pairs, const char *key)
{
	struct lines_in lines = {.arena = pairs->look->arena, .form = {.comment = '#'}, .rest = pairs->text};
	struct str line, name, value;
	uint32_t number;

	while (lines_take(&lines, &line, &number))
		if (pair_take(line, "=", &name, &value) && str_is(name, key))
			return unquoted(value);
	return (struct str){NULL, 0};
}

/* ---- certbot ---- */

/* cert1.pem, cert2.pem … in archive/NAME: all but the first are renewals. */
static void count_archive(struct look *look, struct host_automation *automation, struct str folder)
{
	struct str *names;
	size_t count = path_names(look, folder, &names), certificates = 0;

	for (size_t i = 0; i < count; i++) {
		struct stat info;
		uint64_t number;
		struct str name = names[i];

		if (!str_starts(name, STR("cert")) || !str_ends(name, STR(".pem")) ||
		    !str_to_u64(str_head(str_skip(name, 4), name.len - 8), 1000000, &number))
			continue;
		certificates++;
		if (stat(path_open(look, path_join(look->arena, folder, name)), &info) == 0 && info.st_mtime > automation->last_at)
			automation->last_at = info.st_mtime;
	}
	automation->renewals = certificates ? (uint32_t)certificates - 1 : 0;
}

static void certbot(void *data, struct str folder)
{
	struct look *look = data;
	struct str renewal = path_join(look->arena, folder, STR("renewal")), *names;
	size_t count = path_names(look, renewal, &names);

	for (size_t i = 0; i < count; i++) {
		struct pairs pairs = {.look = look};
		struct host_automation *automation;
		struct str path = path_join(look->arena, renewal, names[i]), archive;

		if (!str_ends(names[i], STR(".conf")) || !path_config(look, path, true, &pairs.text))
			continue;
		automation = automation_add(look, "certbot");
		automation->config = path;
		automation->authenticator = pair_get(&pairs, "authenticator");
		automation->issuer = pair_get(&pairs, "server");
		automation->certificate = pair_get(&pairs, "fullchain");
		archive = pair_get(&pairs, "archive_dir");
		if (!archive.data)
			archive = arena_format(look->arena, "%.*s/archive/%.*s", STR_ARG(folder),
					       STR_ARG(str_head(names[i], names[i].len - 5)));
		automation->folder = archive;
		count_archive(look, automation, archive);
		if (automation->certificate.len)
			found(look, automation->certificate);
	}
}

/* ---- acme.sh ---- */

static void acme_sh(void *data, struct str folder)
{
	struct look *look = data;
	struct str *names;
	size_t count = path_names(look, folder, &names);

	for (size_t i = 0; i < count; i++) {
		struct str own = path_join(look->arena, folder, names[i]), name = names[i], installed;
		struct host_automation *automation;
		struct pairs pairs = {.look = look};

		if (str_ends(name, STR("_ecc")))
			name.len -= 4;
		own = path_join(look->arena, own, arena_format(look->arena, "%.*s.conf", STR_ARG(name)));
		if (!path_is_file(look, own) || !path_config(look, own, true, &pairs.text) || !pair_get(&pairs, "Le_Domain").data)
			continue;
		automation = automation_add(look, "acme.sh");
		automation->config = own;
		automation->folder = path_folder(own);
		automation->authenticator = pair_get(&pairs, "Le_Webroot");
		automation->issuer = pair_get(&pairs, "Le_API");
		installed = pair_get(&pairs, "Le_RealFullChainPath");
		found(look, path_join(look->arena, automation->folder, STR("fullchain.cer")));
		if (!installed.len)
			continue;
		found(look, installed);
		automation = automation_add(look, "acme.sh");
		*automation = (*(struct host_automation **)((char *)look->automations.at +
							    (look->automations.count - 2) * sizeof automation))[0];
		automation->certificate = installed;
	}
}

/* ---- lego, Caddy, dehydrated ---- */

static struct str json_text(struct look *look, struct str path, const char *key)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct err err = {0};
	struct str text;

	if (!path_is_file(look, path) || !path_config(look, path, true, &text) || !json_doc_read(text, &doc, &err))
		return (struct str){NULL, 0};
	text = json_in_str(json_in_get(json_doc_root(doc), key), (struct str){NULL, 0});
	return text.data ? arena_str(look->arena, text) : text;
}

static void lego(void *data, struct str folder)
{
	struct look *look = data;
	struct str *names;
	size_t count = path_names(look, folder, &names);

	for (size_t i = 0; i < count; i++) {
		struct str path = path_join(look->arena, folder, names[i]), beside;
		struct host_automation *automation;

		if (!str_ends(names[i], STR(".crt")) || str_ends(names[i], STR(".issuer.crt")))
			continue;
		automation = automation_add(look, "lego");
		beside = arena_format(look->arena, "%.*s.json", STR_ARG(str_head(path, path.len - 4)));
		automation->certificate = path;
		automation->config = path_is_file(look, beside) ? beside : (struct str){NULL, 0};
		automation->issuer = json_text(look, beside, "certUrl");
		found(look, path);
	}
}

/* certificates/ISSUER/NAME/NAME.crt */
static void caddy(void *data, struct str folder)
{
	struct look *look = data;
	struct str *issuers, *names;
	size_t issuer_count = path_names(look, folder, &issuers);

	for (size_t i = 0; i < issuer_count; i++) {
		struct str issuer = path_join(look->arena, folder, issuers[i]);
		size_t count = path_names(look, issuer, &names);

		for (size_t j = 0; j < count; j++) {
			struct str own = path_join(look->arena, issuer, names[j]);
			struct str path = path_join(look->arena, own, arena_format(look->arena, "%.*s.crt", STR_ARG(names[j])));
			struct host_automation *automation;

			if (!path_is_file(look, path))
				continue;
			automation = automation_add(look, "caddy");
			automation->folder = own;
			automation->issuer = issuers[i];
			found(look, path);
		}
	}
}

static void dehydrated(void *data, struct str folder)
{
	struct look *look = data;
	struct str *names;
	size_t count = path_names(look, folder, &names);

	for (size_t i = 0; i < count; i++) {
		struct str own = path_join(look->arena, folder, names[i]);
		struct str path = path_join(look->arena, own, STR("fullchain.pem"));
		struct host_automation *automation;

		if (!path_is_file(look, path))
			continue;
		automation = automation_add(look, "dehydrated");
		automation->folder = own;
		found(look, path);
	}
}

/* ---- Traefik ---- */

static void acme_json_entry(struct look *look, struct str path, const struct json_value *entry)
{
	struct str encoded = json_in_str(json_in_get(entry, "certificate"), (struct str){NULL, 0});
	struct str key = json_in_str(json_in_get(entry, "key"), STR(""));
	struct str main = json_in_str(json_in_get(json_in_get(entry, "domain"), "main"), STR(""));
	struct bytes pem, key_pem;
	struct buf both = buf_capped(1 << 20);
	struct host_file *file;

	if (!encoded.data || !base64_read(encoded, look->arena, &pem))
		return;
	buf_add_bytes(&both, pem);
	buf_add_char(&both, '\n');
	if (base64_read(key, look->arena, &key_pem))
		buf_add_bytes(&both, key_pem);
	file = locate(look, load_bytes(look, path, arena_bytes(look->arena, buf_bytes(&both))), path, true);
	buf_done(&both);
	if (file) {
		file->kind = HOST_KEYSTORE;
		file->format = STR("acme.json");
		file->alias = arena_str(look->arena, main);
	}
}

struct acme_json {
	struct look *look;
	struct str path;
};

/* {"Account":…,"Certificates":[…]} of one resolver; version 1 of the file is such an object by itself. */
static bool acme_json_resolver(void *data, struct str name, const struct json_value *resolver)
{
	struct acme_json *file = data;
	const struct json_value *all = json_in_get(resolver, "Certificates");

	(void)name;
	for (size_t i = 0; i < json_in_count(all); i++)
		acme_json_entry(file->look, file->path, json_in_at(all, i));
	return true;
}

void acme_json_read(struct look *look, struct str path)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct str key = arena_format(look->arena, "acme.json %.*s", STR_ARG(path_real(look, path)));
	struct acme_json file = {look, path};
	struct bytes content;
	struct stat info;
	struct err err = {0};
	const char *why;

	if (map_set(look->configs, bytes_from(key), look))
		return;
	if (!path_read(look, path, ACME_JSON_BYTES, &content, &info, &why)) {
		if (why)
			look_problem(look, path, 0, "%s", why);
		return;
	}
	if (!json_doc_read(str_from(content), &doc, &err)) {
		look_problem(look, path, 0, "%s", err.text);
		return;
	}
	if (json_in_type(json_doc_root(doc)) != JSON_IS_OBJECT)
		return;
	acme_json_resolver(&file, STR(""), json_doc_root(doc));
	(void)json_in_members(json_doc_root(doc), acme_json_resolver, &file);
}

static void traefik(void *data, struct str path)
{
	struct look *look = data;
	struct host_automation *automation = automation_add(look, "traefik");

	automation->certificate = path;
	acme_json_read(look, path);
}

/* ---- the table ---- */

/* clang-format off */
static const struct store {
	const char *client;
	const char *place; /* a pattern; "~" stands for the homes of users */
	void (*read)(void *look, struct str path);
} stores[] = {
	{"certbot",    "/etc/letsencrypt",                            certbot},
	{"certbot",    "~/.letsencrypt",                              certbot},
	{"acme.sh",    "~/.acme.sh",                                  acme_sh},
	{"acme.sh",    "/etc/acme.sh",                                acme_sh},
	{"lego",       "~/.lego/certificates",                        lego},
	{"lego",       "/etc/lego/certificates",                      lego},
	{"lego",       "/var/lib/lego/certificates",                  lego},
	{"dehydrated", "/var/lib/dehydrated/certs",                   dehydrated},
	{"dehydrated", "/etc/dehydrated/certs",                       dehydrated},
	{"caddy",      "/var/lib/caddy/.local/share/caddy/certificates", caddy},
	{"caddy",      "~/.local/share/caddy/certificates",           caddy},
	{"caddy",      "/var/lib/caddy/certificates",                 caddy},
	{"traefik",    "/etc/traefik/acme.json",                      traefik},
	{"traefik",    "/var/lib/traefik/acme.json",                  traefik},
};
/* clang-format on */

/* Where a client was told to keep its certificates; lego is given the folder above them. */
static void stores_given(struct look *look)
{
	const struct host_options *options = look->options;

	for (size_t i = 0; i < options->path_count; i++)
		for (size_t j = 0; j < COUNT_OF(stores); j++) {
			struct str below = path_join(look->arena, options->paths[i], STR("certificates"));

			if (!str_is(options->client, stores[j].client))
				continue;
			stores[j].read(look, stores[j].read == lego && path_is_folder(look, below) ? below : options->paths[i]);
			break;
		}
}

void stores_look(struct look *look)
{
	const struct str *homes, only = look->options->client;
	size_t home_count = ids_homes(look, &homes);

	if (only.data && look->options->path_count) {
		stores_given(look);
		return;
	}
	for (size_t i = 0; i < COUNT_OF(stores); i++) {
		struct str place = str_of(stores[i].place);

		if (only.data && !str_is(only, stores[i].client))
			continue;
		if (place.data[0] != '~') {
			if (path_is_folder(look, place) || path_is_file(look, place))
				stores[i].read(look, place);
			continue;
		}
		for (size_t j = 0; j < home_count; j++) {
			struct str path = path_join(look->arena, homes[j], str_skip(place, 2));

			if (path_is_folder(look, path))
				stores[i].read(look, path);
		}
	}
}
