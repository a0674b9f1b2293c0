/* SPDX-License-Identifier: Apache-2.0 */

/* What runs leave behind besides places: targets that stayed unclear, coverage, names that were learnt. */

#include "base/arena.h"
#include "records/store/query.h"
#include "records/store/see.h"

#define NAME_BYTES 253

/* ---- targets that answered and gave no certificate ---- */

#define UNCLEAR_COLUMNS                                                                            \
	"x.id, x.host, x.address, x.port, x.server_name, x.protocol, x.outcome, x.detail, x.at, x.scan_id, " \
	"x.source_id, x.demo"

static const char UNCLEAR_PUT[] =
	ROUTINE "INSERT INTO unclear (id, host, address, port, server_name, protocol, outcome, detail, at, scan_id, source_id, "
		"demo) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (host, port, server_name, "
		"address) DO UPDATE SET protocol = excluded.protocol, outcome = excluded.outcome, detail = excluded.detail, "
		"at = excluded.at, scan_id = excluded.scan_id, source_id = excluded.source_id";
static const char UNCLEAR_DROP[] = ROUTINE "DELETE FROM unclear WHERE host = $1 AND port = $2 AND server_name = $3 AND "
					   "(address = $4 OR $4 = '')";

static struct str or_empty(struct str text)
{
	return text.data ? text : STR("");
}

bool unclear_update(struct store_txn *txn, const struct store_seen *seen, struct err *err)
{
	if (!seen->unclear)
		return db_run(txn, UNCLEAR_DROP,
			      VALUES(V(seen->host), V(seen->port), V(or_empty(seen->server_name)),
				     V(or_empty(seen->address))),
			      err);
	return db_run(txn, UNCLEAR_PUT,
		      VALUES(V(store_new_id(txn->store)), V(seen->host), V(or_empty(seen->address)), V(seen->port),
			     V(or_empty(seen->server_name)), V(or_empty(seen->protocol)), V(seen->outcome),
			     V(seen->detail), V(seen->at), V(seen->scan_id), V(seen->source_id), V(seen->demo)),
		      err);
}

static void unclear_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_unclear *row = to;

	row->id = db_int(rows, at);
	row->host = db_text(rows, at + 1, arena);
	row->address = db_text(rows, at + 2, arena);
	row->port = db_int(rows, at + 3);
	row->server_name = db_text(rows, at + 4, arena);
	row->protocol = db_text(rows, at + 5, arena);
	row->outcome = db_text(rows, at + 6, arena);
	row->detail = db_text(rows, at + 7, arena);
	row->at = db_int(rows, at + 8);
	row->scan_id = db_int(rows, at + 9);
	row->source_id = db_int(rows, at + 10);
	row->demo = db_int(rows, at + 11) != 0;
}

static const struct list unclear_list = {
	.columns = UNCLEAR_COLUMNS,
	.from = "unclear x",
	.id = "x.id",
	.row_size = sizeof(struct model_unclear),
	.read = unclear_read,
};

bool store_unclear(struct store_txn *txn, struct arena *arena, struct str outcome, const struct store_page *page,
		   const struct model_unclear **rows, size_t *count, struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);
	struct store_page newest = *page;

	newest.descending = true;
	query_add(&where, "1 = 1");
	if (outcome.data)
		query_fill(&where, " AND x.outcome = ?", V(outcome));
	return list_run(txn, arena, &unclear_list, &where, &(struct list_sort){NULL, false}, &newest,
			(const void **)rows, count, more, err);
}

/* ---- coverage ---- */

#define COVERAGE_MAX     10000
#define COVERAGE_COLUMNS "source_id, scope, port, targets, answered, tls, certificates, scanned_at"

static const char COVERAGE[] = "SELECT " COVERAGE_COLUMNS " FROM coverage WHERE source_id = $1 OR CAST($1 AS BIGINT) = 0 "
			       "ORDER BY source_id, scope, port";
static const char OF_SCAN[] =
	"SELECT 0, r.scope, r.port, COUNT(DISTINCT r.number), SUM(CASE WHEN r.outcome IN ('refused', 'timeout', 'unreachable', "
	"'dns', 'excluded') THEN 0 ELSE 1 END), COUNT(r.endpoint_id), COUNT(DISTINCT e.certificate_id), 0 FROM scan_records r "
	"LEFT JOIN endpoints e ON e.id = r.endpoint_id AND e.last_scan_id = r.scan_id WHERE r.scan_id = $1 GROUP BY r.scope, "
	"r.port ORDER BY r.scope, r.port";
