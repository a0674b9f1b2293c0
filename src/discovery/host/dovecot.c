/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Dovecot: "key = value" and blocks "name arg {"; a value "<path" stands for the file's content. ssl_cert and ssl_key (2.3), or
 * ssl_server_cert_file and ssl_server_key_file (2.4), at the top, in protocol, local or local_name. !include takes
 * patterns. After doc.dovecot.org/2.3/configuration_manual/dovecot_ssl_configuration.
 */

#include <string.h>

#include "discovery/host/room.h"

struct block {
	struct block *up;
	struct str name; /* of local_name; NULL data */
	struct str certificate, key, second, second_key;
	struct str config;
	uint32_t line, second_line;
};

struct reading {
	struct look *look;
	const struct server *server;
	struct block *now;
	struct grow blocks; /* struct block * */
	int depth;
};

static struct str file_of(struct str value)
{
	value = unquoted(str_trim(value));
	return str_starts(value, STR("<")) ? str_trim(str_skip(value, 1)) : value;
}

static void open_block(struct reading *r, struct str kind, struct str argument)
{
	struct block *block = ARENA_NEW(r->look->arena, struct block);

	block->up = r->now;
	if (str_is(kind, "local_name"))
		block->name = unquoted(argument);
	else if (r->now)
		block->name = r->now->name;
	r->now = block;
	*(struct block **)grow_add(r->look->arena, &r->blocks, sizeof block) = block;
}

static void set(struct reading *r, struct str config, uint32_t line, struct str key, struct str value)
{
	struct str path = path_join(r->look->arena, path_folder(config), file_of(value));

	if (str_is(key, "ssl_cert") || str_is(key, "ssl_server_cert_file")) {
		r->now->certificate = path;
		r->now->config = config;
		r->now->line = line;
	} else if (str_is(key, "ssl_key") || str_is(key, "ssl_server_key_file")) {
		r->now->key = path;
	} else if (str_is(key, "ssl_alt_cert") || str_is(key, "ssl_server_alt_cert_file")) {
		r->now->second = path;
		r->now->config = config;
		r->now->second_line = line;
	} else if (str_is(key, "ssl_alt_key") || str_is(key, "ssl_server_alt_key_file")) {
		r->now->second_key = path;
	}
}

static void read_file(struct reading *r, struct str path, bool may_be_absent);

static void included(void *data, struct str path)
{
	read_file(data, path, true);
}

static void read_line(struct reading *r, struct str config, uint32_t number, struct str line)
{
	struct str key, value;

	if (str_is(line, "}")) {
		if (r->now->up)
			r->now = r->now->up;
	} else if (str_starts(line, STR("!include"))) {
		pair_take(line, "", &key, &value);
		path_glob(r->look, path_join(r->look->arena, path_folder(config), unquoted(value)), included, r);
	} else if (str_ends(line, STR("{"))) {
		line.len--;
		pair_take(str_trim(line), "", &key, &value);
		open_block(r, key, value);
	} else if (pair_take(line, "=", &key, &value) && value.len) {
		set(r, config, number, key, value);
	}
}

static void read_file(struct reading *r, struct str path, bool may_be_absent)
{
	struct lines_in lines = {.arena = r->look->arena,
				 .form = {.comment = '#', .backslash_joins = true, .comment_anywhere = true}};
	struct str line;
	uint32_t number;

	if (r->depth >= LIMIT_HOST_INCLUDE_DEPTH) {
		look_problem(r->look, path, 0, "not read: files include files too deep, or in a circle");
		return;
	}
	r->depth++;
	if (path_config(r->look, path, may_be_absent, &lines.rest))
		while (lines_take(&lines, &line, &number) && look_step(r->look, path))
			read_line(r, path, number, line);
	r->depth--;
}

static void emit(struct reading *r, const struct block *block, struct str certificate, struct str key, uint32_t line)
{
	struct grow names = {(void *)(uintptr_t)&block->name, 1, 1};
	struct host_use *use;

	if (!certificate.len)
		return;
	use = use_add(r->look, r->server, block->config, line, certificate);
	use->key = key;
	if (block->name.len)
		use_names(r->look, use, &names);
}

static void read(struct look *look, const struct server *server, struct str path)
{
	struct reading r = {.look = look, .server = server};

	open_block(&r, STR(""), STR(""));
	read_file(&r, path, false);
	for (size_t i = 0; i < r.blocks.count; i++) {
		const struct block *block = ((struct block **)r.blocks.at)[i];

		emit(&r, block, block->certificate, block->key, block->line);
		emit(&r, block, block->second, block->second_key, block->second_line);
	}
}

const struct server server_dovecot = {
	.name = "dovecot",
	.programs = (const char *const[]){"dovecot", "imap-login", "pop3-login", "managesieve-login", NULL},
	.configs = (const char *const[]){"/etc/dovecot/dovecot.conf", "/usr/local/etc/dovecot/dovecot.conf", NULL},
	.names = (const char *const[]){"dovecot.conf", NULL},
	.config_options = "c",
	.read = read,
};
