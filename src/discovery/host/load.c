/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One file for certificates: read once however many places name it, opened with the passwords that configurations give or that
 * everybody knows, and made a location when there is a certificate in it. A file of many authorities and no key is a trust store:
 * its certificates are counted, not listed.
 */

#include <string.h>
#include <sys/stat.h>

#include "base/secret.h"
#include "discovery/host/room.h"

enum { TRUST_STORE_LEAST = 8, TRIED_ROUNDS = 300000 };

static const char *const well_known[] = {"changeit", "", "changeme", "password", "secret"};

static bool is_store(const struct container *container)
{
	return strcmp(container->format, "PKCS#12") == 0 || strcmp(container->format, "JKS") == 0 ||
	       strcmp(container->format, "JCEKS") == 0;
}

static size_t certificate_count(const struct container *container)
{
	size_t count = 0;

	for (size_t i = 0; i < container->item_count; i++)
		count += container->items[i].kind == ITEM_CERTIFICATE;
	return count;
}

static bool try_one(struct look *look, struct bytes content, struct bytes password, const struct container **out)
{
	struct secret secret = secret_new(password);
	const struct container *container;
	struct err err = {0};
	bool opened = container_read(look->arena, content, &secret, TRIED_ROUNDS, &container, &err) &&
		      container->integrity == INTEGRITY_GOOD && certificate_count(container) > 0;

	secret_done(&secret);
	if (opened)
		*out = container;
	return opened;
}

/* A key store that needs a password: those of configurations, then those that everybody knows. */
static void open_store(struct look *look, struct loaded *loaded, struct bytes content)
{
	const struct password *passwords = look->passwords.at;

	loaded->base.password = STR("none");
	if (loaded->container->integrity == INTEGRITY_NONE || loaded->container->integrity == INTEGRITY_GOOD)
		if (certificate_count(loaded->container) > 0 && loaded->container->problem_count == 0)
			return;
	for (size_t i = 0; i < look->passwords.count; i++)
		if (str_equal(path_real(look, passwords[i].path), loaded->real) &&
		    try_one(look, content, secret_reveal(passwords[i].secret), &loaded->container)) {
			loaded->base.password = STR("configured");
			return;
		}
	for (size_t i = 0; i < COUNT_OF(well_known); i++)
		if (try_one(look, content, bytes_of(well_known[i], strlen(well_known[i])), &loaded->container)) {
			loaded->base.password = STR("well-known");
			return;
		}
	loaded->base.password = STR("needed");
}

static void describe(struct look *look, struct loaded *loaded, const struct stat *info)
{
	struct host_file *base = &loaded->base;

	base->owner = ids_user(look, info->st_uid);
	base->group = ids_group(look, info->st_gid);
	base->mode = info->st_mode & 07777;
	base->acl = access_has_list(look, loaded->real);
	base->size = (uint64_t)info->st_size;
	base->modified_at = info->st_mtime;
	base->device = info->st_dev;
	base->inode = info->st_ino;
}

/* The first private key, and every one by the hash of its public half. */
static void note_keys(struct look *look, struct loaded *loaded, const struct stat *info)
{
	enum host_readers readers = HOST_READERS_UNKNOWN;

	for (size_t i = 0; i < loaded->container->item_count; i++) {
		const struct container_item *item = &loaded->container->items[i];
		struct host_key *key;

		if (item->kind != ITEM_KEY || item->key->class != KEY_PRIVATE || str_is(item->key->format, "OpenSSH"))
			continue;
		if (!readers)
			readers = access_readers(look, loaded->real, info);
		key = ARENA_NEW(look->arena, struct host_key);
		*key = (struct host_key){
			.path = loaded->real,
			.format = item->key->format,
			.encrypted = item->key->encrypted,
			.known = item->key->known,
			.readers = readers,
			.group = loaded->base.group,
			.acl = loaded->base.acl,
		};
		if (key->known) {
			memcpy(key->sha256, item->key->public.sha256, sizeof key->sha256);
			key->algorithm = str_of(cert_key_name(item->key->public.algorithm));
			key->bits = item->key->public.bits;
		}
		if (!loaded->key)
			loaded->key = key;
		if (key->known && !map_get(look->keys, bytes_of(key->sha256, sizeof key->sha256)))
			map_set(look->keys, bytes_of(key->sha256, sizeof key->sha256), key);
	}
}

