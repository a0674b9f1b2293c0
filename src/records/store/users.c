/* SPDX-License-Identifier: Apache-2.0 */

/* Users, their sessions, and the setup token that makes the first of them. Tokens are kept as hashes only. */

#include <string.h>

#include "base/arena.h"
#include "records/store/query.h"

#define USER_COLUMNS "u.id, u.name, u.role, u.password, u.created_at, u.disabled"

static const char USER_ADD[] = "INSERT INTO users (id, name, name_lower, role, password, created_at) "
			       "VALUES ($1, $2, $3, $4, $5, $6)";
static const char USER_BY_NAME[] = "SELECT " USER_COLUMNS " FROM users u WHERE u.name_lower = $1";
static const char USER_BY_ID[] = "SELECT " USER_COLUMNS " FROM users u WHERE u.id = $1";
static const char USER_COUNT[] = "SELECT COUNT(*) FROM users";
static const char USER_PASSWORD[] = "UPDATE users SET password = $2 WHERE id = $1";
static const char SESSION_ADD[] = "INSERT INTO sessions (id, user_id, token_sha256, origin, created_at, expires_at, "
				  "last_used_at) VALUES ($1, $2, $3, $4, $5, $6, $5)";
static const char SESSION_BY_TOKEN[] =
	"SELECT s.id, s.created_at, s.expires_at, s.last_used_at, s.origin, " USER_COLUMNS
	" FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_sha256 = $1 AND s.expires_at > $2 "
	"AND u.disabled = 0";
static const char SESSION_TOUCH[] = ROUTINE "UPDATE sessions SET last_used_at = $2 WHERE id = $1";
static const char SESSION_END[] = "DELETE FROM sessions WHERE id = $1";
static const char SESSIONS_PURGE[] = ROUTINE "DELETE FROM sessions WHERE expires_at <= $1";
static const char TOKENS_CLEAR[] = "DELETE FROM setup_tokens";
static const char TOKEN_ADD[] = "INSERT INTO setup_tokens (token_sha256, created_at, expires_at) "
				"VALUES ($1, $2, $3)";
static const char TOKEN_TAKE[] = "DELETE FROM setup_tokens WHERE token_sha256 = $1 AND expires_at > $2";

static void user_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_user *row = to;

	row->id = db_int(rows, at);
	row->name = db_text(rows, at + 1, arena);
	row->role = (enum model_role)db_int(rows, at + 2);
	row->password = db_text(rows, at + 3, arena);
	row->created_at = db_int(rows, at + 4);
	row->disabled = db_int(rows, at + 5) != 0;
}

static const struct list user_list = {
	.columns = USER_COLUMNS, .from = "users u", .id = "u.id", .row_size = sizeof(struct model_user), .read = user_read,
};

bool store_user_add(struct store_txn *txn, struct str name, enum model_role role, struct str password, int64_t now,
		    int64_t *id, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	int64_t made = store_new_id(txn->store);

	if (!db_run(txn, USER_ADD,
		    VALUES(V(made), V(name), V(arena_lower(arena, name)), V(role), V(password), V(now)), err)) {
		if (err && err->kind == ERR_CONFLICT)
			err_set(err, ERR_CONFLICT, "there is a user %.*s already", STR_ARG(name));
		return false;
	}
	*id = made;
	return true;
}

bool store_user_by_name(struct store_txn *txn, struct arena *arena, struct str name, struct model_user *out,
			struct err *err)
{
	return list_one(txn, arena, &user_list, USER_BY_NAME, VALUES(V(arena_lower(arena, name))), "user", out, err);
}

bool store_user(struct store_txn *txn, struct arena *arena, int64_t id, struct model_user *out, struct err *err)
{
	return list_one(txn, arena, &user_list, USER_BY_ID, VALUES(V(id)), "user", out, err);
}

bool store_user_count(struct store_txn *txn, int64_t *out, struct err *err)
{
	return db_number(txn, USER_COUNT, NULL, 0, out, err);
}

/* For statements that must have met exactly one row. */
static bool change_one(struct store_txn *txn, const char *sql, const struct db_value *values, const char *what,
		       struct err *err)
{
	int64_t changed;

	if (!db_change(txn, sql, values, &changed, err))
		return false;
	return changed == 1 || err_set(err, ERR_ABSENT, "no such %s", what);
}

bool store_user_password(struct store_txn *txn, int64_t id, struct str password, struct err *err)
{
	return change_one(txn, USER_PASSWORD, VALUES(V(id), V(password)), "user", err);
}

bool store_session_add(struct store_txn *txn, int64_t user_id, const uint8_t token_sha256[HASH_SHA256],
		       struct str from, int64_t now, int64_t expires_at, int64_t *id, struct err *err)
{
	int64_t made = store_new_id(txn->store);

	if (!db_run(txn, SESSION_ADD,
		    VALUES(V(made), V(user_id), V_HASH(token_sha256), V(from), V(now), V(expires_at)), err))
		return err_wrap(err, "add session");
	*id = made;
	return true;
}

bool store_session(struct store_txn *txn, struct arena *arena, const uint8_t token_sha256[HASH_SHA256], int64_t now,
		   struct model_session *out, struct err *err)
{
	struct db_rows rows;
	bool found;

	if (!db_rows(txn, SESSION_BY_TOKEN, VALUES(V_HASH(token_sha256), V(now)), &rows, err))
		return false;
	found = db_next(&rows);
	if (found) {
		*out = (struct model_session){
			.id = db_int(&rows, 0),
			.created_at = db_int(&rows, 1),
			.expires_at = db_int(&rows, 2),
			.last_used_at = db_int(&rows, 3),
			.from = db_text(&rows, 4, arena),
		};
		memcpy(out->token_sha256, token_sha256, HASH_SHA256);
		user_read(&rows, 5, arena, &out->user);
		out->user.password = (struct str){NULL, 0};
		out->user_id = out->user.id;
	}
	if (!db_rows_end(&rows, err))
		return false;
	return found || err_set(err, ERR_ABSENT, "no such session");
}

bool store_session_touch(struct store_txn *txn, int64_t id, int64_t now, struct err *err)
{
	return db_run(txn, SESSION_TOUCH, VALUES(V(id), V(now)), err);
}

bool store_session_end(struct store_txn *txn, int64_t id, struct err *err)
{
	return change_one(txn, SESSION_END, VALUES(V(id)), "session", err);
}

bool store_sessions_purge(struct store_txn *txn, int64_t now, struct err *err)
{
	return db_run(txn, SESSIONS_PURGE, VALUES(V(now)), err);
}

bool store_setup_token_put(struct store_txn *txn, const uint8_t token_sha256[HASH_SHA256], int64_t now,
			   int64_t expires_at, struct err *err)
{
	return db_run(txn, TOKENS_CLEAR, NULL, err) &&
	       db_run(txn, TOKEN_ADD, VALUES(V_HASH(token_sha256), V(now), V(expires_at)), err);
}

bool store_setup_token_take(struct store_txn *txn, const uint8_t token_sha256[HASH_SHA256], int64_t now,
			    struct err *err)
{
	return change_one(txn, TOKEN_TAKE, VALUES(V_HASH(token_sha256), V(now)), "setup token", err);
}
