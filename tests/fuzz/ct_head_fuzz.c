/* SPDX-License-Identifier: Apache-2.0 */

/* Any text as a log's note or tree head: refused for a rule, or (when the seed's own) signed by its key. */

#include <stdlib.h>
#include <string.h>

#include "discovery/ct/inside.h"

/* A P-256 key; nobody has its private half here. */
static const uint8_t spki[91] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
				 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04, 0x07, 0xfc, 0x1e, 0xe8, 0x63, 0x8e, 0xff, 0x1c, 0x31};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ct_log log = {.name = STR("fuzzed"), .origin = STR("ct.test/one"), .key = bytes_of(spki, sizeof spki)};
	struct arena *arena = arena_new();
	struct str text = {(const char *)data, len};
	struct ct_head head;
	struct err err = {0};

	/* the key id of the note is the id of the log that the seeds are of: set by its first bytes */
	if (len > 32)
		memcpy(log.id, data, 32);
	if (ct_head_read_note(arena, &log, text, &head, &err) || err.kind != ERR_PROTOCOL || !err.code[0])
		abort();
	err = (struct err){0};
	if (ct_head_read_sth(arena, &log, text, &head, &err) || err.kind != ERR_PROTOCOL || !err.code[0])
		abort();
	arena_free(arena);
	return 0;
}