static void parse(struct look *look, struct loaded *loaded, struct bytes content, const struct stat *info)
{
	struct err err = {0};

	if (!container_read(look->arena, content, NULL, TRIED_ROUNDS, &loaded->container, &err)) {
		loaded->container = NULL;
		loaded->base.problem = arena_str(look->arena, str_of(err.text));
		return;
	}
	if (is_store(loaded->container))
		open_store(look, loaded, content);
	loaded->base.format = str_of(loaded->container->format);
	if (str_is(loaded->base.password, "needed"))
		loaded->base.problem = STR("it needs a password that is not known");
	else if (loaded->container->problem_count)
		loaded->base.problem = arena_format(look->arena, "%.*s: %.*s", STR_ARG(loaded->container->problems[0].item),
						    STR_ARG(loaded->container->problems[0].text));
	note_keys(look, loaded, info);
}

struct loaded *load_file(struct look *look, struct str path)
{
	struct str real = path_real(look, path);
	struct loaded *loaded = map_get(look->seen, bytes_from(real));
	struct bytes content;
	struct stat info;
	const char *why = NULL;

	if (loaded)
		return loaded;
	loaded = ARENA_NEW(look->arena, struct loaded);
	loaded->real = real;
	map_set(look->seen, bytes_from(real), loaded);
	if (path_read(look, path, LIMIT_HOST_FILE_BYTES, &content, &info, &why)) {
		describe(look, loaded, &info);
		parse(look, loaded, content, &info);
		return loaded;
	}
	loaded->base.problem = str_of(why ? why : "is not there");
	if (why && stat(path_open(look, path), &info) == 0)
		describe(look, loaded, &info);
	return loaded;
}

struct loaded *load_bytes(struct look *look, struct str path, struct bytes content)
{
	struct loaded *loaded = ARENA_NEW(look->arena, struct loaded);
	struct stat info = {0};

	loaded->real = path_real(look, path);
	if (stat(path_open(look, path), &info) == 0)
		describe(look, loaded, &info);
	parse(look, loaded, content, &info);
	return loaded;
}

/* ---- locations ---- */

static struct host_file *file_add(struct look *look, const struct loaded *loaded, struct str path)
{
	struct host_file *file;

	if (look->files.count >= LIMIT_HOST_FOUND) {
		if (!look->full)
			look_problem(look, path, 0, "there are more than %d places; the rest was left out", LIMIT_HOST_FOUND);
		look->full = look->found->limited = true;
		return NULL;
	}
	file = grow_add(look->arena, &look->files, sizeof *file);
	*file = loaded->base;
	file->path = arena_str(look->arena, path);
	if (!str_equal(path, loaded->real))
		file->real = loaded->real;
	file->key = loaded->key;
	return file;
}

struct wanted {
	bool authorities_too;
	struct str alias; /* NULL data: any */
};

static void certs_put(struct look *look, struct host_file *file, const struct container *container, struct wanted wanted)
{
	const struct cert **certs = ARENA_ARRAY(look->arena, const struct cert *, container->item_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < container->item_count && count < LIMIT_CHAIN_CERTS; i++) {
		const struct container_item *item = &container->items[i];
		bool other = wanted.alias.data && item->alias.data && !str_equal_nocase(item->alias, wanted.alias);

		if (item->kind == ITEM_CERTIFICATE && !other && (wanted.authorities_too || !item->cert->ca))
			certs[count++] = item->cert;
	}
	file->certs = certs;
	file->cert_count = count;
}

