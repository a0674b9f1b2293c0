/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What is connected to what: certificates, their keys, the authorities above them, the hosts and files where they are, and the
 * services and teams behind them. A relation is a row of one constant statement; each asks for a few and counts the rest
 * up to a bound, so an authority of half a million certificates costs no more than a host of three.
 */

#include "base/arena.h"
#include "base/hex.h"
#include "records/store/query.h"

#define COUNT_MAX 10000

/* clang-format off */
#define LEAF_AT "s.current = 1 AND s.leaf = 1"
/* What each statement selects is the id of the other thing; $1 is the id of the one. */
static const struct relation {
	enum store_map_kind from, to;
	const char *what; /* the edge */
	const char *sql;
} relations[] = {
	{STORE_MAP_CERTIFICATE, STORE_MAP_KEY, "has the key", "SELECT c.key_id FROM certificates c WHERE c.id = $1"},
	{STORE_MAP_CERTIFICATE, STORE_MAP_AUTHORITY, "issued by",
		"SELECT i.id FROM certificates c JOIN certificates i ON i.ca = 1 AND i.subject = c.issuer AND i.id <> c.id WHERE c.id = $1"},
	{STORE_MAP_CERTIFICATE, STORE_MAP_HOST, "served by",
		"SELECT DISTINCT e.host_id FROM sightings s JOIN endpoints e ON e.location_id = s.location_id WHERE s.certificate_id = $1 AND " LEAF_AT},
	{STORE_MAP_CERTIFICATE, STORE_MAP_FILE, "lies in",
		"SELECT s.location_id FROM sightings s JOIN locations o ON o.id = s.location_id WHERE s.certificate_id = $1 AND s.current = 1 AND o.kind BETWEEN 1 AND 4"},
	{STORE_MAP_CERTIFICATE, STORE_MAP_SERVICE, "is for",
		"SELECT l.service_id FROM certificates c JOIN lineages l ON l.id = c.lineage_id WHERE c.id = $1 AND l.service_id IS NOT NULL"},
	{STORE_MAP_CERTIFICATE, STORE_MAP_TEAM, "owned by",
		"SELECT l.team_id FROM certificates c JOIN lineages l ON l.id = c.lineage_id WHERE c.id = $1 AND l.team_id IS NOT NULL"},
	{STORE_MAP_KEY, STORE_MAP_CERTIFICATE, "is the key of", "SELECT c.id FROM certificates c WHERE c.key_id = $1"},
	{STORE_MAP_HOST, STORE_MAP_CERTIFICATE, "serves",
		"SELECT DISTINCT s.certificate_id FROM endpoints e JOIN sightings s ON s.location_id = e.location_id WHERE e.host_id = $1 AND " LEAF_AT},
	{STORE_MAP_HOST, STORE_MAP_SERVICE, "belongs to", "SELECT h.service_id FROM hosts h WHERE h.id = $1 AND h.service_id IS NOT NULL"},
	{STORE_MAP_HOST, STORE_MAP_TEAM, "owned by", "SELECT h.team_id FROM hosts h WHERE h.id = $1 AND h.team_id IS NOT NULL"},
	{STORE_MAP_SERVICE, STORE_MAP_CERTIFICATE, "rests on",
		"SELECT l.current_certificate_id FROM lineages l WHERE l.service_id = $1 AND l.current_certificate_id > 0"},
	{STORE_MAP_SERVICE, STORE_MAP_HOST, "runs on", "SELECT h.id FROM hosts h WHERE h.service_id = $1"},
	{STORE_MAP_SERVICE, STORE_MAP_TEAM, "owned by", "SELECT v.team_id FROM services v WHERE v.id = $1 AND v.team_id IS NOT NULL"},
	{STORE_MAP_AUTHORITY, STORE_MAP_CERTIFICATE, "issued",
		"SELECT c.id FROM certificates a JOIN certificates c ON c.issuer = a.subject AND c.id <> a.id WHERE a.id = $1 AND c.active = 1"},
	{STORE_MAP_AUTHORITY, STORE_MAP_AUTHORITY, "issued by",
		"SELECT i.id FROM certificates c JOIN certificates i ON i.ca = 1 AND i.subject = c.issuer AND i.id <> c.id WHERE c.id = $1"},
	{STORE_MAP_TEAM, STORE_MAP_SERVICE, "owns", "SELECT v.id FROM services v WHERE v.team_id = $1"},
	{STORE_MAP_TEAM, STORE_MAP_CERTIFICATE, "owns",
		"SELECT l.current_certificate_id FROM lineages l WHERE l.team_id = $1 AND l.current_certificate_id > 0"},
	{STORE_MAP_TEAM, STORE_MAP_HOST, "owns", "SELECT h.id FROM hosts h WHERE h.team_id = $1"},
	{STORE_MAP_FILE, STORE_MAP_CERTIFICATE, "holds",
		"SELECT s.certificate_id FROM sightings s WHERE s.location_id = $1 AND s.current = 1"},
};

