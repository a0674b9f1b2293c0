/* SPDX-License-Identifier: Apache-2.0 */

/* What each noun's rows are made of: see the door. */

#include "api/routes/export_rows.h"

#include "base/arena.h"
#include "base/hex.h"
#include "base/limits.h"

#define ROW_BYTES 16777216

struct export_rows {
	struct call *call;
	struct model_filter filter;
	struct export *out;
	struct arena *arena; /* of one page */
	struct buf row;
	uint64_t left;
	bool (*after)(void *data, struct err *err);
	void *data;
};

/* The row stands in rows->row. facts_json and der as the form wants them. */
static bool add(struct export_rows *rows, struct str facts_json, struct bytes der, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *row = NULL;
	CLEANUP(json_doc_done) struct json_doc *facts = NULL;
	struct export_item item = {.row_json = buf_str(&rows->row), .der = der};

	if (!json_doc_read(item.row_json, &row, err) || (facts_json.data && !json_doc_read(facts_json, &facts, err)))
		return err_wrap(err, "export");
	item.row = json_doc_root(row);
	item.facts = facts ? json_doc_root(facts) : NULL;
	rows->left--;
	return export_item(rows->out, &item, err) && rows->after(rows->data, err);
}

static bool needs_facts(const struct export *out)
{
	bool needs = out->form->needs & EXPORT_FACTS;

	for (size_t i = 0; i < out->options.column_count; i++)
		needs |= str_starts(out->options.columns[i], STR("facts"));
	return needs;
}

static bool certificates_page(struct export_rows *rows, const struct store_page *page, struct store_more *more,
			      struct err *err)
{
	bool facts = needs_facts(rows->out), der = rows->out->form->needs & EXPORT_DER;
	const struct model_certificate *at;
	size_t count;

	if (!store_certificates(rows->call->txn, rows->arena, &rows->filter, STORE_BY_NOT_AFTER, page, rows->call->now,
				&at, &count, more, err))
		return false;
	for (size_t i = 0; i < count && rows->left; i++) {
		struct json_out json = json_out_start(&rows->row);
		struct str facts_json = {NULL, 0};
		struct bytes body = {NULL, 0};

		buf_clear(&rows->row);
		row_certificate(&json, &at[i], rows->call->now);
		if ((facts || der) && !store_certificate_body(rows->call->txn, rows->arena, at[i].id, der ? &body : NULL,
							      facts ? &facts_json : NULL, err))
			return false;
		if (!add(rows, facts_json, body, err))
			return false;
	}
	return true;
}

static bool lineages_page(struct export_rows *rows, const struct store_page *page, struct store_more *more,
			  struct err *err)
{
	const struct model_lineage *at;
	size_t count;

	if (!store_lineages(rows->call->txn, rows->arena, &rows->filter, STORE_LINEAGE_BY_NAME, page, rows->call->now,
			    &at, &count, more, err))
		return false;
	for (size_t i = 0; i < count && rows->left; i++) {
		struct json_out json = json_out_start(&rows->row);

		buf_clear(&rows->row);
		row_lineage(&json, &at[i], rows->call->now);
		if (!add(rows, (struct str){NULL, 0}, (struct bytes){NULL, 0}, err))
			return false;
	}
	return true;
}

static bool endpoints_page(struct export_rows *rows, const struct store_page *page, struct store_more *more,
			   struct err *err)
{
	const struct model_endpoint *at;
	size_t count;

	if (!store_endpoints(rows->call->txn, rows->arena, &rows->filter, STORE_ENDPOINT_BY_HOST, page, rows->call->now,
			     &at, &count, more, err))
		return false;
	for (size_t i = 0; i < count && rows->left; i++) {
		struct json_out json = json_out_start(&rows->row);

		buf_clear(&rows->row);
		row_endpoint(&json, &at[i], rows->call->now);
		if (!add(rows, (struct str){NULL, 0}, (struct bytes){NULL, 0}, err))
			return false;
	}
	return true;
}

/* clang-format off */
static const struct export_rows_noun nouns[] = {
	{"certificates", "certificate", true,  certificates_page},
	{"lineages",     "lineage",     false, lineages_page},
	{"endpoints",    "endpoint",    false, endpoints_page},
};
/* clang-format on */

const struct export_rows_noun *export_rows_noun(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(nouns); i++)
		if (str_is(name, nouns[i].name))
			return &nouns[i];
	return NULL;
}

bool export_rows(struct call *call, const struct export_rows_noun *noun, struct model_filter filter, uint64_t most,
		 struct export *out, bool (*after)(void *data, struct err *err), void *data, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct export_rows rows = {.call = call, .filter = filter, .out = out, .arena = arena, .left = most,
				   .after = after, .data = data};
	struct store_page page = {.limit = LIMIT_PAGE_ROWS};
	struct store_more more = {0};
	bool ok = true;

	rows.row = buf_capped(ROW_BYTES);
	do {
		CLEANUP(buf_done) struct buf cursor = buf_capped(65536);

		ok = noun->page(&rows, &page, &more, err);
		/* the cursor's text lives in the page's arena */
		buf_add_str(&cursor, more.next.text);
		page.after = more.next;
		arena_reset(arena);
		if (more.next.text.data)
			page.after.text = arena_str(arena, buf_str(&cursor));
	} while (ok && rows.left && more.next.set);
	buf_done(&rows.row);
	return ok;
}

struct str api_instance_name(struct call *call)
{
	uint8_t hash[HASH_SHA256];
	CLEANUP(buf_done) struct buf text = buf_capped(200);

	buf_add_text(&text, "name of the instance: ");
	buf_add(&text, call->api->instance_key, HASH_SHA256);
	hash_sha256(buf_bytes(&text), hash);
	return hex_str(call->arena, bytes_of(hash, 8));
}
