/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Paths, and reading what stands there without being harmed by it: only regular files are opened, never waiting, links
 * are followed by the kernel alone (which ends loops), and everything has a limit.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "discovery/host/room.h"

struct str path_join(struct arena *arena, struct str folder, struct str name)
{
	if (name.len > 0 && name.data[0] == '/')
		return arena_str(arena, name);
	while (str_starts(name, STR("./")))
		name = str_skip(name, 2);
	return arena_format(arena, "%.*s%s%.*s", STR_ARG(folder), str_ends(folder, STR("/")) ? "" : "/", STR_ARG(name));
}

struct str path_folder(struct str path)
{
	size_t slash = str_find_last_char(path, '/');

	if (slash == SIZE_MAX)
		return STR(".");
	return slash == 0 ? STR("/") : str_head(path, slash);
}

struct str path_base(struct str path)
{
	size_t slash = str_find_last_char(path, '/');

	return slash == SIZE_MAX ? path : str_skip(path, slash + 1);
}

const char *path_open(struct look *look, struct str path)
{
	if (look->root.len + path.len >= sizeof look->name || memchr(path.data ? path.data : "", 0, path.len))
		return "/nowhere/too/long";
	snprintf(look->name, sizeof look->name, "%.*s%.*s", STR_ARG(look->root), STR_ARG(path));
	return look->name;
}

struct str path_real(struct look *look, struct str path)
{
	char *real = realpath(path_open(look, path), NULL);
	struct str out = path;

	if (real) {
		out = arena_str(look->arena, str_of(real));
		if (look->root.len && str_starts(out, look->root))
			out = str_skip(out, look->root.len);
	}
	free(real);
	return out;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static const char *why_not(int why)
{
	return why == ENOENT || why == ENOTDIR ? NULL : why == EACCES ? "may not be read" : strerror(why);
}

/* All of it into buf; false when it is larger than it should be or cannot be read. */
static bool read_all(int fd, struct buf *whole, const char **why)
{
	for (;;) {
		size_t left = whole->cap - whole->len;
		char *room = left ? buf_reserve(whole, left < 65536 ? left : 65536) : NULL;
		ssize_t got = room ? read(fd, room, left < 65536 ? left : 65536) : 0;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || !room) {
			*why = room ? strerror(errno) : "is too large";
			return false;
		}
		if (got == 0)
			return true;
		whole->len += (size_t)got;
	}
}

bool path_read(struct look *look, struct str path, size_t max, struct bytes *out, struct stat *info, const char **why)
{
	const char *name = path_open(look, path);
	CLEANUP(buf_done) struct buf whole = buf_capped(max + 1);
	CLEANUP(close_fd) int fd = -1;

	*why = NULL;
	if (stat(name, info) != 0) {
		*why = why_not(errno);
		return false;
	}
	if (!S_ISREG(info->st_mode)) {
		*why = S_ISDIR(info->st_mode) ? "is a folder" : "is not a regular file";
		return false;
	}
	if ((uint64_t)info->st_size > max) {
		*why = "is too large";
		return false;
	}
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, info) != 0 || !S_ISREG(info->st_mode)) {
		*why = fd < 0 ? why_not(errno) : "is not a regular file";
		return false;
	}
	if (!read_all(fd, &whole, why))
		return false;
	*out = arena_bytes(look->arena, bytes_of(whole.data ? whole.data : "", whole.len));
	return true;
}

static bool is_mode(struct look *look, struct str path, unsigned type)
{
	struct stat info;

	return stat(path_open(look, path), &info) == 0 && (info.st_mode & S_IFMT) == type;
}

bool path_is_folder(struct look *look, struct str path)
{
	return is_mode(look, path, S_IFDIR);
}

bool path_is_file(struct look *look, struct str path)
{
	return is_mode(look, path, S_IFREG);
}

bool path_config(struct look *look, struct str path, bool may_be_absent, struct str *out)
{
	struct bytes content;
	struct stat info;
	const char *why;

	if (look->config_files >= LIMIT_HOST_CONFIG_FILES || look->config_bytes > (64u << 20)) {
		if (!look->found->limited)
			look_problem(look, path, 0, "not read: too many configurations were read already");
		look->found->limited = true;
		return false;
	}
	if (path_read(look, path, LIMIT_HOST_CONFIG_BYTES, &content, &info, &why)) {
		look->config_files++;
		look->config_bytes += content.len;
		*out = str_from(content);
		return true;
	}
	if (why || !may_be_absent)
		look_problem(look, path, 0, "%s", why ? why : "is not there");
	return false;
}

/* ---- folders and patterns ---- */

static int by_text(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void close_folder(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

size_t path_names(struct look *look, struct str folder, struct str **out)
{
	CLEANUP(close_folder) DIR *open_folder = opendir(path_open(look, folder));
	struct grow names = {0};
	const struct dirent *entry;

	*out = NULL;
	while (open_folder && (entry = readdir(open_folder)) && names.count < LIMIT_HOST_MATCHES)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			*(struct str *)grow_add(look->arena, &names, sizeof(struct str)) =
				arena_str(look->arena, str_of(entry->d_name));
	if (open_folder && names.count == LIMIT_HOST_MATCHES) {
		look_problem(look, folder, 0, "has more than %d names; the rest was not looked at", LIMIT_HOST_MATCHES);
		look->found->limited = true;
	}
	if (names.count)
		qsort(names.at, names.count, sizeof(struct str), by_text);
	*out = names.at;
	return names.count;
}

bool path_is_pattern(struct str path)
{
	return str_find_char(path, '*') != SIZE_MAX || str_find_char(path, '?') != SIZE_MAX ||
	       str_find_char(path, '[') != SIZE_MAX;
}

struct globbing {
	struct look *look;
	path_fn each;
	void *data;
	size_t left;
};

static void glob_from(struct globbing *glob, struct str folder, struct str rest, int depth)
{
	struct str part, *names;
	size_t count;
	bool last;

	while (rest.len && rest.data[0] == '/')
		rest = str_skip(rest, 1);
	str_split(&rest, '/', &part);
	last = rest.len == 0;
	if (depth > LIMIT_HOST_FOLDER_DEPTH || !part.len || !glob->left)
		return;
	if (!path_is_pattern(part)) {
		struct str path = path_join(glob->look->arena, folder, part);
		struct stat info;

		if (!last)
			glob_from(glob, path, rest, depth + 1);
		else if (glob->left-- && stat(path_open(glob->look, path), &info) == 0)
			glob->each(glob->data, path);
		return;
	}
	count = path_names(glob->look, folder, &names);
	for (size_t i = 0; i < count && glob->left; i++) {
		if (fnmatch(arena_str(glob->look->arena, part).data, names[i].data, FNM_PERIOD) != 0)
			continue;
		glob->left--;
		if (last)
			glob->each(glob->data, path_join(glob->look->arena, folder, names[i]));
		else
			glob_from(glob, path_join(glob->look->arena, folder, names[i]), rest, depth + 1);
	}
}

void path_glob(struct look *look, struct str pattern, path_fn each, void *data)
{
	struct globbing glob = {look, each, data, LIMIT_HOST_MATCHES};

	if (pattern.len == 0 || pattern.len >= PATH_MAX)
		return;
	if (!path_is_pattern(pattern))
		each(data, pattern);
	else
		glob_from(&glob, pattern.data[0] == '/' ? STR("/") : STR("."), pattern, 0);
}
