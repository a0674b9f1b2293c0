/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* complete - whether the certificates sent lead from the first to an anchor of any of the stores, or to a root. */

#include "base/limits.h"
#include "base/map.h"
#include "decisions/trust/link.h"

bool complete_links(const struct link *sent, size_t count, const struct trust_store *const *stores,
		    size_t store_count);
