/* SPDX-License-Identifier: Apache-2.0 */

/* Setup, login, finding and ending sessions: each change in one transaction with its audit entry. */

#include "api/session.h"

#include <stdlib.h>
#include <string.h>

#include "api/session/password.h"
#include "api/session/throttle.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/memory.h"
#include "facts/hash.h"
#include "records/audit.h"
#include "records/store.h"

#define NAME_WAIT_MOST_S 30 /* so that nobody can shut an administrator out for long */
#define FROM_WAIT_MOST_S 900
#define TOUCH_EVERY_S 60

struct sessions {
	struct store *store;
	struct password_slots *slots;
	struct throttle *throttle;
};

struct sessions *sessions_new(struct store *store)
{
	struct sessions *sessions = NEW(struct sessions);

	*sessions = (struct sessions){store, password_slots_new(), throttle_new()};
	return sessions;
}

void sessions_free(struct sessions *sessions)
{
	if (!sessions)
		return;
	password_slots_free(sessions->slots);
	throttle_free(sessions->throttle);
	free(sessions);
}

/* 256 random bits as text, and their hash, which is what we keep. */
static void token_make(char text[SESSION_TOKEN_CHARS + 1], uint8_t hash[HASH_SHA256])
{
	CLEANUP(secret_done) struct secret random = secret_random(32);
	CLEANUP(buf_done) struct buf spelt = buf_capped(64);

	base64url_write(&spelt, secret_reveal(&random));
	memcpy(text, spelt.data, SESSION_TOKEN_CHARS + 1);
	secret_wipe(spelt.data, spelt.len);
	hash_sha256(bytes_of(text, SESSION_TOKEN_CHARS), hash);
}

static bool token_hash(struct str token, uint8_t hash[HASH_SHA256])
{
	if (token.len != SESSION_TOKEN_CHARS)
		return false;
	hash_sha256(bytes_from(token), hash);
	return true;
}

bool session_setup_needed(struct sessions *sessions, bool *needed, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t users;

	if (!store_read(sessions->store, &txn, err) || !store_user_count(txn, &users, err))
		return false;
	*needed = users == 0;
	return true;
}

bool session_setup_token(struct sessions *sessions, int64_t now, char text[SESSION_TOKEN_CHARS + 1], struct err *err)
{
	const struct audit_actor actor = {STR("engine"), STR("engine"), {NULL, 0}};
	CLEANUP(store_end) struct store_txn *txn = NULL;
	uint8_t hash[HASH_SHA256];

	token_make(text, hash);
	return store_write(sessions->store, &txn, err) &&
	       store_setup_token_put(txn, hash, now, now + LIMIT_SETUP_TOKEN_S, err) &&
	       audit_add(txn, &actor, "setup.offer", STR("setup"), now, err) && store_commit(&txn, err);
}

/* Within txn: the session of a user who has proved who he is. */
static bool session_make(struct store_txn *txn, struct arena *arena, int64_t user_id,
			 const struct audit_actor *actor, int64_t now, struct session_open *out, struct err *err)
{
	uint8_t hash[HASH_SHA256];

	token_make(out->token, hash);
	out->created_at = now;
	out->expires_at = now + LIMIT_SESSION_LIFE_S;
	return store_user(txn, arena, user_id, &out->user, err) &&
	       store_session_add(txn, user_id, hash, actor->from, now, out->expires_at, &out->id, err) &&
	       audit_add(txn, actor, "session.create", arena_format(arena, "user:%.*s", STR_ARG(out->user.name)), now,
			 err);
}

static bool name_fits(struct str name, struct err *err)
{
	bool good = name.len > 0 && name.len <= LIMIT_USER_NAME_BYTES;

	for (size_t i = 0; good && i < name.len; i++)
		good = ascii_is_alpha(name.data[i]) || ascii_is_digit(name.data[i]) ||
		       (i > 0 && memchr("._@-", name.data[i], 4));
	if (good)
		return true;
	err_set(err, ERR_INPUT, "the name cannot be used");
	return err_fix(err, "user-name", "use letters, digits and . _ @ -, at most %d, a letter or digit first",
		       LIMIT_USER_NAME_BYTES);
}

