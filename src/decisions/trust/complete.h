/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* complete - whether the certificates sent lead from the first to an anchor of any of the stores,
 * or to a root; unknown for a private CA's. */

#include "base/limits.h"
#include "base/map.h"
#include "decisions/trust/link.h"
#include "facts/scan_record.h"

enum scan_maybe complete_links(const struct link *sent, size_t count,
			       const struct trust_store *const *stores, size_t store_count);
