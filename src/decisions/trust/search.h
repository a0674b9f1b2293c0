/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* search - finds a path that holds, within the limits of the validation. */

#include "decisions/trust/validate.h"

/* Whether there is one from the link to an anchor; it is put into *out. */
bool search_path(struct validation *v, const struct link *leaf, struct path *out);
