/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Migrations: numbered files that the binary carries (schema/NNNN-name.sql), each applied once, in order, all within the
 * transaction that opens the store: a crash leaves the old version whole. A database that is newer than this
 * program is refused before anything is written.
 */

#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "facts/hash.h"
#include "records/store/db.h"

#define SCHEMA_BYTES (1 << 20)

static const char VERSIONS_TABLE[] = "CREATE TABLE schema_versions (version @BIGINT@ PRIMARY KEY, name TEXT NOT NULL, "
				     "sha256 TEXT NOT NULL, applied_at @BIGINT@ NOT NULL)";
static const char VERSION_NEWEST[] = "SELECT MAX(version) FROM schema_versions";
static const char VERSION_ADD[] = "INSERT INTO schema_versions (version, name, sha256, applied_at) "
				  "VALUES ($1, $2, $3, $4)";

struct migration {
	int64_t version;
	struct str name; /* "0001-first.sql" */
	struct str text;
};

/* The next schema file of the assets, which are sorted. */
static bool migration_next(size_t *at, struct migration *out)
{
	struct str path;
	struct bytes content;

	while (asset_next(at, &path, &content)) {
		uint64_t number;

		if (!str_starts(path, STR("schema/")) || !str_ends(path, STR(".sql")))
			continue;
		out->name = str_skip(path, 7);
		if (!str_to_u64(str_head(out->name, 4), 9999, &number))
			continue;
		out->version = (int64_t)number;
		out->text = str_from(content);
		return true;
	}
	return false;
}

int64_t store_schema_newest(void)
{
	struct migration migration;
	size_t at = 0;
	int64_t newest = 0;

	while (migration_next(&at, &migration))
		newest = migration.version;
	return newest;
}

/* Puts the driver's words in place of @WORD@. */
static bool schema_spell(const struct driver *driver, struct str text, struct buf *out, struct err *err)
{
	struct str piece;
	bool inside = false;

	for (; str_split(&text, '@', &piece); inside = !inside) {
		if (!inside && driver->schema_text)
			driver->schema_text(piece, out);
		else if (!inside)
			buf_add_str(out, piece);
		else if (piece.len && !driver->schema_word(piece, out))
			return err_set(err, ERR_INTERNAL, "schema: no word @%.*s@", STR_ARG(piece));
	}
	return buf_ok(out) || err_set(err, ERR_INTERNAL, "schema: file too long");
}

static bool run_spelt(struct store_txn *txn, struct str text, struct err *err)
{
	CLEANUP(buf_done) struct buf sql = buf_capped(SCHEMA_BYTES);

	return schema_spell(txn->db->driver, text, &sql, err) &&
	       txn->db->driver->script(txn->db->conn, sql.data, err);
}

static bool apply(struct store_txn *txn, const struct migration *migration, int64_t now, struct err *err)
{
	CLEANUP(buf_done) struct buf hex = buf_capped(2 * HASH_SHA256);
	uint8_t hash[HASH_SHA256];

	hash_sha256(bytes_from(migration->text), hash);
	for (size_t i = 0; i < sizeof hash; i++)
		buf_addf(&hex, "%02x", hash[i]);
	return run_spelt(txn, migration->text, err) &&
	       db_run(txn, VERSION_ADD,
		      VALUES(V(migration->version), V(migration->name), V(buf_str(&hex)), V(now)), err);
}

bool store_version_read(struct store_txn *txn, int64_t *version, struct err *err)
{
	int64_t there;

	if (!db_number(txn, txn->db->driver->has_table, VALUES(V(STR("schema_versions"))), 0, &there, err))
		return false;
	*version = 0;
	return !there || db_number(txn, VERSION_NEWEST, NULL, 0, version, err);
}

static bool version_known(int64_t version, struct err *err)
{
	if (version <= store_schema_newest())
		return true;
	err_set(err, ERR_CONFLICT, "the database has schema %lld, this program knows only up to %lld: nothing was changed",
		(long long)version, (long long)store_schema_newest());
	return err_fix(err, "store-newer", "start the newer keepvalid that wrote it, or restore an older backup");
}

bool store_version_is_newest(struct store_txn *txn, int64_t *version, struct err *err)
{
	if (!store_version_read(txn, version, err) || !version_known(*version, err))
		return false;
	if (*version == store_schema_newest())
		return true;
	err_set(err, ERR_CONFLICT, "the database has %s (%lld, this program's is %lld)",
		*version ? "an older schema" : "no schema yet", (long long)*version, (long long)store_schema_newest());
	return err_fix(err, "store-older", "start the server on it once: that brings it up to date");
}

bool store_migrate(struct store_txn *txn, int64_t now, int64_t *version, struct err *err)
{
	return store_migrate_to(txn, INT64_MAX, now, version, err);
}

bool store_migrate_to(struct store_txn *txn, int64_t last, int64_t now, int64_t *version, struct err *err)
{
	struct migration migration;
	size_t at = 0;

	if (!store_version_read(txn, version, err) || !version_known(*version, err))
		return false;
	if (*version == 0 && !run_spelt(txn, str_of(VERSIONS_TABLE), err))
		return false;
	while (migration_next(&at, &migration)) {
		if (migration.version <= *version || migration.version > last)
			continue;
		if (!apply(txn, &migration, now, err))
			return err_wrap(err, "migrate to %.*s", STR_ARG(migration.name));
		*version = migration.version;
	}
	return *version > 0 || err_set(err, ERR_INTERNAL, "this program carries no schema");
}
