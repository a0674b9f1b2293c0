/* SPDX-License-Identifier: Apache-2.0 */

/* What is new, changed and gone, as rows that are written in the transaction that saw it. */

#include "base/arena.h"
#include "records/store/query.h"

#define CLOCK_SLACK_S 3600 /* between when a change was seen and when it was written, at most */

#define COLUMNS                                                                                    \
	"x.id, x.at, x.kind, x.before_id, b.sha256, x.location_id, x.source_id, x.run_id, o.kind, o.address, " \
	"e.id, s.name, x.demo, " CERTIFICATE_COLUMNS
#define FROM                                                                                       \
	"changes x JOIN certificates c ON c.id = x.certificate_id LEFT JOIN keys k ON k.id = c.key_id LEFT JOIN "     \
	"lineages l ON l.id = c.lineage_id LEFT JOIN certificates b ON b.id = x.before_id LEFT JOIN locations o ON "  \
	"o.id = x.location_id LEFT JOIN endpoints e ON e.location_id = x.location_id LEFT JOIN sources s ON s.id = "  \
	"x.source_id"

static const char ADD[] = ROUTINE "INSERT INTO changes (id, at, kind, certificate_id, before_id, location_id, source_id, "
				  "run_id, demo) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
static const char PLACE_OF[] = "SELECT location_id FROM sightings WHERE certificate_id = $1 ORDER BY current DESC, last_seen DESC, "
			       "id DESC LIMIT 1";
static const char BETWEEN[] = "SELECT " COLUMNS " FROM " FROM " WHERE x.id >= $1 AND x.id <= $2 ORDER BY x.id";
static const char PURGE[] = ROUTINE "DELETE FROM changes WHERE id IN (SELECT id FROM changes WHERE at < $1 ORDER BY at "
				    "LIMIT 10000)";

static void change_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_change *row = to;

	row->id = db_int(rows, at);
	row->at = db_int(rows, at + 1);
	row->kind = (enum model_change_kind)db_int(rows, at + 2);
	row->before_id = db_int(rows, at + 3);
	db_hash(rows, at + 4, row->before);
	row->location_id = db_int(rows, at + 5);
	row->source_id = db_int(rows, at + 6);
	row->run_id = db_int(rows, at + 7);
	row->location_kind = (enum model_location_kind)db_int(rows, at + 8);
	row->location = db_text(rows, at + 9, arena);
	row->endpoint_id = db_int(rows, at + 10);
	row->source = db_text(rows, at + 11, arena);
	row->demo = db_int(rows, at + 12) != 0;
	certificate_list.read(rows, at + 13, arena, &row->certificate);
}

static const struct list change_list = {
	.columns = COLUMNS,
	.from = FROM,
	.id = "x.id",
	.row_size = sizeof(struct model_change),
	.read = change_read,
};

bool store_change_add(struct store_txn *txn, const struct model_change *change, int64_t certificate_id,
		      struct err *err)
{
	return db_run(txn, ADD,
		      VALUES(V(store_new_id(txn->store)), V(change->at), V(change->kind), V(certificate_id),
			     V(change->before_id), V(change->location_id), V(change->source_id), V(change->run_id),
			     V(change->demo)),
		      err);
}

bool store_change_new(struct store_txn *txn, const struct model_change *change, int64_t certificate_id,
		      struct err *err)
{
	struct model_change made = *change;

	made.kind = MODEL_CHANGE_NEW;
	return db_number(txn, PLACE_OF, VALUES(V(certificate_id)), 0, &made.location_id, err) &&
	       store_change_add(txn, &made, certificate_id, err);
}

bool store_changes(struct store_txn *txn, struct arena *arena, const struct model_filter *filter, int kind,
		   int64_t since, const struct store_page *page, int64_t now, const struct model_change **rows,
		   size_t *count, struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);
	struct store_page newest = *page;

	newest.descending = true;
	if (!filter_add(txn, &where, filter, FILTER_CERTIFICATES, now, err))
		return false;
	if (kind >= 0)
		query_fill(&where, " AND x.kind = ?", V(kind));
	if (since > 0) {
		/* ids are ordered by time, milliseconds in their upper bits: so the walk down ends early */
		query_fill(&where, " AND x.id >= ?", V((int64_t)((uint64_t)(since - CLOCK_SLACK_S) * 1000 << 20)));
		query_fill(&where, " AND x.at >= ?", V(since));
	}
	return list_run(txn, arena, &change_list, &where, &(struct list_sort){NULL, false}, &newest,
			(const void **)rows, count, more, err);
}

bool store_changes_between(struct store_txn *txn, struct arena *arena, int64_t first, int64_t last, size_t max,
			   const struct model_change **rows, size_t *count, struct err *err)
{
	return list_all(txn, arena, &change_list, BETWEEN, VALUES(V(first), V(last)), max, (const void **)rows,
			count, err);
}

bool store_changes_purge(struct store_txn *txn, int64_t before, struct err *err)
{
	return db_run(txn, PURGE, VALUES(V(before)), err);
}
