/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid inspect - what is in a file, or what an endpoint serves. */

#include "programs/cli/inspect.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/secret.h"
#include "programs/cli.h"
#include "programs/cli/command.h"

/* Nothing at all could be made of the bytes: a container without items and with that one problem. */
static const struct container *only_problem(struct arena *arena, const struct err *err)
{
	struct container *container = ARENA_NEW(arena, struct container);
	struct container_problem *problem = ARENA_NEW(arena, struct container_problem);

	*problem = (struct container_problem){STR("file"), 0, arena_str(arena, str_of(err->text))};
	container->format = "unknown";
	container->problems = problem;
	container->problem_count = 1;
	return container;
}

static int exit_of(const struct container *container)
{
	if (!container->problem_count)
		return container->item_count ? CLI_OK : CLI_NOTHING;
	return container->item_count ? CLI_SOME_FAILED : CLI_FAILED;
}

static int print(struct command_call *call, struct arena *arena, const char *input,
		 const struct container *container)
{
	if (command_has(call, "json"))
		inspect_print_json(input, container);
	else
		inspect_print(arena, input, container, clock_now_s());
	return exit_of(container);
}

static int of_file(struct command_call *call, struct arena *arena, const char *path,
		   const struct secret *password)
{
	const struct container *container;
	struct err err = {0};
	struct bytes content;

	if (!file_read(arena, path, LIMIT_FILE_BYTES, &content, &err))
		return command_fail(call, &err);
	if (container_read(arena, content, password, 0, &container, &err))
		return print(call, arena, path, container);
	err_wrap(&err, "%s", path);
	if (command_has(call, "json"))
		inspect_print_json(path, only_problem(arena, &err));
	return command_fail(call, &err);
}

static int of_endpoint(struct command_call *call, struct arena *arena, const char *word)
{
	const struct container *container;
	struct err err = {0};

	if (!inspect_endpoint(arena, word, &container, &err)) {
		if (command_has(call, "json"))
			inspect_print_json(word, only_problem(arena, &err));
		return command_fail(call, &err);
	}
	return print(call, arena, word, container);
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(secret_done) struct secret password = {0};
	const char *password_file = command_value(call, "password-file"), *word = call->args[0];
	struct err err = {0};

	if (call->arg_count != 1)
		return command_usage(call, "give one file, HOST:PORT or -");
	if (password_file && strcmp(password_file, "-") == 0 && strcmp(word, "-") == 0)
		return command_usage(call, "file and password cannot both come from standard input");
	if (password_file && !secret_read_file(password_file, &password, &err))
		return command_fail(call, &err);
	if (strcmp(word, "-") != 0 && access(word, F_OK) != 0 && inspect_is_endpoint(word))
		return of_endpoint(call, arena, word);
	return of_file(call, arena, word, password_file ? &password : NULL);
}

const struct command command_inspect = {
	.name = "inspect",
	.arguments = "FILE|HOST:PORT|-",
	.summary = "tell what a file, or an endpoint, holds: certificates, requests, lists, keys",
	.details = "Reads PEM (with any text around it), DER, PKCS#7, PKCS#12, JKS and JCEKS key stores, certification requests, "
		   "revocation lists and keys, and finds out by itself which it is. - is standard input. HOST:PORT asks the "
		   "endpoint and shows what it serves. Of keys it tells what they are, never what they hold.\n\n"
		   "Key stores and encrypted keys are opened with the password in --password-file (its first line; - is "
		   "standard input). The certificates of a Java key store can be read without one.\n\n"
		   "--json gives one document: input, certificates (their facts), requests, crls, keys and problems; each problem "
		   "has the item, the byte offset at which it starts and the text.\n\n"
		   "Exit code: 0 everything was read; 5 some of it was; 1 nothing was; 6 there is nothing in it.",
	.examples = "  $ keepvalid inspect /etc/ssl/certs/ssl-cert-snakeoil.pem\n"
		    "  $ keepvalid inspect store.p12 --password-file pw.txt --json\n"
		    "  $ keepvalid inspect www.example.org:443",
	.options =
		(const struct command_option[]){
			{"password-file", 0, "F", "read the password of a key store or key from F (- is standard input)",
			 false},
			{"json", 0, NULL, "one JSON document", false},
			{0},
		},
	.run = run,
};
