/* SPDX-License-Identifier: Apache-2.0 */

/* inspect HOST:PORT: one look of the collector, shown like a file. */

#include <string.h>

#include "base/arena.h"
#include "base/loop.h"
#include "discovery/probe.h"
#include "discovery/target.h"
#include "facts/scan_record.h"
#include "programs/cli/inspect.h"
#include "wire/dns.h"

bool inspect_is_endpoint(const char *word)
{
	struct str text = str_of(word);
	size_t colon = str_find_last_char(text, ':');
	uint64_t port;

	return colon != SIZE_MAX && colon > 0 && str_find_char(text, '/') == SIZE_MAX &&
	       str_to_u64(str_skip(text, colon + 1), 65535, &port) && port > 0;
}

struct look {
	struct arena *arena;
	struct loop *loop;
	struct container_item *items;
	struct container_problem *problems;
	size_t item_count, problem_count;
	bool came;
	struct str outcome, detail;
};

/* The facts live as long as the collector, so the bytes are kept and read again. */
static void keep(struct look *look, const struct scan_cert *seen, struct str source)
{
	const struct cert *cert;
	struct err err;

	if (cert_read(look->arena, arena_bytes(look->arena, seen->der), &cert, &err)) {
		look->items[look->item_count++] =
			(struct container_item){.kind = ITEM_CERTIFICATE, .source = source, .cert = cert};
		return;
	}
	look->problems[look->problem_count++] =
		(struct container_problem){source, 0, arena_str(look->arena, str_of(err.text))};
}

static void record_came(void *data, struct scan_record *record)
{
	struct look *look = data;
	size_t most = record->chain_count + record->other_leaf_count;

	if (look->came)
		return;
	look->came = true;
	look->items = ARENA_ARRAY(look->arena, struct container_item, most);
	look->problems = ARENA_ARRAY(look->arena, struct container_problem, most);
	look->outcome = str_of(scan_outcome_name(record->outcome));
	look->detail = arena_str(look->arena, record->detail);
	for (size_t i = 0; i < record->chain_count; i++)
		keep(look, record->chain[i], arena_format(look->arena, "chain %zu", i + 1));
	for (size_t i = 0; i < record->other_leaf_count; i++)
		keep(look, record->other_leaves[i], arena_format(look->arena, "other leaf %zu", i + 1));
	loop_stop(look->loop);
}

static void run_probe(struct look *look, struct dns *dns, const struct probe_target *target)
{
	struct probe_options options = probe_defaults();
	struct probe *probe;

	options.all_addresses = false;
	probe = probe_new(look->loop, dns, &options, record_came, look);
	probe_add(probe, target);
	if (!look->came)
		loop_run(look->loop);
	probe_free(probe);
}

static void list_done(struct target_list **list)
{
	target_list_close(*list);
}

static void loop_done(struct loop **loop)
{
	loop_free(*loop);
}

static void dns_done(struct dns **dns)
{
	dns_close(*dns);
}

static bool fail(const struct look *look, const char *word, struct err *err)
{
	err_set(err, ERR_UNREACHED, "%s: no certificate: %.*s%s%.*s", word, STR_ARG(look->outcome),
		look->detail.len ? ", " : "", STR_ARG(look->detail));
	return err_fix(err, "endpoint-without-certificate",
		       "check name and port; if it is a file, give a path that exists");
}

bool inspect_endpoint(struct arena *arena, const char *word, const struct container **out,
		      struct err *err)
{
	CLEANUP(list_done) struct target_list *list = NULL;
	CLEANUP(loop_done) struct loop *loop = loop_new();
	CLEANUP(dns_done) struct dns *dns = NULL;
	struct look look = {.arena = arena, .loop = loop};
	struct container *container = ARENA_NEW(arena, struct container);
	char *words[] = {(char *)(uintptr_t)word};
	struct probe_target target;

	if (!target_list_open(words, 1, NULL, &list, err) || !dns_open(loop, NULL, &dns, err))
		return false;
	if (target_list_next(list, &target, err) != TARGET_HERE)
		return err_set(err, ERR_INPUT, "%s is neither a file nor HOST:PORT", word);
	run_probe(&look, dns, &target);
	if (!look.item_count && !look.problem_count)
		return fail(&look, word, err);
	*container = (struct container){"endpoint", INTEGRITY_NONE, look.items, look.item_count,
					look.problems, look.problem_count};
	*out = container;
	return true;
}
