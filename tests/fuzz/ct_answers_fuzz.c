/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Any bytes as answers of a log whose tree head was good: data tiles, tiles of hashes, issuers (first byte even), get-entries,
 * proofs (odd). Nothing may come out: no answer hashes up to the head. The second byte says how far the walk stands.
 */

#include <stdlib.h>
#include <string.h>

#include "discovery/ct/inside.h"

static struct ct_domains *domains;

static void one_walk(const uint8_t *data, size_t len, enum ct_api api, enum ct_phase phase, uint64_t from, uint64_t size)
{
	struct ct_log log = {.name = STR("fuzzed"), .url = STR("https://ct.test"), .origin = STR("ct.test"), .api = api};
	struct ct_walk_options options = {.log = &log, .domains = domains, .since = CT_SINCE_DATE, .since_at = 1800000000, .now = 1800000000};
	struct ct_walk *walk = ct_walk_new(&options);
	const struct ct_batch *batch;
	struct ct_fetch fetch;
	struct err err = {0};
	enum ct_next next = CT_END;

	walk->phase = phase;
	walk->after.head = (struct ct_head){.size = size, .at_ms = INT64_MAX};
	walk->after.begun = true;
	walk->reading.count = walk->after.read.count = from;
	ct_tiles_size(walk->tiles, size);
	for (int i = 0; i < 8 && (next = ct_walk_next(walk, &fetch, &batch, &err)) == CT_FETCH; i++) {
		size_t take = len < fetch.most_bytes ? len : fetch.most_bytes;

		ct_walk_answer(walk, 200, bytes_of(data, take));
	}
	if (next == CT_BATCH || next == CT_END || (next == CT_REFUSED && err.kind == ERR_NONE))
		abort();
	ct_walk_free(walk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const enum ct_phase phases[] = {CT_PHASE_ENTRIES, CT_PHASE_SEEK, CT_PHASE_START, CT_PHASE_PREFIX};
	static const uint64_t sizes[] = {3, 256, 300, 70000};
	struct str own = STR("example.org");
	struct err err = {0};

	if (!domains && !ct_domains_new(&own, 1, &domains, &err))
		abort();
	if (len < 2)
		return 0;
	one_walk(data + 2, len - 2, data[0] & 1 ? CT_RFC6962 : CT_STATIC, phases[data[1] & 3], 0, sizes[data[1] >> 2 & 3]);
	return 0;
}
