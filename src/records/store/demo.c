/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The end of the demo: everything of it is deleted, and all counts are as if it had never been.
 *
 * First its places are ended as when nothing is there any more: so activity, days, paths and hosts of keys are counted back
 * by the code that counted them. Then what the demo shares with the rest is taken out of it: a certificate that lies elsewhere,
 * too, is nobody's demo. What is left is deleted in the order of the table below: a noun that points to others comes before
 * them. Who adds a table with demo rows, or one that points to certificates, endpoints, lineages or scans, adds its row.
 */

#include "base/arena.h"
#include "records/store/db.h"
#include "records/store/inside.h"
#include "records/store/sightings.h"

#define IS_DEMO "(SELECT id FROM certificates WHERE demo = 1)"

static const char PLACES_MARK[] =
	ROUTINE "UPDATE locations SET demo = 1 WHERE id IN (SELECT location_id FROM endpoints WHERE demo = 1)";
static const char PLACES[] = "SELECT id, kind FROM locations WHERE demo = 1 AND id > $1 ORDER BY id LIMIT 500";
static const char OWNED[] = "SELECT id, team_id FROM lineages WHERE demo = 1 AND team_id IS NOT NULL AND id > $1 ORDER BY id LIMIT 500";
static const char TEXTS[] = "SELECT id, 0 FROM certificates WHERE demo = 1 AND id > $1 ORDER BY id LIMIT 500";

/* What stays, but was shown at places of the demo, and what stays of its problems. */
static const char STAYS[] = "SELECT DISTINCT e.certificate_id, 0 FROM endpoints e JOIN certificates c ON c.id = e.certificate_id "
			    "WHERE e.demo = 1 AND c.demo = 0 AND e.certificate_id > $1 ORDER BY e.certificate_id LIMIT 500";
static const char PROBLEMS_LEFT[] = "SELECT DISTINCT problems FROM endpoints WHERE certificate_id = $1 AND demo = 0";
static const char PROBLEMS_SET[] = ROUTINE "UPDATE certificates SET problems = own_problems | $2 WHERE id = $1";
static const char KEY_ALONE[] =
	ROUTINE "UPDATE certificates SET own_problems = own_problems & (~$1), problems = problems & (~$1) WHERE demo = 0 AND "
		"(own_problems & $1) <> 0 AND key_id IN (SELECT id FROM keys WHERE host_count < 2)";

/* What is not the demo's alone is not the demo's. */
static const char *const shared[] = {
	"DELETE FROM sightings WHERE location_id IN (SELECT id FROM locations WHERE demo = 1)",
	"UPDATE certificates SET demo = 0 WHERE demo = 1 AND EXISTS (SELECT 1 FROM sightings s WHERE s.certificate_id = "
	"certificates.id)",
	"UPDATE lineages SET demo = 0 WHERE demo = 1 AND EXISTS (SELECT 1 FROM certificates c WHERE c.lineage_id = lineages.id AND "
	"c.demo = 0)",
	"UPDATE hosts SET demo = 0 WHERE demo = 1 AND EXISTS (SELECT 1 FROM endpoints e WHERE e.host_id = hosts.id AND e.demo = 0)",
};

