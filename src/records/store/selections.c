/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Selections: a set of ids, frozen by one INSERT ... SELECT, so that what was shown is what is acted on, whatever is found
 * or renewed meanwhile. Its hash stands for exactly these ids. Items go with the selection when it expires.
 */

#include <stdio.h>

#include "base/arena.h"
#include "base/limits.h"
#include "records/store/query.h"

#define COLUMNS "s.id, s.noun, s.count, s.hash, s.q, s.made_by, s.created_at, s.expires_at"
#define PURGE_ITEMS 20000

static const char ONE[] = "SELECT " COLUMNS " FROM selections s WHERE s.id = $1 AND s.expires_at > $2";
static const char ADD[] = ROUTINE "INSERT INTO selections (id, noun, hash, q, made_by, created_at, expires_at) "
				  "VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char FROZEN[] = ROUTINE "UPDATE selections SET count = $2, hash = $3 WHERE id = $1";
static const char IDS[] = "SELECT item_id FROM selection_items WHERE selection_id = $1 ORDER BY item_id";
static const char IDS_AFTER[] = "SELECT item_id FROM selection_items WHERE selection_id = $1 AND item_id > $2 "
				"ORDER BY item_id LIMIT $3";
static const char EXPIRED[] =
	"SELECT s.id FROM selections s WHERE s.expires_at <= $1 AND NOT EXISTS (SELECT 1 FROM actions a JOIN jobs j ON "
	"j.kind = 'action' AND j.subject_id = a.id WHERE a.selection_id = s.id AND j.ended_at = 0) "
	"ORDER BY s.expires_at LIMIT 1";
static const char PURGE_SLICE[] =
	ROUTINE "DELETE FROM selection_items WHERE selection_id = $1 AND item_id IN (SELECT i.item_id FROM "
		"selection_items i WHERE i.selection_id = $1 ORDER BY i.item_id LIMIT $2)";
/* One that was acted on stays without its items, with its count and hash: actions refer to it. */
static const char PURGE_KEPT[] = ROUTINE "UPDATE selections SET expires_at = $2 WHERE id = $1 AND EXISTS "
					 "(SELECT 1 FROM actions a WHERE a.selection_id = $1)";
static const char PURGE[] = ROUTINE "DELETE FROM selections WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM actions a "
				    "WHERE a.selection_id = $1)";
#define NEVER INT64_C(253402300799) /* the end of 9999: purged as far as it can be */

#define FREEZE ROUTINE "INSERT INTO selection_items (selection_id, item_id) SELECT CAST($1 AS BIGINT), "

/* What a selection is made of, by enum model_noun. */
static const struct noun {
	const char *freeze;  /* up to its conditions */
	const char *by_id;   /* adds one by its id when it is there */
} nouns[] = {
	[MODEL_NOUN_CERTIFICATES] = {FREEZE "c.id FROM " CERTIFICATE_FROM " WHERE ",
				     FREEZE "c.id FROM certificates c WHERE c.id = $2 ON CONFLICT (selection_id, item_id) "
					    "DO NOTHING"},
	[MODEL_NOUN_ENDPOINTS] = {FREEZE "e.id FROM " ENDPOINT_FROM " WHERE ",
				  FREEZE "e.id FROM endpoints e WHERE e.id = $2 ON CONFLICT (selection_id, item_id) "
					 "DO NOTHING"},
	[MODEL_NOUN_LINEAGES] = {FREEZE "l.id FROM " LINEAGE_FROM " WHERE ",
				 FREEZE "l.id FROM lineages l WHERE l.id = $2 ON CONFLICT (selection_id, item_id) "
					"DO NOTHING"},
};

static void selection_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_selection *row = to;

	row->id = db_int(rows, at);
	if (!model_noun_read(db_text_here(rows, at + 1), &row->noun))
		row->noun = MODEL_NOUN_CERTIFICATES;
	row->count = db_int(rows, at + 2);
	db_hash(rows, at + 3, row->hash);
	row->q = db_text(rows, at + 4, arena);
	row->by = db_text(rows, at + 5, arena);
	row->created_at = db_int(rows, at + 6);
	row->expires_at = db_int(rows, at + 7);
}

static const struct list selection_list = {
	.columns = COLUMNS,
	.from = "selections s",
	.id = "s.id",
	.row_size = sizeof(struct model_selection),
	.read = selection_read,
};

