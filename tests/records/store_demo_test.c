/* SPDX-License-Identifier: Apache-2.0 */

/* The end of the demo: no row of it is left, and all else is as if it had never been. */

#include "records/store_fixture.h"

/* What is compared: every row of these but the columns that tell when something was looked at. */
static const char *const tables[] = {
	"SELECT name, value FROM counters WHERE value <> 0 ORDER BY name",
	"SELECT day, count FROM expiry_days WHERE count <> 0 ORDER BY day",
	"SELECT day, count FROM need_days WHERE count <> 0 ORDER BY day",
	"SELECT id, name, endpoint_count, demo FROM hosts ORDER BY id",
	"SELECT id, host, certificate_id, problems, demo FROM endpoints ORDER BY id",
	"SELECT id, kind, address, demo FROM locations ORDER BY id",
	"SELECT id, certificate_id, location_id, current FROM sightings ORDER BY id",
	"SELECT id, name, path, certificate_count, active_count, current_certificate_id, tags, team_id, demo FROM lineages ORDER BY id",
	"SELECT id, name, active, served, served_as_leaf, places, issued, issued_active, need_at, replaces_id, replaced_by_id, "
	"key_id, lineage_id, problems, demo FROM certificates ORDER BY id",
	"SELECT id, certificate_count, lineage_count, host_count, team_count, demo FROM keys ORDER BY id",
	"SELECT key_id, host_id, endpoints FROM key_hosts ORDER BY key_id, host_id",
	"SELECT key_id, team_id, lineages FROM key_teams ORDER BY key_id, team_id",
	"SELECT name, certificate_id FROM certificate_names ORDER BY certificate_id, name",
	"SELECT certificate_id FROM certificate_bodies ORDER BY certificate_id",
	"SELECT text FROM certificate_texts ORDER BY text",
	"SELECT names_sha256 FROM lineage_names ORDER BY lineage_id",
	"SELECT name, lineage_count, service_count, host_count FROM teams ORDER BY id",
	"SELECT name, lineage_count FROM tags ORDER BY id",
	"SELECT id, targets_done FROM scans ORDER BY id",
	"SELECT scan_id, outcome, count FROM scan_outcomes ORDER BY scan_id, outcome",
	"SELECT scan_id, number, COALESCE(endpoint_id, 0) FROM scan_records ORDER BY scan_id, number",
	"SELECT kind, subject_id FROM jobs ORDER BY id",
};

static int add_row(void *to, int count, char **values, char **names)
{
	(void)names;
	for (int i = 0; i < count; i++)
		buf_addf(to, "%s|", values[i] ? values[i] : "-");
	buf_add_char(to, '\n');
	return 0;
}

static void dump_postgres(const char *url, const char *sql, struct buf *to)
{
	PGconn *conn = PQconnectdb(url);
	PGresult *result = PQexec(conn, sql);

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQresultErrorMessage(result));
	for (int row = 0; row < PQntuples(result); row++) {
		for (int i = 0; i < PQnfields(result); i++)
			buf_addf(to, "%s|", PQgetisnull(result, row, i) ? "-" : PQgetvalue(result, row, i));
		buf_add_char(to, '\n');
	}
	PQclear(result);
	PQfinish(conn);
}

static void dump(struct fixture *f, struct buf *to)
{
	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		buf_addf(to, "%s\n", tables[i]);
		if (place_is_file(&f->place)) {
			sqlite3 *db;

			assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
			if (sqlite3_exec(db, tables[i], add_row, to, NULL) != SQLITE_OK)
				fail_msg("%s: %s", tables[i], sqlite3_errmsg(db));
			sqlite3_close(db);
		} else {
			dump_postgres(f->place.direct, tables[i], to);
		}
	}
}

static void assert_same(const struct buf *before, const struct buf *after)
{
	struct str was = buf_str(before), is = buf_str(after), table = {0}, line, other;

	while (str_take_line(&was, &line)) {
		if (str_starts(line, STR("SELECT")))
			table = line;
		if (!str_take_line(&is, &other) || !str_equal(line, other))
			fail_msg("%.*s\n  was %.*s\n  is  %.*s", STR_ARG(table), STR_ARG(line), STR_ARG(other));
	}
	assert_int_equal(is.len, 0);
}

static int64_t add(struct fixture *f, struct store_txn *txn, const char *name, const char *issuer, const char *key, bool ca,
		   bool demo)
{
	struct model_new_certificate made = certificate(f->arena, name, demo);
	int64_t id;

	made.row.issuer = arena_format(f->arena, "CN=%s", issuer);
	made.row.ca = ca;
	made.row.demo = demo;
	made.row.subject = ca ? arena_format(f->arena, "CN=%s", name) : made.row.subject;
	hash_sha256(bytes_from(str_of(key)), made.row.key_sha256);
	OK(f, store_certificate_add(txn, &made, &id, NULL, &f->err));
	return id;
}

