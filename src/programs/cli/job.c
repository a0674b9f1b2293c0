/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid job list|show|stop - work that waits, runs or has ended. */

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/noun.h"
#include "programs/cli/show.h"

static struct str progress_of(struct arena *arena, const struct json_value *progress)
{
	int64_t done = json_in_int(json_in_get(progress, "done"), 0), total = json_in_int(json_in_get(progress, "total"), -1);

	return total >= 0 ? arena_format(arena, "%lld/%lld", (long long)done, (long long)total)
			  : arena_format(arena, "%lld", (long long)done);
}

static const struct noun_column columns[] = {
	{"ID", "id", NULL}, {"KIND", "kind", NULL}, {"STATE", "state", NULL}, {"PROGRESS", "progress", progress_of},
	{"DUE", "due_at", NULL}, {"ENDED", "ended_at", NULL}, {"DETAIL", "detail", NULL}, {NULL, NULL, NULL}};
static const struct noun noun = {"job", "jobs", "/api/v1/jobs", columns};

static int list(struct command_call *call, struct client *client, struct arena *arena)
{
	return noun_list(call, client, arena, &noun, str_of(noun.path));
}

static struct str path_of(struct arena *arena, const char *id)
{
	return arena_format(arena, "%s/%s", noun.path, id);
}

static int show(struct command_call *call, struct client *client, struct arena *arena)
{
	const struct json_value *job;
	struct err err = {0};

	if (!client_get(client, arena, path_of(arena, call->args[1]).data, &job, &err))
		return client_fail(call, &err);
	show_json(job);
	return CLI_OK;
}

static int stop(struct command_call *call, struct client *client, struct arena *arena)
{
	const struct json_value *job;
	struct err err = {0};

	if (!client_change(client, arena, "DELETE", path_of(arena, call->args[1]).data, (struct bytes){NULL, 0}, &job, &err))
		return client_fail(call, &err);
	if (job)
		show_json(job);
	return CLI_OK;
}

static const struct noun_verb verbs[] = {{"list", false, list}, {"show", true, show}, {"stop", true, stop}};

static int run(struct command_call *call)
{
	return noun_run(call, &noun, verbs, COUNT_OF(verbs));
}

const struct command command_job = {
	.name = "job",
	.arguments = "list|show|stop [ID]",
	.summary = "work that waits, runs or has ended",
	.examples = "$ keepvalid job list --limit 20\n$ keepvalid job stop 1882405629793927169",
	.options = (const struct command_option[]){{"limit", 0, "N", "at most so many, newest first (default 1000)", false},
						   OUTPUT_OPTIONS,
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};
