/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid show SEL - one certificate; and the words that its neighbours share. */

#include "programs/cli/show.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "programs/cli.h"
#include "programs/cli/client.h"

struct str shown_text(const struct json_value *object, const char *key)
{
	return json_in_str(json_in_get(object, key), STR("-"));
}

struct str shown_number(struct arena *arena, const struct json_value *object, const char *key)
{
	const struct json_value *value = json_in_get(object, key);

	return json_in_type(value) == JSON_IS_INT ? arena_format(arena, "%lld", (long long)json_in_int(value, 0)) : STR("-");
}

struct str shown_days(struct arena *arena, const struct json_value *object, const char *key, int64_t now)
{
	int64_t at, days;

	if (!clock_read(json_in_str(json_in_get(object, key), STR("")), &at))
		return STR("-");
	days = at >= now ? (at - now) / 86400 : -((now - at + 86399) / 86400);
	return arena_format(arena, "%lld", (long long)days);
}

struct str shown_list(struct arena *arena, const struct json_value *array)
{
	CLEANUP(buf_done) struct buf out = buf_capped(1048576);

	for (size_t i = 0; i < json_in_count(array); i++) {
		buf_add_text(&out, i ? ", " : "");
		buf_add_str(&out, json_in_str(json_in_at(array, i), STR("")));
	}
	return out.len ? arena_str(arena, buf_str(&out)) : STR("-");
}

struct str shown_key(struct arena *arena, const struct json_value *key)
{
	struct str curve = json_in_str(json_in_get(key, "curve"), STR(""));
	struct str algorithm = shown_text(key, "algorithm");

	if (curve.len)
		return arena_format(arena, "%.*s %.*s", STR_ARG(algorithm), STR_ARG(curve));
	return arena_format(arena, "%.*s %lld", STR_ARG(algorithm), (long long)json_in_int(json_in_get(key, "bits"), 0));
}

void show_json(const struct json_value *value)
{
	CLEANUP(buf_done) struct buf out = buf_capped(134217728);
	struct json_out json = json_out_start(&out);

	json_out_value(&json, value);
	buf_add_char(&out, '\n');
	fwrite(out.data, 1, out.len, stdout);
}

static void line(const char *title, struct str value)
{
	CLEANUP(buf_done) struct buf out = buf_capped(1048576);

	buf_addf(&out, "%-14s", title);
	text_add(&out, value, 0);
	buf_add_char(&out, '\n');
	fwrite(out.data, 1, out.len, stdout);
}

static struct str place(struct arena *arena, const struct json_value *at)
{
	struct str name = json_in_str(json_in_get(at, "server_name"), STR("")), address = shown_text(at, "address");

	if (str_is(shown_text(at, "kind"), "file"))
		return address;
	return arena_format(arena, "%.*s:%.*s %.*s%s%.*s%s", STR_ARG(address), STR_ARG(shown_number(arena, at, "port")),
			    STR_ARG(shown_text(at, "protocol")), name.len ? " as " : "", STR_ARG(name),
			    json_in_bool(json_in_get(at, "current"), false) ? "" : " (no longer)");
}

/* Lines that say nothing are left out: most certificates have no note, and are ignored by nobody. */
static void line_if(const char *title, struct str value)
{
	if (!str_is(value, "-"))
		line(title, value);
}

