/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* lineages - what other files of the room need of them. */

#include "records/store/db.h"

/* One of its certificates began (by 1) or ceased (by -1) to be active. lineage_id 0: nothing. */
bool lineage_active(struct store_txn *txn, int64_t lineage_id, int64_t by, struct err *err);
