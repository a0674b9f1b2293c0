/* SPDX-License-Identifier: Apache-2.0 */

/*
 * DNS zones and files of names: the names in them are looked at where they resolve to, at the ports that records say, and
 * learnt for network scans. A zone whose serial is the one of last time is not transferred again: what it
 * said is kept while the engine runs.
 */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "discovery/zone.h"
#include "jobs/source/room.h"
#include "wire/egress.h"

enum { KEPT_ZONES = 16, KEPT_NAMES = 100000, KEY_BYTES = 4096, LEARN_STEP = 500 };

static const struct source_option options[] = {
	{"zones", SOURCE_WORDS, "Zones", "zones that the server gives to us (AXFR)", false, NULL, 0, 0, NULL},
	{"server", SOURCE_TEXT, "Server", "address of the name server: 192.0.2.53, 127.0.0.1:5353, [2001:db8::53]:53", false, NULL, 0, 0,
	 NULL},
	{"tsig_file", SOURCE_TEXT, "Key file", "file on this machine with the TSIG key, as tsig-keygen writes it; mode 0600", false, NULL,
	 0, 0, NULL},
	{"files", SOURCE_WORDS, "Files", "on this machine: lists of names, or zone files as example.org=/etc/bind/example.zone", false, NULL,
	 0, 0, NULL},
	OPTIONS_OF_SCAN,
	{"all_addresses", SOURCE_FLAG, "All addresses", "every address of a name, not the first that answers", false, NULL, 0, 0, "true"},
};

/* Set once, before anything runs. */
static struct egress_policy out_policy;

void source_dns_allow(const struct egress_policy *policy)
{
	out_policy = *policy;
}

/* ---- what a zone said last time ---- */

struct kept_zone {
	int64_t source_id;
	struct arena *arena;
	struct zone zone;
	int64_t used;
};
static struct kept_zone kept_zones[KEPT_ZONES];
static pthread_mutex_t kept_mutex = PTHREAD_MUTEX_INITIALIZER;

static struct kept_zone *kept_find(int64_t source_id, struct str zone)
{
	for (size_t i = 0; i < KEPT_ZONES; i++)
		if (kept_zones[i].arena && kept_zones[i].source_id == source_id && str_equal_nocase(kept_zones[i].zone.name, zone))
			return &kept_zones[i];
	return NULL;
}

static void copy_zone(struct arena *arena, const struct zone *from, struct zone *to)
{
	struct zone_target *targets = ARENA_ARRAY(arena, struct zone_target, from->count + 1);

	*to = *from;
	to->name = arena_str(arena, from->name);
	for (size_t i = 0; i < from->count; i++)
		targets[i] = (struct zone_target){arena_str(arena, from->targets[i].name), from->targets[i].port, from->targets[i].from};
	to->targets = targets;
}

static void keep(int64_t source_id, const struct zone *zone, int64_t now)
{
	struct kept_zone *place;

	if (zone->count > KEPT_NAMES)
		return;
	pthread_mutex_lock(&kept_mutex);
	place = kept_find(source_id, zone->name);
	for (size_t i = 0; !place && i < KEPT_ZONES; i++)
		if (!kept_zones[i].arena)
			place = &kept_zones[i];
	if (!place) {
		place = &kept_zones[0];
		for (size_t i = 1; i < KEPT_ZONES; i++)
			if (kept_zones[i].used < place->used)
				place = &kept_zones[i];
	}
	arena_free(place->arena);
	*place = (struct kept_zone){.source_id = source_id, .arena = arena_new(), .used = now};
	copy_zone(place->arena, zone, &place->zone);
	pthread_mutex_unlock(&kept_mutex);
}

static bool kept(struct arena *arena, int64_t source_id, struct str name, struct zone *out)
{
	const struct kept_zone *found;

	pthread_mutex_lock(&kept_mutex);
	found = kept_find(source_id, name);
	if (found)
		copy_zone(arena, &found->zone, out);
	pthread_mutex_unlock(&kept_mutex);
	return found != NULL;
}

/* ---- reading ---- */

static struct str bare(struct str zone)
{
	return zone.len && zone.data[zone.len - 1] == '.' ? str_head(zone, zone.len - 1) : zone;
}

