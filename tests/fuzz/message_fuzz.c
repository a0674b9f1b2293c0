/* SPDX-License-Identifier: Apache-2.0 */

/* Messages from either end: the first byte says whose. What is read is written again and read back as the same. */

#include <stdlib.h>
#include <string.h>

#include "programs/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes from = bytes_of(data, size);
	enum message_role sender;
	struct message message, again;
	uint8_t first;

	if (!bytes_take_u8(&from, &first))
		return 0;
	sender = first & 1 ? MESSAGE_PROBE : MESSAGE_ENGINE;
	for (;;) {
		struct buf out = buf_capped(CHANNEL_BACKLOG_BYTES);
		struct bytes back;
		struct err err = {0};

		if (message_take(&from, sender, &message, &err) != MESSAGE_HERE)
			return 0;
		if (!message_write(&out, &message))
			abort();
		back = buf_bytes(&out);
		if (message_take(&back, sender, &again, &err) != MESSAGE_HERE || back.len || again.kind != message.kind ||
		    memcmp(again.numbers, message.numbers, sizeof again.numbers) != 0)
			abort();
		for (size_t i = 0; i < MESSAGE_TEXTS; i++)
			if (!bytes_equal(again.texts[i], message.texts[i]) ||
			    !again.texts[i].data != !message.texts[i].data)
				abort();
		buf_done(&out);
	}
}