static bool throttled(uint32_t wait_s, struct err *err)
{
	err_set(err, ERR_LATER, "too many wrong tries");
	if (err)
		err->retry_s = wait_s;
	return err_fix(err, "login-throttled", "try again in %u s", wait_s);
}

static bool token_wrong(struct sessions *sessions, struct str from, int64_t now, struct err *err)
{
	throttle_failed(sessions->throttle, STR("setup"), from, now);
	err_set(err, ERR_DENIED, "the setup token is wrong, used or too old");
	return err_fix(err, "setup-token", "start `keepvalid up` again: it prints a new one");
}

static bool setup_store(struct sessions *sessions, struct arena *arena, const uint8_t token[HASH_SHA256],
			struct str name, struct str hash, struct str from, int64_t now, struct session_open *out,
			struct err *err)
{
	const struct audit_actor actor = {arena_format(arena, "user:%.*s", STR_ARG(name)), from, {NULL, 0}};
	CLEANUP(store_end) struct store_txn *txn = NULL;
	int64_t users, id;

	if (!store_write(sessions->store, &txn, err) || !store_user_count(txn, &users, err))
		return false;
	if (users > 0) {
		err_set(err, ERR_CONFLICT, "the setup is done already");
		return err_fix(err, "setup-done", "log in");
	}
	if (!store_setup_token_take(txn, token, now, err))
		return err && err->kind == ERR_ABSENT ? token_wrong(sessions, from, now, err) : false;
	return store_user_add(txn, name, MODEL_ROLE_ADMIN, hash, now, &id, err) &&
	       audit_add(txn, &actor, "user.create", arena_format(arena, "user:%.*s", STR_ARG(name)), now, err) &&
	       session_make(txn, arena, id, &actor, now, out, err) && store_commit(&txn, err);
}

bool session_setup(struct sessions *sessions, struct arena *arena, struct str token, struct str name,
		   struct str password, struct str from, int64_t now, struct session_open *out, struct err *err)
{
	uint32_t wait_s = throttle_wait(sessions->throttle, STR("setup"), from, FROM_WAIT_MOST_S, now);
	struct session_open open = {0};
	uint8_t hash[HASH_SHA256];
	struct str encoded;
	struct err own = {0};

	err = err ? err : &own;
	if (wait_s > 0)
		return throttled(wait_s, err);
	if (!token_hash(token, hash))
		return token_wrong(sessions, from, now, err);
	if (!name_fits(name, err) || !password_fits(password, err) ||
	    !password_hash(sessions->slots, arena, password, &encoded, err) ||
	    !setup_store(sessions, arena, hash, name, encoded, from, now, &open, err))
		return false;
	*out = open;
	return true;
}

/* The user of that name, or one without a password. */
static bool login_user(struct sessions *sessions, struct arena *arena, struct str name, struct model_user *out,
		       struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct err why = {0};

	*out = (struct model_user){0};
	if (!store_read(sessions->store, &txn, err))
		return false;
	if (!store_user_by_name(txn, arena, name, out, &why)) {
		*out = (struct model_user){0};
		if (why.kind != ERR_ABSENT) {
			if (err)
				*err = why;
			return false;
		}
	}
	if (out->disabled)
		out->password = (struct str){NULL, 0};
	return true;
}

static bool login_wrong(struct sessions *sessions, struct arena *arena, struct str name, struct str from, int64_t now,
			struct err *err)
{
	const struct audit_actor actor = {arena_format(arena, "user:%.*s", STR_ARG(str_head(name, 64))), from,
					  {NULL, 0}};
	CLEANUP(store_end) struct store_txn *txn = NULL;

