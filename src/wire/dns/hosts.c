/* SPDX-License-Identifier: Apache-2.0 */

/* /etc/hosts: an address, then its names; "#" begins a comment. After hosts(5). */

#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/arena.h"
#include "base/map.h"
#include "base/memory.h"
#include "wire/dns/room.h"

enum { ADDRESSES_MAX = 64 };

struct entry {
	size_t count, room;
	struct dns_address *addresses;
};

struct hosts {
	struct arena *arena;
	struct map *names;
};

static struct str word(struct str *line)
{
	struct str rest = str_trim(*line), out = rest;
	size_t end = 0;

	while (end < rest.len && !ascii_is_space(rest.data[end]))
		end++;
	out.len = end;
	*line = str_skip(rest, end);
	return out;
}

static void add(struct hosts *hosts, struct str name, const struct dns_address *address)
{
	struct str key = arena_lower(hosts->arena, name);
	struct entry *entry = map_get(hosts->names, bytes_from(key));

	if (!entry) {
		entry = ARENA_NEW(hosts->arena, struct entry);
		map_set(hosts->names, bytes_from(key), entry);
	}
	if (entry->count == ADDRESSES_MAX)
		return;
	if (entry->count == entry->room) {
		struct dns_address *old = entry->addresses;

		entry->room = entry->room ? entry->room * 2 : 1;
		entry->addresses = ARENA_ARRAY(hosts->arena, struct dns_address, entry->room);
		if (old)
			memcpy(entry->addresses, old, entry->count * sizeof *old);
	}
	entry->addresses[entry->count++] = *address;
}

struct hosts *hosts_new(struct str text)
{
	struct hosts *hosts = NEW(struct hosts);
	struct str line;

	hosts->arena = arena_new();
	hosts->names = map_new();
	while (str_split(&text, '\n', &line)) {
		size_t comment = str_find_char(line, '#');
		struct dns_address address = {0};
		struct str name;

		if (comment != SIZE_MAX)
			line = str_head(line, comment);
		if (!address_read(word(&line), address.bytes, &address.len))
			continue;
		while ((name = word(&line)).len > 0)
			add(hosts, name, &address);
	}
	return hosts;
}

void hosts_free(struct hosts *hosts)
{
	if (!hosts)
		return;
	map_free(hosts->names);
	arena_free(hosts->arena);
	free(hosts);
}

const struct dns_address *hosts_find(const struct hosts *hosts, struct str name, size_t *count)
{
	char lower[256];
	const struct entry *entry;

	*count = 0;
	if (name.len == 0 || name.len > sizeof lower)
		return NULL;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = ascii_lower(name.data[i]);
	entry = map_get(hosts->names, bytes_of(lower, name.len));
	if (!entry)
		return NULL;
	*count = entry->count;
	return entry->addresses;
}
