/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Listening sockets and who has them: the inode of each is looked for among the descriptors of all processes that may be seen. Of
 * several that share a socket the oldest counts: the one that read the configuration.
 */

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "discovery/host/room.h"
#include "discovery/target.h"

enum { PROC_BYTES = 65536, PROCESSES_MAX = 100000, DESCRIPTORS_MAX = 1000000 };

struct owners {
	struct arena *arena;
	struct host_listener *at;
	uint64_t *ages; /* start of the process, in ticks since the machine's */
	size_t count;
	int64_t booted_at;
};

static struct str read_small(struct arena *arena, const char *path)
{
	struct bytes content;
	struct err err;

	return file_read(arena, path, PROC_BYTES, &content, &err) ? str_from(content) : (struct str){NULL, 0};
}

static struct str read_link(struct arena *arena, const char *path)
{
	char to[PATH_MAX];
	ssize_t len = readlink(path, to, sizeof to);

	return len > 0 ? arena_str(arena, (struct str){to, (size_t)len}) : (struct str){NULL, 0};
}

/* The 22nd field of /proc/PID/stat; the second may hold blanks and brackets. */
static uint64_t start_ticks(struct str line)
{
	size_t close = str_find_last_char(line, ')');
	struct str rest = close == SIZE_MAX ? STR("") : str_trim(str_skip(line, close + 1)), word = STR("");
	uint64_t ticks = 0;

	for (int i = 3; i <= 22 && str_split(&rest, ' ', &word); i++)
		;
	return str_to_u64(word, UINT64_MAX, &ticks) ? ticks : 0;
}

static int64_t boot_time(struct arena *arena)
{
	struct str rest = read_small(arena, "/proc/stat"), line;
	uint64_t at;

	while (rest.data && str_take_line(&rest, &line))
		if (str_starts(line, STR("btime ")) && str_to_u64(str_trim(str_skip(line, 6)), INT64_MAX, &at))
			return (int64_t)at;
	return 0;
}

/* One variable of an environment, and nothing else of it. */
static struct str variable_of(struct arena *arena, const char *path, const char *name)
{
	CLEANUP(arena_done) struct arena *own = arena_new();
	struct str rest = read_small(own, path), one, want = arena_format(own, "%s=", name);

	while (rest.len && str_split(&rest, 0, &one))
		if (str_starts(one, want))
			return arena_str(arena, str_skip(one, want.len));
	return (struct str){NULL, 0};
}

static void describe(struct owners *owners, struct host_listener *one, const char *pid, uint64_t ticks)
{
	struct arena *arena = owners->arena;
	char path[64];
	const struct server *server;

	one->pid = (pid_t)strtol(pid, NULL, 10);
	snprintf(path, sizeof path, "/proc/%.20s/comm", pid);
	one->program = str_trim(read_small(arena, path));
	snprintf(path, sizeof path, "/proc/%.20s/exe", pid);
	one->path = read_link(arena, path);
	snprintf(path, sizeof path, "/proc/%.20s/cwd", pid);
	one->folder = read_link(arena, path);
	snprintf(path, sizeof path, "/proc/%.20s/cmdline", pid);
	one->command = read_small(arena, path);
	one->started_at = owners->booted_at + (int64_t)(ticks / (uint64_t)sysconf(_SC_CLK_TCK));
	server = server_of_program(one->program, one->path);
	if (!server)
		return;
	one->server = str_of(server->name);
	snprintf(path, sizeof path, "/proc/%.20s/environ", pid);
	if (server->variable)
		one->configured = variable_of(arena, path, server->variable);
}

static void process_has(struct owners *owners, const char *pid, uint64_t inode, uint64_t ticks)
{
	for (size_t i = 0; i < owners->count; i++)
		if (owners->at[i].inode == inode && (!owners->ages[i] || ticks < owners->ages[i])) {
			owners->ages[i] = ticks;
			describe(owners, &owners->at[i], pid, ticks);
		}
}

static void look_at_process(struct owners *owners, const char *pid)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const struct dirent *entry;
	char path[64], name[PATH_MAX];
	uint64_t ticks = 0;
	DIR *folder;

	snprintf(path, sizeof path, "/proc/%.20s/fd", pid);
	folder = opendir(path);
	for (int i = 0; folder && i < DESCRIPTORS_MAX && (entry = readdir(folder)); i++) {
		char to[64];
		uint64_t inode;
		ssize_t len;

		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		len = readlink(name, to, sizeof to);
		if (len < 10 || strncmp(to, "socket:[", 8) != 0 ||
		    !str_to_u64((struct str){to + 8, (size_t)len - 9}, UINT64_MAX, &inode))
			continue;
		if (!ticks) {
			snprintf(name, sizeof name, "/proc/%.20s/stat", pid);
			ticks = start_ticks(str_trim(read_small(arena, name))) + 1;
		}
		process_has(owners, pid, inode, ticks);
	}
	if (folder)
		closedir(folder);
}

static void find_owners(struct owners *owners)
{
	DIR *folder = opendir("/proc");
	const struct dirent *entry;

	for (int i = 0; folder && i < PROCESSES_MAX && (entry = readdir(folder)); i++)
		if (ascii_is_digit(entry->d_name[0]))
			look_at_process(owners, entry->d_name);
	if (folder)
		closedir(folder);
}

bool host_listeners_read(struct arena *arena, struct host_listeners *out, struct err *err)
{
	const struct target_listener *found;
	struct owners owners = {.arena = arena};

	if (!target_listeners(arena, &found, &owners.count, err))
		return false;
	owners.at = ARENA_ARRAY(arena, struct host_listener, owners.count + 1);
	owners.ages = ARENA_ARRAY(arena, uint64_t, owners.count + 1);
	owners.booted_at = boot_time(arena);
	for (size_t i = 0; i < owners.count; i++)
		owners.at[i] = (struct host_listener){
			.address = found[i].address,
			.any = found[i].any,
			.port = found[i].port,
			.inode = found[i].inode,
			.uid = found[i].uid,
		};
	find_owners(&owners);
	*out = (struct host_listeners){owners.at, owners.count};
	return true;
}
