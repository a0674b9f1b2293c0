/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * bulk - one action on all that a query finds: a frozen selection, a preview, a question, a job.
 *
 * The selection is what is acted on: what was counted and shown is what is changed, whatever is found meanwhile.
 */

#include "base/json.h"
#include "programs/cli/client.h"

#define BULK_OPTIONS                                                                               \
	{"dry-run", 'n', NULL, "show what would change, and change nothing", false}, \
		{"yes", 'y', NULL, "do not ask", false}, {"json", 0, NULL, "the result as JSON", false}

/*
 * query  what is acted on; certificates stand for their lineages
 * words  "own by Payments": for the question
 * write  adds the members of the action to the body, without "hash"
 *
 * Answers an enum cli_exit: CLI_NOTHING when nothing fits, CLI_SOME_FAILED when some could not be changed.
 */
struct bulk {
	struct str query;
	struct str words;
	void (*write)(struct json_out *json, void *data);
	void *data;
};
int bulk_run(struct command_call *call, struct client *client, struct arena *arena, const struct bulk *bulk);
