/* SPDX-License-Identifier: Apache-2.0 */

/*
 * An empty database that is filled from somewhere else, in as many runs as it takes.
 *
 * The table `filling` stands in it from the transaction that made the schema until all is there: no server serves from such a
 * database, and who fills it knows its own by the source that the table names.
 */

#include "base/arena.h"
#include "records/store/db.h"

static const char TABLE_MAKE[] = "CREATE TABLE filling (source TEXT PRIMARY KEY)";
static const char TABLE_DROP[] = "DROP TABLE filling";
static const char SOURCE_PUT[] = ROUTINE "INSERT INTO filling (source) VALUES ($1)";
static const char SOURCE[] = "SELECT source FROM filling";

static bool stands_there(struct store_txn *txn, bool *stands, struct err *err)
{
	int64_t there;

	if (!db_number(txn, txn->db->driver->has_table, VALUES(V(STR("filling"))), 0, &there, err))
		return false;
	*stands = there != 0;
	return true;
}

bool store_fill_refuse(struct store_txn *txn, struct err *err)
{
	bool stands;

	if (!stands_there(txn, &stands, err))
		return false;
	if (!stands)
		return true;
	err_set(err, ERR_CONFLICT, "the database is half filled: what was moving into it has not ended");
	return err_fix(err, "store-unfinished", "run the same `keepvalid migrate` or `keepvalid restore` again: it goes on");
}

static bool script(struct store_txn *txn, const char *sql, struct err *err)
{
	return !sql || txn->db->driver->script(txn->db->conn, sql, err);
}

static bool begin(struct store_txn *txn, const struct store_options *options, int64_t now, int64_t *version,
		  struct err *err)
{
	return store_migrate_to(txn, options->fill_schema, now, version, err) && script(txn, TABLE_MAKE, err) &&
	       db_run(txn, SOURCE_PUT, VALUES(V(str_of(options->fill_source))), err) &&
	       script(txn, txn->db->driver->fill_begin, err);
}

/* The same source, and the same schema. */
static bool go_on(struct store_txn *txn, const struct store_options *options, int64_t version, struct err *err)
{
	struct db_rows rows;
	bool same;

	if (!db_rows(txn, SOURCE, NULL, &rows, err))
		return false;
	same = db_next(&rows) && str_is(db_text_here(&rows, 0), options->fill_source);
	if (!db_rows_end(&rows, err))
		return false;
	if (same && version == options->fill_schema)
		return true;
	err_set(err, ERR_CONFLICT, "the database is being filled from something else");
	return err_fix(err, "store-not-empty", "name an empty database");
}

bool store_fill_start(struct store_txn *txn, const struct store_options *options, int64_t now, int64_t *version,
		      struct err *err)
{
	bool stands;

	if (!store_version_read(txn, version, err) || !stands_there(txn, &stands, err))
		return false;
	if (stands)
		return go_on(txn, options, *version, err);
	if (*version == 0)
		return begin(txn, options, now, version, err);
	err_set(err, ERR_CONFLICT, "the database is not empty: it has a schema");
	return err_fix(err, "store-not-empty", "name an empty database; nothing was changed in this one");
}

bool store_fill_end(struct store *store, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	if (!store_write(store, &txn, err) || !script(txn, txn->db->driver->fill_end, err) ||
	    !script(txn, TABLE_DROP, err))
		return err_wrap(err, "end the filling");
	return store_commit(&txn, err);
}
