/* SPDX-License-Identifier: Apache-2.0 */

/* What an action would change, without changing it. */

#include "jobs/action/room.h"

#define LOOK_MAX    20000 /* items looked at; with more, how many would change is not said */
#define PAGE        500
#define SAMPLE_ROWS 10

struct preview {
	struct store_txn *txn;
	struct arena *arena;
	const struct action_plan *plan;
	struct json_out *json;
	int64_t changes;
	size_t samples;
};

static bool look(struct preview *preview, const struct store_item *item, struct err *err)
{
	struct model_lineage lineage;
	struct str was, becomes;

	if (item->lineage_id && !store_lineage(preview->txn, preview->arena, item->lineage_id, &lineage, err))
		return false;
	if (!action_words(preview->arena, preview->plan, item->lineage_id ? &lineage : NULL, &was, &becomes))
		return true;
	preview->changes++;
	if (preview->samples == SAMPLE_ROWS)
		return true;
	preview->samples++;
	json_out_object(preview->json);
	json_out_key_str(preview->json, "name", item->name);
	json_out_key_str(preview->json, "before", was);
	json_out_key_str(preview->json, "after", becomes);
	json_out_end_object(preview->json);
	return true;
}

static bool look_at_all(struct preview *preview, const struct model_selection *selection, struct err *err)
{
	int64_t after = 0, looked = 0;
	struct arena *whole = preview->arena;

	for (size_t count = PAGE; count == PAGE && looked < LOOK_MAX;) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		const struct store_item *items;

		if (!store_selection_lineage_items(preview->txn, arena, selection, after, PAGE, &items, &count, err))
			return false;
		preview->arena = arena;
		for (size_t i = 0; i < count; i++)
			if (!look(preview, &items[i], err))
				return false;
		if (count)
			after = items[count - 1].id;
		looked += (int64_t)count;
		preview->arena = whole;
	}
	return true;
}

bool action_preview_write(struct store_txn *txn, struct arena *arena, const struct model_selection *selection,
			  const struct action_plan *plan, struct json_out *json, struct err *err)
{
	struct preview preview = {txn, arena, plan, json, 0, 0};

	json_out_object(json);
	json_out_key_int(json, "count", selection->count);
	json_out_key(json, "sample");
	json_out_array(json);
	if (!look_at_all(&preview, selection, err))
		return false;
	json_out_end_array(json);
	json_out_key(json, "changes");
	if (selection->count <= LOOK_MAX)
		json_out_int(json, preview.changes);
	else
		json_out_null(json);
	json_out_end_object(json);
	return true;
}
