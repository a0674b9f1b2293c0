/* SPDX-License-Identifier: Apache-2.0 */

/* What doctor says of a PostgreSQL: a row for each thing to look at. */

#include <stdio.h>
#include <string.h>

#include "records/store.h"
#include "records/store/drivers/postgres.h"

/* Each answers one row: whether it is good, and a text. */
static const struct {
	const char *what, *sql;
} looks[] = {
	{"server", "SELECT current_setting('server_version_num')::int >= 130000, "
		   "'PostgreSQL ' || current_setting('server_version') || ' (13 or newer is wanted)'"},
	{"encoding", "SELECT pg_encoding_to_char(encoding) = 'UTF8', 'encoding ' || pg_encoding_to_char(encoding) || "
		     "' (UTF8 is wanted)' FROM pg_database WHERE datname = current_database()"},
	{"leader", "SELECT NOT pg_is_in_recovery(), CASE WHEN pg_is_in_recovery() THEN 'a replica: name all hosts, "
		   "the one that leads is found' ELSE 'it takes changes' END"},
	{"search", "SELECT count(*) > 0, CASE WHEN count(*) > 0 THEN 'extension pg_trgm ' || MAX(default_version) ELSE "
		   "'the extension pg_trgm is not there: install the package postgresql-contrib of the server' END "
		   "FROM pg_available_extensions WHERE name = 'pg_trgm'"},
	{"rights", "SELECT ok, 'role ' || current_user || CASE WHEN ok THEN ' may make tables in schema ' ELSE ' may not "
		   "make tables: make it the owner of the database, or GRANT CREATE, USAGE on schema ' END || "
		   "COALESCE(current_schema(), 'public') FROM (SELECT COALESCE(has_schema_privilege(current_schema(), "
		   "'CREATE'), false) AS ok) x"},
	{"extension", "SELECT ok, CASE WHEN ok THEN 'pg_trgm is there, or may be made' ELSE 'pg_trgm is not made yet and this "
		      "role may not: GRANT CREATE on the database, or let an administrator CREATE EXTENSION pg_trgm' END "
		      "FROM (SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') OR "
		      "has_database_privilege(current_database(), 'CREATE') AS ok) x"},
	{"durability", "SELECT current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off', "
		       "'fsync ' || current_setting('fsync') || ', synchronous_commit ' || "
		       "current_setting('synchronous_commit')"},
};

bool pg_look(void *conn, const struct store_look *look, struct err *err)
{
	struct pg *pg = conn;

	for (size_t i = 0; i < COUNT_OF(looks); i++) {
		PGresult *result = PQexec(pg->conn, looks[i].sql);
		bool ok = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;

		if (ok)
			look->say(look->data, strcmp(PQgetvalue(result, 0, 0), "t") == 0, looks[i].what,
				  PQgetvalue(result, 0, 1));
		else
			db_step_err(pg_fail(pg, result), pg->message, err);
		PQclear(result);
		if (!ok)
			return false;
	}
	return true;
}
