/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * asset - files that the binary carries: data packs ("data/trust/mozilla_roots.json") and the built console
 * ("web/index.html"). Put in by tools/embed at build time; a user can replace data packs by files.
 */

#include "base/bytes.h"

/* The content of a file by its path, or NULL data. */
struct bytes asset_find(struct str path);

/* Walks all of them: start with *at = 0, ends with false. */
bool asset_next(size_t *at, struct str *path, struct bytes *content);
