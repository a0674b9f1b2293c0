/* SPDX-License-Identifier: Apache-2.0 */

/* The job: see the door. A file that an earlier attempt left is overwritten. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "jobs/backup.h"
#include "jobs/job.h"
#include "records/backup.h"
#include "records/store.h"

static char *data_folder;

void backup_job_folder(const char *data)
{
	memory_done(&data_folder);
	data_folder = data ? memory_text(data) : NULL;
}

bool backup_name_is(struct str name)
{
	if (!str_starts(name, STR("keepvalid-")) || !str_ends(name, STR(".backup")) || name.len > 80)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_is_alpha(name.data[i]) && !ascii_is_digit(name.data[i]) && !strchr("-.", name.data[i]))
			return false;
	return true;
}

bool backup_ask(struct store *store, const struct audit_actor *actor, int64_t now, int64_t *job_id, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(store, &txn, err) &&
	       store_job_add(txn, STR("backup"), store_new_id(store), now, now, job_id, err) &&
	       audit_add(txn, actor, "backup.ask", arena_format(arena, "job:%lld", (long long)*job_id), now, err) &&
	       store_commit(&txn, err);
}

static const char *name_of(const struct job_work *work)
{
	char at[CLOCK_TEXT];
	size_t n = 0;

	clock_write(work->job.created_at, at);
	for (size_t i = 0; at[i]; i++)
		if (at[i] != '-' && at[i] != ':')
			at[n++] = at[i];
	at[n] = 0;
	return arena_format(work->arena, "keepvalid-%s-%lld.backup", at, (long long)work->job.id).data;
}

static bool still_wanted(void *data, const char *table, int64_t rows_of_table, int64_t rows)
{
	struct job_work *work = data;

	(void)table;
	(void)rows_of_table;
	job_progress(work, rows, -1);
	return !job_must_end(work);
}

/* Whole and on the disk before it has its name. */
static bool file_make(struct job_work *work, const char *folder, const char *name, struct backup_facts *facts,
		      struct err *err)
{
	const char *path = arena_format(work->arena, "%s/%s", folder, name).data;
	const char *part = arena_format(work->arena, "%s.part", path).data;
	struct backup_watch watch = {still_wanted, work};
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0)
		return err_set(err, ERR_INTERNAL, "%s: %s", part, strerror(errno));
	ok = backup_write(work->store, fd, clock_now_s(), &watch, facts, err);
	close(fd);
	if (ok && FAULT("backup.rename"))
		ok = err_set(err, ERR_INTERNAL, "backup: fault injected");
	if (ok && rename(part, path) != 0)
		ok = err_set(err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
	if (!ok)
		unlink(part);
	return ok;
}

static bool tell(struct job_work *work, const char *name, const struct backup_facts *facts, struct err *err)
{
	static const struct audit_actor engine = {STR_INIT("engine"), STR_INIT("engine"), {NULL, 0}};
	struct json_out json = json_out_start(&work->result);
	CLEANUP(store_end) struct store_txn *txn = NULL;

	json_out_object(&json);
	json_out_key_text(&json, "name", name);
	json_out_key_int(&json, "bytes", facts->bytes);
	json_out_key_int(&json, "rows", facts->rows);
	json_out_key_int(&json, "schema", facts->schema);
	json_out_key_hex(&json, "sha256", bytes_of(facts->sha256, HASH_SHA256));
	json_out_end_object(&json);
	return job_write(work, &txn, err) &&
	       audit_add(txn, &engine, "backup.made", arena_format(work->arena, "backup:%s", name), clock_now_s(), err) &&
	       store_commit(&txn, err);
}

static enum job_outcome work(struct job_work *work, struct err *err)
{
	const char *folder, *name = name_of(work);
	struct backup_facts facts;

	if (!data_folder) {
		err_set(err, ERR_INPUT, "no folder for backups");
		return JOB_FAILED;
	}
	folder = arena_format(work->arena, "%s/" BACKUP_FOLDER, data_folder).data;
	if (file_make_folder(folder, 0700, err) && file_make(work, folder, name, &facts, err) &&
	    tell(work, name, &facts, err))
		return JOB_DONE;
	return job_must_end(work) ? job_end_early(work) : JOB_FAILED;
}

const struct job_kind job_kind_backup = {
	.name = "backup",
	.about = "the whole inventory as one file",
	.work = work,
};
