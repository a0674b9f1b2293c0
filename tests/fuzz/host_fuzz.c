/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Configurations and stores: the first byte chooses who reads, the rest is files, a NUL between them, that may include each other by the
 * names main, b and c. They lie in a folder that stands for "/".
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "discovery/host.h"

enum { FILES = 3 };

static char root[64];
static const char *const names[FILES] = {"main", "b", "c"};

/* Beside the servers: files that are known by their names, in a folder that is walked. */
static const char *const others[] = {"acme.json", "kubeconfig", "x.pem", "server.xml", "traefik.toml"};

static void put(const char *name, struct str text)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, "%s/%s", root, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, text.data ? text.data : "", text.len) < 0)
		abort();
	close(fd);
}

static size_t server_count(void)
{
	size_t count = 0;

	while (host_server_at(count))
		count++;
	return count;
}

static void write_all(const struct host_found *found)
{
	struct buf to = buf_capped(1 << 22);

	for (size_t i = 0; i < found->file_count; i++) {
		struct json_out json = json_out_start(&to);

		host_file_write(&json, &found->files[i]);
		buf_clear(&to);
	}
	buf_done(&to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct str rest, file;
	struct host_found *found;
	struct err err;
	size_t which, servers = server_count();

	if (!root[0]) {
		snprintf(root, sizeof root, "/tmp/keepvalid-fuzz-XXXXXX");
		if (!mkdtemp(root))
			abort();
	}
	if (size < 2) {
		arena_free(arena);
		return 0;
	}
	which = data[0] % (servers + COUNT_OF(others));
	rest = (struct str){(const char *)data + 1, size - 1};
	if (which < servers) {
		for (size_t i = 0; i < FILES && str_split(&rest, 0, &file); i++)
			put(names[i], file);
		if (host_config_read(arena, str_of(host_server_at(which)), STR("/main"), str_of(root), &found, &err))
			write_all(found);
	} else {
		struct str path = arena_format(arena, "/%s", others[which - servers]);
		struct host_options options = {.paths = &path, .path_count = 1, .root = str_of(root)};
		char whole[128];

		put(others[which - servers], rest);
		if (host_look(arena, &options, &found, &err))
			write_all(found);
		snprintf(whole, sizeof whole, "%s/%s", root, others[which - servers]);
		(void)unlink(whole);
	}
	arena_free(arena);
	return 0;
}
