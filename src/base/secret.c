/* SPDX-License-Identifier: Apache-2.0 */

/* Memory for secrets: own pages, not dumped, wiped. See the door. */

#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/memory.h"

enum { SECRET_FILE_MAX = 65536 };

static size_t page_round(size_t len)
{
	return (len + 4096) & ~(size_t)4095;
}

static struct secret secret_room(size_t len)
{
	void *room = mmap(NULL, page_round(len), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED)
		memory_exhausted(len);
	madvise(room, page_round(len), MADV_DONTDUMP);
	return (struct secret){room, len};
}

struct secret secret_new(struct bytes b)
{
	struct secret secret = secret_room(b.len);

	if (b.len)
		memcpy(secret.hidden, b.data, b.len);
	return secret;
}

struct secret secret_random(size_t len)
{
	struct secret secret = secret_room(len);
	size_t have = 0;

	while (have < len) {
		ssize_t got = getrandom(secret.hidden + have, len - have, 0);

		if (got < 0 && errno != EINTR)
			memory_exhausted(len);
		have += got > 0 ? (size_t)got : 0;
	}
	return secret;
}

void secret_wipe(void *data, size_t len)
{
	explicit_bzero(data, len);
}

void secret_done(struct secret *secret)
{
	if (secret->hidden) {
		secret_wipe(secret->hidden, secret->len);
		munmap(secret->hidden, page_round(secret->len));
	}
	*secret = (struct secret){NULL, 0};
}

struct bytes secret_reveal(const struct secret *secret)
{
	return bytes_of(secret->hidden, secret->len);
}

bool secret_equal(struct bytes a, struct bytes b)
{
	uint8_t differ = 0;

	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		differ |= a.data[i] ^ b.data[i];
	return differ == 0;
}

/* Reads up to the room of secret; its len becomes what came. */
static bool read_all(int fd, struct secret *secret, struct err *err, const char *path)
{
	size_t have = 0;

	while (have < secret->len) {
		ssize_t got = read(fd, secret->hidden + have, secret->len - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(err, ERR_INPUT, "read %s: %s", path, strerror(errno));
		if (got == 0)
			break;
		have += (size_t)got;
	}
	if (have == secret->len)
		return err_set(err, ERR_INPUT, "read %s: longer than %d bytes", path, SECRET_FILE_MAX);
	secret->len = have;
	return true;
}

bool secret_read_file(const char *path, struct secret *out, struct err *err)
{
	CLEANUP(secret_done) struct secret whole = secret_room(SECRET_FILE_MAX);
	bool from_stdin = strcmp(path, "-") == 0;
	int fd = from_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct str line, rest;
	size_t room = whole.len;
	bool ok;

	if (fd < 0)
		return err_set(err, errno == ENOENT ? ERR_ABSENT : ERR_DENIED, "open %s: %s", path,
			       strerror(errno));
	ok = read_all(fd, &whole, err, path);
	if (!from_stdin)
		close(fd);
	if (ok) {
		rest = str_from(secret_reveal(&whole));
		line = rest;
		if (!str_take_line(&rest, &line))
			line = str_from(secret_reveal(&whole));
		*out = secret_new(bytes_from(line));
	}
	whole.len = room;
	return ok;
}
