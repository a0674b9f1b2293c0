/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of this room share. */

#include "records/backup.h"

#define BACKUP_FORMAT      1
#define BACKUP_BATCH_BYTES (4u << 20)

/* False when the watcher wants it to end. */
bool backup_tell(const struct backup_watch *watch, const char *table, int64_t rows_of_table, int64_t rows, struct err *err);