static const char COVERAGE_PUT[] =
	ROUTINE "INSERT INTO coverage (" COVERAGE_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (source_id, "
		"scope, port) DO UPDATE SET targets = excluded.targets, answered = excluded.answered, tls = excluded.tls, "
		"certificates = excluded.certificates, scanned_at = excluded.scanned_at";
static const char COVERAGE_TRIM[] = ROUTINE "DELETE FROM coverage WHERE source_id = $1 AND scanned_at < $2";

static void coverage_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_coverage *row = to;

	row->source_id = db_int(rows, at);
	row->scope = db_text(rows, at + 1, arena);
	row->port = db_int(rows, at + 2);
	row->targets = db_int(rows, at + 3);
	row->answered = db_int(rows, at + 4);
	row->tls = db_int(rows, at + 5);
	row->certificates = db_int(rows, at + 6);
	row->scanned_at = db_int(rows, at + 7);
}
static const struct list coverage_list = {.row_size = sizeof(struct model_coverage), .read = coverage_read};

bool store_scan_coverage(struct store_txn *txn, struct arena *arena, int64_t scan_id,
			 const struct model_coverage **rows, size_t *count, struct err *err)
{
	return list_all(txn, arena, &coverage_list, OF_SCAN, VALUES(V(scan_id)), COVERAGE_MAX, (const void **)rows, count,
			err);
}

bool store_coverage(struct store_txn *txn, struct arena *arena, int64_t source_id, const struct model_coverage **rows,
		    size_t *count, struct err *err)
{
	return list_all(txn, arena, &coverage_list, COVERAGE, VALUES(V(source_id)), COVERAGE_MAX, (const void **)rows,
			count, err);
}

bool store_coverage_put(struct store_txn *txn, const struct model_coverage *row, struct err *err)
{
	return db_run(txn, COVERAGE_PUT,
		      VALUES(V(row->source_id), V(row->scope), V(row->port), V(row->targets), V(row->answered),
			     V(row->tls), V(row->certificates), V(row->scanned_at)),
		      err);
}

bool store_coverage_trim(struct store_txn *txn, int64_t source_id, int64_t scanned_at, struct err *err)
{
	return db_run(txn, COVERAGE_TRIM, VALUES(V(source_id), V(scanned_at)), err);
}

/* ---- names ---- */

static const char NAME_PUT[] =
	ROUTINE "INSERT INTO learnt_names (name, origin, address, first_seen, last_seen) VALUES ($1, $2, $3, $4, $4) ON CONFLICT "
		"(name, origin, address) DO UPDATE SET last_seen = excluded.last_seen WHERE learnt_names.last_seen < "
		"excluded.last_seen";
static const char NAMES[] = "SELECT DISTINCT name, address FROM learnt_names WHERE last_seen >= $1 ORDER BY name, address LIMIT "
			    "$2";

bool store_name_learn(struct store_txn *txn, struct str name, enum model_name_origin origin, struct str address,
		      int64_t at, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = NULL;

	/* a wildcard is no name that can be asked for */
	if (name.len == 0 || name.len > NAME_BYTES || str_find_char(name, '*') != SIZE_MAX ||
	    str_find_char(name, '.') == SIZE_MAX)
		return true;
	arena = arena_new();
	return db_run(txn, NAME_PUT,
		      VALUES(V(arena_lower(arena, name)), V(origin), V(or_empty(address)), V(at)), err);
}

static void name_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct store_name *row = to;

	row->name = db_text(rows, at, arena);
	row->address = db_text(rows, at + 1, arena);
	if (row->address.len == 0)
		row->address.data = NULL;
}
static const struct list name_list = {.row_size = sizeof(struct store_name), .read = name_read};

bool store_names(struct store_txn *txn, struct arena *arena, int64_t since, size_t max, const struct store_name **rows,
		 size_t *count, struct err *err)
{
	return list_all(txn, arena, &name_list, NAMES, VALUES(V(since), V(max)), max, (const void **)rows, count, err);
}

static const char SOURCE_NAMES[] =
	"SELECT DISTINCT n.name, e.address, e.port FROM source_places p JOIN endpoints e ON e.location_id = p.location_id JOIN "
	"certificate_names n ON n.certificate_id = e.certificate_id WHERE p.source_id = $1 AND e.gone_at = 0 AND n.name LIKE "
	"'%.%' AND n.name NOT LIKE '%*%' AND n.name NOT LIKE '%@%' AND n.name NOT LIKE '%/%' AND n.name NOT LIKE '% %' AND "
	"n.name NOT LIKE '%:%' "
	"ORDER BY n.name, e.address, "
	"e.port LIMIT $2";

static void endpoint_name_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct store_endpoint_name *row = to;

	row->name = db_text(rows, at, arena);
	row->address = db_text(rows, at + 1, arena);
	row->port = db_int(rows, at + 2);
}
static const struct list endpoint_name_list = {
	.row_size = sizeof(struct store_endpoint_name),
	.read = endpoint_name_read,
};

bool store_source_names(struct store_txn *txn, struct arena *arena, int64_t source_id, size_t max,
			const struct store_endpoint_name **rows, size_t *count, struct err *err)
{
	return list_all(txn, arena, &endpoint_name_list, SOURCE_NAMES, VALUES(V(source_id), V(max)), max,
			(const void **)rows, count, err);
}
