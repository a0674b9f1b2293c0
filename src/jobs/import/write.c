/* SPDX-License-Identifier: Apache-2.0 */

/* The report of an import as JSON. */

#include "jobs/import.h"

static const char *const outcomes[] = {
#define X(name, text) text,
	IMPORT_OUTCOMES_ALL(X)
#undef X
};

static void write_row(struct json_out *json, const struct import_row *row)
{
	json_out_object(json);
	json_out_key_int(json, "line", row->line);
	json_out_key_text(json, "outcome", outcomes[row->outcome]);
	json_out_key_str(json, "name", row->name);
	json_out_key_str(json, "detail", row->detail);
	json_out_end_object(json);
}

void import_write(struct json_out *json, const struct import_report *report, bool dry_run)
{
	json_out_object(json);
	json_out_key_bool(json, "dry_run", dry_run);
	json_out_key(json, "counts");
	json_out_object(json);
	for (size_t i = 0; i < IMPORT_OUTCOME_COUNT; i++)
		json_out_key_int(json, outcomes[i], (int64_t)report->counts[i]);
	json_out_end_object(json);
	json_out_key_int(json, "certificates_added", (int64_t)report->certificates_added);
	json_out_key_int(json, "lineages_made", (int64_t)report->lineages_made);
	json_out_key(json, "ignored_columns");
	json_out_array(json);
	for (size_t i = 0; i < report->ignored_count; i++)
		json_out_str(json, report->ignored_columns[i]);
	json_out_end_array(json);
	json_out_key(json, "targets");
	json_out_array(json);
	for (size_t i = 0; i < report->target_count; i++)
		json_out_str(json, report->targets[i]);
	json_out_end_array(json);
	json_out_key(json, "rows");
	json_out_array(json);
	for (size_t i = 0; i < report->row_count; i++)
		write_row(json, &report->rows[i]);
	json_out_end_array(json);
	json_out_end_object(json);
}
