/* SPDX-License-Identifier: Apache-2.0 */

/* /backups: made by a job into the data folder, fetched and removed by name. */

#include "api/routes/route.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "jobs/backup.h"
#include "jobs/runner.h"

static const char *folder_of(struct call *call)
{
	const char *data = call->api->options.folder;

	return data ? arena_format(call->arena, "%s/" BACKUP_FOLDER, data).data : NULL;
}

bool handle_backup_new(struct call *call, struct err *err)
{
	int64_t job;

	store_end(&call->txn);
	if (!backup_ask(call->api->options.store, &call->actor, call->now, &job, err))
		return false;
	if (call->api->options.runner)
		runner_wake(call->api->options.runner);
	if (!call_reread(call, err) || !store_job(call->txn, call->arena, job, &call->object.job, err))
		return false;
	json_out_object(&call->json);
	json_out_key(&call->json, "job");
	row_job(&call->json, &call->object.job);
	json_out_end_object(&call->json);
	return true;
}

static void row_write(struct call *call, int folder, const char *name)
{
	struct stat found;

	if (!backup_name_is(str_of(name)) || fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(found.st_mode))
		return;
	json_out_object(&call->json);
	json_out_key_text(&call->json, "name", name);
	json_out_key_int(&call->json, "bytes", found.st_size);
	json_out_key_time(&call->json, "made_at", found.st_mtime);
	json_out_end_object(&call->json);
}

/* A handful of files: not paged, the first LIMIT_PAGE_ROWS in the order of the folder. */
bool handle_backups(struct call *call, struct err *err)
{
	const char *path = folder_of(call);
	DIR *folder = path ? opendir(path) : NULL;
	const struct dirent *entry;
	int left = LIMIT_PAGE_ROWS;

	(void)err;
	json_out_object(&call->json);
	json_out_key(&call->json, "items");
	json_out_array(&call->json);
	while (folder && left-- > 0 && (entry = readdir(folder)))
		row_write(call, dirfd(folder), entry->d_name);
	json_out_end_array(&call->json);
	json_out_end_object(&call->json);
	if (folder)
		closedir(folder);
	return true;
}

bool load_backup(struct call *call, struct err *err)
{
	const char *folder = folder_of(call);

	if (folder && backup_name_is(call->params[0])) {
		call->object.backup_path = arena_format(call->arena, "%s/%.*s", folder, STR_ARG(call->params[0])).data;
		if (access(call->object.backup_path, F_OK) == 0)
			return true;
	}
	err_set(err, ERR_ABSENT, "there is no backup \"%.*s\"", STR_ARG(str_head(call->params[0], 100)));
	return err_fix(err, "not-found", "list them first");
}

bool handle_backup(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct stat found;
	int fd;

	store_end(&call->txn);
	if (!store_write(call->api->options.store, &txn, err) ||
	    !audit_add(txn, &call->actor, "backup.fetch", arena_format(call->arena, "backup:%.*s", STR_ARG(call->params[0])),
		       call->now, err) ||
	    !store_commit(&txn, err))
		return false;
	fd = open(call->object.backup_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &found) != 0) {
		if (fd >= 0)
			close(fd);
		return err_set(err, ERR_ABSENT, "the backup is not there any more");
	}
	call->response->file = fd;
	call->response->file_bytes = (uint64_t)found.st_size;
	call->response->status = 200;
	call->response->type = STR("application/octet-stream");
	http_response_header(call->response, "Content-Disposition",
			     arena_format(call->arena, "attachment; filename=\"%.*s\"", STR_ARG(call->params[0])));
	call->answered = true;
	return true;
}

bool handle_backup_remove(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	store_end(&call->txn);
	if (!store_write(call->api->options.store, &txn, err) ||
	    !audit_add(txn, &call->actor, "backup.remove", arena_format(call->arena, "backup:%.*s", STR_ARG(call->params[0])),
		       call->now, err) ||
	    !store_commit(&txn, err))
		return false;
	unlink(call->object.backup_path);
	return true;
}