/* name, second line, hash, not_before, not_after, problems */
#define CERTIFICATE_NODE "SELECT c.name, COALESCE(c.issuer_cn, c.issuer), c.sha256, c.not_before, c.not_after, c.problems FROM certificates c WHERE c.id = $1"
static const struct { const char *word, *node, *by_name; } kinds[] = {
	[STORE_MAP_CERTIFICATE] = {"certificate", CERTIFICATE_NODE, NULL},
	[STORE_MAP_KEY] = {"key", "SELECT '', k.algorithm, k.sha256, k.bits, 0, 0 FROM keys k WHERE k.id = $1", "SELECT id FROM keys WHERE sha256 = $1"},
	[STORE_MAP_HOST] = {"host", "SELECT h.name, '', NULL, 0, 0, 0 FROM hosts h WHERE h.id = $1", NULL},
	[STORE_MAP_FILE] = {"file", "SELECT o.address, '', NULL, o.kind, 0, 0 FROM locations o WHERE o.id = $1", NULL},
	[STORE_MAP_SERVICE] = {"service", "SELECT v.name, v.environment, NULL, 0, 0, 0 FROM services v WHERE v.id = $1", NULL},
	[STORE_MAP_AUTHORITY] = {"authority", CERTIFICATE_NODE, NULL},
	[STORE_MAP_TEAM] = {"team", "SELECT t.name, '', NULL, 0, 0, 0 FROM teams t WHERE t.id = $1", NULL},
};
/* clang-format on */

const char *store_map_kind_name(enum store_map_kind kind)
{
	return kinds[kind].word;
}

bool store_map_kind_read(struct str word, enum store_map_kind *out)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_is(word, kinds[i].word)) {
			*out = (enum store_map_kind)i;
			return true;
		}
	return false;
}

bool store_map_node(struct store_txn *txn, struct arena *arena, enum store_map_kind kind, int64_t id,
		    struct store_map_node *out, struct err *err)
{
	struct db_rows rows;
	bool found;

	*out = (struct store_map_node){.kind = kind, .id = id};
	if (!db_rows(txn, kinds[kind].node, VALUES(V(id)), &rows, err))
		return false;
	found = db_next(&rows);
	if (found) {
		out->name = db_text(&rows, 0, arena);
		out->sub = db_text(&rows, 1, arena);
		out->has_hash = db_hash(&rows, 2, out->hash);
		out->number = db_int(&rows, 3);
		out->not_before = db_int(&rows, 3);
		out->not_after = db_int(&rows, 4);
		out->problems = (uint32_t)db_int(&rows, 5);
	}
	if (!db_rows_end(&rows, err))
		return false;
	if (!found)
		return err_set(err, ERR_ABSENT, "there is no such %s", kinds[kind].word);
	if (kind == STORE_MAP_KEY)
		out->name = hex_str(arena, bytes_of(out->hash, 6));
	return true;
}

bool store_map_find(struct store_txn *txn, enum store_map_kind kind, struct str text, int64_t *id, struct err *err)
{
	uint8_t hash[HASH_SHA256];
	uint64_t number;

	*id = 0;
	if (kind == STORE_MAP_CERTIFICATE || kind == STORE_MAP_AUTHORITY)
		return hex_read(text, hash, sizeof hash) ? store_certificate_id(txn, hash, id, err)
							 : err_set(err, ERR_ABSENT, "no such certificate");
	if (kind == STORE_MAP_KEY) {
		if (!hex_read(text, hash, sizeof hash))
			return err_set(err, ERR_ABSENT, "no such key");
		if (!db_number(txn, kinds[kind].by_name, VALUES(V_HASH(hash)), 0, id, err))
			return false;
		return *id || err_set(err, ERR_ABSENT, "no such key");
	}
	if (!str_to_u64(text, INT64_MAX, &number))
		return err_set(err, ERR_ABSENT, "no such %s", kinds[kind].word);
	*id = (int64_t)number;
	return true;
}

size_t store_map_relation_count(void)
{
	return COUNT_OF(relations);
}

/* How many there are in all, up to the bound. */
static bool count_rest(struct store_txn *txn, const struct relation *relation, int64_t id, int64_t *total, struct err *err)
{
	CLEANUP(buf_done) struct buf sql = buf_capped(4096);
	struct db_rows rows;

	buf_addf(&sql, "SELECT COUNT(*) FROM (%s LIMIT %d) x", relation->sql, COUNT_MAX);
	if (!db_rows_once(txn, sql.data, VALUES(V(id)), &rows, err))
		return false;
	*total = db_next(&rows) ? db_int(&rows, 0) : 0;
	return db_rows_end(&rows, err);
}

