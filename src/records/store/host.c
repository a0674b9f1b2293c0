/* SPDX-License-Identifier: Apache-2.0 */

/* Files of machines: what is known of them, and whether they are what is served. */

#include <string.h>

#include "base/arena.h"
#include "records/store/query.h"

enum { UNKNOWN, NO, YES };

#define COLUMNS                                                                                                   \
	"location_id, path, alias, server, config, line, mode, modified_at, key_readers, key_matches, automation, " \
	"renewals, matches_served, compared_at, record, seen_at"

static const char LOCATION[] = "SELECT id FROM locations WHERE kind = $1 AND address = $2";
static const char PUT[] = ROUTINE
	"INSERT INTO host_files (location_id, path, alias, server, config, line, mode, modified_at, key_readers, key_matches, "
	"automation, renewals, record, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
	"ON CONFLICT (location_id) DO UPDATE SET path = excluded.path, alias = excluded.alias, server = excluded.server, "
	"config = excluded.config, line = excluded.line, mode = excluded.mode, modified_at = excluded.modified_at, "
	"key_readers = excluded.key_readers, key_matches = excluded.key_matches, automation = excluded.automation, "
	"renewals = excluded.renewals, record = excluded.record, seen_at = excluded.seen_at";
static const char SERVES_DROP[] = ROUTINE "DELETE FROM host_serves WHERE location_id = $1";
static const char SERVES_ADD[] = ROUTINE "INSERT INTO host_serves (location_id, address, port, server_name) "
					 "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
static const char GET[] = "SELECT " COLUMNS " FROM host_files WHERE location_id = $1";

/*
 * For each file seen by a look and each endpoint that should serve it and was seen since: whether one of the file's certificates is
 * among what the endpoint shows, and how many other files' are.
 */
static const char COMPARE[] =
	"SELECT h.location_id, "
	"EXISTS (SELECT 1 FROM sightings f JOIN sightings s ON s.certificate_id = f.certificate_id "
	"AND s.location_id = e.location_id AND s.current = 1 AND s.leaf = 1 "
	"WHERE f.location_id = h.location_id AND f.current = 1), "
	"EXISTS (SELECT 1 FROM host_serves o JOIN sightings f ON f.location_id = o.location_id AND f.current = 1 "
	"JOIN sightings s ON s.certificate_id = f.certificate_id AND s.location_id = e.location_id AND s.current = 1 "
	"AND s.leaf = 1 WHERE o.address = h.address AND o.port = h.port AND o.server_name = h.server_name "
	"AND o.location_id <> h.location_id) "
	"FROM host_files hf JOIN host_serves h ON h.location_id = hf.location_id "
	"JOIN endpoints e ON e.address = h.address AND e.port = h.port AND e.server_name = h.server_name "
	"WHERE hf.seen_at >= $1 AND e.last_seen >= $1 AND e.certificate_id IS NOT NULL ORDER BY h.location_id";
static const char MATCHES[] = ROUTINE "UPDATE host_files SET matches_served = $2, compared_at = $3 WHERE location_id = $1";

bool store_location_id(struct store_txn *txn, enum model_location_kind kind, struct str address, int64_t *id, struct err *err)
{
	return db_number(txn, LOCATION, VALUES(V(kind), V(address)), 0, id, err) &&
	       (*id != 0 || err_set(err, ERR_ABSENT, "there is no place %.*s", STR_ARG(address)));
}

bool store_host_file_put(struct store_txn *txn, const struct model_host_file *file, const struct model_host_serves *serves,
			 size_t serves_count, struct err *err)
{
	if (!db_run(txn, PUT,
		    VALUES(V(file->location_id), V(file->path), V(file->alias), V(file->server), V(file->config), V(file->line),
			   V(file->mode), V(file->modified_at), V(file->key_readers), V(file->key_matches), V(file->automation),
			   V(file->renewals), V(file->record), V(file->seen_at)),
		    err) ||
	    !db_run(txn, SERVES_DROP, VALUES(V(file->location_id)), err))
		return false;
	for (size_t i = 0; i < serves_count; i++)
		if (!db_run(txn, SERVES_ADD,
			    VALUES(V(file->location_id), V(serves[i].address), V(serves[i].port),
				   V(serves[i].server_name.data ? serves[i].server_name : STR(""))),
			    err))
			return false;
	return true;
}

static void read_row(struct db_rows *rows, struct arena *arena, struct model_host_file *out)
{
	*out = (struct model_host_file){
		.location_id = db_int(rows, 0),
		.path = db_text(rows, 1, arena),
		.alias = db_text(rows, 2, arena),
		.server = db_text(rows, 3, arena),
		.config = db_text(rows, 4, arena),
		.line = db_int(rows, 5),
		.mode = db_int(rows, 6),
		.modified_at = db_int(rows, 7),
		.key_readers = db_int(rows, 8),
		.key_matches = db_int(rows, 9),
		.automation = db_text(rows, 10, arena),
		.renewals = db_int(rows, 11),
		.matches_served = db_int(rows, 12),
		.compared_at = db_int(rows, 13),
		.record = db_text(rows, 14, arena),
		.seen_at = db_int(rows, 15),
	};
}

bool store_host_file(struct store_txn *txn, struct arena *arena, int64_t location_id, struct model_host_file *out,
		     bool *found, struct err *err)
{
	struct db_rows rows;

	*found = false;
	if (!db_rows(txn, GET, VALUES(V(location_id)), &rows, err))
		return false;
	if (db_next(&rows)) {
		read_row(&rows, arena, out);
		*found = true;
	}
	return db_rows_end(&rows, err);
}

struct verdict {
	int64_t location_id, matches;
};

/* A file that differs from an endpoint which shows another file for the same name says nothing: one for each kind of key. */
static bool verdicts_read(struct store_txn *txn, int64_t since, struct arena *arena, struct verdict **out, size_t *count,
			  struct err *err)
{
	struct verdict *all = NULL;
	size_t n = 0, room = 0;
	struct db_rows rows;

	if (!db_rows(txn, COMPARE, VALUES(V(since)), &rows, err))
		return false;
	while (db_next(&rows)) {
		int64_t id = db_int(&rows, 0), now = db_int(&rows, 1) ? YES : db_int(&rows, 2) ? UNKNOWN : NO;

		if (n == 0 || all[n - 1].location_id != id) {
			if (n == room) {
				struct verdict *larger = ARENA_ARRAY(arena, struct verdict, room = room ? room * 2 : 64);

				if (n)
					memcpy(larger, all, n * sizeof *all);
				all = larger;
			}
			all[n++] = (struct verdict){id, UNKNOWN};
		}
		if (now == NO || (now == YES && all[n - 1].matches != NO))
			all[n - 1].matches = now;
	}
	*out = all;
	*count = n;
	return db_rows_end(&rows, err);
}

bool store_host_compare(struct store_txn *txn, int64_t since, int64_t now, int64_t *not_served, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct verdict *all;
	size_t count;

	*not_served = 0;
	if (!verdicts_read(txn, since, arena, &all, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		*not_served += all[i].matches == NO;
		if (!db_run(txn, MATCHES, VALUES(V(all[i].location_id), V(all[i].matches), V(now)), err))
			return false;
	}
	return true;
}
