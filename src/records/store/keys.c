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
static const char LINEAGE_OF[] = "SELECT COALESCE(lineage_id, 0) FROM certificates WHERE id = $1";
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

#define COLUMNS                                                                                    \
	"k.id, k.sha256, k.algorithm, k.curve, k.bits, k.certificate_count, k.lineage_count, k.host_count, " \
	"k.team_count, k.first_seen, k.demo"
static const char ONE[] = "SELECT " COLUMNS " FROM keys k WHERE k.sha256 = $1";
static const char CERTIFICATES[] = "SELECT " CERTIFICATE_COLUMNS " FROM " CERTIFICATE_FROM
				   " WHERE c.key_id = $1 ORDER BY c.not_after DESC, c.id DESC LIMIT $2";
static const char SHOWN_BY[] = "SELECT " HOST_COLUMNS " FROM key_hosts y JOIN hosts h ON h.id = y.host_id "
			       "WHERE y.key_id = $1 ORDER BY h.name LIMIT $2";
static const char ANSWERED_BY[] = "SELECT " TEAM_COLUMNS " FROM key_teams y JOIN teams t ON t.id = y.team_id "
				  "WHERE y.key_id = $1 ORDER BY t.name_lower LIMIT $2";
static const char SAME_KEY[] = "SELECT " CERTIFICATE_COLUMNS " FROM " CERTIFICATE_FROM
			       " WHERE c.key_id = (SELECT o.key_id FROM certificates o WHERE o.id = $1) AND c.id <> $1 "
			       "ORDER BY c.not_after DESC, c.id DESC LIMIT $2";

static void key_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_key *row = to;

	row->id = db_int(rows, at);
	db_hash(rows, at + 1, row->sha256);
	row->algorithm = db_text(rows, at + 2, arena);
	row->curve = db_text(rows, at + 3, arena);
	row->bits = db_int(rows, at + 4);
	row->certificates = db_int(rows, at + 5);
	row->lineages = db_int(rows, at + 6);
	row->hosts = db_int(rows, at + 7);
	row->teams = db_int(rows, at + 8);
	row->first_seen = db_int(rows, at + 9);
	row->demo = db_int(rows, at + 10) != 0;
}

static const struct list key_list = {
	.columns = COLUMNS, .from = "keys k", .id = "k.id", .row_size = sizeof(struct model_key), .read = key_read,
};

bool store_keys(struct store_txn *txn, struct arena *arena, const struct model_filter *filter, enum store_key_sort sort,
		const struct store_page *page, int64_t now, const struct model_key **rows, size_t *count,
		struct store_more *more, struct err *err)
{
	static const struct list_sort sorts[] = {
		[STORE_KEY_BY_CERTIFICATES] = {"k.certificate_count", false},
		[STORE_KEY_BY_HOSTS] = {"k.host_count", false},
		[STORE_KEY_BY_BITS] = {"k.bits", false},
		[STORE_KEY_BY_FIRST_SEEN] = {"k.first_seen", false},
	};
	CLEANUP(query_done) struct query where = query_start(arena);

	return filter_add(txn, &where, filter, FILTER_KEYS, now, err) &&
	       list_run(txn, arena, &key_list, &where, &sorts[sort], page, (const void **)rows, count, more, err);
}

bool store_key(struct store_txn *txn, struct arena *arena, const uint8_t sha256[HASH_SHA256], struct model_key *out,
	       struct err *err)
{
	return list_one(txn, arena, &key_list, ONE, VALUES(V_HASH(sha256)), "key", out, err);
}

bool store_key_certificates(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
			    const struct model_certificate **rows, size_t *count, struct err *err)
{
	return list_all(txn, arena, &certificate_list, CERTIFICATES, VALUES(V(id), V(most)), most, (const void **)rows,
			count, err);
}

bool store_certificate_same_key(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
				const struct model_certificate **rows, size_t *count, struct err *err)
{
	return list_all(txn, arena, &certificate_list, SAME_KEY, VALUES(V(id), V(most)), most, (const void **)rows, count,
			err);
}

bool store_key_hosts(struct store_txn *txn, struct arena *arena, int64_t id, size_t most, const struct model_host **rows,
		     size_t *count, struct err *err)
{
	return list_all(txn, arena, &host_list, SHOWN_BY, VALUES(V(id), V(most)), most, (const void **)rows, count, err);
}

bool store_key_teams(struct store_txn *txn, struct arena *arena, int64_t id, size_t most, const struct model_team **rows,
		     size_t *count, struct err *err)
{
	return list_all(txn, arena, &team_list, ANSWERED_BY, VALUES(V(id), V(most)), most, (const void **)rows, count,
			err);
}

/* ---- counts ---- */

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

bool key_leaves(struct store_txn *txn, int64_t certificate_id, struct err *err)
{
	int64_t key, lineage, there;

	if (!db_number(txn, KEY_OF, VALUES(V(certificate_id)), 0, &key, err) ||
	    !db_number(txn, LINEAGE_OF, VALUES(V(certificate_id)), 0, &lineage, err) ||
	    !db_number(txn, KEY_THERE, VALUES(V(lineage), V(key), V(certificate_id)), 0, &there, err))
		return false;
	return there || db_run(txn, LINEAGES, VALUES(V(key), V(-1)), err);
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
