/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Opening, transactions and the pool of reading connections: see the door.
 *
 * Writers take turns on one connection under a mutex; readers take a connection from the pool and wait for one when all
 * are out.
 */

#include "records/store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/hex.h"
#include "base/memory.h"
#include "base/secret.h"
#include "records/store/db.h"

#define READERS_USUAL 8
#define BUSY_USUAL_MS 5000

#define INSTANCE STR("instance")

struct store {
	const struct driver *driver;
	struct db_where where; /* its texts are ours */
	int64_t version;

	pthread_mutex_t write_turn;
	struct db *writer;

	pthread_mutex_t pool_lock;
	pthread_cond_t pool_freed;
	struct db *pool;
	uint32_t readers_out, readers_made, readers_max;

	_Atomic int64_t last_id;
};

static const char LARGEST_ID[] = "SELECT MAX(id) FROM (SELECT MAX(id) AS id FROM certificates UNION ALL SELECT MAX(id) "
				 "FROM scans UNION ALL SELECT MAX(id) FROM jobs UNION ALL SELECT MAX(id) FROM "
				 "sightings UNION ALL SELECT MAX(id) FROM sessions UNION ALL SELECT MAX(id) FROM "
				 "changes UNION ALL SELECT MAX(id) FROM source_runs) x";

int64_t store_new_id(struct store *store)
{
	int64_t last = atomic_load(&store->last_id), next;

	/* milliseconds in the upper bits; a clock that stands or runs back only counts on */
	do {
		next = (int64_t)((uint64_t)clock_now_ms() << 20);
		if (next <= last)
			next = last + 1;
	} while (!atomic_compare_exchange_weak(&store->last_id, &last, next));
	return next;
}

/* Made with the inventory; it moves with it. */
static bool instance_make(struct store_txn *txn, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(secret_done) struct secret chance = secret_random(16);
	struct err why = {0};
	struct bytes there;

	if (store_setting(txn, arena, INSTANCE, &there, &why))
		return true;
	if (why.kind != ERR_ABSENT) {
		*err = why;
		return false;
	}
	return store_setting_put(txn, INSTANCE, bytes_from(hex_str(arena, secret_reveal(&chance))), err);
}

bool store_instance(struct store_txn *txn, struct arena *arena, struct str *out, struct err *err)
{
	struct bytes value;

	if (!store_setting(txn, arena, INSTANCE, &value, err))
		return false;
	*out = str_from(value);
	return true;
}

static bool schema_ready(struct store *store, struct store_txn *txn, const struct store_options *options, struct err *err)
{
	int64_t largest, now = clock_now_s();

	if (options->fill_schema > 0)
		return store_fill_start(txn, options, now, &store->version, err);
	if (!store_fill_refuse(txn, err) || !store_migrate(txn, now, &store->version, err) || !instance_make(txn, err) ||
	    !db_number(txn, LARGEST_ID, NULL, 0, &largest, err))
		return false;
	atomic_store(&store->last_id, largest);
	return true;
}

static bool writer_ready(struct store *store, const struct store_options *options, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	if (!store_write(store, &txn, err) || !schema_ready(store, txn, options, err))
		return false;
	txn->audited = true; /* migrations write themselves down */
	return store_commit(&txn, err);
}

/* Nothing is made: not even the connection that writes. */
static bool reader_ready(struct store *store, struct err *err)
{
	struct store_txn *txn;
	bool ok;

	if (!store_read(store, &txn, err))
		return false;
	ok = store_fill_refuse(txn, err) && store_version_is_newest(txn, &store->version, err);
	store_end(&txn);
	return ok;
}

static bool store_ready(struct store *store, const struct store_options *options, struct err *err)
{
	if (options->as_it_is)
		return reader_ready(store, err);
	return db_open(store->driver, &store->where, true, &store->writer, err) && writer_ready(store, options, err);
}