bool store_selection(struct store_txn *txn, struct arena *arena, int64_t id, int64_t now, struct model_selection *out,
		     struct err *err)
{
	return list_one(txn, arena, &selection_list, ONE, VALUES(V(id), V(now)), "selection", out, err);
}

static bool begin(struct store_txn *txn, enum model_noun noun, struct str q, struct str by, int64_t now,
		  int64_t expires_at, int64_t *id, struct err *err)
{
	static const uint8_t none[HASH_SHA256];

	*id = store_new_id(txn->store);
	return db_run(txn, ADD,
		      VALUES(V(*id), V(str_of(model_noun_name(noun))), V_HASH(none), V(q), V(by), V(now), V(expires_at)),
		      err);
}

/* Counts and hashes what was put in. */
static bool freeze(struct store_txn *txn, int64_t id, struct err *err)
{
	uint8_t hash[HASH_SHA256];
	struct hash_run *run = hash_run_new();
	struct db_rows rows;
	int64_t count = 0;

	if (!db_rows(txn, IDS, VALUES(V(id)), &rows, err)) {
		hash_run_end(run, hash);
		return false;
	}
	while (db_next(&rows)) {
		char line[24];
		int len = snprintf(line, sizeof line, "%lld\n", (long long)db_int(&rows, 0));

		hash_run_add(run, bytes_of(line, (size_t)len));
		count++;
	}
	hash_run_end(run, hash);
	if (!db_rows_end(&rows, err))
		return false;
	if (count > LIMIT_SELECTION_ITEMS) {
		err_set(err, ERR_INPUT, "more than %d fit", LIMIT_SELECTION_ITEMS);
		return err_fix(err, "selection-large", "narrow the query");
	}
	return db_run(txn, FROZEN, VALUES(V(id), V(count), V_HASH(hash)), err);
}

bool store_selection_make(struct store_txn *txn, enum model_noun noun, const struct model_filter *filter, struct str q,
			  struct str by, int64_t now, int64_t expires_at, int64_t *id, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(query_done) struct query query = query_start(arena);
	struct db_rows rows;

	if (!begin(txn, noun, q, by, now, expires_at, id, err))
		return false;
	query_value(&query, V(*id));
	buf_clear(&query.sql); /* $1 stands in the text already */
	query_add(&query, nouns[noun].freeze);
	if (!filter_add(txn, &query, filter, (enum filter_of)noun, now, err))
		return false;
	buf_addf(&query.sql, " LIMIT %d", LIMIT_SELECTION_ITEMS + 1);
	if (!buf_ok(&query.sql) || query.full)
		return err_set(err, ERR_INPUT, "the filter is too long");
	if (!db_rows_once(txn, query.sql.data, query.values, &rows, err))
		return false;
	while (db_next(&rows))
		;
	return db_rows_end(&rows, err) && freeze(txn, *id, err);
}

bool store_selection_of(struct store_txn *txn, enum model_noun noun, const int64_t *ids, size_t count, struct str by,
			int64_t now, int64_t expires_at, int64_t *id, struct err *err)
{
	if (!begin(txn, noun, (struct str){NULL, 0}, by, now, expires_at, id, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!db_run(txn, nouns[noun].by_id, VALUES(V(*id), V(ids[i])), err))
			return false;
	return freeze(txn, *id, err);
}

/* ---- its items ---- */

static bool items(struct store_txn *txn, struct arena *arena, const struct list *list, const char *join, int64_t id,
		  const struct store_page *page, const void **rows, size_t *count, struct store_more *more,
		  struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);
	struct list of_selection = *list;

	of_selection.from = join;
	of_selection.id = "i.item_id";
	query_fill(&where, "i.selection_id = ?", V(id));
	return list_run(txn, arena, &of_selection, &where, &(struct list_sort){NULL, false}, page, rows, count, more,
			err);
}

bool store_selection_certificates(struct store_txn *txn, struct arena *arena, int64_t id, const struct store_page *page,
				  const struct model_certificate **rows, size_t *count, struct store_more *more,
				  struct err *err)
{
	return items(txn, arena, &certificate_list,
		     "selection_items i JOIN certificates c ON c.id = i.item_id LEFT JOIN keys k ON k.id = c.key_id "
		     "LEFT JOIN lineages l ON l.id = c.lineage_id",
		     id, page, (const void **)rows, count, more, err);
}

