/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid tag QUERY +a -b - tags of what a query finds. */

#include <string.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/bulk.h"
#include "programs/cli/client.h"

struct tags {
	char **words; /* "+a", "-b" */
	int count;
};

static void write_words(struct json_out *json, const char *key, const struct tags *tags, char sign)
{
	json_out_key(json, key);
	json_out_array(json);
	for (int i = 0; i < tags->count; i++)
		if (tags->words[i][0] == sign)
			json_out_text(json, tags->words[i] + 1);
	json_out_end_array(json);
}

static void write(struct json_out *json, void *data)
{
	json_out_key_text(json, "action", "tag");
	write_words(json, "tags", data, '+');
	write_words(json, "remove_tags", data, '-');
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	struct tags tags = {call->args + call->arg_count, 0};
	struct bulk bulk = {.write = write, .data = &tags};
	CLEANUP(buf_done) struct buf words = buf_capped(4096);
	struct err err = {0};

	while (call->arg_count > 1 && strchr("+-", tags.words[-1][0]) && tags.words[-1][0]) {
		tags.words--;
		tags.count++;
		call->arg_count--;
	}
	if (call->arg_count == 0 || tags.count == 0)
		return command_usage(call, "which tags? +WORD adds, -WORD takes away");
	buf_add_text(&words, "tags");
	for (int i = 0; i < tags.count; i++)
		buf_addf(&words, " %s", tags.words[i]);
	bulk.words = buf_str(&words);
	bulk.query = client_words(arena, call);
	if (!client_open(call, &client, &err))
		return client_fail(call, &err);
	return bulk_run(call, client, arena, &bulk);
}

const struct command command_tag = {
	.name = "tag",
	.arguments = "QUERY +TAG... -TAG...",
	.summary = "add tags to what a query finds, or take them away",
	.details = "Tags are of the lineage and survive renewal. What is found is frozen, shown, and asked about.",
	.examples = "$ keepvalid tag 'name:*.lab.example.org' +lab -production\n$ keepvalid tag --dry-run expires<30d +due",
	.options = (const struct command_option[]){BULK_OPTIONS, CLIENT_OPTIONS, {0}},
	.signed_words = true,
	.run = run,
};
