/* SPDX-License-Identifier: Apache-2.0 */

/* Backups and moves: what comes out at the other end is the same rows, whatever happened on the way. */

#include <fcntl.h>

#include "base/file.h"
#include "records/backup.h"
#include "records/backup/frames.h"
#include "records/store/tables.h"
#include "records/store_fixture.h"

#define CERTIFICATES 60

/* Something in many tables: odd texts, NULLs, numbers of all sizes. */
static void fill(struct fixture *f)
{
	struct store_txn *txn = writing(f);
	int64_t scan = add_scan(f, txn), user, lineage, job;
	bool fresh, made;

	for (int i = 0; i < CERTIFICATES; i++) {
		struct str name = arena_format(f->arena, "%c%s%d.example", i % 2 ? 'a' : 'Z', i % 3 ? "\xc3\xa4" : "_%", i);
		int64_t leaf = add_certificate(f, txn, name.data, i);
		struct store_seen seen = seen_at(scan, i, name.data, &leaf, 1);

		seen.detail = i % 2 ? STR("tab\there, line\nhere, quote ' here") : (struct str){NULL, 0};
		OK(f, store_see(txn, &seen, &fresh, &f->err));
		if (i % 4 == 0)
			OK(f, store_lineage_adopt(txn, leaf, false, NOW, &lineage, &made, &f->err));
	}
	OK(f, store_user_add(txn, STR("Kept"), MODEL_ROLE_ADMIN, STR("hash"), NOW, &user, &f->err));
	OK(f, store_job_add(txn, STR("scan"), scan, NOW, NOW, &job, &f->err));
	OK(f, store_setting_put(txn, STR("empty"), bytes_of("", 0), &f->err));
	OK(f, store_setting_put(txn, STR("bytes"), bytes_of("\0\xff\n", 3), &f->err));
	OK(f, store_answer_put(txn, STR("1/key"), (const uint8_t[HASH_SHA256]){1}, 202, STR("{}"), NOW, &f->err));
	note(f, txn);
	OK(f, store_commit(&txn, &f->err));
}

