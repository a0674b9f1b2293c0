/* SPDX-License-Identifier: Apache-2.0 */

/*
 * URLs of PostgreSQL, in libpq's form: postgres://[USER@]HOST[:PORT][,HOST…]/DATABASE[?KEY=VALUE&…].
 *
 * A URL is shown, logged and kept in files, so it holds no password: that comes from a file (store.password_file, or
 * libpq's own: passfile=, service=, PGPASSFILE, PGSERVICEFILE, ~/.pgpass).
 */

#include <string.h>

#include "records/store/drivers/postgres.h"

bool pg_takes(struct str url)
{
	return str_starts(url, STR("postgres://")) || str_starts(url, STR("postgresql://"));
}

bool pg_check(const char *url, struct err *err)
{
	char *complaint = NULL;
	PQconninfoOption *options = PQconninfoParse(url, &complaint);
	bool secret = false;

	if (!options) {
		err_set(err, ERR_INPUT, "the URL of the database is not well formed"); /* what libpq says may quote it */
		PQfreemem(complaint);
		return err_fix(err, "store-url", "write it as postgres://USER@HOST:5432/DATABASE");
	}
	for (const PQconninfoOption *one = options; one->keyword; one++)
		if (strcmp(one->keyword, "password") == 0 || strcmp(one->keyword, "sslpassword") == 0)
			secret |= one->val && one->val[0];
	PQconninfoFree(options);
	if (!secret)
		return true;
	err_set(err, ERR_INPUT, "the URL of the database has a password in it, which others could read");
	return err_fix(err, "store-password", "put it into a file of mode 0600 and name that with store.password_file");
}

/*
 * What comes before the URL may be changed by it, what comes after may not. read-write: of several hosts, the one that
 * leads now.
 */
PGconn *pg_connect(const struct pg *pg)
{
	const char *const names[] = {
		"connect_timeout", "target_session_attrs", "gssencmode", "application_name", "tcp_user_timeout",
		"keepalives_idle", "dbname", "client_encoding", "password", NULL,
	};
	const char *const values[] = {
		"5", "read-write", "disable", "keepvalid", "30000", "30", pg->url, "UTF8", pg->password, NULL,
	};

	return PQconnectdbParams(names, values, 1);
}
