/* SPDX-License-Identifier: Apache-2.0 */

/* What is known of a file on a machine's disk, as part of a location. */

#include <stdio.h>

#include "api/routes/route.h"

static const char *readers_word(int64_t readers)
{
	static const char *const words[] = {NULL, "owner", "group", "everyone"};

	return readers > 0 && readers < (int64_t)COUNT_OF(words) ? words[readers] : NULL;
}

static void write_maybe(struct json_out *json, const char *key, int64_t value)
{
	row_maybe(json, key, value == MODEL_UNKNOWN ? -1 : value == MODEL_YES);
}

void row_file(struct json_out *json, const char *key, const struct model_host_file *file)
{
	char mode[8];

	json_out_key(json, key);
	if (!file) {
		json_out_null(json);
		return;
	}
	snprintf(mode, sizeof mode, "%04o", (unsigned)file->mode & 07777);
	json_out_object(json);
	json_out_key_str(json, "path", file->path);
	json_out_key_str(json, "alias", file->alias);
	json_out_key_str(json, "server", file->server);
	json_out_key_str(json, "config", file->config);
	json_out_key(json, "line");
	if (file->line)
		json_out_int(json, file->line);
	else
		json_out_null(json);
	json_out_key_text(json, "mode", file->mode < 0 ? NULL : mode);
	row_time(json, "modified_at", file->modified_at);
	json_out_key_text(json, "key_readable_by", readers_word(file->key_readers));
	write_maybe(json, "key_matches", file->key_matches);
	json_out_key_str(json, "automation", file->automation);
	json_out_key_int(json, "renewals", file->renewals);
	write_maybe(json, "matches_served", file->matches_served);
	row_time(json, "compared_at", file->compared_at);
	json_out_end_object(json);
}
