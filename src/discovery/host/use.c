/* SPDX-License-Identifier: Apache-2.0 */

/* A use: the place of a configuration that names a certificate, with its key, server names and addresses. */

#include <string.h>

#include "base/secret.h"
#include "discovery/host/room.h"

struct host_use *use_add(struct look *look, const struct server *server, struct str config, uint32_t line,
			 struct str certificate)
{
	struct host_use *use = ARENA_NEW(look->arena, struct host_use);

	*use = (struct host_use){
		.server = str_of(server->name),
		.config = arena_str(look->arena, config),
		.line = line,
		.certificate = arena_str(look->arena, certificate),
		.listens = true,
	};
	if (look->uses.count >= LIMIT_HOST_FOUND) {
		look->found->limited = true; /* it is there for its caller, and forgotten */
		return use;
	}
	*(struct host_use **)grow_add(look->arena, &look->uses, sizeof use) = use;
	return use;
}

static bool is_every_name(struct str name)
{
	return str_is(name, "") || str_is(name, "_") || str_is(name, "*") || str_is(name, "_default_");
}

void use_names(struct look *look, struct host_use *use, const struct grow *names)
{
	const struct str *from = names->at;
	struct grow kept = {0};

	for (size_t i = 0; i < names->count && kept.count < LIMIT_HOST_NAMES; i++) {
		struct str name = arena_lower(look->arena, from[i]);
		bool known = is_every_name(name);

		for (size_t j = 0; j < kept.count && !known; j++)
			known = str_equal(((struct str *)kept.at)[j], name);
		if (!known)
			*(struct str *)grow_add(look->arena, &kept, sizeof name) = name;
	}
	use->names = (struct host_strs){kept.at, kept.count};
}

void use_binds(struct look *look, struct host_use *use, const struct grow *binds)
{
	(void)look;
	use->binds = binds->at;
	use->bind_count = binds->count;
}

bool bind_read(struct str text, uint16_t port, struct host_bind *out)
{
	struct str address = text, digits = {NULL, 0};
	size_t colon = str_find_last_char(text, ':'), close = str_find_char(text, ']');
	uint64_t number = port;

	if (text.len == 0 || text.data[0] == '/' || str_starts_nocase(text, STR("unix")))
		return false;
	if (text.data[0] == '[' && close != SIZE_MAX) {
		address = str_head(str_skip(text, 1), close - 1);
		if (close + 1 < text.len && text.data[close + 1] == ':')
			digits = str_skip(text, close + 2);
	} else if (colon != SIZE_MAX) {
		address = str_head(text, colon);
		digits = str_skip(text, colon + 1);
	} else if (str_to_u64(text, 65535, &number)) {
		address = (struct str){NULL, 0};
	}
	if (digits.len && !str_to_u64(digits, 65535, &number))
		return false;
	if (str_is(address, "") || str_is(address, "*") || str_is(address, "::") || str_is(address, "0.0.0.0") ||
	    str_is(address, "_default_"))
		address = (struct str){NULL, 0};
	*out = (struct host_bind){address, (uint16_t)number};
	return number != 0;
}

void look_password(struct look *look, struct str path, struct str password)
{
	struct secret *secret = ARENA_NEW(look->arena, struct secret);

	*secret = secret_new(bytes_from(password));
	*(struct password *)grow_add(look->arena, &look->passwords, sizeof(struct password)) =
		(struct password){arena_str(look->arena, path), secret};
}
