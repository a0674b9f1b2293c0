/* SPDX-License-Identifier: Apache-2.0 */

/* Frames of a backup: see the door for the form of the file. */

#include "records/backup/frames.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"

static const struct str magic = STR_INIT("KEEPVALID BACKUP\n");

#define HEAD_BYTES 5

void frames_start(struct frames *frames, int fd)
{
	*frames = (struct frames){.fd = fd, .hash = hash_run_new(), .buffer = buf_capped(FRAME_BYTES + 64)};
}

void frames_done(struct frames *frames)
{
	if (frames->hash)
		hash_run_end(frames->hash, frames->sha256);
	frames->hash = NULL;
	buf_done(&frames->buffer);
}

bool frames_damaged(struct err *err, const char *how)
{
	err_set(err, ERR_INPUT, "the backup %s", how);
	return err_fix(err, "backup-damaged", "take another copy of it, or an older backup; nothing was changed");
}

/* ---- writing ---- */

static bool put(struct frames *frames, struct bytes content, struct err *err)
{
	while (content.len) {
		ssize_t n = write(frames->fd, content.data, content.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)) {
			err_set(err, ERR_LATER, "write the backup: %s", strerror(errno));
			return err_fix(err, "disk-full", "make room on its disk, or name another place");
		}
		if (n < 0)
			return err_set(err, ERR_INTERNAL, "write the backup: %s", strerror(errno));
		content = bytes_of(content.data + n, content.len - (size_t)n);
		frames->bytes += n;
	}
	return true;
}

static bool put_hashed(struct frames *frames, struct bytes content, struct err *err)
{
	hash_run_add(frames->hash, content);
	return put(frames, content, err);
}

bool frames_begin_writing(struct frames *frames, struct err *err)
{
	return put_hashed(frames, bytes_from(magic), err);
}

bool frame_write(struct frames *frames, enum frame_kind kind, struct bytes content, struct err *err)
{
	buf_clear(&frames->buffer);
	buf_add_u8(&frames->buffer, (uint8_t)kind);
	buf_add_u32(&frames->buffer, (uint32_t)content.len);
	if (content.len > FRAME_BYTES)
		return err_set(err, ERR_INPUT, "a row is too long for a backup");
	if (!put_hashed(frames, buf_bytes(&frames->buffer), err) || !put_hashed(frames, content, err))
		return false;
	return !FAULT("backup.frame") || err_set(err, ERR_INTERNAL, "backup: fault injected");
}

bool frames_end_writing(struct frames *frames, struct err *err)
{
	if (!frame_write(frames, FRAME_END, bytes_of("", 0), err))
		return false;
	hash_run_end(frames->hash, frames->sha256);
	frames->hash = NULL;
	if (!put(frames, bytes_of(frames->sha256, HASH_SHA256), err))
		return false;
	if (FAULT("backup.sync"))
		return err_set(err, ERR_INTERNAL, "backup: fault injected");
	return fsync(frames->fd) == 0 || errno == EINVAL || errno == EROFS || /* not a file: a pipe */
	       err_set(err, ERR_INTERNAL, "write the backup: %s", strerror(errno));
}

/* ---- reading ---- */

/* Exactly so many bytes; they follow what is in the buffer. */
static bool get(struct frames *frames, size_t len, struct err *err)
{
	char *to = buf_reserve(&frames->buffer, len);
	size_t got = 0;

	if (!to)
		return frames_damaged(err, "has a frame that is too long");
	while (got < len) {
		ssize_t n = read(frames->fd, to + got, len - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, ERR_INTERNAL, "read the backup: %s", strerror(errno));
		if (n == 0)
			return frames_damaged(err, "ends too early");
		got += (size_t)n;
	}
	frames->buffer.len += len;
	frames->bytes += (int64_t)len;
	return true;
}

bool frames_begin_reading(struct frames *frames, struct err *err)
{
	if (lseek(frames->fd, 0, SEEK_SET) < 0)
		return err_set(err, ERR_INPUT, "read the backup: %s", strerror(errno));
	buf_clear(&frames->buffer);
	if (!get(frames, magic.len, err))
		return false;
	hash_run_add(frames->hash, buf_bytes(&frames->buffer));
	return bytes_equal(buf_bytes(&frames->buffer), bytes_from(magic)) || frames_damaged(err, "is not one of keepvalid");
}

static bool end_read(struct frames *frames, struct err *err)
{
	char more;

	hash_run_end(frames->hash, frames->sha256);
	frames->hash = NULL;
	buf_clear(&frames->buffer);
	if (!get(frames, HASH_SHA256, err))
		return false;
	if (!bytes_equal(buf_bytes(&frames->buffer), bytes_of(frames->sha256, HASH_SHA256)))
		return frames_damaged(err, "is not as it was written: its checksum is another");
	return read(frames->fd, &more, 1) == 0 || frames_damaged(err, "has more after its end");
}

bool frame_read(struct frames *frames, enum frame_kind *kind, struct bytes *content, struct err *err)
{
	struct bytes head;
	uint8_t what;
	uint32_t len;

	buf_clear(&frames->buffer);
	if (!get(frames, HEAD_BYTES, err))
		return false;
	head = buf_bytes(&frames->buffer);
	if (!bytes_take_u8(&head, &what) || !bytes_take_u32(&head, &len) || len > FRAME_BYTES)
		return frames_damaged(err, "has a frame that is too long");
	if (!get(frames, len, err))
		return false;
	hash_run_add(frames->hash, buf_bytes(&frames->buffer));
	*kind = (enum frame_kind)what;
	*content = bytes_of((const uint8_t *)frames->buffer.data + HEAD_BYTES, len);
	return what != FRAME_END || end_read(frames, err);
}
