/* SPDX-License-Identifier: Apache-2.0 */

/* Hosts: what scans found (see.c makes them), and what people say of them. */

#include "base/arena.h"
#include "base/limits.h"
#include "records/store/inside.h"
#include "records/store/query.h"

static const char ONE[] = "SELECT " HOST_COLUMNS " FROM hosts h WHERE h.id = $1";
static const char ENDPOINTS[] = "SELECT " ENDPOINT_COLUMNS " FROM " ENDPOINT_FROM
				" WHERE e.host_id = $1 ORDER BY e.port, e.server_name, e.address, e.id";
static const char IS[] = "SELECT version, COALESCE(team_id, 0), COALESCE(service_id, 0) FROM hosts WHERE id = $1";
static const char SET[] = "UPDATE hosts SET version = version + 1, team_id = $2, service_id = $3, cmdb_id = $4, "
			  "note = $5 WHERE id = $1";
static const char TEAM_HOSTS[] = "UPDATE teams SET host_count = host_count + $2 WHERE id = $1";
static const char SERVICE_HOSTS[] = "UPDATE services SET host_count = host_count + $2 WHERE id = $1";

static void host_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_host *row = to;

	row->id = db_int(rows, at);
	row->name = db_text(rows, at + 1, arena);
	row->cmdb_id = db_text(rows, at + 2, arena);
	row->note = db_text(rows, at + 3, arena);
	row->service = (struct model_ref){db_int(rows, at + 4), db_text(rows, at + 5, arena)};
	row->owner = (struct model_ref){db_int(rows, at + 6), db_text(rows, at + 7, arena)};
	row->endpoints = db_int(rows, at + 8);
	row->certificates = db_int(rows, at + 9);
	row->first_seen = db_int(rows, at + 10);
	row->last_seen = db_int(rows, at + 11);
	row->version = db_int(rows, at + 12);
	row->demo = db_int(rows, at + 13) != 0;
}

const struct list host_list = {
	.columns = HOST_COLUMNS,
	.from = "hosts h",
	.id = "h.id",
	.row_size = sizeof(struct model_host),
	.read = host_read,
};

bool store_hosts(struct store_txn *txn, struct arena *arena, const struct model_filter *filter,
		 enum store_host_sort sort, const struct store_page *page, int64_t now, const struct model_host **rows,
		 size_t *count, struct store_more *more, struct err *err)
{
	static const struct list_sort sorts[] = {
		[STORE_HOST_BY_NAME] = {"h.name", true},
		[STORE_HOST_BY_LAST_SEEN] = {"h.last_seen", false},
	};
	CLEANUP(query_done) struct query where = query_start(arena);

	return filter_add(txn, &where, filter, FILTER_HOSTS, now, err) &&
	       list_run(txn, arena, &host_list, &where, &sorts[sort], page, (const void **)rows, count, more, err);
}

bool store_host(struct store_txn *txn, struct arena *arena, int64_t id, struct model_host *out, struct err *err)
{
	return list_one(txn, arena, &host_list, ONE, VALUES(V(id)), "host", out, err);
}

bool store_host_endpoints(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
			  const struct model_endpoint **rows, size_t *count, struct err *err)
{
	return list_all(txn, arena, &endpoint_list, ENDPOINTS, VALUES(V(id)), most, (const void **)rows, count, err);
}

bool store_host_change(struct store_txn *txn, const struct model_host *host, struct err *err)
{
	struct db_rows rows;
	int64_t version = 0, team = 0, service = 0;
	bool found;

	if (!db_rows(txn, IS, VALUES(V(host->id)), &rows, err))
		return false;
	found = db_next(&rows);
	if (found) {
		version = db_int(&rows, 0);
		team = db_int(&rows, 1);
		service = db_int(&rows, 2);
	}
	if (!db_rows_end(&rows, err))
		return false;
	if (!found)
		return err_set(err, ERR_ABSENT, "no such host");
	if (version != host->version)
		return store_stale("host", err);
	return text_fits("cmdb_id", host->cmdb_id, LIMIT_NAME_BYTES, err) &&
	       text_fits("note", host->note, LIMIT_NOTE_BYTES, err) &&
	       count_move(txn, TEAM_HOSTS, team, host->owner.id, "team", err) &&
	       count_move(txn, SERVICE_HOSTS, service, host->service.id, "service", err) &&
	       db_run(txn, SET,
		      VALUES(V(host->id), id_or_null(host->owner.id), id_or_null(host->service.id), V(host->cmdb_id),
			     V(host->note)),
		      err);
}
