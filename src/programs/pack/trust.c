/* SPDX-License-Identifier: Apache-2.0 */

#include "programs/pack.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/asset.h"
#include "base/file.h"
#include "base/limits.h"

static bool read_one(struct arena *arena, const char *folder, const char *name, struct bytes *out,
		     struct err *err)
{
	struct str path = folder ? arena_format(arena, "%s/%s", folder, name) : (struct str){0};

	if (folder && access(path.data, F_OK) == 0)
		return file_read(arena, path.data, LIMIT_FILE_BYTES, out, err);
	*out = asset_find(arena_format(arena, "data/%s", name));
	return true;
}

/* The bundle that programs of this machine trust; where it lies differs between systems. */
static bool read_system(struct arena *arena, struct bytes *out, struct err *err)
{
	static const char *const places[] = {
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/cert.pem",
	};
	const char *named = getenv("SSL_CERT_FILE");

	*out = (struct bytes){0};
	if (named && *named)
		return file_read(arena, named, LIMIT_FILE_BYTES, out, err) ||
		       err_wrap(err, "SSL_CERT_FILE");
	for (size_t i = 0; i < COUNT_OF(places); i++)
		if (access(places[i], R_OK) == 0)
			return file_read(arena, places[i], LIMIT_FILE_BYTES, out, err);
	return true;
}

/* NULL: the packs in the binary. */
static const char *folder_of(const char *given)
{
	const char *folder = given ? given : getenv("KEEPVALID_DATA");

	return folder && *folder ? folder : NULL;
}

bool pack_trust(struct arena *arena, const char *given, struct trust_packs *out, struct err *err)
{
	struct trust_packs packs = {0};
	const char *folder = folder_of(given);
	struct stat about;

	if (folder && (stat(folder, &about) != 0 || !S_ISDIR(about.st_mode))) {
		err_set(err, ERR_ABSENT, "%s: no such folder of data packs", folder);
		return err_fix(err, "data-folder",
			       "name a folder laid out like data/ of the sources, or leave it out");
	}
	if (!read_one(arena, folder, "trust/mozilla_roots.json", &packs.mozilla_json, err) ||
	    !read_one(arena, folder, "trust/mozilla_tls_roots.pem", &packs.mozilla_pem, err) ||
	    !read_one(arena, folder, "trust/chrome_root_store.json", &packs.chrome_json, err) ||
	    !read_one(arena, folder, "trust/root_programs.json", &packs.programs_json, err) ||
	    !read_system(arena, &packs.system_pem, err))
		return false;
	*out = packs;
	return true;
}

bool pack_ct(struct arena *arena, const char *folder, struct bytes *out, struct err *err)
{
	return read_one(arena, folder_of(folder), "ct/log_list.json", out, err);
}

bool pack_trust_set(const char *folder, struct trust_set **out, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct trust_packs packs;

	return pack_trust(arena, folder, &packs, err) && trust_set_new(&packs, out, err);
}

bool pack_trust_set_for_records(struct trust_set **out, struct err *err)
{
	struct arena *arena = arena_new();
	struct trust_packs packs;

	if (!pack_trust(arena, NULL, &packs, err)) {
		arena_free(arena);
		return false;
	}
	packs.arena = arena;
	packs.lists_may_wait = !folder_of(NULL); /* a list of the user's is read at once, to tell what is wrong with it */
	return trust_set_new(&packs, out, err);
}
