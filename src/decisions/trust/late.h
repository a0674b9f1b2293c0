/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * late - what tells whether lists of roots have to be read.
 *
 * Reading all roots takes longer than a scan of some hundred servers of one's own. So at the first chain only their
 * names are read, and the hashes in the lists; the rest when a chain comes that they may say something of.
 */

#include "decisions/trust/link.h"

struct late;

/* packs: their texts outlive it. Nothing is read yet. */
struct late *late_new(const struct trust_packs *packs);
void late_free(struct late *late); /* NULL is fine */

/* Whether a root has the subject or issuer of this one as its name, or a list names it. */
bool late_may_concern(struct late *late, const struct link *link);

/* Whether this may be a root itself: no other certificate has its hash or, letter for letter, its subject. */
bool late_may_be_root(struct late *late, const struct cert *cert);
