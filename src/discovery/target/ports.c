/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Port lists: "443,8443", "1-1024", "2525/smtp", names of protocols, "common", "all-tls". In the order given, each
 * port once.
 */

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "discovery/target/room.h"

static void add(struct ports *ports, uint8_t *seen, uint16_t port, const char *protocol)
{
	if (seen[port / 8] & 1 << port % 8)
		return;
	seen[port / 8] |= (uint8_t)(1 << port % 8);
	ports->at[ports->count++] = (struct port){port, protocol};
}

static void add_group(struct ports *ports, uint8_t *seen, bool all)
{
	size_t count;
	const struct target_protocol *rows = target_protocols(&count);

	for (size_t i = 0; i < count; i++)
		if (all || rows[i].common)
			add(ports, seen, rows[i].port, NULL);
}

static bool wrong(struct str item, const char *why, struct err *err)
{
	err_set(err, ERR_INPUT, "port list: \"%.*s\" %s", STR_ARG(str_head(item, 80)), why);
	return err_fix(err, "target-ports",
		       "write ports (443), ranges (1-1024), a port and what is spoken there (2525/smtp), names (smtp), "
		       "\"common\" or \"all-tls\", with commas between");
}

static bool number(struct str text, uint64_t *out)
{
	return str_to_u64(text, 65535, out) && *out > 0;
}

static bool add_numbers(struct ports *ports, uint8_t *seen, struct str item, struct err *err)
{
	struct str rest = item, range, from_text;
	const struct target_protocol *protocol = NULL;
	uint64_t from, to;

	(void)str_split(&rest, '/', &range);
	if (rest.data && !(protocol = target_protocol_find(rest)))
		return wrong(item, "names no protocol after \"/\"", err);
	rest = range;
	if (!str_split(&rest, '-', &from_text) || !number(from_text, &from))
		return wrong(item, "is neither a port from 1 to 65535 nor the name of a protocol", err);
	to = from;
	if (rest.data && !number(rest, &to))
		return wrong(item, "ends in no port from 1 to 65535", err);
	if (to < from)
		return wrong(item, "ends before it begins", err);
	for (uint64_t port = from; port <= to; port++)
		add(ports, seen, (uint16_t)port, protocol ? protocol->protocol : NULL);
	return true;
}

static bool add_item(struct ports *ports, uint8_t *seen, struct str item, struct err *err)
{
	const struct target_protocol *protocol;

	if (item.len == 0)
		return wrong(item, "is empty", err);
	if (str_is(item, "common") || str_is(item, "all-tls")) {
		add_group(ports, seen, str_is(item, "all-tls"));
		return true;
	}
	protocol = target_protocol_find(item);
	if (protocol) {
		add(ports, seen, protocol->port, protocol->protocol);
		return true;
	}
	return add_numbers(ports, seen, item, err);
}

bool ports_read(const char *text, struct ports *out, struct err *err)
{
	uint8_t seen[8192] = {0};
	struct str rest = str_of(text), item;
	struct ports ports = {memory_new(65536 * sizeof(struct port)), 0};

	while (str_split(&rest, ',', &item))
		if (!add_item(&ports, seen, str_trim(item), err)) {
			ports_done(&ports);
			return false;
		}
	ports.at = memory_grow(ports.at, (ports.count ? ports.count : 1) * sizeof *ports.at);
	*out = ports;
	return true;
}

void ports_done(struct ports *ports)
{
	free(ports->at);
	*ports = (struct ports){0};
}

bool ports_has(const struct ports *ports, uint16_t port)
{
	for (size_t i = 0; i < ports->count; i++)
		if (ports->at[i].port == port)
			return true;
	return false;
}
