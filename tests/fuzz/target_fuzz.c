/* SPDX-License-Identifier: Apache-2.0 */

/* Targets, lines with columns, port lists and the kernel's listener table. What is read must be dialable. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "discovery/target/room.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct span *span)
{
	char host[SPAN_HOST];

	assert(span->host_count >= 1 && span->host_count <= LIMIT_TARGET_ADDRESSES);
	assert(span_host(span, 0, host) > 0);
	assert(span_host(span, span->host_count - 1, host) < SPAN_HOST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct listeners listeners = {0};
	struct ports ports = {0};
	struct err err = {0};
	struct str text, given;
	struct span span;
	char *copy;

	if (size == 0)
		return 0;
	text = (struct str){(const char *)data + 1, size - 1};
	switch (data[0] % 4) {
	case 0:
		if (span_read(text, &span, &err))
			check(&span);
		break;
	case 1:
		if (span_read_line(text, &given, &span, &err))
			check(&span);
		break;
	case 2:
		copy = strndup(text.data, text.len);
		if (ports_read(copy, &ports, &err))
			assert(ports.count >= 1);
		ports_done(&ports);
		free(copy);
		break;
	case 3:
		listeners_add(&listeners, text);
		free(listeners.at);
		break;
	}
	return 0;
}