/* "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:53" */
static bool server_read(struct str text, struct zone_asked *out, struct err *err)
{
	size_t colon = str_find_last_char(text, ':');
	bool brackets = text.len && text.data[0] == '[';
	struct str host = text;
	struct egress_net net;
	uint64_t port = 53;

	if (brackets || (colon != SIZE_MAX && str_find_char(text, ':') == colon)) {
		size_t end = brackets ? str_find_char(text, ']') : colon;

		host = end == SIZE_MAX ? text : str_head(text, end);
		if (brackets && end != SIZE_MAX)
			host = str_skip(host, 1);
		if (end != SIZE_MAX && colon != SIZE_MAX && colon >= end && !str_to_u64(str_skip(text, colon + 1), 65535, &port))
			port = 0;
	}
	if (port == 0 || str_find_char(host, '/') != SIZE_MAX || !egress_net_read(host, &net, err)) {
		err_set(err, ERR_INPUT, "server: \"%.*s\" is not an address", STR_ARG(text));
		return err_fix(err, "dns-server", "write it as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53");
	}
	out->address = net.address;
	out->port = (uint16_t)port;
	return true;
}

static bool server_allowed(struct str text, const struct zone_asked *asked, struct err *err)
{
	const char *why = egress_forbids(&out_policy, &asked->address);

	if (!why)
		return true;
	err_set(err, ERR_DENIED, "server: %.*s is not to be dialled (%s)", STR_ARG(text), why);
	return err_fix(err, "egress-denied", "if it is meant to be reached, add the network to egress.allow of the configuration");
}

static bool file_text(struct arena *arena, struct str path, size_t most, bool is_secret, struct str *out, struct err *err)
{
	const char *name = arena_str(arena, path).data;
	struct bytes content;
	struct stat about;

	if (stat(name, &about) == 0 && !S_ISREG(about.st_mode))
		return err_set(err, ERR_INPUT, "%s: not a file", name);
	if (is_secret && stat(name, &about) == 0 && (about.st_mode & 077)) {
		err_set(err, ERR_DENIED, "tsig_file: others can read %s", name);
		return err_fix(err, "dns-key-file", "chmod 0600 %s", name);
	}
	if (!file_read(arena, name, most, &content, err))
		return false;
	*out = str_from(content);
	return true;
}

static bool key_read(struct arena *arena, const struct json_value *given, struct zone_key *key, bool *has, struct err *err)
{
	struct str path = option_text(arena, given, "tsig_file"), text;

	*has = path.data != NULL;
	return !*has || (file_text(arena, path, KEY_BYTES, true, &text, err) &&
			 (zone_key_read(arena, text, key, err) || err_wrap(err, "tsig_file")));
}

static bool zone_get(struct arena *arena, int64_t source_id, struct zone_asked *asked, struct zone *out, struct err *err)
{
	struct zone before;
	bool was = kept(arena, source_id, bare(asked->zone), &before);

	asked->known = was;
	asked->known_serial = was ? before.serial : 0;
	if (!zone_transfer(arena, asked, out, err))
		return false;
	if (out->unchanged) {
		*out = before;
		out->unchanged = true;
	} else {
		keep(source_id, out, clock_now_s());
	}
	log_info("zone read", F("zone", asked->zone), F("serial", (int64_t)out->serial), F("names", (int64_t)out->count),
		 F("unchanged", (int64_t)out->unchanged));
	return true;
}

static bool file_get(struct arena *arena, struct str word, struct zone *out, struct err *err)
{
	size_t equals = str_find_char(word, '=');
	struct str path = equals == SIZE_MAX ? word : str_skip(word, equals + 1), text;
	bool ok = file_text(arena, path, LIMIT_ZONE_BYTES, false, &text, err) &&
		  (equals == SIZE_MAX ? zone_list_read(arena, text, out, err)
				      : zone_file_read(arena, text, str_head(word, equals), out, err));

	return ok || err_wrap(err, "%.*s", STR_ARG(path));
}

/* ---- names that were learnt ---- */

static bool learn(struct store *store, const struct zone *zone, int64_t now, struct err *err)
{
	for (size_t from = 0; from < zone->count; from += LEARN_STEP) {
		CLEANUP(store_end) struct store_txn *txn = NULL;
		size_t to = zone->count - from > LEARN_STEP ? from + LEARN_STEP : zone->count;

		if (!store_write(store, &txn, err))
			return false;
		for (size_t i = from; i < to; i++)
			if (!store_name_learn(txn, zone->targets[i].name, MODEL_NAME_FROM_DNS, (struct str){NULL, 0}, now, err))
				return false;
		if (!store_commit(&txn, err))
			return false;
	}
	return true;
}

