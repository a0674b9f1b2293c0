/* SPDX-License-Identifier: Apache-2.0 */

/* Own domains: a set that is asked with every end of a name, so that ten thousand domains cost no more than one. */

#include <stdlib.h>

#include "base/map.h"
#include "base/memory.h"
#include "discovery/ct/inside.h"
#include "facts/hostname.h"

enum { NAME_BYTES = 255 };

struct ct_domains {
	struct arena *arena;
	struct map *map;
};

static bool add(struct ct_domains *domains, struct str text, struct err *err)
{
	struct hostname name;

	if (str_starts(text, STR("*.")))
		text = str_skip(text, 2);
	if (!hostname_read(domains->arena, text, &name, err))
		return false;
	if (name.address_len)
		return err_set(err, ERR_INPUT, "%.*s is an address, not a domain", STR_ARG(text));
	if (hostname_is_public_suffix(name.text)) {
		err_set(err, ERR_INPUT, "%.*s is a public suffix: names below it belong to everybody", STR_ARG(text));
		return err_fix(err, "ct-domain", "name the domains of your own below it");
	}
	map_set(domains->map, bytes_from(name.text), domains);
	return true;
}

bool ct_domains_new(const struct str *domains, size_t count, struct ct_domains **out, struct err *err)
{
	struct ct_domains *made = NEW(struct ct_domains);

	made->arena = arena_new();
	made->map = map_new();
	if (count == 0)
		err_set(err, ERR_INPUT, "no domain is given");
	for (size_t i = 0; i < count; i++)
		if (!add(made, domains[i], err)) {
			count = 0;
			break;
		}
	if (count == 0) {
		ct_domains_free(made);
		return false;
	}
	*out = made;
	return true;
}

void ct_domains_free(struct ct_domains *domains)
{
	if (!domains)
		return;
	map_free(domains->map);
	arena_free(domains->arena);
	free(domains);
}

bool ct_domains_cover(const struct ct_domains *domains, struct str name)
{
	char lower[NAME_BYTES];
	struct str rest = {lower, name.len};

	if (name.len == 0 || name.len > sizeof lower)
		return false;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = ascii_lower(name.data[i]);
	if (lower[rest.len - 1] == '.')
		rest.len--;
	for (;;) {
		size_t dot = str_find_char(rest, '.');

		if (map_get(domains->map, bytes_from(rest)))
			return true;
		if (dot == SIZE_MAX)
			return false;
		rest = str_skip(rest, dot + 1);
	}
}
