/* SPDX-License-Identifier: Apache-2.0 */

/* Any bytes as leaves: of a tile, one after another; of get-entries, leaf and what stands beside it split in the middle. */

#include <stdlib.h>

#include "discovery/ct/inside.h"
#include "facts/cert.h"

static struct ct_domains *domains;

static void look(const struct ct_leaf *leaf)
{
	struct arena *arena = arena_new();
	const struct cert *cert = NULL;
	struct err err = {0};

	(void)ct_leaf_whose(domains, leaf);
	if (ct_leaf_cert(arena, leaf, &cert, &err)) {
		if (cert->precertificate != leaf->precert && leaf->precert)
			abort();
		(void)ct_leaf_issued_by(leaf, cert, cert);
	} else if (err.kind != ERR_INPUT && err.kind != ERR_PROTOCOL) {
		abort();
	}
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str own = STR("example.org");
	struct bytes tile = bytes_of(data, len);
	struct ct_leaf leaf;
	struct err err = {0};
	size_t half;

	if (!domains && !ct_domains_new(&own, 1, &domains, &err))
		abort();
	for (uint64_t i = 0; tile.len && ct_leaf_take(&tile, i, &leaf, &err); i++)
		look(&leaf);
	if (len < 2)
		return 0;
	half = (size_t)(data[0] << 8 | data[1]) % len;
	if (ct_leaf_read(bytes_of(data + 2, half > 2 ? half - 2 : 0), bytes_of(data + half, len - half), 0, &leaf, &err))
		look(&leaf);
	return 0;
}
