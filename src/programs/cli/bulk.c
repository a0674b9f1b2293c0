/* SPDX-License-Identifier: Apache-2.0 */

/* Bulk actions: see the header. What is shown goes to standard error, what came of it to standard output. */

#include "programs/cli/bulk.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/show.h"
#include "programs/cli/terminal.h"

#define BODY_BYTES 65536
#define POLL_MS    200

struct running {
	struct command_call *call;
	struct client *client;
	struct arena *arena;
	const struct bulk *bulk;
	struct str selection, hash;
	int64_t count;
};

static bool select_all(struct running *running, struct err *err)
{
	CLEANUP(buf_done) struct buf body = buf_capped(BODY_BYTES);
	struct json_out json = json_out_start(&body);
	const struct json_value *made;

	json_out_object(&json);
	json_out_key_text(&json, "of", "certificates");
	json_out_key_str(&json, "q", running->bulk->query);
	json_out_end_object(&json);
	if (!client_post(running->client, running->arena, "/api/v1/selections", buf_bytes(&body), &made, err))
		return false;
	running->selection = json_in_str(json_in_get(made, "id"), STR(""));
	running->hash = json_in_str(json_in_get(made, "hash"), STR(""));
	running->count = json_in_int(json_in_get(made, "count"), 0);
	return true;
}

static bool act(struct running *running, bool dry_run, const struct json_value **out, struct err *err)
{
	CLEANUP(buf_done) struct buf body = buf_capped(BODY_BYTES);
	struct json_out json = json_out_start(&body);
	struct str path = arena_format(running->arena, "/api/v1/selections/%.*s/actions%s", STR_ARG(running->selection),
				       dry_run ? "?dry_run=true" : "");

	json_out_object(&json);
	json_out_key_str(&json, "hash", running->hash);
	running->bulk->write(&json, running->bulk->data);
	json_out_end_object(&json);
	return client_post(running->client, running->arena, path.data, buf_bytes(&body), out, err);
}

static void print_change(const struct json_value *one)
{
	CLEANUP(buf_done) struct buf line = buf_capped(65536);

	buf_add_text(&line, "  ");
	text_add(&line, shown_text(one, "name"), 0);
	buf_add_text(&line, "  ");
	text_add(&line, shown_text(one, "before"), 0);
	buf_add_text(&line, " -> ");
	text_add(&line, shown_text(one, "after"), 0);
	fprintf(stderr, "%s\n", line.data);
}

static void print_preview(const struct running *running, const struct json_value *preview)
{
	const struct json_value *sample = json_in_get(preview, "sample"), *changes = json_in_get(preview, "changes");
	int64_t changed = json_in_int(changes, -1), shown = (int64_t)json_in_count(sample);

	fprintf(stderr, "%lld %s", (long long)running->count, running->count == 1 ? "certificate fits" : "certificates fit");
	if (changed >= 0)
		fprintf(stderr, "; %lld would change", (long long)changed);
	fprintf(stderr, " (%.*s)\n", STR_ARG(running->bulk->words));
	for (size_t i = 0; i < json_in_count(sample); i++)
		print_change(json_in_at(sample, i));
	if (changed > shown)
		fprintf(stderr, "  and %lld more\n", (long long)(changed - shown));
}

/* Yes only when a person said so. */
static bool confirmed(const struct running *running)
{
	char line[16] = "";

	fprintf(stderr, "Do it? [y/N] ");
	fflush(stderr);
	(void)running;
	return fgets(line, sizeof line, stdin) && (line[0] == 'y' || line[0] == 'Y');
}

/* Waits for the job's end. */
static bool job_wait(struct running *running, struct str id, const struct json_value **out, struct err *err)
{
	struct str path = arena_format(running->arena, "/api/v1/jobs/%.*s", STR_ARG(id));

	for (;;) {
		if (!client_get(running->client, running->arena, path.data, out, err))
			return false;
		if (json_in_type(json_in_get(*out, "ended_at")) == JSON_IS_STR)
			return true;
		poll(NULL, 0, POLL_MS);
	}
}

static int print_result(const struct running *running, const struct json_value *job)
{
	const struct json_value *result = json_in_get(job, "result"), *failures = json_in_get(result, "failures");
	int64_t failed = json_in_int(json_in_get(result, "failed"), 0);

	if (!str_is(json_in_str(json_in_get(job, "state"), STR("")), "done")) {
		fprintf(stderr, "keepvalid %s: the job did not end well: %.*s\n  fix: see `keepvalid job show %.*s`\n",
			running->call->command->name, STR_ARG(shown_text(job, "detail")), STR_ARG(shown_text(job, "id")));
		return CLI_FAILED;
	}
	if (command_has(running->call, "json"))
		show_json(result);
	else
		printf("%lld changed, %lld were so already, %lld failed\n",
		       (long long)json_in_int(json_in_get(result, "changed"), 0),
		       (long long)json_in_int(json_in_get(result, "unchanged"), 0), (long long)failed);
	for (size_t i = 0; i < json_in_count(failures); i++) {
		CLEANUP(buf_done) struct buf line = buf_capped(65536);

		text_add(&line, shown_text(json_in_at(failures, i), "name"), 0);
		buf_add_text(&line, ": ");
		text_add(&line, shown_text(json_in_at(failures, i), "why"), 0);
		fprintf(stderr, "  %s\n", line.data);
	}
	return failed ? CLI_SOME_FAILED : CLI_OK;
}

static int go(struct running *running, struct err *err)
{
	const struct json_value *made, *job;

	if (!act(running, false, &made, err) ||
	    !job_wait(running, json_in_str(json_in_get(json_in_get(made, "job"), "id"), STR("")), &job, err))
		return client_fail(running->call, err);
	return print_result(running, job);
}

int bulk_run(struct command_call *call, struct client *client, struct arena *arena, const struct bulk *bulk)
{
	struct running running = {.call = call, .client = client, .arena = arena, .bulk = bulk};
	const struct json_value *answer, *preview;
	struct err err = {0};

	if (!select_all(&running, &err))
		return client_fail(call, &err);
	if (running.count == 0) {
		fprintf(stderr, "keepvalid %s: nothing fits\n", call->command->name);
		return CLI_NOTHING;
	}
	if (!act(&running, true, &answer, &err))
		return client_fail(call, &err);
	preview = json_in_get(answer, "preview");
	print_preview(&running, preview);
	if (command_has(call, "dry-run")) {
		if (command_has(call, "json"))
			show_json(preview);
		return CLI_OK;
	}
	if (json_in_int(json_in_get(preview, "changes"), -1) == 0) {
		fprintf(stderr, "Nothing is to be changed.\n");
		return CLI_OK;
	}
	if (command_has(call, "yes"))
		return go(&running, &err);
	if (!isatty(STDIN_FILENO))
		return command_usage(call, "nobody can be asked here: say --yes, or --dry-run to look only");
	if (!confirmed(&running)) {
		fprintf(stderr, "Nothing was changed.\n");
		return CLI_FAILED;
	}
	return go(&running, &err);
}
