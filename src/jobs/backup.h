/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * backup - a backup made by the server while it serves: a job that writes a file into a folder of its own.
 *
 * The file has another name until it is whole and on the disk. Its name tells when it was asked for and by which job:
 * "keepvalid-20270115T080000Z-1882404233470279680.backup".
 */

#include "base/err.h"
#include "records/audit.h"

struct arena;
struct store;

#define BACKUP_FOLDER "backups" /* in the data folder */

/* Where backups go: the data folder; before the runner starts. */
void backup_job_folder(const char *data);

/* Asks for one; audited. */
MUST_CHECK bool backup_ask(struct store *store, const struct audit_actor *actor, int64_t now, int64_t *job_id,
			   struct err *err);

/* Whether it is the name of a backup of ours, and nothing else. */
bool backup_name_is(struct str name);
