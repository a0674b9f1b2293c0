/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Names that were learnt, as targets of a network source.
 *
 * A server that serves many sites shows each its own certificate only to who asks by name. So: names of the certificates that
 * this source saw at an endpoint are asked there; names that a zone, a log, a configuration or an import told, with an address
 * within the scopes, are asked at that address; those without one are asked where they resolve to, and the probe process leaves
 * them alone when that is outside the scopes. Nothing outside the scopes is ever dialled.
 */

#include <string.h>

#include "base/address.h"
#include "base/addresses.h"
#include "base/limits.h"
#include "discovery/target.h"
#include "jobs/source/room.h"

#define REMEMBERED_S (90 * 86400)

struct growing {
	struct arena *arena;
	struct str *words;
	size_t count, room, first; /* first: how many are the source's own */
};

static bool full(const struct growing *list)
{
	return list->count - list->first >= LIMIT_LEARNT_NAMES;
}

static void add(struct growing *list, struct str word)
{
	if (list->count == list->room) {
		struct str *more = ARENA_ARRAY(list->arena, struct str, list->room * 2);

		memcpy(more, list->words, list->count * sizeof *more);
		list->words = more;
		list->room *= 2;
	}
	list->words[list->count++] = word;
}

/* Names come from certificates, too: what is none a server could be asked by is passed over. */
static bool is_host_name(struct str name)
{
	uint8_t bytes[16], len;

	for (size_t i = 0; i < name.len; i++)
		if (!ascii_is_alpha(name.data[i]) && !ascii_is_digit(name.data[i]) && name.data[i] != '-' &&
		    name.data[i] != '.' && name.data[i] != '_')
			return false;
	return name.len > 0 && name.len <= 253 && ascii_is_alpha(name.data[name.len - 1]) && name.data[0] != '-' &&
	       name.data[0] != '.' && str_find_char(name, '.') != SIZE_MAX && !address_read(name, bytes, &len);
}

/* The host of a scope that is a name, a URL or the like; NULL data when it is none. */
static struct str host_of(struct arena *arena, struct str scope)
{
	struct str text = arena_str(arena, scope), host = {NULL, 0};
	char *words[1] = {(char *)(uintptr_t)text.data};
	struct target_list *list;
	struct probe_target target;
	struct err ignored;

	if (!target_list_open(words, 1, NULL, &list, &ignored))
		return host;
	if (target_list_next(list, &target, &ignored) == TARGET_HERE)
		host = arena_str(arena, target.host);
	target_list_close(list);
	return host;
}

/*
 * The scopes that are addresses; "local" is loopback. Names that are scopes themselves are looked at wherever they are: they
 * stand in `within` as names.
 */
static struct addresses *scope_set(struct arena *arena, const struct scan_request *request, const struct str **within,
				   size_t *within_count)
{
	struct addresses *set = addresses_new();
	struct str *words = ARENA_ARRAY(arena, struct str, 2 * request->target_count + 2);

	*within_count = 0;
	for (size_t i = 0; i < request->target_count; i++) {
		if (str_is(request->targets[i], "local")) {
			words[(*within_count)++] = STR("127.0.0.0/8");
			words[(*within_count)++] = STR("::1");
		} else {
			struct str host = addresses_add(set, request->targets[i]) ? request->targets[i]
										  : host_of(arena, request->targets[i]);

			if (host.data)
				words[(*within_count)++] = host;
		}
	}
	for (size_t i = 0; i < *within_count; i++)
		(void)addresses_add(set, words[i]);
	*within = words;
	return set;
}

static struct str at_address(struct arena *arena, struct str name, struct str address, int64_t port)
{
	const char *open = str_find_char(address, ':') != SIZE_MAX ? "[" : "", *close = *open ? "]" : "";

	return port ? arena_format(arena, "%.*s@%s%.*s%s:%lld", STR_ARG(name), open, STR_ARG(address), close,
				   (long long)port)
		    : arena_format(arena, "%.*s@%s%.*s%s", STR_ARG(name), open, STR_ARG(address), close);
}

bool learnt_add(struct arena *arena, struct store_txn *txn, const struct model_source *source, int64_t now,
		struct scan_request *request, struct err *err)
{
	const struct store_endpoint_name *seen;
	const struct store_name *told;
	struct growing list = {.arena = arena, .room = request->target_count + 64, .first = request->target_count};
	struct addresses *scopes;
	size_t seen_count, told_count;

	if (!store_source_names(txn, arena, source->id, LIMIT_LEARNT_NAMES, &seen, &seen_count, err) ||
	    !store_names(txn, arena, now - REMEMBERED_S, LIMIT_LEARNT_NAMES, &told, &told_count, err))
		return false;
	scopes = scope_set(arena, request, &request->within, &request->within_count);
	list.words = ARENA_ARRAY(arena, struct str, list.room);
	for (size_t i = 0; i < request->target_count; i++)
		add(&list, request->targets[i]);
	for (size_t i = 0; i < seen_count && !full(&list); i++)
		if (is_host_name(seen[i].name) && addresses_has_text(scopes, seen[i].address))
			add(&list, at_address(arena, seen[i].name, seen[i].address, seen[i].port));
	for (size_t i = 0; i < told_count && !full(&list); i++) {
		if (!is_host_name(told[i].name))
			continue;
		if (told[i].address.data && addresses_has_text(scopes, told[i].address))
			add(&list, at_address(arena, told[i].name, told[i].address, 0));
		else if (!told[i].address.data && addresses_count(scopes))
			add(&list, told[i].name);
	}
	if (!addresses_count(scopes) || list.count == list.first)
		request->within_count = 0; /* nothing was added that would have to be held back */
	addresses_free(scopes);
	request->targets = list.words;
	request->target_count = list.count;
	return true;
}
