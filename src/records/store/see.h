/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* see - what other files of the room need of it. */

#include "records/store/db.h"

/* An endpoint ceased to show that leaf: problems that came from it go, a key that was shared may be alone. */
bool see_recount(struct store_txn *txn, int64_t certificate_id, struct err *err);

/* found.c: whether something answered there and gave no certificate. */
bool unclear_update(struct store_txn *txn, const struct store_seen *seen, struct err *err);
