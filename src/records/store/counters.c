/* SPDX-License-Identifier: Apache-2.0 */

/* Totals kept with the changes, so that the overview counts nothing. */

#include "records/store/db.h"

static const char ADD[] = ROUTINE "INSERT INTO counters (name, value) VALUES ($1, $2) ON CONFLICT (name) "
				  "DO UPDATE SET value = counters.value + excluded.value";
static const char GET[] = "SELECT value FROM counters WHERE name = $1";

bool counter_add(struct store_txn *txn, const char *name, int64_t by, struct err *err)
{
	return db_run(txn, ADD, VALUES(V(str_of(name)), V(by)), err);
}

bool counter_get(struct store_txn *txn, const char *name, int64_t *out, struct err *err)
{
	return db_number(txn, GET, VALUES(V(str_of(name))), 0, out, err);
}
