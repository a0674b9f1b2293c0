/* SPDX-License-Identifier: Apache-2.0 */

/* Where an import says that certificates are served becomes a source of names, which is looked at from then on. */

#include "programs/cli/import_targets.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/map.h"

/* Adds each text of the list that is not there yet. */
static void names_add(struct json_out *json, struct map *seen, const struct json_value *names)
{
	static char there;

	for (size_t i = 0; i < json_in_count(names); i++) {
		struct str name = json_in_str(json_in_at(names, i), STR(""));

		if (!name.len || map_set(seen, bytes_from(name), &there))
			continue;
		json_out_str(json, name);
	}
}

static bool source_named(struct client *client, struct arena *arena, struct str name, const struct json_value **out,
			 struct err *err)
{
	const struct json_value *page, *items;

	*out = NULL;
	if (!client_get(client, arena, "/api/v1/sources?limit=1000", &page, err))
		return false;
	items = json_in_get(page, "items");
	for (size_t i = 0; i < json_in_count(items); i++)
		if (str_equal(json_in_str(json_in_get(json_in_at(items, i), "name"), STR("")), name))
			*out = json_in_at(items, i);
	return true;
}

bool import_targets_source(struct client *client, struct arena *arena, struct str name, const struct json_value *targets,
			   struct err *err)
{
	CLEANUP(buf_done) struct buf body = buf_capped(LIMIT_REQUEST_BODY_BYTES);
	CLEANUP(map_done) struct map *seen = map_new();
	struct json_out json = json_out_start(&body);
	const struct json_value *source, *answer;

	if (!source_named(client, arena, name, &source, err))
		return false;
	json_out_object(&json);
	if (!source) {
		json_out_key_str(&json, "name", name);
		json_out_key_text(&json, "kind", "names");
	}
	json_out_key(&json, "options");
	json_out_object(&json);
	json_out_key(&json, "names");
	json_out_array(&json);
	names_add(&json, seen, json_in_get(json_in_get(source, "options"), "names"));
	names_add(&json, seen, targets);
	json_out_end_array(&json);
	json_out_end_object(&json);
	json_out_end_object(&json);
	if (!buf_ok(&body))
		return err_set(err, ERR_INPUT, "the source \"%.*s\" would have too many names", STR_ARG(name));
	if (!source)
		return client_post(client, arena, "/api/v1/sources", buf_bytes(&body), &answer, err);
	return client_change(client, arena, "PATCH",
			     arena_format(arena, "/api/v1/sources/%s",
					  json_in_str(json_in_get(source, "id"), STR("0")).data).data,
			     buf_bytes(&body), &answer, err);
}
