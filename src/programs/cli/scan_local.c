/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The target "local": files, key stores and configurations of this machine beside its listeners. A file becomes a record of its
 * own; in tables it stands as a row without a port, with what is wrong with it in words.
 */

#include <string.h>

#include "base/arena.h"
#include "facts/cert.h"
#include "programs/cli/findings.h"
#include "programs/cli/scan.h"

enum { WORDS_MOST = 20000, DETAIL_BYTES = 4096 };

static bool has_local(char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], "local") == 0)
			return true;
	return false;
}

static char *target_word(struct arena *arena, const struct host_target *target)
{
	bool v6 = str_find_char(target->address, ':') != SIZE_MAX;
	struct str word = arena_format(arena, v6 ? "%.*s@[%.*s]:%u" : "%.*s@%.*s:%u", STR_ARG(target->server_name),
				       STR_ARG(target->address), target->port);

	return (char *)(uintptr_t)word.data;
}

static bool is_a_target(struct arena *arena, char *word)
{
	struct target_list *list = NULL;
	struct err err = {0};

	(void)arena;
	if (!target_list_open(&word, 1, NULL, &list, &err))
		return false;
	target_list_close(list);
	return true;
}

bool scan_local_look(struct arena *arena, const struct str *paths, size_t path_count, char ***words, size_t *count,
		     struct host_found **out, struct err *err)
{
	struct host_options options = {.paths = paths, .path_count = path_count};
	const struct host_target *targets;
	struct err no_proc = {0};
	size_t target_count, n = *count;
	char **all;

	if (!has_local(*words, *count))
		return true;
	if (!host_listeners_read(arena, &options.listeners, &no_proc))
		options.listeners = (struct host_listeners){NULL, 0};
	if (!host_look(arena, &options, out, err))
		return false;
	target_count = host_targets(*out, arena, &targets);
	all = ARENA_ARRAY(arena, char *, n + target_count + 1);
	memcpy(all, *words, n * sizeof *all);
	for (size_t i = 0; i < target_count && i < WORDS_MOST; i++) {
		char *word = target_word(arena, &targets[i]);

		if (is_a_target(arena, word)) /* a configuration may name what is no name */
			all[n++] = word;
	}
	*words = all;
	*count = n;
	return true;
}

void scan_local_served(struct host_found *host, const struct scan_record *record)
{
	struct host_target where = {record->address, record->port, record->server_name};
	uint8_t leaves[16][32];
	size_t count = 0;

	if (!record->address.data || !record->chain_count)
		return;
	memcpy(leaves[count++], record->chain[0]->sha256, 32);
	for (size_t i = 0; i < record->other_leaf_count && count < COUNT_OF(leaves); i++)
		memcpy(leaves[count++], record->other_leaves[i]->sha256, 32);
	if (!where.server_name.len)
		where.server_name = (struct str){NULL, 0};
	host_served(host, &where, (const uint8_t(*)[32])leaves, count);
}

/* ---- rows ---- */

static void add_detail(struct buf *to, const struct host_file *file)
{
	const char *between = "";

#define SAY(condition, ...)                        \
	if (condition) {                           \
		buf_add_text(to, between);         \
		buf_addf(to, __VA_ARGS__);         \
		between = ", ";                    \
	}
	SAY(file->problem.data, "%.*s", STR_ARG(file->problem))
	SAY(file->kind == HOST_TRUST_STORE, "%zu certificates", file->counted)
	SAY(host_matches_served(file) == HOST_NO, "not what is served")
	SAY(file->key && file->key_matches == HOST_NO, "the key is another's")
	SAY(file->key && file->key->readers == HOST_READERS_EVERYONE, "key readable by everyone")
	SAY(file->key && str_is(file->password, "well-known"), "password is well known")
	SAY(file->automation, "%.*s", STR_ARG(file->automation->client))
	SAY(file->use_count, "%.*s %.*s:%u", STR_ARG(file->uses[0]->server), STR_ARG(file->uses[0]->config), file->uses[0]->line)
#undef SAY

}

/* A file as tables show records: without a port. */
static void shown_make(struct arena *arena, const struct host_file *file, struct scan_record *out)
{
	struct scan_cert *certs = ARENA_ARRAY(arena, struct scan_cert, file->cert_count + 1);
	struct scan_cert **chain = ARENA_ARRAY(arena, struct scan_cert *, file->cert_count + 1);
	CLEANUP(buf_done) struct buf detail = buf_capped(DETAIL_BYTES);

	for (size_t i = 0; i < file->cert_count; i++) {
		certs[i].facts = file->certs[i];
		certs[i].der = file->certs[i]->der;
		memcpy(certs[i].sha256, file->certs[i]->sha256, 32);
		chain[i] = &certs[i];
	}
	add_detail(&detail, file);
	*out = (struct scan_record){
		.target = file->alias.data ? arena_format(arena, "%.*s#%.*s", STR_ARG(file->path), STR_ARG(file->alias)) : file->path,
		.host = STR("local"),
		.protocol = str_of(host_kind_name(file->kind)),
		.outcome = file->cert_count || file->counted ? SCAN_OK : SCAN_GARBAGE,
		.detail = detail.len ? arena_str(arena, buf_str(&detail)) : (struct str){NULL, 0},
		.chain = chain,
		.chain_count = file->cert_count,
	};
}

static void count(struct scan_local_summary *summary, const struct host_file *file, const struct scan_record *shown,
		  int64_t now)
{
	const struct cert *leaf = file->cert_count ? file->certs[0] : NULL;

	summary->certificates += leaf != NULL;
	summary->due += leaf && !leaf->ca && (findings_of(shown, now) & (FINDING_EXPIRED | FINDING_EXPIRING)) != 0;
	summary->readable_keys += file->key && file->key->readers == HOST_READERS_EVERYONE;
	summary->not_served += host_matches_served(file) == HOST_NO;
}

void scan_local_rows(const struct scan_settings *settings, struct rows *rows, struct buf *to, int64_t now,
		     struct scan_local_summary *summary)
{
	for (size_t i = 0; i < settings->host->file_count; i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		const struct host_file *file = &settings->host->files[i];
		struct scan_record shown;

		shown_make(arena, file, &shown);
		if (settings->fail_on && fail_on_matches(settings->fail_on, &shown, now))
			summary->matched = true;
		count(summary, file, &shown, now);
		rows_add_file(rows, to, &shown, file, now);
	}
}