/* ---- the scan ---- */

struct targets {
	struct arena *arena;
	struct str *words;
	size_t count, room;
};

static void add_targets(struct targets *to, const struct zone *zone)
{
	if (to->count + zone->count > to->room) {
		struct str *grown;

		to->room = to->count + zone->count + 64;
		grown = ARENA_ARRAY(to->arena, struct str, to->room);
		if (to->count)
			memcpy(grown, to->words, to->count * sizeof *grown);
		to->words = grown;
	}
	for (size_t i = 0; i < zone->count; i++) {
		const struct zone_target *target = &zone->targets[i];

		to->words[to->count++] = target->port ? arena_format(to->arena, "%.*s:%u", STR_ARG(target->name), target->port)
						      : target->name;
	}
}

static int by_text(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* What several zones and files name is one target. */
static void once_each(struct targets *to)
{
	size_t kept = 0;

	if (to->count)
		qsort(to->words, to->count, sizeof *to->words, by_text);
	for (size_t i = 0; i < to->count; i++)
		if (kept == 0 || !str_equal(to->words[kept - 1], to->words[i]))
			to->words[kept++] = to->words[i];
	to->count = kept;
}

static bool take(struct targets *to, struct store *store, const struct zone *zone, struct err *err)
{
	add_targets(to, zone);
	return learn(store, zone, clock_now_s(), err);
}

static bool zones_read(struct targets *to, struct store *store, const struct model_source *source, const struct json_value *given,
		       struct err *err)
{
	struct str server = option_text(to->arena, given, "server");
	struct zone_asked asked = {0};
	struct zone_key key;
	size_t count;
	const struct str *zones = option_words(to->arena, given, "zones", &count);
	bool has_key;

	if (count == 0)
		return true;
	if (!server_read(server, &asked, err) || !server_allowed(server, &asked, err) || !key_read(to->arena, given, &key, &has_key, err))
		return false;
	asked.key = has_key ? &key : NULL;
	for (size_t i = 0; i < count; i++) {
		struct zone zone;

		asked.zone = zones[i];
		if (!zone_get(to->arena, source->id, &asked, &zone, err) || !take(to, store, &zone, err))
			return false;
	}
	return true;
}

static bool files_read(struct targets *to, struct store *store, const struct json_value *given, struct err *err)
{
	size_t count;
	const struct str *files = option_words(to->arena, given, "files", &count);

	for (size_t i = 0; i < count; i++) {
		struct zone zone;

		if (!file_get(to->arena, files[i], &zone, err) || !take(to, store, &zone, err))
			return false;
	}
	return true;
}

static bool check(const struct json_value *given, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct scan_request request = {.targets = (const struct str[]){STR("localhost")}, .target_count = 1};
	struct str server = option_text(arena, given, "server");
	struct zone_asked asked;
	int64_t total;
	size_t zones = json_in_count(json_in_get(given, "zones"));

	if (zones == 0 && json_in_count(json_in_get(given, "files")) == 0)
		return err_set(err, ERR_INPUT, "zones or files: one of them is wanted");
	if (zones && !server.data)
		return err_set(err, ERR_INPUT, "server: the address of a name server is wanted");
	if (zones && (!server_read(server, &asked, err) || !server_allowed(server, &asked, err)))
		return false;
	options_of_scan(arena, given, &request);
	return scan_check(&request, &total, err);
}

static bool scan(struct arena *arena, struct store_txn *txn, const struct model_source *source, const struct json_value *given,
		 struct scan_request *out, struct err *err)
{
	struct targets to = {.arena = arena};
	struct store *store = store_of(txn);

	options_of_scan(arena, given, out);
	out->all_addresses = option_flag(given, "all_addresses", true);
	if (!zones_read(&to, store, source, given, err) || !files_read(&to, store, given, err))
		return false;
	if (to.count == 0)
		return err_set(err, ERR_ABSENT, "no names of hosts are in the zones and files");
	once_each(&to);
	out->targets = to.words;
	out->target_count = to.count;
	return true;
}

const struct source_kind source_kind_dns = {
	.name = "dns",
	.title = "DNS zones",
	.about = "names from zones (AXFR), zone files and lists, scanned where they resolve to",
	.options = options,
	.option_count = COUNT_OF(options),
	.check = check,
	.scan = scan,
};
