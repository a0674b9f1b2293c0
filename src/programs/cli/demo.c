/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid demo up|list|break|heal|down - the demo's listeners; `listeners` is the process itself. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "programs/cli/command.h"
#include "programs/demo.h"

enum { START_MS = 30000, DELETE_MS = 60000, ANSWER_MAX = 262144, LOG_MAX = 65536 };

extern char **environ;

/* DATA/demo. */
static void folder_of(struct command_call *call, char to[4096])
{
	const char *data = command_value(call, "data");

	snprintf(to, 4096, "%s/demo", data ? data : "var");
}

static int network_of(struct command_call *call, struct err *err)
{
	uint64_t network;

	if (!command_has(call, "network"))
		return -1;
	return command_number(call, "network", 0, 255, 0, &network, err) ? (int)network : -2;
}

/* The process: in the foreground until it is told to stop. */
static int do_listeners(struct command_call *call)
{
	struct demo_options options = {.die_with_parent = command_has(call, "supervised")};
	struct err err = {0};
	char folder[4096];

	folder_of(call, folder);
	options.folder = folder;
	options.network = network_of(call, &err);
	if (options.network < -1)
		return command_fail(call, &err);
	log_setup(LOG_INFO, false, "demo");
	return demo_run(&options);
}

/* What the process said before it ended. */
static void print_log(const char *path)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct bytes text;
	struct err err = {0};

	if (file_read(arena, path, LOG_MAX, &text, &err))
		fwrite(text.data, 1, text.len, stderr);
	else
		fprintf(stderr, "keepvalid demo: it did not start: %s\n", err.text);
}

/* Waits until the targets are written, or the process has ended. */
static int wait_for_start(struct command_call *call, const char *folder, pid_t pid)
{
	int64_t end = clock_ticks_ms() + START_MS;
	struct err err = {0};
	char path[4224];
	int status;

	snprintf(path, sizeof path, "%s/targets", folder);
	while (clock_ticks_ms() < end) {
		if (waitpid(pid, &status, WNOHANG) == pid) {
			snprintf(path, sizeof path, "%s/log", folder);
			print_log(path);
			return WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : CLI_FAILED;
		}
		if (access(path, R_OK) == 0 && demo_runs(folder)) {
			printf("%zu listeners; their targets: %s\n", demo_count(), path);
			return CLI_OK;
		}
		poll(NULL, 0, 20);
	}
	kill(pid, SIGTERM);
	err_set(&err, ERR_TIMEOUT, "the listeners do not start within %d s", START_MS / 1000);
	return command_fail(call, &err);
}

/* Starts the process in a session of its own, its words going to DATA/demo/log. */
static int do_up(struct command_call *call)
{
	const char *data = command_value(call, "data"), *network = command_value(call, "network");
	char *argv[] = {(char[]){"keepvalid"}, (char[]){"demo"}, (char[]){"listeners"}, (char[]){"--data"},
			(char *)(uintptr_t)(data ? data : "var"), network ? (char[]){"--network"} : NULL,
			(char *)(uintptr_t)network, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	struct err err = {0};
	char folder[4096], log[4224];
	pid_t pid;
	int why;

	folder_of(call, folder);
	if (demo_runs(folder)) {
		fprintf(stderr, "keepvalid demo: it runs already in %s\n", folder);
		return CLI_OK;
	}
	if (!file_make_folder(folder, 0700, &err))
		return command_fail(call, &err);
	snprintf(log, sizeof log, "%s/log", folder);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, log, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
	posix_spawn_file_actions_adddup2(&files, 1, 2);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSID);
	why = posix_spawn(&pid, "/proc/self/exe", &files, &how, argv, environ);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	if (why == 0)
		return wait_for_start(call, folder, pid);
	err_set(&err, ERR_INTERNAL, "start the listeners: %s", strerror(why));
	return command_fail(call, &err);
}

/* Nobody serves now: the next start does it. */
static bool leave_note(const char *data, struct err *err)
{
	char path[4224];
	int fd;

	snprintf(path, sizeof path, "%s/keepvalid.db", data);
	if (access(path, F_OK) != 0)
		return true; /* nothing was kept */
	snprintf(path, sizeof path, "%s/" DEMO_GONE, data);
	fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
	close(fd);
	fprintf(stderr, "no server runs there: the next one deletes the demo's objects when it starts\n");
	return true;
}

