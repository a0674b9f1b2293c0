/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* extensions - whether a certificate's extensions can all be understood as far as they must be. */

#include "base/bytes.h"

struct arena;
struct cert;

/*
 * NULL data, or in words: an extension twice, extensions in a version that has none, a critical one
 * that is not known, or one whose content is not of its type. strict: those that only inform
 * (authorityInfoAccess) too. after RFC 5280 section 4.2
 */
struct str extensions_problem(struct arena *arena, const struct cert *cert, bool strict);
