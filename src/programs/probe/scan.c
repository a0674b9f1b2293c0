/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The scan that runs: targets wait until the collector wants them, records are judged and told.
 *
 * The text of a target is the collector's only to hand back; so it carries the target's number in front.
 */

#include <stdio.h>
#include <string.h>

#include "base/addresses.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "discovery/probe.h"
#include "programs/probe/process.h"

#define KEEP_CERTIFICATES 4096
#define FORGET_EVERY      1024

struct waiting {
	struct waiting *next;
	struct arena *arena;
	struct probe_target target;
};

struct probe_scan {
	struct probe_scan_env env;
	uint64_t id;
	struct arena *arena; /* of the options */
	struct addresses *exclude, *within;
	struct probe *probe;
	struct teller *teller;
	struct waiting *first, **end;
	struct loop_timer feed;
	uint64_t given, records;
	bool told_idle;
};

uint64_t probe_scan_id(const struct probe_scan *scan)
{
	return scan->id;
}

/* "17 www.example.org:443" */
static bool split_number(struct str *text, uint64_t *number)
{
	struct str digits;

	return str_split(text, ' ', &digits) && str_to_u64(digits, UINT64_MAX, number);
}

static void on_record(void *data, struct scan_record *record)
{
	struct probe_scan *scan = data;
	uint64_t number;

	if (FAULT("probe.record"))
		log_error("record lost: fault injected");
	if (!split_number(&record->target, &number)) {
		log_error("record of no target", F("target", record->target));
		return;
	}
	trust_judge_record(scan->env.judge, record, clock_now_s());
	teller_record(scan->teller, number, record);
	if (++scan->records % FORGET_EVERY == 0)
		probe_forget_certificates(scan->probe, KEEP_CERTIFICATES);
	loop_timer_start(scan->env.loop, &scan->feed, 0, scan->feed.due);
}

static void feed_due(struct loop_timer *timer)
{
	struct probe_scan *scan = container_of(timer, struct probe_scan, feed);

	while (scan->first && probe_wants_more(scan->probe)) {
		struct waiting *next = scan->first;

		scan->first = next->next;
		if (!scan->first)
			scan->end = &scan->first;
		probe_add(scan->probe, &next->target);
		arena_free(next->arena);
	}
	if (scan->first || probe_pending(scan->probe) || scan->told_idle)
		return;
	scan->told_idle = true;
	teller_idle(scan->teller, scan->given);
}

static struct str arena_copy(struct arena *arena, struct bytes text)
{
	return text.data ? arena_str(arena, str_from(text)) : (struct str){NULL, 0};
}

void probe_scan_target(struct probe_scan *scan, const struct message *target)
{
	struct arena *arena = arena_new();
	struct waiting *made = ARENA_NEW(arena, struct waiting);

	*made = (struct waiting){
		.arena = arena,
		.target = {
			.text = arena_format(arena, "%llu %.*s", (unsigned long long)target->numbers[1],
					     STR_ARG(str_from(target->texts[0]))),
			.host = arena_copy(arena, target->texts[1]),
			.port = (uint16_t)target->numbers[2],
			.protocol = arena_copy(arena, target->texts[2]),
			.server_name = arena_copy(arena, target->texts[3]),
		},
	};
	*scan->end = made;
	scan->end = &made->next;
	scan->given++;
	scan->told_idle = false;
	if (!loop_timer_runs(&scan->feed))
		loop_timer_start(scan->env.loop, &scan->feed, 0, feed_due);
}

/* ---- options ---- */

static enum probe_look look_of(struct str word)
{
	static const struct {
		const char *word;
		enum probe_look look;
	} looks[] = {{"whole", PROBE_WHOLE}, {"light", PROBE_LIGHT}, {"polite", PROBE_POLITE}};

	for (size_t i = 0; i < COUNT_OF(looks); i++)
		if (str_is(word, looks[i].word))
			return looks[i].look;
	return PROBE_POLITE;
}

/* What is no address of a list is a host's name. */
static struct addresses *addresses_of(struct arena *arena, const struct json_value *list, const struct str **hosts,
				      size_t *host_count)
{
	struct addresses *set = json_in_count(list) ? addresses_new() : NULL;
	struct str *names = ARENA_ARRAY(arena, struct str, json_in_count(list) + 1);

	*host_count = 0;
	for (size_t i = 0; i < json_in_count(list); i++) {
		struct str word = json_in_str(json_in_at(list, i), STR(""));

		if (!addresses_add(set, word))
			names[(*host_count)++] = arena_str(arena, word);
	}
	*hosts = names;
	return set;
}

static void limits_read(struct probe_scan *scan, struct str text, struct probe_options *out)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	const struct str *names;
	size_t count;

	if (!json_doc_read(text, &doc, NULL))
		return;
	/* names that are excluded were left out when the targets were walked */
	out->exclude = scan->exclude =
		addresses_of(scan->arena, json_in_get(json_doc_root(doc), "exclude"), &names, &count);
	out->within = scan->within = addresses_of(scan->arena, json_in_get(json_doc_root(doc), "within"),
						  &out->within_hosts, &out->within_host_count);
}

static bool options_read(struct arena *arena, struct str text, struct probe_options *out, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	const struct json_value *root;
	struct str starttls, name;
	int64_t timeout_s;

	if (!json_doc_read(text, &doc, err))
		return false;
	root = json_doc_root(doc);
	*out = probe_defaults();
	out->look = look_of(json_in_str(json_in_get(root, "look"), STR("")));
	out->rate = (uint32_t)json_in_int(json_in_get(root, "rate"), 0);
	out->all_addresses = json_in_bool(json_in_get(root, "all_addresses"), false);
	timeout_s = json_in_int(json_in_get(root, "timeout_s"), 5);
	out->timeout_ms = timeout_s > 0 && timeout_s <= 300 ? (uint32_t)timeout_s * 1000 : 5000;
	starttls = json_in_str(json_in_get(root, "starttls"), (struct str){NULL, 0});
	name = json_in_str(json_in_get(root, "server_name"), (struct str){NULL, 0});
	if (starttls.data)
		out->starttls = arena_str(arena, starttls);
	if (name.data)
		out->server_name = arena_str(arena, name);
	return true;
}

bool probe_scan_new(const struct probe_scan_env *env, uint64_t id, struct str options, struct probe_scan **out,
		    struct err *err)
{
	struct probe_scan *scan = NEW(struct probe_scan);
	struct probe_options given;

	scan->arena = arena_new();
	if (!options_read(scan->arena, options, &given, err)) {
		arena_free(scan->arena);
		memory_done(&scan);
		return err_wrap(err, "options of scan %llu", (unsigned long long)id);
	}
	limits_read(scan, options, &given);
	scan->env = *env;
	scan->id = id;
	scan->end = &scan->first;
	scan->feed.due = feed_due;
	scan->teller = teller_new(env->channel, id);
	scan->probe = probe_new(env->loop, env->dns, &given, on_record, scan);
	*out = scan;
	return true;
}

void probe_scan_free(struct probe_scan *scan)
{
	if (!scan)
		return;
	probe_free(scan->probe);
	loop_timer_stop(scan->env.loop, &scan->feed);
	while (scan->first) {
		struct waiting *next = scan->first;

		scan->first = next->next;
		arena_free(next->arena);
	}
	teller_free(scan->teller);
	addresses_free(scan->exclude);
	addresses_free(scan->within);
	arena_free(scan->arena);
	memory_done(&scan);
}
