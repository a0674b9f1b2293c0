/* SPDX-License-Identifier: Apache-2.0 */

/* Authorities: the CA certificates that were met, roots and intermediates, with how much hangs on each. */

#include "base/arena.h"
#include "records/store/query.h"

static void authority_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_authority *row = to;

	certificate_list.read(rows, at, arena, &row->certificate);
	row->issued = db_int(rows, at + CERTIFICATE_COLUMN_COUNT);
	row->issued_active = db_int(rows, at + CERTIFICATE_COLUMN_COUNT + 1);
}

static const struct list authority_list = {
	.columns = CERTIFICATE_COLUMNS ", c.issued, c.issued_active",
	.from = CERTIFICATE_FROM,
	.id = "c.id",
	.row_size = sizeof(struct model_authority),
	.read = authority_read,
};

bool store_authorities(struct store_txn *txn, struct arena *arena, const struct model_filter *filter,
		       enum store_authority_sort sort, const struct store_page *page, int64_t now,
		       const struct model_authority **rows, size_t *count, struct store_more *more, struct err *err)
{
	static const struct list_sort sorts[] = {
		[STORE_AUTHORITY_BY_NOT_AFTER] = {"c.not_after", false},
		[STORE_AUTHORITY_BY_NAME] = {"c.name", true},
		[STORE_AUTHORITY_BY_ISSUED] = {"c.issued_active", false},
	};
	CLEANUP(query_done) struct query where = query_start(arena);

	query_add(&where, "c.ca = 1 AND ");
	return filter_add(txn, &where, filter, FILTER_CERTIFICATES, now, err) &&
	       list_run(txn, arena, &authority_list, &where, &sorts[sort], page, (const void **)rows, count, more, err);
}
