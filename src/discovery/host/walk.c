/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Folders: the usual ones, where files are known by their names, or those asked for, where their first bytes tell. Links to folders
 * are not followed, a folder is entered once, kernel and network file systems are left out, and there are limits. First all
 * is gathered and configurations are read, because they may hold the password of a store; then files are read.
 */

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "discovery/host/room.h"

enum { SNIFF_BYTES = 65536, SMALLEST = 64 };

static const char *const usual_folders[] = {
	"/etc/ssl",	   "/etc/pki",		"/etc/nginx",	     "/etc/apache2",	"/etc/httpd",	    "/etc/haproxy",
	"/etc/postfix",	   "/etc/dovecot",	"/etc/exim4",	     "/etc/caddy",	"/etc/traefik",	    "/etc/ldap",
	"/etc/openldap",   "/etc/mysql",	"/etc/postgresql",   "/etc/openvpn",	"/etc/stunnel",	    "/etc/prosody",
	"/etc/ngircd",	   "/etc/proftpd",	"/etc/mosquitto",    "/etc/rabbitmq",	"/etc/elasticsearch", "/etc/kafka",
	"/etc/grafana",	   "/etc/gitlab",	"/etc/cockpit",	     "/etc/kubernetes", "/var/lib/kubelet/pki", "/etc/docker",
	"/etc/ipsec.d",	   "/etc/swanctl",	"/etc/freeradius",   "/etc/bind",	"/etc/redis",	    "/etc/lighttpd",
	"/etc/certs",	   "/etc/certificates", "/etc/java",	     "/usr/lib/jvm",	"/usr/local/etc",   "/usr/local/share/ca-certificates",
	"/var/lib/tomcat9", "/var/lib/tomcat10", "/etc/tomcat9",     "/etc/tomcat10",	"/opt",		    "/srv",
};

static const char *const endings[] = {".pem", ".crt", ".cer", ".cert", ".key",	     ".der",	   ".p12",   ".pfx",
				      ".jks", ".jceks", ".ks",	".keystore", ".truststore", ".p7b", ".p7c", ".chain", ".bundle"};
static const char *const whole_names[] = {"cacerts", "fullchain", "privkey", "keystore", "truststore", "tls.crt", "tls.key"};
static const char *const left_out[] = {".git", "node_modules", "proc", "sys", "__pycache__"};

struct folder {
	struct str path;
	uint64_t device;
	int depth;
	bool all; /* every file is looked at, not only those named as certificates are */
};

struct walk {
	struct look *look;
	struct grow folders; /* struct folder: a stack */
};

static bool has_name_of_ours(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(endings); i++)
		if (name.len >= strlen(endings[i]) &&
		    str_equal_nocase(str_skip(name, name.len - strlen(endings[i])), str_of(endings[i])))
			return true;
	for (size_t i = 0; i < COUNT_OF(whole_names); i++)
		if (str_is(name, whole_names[i]))
			return true;
	return false;
}

/* Kernel file systems hold nothing of ours and may act when read; those of the network may never answer. */
static bool is_left_out(const char *name)
{
	static const uint32_t kinds[] = {
		0x9fa0,	    /* proc */
		0x62656572, /* sysfs */
		0x27e0eb,   /* cgroup */
		0x63677270, /* cgroup2 */
		0x64626720, /* debugfs */
		0x74726163, /* tracefs */
		0x73636673, /* securityfs */
		0xcafe4a11, /* bpf */
		0x1cd1,	    /* devpts */
		0x6969,	    /* nfs */
		0xff534d42, /* cifs */
		0xfe534d42, /* smb2 */
		0x65735546, /* fuse */
		0x0187,	    /* autofs */
	};
	struct statfs info;

	if (statfs(name, &info) != 0)
		return true;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if ((uint32_t)info.f_type == kinds[i])
			return true;
	return false;
}

static void folder_add(struct walk *walk, struct str path, const struct stat *info, int depth, bool all)
{
	struct look *look = walk->look;
	struct str key = arena_format(look->arena, "%llu %llu", (unsigned long long)info->st_dev,
				      (unsigned long long)info->st_ino);

	if (depth > LIMIT_HOST_FOLDER_DEPTH) {
		look_problem(look, path, 0, "not entered: folders are nested too deep");
		look->found->limited = true;
		return;
	}
	if (map_set(look->folders, bytes_from(key), look))
		return;
	*(struct folder *)grow_add(look->arena, &walk->folders, sizeof(struct folder)) =
		(struct folder){path, info->st_dev, depth, all};
}

/* "-----BEGIN ", a DER sequence with a length that fits, a Java key store, base64 of DER. */
static bool looks_like_ours(const char *data, size_t len, uint64_t size)
{
	const uint8_t *b = (const uint8_t *)data;

	if (len < SMALLEST)
		return false;
	if (memcmp(b, "\xfe\xed\xfe\xed", 4) == 0 || memcmp(b, "\xce\xce\xce\xce", 4) == 0)
		return true;
	if (b[0] == 0x30 && b[1] == 0x82 && (uint64_t)(b[2] << 8 | b[3]) + 4 <= size && b[4] == 0x30)
		return true;
	if (b[0] == 0x30 && (b[1] == 0x80 || b[1] == 0x82 || b[1] == 0x83) && (b[4] == 0x02 || b[4] == 0x06 || b[2] == 0x02 || b[2] == 0x06 || b[5] == 0x02))
		return true;
	return memmem(data, len, "-----BEGIN ", 11) || memcmp(b, "MII", 3) == 0;
}

static bool sniff(struct look *look, struct str path, uint64_t size)
{
	static char data[SNIFF_BYTES];
	int fd = open(path_open(look, path), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat info;
	ssize_t len = -1;

	if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode))
		len = read(fd, data, sizeof data);
	if (fd >= 0)
		close(fd);
	return len > 0 && looks_like_ours(data, (size_t)len, size);
}