static int file_open(char path[64])
{
	int fd;

	snprintf(path, 64, "/tmp/keepvalid-backup-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	return fd;
}

static struct bytes backup_of(struct fixture *f, struct store *store, struct backup_facts *facts)
{
	struct bytes content;
	char path[64];
	int fd = file_open(path);

	OK(f, backup_write(store, fd, NOW, NULL, facts, &f->err));
	close(fd);
	OK(f, file_read(f->arena, path, 1 << 26, &content, &f->err));
	unlink(path);
	assert_int_equal(content.len, facts->bytes);
	return content;
}

static bool restore(struct bytes content, const char *url, struct err *err)
{
	struct backup_facts facts;
	char path[64];
	int fd = file_open(path);
	bool ok;

	assert_int_equal(write(fd, content.data, content.len), content.len);
	ok = backup_check(fd, &facts, err) && backup_restore(fd, &facts, url, NULL, NULL, err);
	close(fd);
	unlink(path);
	return ok;
}

/* The other end, on each of the two kinds. */
static void there_make(struct place *place, int kind)
{
	if (kind == 0)
		place_make_file(place);
	else
		place_make(place);
}

TEST(every_table_of_the_schema_is_moved)
{
	struct fixture f;
	struct store_txn *txn;
	struct db_rows rows;
	size_t found = 0, known = store_table_count();
	const struct store_table *table;

	fixture_start(&f);
	txn = reading(&f);
	OK(&f, db_rows(txn, txn->db->driver->tables, NULL, &rows, &f.err));
	for (; db_next(&rows); found++) {
		struct str name = db_text_here(&rows, 0);
		size_t at = 0;

		while (at < known && !str_is(name, store_table_name(at)))
			at++;
		if (at == known)
			fail_msg("table %.*s is not in TABLES_ALL of records/store/tables.h", STR_ARG(name));
	}
	OK(&f, db_rows_end(&rows, &f.err));
	assert_int_equal(found, known);
	for (size_t i = 0; i < known; i++)
		OK(&f, store_table(txn, f.arena, str_of(store_table_name(i)), &table, &f.err));
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

static size_t place_of(struct str name)
{
	for (size_t i = 0; i < store_table_count(); i++)
		if (str_is(name, store_table_name(i)))
			return i;
	return SIZE_MAX;
}

TEST(tables_come_after_those_they_refer_to)
{
	struct fixture f;
	struct store_txn *txn;
	struct db_rows rows;

	fixture_start(&f);
	if (place_is_file(&f.place)) { /* the schema is one text */
		txn = reading(&f);
		OK(&f, db_rows(txn,
			       "SELECT t.name, k.\"table\" FROM sqlite_master t, pragma_foreign_key_list(t.name) k "
			       "WHERE t.type = 'table'",
			       NULL, &rows, &f.err));
		while (db_next(&rows))
			if (place_of(db_text_here(&rows, 0)) <= place_of(db_text_here(&rows, 1)))
				fail_msg("%.*s stands before what it refers to", STR_ARG(db_text_here(&rows, 0)));
		OK(&f, db_rows_end(&rows, &f.err));
		store_end(&txn);
	}
	fixture_end(&f);
	(void)state;
}

TEST(what_is_restored_is_what_was_there)
{
	for (int kind = 0; kind < 2; kind++) {
		struct fixture f;
		struct place there;
		struct store *other;
		struct store_txn *txn = NULL;
		struct audit_state audit;
		struct backup_facts facts, again;
		struct bytes content;

		fixture_start(&f);
		fill(&f);
		content = backup_of(&f, f.store, &facts);
		assert_true(facts.rows > 5 * CERTIFICATES);
		there_make(&there, kind);
		OK(&f, restore(content, there.url, &f.err));
		OK(&f, store_open(there.url, NULL, &other, &f.err));
		assert_true(bytes_equal(backup_of(&f, other, &again), content));
		OK(&f, store_read(other, &txn, &f.err));
		OK(&f, audit_verify(txn, &audit, &f.err));
		store_end(&txn);
		store_close(other);
		assert_false(restore(content, there.url, &f.err));
		assert_string_equal(f.err.code, "store-not-empty");
		place_remove(&there);
		fixture_end(&f);
	}
	(void)state;
}

TEST(a_backup_that_is_not_whole_changes_nothing)
{
	struct fixture f;
	struct place there;
	struct backup_facts facts;
	struct bytes content;
	uint8_t *copy;

	fixture_start(&f);
	fill(&f);
	content = backup_of(&f, f.store, &facts);
	copy = arena_alloc(f.arena, content.len + 1);
	place_make_file(&there);
	for (size_t len = 0; len < content.len; len += 1 + content.len / 61) {
		assert_false(restore(bytes_of(content.data, len), there.url, &f.err));
		assert_string_equal(f.err.code, "backup-damaged");
	}
	for (size_t at = 0; at < content.len; at += 1 + content.len / 211) {
		memcpy(copy, content.data, content.len);
		copy[at] ^= 0x11;
		assert_false(restore(bytes_of(copy, content.len), there.url, &f.err));
	}
	memcpy(copy, content.data, content.len);
	copy[content.len] = 'x';
	assert_false(restore(bytes_of(copy, content.len + 1), there.url, &f.err));
	assert_int_not_equal(access(there.url, F_OK), 0);
	place_remove(&there);
	fixture_end(&f);
	(void)state;
}

/* A file that is whole, and says of itself what a program of the future would. */
TEST(a_backup_of_a_newer_schema_is_refused)
{
	static const char head[] = "{\"format\":1,\"schema\":9999,\"instance\":\"x\",\"made_at\":0}";
	struct frames frames;
	struct backup_facts facts;
	struct err err = {0};
	char path[64];
	int fd = file_open(path);

	frames_start(&frames, fd);
	assert_true(frames_begin_writing(&frames, &err));
	assert_true(frame_write(&frames, FRAME_HEAD, bytes_from(str_of(head)), &err));
	assert_true(frames_end_writing(&frames, &err));
	frames_done(&frames);
	assert_false(backup_check(fd, &facts, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_string_equal(err.code, "backup-newer");
	close(fd);
	unlink(path);
	(void)state;
}

struct stopper {
	int after, told;
};

static bool stop_after(void *data, const char *table, int64_t rows_of_table, int64_t rows)
{
	struct stopper *stopper = data;

	(void)table;
	(void)rows_of_table;
	(void)rows;
	return ++stopper->told < stopper->after;
}

TEST(a_move_that_was_stopped_anywhere_goes_on)
{
	for (int kind = 0; kind < 2; kind++) {
		struct fixture f;
		struct place there;
		struct store *other;
		struct backup_facts facts;
		const struct backup_table *tables;
		size_t count = 0, runs = 0;
		struct bytes content;
		bool ok = false;

		fixture_start(&f);
		fill(&f);
		content = backup_of(&f, f.store, &facts);
		there_make(&there, kind);
		/* a little further each time */
		for (int after = 1; !ok; after += 1 + after / 2, runs++) {
			struct stopper stopper = {.after = after};
			struct backup_watch watch = {stop_after, &stopper};

			ok = backup_move(f.store, there.url, NULL, f.arena, &watch, &tables, &count, &f.err);
			if (ok)
				break;
			assert_string_equal(f.err.code, "stopped");
			assert_false(store_open(there.url, NULL, &other, &f.err));
			assert_string_equal(f.err.code, "store-unfinished");
		}
		assert_true(runs > 5);
		assert_int_equal(count, store_table_count());
		for (size_t i = 0; i < count; i++)
			assert_true(tables[i].equal && tables[i].rows[0] == tables[i].rows[1]);
		OK(&f, store_open(there.url, NULL, &other, &f.err));
		assert_true(bytes_equal(backup_of(&f, other, &facts), content));
		store_close(other);
		assert_false(backup_move(f.store, there.url, NULL, f.arena, NULL, &tables, &count, &f.err));
		assert_string_equal(f.err.code, "store-not-empty");
		place_remove(&there);
		fixture_end(&f);
	}
	(void)state;
}

TEST(what_changed_meanwhile_is_found_when_the_two_are_compared)
{
	struct fixture f;
	struct place there;
	struct stopper stopper = {.after = 20};
	struct backup_watch watch = {stop_after, &stopper};
	const struct backup_table *tables;
	struct store *other;
	size_t count, different = 0;

	fixture_start(&f);
	fill(&f);
	place_make(&there);
	assert_false(backup_move(f.store, there.url, NULL, f.arena, &watch, &tables, &count, &f.err));
	assert_string_equal(f.err.code, "stopped");
	place_sql(&f.place, "UPDATE settings SET value = (SELECT value FROM settings WHERE key = 'bytes') WHERE key = 'empty'");
	assert_false(backup_move(f.store, there.url, NULL, f.arena, NULL, &tables, &count, &f.err));
	assert_string_equal(f.err.code, "backup-differs");
	for (size_t i = 0; i < count; i++)
		if (!tables[i].equal) {
			assert_string_equal(tables[i].name, "settings");
			different++;
		}
	assert_int_equal(different, 1);
	assert_false(store_open(there.url, NULL, &other, &f.err));
	assert_string_equal(f.err.code, "store-unfinished");
	place_remove(&there);
	fixture_end(&f);
	(void)state;
}

TEST(a_backup_is_of_one_moment_while_others_write)
{
	struct fixture f;
	struct backup_facts before, after;
	struct store_txn *txn;
	struct bytes content;

	fixture_start(&f);
	fill(&f);
	txn = writing(&f);
	note(&f, txn);
	content = backup_of(&f, f.store, &before); /* what is not committed is not in it */
	OK(&f, store_commit(&txn, &f.err));
	assert_false(bytes_equal(backup_of(&f, f.store, &after), content));
	assert_int_equal(after.rows, before.rows + 1);
	fixture_end(&f);
	(void)state;
}

TESTS(RUN(every_table_of_the_schema_is_moved), RUN(tables_come_after_those_they_refer_to),
      RUN(what_is_restored_is_what_was_there), RUN(a_backup_that_is_not_whole_changes_nothing),
      RUN(a_backup_of_a_newer_schema_is_refused), RUN(a_move_that_was_stopped_anywhere_goes_on),
      RUN(what_changed_meanwhile_is_found_when_the_two_are_compared), RUN(a_backup_is_of_one_moment_while_others_write))
