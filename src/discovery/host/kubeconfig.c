/* SPDX-License-Identifier: Apache-2.0 */

/*
 * kubeconfigs: a user's client certificate and a cluster's authority, as base64 within the file or as paths. After
 * kubernetes.io/docs/reference/config-api/kubeconfig.v1.
 */

#include "base/hex.h"
#include "discovery/host/room.h"

static void data_found(struct look *look, struct str path, const struct flat *flat, const struct flat_value *value)
{
	CLEANUP(buf_done) struct buf both = buf_capped(1 << 20);
	size_t dot = str_find_last_char(value->way, '.');
	struct str prefix = str_head(value->way, dot), up = str_head(prefix, str_find_last_char(prefix, '.')), name, key;
	struct bytes pem, key_pem;
	struct host_file *file;

	if (!base64_read(value->value, look->arena, &pem))
		return;
	buf_add_bytes(&both, pem);
	buf_add_char(&both, '\n');
	key = flat_get(flat, arena_format(look->arena, "%.*s.client-key-data", STR_ARG(prefix)));
	if (key.data && base64_read(key, look->arena, &key_pem))
		buf_add_bytes(&both, key_pem);
	file = locate(look, load_bytes(look, path, arena_bytes(look->arena, buf_bytes(&both))), path, false);
	if (!file)
		return;
	name = flat_get(flat, arena_format(look->arena, "%.*s.name", STR_ARG(up)));
	file->kind = HOST_KUBECONFIG;
	file->format = STR("kubeconfig");
	file->alias = name.data ? name : up;
}

static void file_found(struct look *look, struct str path, const struct flat_value *value)
{
	struct str there = path_join(look->arena, path_folder(path), value->value);
	struct loaded *loaded = load_file(look, there);

	if (loaded)
		(void)locate(look, loaded, there, false);
}

static bool ends(struct str way, const char *with)
{
	return str_ends(way, str_of(with));
}

void kubeconfig_read(struct look *look, struct str path)
{
	struct str text;
	struct flat flat;

	if (!path_config(look, path, true, &text) || !str_has(text, STR("clusters:")))
		return;
	flat = flat_yaml(look->arena, text);
	for (size_t i = 0; i < flat.count && look_step(look, path); i++) {
		const struct flat_value *value = &flat.at[i];

		if (ends(value->way, ".client-certificate-data") || ends(value->way, ".certificate-authority-data"))
			data_found(look, path, &flat, value);
		else if (ends(value->way, ".client-certificate") || ends(value->way, ".certificate-authority"))
			file_found(look, path, value);
	}
}

static void found(void *data, struct str path)
{
	struct look *look = data;

	if (path_is_file(look, path))
		kubeconfig_read(look, path);
}

void kubeconfigs_look(struct look *look)
{
	static const char *const places[] = {"/etc/kubernetes/*.conf", "/etc/rancher/*/*.yaml", "/var/lib/kubelet/kubeconfig",
					     "/var/lib/kube*/kubeconfig"};
	const struct str *homes;
	size_t count = ids_homes(look, &homes);

	for (size_t i = 0; i < COUNT_OF(places); i++)
		path_glob(look, str_of(places[i]), found, look);
	for (size_t i = 0; i < count; i++)
		found(look, path_join(look->arena, homes[i], STR(".kube/config")));
}
