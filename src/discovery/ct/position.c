/* SPDX-License-Identifier: Apache-2.0 */

/* Where reading stands, as JSON: numbers as text where they may pass 2^53, hashes in hexadecimal. */

#include <string.h>

#include "base/hex.h"
#include "discovery/ct/inside.h"

enum { ROOM = MERKLE_LEVELS * HASH_SHA256 };

void ct_position_write(struct json_out *json, const struct ct_position *position)
{
	json_out_object(json);
	json_out_key_bool(json, "begun", position->begun);
	json_out_key_int(json, "size", (int64_t)position->head.size);
	json_out_key_hex(json, "root", bytes_of(position->head.root, HASH_SHA256));
	json_out_key_int(json, "at_ms", position->head.at_ms);
	json_out_key_str(json, "head", position->head_text);
	json_out_key_int(json, "next", (int64_t)position->read.count);
	json_out_key_hex(json, "frontier", merkle_frontier(&position->read));
	json_out_end_object(json);
}

bool ct_position_read(struct arena *arena, const struct json_value *value, struct ct_position *out, struct err *err)
{
	struct ct_position position = {.begun = json_in_bool(json_in_get(value, "begun"), false)};
	struct str root = json_in_str(json_in_get(value, "root"), STR(""));
	struct str frontier = json_in_str(json_in_get(value, "frontier"), STR(""));
	int64_t size = json_in_int(json_in_get(value, "size"), -1), next = json_in_int(json_in_get(value, "next"), -1);
	uint8_t room[ROOM];

	position.head.at_ms = json_in_int(json_in_get(value, "at_ms"), 0);
	position.head_text = arena_str(arena, json_in_str(json_in_get(value, "head"), STR("")));
	if (size < 0 || next < 0 || next > size || frontier.len > 2 * sizeof room || frontier.len % 2 != 0 ||
	    root.len != 2 * HASH_SHA256 || !hex_read(root, position.head.root, HASH_SHA256) ||
	    (frontier.len && !hex_read(frontier, room, frontier.len / 2)) ||
	    !merkle_read(&position.read, next, bytes_of(room, frontier.len / 2)))
		return err_set(err, ERR_INTERNAL, "the position in a log of certificates cannot be read");
	position.head.size = (uint64_t)size;
	*out = position;
	return true;
}
