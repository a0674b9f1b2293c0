/* SPDX-License-Identifier: Apache-2.0 */

/* Keys: on which certificates, shown by which hosts, answered for by which teams. The counts are kept with each change. */

#include "base/arena.h"
#include "base/limits.h"
#include "records/store/inside.h"
#include "records/store/query.h"

static const char HOST_OF_LOCATION[] = "SELECT host_id FROM endpoints WHERE location_id = $1";
static const char HOST_ADD[] = ROUTINE "INSERT INTO key_hosts (key_id, host_id, endpoints) VALUES ($1, $2, $3) "
				       "ON CONFLICT (key_id, host_id) DO UPDATE SET endpoints = "
				       "key_hosts.endpoints + excluded.endpoints RETURNING endpoints";
static const char HOST_DROP[] = ROUTINE "DELETE FROM key_hosts WHERE key_id = $1 AND host_id = $2";
static const char HOSTS[] = ROUTINE "UPDATE keys SET host_count = host_count + $2 WHERE id = $1";

static const char KEY_OF[] = "SELECT key_id FROM certificates WHERE id = $1";
static const char TEAM_OF[] = "SELECT COALESCE(team_id, 0) FROM lineages WHERE id = $1";
/* "+" keeps the index of the key out of it: a key may be on a hundred thousand certificates, a lineage has few */
static const char KEY_THERE[] = "SELECT 1 FROM certificates WHERE lineage_id = $1 AND +key_id = $2 AND id <> $3 LIMIT 1";
static const char LINEAGES[] = ROUTINE "UPDATE keys SET lineage_count = lineage_count + $2 WHERE id = $1";
static const char KEYS_OF[] = "SELECT DISTINCT key_id FROM certificates WHERE lineage_id = $1";
static const char TEAM_ADD[] = ROUTINE "INSERT INTO key_teams (key_id, team_id, lineages) VALUES ($1, $2, $3) "
				       "ON CONFLICT (key_id, team_id) DO UPDATE SET lineages = "
				       "key_teams.lineages + excluded.lineages RETURNING lineages";
static const char TEAM_DROP[] = ROUTINE "DELETE FROM key_teams WHERE key_id = $1 AND team_id = $2";
static const char TEAMS[] = ROUTINE "UPDATE keys SET team_count = team_count + $2 WHERE id = $1";

bool key_shown(struct store_txn *txn, int64_t key_id, int64_t location_id, int64_t by, struct err *err)
{
	int64_t host, left;

	if (by == 0 || !db_number(txn, HOST_OF_LOCATION, VALUES(V(location_id)), 0, &host, err))
		return by == 0;
	if (host == 0)
		return true;
	if (!db_number(txn, HOST_ADD, VALUES(V(key_id), V(host), V(by)), 0, &left, err))
		return false;
	if (by > 0)
		return left != by || db_run(txn, HOSTS, VALUES(V(key_id), V(1)), err);
	return left > 0 || (db_run(txn, HOST_DROP, VALUES(V(key_id), V(host)), err) &&
			    db_run(txn, HOSTS, VALUES(V(key_id), V(-1)), err));
}

static bool team_add(struct store_txn *txn, int64_t key_id, int64_t team_id, int64_t by, struct err *err)
{
	int64_t left;

	if (team_id == 0)
		return true;
	if (!db_number(txn, TEAM_ADD, VALUES(V(key_id), V(team_id), V(by)), 0, &left, err))
		return false;
	if (by > 0)
		return left != by || db_run(txn, TEAMS, VALUES(V(key_id), V(1)), err);
	return left > 0 || (db_run(txn, TEAM_DROP, VALUES(V(key_id), V(team_id)), err) &&
			    db_run(txn, TEAMS, VALUES(V(key_id), V(-1)), err));
}

bool key_joins(struct store_txn *txn, int64_t certificate_id, int64_t lineage_id, struct err *err)
{
	int64_t key, there, team;

	if (!db_number(txn, KEY_OF, VALUES(V(certificate_id)), 0, &key, err) ||
	    !db_number(txn, KEY_THERE, VALUES(V(lineage_id), V(key), V(certificate_id)), 0, &there, err))
		return false;
	return there || (db_run(txn, LINEAGES, VALUES(V(key), V(1)), err) &&
			 db_number(txn, TEAM_OF, VALUES(V(lineage_id)), 0, &team, err) &&
			 team_add(txn, key, team, 1, err));
}

bool key_teams_move(struct store_txn *txn, int64_t lineage_id, int64_t from_team, int64_t to_team, struct err *err)
{
	struct db_rows rows;
	struct err first = {0};
	bool ok = true;

	if (!db_rows(txn, KEYS_OF, VALUES(V(lineage_id)), &rows, err))
		return false;
	while (ok && db_next(&rows))
		ok = team_add(txn, db_int(&rows, 0), from_team, -1, &first) &&
		     team_add(txn, db_int(&rows, 0), to_team, 1, &first);
	if (!db_rows_end(&rows, err))
		return false;
	if (!ok)
		*err = first;
	return ok;
}
