/* SPDX-License-Identifier: Apache-2.0 */

/*
 * All dialects: the first byte picks one, the second how the rest is cut. After the go-ahead what is left goes to unwrap, where
 * there is one. Input only shrinks from its front, and the detail always ends.
 */

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "discovery/probe/starttls/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum starttls_step turn(const struct starttls *dialect, struct starttls_talk *talk, struct buf *in, struct buf *out)
{
	struct bytes left = buf_bytes(in);
	enum starttls_step step = dialect->speak(talk, &left, out);

	assert(left.len <= in->len);
	assert(memchr(talk->detail, 0, sizeof talk->detail));
	buf_drop(in, in->len - left.len);
	return step;
}

static void unwrap(const struct starttls *dialect, struct starttls_talk *talk, struct buf *in)
{
	struct buf tls = buf_capped(1 << 20), out = buf_capped(1 << 20);
	struct bytes left = buf_bytes(in);

	dialect->wrap(talk, bytes_of("hello", 5), &out);
	(void)dialect->unwrap(talk, &left, &tls, &out);
	assert(left.len <= in->len && tls.len <= in->len);
	buf_done(&tls);
	buf_done(&out);
}

static void play(const struct starttls *dialect, size_t cut, struct bytes server)
{
	struct starttls_talk talk = {.server_name = STR("h.example.org")};
	struct buf in = buf_capped(1 << 20), out = buf_capped(1 << 20);
	enum starttls_step step = turn(dialect, &talk, &in, &out);

	while (step == STARTTLS_MORE && server.len > 0 && in.len <= LIMIT_DIALOGUE_BYTES) {
		size_t len = server.len < cut ? server.len : cut;

		buf_add(&in, server.data, len);
		server = bytes_of(server.data + len, server.len - len);
		step = turn(dialect, &talk, &in, &out);
	}
	buf_add_bytes(&in, server);
	if (step == STARTTLS_TLS && dialect->unwrap)
		unwrap(dialect, &talk, &in);
	buf_done(&in);
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count = 0;

	while (starttls_all[count])
		count++;
	if (size < 2 || size > 32768)
		return 0;
	(void)starttls_of_greeting(bytes_of(data + 2, size - 2));
	play(starttls_all[data[0] % count], data[1] ? data[1] : SIZE_MAX, bytes_of(data + 2, size - 2));
	return 0;
}
