/* SPDX-License-Identifier: Apache-2.0 */

/* Endpoints, and where a certificate was sighted. store_see (see.c) writes them. */

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "records/store/query.h"

static const char ONE[] = "SELECT " ENDPOINT_COLUMNS " FROM " ENDPOINT_FROM " WHERE e.id = $1";
static const char CERTIFICATES[] =
	"SELECT " CERTIFICATE_COLUMNS " FROM endpoints e JOIN sightings s ON s.location_id = e.location_id "
	"AND s.current = 1 JOIN certificates c ON c.id = s.certificate_id LEFT JOIN keys k ON k.id = c.key_id "
	"LEFT JOIN lineages l ON l.id = c.lineage_id WHERE e.id = $1 ORDER BY s.position, s.leaf DESC, s.id";

#define SIGHTING_COLUMNS                                                                           \
	"s.id, s.certificate_id, s.location_id, o.kind, o.address, s.position, s.first_seen, s.last_seen, " \
	"s.current, s.expected, s.gone_at, " ENDPOINT_COLUMNS
#define SIGHTING_FROM                                                                              \
	"sightings s JOIN locations o ON o.id = s.location_id LEFT JOIN endpoints e ON e.location_id = s.location_id " \
	"LEFT JOIN certificates c ON c.id = e.certificate_id"

static void endpoint_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_endpoint *row = to;

	row->id = db_int(rows, at);
	row->host_id = db_int(rows, at + 1);
	row->location_id = db_int(rows, at + 2);
	row->host = db_text(rows, at + 3, arena);
	row->address = db_text(rows, at + 4, arena);
	row->port = db_int(rows, at + 5);
	row->protocol = db_text(rows, at + 6, arena);
	row->server_name = db_text(rows, at + 7, arena);
	if (row->server_name.len == 0)
		row->server_name.data = NULL;
	row->outcome = db_text(rows, at + 8, arena);
	row->detail = db_text(rows, at + 9, arena);
	row->certificate_id = db_int(rows, at + 10);
	row->has_certificate = db_hash(rows, at + 11, row->certificate);
	row->name = db_text(rows, at + 12, arena);
	row->not_before = db_int(rows, at + 13);
	row->not_after = db_int(rows, at + 14);
	row->certificate_problems = (uint32_t)db_int(rows, at + 15);
	row->problems = (uint32_t)db_int(rows, at + 16);
	row->name_matches = (int)db_int(rows, at + 17);
	row->chain_complete = (int)db_int(rows, at + 18);
	row->trust_mozilla = db_text(rows, at + 19, arena);
	row->trust_chrome = db_text(rows, at + 20, arena);
	row->trust_system = db_text(rows, at + 21, arena);
	row->tls_json = db_text(rows, at + 22, arena);
	row->first_seen = db_int(rows, at + 23);
	row->last_seen = db_int(rows, at + 24);
	row->last_scan_id = db_int(rows, at + 25);
	row->demo = db_int(rows, at + 26) != 0;
	row->gone_at = db_int(rows, at + 27);
}

const struct list endpoint_list = {
	.columns = ENDPOINT_COLUMNS,
	.from = ENDPOINT_FROM,
	.id = "e.id",
	.row_size = sizeof(struct model_endpoint),
	.read = endpoint_read,
};

static void sighting_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_sighting *row = to;

	row->id = db_int(rows, at);
	row->certificate_id = db_int(rows, at + 1);
	row->location_id = db_int(rows, at + 2);
	row->kind = (enum model_location_kind)db_int(rows, at + 3);
	row->location = db_text(rows, at + 4, arena);
	row->position = db_int(rows, at + 5);
	row->first_seen = db_int(rows, at + 6);
	row->last_seen = db_int(rows, at + 7);
	row->current = db_int(rows, at + 8) != 0;
	row->expected = db_int(rows, at + 9) != 0;
	row->gone_at = db_int(rows, at + 10);
	endpoint_read(rows, at + 11, arena, &row->endpoint);
}

static const struct list sighting_list = {
	.columns = SIGHTING_COLUMNS,
	.from = SIGHTING_FROM,
	.id = "s.id",
	.row_size = sizeof(struct model_sighting),
	.read = sighting_read,
};

bool store_sightings(struct store_txn *txn, struct arena *arena, int64_t certificate_id,
		     const struct store_page *page, const struct model_sighting **rows, size_t *count,
		     struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);
	struct store_page newest = *page;

	/* one number that sorts current ones first, then by when they were last seen */
	newest.descending = true;
	query_fill(&where, "s.certificate_id = ?", V(certificate_id));
	return list_run(txn, arena, &sighting_list, &where,
			&(struct list_sort){"(s.current * 1000000000000 + s.last_seen)", false}, &newest,
			(const void **)rows, count, more, err);
}

bool store_endpoints(struct store_txn *txn, struct arena *arena, const struct model_filter *filter,
		     enum store_endpoint_sort sort, const struct store_page *page, int64_t now,
		     const struct model_endpoint **rows, size_t *count, struct store_more *more, struct err *err)
{
	static const struct list_sort sorts[] = {
		[STORE_ENDPOINT_BY_HOST] = {"e.host", true},
		[STORE_ENDPOINT_BY_FIRST_SEEN] = {"e.first_seen", false},
		[STORE_ENDPOINT_BY_LAST_SEEN] = {"e.last_seen", false},
	};
	CLEANUP(query_done) struct query where = query_start(arena);

	return filter_add(txn, &where, filter, FILTER_ENDPOINTS, now, err) &&
	       list_run(txn, arena, &endpoint_list, &where, &sorts[sort], page, (const void **)rows, count, more,
			err);
}

bool store_endpoint(struct store_txn *txn, struct arena *arena, int64_t id, struct model_endpoint *out,
		    struct err *err)
{
	return list_one(txn, arena, &endpoint_list, ONE, VALUES(V(id)), "endpoint", out, err);
}

bool store_endpoint_certificates(struct store_txn *txn, struct arena *arena, int64_t id,
				 const struct model_certificate **rows, size_t *count, struct err *err)
{
	return list_all(txn, arena, &certificate_list, CERTIFICATES, VALUES(V(id)), 2 * LIMIT_CHAIN_CERTS,
			(const void **)rows, count, err);
}