/* The demo's rows of the store; what scans of it still run are asked to end first. */
static bool forget_rows(struct command_call *call, struct arena *arena, struct err *err)
{
	CLEANUP(client_done) struct client *client = NULL;
	const char *data = command_value(call, "data");
	int64_t end = clock_ticks_ms() + DELETE_MS;
	struct client_answer answer;

	if (!client_open(call, &client, err) ||
	    !client_ask(client, arena, "DELETE", "/api/v1/demo", (struct bytes){NULL, 0}, &answer, err))
		return err->kind == ERR_UNREACHED ? leave_note(data ? data : "var", err) : false;
	while (answer.status == 503 && clock_ticks_ms() < end) {
		poll(NULL, 0, 300);
		if (!client_ask(client, arena, "DELETE", "/api/v1/demo", (struct bytes){NULL, 0}, &answer, err))
			return false;
	}
	if (answer.status == 200)
		return true;
	err_set(err, ERR_INTERNAL, "the server did not delete the demo's objects: status %u", answer.status);
	return err_fix(err, "demo-rows", "try `keepvalid demo down` again; the server's log says why it could not");
}

static int do_down(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct err err = {0};
	char folder[4096];

	folder_of(call, folder);
	if (!demo_remove(folder, &err) || !forget_rows(call, arena, &err))
		return command_fail(call, &err);
	fprintf(stderr, "the demo in %s is gone\n", folder);
	return CLI_OK;
}

static void print_row(const struct json_value *row, bool pretty)
{
	struct str name = json_in_str(json_in_get(row, "name"), STR(""));
	struct str target = json_in_str(json_in_get(row, "target"), STR(""));
	struct str broken = json_in_str(json_in_get(row, "broken"), STR(""));
	struct str shows = json_in_str(json_in_get(row, "shows"), STR(""));

	if (pretty)
		printf("%-14.*s %-56.*s %-11.*s %.*s\n", STR_ARG(name), STR_ARG(target), STR_ARG(broken), STR_ARG(shows));
	else
		printf("%.*s\t%.*s\t%.*s\t%.*s\n", STR_ARG(name), STR_ARG(target), STR_ARG(broken), STR_ARG(shows));
}

static void print_targets(const struct json_value *row)
{
	struct str named = json_in_str(json_in_get(row, "named_target"), STR(""));

	printf("%.*s\n", STR_ARG(json_in_str(json_in_get(row, "target"), STR(""))));
	if (named.len)
		printf("%.*s\n", STR_ARG(named));
}

static int print_table(struct command_call *call, struct str json)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	bool targets = command_has(call, "targets"), pretty = isatty(STDOUT_FILENO) == 1;
	struct err err = {0};
	const struct json_value *rows;

	if (!json_doc_read(json, &doc, &err))
		return command_fail(call, &err);
	rows = json_doc_root(doc);
	if (!targets && pretty)
		printf("%-14s %-56s %-11s %s\n", "NAME", "TARGET", "BROKEN", "SHOWS");
	for (size_t i = 0; i < json_in_count(rows); i++) {
		const struct json_value *row = json_in_at(rows, i);

		if (targets)
			print_targets(row);
		else
			print_row(row, pretty);
	}
	return CLI_OK;
}

/* What runs, or what would run when nothing does. */
static int do_list(struct command_call *call)
{
	CLEANUP(buf_done) struct buf json = buf_capped(ANSWER_MAX);
	struct err err = {0};
	char folder[4096];
	int network = network_of(call, &err);

	if (network < -1)
		return command_fail(call, &err);
	folder_of(call, folder);
	if (demo_runs(folder)) {
		if (!demo_ask(folder, "list", &json, &err))
			return command_fail(call, &err);
	} else {
		demo_write_json(network, &json);
	}
	if (!command_has(call, "json"))
		return print_table(call, buf_str(&json));
	printf("%s\n", json.data);
	return CLI_OK;
}

