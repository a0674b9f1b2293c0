/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid api METHOD PATH - any question to the server's API, as it is. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/limits.h"
#include "programs/cli.h"
#include "programs/cli/client.h"

static int exit_of(unsigned status)
{
	switch (status) {
	case 401:
	case 403:
		return CLI_DENIED;
	case 404:
		return CLI_NOTHING;
	case 400:
	case 405:
	case 413:
	case 415:
		return CLI_USAGE;
	default:
		return status < 400 ? CLI_OK : CLI_FAILED;
	}
}

static const char *method_of(struct arena *arena, const char *word)
{
	char *method = (char *)(uintptr_t)arena_str(arena, str_of(word)).data;

	for (size_t i = 0; method[i]; i++)
		if (method[i] >= 'a' && method[i] <= 'z')
			method[i] = (char)(method[i] - 32);
	return method;
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	const char *path = call->arg_count == 2 ? call->args[1] : "", *file = command_value(call, "body");
	struct client_answer answer;
	struct bytes body = {NULL, 0};
	struct err err = {0};

	if (path[0] != '/')
		return command_usage(call, "say METHOD and a PATH that starts with /");
	if (file && !file_read(arena, file, LIMIT_REQUEST_BODY_BYTES, &body, &err)) {
		command_fail(call, &err);
		return CLI_USAGE;
	}
	if (!client_open(call, &client, &err) ||
	    !client_ask(client, arena, method_of(arena, call->args[0]), path, body, &answer, &err))
		return client_fail(call, &err);
	fwrite(answer.body.data, 1, answer.body.len, stdout);
	if (isatty(STDOUT_FILENO) && answer.body.len > 0)
		fputc('\n', stdout);
	if (answer.status >= 400)
		fprintf(stderr, "keepvalid api: status %u\n", answer.status);
	return exit_of(answer.status);
}

const struct command command_api = {
	.name = "api",
	.arguments = "METHOD PATH",
	.summary = "ask the server's API anything",
	.details = "Prints the body of the answer. The API is described by /api/openapi.json of the server.",
	.examples = "$ keepvalid api GET '/api/v1/certificates?limit=5'\n"
		    "$ echo '{\"targets\":[\"www.example.org\"]}' | keepvalid api POST /api/v1/scans --body -",
	.options = (const struct command_option[]){{"body", 0, "FILE", "JSON to send; - for standard input", false},
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};
