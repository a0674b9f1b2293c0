/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid open [SEL] - the console in the browser, or its address where there is none. */

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/client.h"

extern char **environ;

/* Only where somebody sits: with a display and a terminal. */
static bool show_in_browser(const char *url)
{
	char *const words[] = {(char[]){"xdg-open"}, (char *)(uintptr_t)url, NULL};
	pid_t child;
	int status;

	if (!isatty(STDOUT_FILENO) || (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY")))
		return false;
	if (posix_spawnp(&child, words[0], NULL, NULL, words, environ) != 0)
		return false;
	return waitpid(child, &status, 0) == child && status == 0;
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	const struct json_value *root;
	struct str url, sha256;
	struct err err = {0};

	if (!client_open(call, &client, &err) || !client_get(client, arena, "/api/v1/whoami", &root, &err))
		return client_fail(call, &err);
	url = json_in_str(json_in_get(root, "console"), STR("http://127.0.0.1/"));
	if (call->arg_count > 0) {
		if (!client_select(client, arena, client_words(arena, call), &sha256, &err))
			return client_fail(call, &err);
		url = arena_format(arena, "%.*s#/certificates/%.*s", STR_ARG(url), STR_ARG(sha256));
	}
	if (!show_in_browser(url.data))
		printf("%.*s\n", STR_ARG(url));
	return CLI_OK;
}

const struct command command_open = {
	.name = "open",
	.arguments = "[SEL]",
	.summary = "open the console, or one certificate in it",
	.options = (const struct command_option[]){CLIENT_OPTIONS, {0}},
	.run = run,
};