static const struct driver *driver_for(const char *url)
{
	static const struct driver *const drivers[] = {
#define X(name) &driver_##name,
		DRIVERS_ALL(X)
#undef X
	};

	for (size_t i = 0; i < COUNT_OF(drivers); i++)
		if (drivers[i]->takes(str_of(url)))
			return drivers[i];
	return NULL;
}

static bool url_driver(const char *url, const struct driver **out, struct err *err)
{
	*out = driver_for(url);
	if (*out)
		return !(*out)->check || (*out)->check(url, err);
	err_set(err, ERR_INPUT, "no database engine is known by that kind of URL");
	return err_fix(err, "store-url", "give postgres://HOST/DATABASE, or the path of a file");
}

bool store_url_check(const char *url, struct err *err)
{
	const struct driver *driver;

	return url_driver(url, &driver, err);
}

bool store_url_is_file(const char *url)
{
	return driver_for(url) == &driver_sqlite;
}

bool store_look_at(const char *url, const char *password, const struct store_look *look, struct err *err)
{
	const struct db_where where = {url, password, BUSY_USUAL_MS};
	const struct driver *driver;
	struct db *db;
	bool ok;

	if (!url_driver(url, &driver, err) || !db_open(driver, &where, false, &db, err))
		return false;
	ok = !driver->look || driver->look(db->conn, look, err);
	db_close(db);
	return ok;
}

bool store_open(const char *url, const struct store_options *options, struct store **out, struct err *err)
{
	static const struct store_options usual;
	const struct driver *driver;
	struct store *store;

	options = options ? options : &usual;
	if (!url_driver(url, &driver, err))
		return err_wrap(err, "open the store");
	store = NEW(struct store);
	store->driver = driver;
	store->where = (struct db_where){
		.url = memory_text(url),
		.password = options->password ? memory_text(options->password) : NULL,
		.busy_ms = options->busy_ms ? options->busy_ms : BUSY_USUAL_MS,
	};
	store->readers_max = options->readers ? options->readers : READERS_USUAL;
	pthread_mutex_init(&store->write_turn, NULL);
	pthread_mutex_init(&store->pool_lock, NULL);
	pthread_cond_init(&store->pool_freed, NULL);
	if (!store_ready(store, options, err)) {
		store_close(store);
		return err_wrap(err, "open the store");
	}
	*out = store;
	return true;
}

void store_close(struct store *store)
{
	struct db *db;

	if (!store)
		return;
	while ((db = store->pool)) {
		store->pool = db->next;
		db_close(db);
	}
	db_close(store->writer);
	pthread_mutex_destroy(&store->write_turn);
	pthread_mutex_destroy(&store->pool_lock);
	pthread_cond_destroy(&store->pool_freed);
	memory_done(&store->where.url);
	if (store->where.password)
		explicit_bzero((char *)(uintptr_t)store->where.password, strlen(store->where.password));
	memory_done(&store->where.password);
	memory_done(&store);
}

int64_t store_schema_version(const struct store *store)
{
	return store->version;
}

struct store *store_of(struct store_txn *txn)
{
	return txn->store;
}

/* ---- the pool ---- */

/* *db stays NULL when a new connection is to be opened. */
static void pool_take(struct store *store, struct db **db)
{
	pthread_mutex_lock(&store->pool_lock);
	while (!store->pool && store->readers_made == store->readers_max)
		pthread_cond_wait(&store->pool_freed, &store->pool_lock);
	*db = store->pool;
	if (*db)
		store->pool = (*db)->next;
	else
		store->readers_made++;
	pthread_mutex_unlock(&store->pool_lock);
}

/* db NULL: one that could not be opened. */
static void pool_give(struct store *store, struct db *db)
{
	pthread_mutex_lock(&store->pool_lock);
	if (db) {
		db->next = store->pool;
		store->pool = db;
	} else {
		store->readers_made--;
	}
	pthread_cond_signal(&store->pool_freed);
	pthread_mutex_unlock(&store->pool_lock);
}

