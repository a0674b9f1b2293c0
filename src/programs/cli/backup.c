/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid backup FILE - all there is, as one file. The server makes it when one runs; else this command does. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hex.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "programs/cli/local.h"
#include "records/backup.h"
#include "records/store.h"

#define POLL_US 200000

static struct str text_of(const struct json_value *value, const char *key)
{
	return json_in_str(json_in_get(value, key), STR(""));
}

/* ---- by the server ---- */

static bool asked(struct client *client, struct arena *arena, struct str *job, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct client_answer answer;

	if (!client_ask(client, arena, "POST", "/api/v1/backups", bytes_of("{}", 2), &answer, err))
		return false;
	if (!json_doc_read(str_from(answer.body), &doc, err))
		return err_wrap(err, "the server's answer");
	if (answer.status != 202) {
		err_set(err, answer.status == 401 || answer.status == 403 ? ERR_DENIED : ERR_INTERNAL, "%.*s",
			STR_ARG(text_of(json_doc_root(doc), "detail")));
		return err_fix(err, "backup-refused", "log in as an administrator");
	}
	*job = arena_str(arena, text_of(json_in_get(json_doc_root(doc), "job"), "id"));
	return true;
}

/* Its name, once it is whole. */
static bool made(struct client *client, struct arena *arena, struct str job, struct str *name, struct err *err)
{
	const char *path = arena_format(arena, "/api/v1/jobs/%.*s", STR_ARG(job)).data;
	const struct json_value *root;
	struct str state;

	for (;; usleep(POLL_US)) {
		if (!client_get(client, arena, path, &root, err))
			return false;
		state = text_of(root, "state");
		if (str_is(state, "done"))
			break;
		if (str_is(state, "failed") || str_is(state, "stopped"))
			return err_set(err, ERR_INTERNAL, "the server's backup %.*s: %.*s", STR_ARG(state),
				       STR_ARG(text_of(root, "detail")));
	}
	*name = text_of(json_in_get(root, "result"), "name");
	return true;
}

static bool fetch(struct client *client, struct arena *arena, struct str name, FILE *to, struct err *err)
{
	return client_download(client, arena, arena_format(arena, "/api/v1/backups/%.*s", STR_ARG(name)).data, to, err);
}

static bool by_server(const struct command_call *call, struct arena *arena, FILE *to, struct err *err)
{
	CLEANUP(client_done) struct client *client = NULL;
	struct client_answer answer;
	struct str job, name = {NULL, 0};

	if (!client_open(call, &client, err) || !asked(client, arena, &job, err) || !made(client, arena, job, &name, err) ||
	    !fetch(client, arena, name, to, err))
		return false;
	return command_has(call, "keep") ||
	       client_ask(client, arena, "DELETE", arena_format(arena, "/api/v1/backups/%.*s", STR_ARG(name)).data,
			  bytes_of(NULL, 0), &answer, err);
}

/* ---- without one ---- */

static bool by_us(const struct command_call *call, struct arena *arena, FILE *to, struct err *err)
{
	CLEANUP(local_done) struct local local = {.lock_fd = -1};
	struct store_options options = {.as_it_is = true};
	struct backup_facts facts;
	struct store *store;
	bool ok;

	if (!local_open(call, arena, &local, err) || !local_take(&local, err))
		return false;
	options.password = local.password;
	if (!store_open(local.url, &options, &store, err))
		return false;
	ok = backup_write(store, fileno(to), clock_now_s(), NULL, &facts, err);
	store_close(store);
	return ok;
}

static bool server_runs(const struct command_call *call, struct arena *arena)
{
	CLEANUP(client_done) struct client *client = NULL;
	struct client_answer answer;

	if (command_has(call, "server"))
		return true;
	return client_open(call, &client, NULL) &&
	       client_ask(client, arena, "GET", "/healthz", bytes_of(NULL, 0), &answer, NULL);
}

/* ---- the file ---- */

static bool checked(int fd, struct arena *arena, struct err *err)
{
	struct backup_facts facts;

	if (!backup_check(fd, &facts, err) || fsync(fd) != 0)
		return false;
	printf("%lld rows\t%lld bytes\tschema %lld\tsha256 %.*s\n", (long long)facts.rows, (long long)facts.bytes,
	       (long long)facts.schema, STR_ARG(hex_str(arena, bytes_of(facts.sha256, HASH_SHA256))));
	return true;
}

/* Another name until it is whole and was read back. */
static bool to_file(const struct command_call *call, struct arena *arena, const char *name, struct err *err)
{
	const char *part = arena_format(arena, "%s.part", name).data;
	int fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *to = fd < 0 ? NULL : fdopen(fd, "w+");
	bool ok;

	if (!to) {
		err_set(err, ERR_INPUT, "%s: %s", part, strerror(errno));
		return err_fix(err, "output", "name a file in a folder that you may write to");
	}
	ok = server_runs(call, arena) ? by_server(call, arena, to, err) : by_us(call, arena, to, err);
	if (ok && fflush(to) != 0) {
		err_set(err, ERR_LATER, "%s: %s", part, strerror(errno));
		ok = err_fix(err, "disk-full", "make room on its disk, or name another place");
	}
	ok = ok && checked(fd, arena, err);
	fclose(to);
	if (ok && rename(part, name) != 0)
		ok = err_set(err, ERR_INTERNAL, "%s: %s", name, strerror(errno));
	if (!ok)
		unlink(part);
	return ok;
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct err err = {0};

	if (call->arg_count != 1)
		return command_usage(call, "name the file to write");
	return to_file(call, arena, call->args[0], &err) ? CLI_OK : command_fail(call, &err);
}

const struct command command_backup = {
	.name = "backup",
	.arguments = "FILE",
	.summary = "all there is, as one file",
	.details = "The file holds every row as it was at one moment: certificates, settings, users, the audit. The server goes on\n"
		   "meanwhile; without a server the command reads the database itself. FILE is there whole, checked and on the\n"
		   "disk, or not at all; only its owner may read it. It holds secrets: keep it as you keep the server.\n"
		   "It can be restored into a file or into PostgreSQL, wherever it came from.",
	.examples = "$ keepvalid backup /srv/backup/keepvalid.$(date +%F)",
	.options = (const struct command_option[]){
		{"server", 0, "URL", "a server elsewhere, after `keepvalid login`", false},
		{"keep", 0, NULL, "leave the server's copy in its data folder", false},
		LOCAL_OPTIONS,
		{0}},
	.run = run,
};
