/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid doctor - what the server needs of this machine, and whether its data is whole. Offline. */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hex.h"
#include "programs/cli.h"
#include "programs/cli/command.h"
#include "programs/sandbox.h"
#include "programs/settings.h"
#include "records/audit.h"
#include "records/store.h"

#define DESCRIPTORS_WANTED 4096

static const struct command_option options[] = {
	{"data", 0, "DIR", "the data folder (usual: the configuration's)"},
	{"config", 'c', "FILE", "configuration"},
	{"store", 0, "URL", "database, in place of the configuration's"},
	{0},
};

struct doctor {
	struct arena *arena;
	const char *data;
	int bad;
};

enum finding { FINE, NOTE, BAD };

static void say(struct doctor *doctor, enum finding finding, const char *what, const char *text)
{
	static const char *const words[] = {"ok", "note", "BAD"};

	doctor->bad += finding == BAD;
	printf("%s\t%s\t%s\n", words[finding], what, text);
}

static void say_err(struct doctor *doctor, const char *what, const struct err *err)
{
	say(doctor, BAD, what,
	    arena_format(doctor->arena, "%s%s%s", err->text, err->fix[0] ? "; fix: " : "", err->fix).data);
}

static void look_at_machine(struct doctor *doctor)
{
	struct sandbox_report offered = sandbox_offered();
	struct rlimit limit = {0};

	say(doctor, offered.seccomp ? FINE : BAD, "seccomp",
	    offered.seccomp ? "the kernel has filters" : "the kernel has no filters: the probe process does not start");
	say(doctor, offered.landlock ? FINE : NOTE, "landlock",
	    arena_format(doctor->arena, offered.landlock ? "ABI %d" : "the kernel has none (%d): seccomp alone",
			 offered.landlock)
		    .data);
	(void)getrlimit(RLIMIT_NOFILE, &limit);
	say(doctor, limit.rlim_max < DESCRIPTORS_WANTED ? NOTE : FINE, "descriptors",
	    arena_format(doctor->arena, "%llu may be open at once", (unsigned long long)limit.rlim_max).data);
}

/* The lock of the folder; -1 when a server holds it or there is nothing to hold. */
static int take_folder(struct doctor *doctor)
{
	const char *lock = arena_format(doctor->arena, "%s/keepvalid.lock", doctor->data).data;
	struct stat found;
	int fd;

	if (stat(doctor->data, &found) != 0) {
		say(doctor, NOTE, "folder", arena_format(doctor->arena, "%s is not there yet", doctor->data).data);
		return -1;
	}
	say(doctor, found.st_mode & 077 ? BAD : FINE, "folder",
	    arena_format(doctor->arena, "%s, mode %03o", doctor->data, found.st_mode & 0777).data);
	fd = open(lock, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		say(doctor, NOTE, "database", "none yet");
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	close(fd);
	say(doctor, NOTE, "database", "a server uses it: end it to have the database checked");
	return -1;
}

static bool look_at_rows(struct doctor *doctor, struct store *store, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct audit_state audit;
	struct str root;

	if (!store_read(store, &txn, err) || !store_integrity(txn, err))
		return false;
	say(doctor, FINE, "database",
	    arena_format(doctor->arena, "whole, schema %lld", (long long)store_schema_version(store)).data);
	if (!audit_verify(txn, &audit, err))
		return false;
	root = hex_str(doctor->arena, bytes_of(audit.root, sizeof audit.root));
	say(doctor, FINE, "audit", arena_format(doctor->arena, "%lld entries, root %.*s", (long long)audit.count,
						STR_ARG(root)).data);
	return true;
}

static void say_of_server(void *data, bool good, const char *what, const char *text)
{
	say(data, good ? FINE : BAD, what, text);
}

static void look_at_server(struct doctor *doctor, const struct settings *settings)
{
	const char *url = settings_store(doctor->arena, settings);
	struct store_options opening = {.as_it_is = true};
	struct store_look look = {say_of_server, doctor};
	struct store *store = NULL;
	struct err err = {0};

	if (!settings_store_password(doctor->arena, settings, &opening.password, &err) ||
	    !store_look_at(url, opening.password, &look, &err)) {
		say_err(doctor, "database", &err);
		return;
	}
	if (store_open(url, &opening, &store, &err)) {
		if (!look_at_rows(doctor, store, &err))
			say_err(doctor, "database", &err);
	} else if (strcmp(err.code, "store-older") == 0) {
		say(doctor, NOTE, "database", arena_format(doctor->arena, "%s; %s", err.text, err.fix).data);
	} else {
		say_err(doctor, "database", &err);
	}
	store_close(store);
}

static void look_at_data(struct doctor *doctor)
{
	const char *path = arena_format(doctor->arena, "%s/keepvalid.db", doctor->data).data;
	int lock = take_folder(doctor);
	struct store *store = NULL;
	struct err err = {0};

	if (lock < 0)
		return;
	if (access(path, F_OK) != 0)
		say(doctor, NOTE, "database", "none yet");
	else if (!store_open(path, NULL, &store, &err) || !look_at_rows(doctor, store, &err))
		say_err(doctor, "database", &err);
	store_close(store);
	close(lock);
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct doctor doctor = {.arena = arena, .data = command_value(call, "data")};
	const char *store = command_value(call, "store");
	struct settings settings;
	struct err err = {0};

	if (call->arg_count)
		return command_usage(call, "it takes no arguments");
	if (!settings_read(arena, command_value(call, "config"), &settings, &err) ||
	    (store && !settings_set(arena, "store.url", str_of(store), &settings, &err)) ||
	    !settings_check(&settings, &err))
		say_err(&doctor, "configuration", &err);
	else
		say(&doctor, FINE, "configuration", settings_path() ? settings_path() : "usual settings");
	if (!doctor.data)
		doctor.data = settings.data.data ? arena_str(arena, settings.data).data : "var";
	look_at_machine(&doctor);
	if (store_url_is_file(settings_store(arena, &settings)))
		look_at_data(&doctor);
	else
		look_at_server(&doctor, &settings);
	return doctor.bad ? CLI_FAILED : CLI_OK;
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = "check this machine and the data folder",
	.details = "Says, a line each, whether the configuration can be read, what the kernel offers to lock processes in, how\n"
		   "many descriptors may be open, and - when no server runs on the folder - whether the database is whole and\n"
		   "every entry of the audit is as it was written. The root of the audit's tree is printed: keep it elsewhere to\n"
		   "prove later that nothing was taken away. Exit code 1 when something is bad.",
	.examples = "$ keepvalid doctor --store postgres://keepvalid@db.example/keepvalid\n$ keepvalid doctor --data /var/lib/keepvalid",
	.options = options,
	.run = run,
};