/* ---- transactions ---- */

static struct store_txn *txn_new(struct store *store, struct db *db, bool writes)
{
	struct store_txn *txn = NEW(struct store_txn);

	txn->store = store;
	txn->db = db;
	txn->writes = writes;
	return txn;
}

bool store_read(struct store *store, struct store_txn **out, struct err *err)
{
	struct db *db;

	pool_take(store, &db);
	if (!db && !db_open(store->driver, &store->where, false, &db, err)) {
		pool_give(store, NULL);
		return false;
	}
	if (!store->driver->begin(db->conn, false, err)) {
		pool_give(store, db);
		return false;
	}
	*out = txn_new(store, db, false);
	return true;
}

bool store_write(struct store *store, struct store_txn **out, struct err *err)
{
	if (!store->writer)
		return err_set(err, ERR_INTERNAL, "store: opened for reading would write");
	pthread_mutex_lock(&store->write_turn);
	if (FAULT("store.begin"))
		err_set(err, ERR_INTERNAL, "store: begin: fault injected");
	else if (store->driver->begin(store->writer->conn, true, err)) {
		*out = txn_new(store, store->writer, true);
		return true;
	}
	pthread_mutex_unlock(&store->write_turn);
	return false;
}

static void txn_close(struct store_txn **txn)
{
	struct store *store = (*txn)->store;

	if ((*txn)->writes)
		pthread_mutex_unlock(&store->write_turn);
	else
		pool_give(store, (*txn)->db);
	memory_done(txn);
}

static bool commit_writing(struct store_txn *txn, struct err *err)
{
	if (txn->broken)
		return err_set(err, ERR_INTERNAL, "store: commit after a failed step");
	if (txn->changed && !txn->audited) {
		err_set(err, ERR_INTERNAL, "store: a change without an audit entry");
		return err_fix(err, "store-unaudited", "this is a fault of the program: report it");
	}
	if (FAULT("store.commit"))
		return err_set(err, ERR_INTERNAL, "store: commit: fault injected");
	if (!txn->db->driver->commit(txn->db->conn, err))
		return err_wrap(err, "commit");
	if (FAULT("store.committed"))
		return true; /* a place to be killed at: the answer is lost, the change is not */
	return true;
}

bool store_commit(struct store_txn **txn, struct err *err)
{
	struct store_txn *here = *txn;

	if (here->writes && commit_writing(here, err)) {
		txn_close(txn);
		return true;
	}
	if (!here->writes) {
		store_end(txn);
		return true;
	}
	store_end(txn);
	return false;
}

void store_end(struct store_txn **txn)
{
	if (!*txn)
		return;
	(*txn)->db->driver->rollback((*txn)->db->conn);
	txn_close(txn);
}

bool store_checkpoint(struct store *store, struct err *err)
{
	bool ok;

	if (!store->writer)
		return true;
	pthread_mutex_lock(&store->write_turn);
	ok = store->driver->checkpoint(store->writer->conn, err);
	pthread_mutex_unlock(&store->write_turn);
	return ok;
}

bool store_integrity(struct store_txn *txn, struct err *err)
{
	struct db_rows rows;
	bool ok;

	if (!db_rows(txn, txn->db->driver->integrity, NULL, &rows, err))
		return false;
	ok = db_next(&rows) && str_is(db_text_here(&rows, 0), "ok");
	if (!ok) {
		err_set(err, ERR_INTERNAL, "store: the database is damaged: %.*s",
			rows.last == DB_ROW ? (int)db_text_here(&rows, 0).len : 0,
			rows.last == DB_ROW ? db_text_here(&rows, 0).data : "");
		err_fix(err, "store-damaged", "stop the server and restore a backup");
	}
	return db_rows_end(&rows, ok ? err : NULL) && ok;
}
