/* SPDX-License-Identifier: Apache-2.0 */

/* Writing a backup: one reading transaction, all tables, batch by batch. */

#include "records/backup.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "records/backup/frames.h"
#include "records/backup/room.h"

struct writing {
	struct store_txn *txn;
	struct frames *frames;
	struct arena *arena;
	const struct backup_watch *watch;
	int64_t rows;
	struct err *err;
};

static bool frame_json(struct writing *to, enum frame_kind kind, struct buf *text)
{
	return frame_write(to->frames, kind, buf_bytes(text), to->err);
}

static bool head_write(struct writing *to, const struct backup_facts *facts)
{
	CLEANUP(buf_done) struct buf text = buf_capped(4096);
	struct json_out json = json_out_start(&text);

	json_out_object(&json);
	json_out_key_int(&json, "format", BACKUP_FORMAT);
	json_out_key_int(&json, "schema", facts->schema);
	json_out_key_text(&json, "instance", facts->instance);
	json_out_key_int(&json, "made_at", facts->made_at);
	json_out_key_text(&json, "program", KEEPVALID_VERSION);
	json_out_end_object(&json);
	return frame_json(to, FRAME_HEAD, &text);
}

static bool table_begin(struct writing *to, const char *name, const struct store_table *table)
{
	CLEANUP(buf_done) struct buf text = buf_capped(65536);
	struct json_out json = json_out_start(&text);

	json_out_object(&json);
	json_out_key_text(&json, "name", name);
	json_out_key_str(&json, "columns", store_table_columns(table));
	json_out_end_object(&json);
	return frame_json(to, FRAME_TABLE, &text);
}

static bool table_end(struct writing *to, int64_t rows, const uint8_t hash[HASH_SHA256])
{
	CLEANUP(buf_done) struct buf text = buf_capped(4096);
	struct json_out json = json_out_start(&text);

	json_out_object(&json);
	json_out_key_int(&json, "rows", rows);
	json_out_key_hex(&json, "sha256", bytes_of(hash, HASH_SHA256));
	json_out_end_object(&json);
	return frame_json(to, FRAME_TABLE_END, &text);
}

bool backup_tell(const struct backup_watch *watch, const char *table, int64_t rows_of_table, int64_t rows, struct err *err)
{
	if (!watch || watch->tell(watch->data, table, rows_of_table, rows))
		return true;
	err_set(err, ERR_LATER, "it was stopped");
	return err_fix(err, "stopped", "begin it again");
}

/* Rows, and before them where the last of them begins, so that a reader can compare it with what it has. */
static bool rows_write(struct writing *to, const char *name, const struct store_table *table)
{
	CLEANUP(buf_done) struct buf batch = buf_capped(FRAME_BYTES), before = buf_capped(FRAME_BYTES);
	struct hash_run *hash = hash_run_new();
	uint8_t sha256[HASH_SHA256];
	struct bytes after = {NULL, 0}, last;
	int64_t rows = 0;
	size_t count = 1;
	bool ok = true;

	while (ok && count) {
		buf_clear(&batch);
		buf_add_u32(&batch, 0);
		ok = store_table_read(to->txn, table, after, BACKUP_BATCH_BYTES, &batch, &count, &last, to->err);
		if (!ok || !count)
			break;
		hash_run_add(hash, bytes_of(batch.data + 4, batch.len - 4));
		for (int i = 0; i < 4; i++)
			batch.data[i] = (char)((uint32_t)(last.data - (const uint8_t *)batch.data) >> (24 - 8 * i));
		rows += (int64_t)count;
		to->rows += (int64_t)count;
		ok = frame_write(to->frames, FRAME_ROWS, buf_bytes(&batch), to->err) &&
		     backup_tell(to->watch, name, rows, to->rows, to->err);
		buf_clear(&before);
		buf_add_bytes(&before, last);
		after = buf_bytes(&before);
	}
	hash_run_end(hash, sha256);
	return ok && table_end(to, rows, sha256);
}

static bool table_write(struct writing *to, const char *name)
{
	const struct store_table *table;

	return store_table(to->txn, to->arena, str_of(name), &table, to->err) && table_begin(to, name, table) &&
	       rows_write(to, name, table);
}

bool backup_write(struct store *store, int fd, int64_t now, const struct backup_watch *watch, struct backup_facts *out,
		  struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(frames_done) struct frames frames;
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct backup_facts facts = {.schema = store_schema_version(store), .made_at = now};
	struct writing to = {.frames = &frames, .arena = arena, .watch = watch, .err = err};
	struct str instance;

	frames_start(&frames, fd);
	if (!store_read(store, &txn, err) || !store_instance(txn, arena, &instance, err))
		return false;
	to.txn = txn;
	snprintf(facts.instance, sizeof facts.instance, "%.*s", STR_ARG(instance));
	if (!frames_begin_writing(&frames, err) || !head_write(&to, &facts))
		return false;
	for (size_t i = 0; i < store_table_count(); i++)
		if (!table_write(&to, store_table_name(i)))
			return false;
	if (!frames_end_writing(&frames, err))
		return false;
	facts.rows = to.rows;
	facts.bytes = frames.bytes;
	memcpy(facts.sha256, frames.sha256, HASH_SHA256);
	*out = facts;
	return true;
}
