/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of jobs/action share. */

#include "base/arena.h"
#include "base/json.h"
#include "jobs/action.h"
#include "records/store.h"

enum action_kind { ACTION_OWN, ACTION_TAG, ACTION_UNTAG, ACTION_SET, ACTION_IGNORE, ACTION_UNIGNORE, ACTION_ADOPT };

struct action_plan {
	enum action_kind kind;
	struct store_lineage_change change; /* what is asked for, of any lineage */
	struct str team_name, service_name; /* of the ids in it; NULL data: none */
};

/* "own" */
const char *action_name(enum action_kind kind);

/*
 * What a lineage has before and after, in words of what the plan is about; whether that differs. NULL data: nothing.
 * before NULL: there is no lineage yet.
 */
bool action_words(struct arena *arena, const struct action_plan *plan, const struct model_lineage *before,
		  struct str *was, struct str *becomes);
