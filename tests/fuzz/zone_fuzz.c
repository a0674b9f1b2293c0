/* SPDX-License-Identifier: Apache-2.0 */

/* Any bytes as a zone file, a list of names, a key file, and a message of a transfer. */

#include <stdlib.h>

#include "discovery/zone/inside.h"

static void message(struct arena *arena, const uint8_t *data, size_t len)
{
	struct gather gather = gather_start(arena, STR("example.org"));
	ldns_pkt *packet = NULL;
	struct zone zone;
	struct err err = {0};

	if (ldns_wire2pkt(&packet, data, len) != LDNS_STATUS_OK)
		return;
	for (size_t i = 0; i < ldns_rr_list_rr_count(ldns_pkt_answer(packet)); i++)
		if (!gather_record(&gather, ldns_rr_list_rr(ldns_pkt_answer(packet), i), &err))
			break;
	gather_end(&gather, &zone);
	for (size_t i = 0; i < zone.count; i++)
		if (!zone.targets[i].name.len || zone.targets[i].name.len > 253 || !str_is_utf8(zone.targets[i].name))
			abort();
	ldns_pkt_free(packet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new();
	struct str text = {(const char *)data, len};
	struct zone_key key;
	struct zone zone;
	struct err err = {0};

	(void)!zone_file_read(arena, text, STR("example.org"), &zone, &err);
	(void)!zone_list_read(arena, text, &zone, &err);
	(void)!zone_key_read(arena, text, &key, &err);
	message(arena, data, len);
	arena_free(arena);
	return 0;
}
