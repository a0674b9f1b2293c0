/* SPDX-License-Identifier: Apache-2.0 */

/* Settings: small values by name. */

#include "base/arena.h"
#include "records/store/db.h"

static const char GET[] = "SELECT value FROM settings WHERE key = $1";
static const char PUT[] = "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) "
			  "DO UPDATE SET value = excluded.value";

bool store_setting(struct store_txn *txn, struct arena *arena, struct str key, struct bytes *out, struct err *err)
{
	struct db_rows rows;
	bool found;

	if (!db_rows(txn, GET, VALUES(V(key)), &rows, err))
		return false;
	found = db_next(&rows);
	if (found)
		*out = db_bytes(&rows, 0, arena);
	if (!db_rows_end(&rows, err))
		return false;
	return found || err_set(err, ERR_ABSENT, "setting %.*s was never set", STR_ARG(key));
}

bool store_setting_put(struct store_txn *txn, struct str key, struct bytes value, struct err *err)
{
	return db_run(txn, PUT, VALUES(V(key), V(value.data ? value : bytes_of("", 0))), err);
}