static const char *const steps[] = {
	/* scans: the demo's own whole; others keep their records, but not the way to an endpoint that is gone */
	"DELETE FROM jobs WHERE kind = 'scan' AND subject_id IN (SELECT id FROM scans WHERE demo = 1)",
	"DELETE FROM scan_records WHERE scan_id IN (SELECT id FROM scans WHERE demo = 1)",
	"UPDATE scan_records SET endpoint_id = NULL WHERE endpoint_id IN (SELECT id FROM endpoints WHERE demo = 1)",
	"DELETE FROM scan_outcomes WHERE scan_id IN (SELECT id FROM scans WHERE demo = 1)",
	"DELETE FROM scans WHERE demo = 1",

	/* sources, their runs and what they saw where; others no longer see what is gone */
	"DELETE FROM jobs WHERE kind = 'run' AND subject_id IN (SELECT r.id FROM source_runs r JOIN sources o ON o.id = r.source_id "
	"WHERE o.demo = 1)",
	"DELETE FROM source_places WHERE source_id IN (SELECT id FROM sources WHERE demo = 1)",
	"UPDATE sources SET found = found - (SELECT COUNT(*) FROM source_places p JOIN locations o ON o.id = p.location_id WHERE "
	"p.source_id = sources.id AND o.demo = 1 AND o.gone_at = 0) WHERE demo = 0",
	"DELETE FROM source_places WHERE location_id IN (SELECT id FROM locations WHERE demo = 1)",
	"DELETE FROM coverage WHERE source_id IN (SELECT id FROM sources WHERE demo = 1)",
	"DELETE FROM source_run_outcomes WHERE run_id IN (SELECT r.id FROM source_runs r JOIN sources o ON o.id = r.source_id WHERE "
	"o.demo = 1)",
	"DELETE FROM source_runs WHERE source_id IN (SELECT id FROM sources WHERE demo = 1)",
	"DELETE FROM sources WHERE demo = 1",
	"DELETE FROM unclear WHERE demo = 1",
	"DELETE FROM changes WHERE demo = 1 OR certificate_id IN " IS_DEMO,
	"UPDATE changes SET before_id = 0 WHERE before_id IN " IS_DEMO,
	"DELETE FROM learnt_names WHERE address LIKE '127.83.%'",
	"DELETE FROM rule_marks WHERE lineage_id IN (SELECT id FROM lineages WHERE demo = 1)",

	/* endpoints and where they are */
	"UPDATE counters SET value = value - (SELECT COUNT(*) FROM endpoints WHERE demo = 1) WHERE name = 'endpoints'",
	"UPDATE hosts SET endpoint_count = (SELECT COUNT(*) FROM endpoints e WHERE e.host_id = hosts.id AND e.demo = 0) "
	"WHERE id IN (SELECT host_id FROM endpoints WHERE demo = 1)",
	"DELETE FROM endpoints WHERE demo = 1",
	"UPDATE endpoints SET certificate_id = NULL WHERE certificate_id IN " IS_DEMO,
	"DELETE FROM locations WHERE demo = 1",

	/* certificates: what others count of them, then what belongs to them, then they */
	"UPDATE certificates SET issued = issued - (SELECT COUNT(*) FROM certificates i WHERE i.demo = 1 AND i.issuer = "
	"certificates.subject AND i.issuer <> i.subject) WHERE ca = 1 AND demo = 0 AND subject IN (SELECT issuer FROM certificates "
	"WHERE demo = 1)",
	"UPDATE certificates SET replaces_id = 0 WHERE replaces_id IN " IS_DEMO " AND demo = 0",
	"UPDATE certificates SET replaced_by_id = 0 WHERE replaced_by_id IN " IS_DEMO " AND demo = 0",
	"UPDATE lineages SET certificate_count = (SELECT COUNT(*) FROM certificates c WHERE c.lineage_id = lineages.id AND c.demo = 0), "
	"current_certificate_id = COALESCE((SELECT c.id FROM certificates c WHERE c.lineage_id = lineages.id AND c.demo = 0 "
	"ORDER BY c.active DESC, c.not_after DESC, c.id DESC LIMIT 1), 0), review_at = 1 WHERE demo = 0 AND id IN "
	"(SELECT lineage_id FROM certificates WHERE demo = 1)",
	"UPDATE keys SET certificate_count = (SELECT COUNT(*) FROM certificates c WHERE c.key_id = keys.id AND c.demo = 0), lineage_count = "
	"(SELECT COUNT(DISTINCT c.lineage_id) FROM certificates c WHERE c.key_id = keys.id AND c.demo = 0), demo = 0 WHERE id IN "
	"(SELECT key_id FROM certificates WHERE demo = 1)",
	"UPDATE counters SET value = value - (SELECT COUNT(*) FROM certificates WHERE demo = 1) WHERE name = 'certificates'",
	"DELETE FROM certificate_names WHERE certificate_id IN " IS_DEMO,
	"DELETE FROM certificate_bodies WHERE certificate_id IN " IS_DEMO,
	"DELETE FROM certificates WHERE demo = 1",
	"DELETE FROM key_hosts WHERE key_id IN (SELECT id FROM keys WHERE certificate_count = 0)",
	"DELETE FROM key_teams WHERE key_id IN (SELECT id FROM keys WHERE certificate_count = 0)",
	"DELETE FROM keys WHERE certificate_count = 0",

	/* lineages, with what people gave them */
	"UPDATE tags SET lineage_count = lineage_count - (SELECT COUNT(*) FROM lineage_tags t JOIN lineages l ON l.id = t.lineage_id "
	"WHERE t.tag_id = tags.id AND l.demo = 1) WHERE id IN (SELECT t.tag_id FROM lineage_tags t JOIN lineages l ON l.id = "
	"t.lineage_id WHERE l.demo = 1)",
	"DELETE FROM lineage_tags WHERE lineage_id IN (SELECT id FROM lineages WHERE demo = 1)",
	"DELETE FROM tags WHERE lineage_count = 0",
	"UPDATE teams SET lineage_count = lineage_count - (SELECT COUNT(*) FROM lineages l WHERE l.team_id = teams.id AND l.demo = 1)",
	"UPDATE services SET lineage_count = lineage_count - (SELECT COUNT(*) FROM lineages l WHERE l.service_id = services.id AND "
	"l.demo = 1)",
	"DELETE FROM lineage_names WHERE lineage_id IN (SELECT id FROM lineages WHERE demo = 1)",
	"UPDATE counters SET value = value - (SELECT COUNT(*) FROM lineages WHERE demo = 1) WHERE name = 'lineages'",
	"DELETE FROM lineages WHERE demo = 1",

	/* hosts, services, teams */
	"UPDATE counters SET value = value - (SELECT COUNT(*) FROM hosts WHERE demo = 1) WHERE name = 'hosts'",
	"UPDATE teams SET host_count = host_count - (SELECT COUNT(*) FROM hosts h WHERE h.team_id = teams.id AND h.demo = 1)",
	"UPDATE services SET host_count = host_count - (SELECT COUNT(*) FROM hosts h WHERE h.service_id = services.id AND h.demo = 1)",
	"DELETE FROM hosts WHERE demo = 1",
	"UPDATE lineages SET service_id = NULL WHERE service_id IN (SELECT id FROM services WHERE demo = 1)",
	"UPDATE hosts SET service_id = NULL WHERE service_id IN (SELECT id FROM services WHERE demo = 1)",
	"UPDATE teams SET service_count = service_count - (SELECT COUNT(*) FROM services v WHERE v.team_id = teams.id AND v.demo = 1)",
	"DELETE FROM services WHERE demo = 1",
	"UPDATE keys SET team_count = team_count - (SELECT COUNT(*) FROM key_teams k JOIN teams t ON t.id = k.team_id WHERE k.key_id = "
	"keys.id AND t.demo = 1) WHERE id IN (SELECT k.key_id FROM key_teams k JOIN teams t ON t.id = k.team_id WHERE t.demo = 1)",
	"DELETE FROM key_teams WHERE team_id IN (SELECT id FROM teams WHERE demo = 1)",
	"UPDATE lineages SET team_id = NULL WHERE team_id IN (SELECT id FROM teams WHERE demo = 1)",
	"UPDATE hosts SET team_id = NULL WHERE team_id IN (SELECT id FROM teams WHERE demo = 1)",
	"UPDATE services SET team_id = NULL WHERE team_id IN (SELECT id FROM teams WHERE demo = 1)",
	"DELETE FROM contacts WHERE team_id IN (SELECT id FROM teams WHERE demo = 1)",
	"DELETE FROM teams WHERE demo = 1",

	/* totals: days without a certificate have no row, and nothing is the demo's */
	"DELETE FROM expiry_days WHERE count = 0",
	"DELETE FROM need_days WHERE count = 0",
	"UPDATE counters SET value = 0 WHERE name = 'demo'",
};

