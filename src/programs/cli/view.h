/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* view - saved queries by their name. */

#include "base/json.h"
#include "programs/cli/client.h"

/* The view of that name: one's own before a shared one. It lives as long as the client. ERR_ABSENT. */
MUST_CHECK bool view_find(struct client *client, struct arena *arena, const char *name, const struct json_value **out,
			  struct err *err);

/* What a list is asked for, from a view or from options. NULL data: not said. */
struct list_wish {
	struct str of, q, sort, columns, group_by; /* columns: with commas between */
};
void view_wish(struct arena *arena, const struct json_value *view, struct list_wish *out);
