/* SPDX-License-Identifier: Apache-2.0 */

/* Answers kept for requests that carry an Idempotency-Key. */

#include "base/arena.h"
#include "records/store/db.h"

static const char PUT[] = ROUTINE "INSERT INTO answers (key, request_sha256, status, body, created_at) "
				  "VALUES ($1, $2, $3, $4, $5)";
static const char GET[] = "SELECT request_sha256, status, body FROM answers WHERE key = $1";
static const char PURGE[] = ROUTINE "DELETE FROM answers WHERE created_at < $1";

bool store_answer_put(struct store_txn *txn, struct str key, const uint8_t request_sha256[HASH_SHA256],
		      int64_t status, struct str body, int64_t now, struct err *err)
{
	int64_t changed; /* asked for, so that a conflict is told here */

	return db_change(txn, PUT, VALUES(V(key), V_HASH(request_sha256), V(status), V(body), V(now)), &changed, err);
}

bool store_answer(struct store_txn *txn, struct arena *arena, struct str key,
		  uint8_t request_sha256[HASH_SHA256], int64_t *status, struct str *body, struct err *err)
{
	struct db_rows rows;
	bool found;

	if (!db_rows(txn, GET, VALUES(V(key)), &rows, err))
		return false;
	found = db_next(&rows);
	if (found) {
		db_hash(&rows, 0, request_sha256);
		*status = db_int(&rows, 1);
		*body = db_text(&rows, 2, arena);
	}
	if (!db_rows_end(&rows, err))
		return false;
	return found || err_set(err, ERR_ABSENT, "no answer is kept for that key");
}

bool store_answers_purge(struct store_txn *txn, int64_t before, struct err *err)
{
	return db_run(txn, PURGE, VALUES(V(before)), err);
}
