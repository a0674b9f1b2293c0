/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* facts_cache - the facts of certificates as JSON text, rendered once for those that come again and again. */

#include "facts/scan_record.h"

struct facts_cache;

struct facts_cache *facts_cache_new(void);
void facts_cache_free(struct facts_cache *cache); /* NULL is fine */

/* Sets facts_json of all certificates of the record; valid until the next call. */
void facts_cache_fill(struct facts_cache *cache, struct scan_record *record);
/* Takes them away again: the certificates outlive the cache's entries. */
void facts_cache_clear(struct scan_record *record);
