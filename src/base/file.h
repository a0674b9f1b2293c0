/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* file - whole files in and out, with the errors people need. */

#include "base/err.h"

struct arena;

/*
 * Reads all of a file ("-" is standard input) of at most max bytes.
 *
 * *out  lives in arena, NUL after its end
 * err   ERR_ABSENT, ERR_DENIED, ERR_INPUT (too large, a folder, read error), with a fix
 */
MUST_CHECK bool file_read(struct arena *arena, const char *path, size_t max, struct bytes *out,
			  struct err *err);

/*
 * Replaces a file as one step: temporary file beside it, fsync, rename, fsync of the folder. mode as for
 * chmod(2).
 */
MUST_CHECK bool file_write(const char *path, struct bytes content, unsigned mode, struct err *err);

/* Creates a folder and its parents; those that exist are fine. */
MUST_CHECK bool file_make_folder(const char *path, unsigned mode, struct err *err);
