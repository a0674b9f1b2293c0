/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid ignore QUERY --reason R and keepvalid adopt QUERY: what nobody wants to hear of, and what is looked after. */

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "programs/cli.h"
#include "programs/cli/bulk.h"
#include "programs/cli/client.h"

struct ignoring {
	const char *action, *reason;
	int64_t until; /* 0: for good */
};

static void write(struct json_out *json, void *data)
{
	const struct ignoring *ignoring = data;

	json_out_key_text(json, "action", ignoring->action);
	if (ignoring->reason)
		json_out_key_text(json, "reason", ignoring->reason);
	if (ignoring->until)
		json_out_key_time(json, "until", ignoring->until);
}

/* A day, a time, or a duration from now. */
static bool until_read(struct command_call *call, int64_t *until, struct err *err)
{
	const char *value = command_value(call, "until");
	char text[32] = "";
	int64_t for_s;

	*until = 0;
	if (!value)
		return true;
	if (strlen(value) == 10 && value[4] == '-') {
		memcpy(text, value, 10);
		memcpy(text + 10, "T00:00:00Z", 11);
		value = text;
	}
	if (!ascii_is_digit(value[strlen(value) - (value[0] != 0)]) && clock_read_duration(str_of(value), &for_s)) {
		*until = clock_now_s() + for_s;
		return true;
	}
	if (clock_read(str_of(value), until) && *until > clock_now_s())
		return true;
	err_set(err, ERR_INPUT, "--until %s is not a time to come", command_value(call, "until"));
	return err_fix(err, "option-time", "write 2027-03-01, 2027-03-01T12:00:00Z or 90d");
}

static int act(struct command_call *call, struct ignoring *ignoring, const char *words)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	struct bulk bulk = {.words = str_of(words), .write = write, .data = ignoring};
	struct err err = {0};

	if (call->arg_count == 0)
		return command_usage(call, "what?");
	bulk.query = client_words(arena, call);
	if (!client_open(call, &client, &err))
		return client_fail(call, &err);
	return bulk_run(call, client, arena, &bulk);
}

static int run_ignore(struct command_call *call)
{
	struct ignoring ignoring = {"ignore", command_value(call, "reason"), 0};
	struct err err = {0};

	if (command_has(call, "no-more")) {
		ignoring.action = "unignore";
		return act(call, &ignoring, "not ignored any more");
	}
	if (!ignoring.reason || !ignoring.reason[0])
		return command_usage(call, "--reason is missing: say why, for those who come after");
	if (!until_read(call, &ignoring.until, &err))
		return client_fail(call, &err);
	return act(call, &ignoring, "ignored");
}

static int run_adopt(struct command_call *call)
{
	struct ignoring ignoring = {"adopt", NULL, 0};

	return act(call, &ignoring, "adopted");
}

const struct command command_ignore = {
	.name = "ignore",
	.arguments = "QUERY",
	.summary = "do not count what a query finds as needing somebody",
	.details = "It stays in the inventory, with who ignored it, why, and until when; `ignored:yes` finds it.",
	.examples = "$ keepvalid ignore 'issuer:\"Lab CA\"' --reason 'lab, rebuilt weekly' --until 2027-03-01\n"
		    "$ keepvalid ignore --no-more name:shop",
	.options = (const struct command_option[]){{"reason", 0, "TEXT", "why", false},
						   {"until", 0, "TIME", "a day, a time, or 90d; without it for good", false},
						   {"no-more", 0, NULL, "look after it again", false},
						   BULK_OPTIONS,
						   CLIENT_OPTIONS,
						   {0}},
	.run = run_ignore,
};

const struct command command_adopt = {
	.name = "adopt",
	.arguments = "QUERY",
	.summary = "look after what a query finds: give it a lineage, ignore it no more",
	.examples = "$ keepvalid adopt 'first_seen<7d -has:lineage'",
	.options = (const struct command_option[]){BULK_OPTIONS, CLIENT_OPTIONS, {0}},
	.run = run_adopt,
};
