/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of jobs/find share. */

#include "jobs/find.h"
#include "records/store.h"

/* ---- certificate.c: the facts of a certificate, as a row ---- */

struct find_new {
	struct bytes der;
	struct str facts_json; /* may be NULL data: it could not be read */
	struct str problem;
};
/* Never fails: what cannot be read has its hash and says so. */
void find_certificate_row(struct arena *arena, const struct find_new *from, int64_t now, bool demo,
			  struct model_new_certificate *out);

/* ---- tell.c: changes as events ---- */

void find_tell_changes(struct store *store, struct events *events, int64_t first, int64_t last);
