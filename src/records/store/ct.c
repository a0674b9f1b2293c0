/* SPDX-License-Identifier: Apache-2.0 */

/* Logs of Certificate Transparency: where reading stands, and the entries that are ours. */

#include "base/arena.h"
#include "records/store/query.h"

#define LOG_COLUMNS                                                                                                       \
	"log_id, name, url, position, tree_size, next_index, entries_read, entries_ours, entries_unreadable, read_at, "   \
	"problem_code, problem, problem_at"

static const char LOGS[] = "SELECT " LOG_COLUMNS " FROM ct_logs WHERE source_id = $1 ORDER BY log_id";
static const char NEXT[] = "SELECT next_index FROM ct_logs WHERE source_id = $1 AND log_id = $2";
static const char PUT[] =
	ROUTINE "INSERT INTO ct_logs (source_id, log_id, name, url, position, tree_size, next_index, entries_read, "
		"entries_ours, entries_unreadable, read_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
		"ON CONFLICT (source_id, log_id) DO UPDATE SET name = $3, url = $4, position = $5, tree_size = $6, next_index = $7, "
		"entries_read = ct_logs.entries_read + $8, entries_ours = ct_logs.entries_ours + $9, "
		"entries_unreadable = ct_logs.entries_unreadable + $10, read_at = $11";
static const char PROBLEM_OF[] = "SELECT problem_code FROM ct_logs WHERE source_id = $1 AND log_id = $2";
static const char PROBLEM[] =
	ROUTINE "INSERT INTO ct_logs (source_id, log_id, name, url, position, tree_size, next_index, read_at, problem_code, problem, "
		"problem_at) VALUES ($1, $2, $3, $4, '', 0, 0, 0, $5, $6, $7) "
		"ON CONFLICT (source_id, log_id) DO UPDATE SET problem_code = $5, problem = $6, problem_at = $7";
static const char ENTRY[] =
	ROUTINE "INSERT INTO ct_entries (log_id, entry_index, certificate_id, twin_id, precertificate, logged_at_ms, first_seen) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (log_id, entry_index) DO NOTHING";
/* The other half of a pair: what was issued under the same number by the same issuer, of the other kind. */
static const char TWIN[] = "SELECT o.id FROM certificates c JOIN certificates o ON o.serial = c.serial AND o.issuer = c.issuer "
			   "AND o.not_before = c.not_before AND o.id <> c.id WHERE c.id = $1 ORDER BY o.id LIMIT 1";
static const char TWIN_BACK[] = ROUTINE "UPDATE ct_entries SET twin_id = $2 WHERE certificate_id = $1 AND twin_id = 0";
static const char TWINS[] = "SELECT twin_id FROM ct_entries WHERE certificate_id = $1 AND twin_id > 0 LIMIT 1";

static void read_log(struct db_rows *rows, struct arena *arena, struct store_ct_log *log)
{
	int column = 0;

	log->log_id = db_text(rows, column++, arena);
	log->name = db_text(rows, column++, arena);
	log->url = db_text(rows, column++, arena);
	log->position = db_text(rows, column++, arena);
	log->tree_size = db_int(rows, column++);
	log->next_index = db_int(rows, column++);
	log->entries_read = db_int(rows, column++);
	log->entries_ours = db_int(rows, column++);
	log->entries_unreadable = db_int(rows, column++);
	log->read_at = db_int(rows, column++);
	log->problem_code = db_text(rows, column++, arena);
	log->problem = db_text(rows, column++, arena);
	log->problem_at = db_int(rows, column++);
}

bool store_ct_logs(struct store_txn *txn, struct arena *arena, int64_t source_id, const struct store_ct_log **rows,
		   size_t *count, struct err *err)
{
	struct store_ct_log *out = ARENA_ARRAY(arena, struct store_ct_log, STORE_CT_LOGS);
	struct db_rows found;
	size_t n = 0;

	if (!db_rows(txn, LOGS, VALUES(V(source_id)), &found, err))
		return false;
	while (n < STORE_CT_LOGS && db_next(&found))
		read_log(&found, arena, &out[n++]);
	if (!db_rows_end(&found, err))
		return false;
	*rows = out;
	*count = n;
	return true;
}

bool store_ct_log_put(struct store_txn *txn, int64_t source_id, const struct store_ct_log *log, int64_t from_index,
		      struct err *err)
{
	int64_t stands;

	if (!db_number(txn, NEXT, VALUES(V(source_id), V(log->log_id)), -1, &stands, err))
		return false;
	if (from_index >= 0 && stands != from_index)
		return err_set(err, ERR_CONFLICT, "%.*s: entry %lld is next, not %lld", STR_ARG(log->name), (long long)stands,
			       (long long)from_index);
	return db_run(txn, PUT,
		      VALUES(V(source_id), V(log->log_id), V(log->name), V(log->url), V(log->position), V(log->tree_size),
			     V(log->next_index), V(log->entries_read), V(log->entries_ours), V(log->entries_unreadable),
			     V(log->read_at)),
		      err);
}

bool store_ct_log_problem(struct store_txn *txn, int64_t source_id, const struct store_ct_log *log, bool *is_news,
			  struct err *err)
{
	struct db_rows rows;
	bool same = log->problem_code.len == 0;

	if (!db_rows(txn, PROBLEM_OF, VALUES(V(source_id), V(log->log_id)), &rows, err))
		return false;
	if (db_next(&rows))
		same = str_equal(db_text_here(&rows, 0), log->problem_code);
	if (!db_rows_end(&rows, err))
		return false;
	*is_news = !same;
	return same || db_run(txn, PROBLEM,
			      VALUES(V(source_id), V(log->log_id), V(log->name), V(log->url), V(log->problem_code),
				     V(log->problem), V(log->problem_at)),
			      err);
}

bool store_ct_entry_add(struct store_txn *txn, const struct store_ct_entry *entry, struct err *err)
{
	int64_t twin;

	return db_number(txn, TWIN, VALUES(V(entry->certificate_id)), 0, &twin, err) &&
	       db_run(txn, ENTRY,
		      VALUES(V(entry->log_id), V(entry->index), V(entry->certificate_id), V(twin), V(entry->precertificate),
			     V(entry->logged_at_ms), V(entry->first_seen)),
		      err) &&
	       (twin == 0 || db_run(txn, TWIN_BACK, VALUES(V(twin), V(entry->certificate_id)), err));
}

bool store_ct_twin(struct store_txn *txn, int64_t certificate_id, int64_t *twin_id, struct err *err)
{
	return db_number(txn, TWINS, VALUES(V(certificate_id)), 0, twin_id, err);
}
