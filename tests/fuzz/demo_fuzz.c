/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a stranger says to a demo listener before TLS, in pieces. The first byte picks the listener, the second the
 * length of the pieces. Every answer takes something from the input, or ends, or waits for more.
 */

#include <stdlib.h>
#include <string.h>

#include "programs/demo/stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const names[] = {"smtp", "imap", "postgres", "ldap", "sslv3", "plain", "garbage", "silent"};
	struct demo_listener listener = {0};
	struct buf in = buf_capped(8192), out = buf_capped(65536);
	enum demo_heard heard = HEARD_MORE;
	size_t piece;

	if (len < 2)
		return 0;
	listener.row = demo_row_find(names[data[0] % COUNT_OF(names)], NULL);
	listener.kind = listener.row->kind;
	listener.canned_leaf = bytes_of("leaf", 4);
	piece = (size_t)data[1] + 1;
	for (data += 2, len -= 2; len > 0 && heard == HEARD_MORE && buf_ok(&in); ) {
		size_t now = len < piece ? len : piece, before;

		buf_add(&in, data, now);
		data += now;
		len -= now;
		do {
			before = in.len;
			heard = demo_hear(&listener, false, &in, &out);
			if (heard == HEARD_ANSWER && in.len >= before)
				abort();
		} while (heard == HEARD_ANSWER && in.len);
		if (heard == HEARD_ANSWER)
			heard = HEARD_MORE;
	}
	buf_done(&in);
	buf_done(&out);
	return 0;
}
