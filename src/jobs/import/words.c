/* SPDX-License-Identifier: Apache-2.0 */

/* What an entry says of a name, onto its lineage. Teams and services that are named and unknown are made. */

#include "jobs/import/room.h"

#include <string.h>

#include "base/arena.h"

#define WORDS_MAX 256

size_t import_words_split(struct arena *arena, struct str cell, const struct str **out)
{
	struct str *words = ARENA_ARRAY(arena, struct str, WORDS_MAX);
	struct str lower = arena_lower(arena, cell);
	size_t count = 0, start = 0;

	for (size_t i = 0; i <= lower.len; i++) {
		if (i < lower.len && !ascii_is_space(lower.data[i]) && lower.data[i] != ',' && lower.data[i] != ';')
			continue;
		if (i > start && count < WORDS_MAX)
			words[count++] = (struct str){lower.data + start, i - start};
		start = i + 1;
	}
	*out = words;
	return count;
}

static bool team_for(struct import_run *run, struct str name, int64_t *id, struct err *err)
{
	struct model_team team = {.name = name};

	if (store_team_by_name(run->txn, run->arena, name, &team, err)) {
		*id = team.id;
		return true;
	}
	return err->kind == ERR_ABSENT &&
	       store_team_add(run->txn, &(struct model_team){.name = name}, run->options->now, id, err);
}

static bool service_for(struct import_run *run, struct str name, int64_t *id, struct err *err)
{
	struct model_service service;

	if (store_service_by_name(run->txn, run->arena, name, &service, err)) {
		*id = service.id;
		return true;
	}
	return err->kind == ERR_ABSENT &&
	       store_service_add(run->txn, &(struct model_service){.name = name}, run->options->now, id, err);
}

static bool criticality_read(struct str cell, struct store_lineage_change *change, struct err *err)
{
	change->set_criticality = true;
	if (model_criticality_read(cell, &change->criticality))
		return true;
	return err_set(err, ERR_INPUT, "\"%.*s\" is no criticality: low, normal, high or critical",
		       STR_ARG(str_head(cell, 100)));
}

bool import_words_set(struct import_run *run, const struct import_entry *entry, int64_t lineage_id, bool *changed,
		      struct err *err)
{
	const struct str *fields = entry->fields;
	struct store_lineage_change change = {
		.purpose = fields[SHEET_PURPOSE],
		.note = fields[SHEET_NOTE],
		.by_person = true,
	};

	if (fields[SHEET_ENVIRONMENT].data)
		change.environment = arena_lower(run->arena, fields[SHEET_ENVIRONMENT]);
	if (fields[SHEET_TAGS].data)
		change.add_tag_count = import_words_split(run->arena, fields[SHEET_TAGS], &change.add_tags);
	if (fields[SHEET_CRITICALITY].data &&
	    !criticality_read(arena_lower(run->arena, fields[SHEET_CRITICALITY]), &change, err))
		return false;
	change.set_owner = fields[SHEET_OWNER].data;
	change.set_service = fields[SHEET_SERVICE].data;
	if ((change.set_owner && !team_for(run, fields[SHEET_OWNER], &change.owner, err)) ||
	    (change.set_service && !service_for(run, fields[SHEET_SERVICE], &change.service, err)))
		return false;
	return store_lineage_change(run->txn, lineage_id, &change, run->options->now, changed, err);
}
