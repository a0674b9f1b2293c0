/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Reading a backup, twice: once whole, to know that it is as it was written; then again, into a database.
 *
 * One walk serves both. Every table's rows are counted and hashed on the way.
 */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/hex.h"
#include "base/json.h"
#include "records/backup/frames.h"
#include "records/backup/room.h"

#define NAME_BYTES 64

struct walk {
	struct frames frames;
	struct backup_facts facts;
	bool head;           /* it was there */
	char table[NAME_BYTES]; /* open now; empty: none */
	struct hash_run *hash;
	int64_t table_rows;
	struct err *err;

	/* for the second time */
	struct store *into;
	struct arena *arena; /* of the table */
	const struct store_table *shape;
	struct buf there; /* the last row that the database has already; empty: none, or it was passed */
	const struct backup_watch *watch;
};

static void walk_done(struct walk *walk)
{
	uint8_t unused[HASH_SHA256];

	if (walk->hash)
		hash_run_end(walk->hash, unused);
	frames_done(&walk->frames);
	buf_done(&walk->there);
	arena_free(walk->arena);
}

static bool head_read(struct walk *walk, const struct json_value *json)
{
	struct str instance = json_in_str(json_in_get(json, "instance"), STR(""));

	if (walk->head)
		return frames_damaged(walk->err, "has two heads");
	walk->head = true;
	walk->facts.schema = json_in_int(json_in_get(json, "schema"), 0);
	walk->facts.made_at = json_in_int(json_in_get(json, "made_at"), 0);
	snprintf(walk->facts.instance, sizeof walk->facts.instance, "%.*s", STR_ARG(instance));
	if (json_in_int(json_in_get(json, "format"), 0) > BACKUP_FORMAT || walk->facts.schema > store_schema_newest()) {
		err_set(walk->err, ERR_CONFLICT, "the backup has schema %lld, this program knows only up to %lld",
			(long long)walk->facts.schema, (long long)store_schema_newest());
		return err_fix(walk->err, "backup-newer", "restore it with the newer keepvalid that wrote it");
	}
	return walk->facts.schema > 0 || frames_damaged(walk->err, "does not say of which schema it is");
}

/* What the database has of it already. */
static bool table_open(struct walk *walk, struct str columns)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	arena_reset(walk->arena);
	buf_clear(&walk->there);
	if (!store_read(walk->into, &txn, walk->err) ||
	    !store_table(txn, walk->arena, str_of(walk->table), &walk->shape, walk->err) ||
	    !store_table_last(txn, walk->shape, &walk->there, walk->err))
		return false;
	return str_equal(columns, store_table_columns(walk->shape)) ||
	       frames_damaged(walk->err, "has a table with other columns than its schema");
}

static bool table_begin(struct walk *walk, const struct json_value *json)
{
	struct str name = json_in_str(json_in_get(json, "name"), STR("")),
		   columns = json_in_str(json_in_get(json, "columns"), STR(""));

	if (!walk->head || walk->table[0] || !name.len || name.len >= sizeof walk->table)
		return frames_damaged(walk->err, "has a table where none can be");
	snprintf(walk->table, sizeof walk->table, "%.*s", STR_ARG(name));
	walk->hash = hash_run_new();
	walk->table_rows = 0;
	return !walk->into || table_open(walk, columns);
}

static bool table_end(struct walk *walk, const struct json_value *json)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	uint8_t sha256[HASH_SHA256];

	if (!walk->table[0])
		return frames_damaged(walk->err, "ends a table where none is");
	walk->table[0] = 0;
	hash_run_end(walk->hash, sha256);
	walk->hash = NULL;
	if (walk->into && walk->there.len) {
		err_set(walk->err, ERR_CONFLICT, "the database has rows that are not of this backup");
		return err_fix(walk->err, "store-not-empty", "name an empty database");
	}
	return str_equal(json_in_str(json_in_get(json, "sha256"), STR("")), hex_str(arena, bytes_of(sha256, HASH_SHA256))) ||
	       frames_damaged(walk->err, "has a table whose checksum is another");
}

