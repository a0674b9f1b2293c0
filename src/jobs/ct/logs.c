/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which logs a source reads: those that its options name, by name or address; else all of the list that can be read and
 * may hold certificates that have not ended. And where reading of each stands.
 */

#include "base/hex.h"
#include "jobs/ct/room.h"

static bool is_named(const struct json_value *names, const struct ct_log *log)
{
	for (size_t i = 0; i < json_in_count(names); i++) {
		struct str word = json_in_str(json_in_at(names, i), STR(""));

		while (word.len && word.data[word.len - 1] == '/')
			word.len--;
		if (str_equal_nocase(word, log->name) || str_equal(word, log->url))
			return true;
	}
	return false;
}

static void add(struct ct_work *work, const struct ct_log *log)
{
	struct arena *arena = work->source->job->arena;
	struct ct_reading *reading = &work->logs[work->count++];

	*reading = (struct ct_reading){.log = *log, .position = STR(""), .next = -1};
	reading->id = hex_str(arena, bytes_of(log->id, sizeof log->id));
	reading->end = &reading->first;
}

static bool positions_read(struct ct_work *work, struct err *err)
{
	struct arena *arena = work->source->job->arena;
	CLEANUP(store_end) struct store_txn *txn = NULL;
	const struct store_ct_log *rows;
	size_t count;

	if (!store_read(work->source->job->store, &txn, err) ||
	    !store_ct_logs(txn, arena, work->source->source.id, &rows, &count, err))
		return false;
	for (size_t i = 0; i < work->count; i++)
		for (size_t k = 0; k < count; k++)
			if (str_equal(work->logs[i].id, rows[k].log_id) && rows[k].position.len) {
				work->logs[i].position = rows[k].position;
				work->logs[i].next = rows[k].next_index;
			}
	return true;
}

bool ct_logs_choose(struct ct_work *work, struct err *err)
{
	struct arena *arena = work->source->job->arena;
	const struct json_value *names = json_in_get(work->source->options, "logs");
	const struct ct_log *listed;
	size_t count, most;

	if (!ct_list_read(arena, work->port->list(work->port, arena), &listed, &count, err))
		return false;
	most = count < CT_LINE_LOGS ? count : CT_LINE_LOGS;
	work->logs = ARENA_ARRAY(arena, struct ct_reading, most + 1);
	for (size_t i = 0; i < most; i++)
		if (json_in_count(names) ? is_named(names, &listed[i]) : ct_log_is_current(&listed[i], work->now))
			add(work, &listed[i]);
	if (work->count == 0) {
		err_set(err, ERR_INPUT, "none of the logs that the source names is in the list of logs");
		return err_fix(err, "ct-logs", "name logs as the list has them, or none: then all that are usable are read");
	}
	return positions_read(work, err);
}
