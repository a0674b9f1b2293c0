/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* import_targets - where an import says that certificates are served. */

#include "programs/cli/client.h"

/* Makes the source of that name, or adds to it. targets: a list of texts. */
MUST_CHECK bool import_targets_source(struct client *client, struct arena *arena, struct str name,
				      const struct json_value *targets, struct err *err);