static bool rows_put(struct walk *walk, struct bytes rows)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	if (!store_write(walk->into, &txn, walk->err) || !store_table_write(txn, walk->shape, rows, walk->err) ||
	    !store_commit(&txn, walk->err))
		return false;
	return !FAULT("restore.batch") || err_set(walk->err, ERR_INTERNAL, "restore: fault injected");
}

static bool rows_take(struct walk *walk, struct bytes content)
{
	struct bytes rows = content, last;
	uint32_t at;

	if (!walk->table[0] || !bytes_take_u32(&rows, &at) || at < 4 || at >= content.len)
		return frames_damaged(walk->err, "has rows where none can be");
	hash_run_add(walk->hash, rows);
	if (!walk->into)
		return true;
	last = bytes_of(content.data + at, content.len - at);
	if (walk->there.len) { /* a batch is there whole or not at all */
		if (bytes_equal(last, buf_bytes(&walk->there)))
			buf_clear(&walk->there);
		return true;
	}
	return rows_put(walk, rows) && backup_tell(walk->watch, walk->table, -1, walk->frames.bytes, walk->err);
}

static bool frame_take(struct walk *walk, enum frame_kind kind, struct bytes content)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	const struct json_value *json;

	if (kind == FRAME_ROWS)
		return rows_take(walk, content);
	if (kind == FRAME_END)
		return (walk->head && !walk->table[0]) || frames_damaged(walk->err, "ends in the middle of a table");
	if (!json_doc_read(str_from(content), &doc, NULL))
		return frames_damaged(walk->err, "has a frame that cannot be read");
	json = json_doc_root(doc);
	switch (kind) {
	case FRAME_HEAD:
		return head_read(walk, json);
	case FRAME_TABLE:
		return table_begin(walk, json);
	case FRAME_TABLE_END:
		walk->facts.rows += json_in_int(json_in_get(json, "rows"), 0);
		return table_end(walk, json);
	default:
		return frames_damaged(walk->err, "has a frame of an unknown kind");
	}
}

static bool walk_all(struct walk *walk)
{
	enum frame_kind kind = FRAME_HEAD;
	struct bytes content;

	if (!frames_begin_reading(&walk->frames, walk->err))
		return false;
	while (kind != FRAME_END)
		if (!frame_read(&walk->frames, &kind, &content, walk->err) || !frame_take(walk, kind, content))
			return false;
	walk->facts.bytes = walk->frames.bytes;
	memcpy(walk->facts.sha256, walk->frames.sha256, HASH_SHA256);
	return true;
}

static void walk_start(struct walk *walk, int fd, struct err *err)
{
	*walk = (struct walk){.arena = arena_new(), .there = buf_capped(FRAME_BYTES), .err = err};
	frames_start(&walk->frames, fd);
}

bool backup_check(int fd, struct backup_facts *out, struct err *err)
{
	CLEANUP(walk_done) struct walk walk;

	walk_start(&walk, fd, err);
	if (!walk_all(&walk))
		return false;
	*out = walk.facts;
	return true;
}

/* It becomes a database like any other, of the newest schema. */
static bool finish(struct store *into, const char *url, const char *password, struct err *err)
{
	struct store_options usual = {.password = password};
	struct store *store = NULL;
	bool ok = store_fill_end(into, err);

	store_close(into);
	if (!ok || !store_open(url, &usual, &store, err))
		return false;
	store_close(store);
	return true;
}

bool backup_restore(int fd, const struct backup_facts *facts, const char *url, const char *password,
		    const struct backup_watch *watch, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(walk_done) struct walk walk;
	struct store_options filling = {
		.fill_schema = facts->schema,
		.fill_source = arena_format(arena, "backup %.*s",
					    STR_ARG(hex_str(arena, bytes_of(facts->sha256, HASH_SHA256)))).data,
		.password = password,
	};

	walk_start(&walk, fd, err);
	walk.watch = watch;
	if (!store_open(url, &filling, &walk.into, err))
		return false;
	if (!walk_all(&walk)) {
		store_close(walk.into);
		return false;
	}
	return finish(walk.into, url, password, err);
}
