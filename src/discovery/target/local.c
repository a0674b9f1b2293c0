/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What listens on this machine, from /proc/net/tcp and tcp6: lines of "slot: address:port peer:port state …" where the
 * address is hexadecimal, in 32-bit words of the machine's own order, and state 0A is listening. After
 * Linux Documentation/networking/proc_net_tcp.rst.
 */

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/memory.h"
#include "discovery/target/room.h"

enum { LISTENERS_MAX = 65536, TABLE_BYTES = 64 << 20 };

static struct str word(struct str *line)
{
	struct str rest = *line, out;
	size_t end = 0;

	while (rest.len > 0 && ascii_is_space(rest.data[0]))
		rest = str_skip(rest, 1);
	while (end < rest.len && !ascii_is_space(rest.data[end]))
		end++;
	out = str_head(rest, end);
	*line = str_skip(rest, end);
	return out;
}

static struct str skip_words(struct str line, int count)
{
	while (count-- > 0)
		(void)word(&line);
	return line;
}

/* An any-address is dialled on loopback; an IPv4-mapped address as IPv4. */
static void make_dialable(struct listener *listener)
{
	static const uint8_t any[16], mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (listener->address_len == 16 && memcmp(listener->address, mapped, 12) == 0) {
		memmove(listener->address, listener->address + 12, 4);
		listener->address_len = 4;
	}
	if (memcmp(listener->address, any, listener->address_len) != 0)
		return;
	listener->any = true;
	if (listener->address_len == 4)
		listener->address[0] = 127;
	listener->address[listener->address_len - 1] = 1;
}

static bool socket_read(struct str text, struct listener *out)
{
	size_t colon = str_find_char(text, ':');
	uint8_t port[2];

	*out = (struct listener){0};
	if (colon != 8 && colon != 32)
		return false;
	out->address_len = (uint8_t)(colon / 2);
	if (!hex_read(str_head(text, colon), out->address, out->address_len) ||
	    !hex_read(str_skip(text, colon + 1), port, 2))
		return false;
	for (size_t i = 0; i < out->address_len; i += 4) {
		uint32_t own;

		memcpy(&own, out->address + i, 4);
		own = htonl(own);
		memcpy(out->address + i, &own, 4);
	}
	out->port = (uint16_t)(port[0] << 8 | port[1]);
	make_dialable(out);
	return out->port != 0;
}

static bool is_known(const struct listeners *listeners, const struct listener *one)
{
	for (size_t i = 0; i < listeners->count; i++) {
		const struct listener *other = &listeners->at[i];

		if (other->port == one->port && other->address_len == one->address_len &&
		    memcmp(other->address, one->address, one->address_len) == 0)
			return true;
	}
	return false;
}

void listeners_add(struct listeners *listeners, struct str table)
{
	struct str line;

	while (str_take_line(&table, &line)) {
		struct str local, state, uid, inode;
		struct listener one;
		uint64_t number;

		(void)word(&line);
		local = word(&line);
		(void)word(&line);
		state = word(&line);
		line = skip_words(line, 3);
		uid = word(&line);
		line = skip_words(line, 1);
		inode = word(&line);
		if (!str_is(state, "0A") || !socket_read(local, &one) || is_known(listeners, &one))
			continue;
		one.uid = str_to_u64(uid, UINT32_MAX, &number) ? (uint32_t)number : 0;
		one.inode = str_to_u64(inode, UINT64_MAX, &number) ? number : 0;
		if (listeners->count == LISTENERS_MAX)
			return;
		if ((listeners->count & (listeners->count - 1)) == 0)
			listeners->at = memory_grow(listeners->at, (listeners->count * 2 + 1) * sizeof one);
		listeners->at[listeners->count++] = one;
	}
}

bool listeners_read(struct listeners *out, struct err *err)
{
	static const char *const tables[] = {"/proc/net/tcp", "/proc/net/tcp6"};
	CLEANUP(arena_done) struct arena *arena = arena_new();
	size_t found = 0;

	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		struct bytes table;

		if (!file_read(arena, tables[i], TABLE_BYTES, &table, err))
			continue;
		listeners_add(out, str_from(table));
		found++;
	}
	if (found == 0)
		return err_wrap(err, "target \"local\"");
	return true;
}

bool target_listeners(struct arena *arena, const struct target_listener **out, size_t *count, struct err *err)
{
	struct listeners found = {0};
	struct target_listener *all;

	if (!listeners_read(&found, err))
		return false;
	all = ARENA_ARRAY(arena, struct target_listener, found.count + 1);
	for (size_t i = 0; i < found.count; i++) {
		const struct listener *one = &found.at[i];
		char text[INET6_ADDRSTRLEN];

		inet_ntop(one->address_len == 4 ? AF_INET : AF_INET6, one->address, text, sizeof text);
		all[i] = (struct target_listener){arena_str(arena, str_of(text)), one->any, one->port, one->uid, one->inode};
	}
	*out = all;
	*count = found.count;
	free(found.at);
	return true;
}