/* Whose it is, and what it is for; of its lineage. */
static void print_noted(struct arena *arena, const struct json_value *row, const struct json_value *lineage)
{
	const struct json_value *ignored = json_in_get(lineage, "ignored");

	line("Owner", shown_text(json_in_get(row, "owner"), "name"));
	line("Tags", shown_list(arena, json_in_get(row, "tags")));
	line("Environment", shown_text(row, "environment"));
	line_if("Purpose", shown_text(lineage, "purpose"));
	line_if("Criticality", shown_text(row, "criticality"));
	line_if("Service", shown_text(json_in_get(lineage, "service"), "name"));
	line_if("How to renew", shown_text(lineage, "note"));
	line("Lineage", shown_text(lineage, "name"));
	line("Renewal path", arena_format(arena, "%.*s: %.*s", STR_ARG(shown_text(lineage, "path")),
					  STR_ARG(shown_text(lineage, "path_reason"))));
	if (json_in_type(ignored) == JSON_IS_OBJECT)
		line("Ignored", arena_format(arena, "since %.*s until %.*s: %.*s", STR_ARG(shown_text(ignored, "at")),
					     STR_ARG(shown_text(ignored, "until")),
					     STR_ARG(shown_text(ignored, "reason"))));
	line_if("Replaces", shown_text(row, "replaces"));
	line_if("Replaced by", shown_text(row, "replaced_by"));
	line_if("Gone since", shown_text(row, "gone_at"));
}

/* Others with the same key: who has one has all. */
static void print_keyed(struct arena *arena, const struct json_value *list)
{
	for (size_t i = 0; i < json_in_count(list); i++) {
		const struct json_value *one = json_in_at(list, i);
		struct str text = arena_format(arena, "%.*s, %.*s to %.*s, %.*s", STR_ARG(shown_text(one, "name")),
					       STR_ARG(str_head(shown_text(one, "not_before"), 10)),
					       STR_ARG(str_head(shown_text(one, "not_after"), 10)),
					       STR_ARG(str_head(shown_text(one, "sha256"), 16)));

		line(i ? "" : "Same key", text);
	}
}

static void print_page(struct arena *arena, const struct json_value *root)
{
	const struct json_value *row = json_in_get(root, "row"), *facts = json_in_get(root, "facts");
	const struct json_value *locations = json_in_get(root, "locations");
	struct str days = shown_days(arena, row, "not_after", clock_now_s());

	line("Name", shown_text(row, "name"));
	line("Subject", shown_text(row, "subject"));
	line("Names", shown_list(arena, json_in_get(json_in_get(facts, "names"), "dns")));
	line("Addresses", shown_list(arena, json_in_get(json_in_get(facts, "names"), "ip")));
	line("Issuer", shown_text(facts, "issuer"));
	line("Serial", shown_text(facts, "serial"));
	line("Valid from", shown_text(row, "not_before"));
	line("Valid to", arena_format(arena, "%.*s (%.*s days)", STR_ARG(shown_text(row, "not_after")), STR_ARG(days)));
	line("State", shown_text(row, "state"));
	line("Problems", shown_list(arena, json_in_get(row, "problems")));
	line("Key", shown_key(arena, json_in_get(row, "key")));
	line("Signature", shown_text(facts, "signature"));
	line("Type", shown_text(row, "type"));
	print_noted(arena, row, json_in_get(root, "lineage"));
	print_keyed(arena, json_in_get(root, "key_history"));
	line("SHA-256", shown_text(row, "sha256"));
	for (size_t i = 0; i < json_in_count(locations); i++)
		line(i ? "" : "Served at", place(arena, json_in_at(locations, i)));
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	const struct json_value *root;
	struct str sha256;
	struct err err = {0};

	if (call->arg_count == 0)
		return command_usage(call, "which certificate?");
	if (!client_open(call, &client, &err) ||
	    !client_select(client, arena, client_words(arena, call), &sha256, &err) ||
	    !client_get(client, arena, arena_format(arena, "/api/v1/certificates/%.*s", STR_ARG(sha256)).data, &root, &err))
		return client_fail(call, &err);
	if (command_has(call, "json") || command_has(call, "jsonl"))
		show_json(root);
	else
		print_page(arena, root);
	return CLI_OK;
}

const struct command command_show = {
	.name = "show",
	.arguments = "SEL",
	.summary = "show one certificate of the inventory",
	.details = "SEL is a SHA-256, a name, or a query that fits one certificate.",
	.examples = "$ keepvalid show shop.example.org",
	.options = (const struct command_option[]){OUTPUT_OPTIONS, CLIENT_OPTIONS, {0}},
	.run = run,
};
