/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid migrate --to URL - moves the inventory to another database. */

#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hex.h"
#include "programs/cli.h"
#include "programs/cli/local.h"
#include "records/audit.h"
#include "records/backup.h"
#include "records/store.h"

static bool say_progress(void *data, const char *table, int64_t rows_of_table, int64_t rows)
{
	const bool *terminal = data;

	if (*terminal)
		fprintf(stderr, "\r\033[K%s %s: %lld rows", rows < 0 ? "comparing" : "copying", table, (long long)rows_of_table);
	return true;
}

/* A line for each table, and both sides of one that differs. */
static void say_tables(const struct backup_table *tables, size_t count)
{
	char hex[2][2 * HASH_SHA256 + 1];

	for (size_t i = 0; i < count; i++) {
		const struct backup_table *table = &tables[i];

		for (int side = 0; side < 2; side++)
			hex_write(hex[side], bytes_of(table->sha256[side], HASH_SHA256));
		if (table->equal)
			printf("equal\t%s\t%lld\t%s\n", table->name, (long long)table->rows[0], hex[0]);
		else
			printf("DIFFERS\t%s\there %lld\t%s\tthere %lld\t%s\n", table->name, (long long)table->rows[0], hex[0],
			       (long long)table->rows[1], hex[1]);
	}
}

static bool note(const char *url, const char *password, struct err *err)
{
	static const struct audit_actor actor = {STR_INIT("command"), STR_INIT("migrate"), {NULL, 0}};
	struct store_options options = {.password = password};
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct store *store;
	bool ok;

	if (!store_open(url, &options, &store, err))
		return false;
	ok = store_write(store, &txn, err) &&
	     audit_add(txn, &actor, "inventory.moved", STR("store"), clock_now_s(), err) && store_commit(&txn, err);
	store_end(&txn);
	store_close(store);
	return ok;
}

static bool move(struct local *local, const char *to, const char *password, struct err *err)
{
	struct store_options options = {.password = local->password};
	const struct backup_table *tables = NULL;
	bool terminal = isatty(STDERR_FILENO);
	struct backup_watch watch = {say_progress, &terminal};
	struct store *store;
	size_t count = 0;
	bool ok;

	if (!store_open(local->url, &options, &store, err))
		return false;
	ok = backup_move(store, to, password, local->arena, &watch, &tables, &count, err);
	store_close(store);
	if (terminal)
		fprintf(stderr, "\r\033[K");
	say_tables(tables, count);
	return ok && note(to, password, err);
}

static bool to_password(const struct command_call *call, struct arena *arena, const char **out, struct err *err)
{
	const char *path = command_value(call, "to-password-file");
	struct settings settings = {.store_password = str_of(path ? path : "")};

	return settings_store_password(arena, &settings, out, err);
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(local_done) struct local local = {.lock_fd = -1};
	const char *to = command_value(call, "to"), *password;
	struct err err = {0};

	if (call->arg_count || !to)
		return command_usage(call, "name the database to move to with --to URL");
	if (!store_url_check(to, &err) || !to_password(call, arena, &password, &err) ||
	    !local_open(call, arena, &local, &err) || !local_take(&local, &err) || !move(&local, to, password, &err))
		return command_fail(call, &err);
	fprintf(stderr,
		"All rows are there, and equal. To serve from it, put this into the configuration and start the server:\n"
		"\n    store:\n      url: %s\n%s%s%s\n"
		"The old database is as it was; keep it until you are sure, then remove it.\n",
		to, password ? "      password_file: " : "", password ? command_value(call, "to-password-file") : "",
		password ? "\n" : "");
	return CLI_OK;
}

const struct command command_migrate = {
	.name = "migrate",
	.summary = "move the inventory to another database",
	.details = "Copies all there is into an empty database - from a file to PostgreSQL, or back - and compares both, row by\n"
		   "row. End the server before: rows that change while they are copied would not be equal at the end.\n"
		   "It may be interrupted at any point; the same command goes on where it was. No server serves from a database\n"
		   "that is half filled. A line for each table says how many rows it has and their SHA-256 on both sides; exit\n"
		   "code 1 when they differ. The old database is not changed.",
	.examples = "$ keepvalid migrate --to postgres://keepvalid@db.example/keepvalid --to-password-file /etc/keepvalid/db",
	.options = (const struct command_option[]){
		{"to", 0, "URL", "an empty database: postgres://USER@HOST/DATABASE, or a file", false},
		{"to-password-file", 0, "FILE", "file (mode 0600) with the password for it", false},
		LOCAL_OPTIONS,
		{0}},
	.run = run,
};
