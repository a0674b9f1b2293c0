/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of jobs/rule share. */

#include "base/arena.h"
#include "base/json.h"
#include "decisions/query.h"
#include "jobs/rule.h"
#include "records/store.h"

#define RULES_JOB "rules"

/* What a rule sets; NULL data, 0 and NONE: it does not. */
struct rule_actions {
	int64_t owner, service;
	const struct str *tags;
	size_t tag_count;
	struct str purpose, environment, ignore; /* ignore: the reason */
	enum model_criticality criticality;
};

/* actions.c */
MUST_CHECK bool actions_read(struct arena *arena, const struct json_value *set, struct rule_actions *out,
			     struct err *err);
void actions_write(struct json_out *json, const struct rule_actions *actions);
/* ERR_INPUT when a team or service is not there. */
MUST_CHECK bool actions_check(struct store_txn *txn, struct arena *arena, const struct rule_actions *actions,
			      struct err *err);

/* row.c: a certificate with all that a rule may ask of it */
struct rule_row {
	struct store_txn *txn;
	struct arena *arena;
	struct model_certificate certificate;
	struct model_lineage lineage;
	const struct str *names;
	size_t name_count;
	const struct model_sighting *places;
	size_t place_count;
	int64_t now;
};
MUST_CHECK bool rule_row_read(struct store_txn *txn, struct arena *arena, int64_t certificate_id, int64_t now,
			      struct rule_row *out, bool *has_lineage, struct err *err);
/* Whether a rule may ask of that field. */
bool rule_row_has(enum model_field field);
bool rule_row_get(void *row, enum model_field field, size_t nth, struct str *text, int64_t *number);
