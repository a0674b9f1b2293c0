/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * revocation - whether every certificate of a path has a good answer in the revocation lists that
 * were given, after RFC 5280 section 6.3. Without any list nothing is asked.
 */

#include "decisions/trust/validate.h"

struct str revocation_problem(struct validation *v, const struct path *path);
