/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The root programs' lists into stores. Mozilla's comes with its certificates; the lists of Chrome,
 * Apple and Microsoft are hashes, for which the certificate is taken from Mozilla's or the system's
 * bundle; where neither has it, the hash itself is kept, and the anchor counts when a server sends
 * it.
 */

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/log.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/pem.h"
#include "decisions/trust/late.h"
#include "decisions/trust/link.h"
#include "decisions/trust/memo.h"
#include "facts/hash.h"

#define STORES     5
#define BUNDLE_MAX 5000 /* anchors of one bundle */

struct trust_set {
	struct arena *arena;
	struct map *known; /* SHA-256 to struct cert: the anchors whose certificate we have */
	struct memo *memo; /* of all stores together: they verify the same chains */
	struct trust_store *stores[STORES];
	size_t count;
	struct trust_packs packs;
	struct late *late; /* NULL: everything was read at once */
	bool waiting;      /* until a chain comes that the lists may say something of */
};

struct loading {
	struct trust_set *set;
	struct trust_store *store;
	struct err *err;
	struct str program; /* as root_programs.json calls it */
};

static bool wrong(struct err *err, const char *file, const char *what)
{
	err_set(err, ERR_INPUT, "%s: %s", file, what);
	return err_fix(
		err, "data-pack",
		"put the file as it was shipped back, or leave --data and KEEPVALID_DATA out");
}

/* The certificates of a bundle; unreadable ones are left out. */
static size_t read_bundle(struct trust_set *set, struct bytes pem, const struct cert **to,
			  size_t max)
{
	struct str text = str_from(pem), label;
	const struct cert *cert;
	uint8_t sha256[32];
	struct bytes der;
	struct err err;
	size_t count = 0;

	while (count < max && pem_take(set->arena, &text, &label, &der)) {
		if (!str_ends(label, STR("CERTIFICATE")) || !der.data)
			continue;
		hash_sha256(der, sha256);
		cert = map_get(set->known, bytes_of(sha256, sizeof(sha256)));
		if (!cert && cert_read_root(set->arena, der, sha256, &cert, &err))
			map_set(set->known, bytes_of(cert->sha256, 32),
				memcpy(ARENA_NEW(set->arena, struct cert), cert, sizeof(*cert)));
		if (cert)
			to[count++] = cert;
	}
	return count;
}

/* The first date in a text, or the first of January of a year in it; INT64_MIN when there is
 * neither. */
static int64_t date_in(struct str text)
{
	struct clock_date date = {.month = 1, .day = 1};
	uint64_t year, month, day;
	int64_t at = INT64_MIN;

	for (size_t i = 0; i + 10 <= text.len; i++)
		if (text.data[i + 4] == '-' && text.data[i + 7] == '-' &&
		    str_to_u64(str_head(str_skip(text, i), 4), 9999, &year) &&
		    str_to_u64(str_head(str_skip(text, i + 5), 2), 12, &month) &&
		    str_to_u64(str_head(str_skip(text, i + 8), 2), 31, &day)) {
			date = (struct clock_date){.year = (int32_t)year,
						   .month = (uint8_t)month,
						   .day = (uint8_t)day};
			return clock_from_date(&date, &at) ? at : INT64_MIN;
		}
	for (size_t i = 0; i + 4 <= text.len; i++)
		if (str_to_u64(str_head(str_skip(text, i), 4), 2100, &year) && year >= 2000) {
			date.year = (int32_t)year;
			return clock_from_date(&date, &at) ? at : INT64_MIN;
		}
	return INT64_MIN;
}

/* A store that stands already is told its version. */
static struct trust_store *open_store(struct trust_set *set, struct str name, struct str version,
				      struct str dated)
{
	struct trust_store *store;

	for (size_t i = 0; i < set->count; i++)
		if (str_equal(set->stores[i]->name, name)) {
			store = set->stores[i];
			store->version = arena_str(store->index.arena, version);
			store->dated = date_in(dated);
			return store;
		}
	store = trust_store_new(name, version, date_in(dated));
	store_share(store, set->memo);
	set->stores[set->count++] = store;
	return store;
}