static int ask(struct command_call *call, const char *request)
{
	CLEANUP(buf_done) struct buf answer = buf_capped(ANSWER_MAX);
	struct err err = {0};
	char folder[4096];

	folder_of(call, folder);
	if (!demo_ask(folder, request, &answer, &err))
		return command_fail(call, &err);
	printf("%s\n", answer.len ? answer.data : "");
	return CLI_OK;
}

static int do_break(struct command_call *call)
{
	char request[256];

	if (call->arg_count < 2 || call->arg_count > 3)
		return command_usage(call, "break wants a NAME, and perhaps HOW");
	snprintf(request, sizeof request, "break %.60s %.60s", call->args[1], call->arg_count > 2 ? call->args[2] : "");
	return ask(call, request);
}

static int do_heal(struct command_call *call)
{
	char request[256];

	if (call->arg_count != 2)
		return command_usage(call, "heal wants a NAME, or all");
	snprintf(request, sizeof request, "heal %.60s", call->args[1]);
	return ask(call, request);
}

static const struct {
	const char *word;
	int (*run)(struct command_call *call);
	bool takes_more;
} verbs[] = {
	{"up", do_up, false},       {"list", do_list, false}, {"break", do_break, true},
	{"heal", do_heal, true},    {"down", do_down, false}, {"listeners", do_listeners, false},
};

static int run(struct command_call *call)
{
	const char *word = call->arg_count ? call->args[0] : "list";

	for (size_t i = 0; i < COUNT_OF(verbs); i++) {
		if (strcmp(word, verbs[i].word) != 0)
			continue;
		if (!verbs[i].takes_more && call->arg_count > 1)
			return command_usage(call, "%s takes no more words", word);
		return verbs[i].run(call);
	}
	return command_usage(call, "demo knows up, list, break, heal and down, not \"%s\"", word);
}

const struct command command_demo = {
	.name = "demo",
	.arguments = "up|list|break NAME [HOW]|heal NAME|heal all|down",
	.summary = "real listeners with good and bad certificates, on loopback",
	.details = "The demo is some forty real listeners on 127.83.0.x, each with a certificate that shows one thing: expired, "
		   "wrong name, incomplete chain, SHA-1, two key types, STARTTLS and so on. `keepvalid up --demo` starts them "
		   "together with the server; `demo up` starts them alone, as something to scan.\n\n"
		   "list shows the table; with --targets only the scan targets, one a line. break makes a listener fail while "
		   "it runs and heal mends it. HOW is one of:\n\n"
		   "  expire       serves a certificate that ran out an hour ago (when HOW is not given)\n"
		   "  early        serves a certificate that becomes valid tomorrow\n"
		   "  name         serves a certificate for another name\n"
		   "  chain        no longer sends its intermediate\n"
		   "  self-signed  serves a self-signed certificate, as after a reinstall\n"
		   "  plain        answers in plain HTTP\n"
		   "  silent       accepts connections and says nothing\n"
		   "  stop         no longer listens\n\n"
		   "down ends the listeners, removes DATA/demo with the keys in it, and has the server delete every object of the "
		   "demo from its inventory (or the next server, when none runs). The demo's own CA is made at the first start; "
		   "its root is DATA/demo/root.pem. The listeners never listen outside 127.0.0.0/8. The renewal of the listener "
		   "\"renews\" is done by the demo's own CA inside the demo, not by the server.",
	.examples = "  $ keepvalid demo up && keepvalid demo list --targets | keepvalid scan - --json\n"
		    "  $ keepvalid demo break good\n"
		    "  $ keepvalid demo heal all\n"
		    "  $ keepvalid demo down",
	.options =
		(const struct command_option[]){
			{"data", 0, "DIR", "data folder; the demo lives in DIR/demo (default: var)", false},
			{"network", 0, "N", "listen on 127.83.N.x (default: $KEEPVALID_DEMO_NET, or 0)", false},
			{"targets", 0, NULL, "list: the scan targets, one a line", false},
			{"json", 0, NULL, "list: one JSON array", false},
			{"supervised", 0, NULL, "listeners: end with the parent process", false},
			{0},
		},
	.run = run,
};
