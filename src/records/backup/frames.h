/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* frames - the file of a backup, written and read a frame at a time, hashed on its way. */

#include "base/buf.h"
#include "base/err.h"
#include "facts/hash.h"

#define FRAME_BYTES (64u << 20) /* one frame at most: a batch of rows, and a row may be long */

enum frame_kind { FRAME_HEAD = 'H', FRAME_TABLE = 'T', FRAME_ROWS = 'R', FRAME_TABLE_END = 'E', FRAME_END = 'Z' };

struct frames {
	int fd;
	struct hash_run *hash;
	struct buf buffer;
	int64_t bytes; /* gone through so far */
	uint8_t sha256[HASH_SHA256]; /* after the end */
};

void frames_start(struct frames *frames, int fd);
void frames_done(struct frames *frames); /* for CLEANUP */

MUST_CHECK bool frames_begin_writing(struct frames *frames, struct err *err);
MUST_CHECK bool frame_write(struct frames *frames, enum frame_kind kind, struct bytes content, struct err *err);
/* The last frame, the hash, and all of it to the disk. */
MUST_CHECK bool frames_end_writing(struct frames *frames, struct err *err);

MUST_CHECK bool frames_begin_reading(struct frames *frames, struct err *err);
/* *content is good until the next one. FRAME_END: the hash was right, and nothing follows. */
MUST_CHECK bool frame_read(struct frames *frames, enum frame_kind *kind, struct bytes *content, struct err *err);

bool frames_damaged(struct err *err, const char *how); /* ERR_INPUT "backup-damaged"; false */