static void add_hash(struct trust_set *set, struct trust_store *store, const uint8_t sha256[32],
		     const struct trust_anchor_limits *limits)
{
	const struct cert *cert = map_get(set->known, bytes_of(sha256, 32));

	if (cert)
		trust_store_add(store, cert, limits);
	else
		trust_store_add_hash(store, sha256, limits);
}

static bool read_time(const struct json_value *value, int64_t *at)
{
	return json_in_type(value) == JSON_ABSENT || json_in_type(value) == JSON_IS_NULL ||
	       clock_read(json_in_str(value, (struct str){0}), at);
}

/* Calls each for every element of an array with its SHA-256. */
static bool each_root(struct loading *loading, const char *file, const struct json_value *list,
		      bool (*each)(struct loading *loading, const struct json_value *root,
				   const uint8_t sha256[32]))
{
	uint8_t sha256[32];

	if (json_in_type(list) != JSON_IS_ARRAY)
		return wrong(loading->err, file, "the list of roots is missing");
	for (size_t i = 0; i < json_in_count(list); i++) {
		const struct json_value *root = json_in_at(list, i);

		if (!hex_read(json_in_str(json_in_get(root, "sha256"), (struct str){0}), sha256,
			      sizeof(sha256)))
			return wrong(loading->err, file, "a root has no SHA-256");
		if (!each(loading, root, sha256))
			return wrong(loading->err, file, "a root has a date that cannot be read");
	}
	return true;
}

static bool add_mozilla(struct loading *loading, const struct json_value *root,
			const uint8_t sha256[32])
{
	struct trust_anchor_limits limits = {INT64_MAX, INT64_MAX};

	if (!str_is(json_in_str(json_in_get(root, "server_auth"), (struct str){0}), "trusted"))
		return true;
	if (!read_time(json_in_get(root, "server_distrust_after"), &limits.not_before_max))
		return false;
	add_hash(loading->set, loading->store, sha256, &limits);
	return true;
}

static bool add_chrome(struct loading *loading, const struct json_value *root,
		       const uint8_t sha256[32])
{
	struct trust_anchor_limits limits = {INT64_MAX, INT64_MAX};
	int64_t last = INT64_MAX;

	if (!read_time(json_in_get(root, "sct_not_after"), &last))
		return false;
	if (last != INT64_MAX)
		limits.sct_max_ms = last * 1000 + 999;
	add_hash(loading->set, loading->store, sha256, &limits);
	return true;
}

static bool is_in(const struct json_value *list, struct str program)
{
	for (size_t i = 0; i < json_in_count(list); i++)
		if (str_equal(json_in_str(json_in_at(list, i), (struct str){0}), program))
			return true;
	return false;
}

static bool add_listed(struct loading *loading, const struct json_value *root,
		       const uint8_t sha256[32])
{
	if (is_in(json_in_get(root, "blocked_by"), loading->program))
		trust_store_block(loading->store, sha256);
	else if (is_in(json_in_get(root, "trusted_by"), loading->program))
		add_hash(loading->set, loading->store, sha256, NULL);
	return true;
}

static bool read_json(struct bytes text, const char *file, struct json_doc **out, struct err *err)
{
	if (!text.data)
		return wrong(err, file, "it is missing");
	return json_doc_read(str_from(text), out, err) || err_wrap(err, "%s", file);
}

static bool load_list(struct trust_set *set, struct bytes text, const char *file, struct str name,
		      const char *key,
		      bool (*each)(struct loading *loading, const struct json_value *root,
				   const uint8_t sha256[32]),
		      struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct loading loading = {.set = set, .err = err};
	struct str source;

	if (!read_json(text, file, &doc, err))
		return false;
	source = json_in_str(json_in_get(json_doc_root(doc), "source"), (struct str){"", 0});
	loading.store = open_store(set, name, source, source);
	return each_root(&loading, file, json_in_get(json_doc_root(doc), key), each);
}