/* Calls each for all rows of a query that pages by its first column, an id. */
static bool for_all(struct store_txn *txn, const char *sql,
		    bool (*each)(struct store_txn *txn, int64_t id, int64_t second, int64_t now, struct err *err), int64_t now,
		    struct err *err)
{
	int64_t page[500][2], after = INT64_MIN;
	size_t count;

	do {
		struct db_rows rows;

		if (!db_rows(txn, sql, VALUES(V(after)), &rows, err))
			return false;
		for (count = 0; count < COUNT_OF(page) && db_next(&rows); count++) {
			page[count][0] = db_int(&rows, 0);
			page[count][1] = db_int(&rows, 1);
		}
		if (!db_rows_end(&rows, err))
			return false;
		for (size_t i = 0; i < count; i++)
			if (!each(txn, page[i][0], page[i][1], now, err))
				return false;
		if (count)
			after = page[count - 1][0];
	} while (count == COUNT_OF(page));
	return true;
}

static bool end_place(struct store_txn *txn, int64_t location_id, int64_t kind, int64_t now, struct err *err)
{
	return sightings_end(txn, location_id, (enum model_location_kind)kind, now, err);
}

static bool judge_again(struct store_txn *txn, int64_t certificate_id, int64_t second, int64_t now, struct err *err)
{
	struct db_rows rows;
	int64_t problems = 0;

	(void)second;
	(void)now;
	if (!db_rows(txn, PROBLEMS_LEFT, VALUES(V(certificate_id)), &rows, err))
		return false;
	while (db_next(&rows))
		problems |= db_int(&rows, 0);
	return db_rows_end(&rows, err) && db_run(txn, PROBLEMS_SET, VALUES(V(certificate_id), V(problems)), err) &&
	       need_update(txn, certificate_id, err);
}

