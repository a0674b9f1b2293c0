/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * session - who is asking: the setup token, passwords, sessions.
 *
 * The first administrator is made with a setup token: 256 random bits, shown once, kept as a hash, used up by its use
 * or an hour. Passwords are argon2id (RFC 9106; t=3, 64 MiB), so checking one takes a worker a moment; few are checked
 * at once. A session is 256 random bits in a cookie, kept as a hash; it ends when idle, when old, and at logout. Guessing
 * is slowed by name and by address. Whether a name exists shows neither in an answer nor in its time.
 */

#include "base/err.h"
#include "base/secret.h"
#include "facts/model.h"

struct arena;
struct sessions;
struct store;

#define SESSION_TOKEN_CHARS 43 /* 32 bytes in base64url */

struct sessions *sessions_new(struct store *store);
void sessions_free(struct sessions *sessions); /* NULL is fine */

/* Whether there is no user yet. */
MUST_CHECK bool session_setup_needed(struct sessions *sessions, bool *needed, struct err *err);

/* Makes the setup token, in place of an older one. text ends in NUL and is the only copy. */
MUST_CHECK bool session_setup_token(struct sessions *sessions, int64_t now, char text[SESSION_TOKEN_CHARS + 1],
				    struct err *err);

struct session_open {
	struct model_user user; /* in the arena */
	int64_t id, created_at, expires_at;
	char token[SESSION_TOKEN_CHARS + 1]; /* for the cookie, and nowhere else */
};

/*
 * Makes the first administrator and logs him in.
 * err  ERR_DENIED "setup-token", ERR_CONFLICT "setup-done", ERR_INPUT (name or password), ERR_LATER
 */
MUST_CHECK bool session_setup(struct sessions *sessions, struct arena *arena, struct str token, struct str name,
			      struct str password, struct str from, int64_t now, struct session_open *out,
			      struct err *err);

/* err  ERR_DENIED "login-wrong", ERR_LATER "login-throttled" (retry_s), ERR_LATER "busy" */
MUST_CHECK bool session_login(struct sessions *sessions, struct arena *arena, struct str name, struct str password,
			      struct str from, int64_t now, struct session_open *out, struct err *err);

/* The session of a cookie, and notes that it is used. ERR_ABSENT when there is none (any more). */
MUST_CHECK bool session_find(struct sessions *sessions, struct arena *arena, struct str token, int64_t now,
			     struct model_session *out, struct err *err);

MUST_CHECK bool session_logout(struct sessions *sessions, const struct model_session *session, struct str from,
			       int64_t now, struct err *err);

/* Forgets sessions and answers that have run out. */
MUST_CHECK bool session_purge(struct sessions *sessions, int64_t now, struct err *err);
