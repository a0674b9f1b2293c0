/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* export_rows - from the store's lists into an export, page by page, in one transaction. */

#include "api/routes/route.h"
#include "reporting/export.h"

struct export_rows;

struct export_rows_noun {
	const char *name;   /* "certificates" */
	const char *schema; /* of its rows */
	bool has_facts;
	/* One page: calls export_rows_add for each row. */
	bool (*page)(struct export_rows *rows, const struct store_page *page, struct store_more *more, struct err *err);
};
const struct export_rows_noun *export_rows_noun(struct str name); /* NULL: there is none */

/* All rows that fit, at most `most`. after is called behind each, and may empty the buffer. */
MUST_CHECK bool export_rows(struct call *call, const struct export_rows_noun *noun, struct model_filter filter,
			    uint64_t most, struct export *out, bool (*after)(void *data, struct err *err), void *data,
			    struct err *err);

/* The instance, as stable identities name it: letters and digits, none of its secrets. */
struct str api_instance_name(struct call *call);
