/* SPDX-License-Identifier: Apache-2.0 */

/*
 * keepvalid restore FILE - an inventory from a backup.
 *
 * A file in the data folder is filled beside the one that is there and takes its place when it is whole; the old one stays,
 * under another name. A running server is told to start anew: it makes the exchange before it opens the database.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "programs/cli.h"
#include "programs/cli/local.h"
#include "programs/engine.h"
#include "records/audit.h"
#include "records/backup.h"
#include "records/store.h"

static bool say_progress(void *data, const char *table, int64_t rows_of_table, int64_t bytes)
{
	const int64_t *all = data;

	(void)rows_of_table;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s: %lld of %lld MB", table, (long long)(bytes >> 20), (long long)(*all >> 20));
	return true;
}

/* Whole, the audit's tree included; and the restoring is in the audit. */
static bool look_over(const char *url, const char *password, struct err *err)
{
	static const struct audit_actor actor = {STR_INIT("command"), STR_INIT("restore"), {NULL, 0}};
	struct store_options options = {.password = password};
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct audit_state audit;
	struct store *store;
	bool ok;

	if (!store_open(url, &options, &store, err))
		return false;
	ok = store_write(store, &txn, err) && store_integrity(txn, err) && audit_verify(txn, &audit, err) &&
	     audit_add(txn, &actor, "inventory.restored", STR("store"), clock_now_s(), err) && store_commit(&txn, err);
	store_end(&txn);
	store_close(store);
	return ok;
}

static bool fill(int fd, struct local *local, const char *url, struct err *err)
{
	struct backup_facts facts;
	struct backup_watch watch = {say_progress, &facts.bytes};
	bool ok;

	if (!backup_check(fd, &facts, err))
		return false;
	ok = backup_restore(fd, &facts, url, local->password, &watch, err);
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K");
	if (!ok || !look_over(url, local->password, err))
		return false;
	printf("%lld rows\tschema %lld\n", (long long)facts.rows, (long long)facts.schema);
	return true;
}

static void remove_database(struct arena *arena, const char *path)
{
	static const char *const tails[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < COUNT_OF(tails); i++)
		unlink(arena_format(arena, "%s%s", path, tails[i]).data);
}

/* The engine that listens on the socket; 0: none. */
static pid_t engine_there(struct local *local)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct ucred peer = {0};
	socklen_t len = sizeof peer;

	snprintf(address.sun_path, sizeof address.sun_path, "%s/keepvalid.sock", local->data);
	if (fd < 0)
		return 0;
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		peer.pid = 0;
	close(fd);
	return peer.pid;
}

static bool into_file(int fd, struct local *local, struct err *err)
{
	const char *part = arena_format(local->arena, "%s.restoring", local->url).data;
	struct err taken = {0};
	pid_t engine;

	remove_database(local->arena, part); /* of a run that was killed */
	if (!fill(fd, local, part, err)) {
		remove_database(local->arena, part);
		return false;
	}
	if (FAULT("restore.filled"))
		return err_set(err, ERR_INTERNAL, "restore: fault injected");
	if (!engine_restored_ready(local->url, part, err))
		return false;
	if (local_take(local, &taken))
		return engine_restored_take(local->url, err);
	engine = engine_there(local);
	if (engine <= 0 || kill(engine, SIGTERM) != 0) {
		*err = taken;
		return err_wrap(err, "the restored database is ready, and taken when the server starts next");
	}
	fprintf(stderr, "The server starts anew with the restored database.\n");
	return true;
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(local_done) struct local local = {.lock_fd = -1};
	struct err err = {0};
	bool ok;
	int fd;

	if (call->arg_count != 1)
		return command_usage(call, "name the backup");
	if (!local_open(call, arena, &local, &err) || !engine_folder_make(local.data, &err))
		return command_fail(call, &err);
	fd = open(call->args[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err_set(&err, ERR_ABSENT, "%s: %s", call->args[0], strerror(errno));
		return command_fail(call, &err);
	}
	ok = store_url_is_file(local.url) ? into_file(fd, &local, &err) : fill(fd, &local, local.url, &err);
	close(fd);
	return ok ? CLI_OK : command_fail(call, &err);
}

const struct command command_restore = {
	.name = "restore",
	.arguments = "FILE",
	.summary = "take the inventory from a backup",
	.details = "The backup is read whole and checked before anything is changed; one of a newer version is refused. Into a\n"
		   "data folder: the database is made beside the one that is there, takes its place, and the old one stays as\n"
		   "keepvalid.db.replaced-TIME; a server that runs starts anew with it. Into PostgreSQL: only into an empty\n"
		   "database, which --store or the configuration names; the old one is kept by its own name. A restore that was\n"
		   "interrupted is begun again with the same command. What was changed since the backup is not in it.",
	.examples = "$ keepvalid restore /srv/backup/keepvalid.2027-01-15\n"
		    "$ keepvalid restore keepvalid.2027-01-15 --store postgres://keepvalid@db.example/fresh",
	.options = (const struct command_option[]){LOCAL_OPTIONS, {0}},
	.run = run,
};