bool store_map_related(struct store_txn *txn, struct arena *arena, size_t nth, const struct store_map_node *from,
		       size_t max, struct store_map_related *out, struct err *err)
{
	const struct relation *relation = &relations[nth];
	CLEANUP(buf_done) struct buf sql = buf_capped(4096);
	int64_t *ids = ARENA_ARRAY(arena, int64_t, max + 1);
	struct db_rows rows;

	*out = (struct store_map_related){.to = relation->to, .what = relation->what, .ids = ids};
	if (relation->from != from->kind)
		return true;
	buf_addf(&sql, "%s LIMIT %zu", relation->sql, max + 1);
	if (!db_rows_once(txn, sql.data, VALUES(V(from->id)), &rows, err))
		return false;
	for (out->count = 0; out->count <= max && db_next(&rows); out->count++)
		ids[out->count] = db_int(&rows, 0);
	if (!db_rows_end(&rows, err))
		return false;
	out->total = (int64_t)out->count;
	if (out->count <= max)
		return true;
	out->count = max;
	return count_rest(txn, relation, from->id, &out->total, err);
}

/* ---- what falls with it ---- */

/* clang-format off */
#define BOUND " LIMIT 10000"
static const char *const sets[] = { /* the certificates that stand and fall with a thing */
	[STORE_MAP_CERTIFICATE] = "SELECT c0.id FROM certificates c0 WHERE c0.id = $1",
	[STORE_MAP_KEY] = "SELECT c0.id FROM certificates c0 WHERE c0.key_id = $1" BOUND,
	[STORE_MAP_HOST] = "SELECT s0.certificate_id FROM endpoints e0 JOIN sightings s0 ON s0.location_id = e0.location_id WHERE e0.host_id = $1 AND s0.current = 1 AND s0.leaf = 1" BOUND,
	[STORE_MAP_FILE] = "SELECT s0.certificate_id FROM sightings s0 WHERE s0.location_id = $1 AND s0.current = 1" BOUND,
	[STORE_MAP_SERVICE] = "SELECT l0.current_certificate_id FROM lineages l0 WHERE l0.service_id = $1" BOUND,
	[STORE_MAP_AUTHORITY] = "SELECT c0.id FROM certificates a0 JOIN certificates c0 ON c0.issuer = a0.subject AND c0.id <> a0.id WHERE a0.id = $1 AND c0.active = 1" BOUND,
	[STORE_MAP_TEAM] = "SELECT l0.current_certificate_id FROM lineages l0 WHERE l0.team_id = $1" BOUND,
};
static const char *const counts[] = {
	"SELECT COUNT(DISTINCT c.id), COUNT(DISTINCT l.service_id), COUNT(DISTINCT l.team_id) FROM certificates c "
		"LEFT JOIN lineages l ON l.id = c.lineage_id WHERE c.id IN (SELECT * FROM (%s) y)",
	"SELECT COUNT(DISTINCT e.host_id), COUNT(DISTINCT CASE WHEN o.kind BETWEEN 1 AND 4 THEN o.id END), MIN(s.first_seen) "
		"FROM sightings s JOIN locations o ON o.id = s.location_id LEFT JOIN endpoints e ON e.location_id = s.location_id "
		"WHERE s.current = 1 AND (s.leaf = 1 OR o.kind <> 0) AND s.certificate_id IN (SELECT * FROM (%s) y)",
};
/* clang-format on */

static bool three(struct store_txn *txn, const char *format, const struct store_map_node *root, int64_t to[3],
		  struct err *err)
{
	CLEANUP(buf_done) struct buf sql = buf_capped(8192);
	struct str rest = str_of(format), head;
	struct db_rows rows;

	str_split(&rest, '%', &head);
	buf_add_str(&sql, head);
	buf_add_text(&sql, sets[root->kind]);
	buf_add_str(&sql, str_skip(rest, 1)); /* the s of %s */
	if (!db_rows_once(txn, sql.data, VALUES(V(root->id)), &rows, err))
		return false;
	if (db_next(&rows))
		for (int i = 0; i < 3; i++)
			to[i] = db_int(&rows, i);
	return db_rows_end(&rows, err);
}

bool store_map_reach(struct store_txn *txn, const struct store_map_node *root, struct store_map_reach *out,
		     struct err *err)
{
	int64_t of_lineages[3] = {0}, of_places[3] = {0};

	if (!three(txn, counts[0], root, of_lineages, err) || !three(txn, counts[1], root, of_places, err))
		return false;
	*out = (struct store_map_reach){
		.certificates = of_lineages[0],
		.services = of_lineages[1],
		.teams = of_lineages[2],
		.hosts = of_places[0],
		.files = of_places[1],
		.oldest = of_places[2],
		.bounded = of_lineages[0] >= COUNT_MAX,
	};
	return true;
}