bool store_selection_endpoints(struct store_txn *txn, struct arena *arena, int64_t id, const struct store_page *page,
			       const struct model_endpoint **rows, size_t *count, struct store_more *more,
			       struct err *err)
{
	return items(txn, arena, &endpoint_list,
		     "selection_items i JOIN endpoints e ON e.id = i.item_id LEFT JOIN certificates c ON "
		     "c.id = e.certificate_id LEFT JOIN keys k ON k.id = c.key_id "
		     "LEFT JOIN lineages l ON l.id = c.lineage_id",
		     id, page, (const void **)rows, count, more, err);
}

bool store_selection_lineages(struct store_txn *txn, struct arena *arena, int64_t id, const struct store_page *page,
			      const struct model_lineage **rows, size_t *count, struct store_more *more,
			      struct err *err)
{
	return items(txn, arena, &lineage_list,
		     "selection_items i JOIN lineages l ON l.id = i.item_id LEFT JOIN certificates c ON "
		     "c.id = l.current_certificate_id LEFT JOIN keys k ON k.id = c.key_id",
		     id, page, (const void **)rows, count, more, err);
}

bool store_selection_ids(struct store_txn *txn, struct arena *arena, int64_t id, int64_t after, size_t max,
			 const int64_t **ids, size_t *count, struct err *err)
{
	int64_t *to = ARENA_ARRAY(arena, int64_t, max + 1);
	struct db_rows rows;

	if (!db_rows(txn, IDS_AFTER, VALUES(V(id), V(after), V(max)), &rows, err))
		return false;
	for (*count = 0; *count < max && db_next(&rows); ++*count)
		to[*count] = db_int(&rows, 0);
	*ids = to;
	return db_rows_end(&rows, err);
}

#define ITEMS_AFTER " WHERE i.selection_id = $1 AND i.item_id > $2 ORDER BY i.item_id LIMIT $3"
static const char *const lineage_items[] = {
	[MODEL_NOUN_CERTIFICATES] =
		"SELECT i.item_id, c.name, c.id, COALESCE(c.lineage_id, 0), c.ca, c.demo FROM selection_items i "
		"JOIN certificates c ON c.id = i.item_id" ITEMS_AFTER,
	[MODEL_NOUN_ENDPOINTS] =
		"SELECT i.item_id, e.host, COALESCE(c.id, 0), COALESCE(c.lineage_id, 0), COALESCE(c.ca, 0), e.demo "
		"FROM selection_items i JOIN endpoints e ON e.id = i.item_id LEFT JOIN certificates c ON "
		"c.id = e.certificate_id" ITEMS_AFTER,
	[MODEL_NOUN_LINEAGES] = "SELECT i.item_id, l.name, l.current_certificate_id, l.id, 0, l.demo "
				"FROM selection_items i JOIN lineages l ON l.id = i.item_id" ITEMS_AFTER,
};

bool store_selection_lineage_items(struct store_txn *txn, struct arena *arena, const struct model_selection *selection,
				   int64_t after, size_t max, const struct store_item **items, size_t *count,
				   struct err *err)
{
	struct store_item *to = ARENA_ARRAY(arena, struct store_item, max + 1);
	struct db_rows rows;

	if (!db_rows(txn, lineage_items[selection->noun], VALUES(V(selection->id), V(after), V(max)), &rows, err))
		return false;
	for (*count = 0; *count < max && db_next(&rows); ++*count)
		to[*count] = (struct store_item){
			.id = db_int(&rows, 0),
			.name = db_text(&rows, 1, arena),
			.certificate_id = db_int(&rows, 2),
			.lineage_id = db_int(&rows, 3),
			.ca = db_int(&rows, 4) != 0,
			.demo = db_int(&rows, 5) != 0,
		};
	*items = to;
	return db_rows_end(&rows, err);
}

bool store_selections_purge(struct store_txn *txn, int64_t now, struct err *err)
{
	int64_t id, removed;

	if (!db_number(txn, EXPIRED, VALUES(V(now)), 0, &id, err))
		return false;
	if (id == 0)
		return true;
	if (!db_change(txn, PURGE_SLICE, VALUES(V(id), V(PURGE_ITEMS)), &removed, err))
		return false;
	return removed == PURGE_ITEMS || (db_run(txn, PURGE_KEPT, VALUES(V(id), V(NEVER)), err) &&
					  db_run(txn, PURGE, VALUES(V(id)), err));
}