static void see(struct fixture *f, struct store_txn *txn, int64_t scan, int64_t number, const char *host, const int64_t *chain,
		size_t count, bool demo)
{
	struct store_seen seen = seen_at(scan, number, host, chain, count);
	int64_t lineage;
	bool made, fresh;

	seen.demo = demo;
	seen.problems = demo ? MODEL_PROBLEM_NAME_MISMATCH : 0;
	seen.port += demo; /* never an endpoint of the others */
	OK(f, store_see(txn, &seen, &fresh, &f->err));
	OK(f, store_lineage_adopt(txn, chain[0], demo, NOW, &lineage, &made, &f->err));
}

static int64_t scan_of(struct fixture *f, struct store_txn *txn, bool demo)
{
	struct store_scan_new scan = {STR("[\"a\"]"), STR("{}"), STR("user:test"), 10, demo};
	int64_t id, job;

	OK(f, store_scan_add(txn, &scan, NOW, &id, &f->err));
	OK(f, store_job_add(txn, STR("scan"), id, NOW, NOW, &job, &f->err));
	return id;
}

TEST(the_end_of_the_demo_leaves_all_else_as_it_was)
{
	CLEANUP(buf_done) struct buf before = buf_capped(1 << 20), during = buf_capped(1 << 20), after = buf_capped(1 << 20);
	struct store_demo_gone gone;
	struct fixture f;
	struct store_txn *txn;
	int64_t scan, real[2], chain[2], mixed[2], number;

	fixture_start(&f);
	txn = writing(&f);
	scan = scan_of(&f, txn, false);
	real[0] = add(&f, txn, "shop.example", "Real CA", "shop", false, false);
	real[1] = add(&f, txn, "Real CA", "Real CA", "ca", true, false);
	see(&f, txn, scan, 1, "shop.example", real, 2, false);
	note(&f, txn);
	OK(&f, store_commit(&txn, &f.err));
	dump(&f, &before);

	txn = writing(&f);
	scan = scan_of(&f, txn, true);
	chain[1] = add(&f, txn, "Demo CA", "Demo CA", "demo ca", true, true);
	for (number = 1; number <= 5; number++) {
		chain[0] = add(&f, txn, arena_format(f.arena, "demo%lld.example", (long long)number).data,
			       number == 4 ? "Real CA" : "Demo CA", number < 3 ? "demo pair" : number == 5 ? "shop" : "other", false, true);
		see(&f, txn, scan, number, arena_format(f.arena, "host%lld.demo", (long long)number).data, chain, 2, true);
	}
	mixed[0] = real[0]; /* a demo's endpoint that shows a real certificate, and a second one on a real host */
	mixed[1] = chain[1];
	see(&f, txn, scan, 6, "host6.demo", mixed, 2, true);
	see(&f, txn, scan, 7, "shop.example", chain, 2, true);
	note(&f, txn);
	OK(&f, store_commit(&txn, &f.err));
	dump(&f, &during);
	assert_string_not_equal(during.data, before.data);

	txn = writing(&f);
	OK(&f, store_demo_end(txn, NOW + 5, &gone, &f.err));
	note(&f, txn);
	OK(&f, store_commit(&txn, &f.err));
	dump(&f, &after);
	assert_same(&before, &after);
	assert_int_equal(gone.certificates, 6);
	assert_int_equal(gone.endpoints, 7);
	assert_int_equal(gone.scans, 1);

	txn = writing(&f); /* nothing is left to do */
	OK(&f, store_demo_end(txn, NOW + 6, &gone, &f.err));
	note(&f, txn);
	OK(&f, store_commit(&txn, &f.err));
	assert_int_equal(gone.certificates + gone.endpoints + gone.scans, 0);
	fixture_end(&f);
	(void)state;
}

TEST(what_is_seen_elsewhere_too_stays)
{
	struct store_demo_gone gone;
	struct model_certificate row;
	struct fixture f;
	struct store_txn *txn;
	int64_t scan, id;

	fixture_start(&f);
	txn = writing(&f);
	scan = scan_of(&f, txn, true);
	id = add(&f, txn, "both.example", "Demo CA", "both", false, true);
	see(&f, txn, scan, 1, "host.demo", &id, 1, true);
	see(&f, txn, scan_of(&f, txn, false), 1, "host.example", &id, 1, false);
	OK(&f, store_demo_end(txn, NOW + 5, &gone, &f.err));
	note(&f, txn);
	OK(&f, store_commit(&txn, &f.err));
	txn = reading(&f);
	OK(&f, store_certificate_by_id(txn, f.arena, id, &row, &f.err));
	assert_false(row.demo);
	assert_true(row.active);
	assert_int_equal(row.served, 1);
	assert_int_equal(gone.certificates, 0);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TESTS(RUN(the_end_of_the_demo_leaves_all_else_as_it_was), RUN(what_is_seen_elsewhere_too_stays))