static void count_kinds(const struct container *container, size_t *all, size_t *authorities)
{
	*all = *authorities = 0;
	for (size_t i = 0; i < container->item_count; i++)
		if (container->items[i].kind == ITEM_CERTIFICATE) {
			++*all;
			*authorities += container->items[i].cert->ca;
		}
}

struct str trust_place(struct str path)
{
	static const char *const places[] = {"/etc/ssl/certs/", "/usr/share/ca-certificates/", "/usr/local/share/ca-certificates/",
					     "/etc/pki/ca-trust/", "/etc/ca-certificates/", "/usr/lib/ssl/certs/"};

	for (size_t i = 0; i < COUNT_OF(places); i++)
		if (str_starts(path, str_of(places[i])))
			return str_of(places[i]);
	return (struct str){NULL, 0};
}

static bool is_trust_store(struct str path)
{
	return trust_place(path).data || str_is(path_base(path), "cacerts") || str_is(path, "/etc/ssl/cert.pem") ||
	       str_starts(path, STR("/etc/pki/tls/certs/ca-"));
}

/* Entries of a key store with aliases of their own, each a location: returns the first. */
static struct host_file *locate_entries(struct look *look, struct loaded *loaded, struct str path)
{
	const struct container *container = loaded->container;
	size_t first = look->files.count;

	for (size_t i = 0; i < container->item_count; i++) {
		const struct container_item *item = &container->items[i];
		struct host_file *file;
		bool known = item->kind != ITEM_CERTIFICATE || !item->alias.data;

		for (size_t j = first; j < look->files.count && !known; j++)
			known = str_equal(((struct host_file *)look->files.at)[j].alias, item->alias);
		if (known || !(file = file_add(look, loaded, path)))
			continue;
		file->kind = HOST_KEYSTORE;
		file->alias = item->alias;
		certs_put(look, file, container, (struct wanted){true, item->alias});
		file->counted = file->cert_count;
	}
	return first < look->files.count ? &((struct host_file *)look->files.at)[first] : NULL;
}

static struct host_file *locate_new(struct look *look, struct loaded *loaded, struct str path, bool by_name)
{
	struct host_file *file;
	size_t all, authorities;

	if (!loaded->container || str_is(loaded->base.password, "needed")) {
		/* named by somebody and not to be read, or a store without its password: that is worth a record */
		loaded->located = by_name || (loaded->container && is_store(loaded->container));
		if (!loaded->located || !(file = file_add(look, loaded, path)))
			return NULL;
		file->kind = loaded->container ? HOST_KEYSTORE : HOST_FILE;
		return file;
	}
	count_kinds(loaded->container, &all, &authorities);
	if (!all)
		return NULL;
	loaded->located = true;
	if (!loaded->key && authorities && (is_trust_store(loaded->real) || authorities >= TRUST_STORE_LEAST)) {
		file = file_add(look, loaded, path);
		if (!file)
			return NULL;
		file->kind = HOST_TRUST_STORE;
		certs_put(look, file, loaded->container, (struct wanted){false, {NULL, 0}});
		file->counted = all;
		return file;
	}
	if (is_store(loaded->container) && (file = locate_entries(look, loaded, path)))
		return file;
	file = file_add(look, loaded, path);
	if (!file)
		return NULL;
	file->kind = is_store(loaded->container) ? HOST_KEYSTORE : HOST_FILE;
	certs_put(look, file, loaded->container, (struct wanted){true, {NULL, 0}});
	file->counted = all;
	return file;
}

struct host_file *locate(struct look *look, struct loaded *loaded, struct str path, bool by_name)
{
	struct host_file *file;

	if (!loaded || loaded->located)
		return NULL;
	loaded->file_at = look->files.count;
	file = locate_new(look, loaded, path, by_name);
	loaded->file_count = look->files.count - loaded->file_at;
	return file;
}
