/* SPDX-License-Identifier: Apache-2.0 */

/*
 * inspect --json: one document, written out item by item, so that a file of a hundred thousand certificates does
 * not need their JSON in memory at once.
 */

#include "programs/cli/inspect.h"

#include <stdio.h>

enum { ITEM_MAX = 256 << 20 };

struct out {
	struct buf text;
	struct json_out json;
};

static void flush(struct out *out)
{
	fwrite(out->text.data, 1, out->text.len, stdout);
	buf_clear(&out->text);
}

static void write_item(struct json_out *json, const struct container_item *item)
{
	switch (item->kind) {
	case ITEM_CERTIFICATE:
		cert_write(json, item->cert);
		return;
	case ITEM_REQUEST:
		request_write(json, item->request);
		return;
	case ITEM_CRL:
		crl_write(json, item->crl);
		return;
	case ITEM_KEY:
		container_key_write(json, item);
		return;
	}
}

static void write_kind(struct out *out, const struct container *container, enum container_kind kind,
		       const char *key)
{
	json_out_key(&out->json, key);
	json_out_array(&out->json);
	for (size_t i = 0; i < container->item_count; i++) {
		if (container->items[i].kind != kind)
			continue;
		write_item(&out->json, &container->items[i]);
		flush(out);
	}
	json_out_end_array(&out->json);
}

static void write_problems(struct out *out, const struct container *container)
{
	json_out_key(&out->json, "problems");
	json_out_array(&out->json);
	for (size_t i = 0; i < container->problem_count; i++) {
		const struct container_problem *problem = &container->problems[i];

		json_out_object(&out->json);
		json_out_key_str(&out->json, "item", problem->item);
		json_out_key_int(&out->json, "offset", (int64_t)problem->offset);
		json_out_key_str(&out->json, "text", problem->text);
		json_out_end_object(&out->json);
		flush(out);
	}
	json_out_end_array(&out->json);
}

void inspect_print_json(const char *input, const struct container *container)
{
	struct out out = {.text = buf_capped(ITEM_MAX)};

	out.json = json_out_start(&out.text);
	json_out_object(&out.json);
	json_out_key_text(&out.json, "input", input);
	write_kind(&out, container, ITEM_CERTIFICATE, "certificates");
	write_kind(&out, container, ITEM_REQUEST, "requests");
	write_kind(&out, container, ITEM_CRL, "crls");
	write_kind(&out, container, ITEM_KEY, "keys");
	write_problems(&out, container);
	json_out_end_object(&out.json);
	buf_add_char(&out.text, '\n');
	flush(&out);
	buf_done(&out.text);
}
