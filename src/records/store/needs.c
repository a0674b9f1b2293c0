/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Since when an active certificate needs somebody, kept with it so that the overview adds up days and walks nothing:
 *
 *     its lineage is ignored                        never (0)
 *     it has a lasting problem of NEED_LASTING      now (1)
 *     its path is proven, or a person has a ticket  one second after its end
 *     else                                          when 30 days or a third of its life are left, whichever is later
 *
 * One that is served before its time needs somebody too: that is asked of not_before when it is counted.
 */

#include "records/store/inside.h"

#define DAY_S 86400

static const char WANTED[] =
	"SELECT c.need_at, CASE WHEN c.active = 0 OR COALESCE(l.ignored_at, 0) > 0 THEN 0 "
	"WHEN (c.problems & $2) <> 0 THEN 1 "
	"WHEN COALESCE(l.path, $3) IN ($4, $5) THEN CASE WHEN c.not_after < 1 THEN 1 ELSE c.not_after + 1 END "
	"WHEN c.expiring_at < 1 THEN 1 ELSE c.expiring_at END "
	"FROM certificates c LEFT JOIN lineages l ON l.id = c.lineage_id WHERE c.id = $1";
static const char SET[] = ROUTINE "UPDATE certificates SET need_at = $2 WHERE id = $1";
static const char DAY[] = ROUTINE "INSERT INTO need_days (day, count) VALUES ($1, $2) ON CONFLICT (day) "
				  "DO UPDATE SET count = need_days.count + excluded.count";
static const char ACTIVE_OF[] = "SELECT id FROM certificates WHERE lineage_id = $1 AND active = 1";

static bool day_add(struct store_txn *txn, int64_t at, int64_t by, struct err *err)
{
	return at == 0 || db_run(txn, DAY, VALUES(V(at / DAY_S), V(by)), err);
}

bool need_update(struct store_txn *txn, int64_t certificate_id, struct err *err)
{
	struct db_rows rows;
	int64_t is = 0, wanted = 0;

	if (!db_rows(txn, WANTED,
		     VALUES(V(certificate_id), V(NEED_LASTING), V(MODEL_PATH_NONE), V(MODEL_PATH_PROVEN),
			    V(MODEL_PATH_MANUAL)),
		     &rows, err))
		return false;
	if (db_next(&rows)) {
		is = db_int(&rows, 0);
		wanted = db_int(&rows, 1);
	}
	if (!db_rows_end(&rows, err))
		return false;
	return is == wanted || (db_run(txn, SET, VALUES(V(certificate_id), V(wanted)), err) &&
				day_add(txn, is, -1, err) && day_add(txn, wanted, 1, err));
}

bool need_update_lineage(struct store_txn *txn, int64_t lineage_id, struct err *err)
{
	struct db_rows rows;
	bool ok = true;

	if (!db_rows(txn, ACTIVE_OF, VALUES(V(lineage_id)), &rows, err))
		return false;
	while (ok && db_next(&rows))
		ok = need_update(txn, db_int(&rows, 0), err);
	if (!ok) {
		struct err ignored = {0};

		return db_rows_end(&rows, &ignored) && false;
	}
	return db_rows_end(&rows, err);
}