static bool leave_team(struct store_txn *txn, int64_t lineage_id, int64_t team_id, int64_t now, struct err *err)
{
	(void)now;
	return key_teams_move(txn, lineage_id, team_id, 0, err);
}

static bool drop_text(struct store_txn *txn, int64_t certificate_id, int64_t second, int64_t now, struct err *err)
{
	(void)second;
	(void)now;
	return db_run(txn, txn->db->driver->search_drop, VALUES(V(certificate_id)), err);
}

static bool run_all(struct store_txn *txn, const char *const *list, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (!db_run(txn, list[i], VALUES(), err))
			return err_wrap(err, "end of the demo, step %zu", i);
	return true;
}

bool store_demo_end(struct store_txn *txn, int64_t now, struct store_demo_gone *gone, struct err *err)
{
	static const struct {
		const char *sql;
		size_t at;
	} counts[] = {
		{"SELECT COUNT(*) FROM certificates WHERE demo = 1", offsetof(struct store_demo_gone, certificates)},
		{"SELECT COUNT(*) FROM endpoints WHERE demo = 1", offsetof(struct store_demo_gone, endpoints)},
		{"SELECT COUNT(*) FROM scans WHERE demo = 1", offsetof(struct store_demo_gone, scans)},
	};

	if (!db_run(txn, PLACES_MARK, VALUES(), err) || !for_all(txn, PLACES, end_place, now, err) ||
	    !run_all(txn, shared, COUNT_OF(shared), err))
		return false;
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		if (!db_number(txn, counts[i].sql, VALUES(), 0, (int64_t *)(void *)((char *)gone + counts[i].at), err))
			return false;
	return db_run(txn, KEY_ALONE, VALUES(V(MODEL_PROBLEM_SHARED_KEY)), err) && for_all(txn, STAYS, judge_again, now, err) &&
	       for_all(txn, OWNED, leave_team, now, err) && for_all(txn, TEXTS, drop_text, now, err) &&
	       run_all(txn, steps, COUNT_OF(steps), err);
}

bool store_demo_scan(struct store_txn *txn, int64_t *scan_id, struct err *err)
{
	static const char OPEN[] = "SELECT id FROM scans WHERE demo = 1 AND ended_at = 0 ORDER BY id LIMIT 1";

	return db_number(txn, OPEN, VALUES(), 0, scan_id, err);
}
