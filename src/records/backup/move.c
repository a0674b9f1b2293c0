/* SPDX-License-Identifier: Apache-2.0 */

/*
 * From one engine to another.
 *
 * Tables are copied one after another in the order of their keys, a batch a transaction. So the last row that the target has of
 * a table says where to go on, however the last run ended. Then both sides are read once more.
 */

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "records/backup/frames.h"
#include "records/backup/room.h"

struct move {
	struct store *from, *to;
	struct store_txn *source; /* one state of it for the whole run */
	struct arena *arena;
	const struct backup_watch *watch;
	int64_t rows;
	struct err *err;
};

static bool target_table(struct move *move, const char *name, const struct store_table **table, struct buf *last)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_read(move->to, &txn, move->err) && store_table(txn, move->arena, str_of(name), table, move->err) &&
	       store_table_last(txn, *table, last, move->err);
}

static bool batch_put(struct move *move, const struct store_table *table, struct bytes rows)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	if (!store_write(move->to, &txn, move->err) || !store_table_write(txn, table, rows, move->err) ||
	    !store_commit(&txn, move->err))
		return false;
	return !FAULT("migrate.batch") || err_set(move->err, ERR_INTERNAL, "migrate: fault injected");
}

static bool table_copy(struct move *move, const char *name)
{
	CLEANUP(buf_done) struct buf batch = buf_capped(FRAME_BYTES), before = buf_capped(FRAME_BYTES);
	const struct store_table *from, *to;
	struct bytes last;
	int64_t rows = 0;
	size_t count;

	if (!store_table(move->source, move->arena, str_of(name), &from, move->err) ||
	    !target_table(move, name, &to, &before))
		return false;
	if (!str_equal(store_table_columns(from), store_table_columns(to)))
		return err_set(move->err, ERR_INTERNAL, "table %s has other columns there", name);
	for (;;) {
		buf_clear(&batch);
		if (!store_table_read(move->source, from, buf_bytes(&before), BACKUP_BATCH_BYTES, &batch, &count, &last,
				      move->err))
			return false;
		if (!count)
			return true;
		rows += (int64_t)count;
		move->rows += (int64_t)count;
		if (!batch_put(move, to, buf_bytes(&batch)) || !backup_tell(move->watch, name, rows, move->rows, move->err))
			return false;
		buf_clear(&before);
		buf_add_bytes(&before, last);
	}
}

/* ---- comparing ---- */

static bool side_read(struct move *move, struct store_txn *txn, const char *name, int64_t *rows,
		      uint8_t sha256[HASH_SHA256])
{
	CLEANUP(buf_done) struct buf batch = buf_capped(FRAME_BYTES), before = buf_capped(FRAME_BYTES);
	const struct store_table *table;
	struct hash_run *hash;
	struct bytes last;
	size_t count = 1;
	bool ok = true;

	if (!store_table(txn, move->arena, str_of(name), &table, move->err))
		return false;
	hash = hash_run_new();
	while (ok && count) {
		buf_clear(&batch);
		ok = store_table_read(txn, table, buf_bytes(&before), BACKUP_BATCH_BYTES, &batch, &count, &last, move->err);
		hash_run_add(hash, buf_bytes(&batch));
		*rows += (int64_t)count;
		buf_clear(&before);
		if (ok && count)
			buf_add_bytes(&before, last);
		ok = ok && backup_tell(move->watch, name, *rows, -1, move->err);
	}
	hash_run_end(hash, sha256);
	return ok;
}

static bool compare(struct move *move, struct backup_table *tables, size_t count, bool *equal)
{
	CLEANUP(store_end) struct store_txn *target = NULL;

	if (!store_read(move->to, &target, move->err))
		return false;
	*equal = true;
	for (size_t i = 0; i < count; i++) {
		struct backup_table *table = &tables[i];

		table->name = store_table_name(i);
		if (!side_read(move, move->source, table->name, &table->rows[0], table->sha256[0]) ||
		    !side_read(move, target, table->name, &table->rows[1], table->sha256[1]))
			return false;
		table->equal = table->rows[0] == table->rows[1] &&
			       memcmp(table->sha256[0], table->sha256[1], HASH_SHA256) == 0;
		*equal &= table->equal;
	}
	return true;
}

static bool differs(struct err *err)
{
	err_set(err, ERR_CONFLICT, "what arrived is not what is here: see the tables that differ");
	return err_fix(err, "backup-differs", "let no server run on the source, and begin again with an empty database");
}

static bool move_all(struct move *move, const struct backup_table **tables, size_t *count)
{
	size_t all = store_table_count();
	struct backup_table *compared = ARENA_ARRAY(move->arena, struct backup_table, all);
	bool equal;

	for (size_t i = 0; i < all; i++)
		if (!table_copy(move, store_table_name(i)))
			return false;
	if (FAULT("migrate.copied"))
		return err_set(move->err, ERR_INTERNAL, "migrate: fault injected");
	if (!compare(move, compared, all, &equal))
		return false;
	*tables = compared;
	*count = all;
	return equal ? store_fill_end(move->to, move->err) : differs(move->err);
}

bool backup_move(struct store *from, const char *url, const char *password, struct arena *arena,
		 const struct backup_watch *watch, const struct backup_table **tables, size_t *count, struct err *err)
{
	CLEANUP(store_end) struct store_txn *source = NULL;
	struct move move = {.from = from, .arena = arena, .watch = watch, .err = err};
	struct store_options filling = {.fill_schema = store_schema_version(from), .password = password};
	struct str instance;
	bool ok;

	*count = 0;
	if (!store_read(from, &source, err) || !store_instance(source, arena, &instance, err))
		return false;
	move.source = source;
	filling.fill_source = arena_format(arena, "inventory %.*s", STR_ARG(instance)).data;
	if (!store_open(url, &filling, &move.to, err))
		return false;
	ok = move_all(&move, tables, count);
	store_close(move.to);
	return ok;
}
