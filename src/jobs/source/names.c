/* SPDX-License-Identifier: Apache-2.0 */

/* A list of names, each looked at where the DNS says it is. */

#include "jobs/source/room.h"

static const struct source_option options[] = {
	{"names", SOURCE_WORDS, "Names", "host names, with a port or without: www.example.org, mail.example.org:25", true, NULL, 0,
	 0, NULL},
	OPTIONS_OF_SCAN,
	{"all_addresses", SOURCE_FLAG, "All addresses", "every address of a name, not the first that answers", false, NULL, 0,
	 0, "true"},
};

static void request_of(struct arena *arena, const struct json_value *given, struct scan_request *out)
{
	options_of_scan(arena, given, out);
	out->targets = option_words(arena, given, "names", &out->target_count);
	out->all_addresses = option_flag(given, "all_addresses", true);
}

static bool check(const struct json_value *given, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct scan_request request = {0};
	int64_t total;

	request_of(arena, given, &request);
	return scan_check(&request, &total, err);
}

static bool scan(struct arena *arena, struct store_txn *txn, const struct model_source *source,
		 const struct json_value *given, struct scan_request *out, struct err *err)
{
	request_of(arena, given, out);
	return true;
}

const struct source_kind source_kind_names = {
	.name = "names",
	.title = "Names",
	.about = "a list of host names, scanned where they resolve to",
	.options = options,
	.option_count = COUNT_OF(options),
	.check = check,
	.scan = scan,
};