	throttle_failed(sessions->throttle, STR("name"), arena_lower(arena, name), now);
	throttle_failed(sessions->throttle, STR("from"), from, now);
	if (!store_write(sessions->store, &txn, err) ||
	    !audit_add(txn, &actor, "session.refuse", actor.who, now, err) || !store_commit(&txn, err))
		return false;
	err_set(err, ERR_DENIED, "the name or the password is wrong");
	return err_fix(err, "login-wrong", "check both");
}

static bool login_store(struct sessions *sessions, struct arena *arena, const struct model_user *user, struct str from,
			int64_t now, struct session_open *out, struct err *err)
{
	const struct audit_actor actor = {arena_format(arena, "user:%.*s", STR_ARG(user->name)), from, {NULL, 0}};
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(sessions->store, &txn, err) && session_make(txn, arena, user->id, &actor, now, out, err) &&
	       store_commit(&txn, err);
}

static uint32_t login_wait(struct sessions *sessions, struct str lower, struct str from, int64_t now)
{
	uint32_t by_name = throttle_wait(sessions->throttle, STR("name"), lower, NAME_WAIT_MOST_S, now);
	uint32_t by_from = throttle_wait(sessions->throttle, STR("from"), from, FROM_WAIT_MOST_S, now);

	return by_name > by_from ? by_name : by_from;
}

bool session_login(struct sessions *sessions, struct arena *arena, struct str name, struct str password,
		   struct str from, int64_t now, struct session_open *out, struct err *err)
{
	struct str lower = arena_lower(arena, str_head(name, LIMIT_USER_NAME_BYTES));
	uint32_t wait_s = login_wait(sessions, lower, from, now);
	struct session_open open = {0};
	struct model_user user;
	bool good = false;

	if (wait_s > 0)
		return throttled(wait_s, err);
	if (!login_user(sessions, arena, name, &user, err) ||
	    !password_check(sessions->slots, user.password, str_head(password, LIMIT_PASSWORD_BYTES), &good, err))
		return false;
	if (!good)
		return login_wrong(sessions, arena, lower, from, now, err);
	throttle_passed(sessions->throttle, STR("name"), lower);
	throttle_passed(sessions->throttle, STR("from"), from);
	if (!login_store(sessions, arena, &user, from, now, &open, err))
		return false;
	*out = open;
	return true;
}

/* Rarely, so that reading costs no writing. That it fails once does no harm. */
static void touch(struct sessions *sessions, int64_t id, int64_t now)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	if (store_write(sessions->store, &txn, NULL) && store_session_touch(txn, id, now, NULL) &&
	    store_commit(&txn, NULL))
		return;
}

bool session_find(struct sessions *sessions, struct arena *arena, struct str token, int64_t now,
		  struct model_session *out, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_session session;
	uint8_t hash[HASH_SHA256];

	if (!token_hash(token, hash))
		return err_set(err, ERR_ABSENT, "no such session");
	if (!store_read(sessions->store, &txn, err) || !store_session(txn, arena, hash, now, &session, err))
		return false;
	if (now - session.last_used_at > LIMIT_SESSION_IDLE_S)
		return err_set(err, ERR_ABSENT, "the session was idle for too long");
	store_end(&txn);
	if (now - session.last_used_at >= TOUCH_EVERY_S)
		touch(sessions, session.id, now);
	*out = session;
	return true;
}

bool session_logout(struct sessions *sessions, const struct model_session *session, struct str from, int64_t now,
		    struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const struct audit_actor actor = {arena_format(arena, "user:%.*s", STR_ARG(session->user.name)), from,
					  {NULL, 0}};
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(sessions->store, &txn, err) && store_session_end(txn, session->id, err) &&
	       audit_add(txn, &actor, "session.end", actor.who, now, err) && store_commit(&txn, err);
}

bool session_purge(struct sessions *sessions, int64_t now, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	return store_write(sessions->store, &txn, err) && store_sessions_purge(txn, now, err) &&
	       store_answers_purge(txn, now - LIMIT_ANSWER_KEPT_S, err) && store_commit(&txn, err);
}