static bool load_programs(struct trust_set *set, struct bytes text, struct err *err)
{
	static const struct {
		struct str name;
		const char *key;
	} programs[] = {{STR_INIT("apple"), "apple"}, {STR_INIT("microsoft"), "microsoft_windows"}};
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct loading loading = {.set = set, .err = err};

	if (!read_json(text, "root_programs.json", &doc, err))
		return false;
	for (size_t i = 0; i < COUNT_OF(programs); i++) {
		const struct json_value *about =
			json_in_get(json_in_get(json_doc_root(doc), "programs"), programs[i].key);

		loading.program = str_of(programs[i].key);
		loading.store = open_store(
			set, programs[i].name,
			json_in_str(json_in_get(about, "version"), (struct str){"", 0}),
			json_in_str(json_in_get(about, "date_fetched"), (struct str){"", 0}));
		if (!each_root(&loading, "root_programs.json",
			       json_in_get(json_doc_root(doc), "roots"), add_listed))
			return false;
	}
	return true;
}

static bool load_lists(struct trust_set *set, const struct trust_packs *packs, struct err *err)
{
	return load_list(set, packs->mozilla_json, "mozilla_roots.json", STR("mozilla"), "roots",
			 add_mozilla, err) &&
	       load_list(set, packs->chrome_json, "chrome_root_store.json", STR("chrome"),
			 "trust_anchors", add_chrome, err) &&
	       load_programs(set, packs->programs_json, err);
}

/* All there is; stores that stand already are filled. */
static bool load(struct trust_set *set, struct err *err)
{
	const struct trust_packs *packs = &set->packs;
	const struct cert **bundle = ARENA_ARRAY(set->arena, const struct cert *, BUNDLE_MAX);
	struct trust_store *store;
	size_t count;

	if (!read_bundle(set, packs->mozilla_pem, bundle, BUNDLE_MAX))
		return wrong(err, "mozilla_tls_roots.pem", "no certificate is in it");
	count = read_bundle(set, packs->system_pem, bundle, BUNDLE_MAX);
	if (!load_lists(set, packs, err))
		return false;
	store = open_store(set, STR("system"), STR("this machine's bundle"), (struct str){"", 0});
	for (size_t i = 0; i < count; i++)
		trust_store_add(store, bundle[i], NULL);
	return true;
}

static void wait_with_lists(struct trust_set *set)
{
	static const struct str names[] = {STR_INIT("mozilla"), STR_INIT("chrome"), STR_INIT("apple"),
					   STR_INIT("microsoft"), STR_INIT("system")};
	const struct str nothing = STR_INIT("");

	set->late = late_new(&set->packs);
	set->waiting = true;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		open_store(set, names[i], nothing, nothing);
}

void set_ask_lists(struct trust_set *set, const struct link *sent, size_t count)
{
	struct err err;

	for (size_t i = 0; set->waiting && i < count; i++)
		if (late_may_concern(set->late, &sent[i])) {
			set->waiting = false;
			if (!load(set, &err))
				log_error("root programs not read", F("error", err.text));
		}
}

bool set_may_be_root(struct trust_set *set, const struct cert *cert)
{
	for (size_t i = 0; i < set->count; i++)
		if (index_at(&set->stores[i]->index, cert->sha256) || store_mark_find(set->stores[i], cert->sha256))
			return true;
	return set->waiting && late_may_be_root(set->late, cert);
}

bool trust_set_new(const struct trust_packs *packs, struct trust_set **out, struct err *err)
{
	struct trust_set *set = NEW(struct trust_set);

	set->arena = arena_new();
	set->known = map_new();
	set->memo = memo_new();
	set->packs = *packs;
	if (packs->lists_may_wait) {
		wait_with_lists(set);
	} else if (!load(set, err)) {
		trust_set_free(set);
		return err_wrap(err, "root programs");
	}
	*out = set;
	return true;
}

void trust_set_free(struct trust_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->count; i++)
		trust_store_free(set->stores[i]);
	late_free(set->late);
	arena_free(set->packs.arena);
	memo_free(set->memo);
	map_free(set->known);
	arena_free(set->arena);
	memory_done(&set);
}

size_t trust_set_count(const struct trust_set *set)
{
	return set->count;
}

const struct trust_store *trust_set_at(const struct trust_set *set, size_t index)
{
	return set->stores[index];
}

const struct trust_store *trust_set_find(const struct trust_set *set, struct str name)
{
	for (size_t i = 0; i < set->count; i++)
		if (str_equal(set->stores[i]->name, name))
			return set->stores[i];
	return NULL;
}
