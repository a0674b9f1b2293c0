/* SPDX-License-Identifier: Apache-2.0 */

/* The targets of a scan: see walk.h. */

#include "jobs/scan/walk.h"

#include <string.h>

#include "base/addresses.h"
#include "base/limits.h"
#include "base/memory.h"
#include "discovery/probe.h"
#include "discovery/target.h"

struct walk {
	struct arena *arena;
	struct target_list *list;
	uint64_t next;
	uint64_t *done; /* a bit for each number that has a record */
	size_t done_words;
	struct addresses *exclude;
	const struct str *exclude_names;
	size_t exclude_name_count;
};

static void mark_done(void *data, int64_t number)
{
	struct walk *walk = data;
	size_t word = (size_t)number / 64;

	if (number < 0 || number >= LIMIT_SCAN_SIZE * 2LL)
		return;
	if (word >= walk->done_words) {
		size_t room = (word + 1) * 2;

		walk->done = memory_grow(walk->done, room * sizeof *walk->done);
		memset(walk->done + walk->done_words, 0, (room - walk->done_words) * sizeof *walk->done);
		walk->done_words = room;
	}
	walk->done[word] |= 1ull << (number % 64);
}

static bool is_done(const struct walk *walk, uint64_t number)
{
	return number / 64 < walk->done_words && (walk->done[number / 64] >> (number % 64) & 1);
}

static void exclude_read(struct walk *walk, const struct json_value *list)
{
	struct str *names = ARENA_ARRAY(walk->arena, struct str, json_in_count(list) + 1);

	walk->exclude = addresses_new();
	walk->exclude_names = names;
	for (size_t i = 0; i < json_in_count(list); i++) {
		struct str word = json_in_str(json_in_at(list, i), STR(""));

		if (!addresses_add(walk->exclude, word))
			names[walk->exclude_name_count++] = arena_str(walk->arena, word);
	}
}

/* ".example.org" means all names below it. */
static bool name_is_excluded(const struct walk *walk, struct str name)
{
	for (size_t i = 0; name.len && i < walk->exclude_name_count; i++) {
		struct str word = walk->exclude_names[i];

		if (str_equal_nocase(word, name) ||
		    (word.data[0] == '.' && name.len > word.len && str_equal_nocase(str_skip(name, name.len - word.len), word)))
			return true;
	}
	return false;
}

static bool is_excluded(const struct walk *walk, const struct probe_target *target)
{
	return addresses_has_text(walk->exclude, target->host) || name_is_excluded(walk, target->host) ||
	       name_is_excluded(walk, target->server_name);
}

static bool list_open(struct walk *walk, const struct model_scan *scan, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *words = NULL, *options = NULL;
	struct str ports;
	char **list;
	size_t count;

	if (!json_doc_read(scan->targets_json, &words, err) || !json_doc_read(scan->options_json, &options, err))
		return false;
	count = json_in_count(json_doc_root(words));
	list = ARENA_ARRAY(walk->arena, char *, count + 1);
	for (size_t i = 0; i < count; i++)
		list[i] = (char *)(uintptr_t)arena_str(walk->arena, json_in_str(json_in_at(json_doc_root(words), i),
										STR(""))).data;
	ports = json_in_str(json_in_get(json_doc_root(options), "ports"), (struct str){NULL, 0});
	exclude_read(walk, json_in_get(json_doc_root(options), "exclude"));
	if (count == 0) /* "local" on a machine without listeners */
		return true;
	return target_list_open(list, count, ports.len ? arena_str(walk->arena, ports).data : NULL, &walk->list, err);
}

bool walk_open(struct store_txn *txn, const struct model_scan *scan, struct walk **out, struct err *err)
{
	struct walk *walk = NEW(struct walk);

	walk->arena = arena_new();
	if (!list_open(walk, scan, err) || !store_scan_numbers(txn, scan->id, mark_done, walk, err)) {
		walk_close(walk);
		return err_wrap(err, "targets of the scan");
	}
	*out = walk;
	return true;
}

void walk_close(struct walk *walk)
{
	if (!walk)
		return;
	target_list_close(walk->list);
	addresses_free(walk->exclude);
	arena_free(walk->arena);
	memory_done(&walk->done);
	memory_done(&walk);
}

bool walk_next(struct walk *walk, struct probe_target *target, uint64_t *number)
{
	struct err err;

	while (walk->list) {
		enum target_next next = target_list_next(walk->list, target, &err);

		if (next == TARGET_END || next == TARGET_LATER) /* words never have to be waited for */
			return false;
		if (next == TARGET_WRONG) /* was refused when the scan was made: no number, so numbers stay */
			continue;
		if (is_excluded(walk, target)) /* no target of this scan: the same at every walk, so numbers stay */
			continue;
		*number = walk->next++;
		if (!is_done(walk, *number))
			return true;
	}
	return false;
}

uint64_t walk_count(const struct walk *walk)
{
	return walk->next;
}
