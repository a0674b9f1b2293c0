/* SPDX-License-Identifier: Apache-2.0 */

/* Rows as the API has them, certificates with all their facts: one document, or a line each. */

#include "reporting/export.h"

static void row_write(struct json_out *json, const struct export_item *item)
{
	if (!item->facts) {
		json_out_raw(json, item->row_json);
		return;
	}
	/* the row, which ends in "}", with one more member */
	json_out_raw(json, str_head(item->row_json, item->row_json.len - 1));
	buf_add_text(json->to, ",\"facts\":");
	json_out_value(&(struct json_out){.to = json->to}, item->facts);
	buf_add_char(json->to, '}');
}

static void document_start(struct export *out)
{
	json_out_object(&out->json);
	json_out_key_time(&out->json, "exported_at", out->options.now);
	json_out_key_str(&out->json, "of", out->options.of);
	json_out_key(&out->json, "items");
	json_out_array(&out->json);
}

static bool document_item(struct export *out, const struct export_item *item, struct err *err)
{
	buf_add_char(out->to, '\n');
	row_write(&out->json, item);
	return true;
}

static void document_end(struct export *out)
{
	json_out_end_array(&out->json);
	json_out_end_object(&out->json);
	buf_add_char(out->to, '\n');
}

static void lines_start(struct export *out)
{
}

static bool lines_item(struct export *out, const struct export_item *item, struct err *err)
{
	struct json_out json = json_out_start(out->to);

	row_write(&json, item);
	buf_add_char(out->to, '\n');
	return true;
}

const struct export_form export_json = {
	.name = "json",
	.type = "application/json",
	.ending = ".json",
	.needs = EXPORT_FACTS,
	.about = "one document with all facts",
	.start = document_start,
	.item = document_item,
	.end = document_end,
};

const struct export_form export_jsonl = {
	.name = "jsonl",
	.type = "application/jsonl",
	.ending = ".jsonl",
	.needs = EXPORT_FACTS,
	.about = "a record a line, with all facts",
	.start = lines_start,
	.item = lines_item,
	.end = lines_start,
};
