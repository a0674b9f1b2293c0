/* SPDX-License-Identifier: Apache-2.0 */

/* Networks: addresses, ranges and names, on some ports; names that were learnt are asked for by SNI, too. */

#include "base/clock.h"
#include "jobs/source/room.h"

static const struct source_option options[] = {
	{"scopes", SOURCE_WORDS, "Scopes",
	 "what to look at: 10.0.0.0/24, 10.0.0.1-20, host, host:port, URLs, or local for what listens on this machine", true,
	 NULL, 0, 0, NULL},
	OPTIONS_OF_SCAN,
	{"all_addresses", SOURCE_FLAG, "All addresses", "every address of a name, not the first that answers", false, NULL, 0,
	 0, "false"},
	{"learn_names", SOURCE_FLAG, "Ask for learnt names",
	 "servers within the scopes are also asked by each name that was learnt to be there", false, NULL, 0, 0, "true"},
};

static void request_of(struct arena *arena, const struct json_value *given, struct scan_request *out)
{
	options_of_scan(arena, given, out);
	out->targets = option_words(arena, given, "scopes", &out->target_count);
	out->all_addresses = option_flag(given, "all_addresses", false);
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
	return !option_flag(given, "learn_names", true) || learnt_add(arena, txn, source, clock_now_s(), out, err);
}

const struct source_kind source_kind_network = {
	.name = "network",
	.title = "Networks",
	.about = "addresses, ranges and hosts, scanned on some ports",
	.options = options,
	.option_count = COUNT_OF(options),
	.check = check,
	.scan = scan,
};