/* Configurations that stand in a folder are read as such. */
static bool is_configuration(struct look *look, struct str path)
{
	const struct server *server = server_of_file(path);
	struct str base = path_base(path);

	if (server)
		server_read(look, server, path);
	else if (str_is(base, "acme.json"))
		acme_json_read(look, path);
	else if (str_is(base, "kubeconfig") || str_ends(base, STR(".kubeconfig")) || str_is(base, "admin.conf"))
		kubeconfig_read(look, path);
	else
		return false;
	return true;
}

static void file_met(struct walk *walk, struct str path, const struct stat *info, bool all)
{
	struct look *look = walk->look;

	look->found->looked++;
	if (all && is_configuration(look, path))
		return;
	if (info->st_size < SMALLEST || (!all && !has_name_of_ours(path_base(path))))
		return;
	if (info->st_size > LIMIT_HOST_FILE_BYTES) {
		if (has_name_of_ours(path_base(path)))
			look_problem(look, path, 0, "not read: is too large");
		return;
	}
	if (!all || sniff(look, path, (uint64_t)info->st_size))
		*(struct str *)grow_add(look->arena, &look->walked, sizeof path) = path;
}

static bool is_name_left_out(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(left_out); i++)
		if (strcmp(name, left_out[i]) == 0)
			return true;
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool may_go_on(struct look *look, struct str path)
{
	if (look->found->looked < LIMIT_HOST_FILES)
		return true;
	if (!look->found->limited)
		look_problem(look, path, 0, "the rest was not looked at: more than %d files", LIMIT_HOST_FILES);
	look->found->limited = true;
	return false;
}

static void entry_met(struct walk *walk, const struct folder *folder, const char *name, unsigned char type)
{
	struct look *look = walk->look;
	struct str path;
	struct stat info;

	if (is_name_left_out(name))
		return;
	/* most files need no system call to be passed over */
	if (!folder->all && type == DT_REG && !has_name_of_ours(str_of(name))) {
		look->found->looked++;
		return;
	}
	path = path_join(look->arena, folder->path, str_of(name));
	if (lstat(path_open(look, path), &info) != 0)
		return;
	if (S_ISDIR(info.st_mode)) {
		if (info.st_dev == folder->device || !is_left_out(path_open(look, path)))
			folder_add(walk, path, &info, folder->depth + 1, folder->all);
		return;
	}
	if (S_ISLNK(info.st_mode) && stat(path_open(look, path), &info) != 0)
		return;
	if (S_ISREG(info.st_mode))
		file_met(walk, path, &info, folder->all);
}

static void walk_all(struct walk *walk)
{
	struct look *look = walk->look;

	while (walk->folders.count) {
		struct folder folder = ((struct folder *)walk->folders.at)[--walk->folders.count];
		DIR *open_folder = opendir(path_open(look, folder.path));
		const struct dirent *entry;

		if (!open_folder)
			look_problem(look, folder.path, 0, "may not be entered");
		look->found->folders += open_folder != NULL;
		while (open_folder && may_go_on(look, folder.path) && (entry = readdir(open_folder)))
			entry_met(walk, &folder, entry->d_name, entry->d_type);
		if (open_folder)
			closedir(open_folder);
	}
}

static void begin_at(struct walk *walk, struct str path, bool all)
{
	struct look *look = walk->look;
	struct stat info;

	if (stat(path_open(look, path), &info) != 0)
		return;
	if (S_ISDIR(info.st_mode))
		folder_add(walk, path, &info, 0, all);
	else if (S_ISREG(info.st_mode))
		file_met(walk, path, &info, all);
}

void walk_look(struct look *look)
{
	const struct host_options *options = look->options;
	struct walk walk = {.look = look};

	for (size_t i = 0; i < options->path_count; i++)
		begin_at(&walk, path_real(look, options->paths[i]), true);
	for (size_t i = 0; options->path_count == 0 && i < COUNT_OF(usual_folders); i++)
		begin_at(&walk, str_of(usual_folders[i]), false);
	walk_all(&walk);
}

/* ---- and then ---- */

/* Single authorities of one of the system's own folders are one trust store together. */
static bool gather_authority(struct look *look, struct loaded *loaded, struct str path, struct map *stores)
{
	const struct container *container = loaded->container;
	struct str place = trust_place(path);
	struct host_file *file;
	size_t at;

	if (loaded->located || !container || loaded->key || !place.data || container->item_count > 3)
		return false;
	for (size_t i = 0; i < container->item_count; i++)
		if (container->items[i].kind != ITEM_CERTIFICATE || !container->items[i].cert->ca)
			return false;
	loaded->located = true;
	at = (size_t)(uintptr_t)map_get(stores, bytes_from(place));
	if (!at) {
		at = look->files.count + 1;
		map_set(stores, bytes_from(place), (void *)(uintptr_t)at);
		file = grow_add(look->arena, &look->files, sizeof *file);
		*file = (struct host_file){.kind = HOST_TRUST_STORE, .path = str_head(place, place.len - 1), .format = STR("folder")};
	}
	file = &((struct host_file *)look->files.at)[at - 1];
	file->counted += container->item_count;
	return true;
}

void files_look(struct look *look)
{
	CLEANUP(map_done) struct map *stores = map_new();
	const struct str *walked = look->walked.at;

	for (size_t i = 0; i < look->walked.count; i++) {
		struct loaded *loaded = load_file(look, walked[i]);

		if (!gather_authority(look, loaded, walked[i], stores))
			(void)locate(look, loaded, walked[i], false);
	}
}
