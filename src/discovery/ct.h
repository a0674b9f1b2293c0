/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * ct - what logs of Certificate Transparency say about our own domains.
 *
 * Reads logs of both kinds: RFC 6962 (get-sth, get-entries, …) and static-ct-api (a checkpoint and tiles). Nothing is
 * believed: the tree head must be signed with the log's key and be consistent with the one before, and what was read must
 * hash up to it, before an entry leaves this room. A log that lies is refused with a reason, and nothing is taken from
 * it. Only certificates with a name within the given domains are kept; the rest is thrown away as it is read.
 *
 * After RFC 6962, RFC 9162 (proofs), and static-ct-api, tlog-tiles, signed-note of C2SP.
 */

#include "base/err.h"
#include "facts/merkle.h"

struct arena;
struct cert;
struct egress;
struct loop;

/* ---- logs ---- */

/* clang-format off */
#define CT_APIS_ALL(X)   X(STATIC, "static") X(RFC6962, "rfc6962")
#define CT_STATES_ALL(X) X(PENDING, "pending") X(QUALIFIED, "qualified") X(USABLE, "usable") X(READONLY, "readonly") \
			 X(RETIRED, "retired") X(REJECTED, "rejected")
/* clang-format on */
enum ct_api {
#define X(name, word) CT_##name,
	CT_APIS_ALL(X)
#undef X
};
enum ct_state {
#define X(name, word) CT_##name,
	CT_STATES_ALL(X)
#undef X
};

struct ct_log {
	struct str name;      /* "Google 'Argon2026h2' log" */
	enum ct_api api;
	enum ct_state state;
	struct str url;       /* where it is read, without a final slash */
	struct str origin;    /* static: the name in its notes */
	struct bytes key;     /* DER of its SubjectPublicKeyInfo */
	uint8_t id[HASH_SHA256]; /* SHA-256 of it */
	int64_t from, until;  /* it takes certificates that end within; 0, 0: any */
};

/*
 * A log list in Google's schema 3 (logs and tiled_logs of all operators). Logs that are not understood are passed over.
 * err ERR_INPUT
 */
MUST_CHECK bool ct_list_read(struct arena *arena, struct str json_text, const struct ct_log **logs, size_t *count,
			     struct err *err);

/* One log as options have it: {"name","url","key" (base64 of the SPKI),"api":"static|rfc6962","origin"}. */
struct json_value;
struct json_out;
MUST_CHECK bool ct_log_read(struct arena *arena, const struct json_value *value, struct ct_log *out, struct err *err);
void ct_log_write(struct json_out *json, const struct ct_log *log);

/* Whether it is read unless somebody says otherwise: it can be, and may hold certificates that have not ended by now. */
bool ct_log_is_current(const struct ct_log *log, int64_t now);

const char *ct_state_name(enum ct_state state);

/* ---- own domains ---- */

struct ct_domains;
/* err ERR_INPUT: no domain, or a public suffix: all the world's certificates are not ours. The caller frees. */
MUST_CHECK bool ct_domains_new(const struct str *domains, size_t count, struct ct_domains **out, struct err *err);
void ct_domains_free(struct ct_domains *domains); /* NULL is fine */
/* Whether a name of a certificate ("www.example.org", "*.example.org", any case) is one of them or lies below one. */
bool ct_domains_cover(const struct ct_domains *domains, struct str name);

/* ---- reading one log ---- */

struct ct_head {
	uint64_t size;
	uint8_t root[HASH_SHA256];
	int64_t at_ms;
};

/* Where reading stands; whoever keeps it keeps all of it, in the transaction that keeps what was found. */
struct ct_position {
	bool begun;
	struct ct_head head; /* the last one that was verified */
	struct str head_text; /* as it came: the log's own word, if it should ever say another */
	struct merkle read;  /* of the entries read: its count is the next index */
};
void ct_position_write(struct json_out *json, const struct ct_position *position);
MUST_CHECK bool ct_position_read(struct arena *arena, const struct json_value *value, struct ct_position *out,
				 struct err *err);

enum ct_since { CT_SINCE_NOW, CT_SINCE_DATE, CT_SINCE_ALL };

struct ct_entry {
	uint64_t index;
	int64_t at_ms; /* when the log took it */
	bool precert;
	const struct cert *cert;
	const struct cert *issuer; /* whose key signed it, as the log keeps it; NULL: not told, or it did not sign it */
};

/* Entries within the domains, verified, and the position after them. Lives until the next one is asked for. */
struct ct_batch {
	const struct ct_entry *entries;
	size_t count;
	uint64_t seen;       /* entries read for it */
	uint64_t unreadable; /* of them: certificates whose names cannot be read */
	uint64_t left;       /* still to be read, as far as it is known */
	const struct ct_position *position;
};

struct ct_walk_options {
	const struct ct_log *log;           /* borrowed */
	const struct ct_domains *domains;   /* borrowed */
	const struct ct_position *position; /* copied; NULL: none yet */
	enum ct_since since;                /* when there is no position */
	int64_t since_at;                   /* CT_SINCE_DATE */
	int64_t now;
};

/*
 * The walk is all thought and no I/O: it says what it wants to be fetched, is handed what came, and says what follows
 * from it. Refused: err is ERR_PROTOCOL "ct-…" when the log broke a rule, ERR_LATER when it is behind, ERR_REFUSED when it
 * does not answer as it should.
 */
struct ct_walk;
enum ct_next { CT_FETCH, CT_BATCH, CT_END, CT_REFUSED };

struct ct_fetch {
	const char *url;   /* lives until the answer */
	size_t most_bytes; /* of the answer */
};

struct ct_walk *ct_walk_new(const struct ct_walk_options *options);
void ct_walk_free(struct ct_walk *walk); /* NULL is fine */
enum ct_next ct_walk_next(struct ct_walk *walk, struct ct_fetch *fetch, const struct ct_batch **batch, struct err *err);
void ct_walk_answer(struct ct_walk *walk, unsigned status, struct bytes body);
/* The answer was longer than most_bytes. */
void ct_walk_too_long(struct ct_walk *walk);

/*
 * The walk with its fetching, on a loop: politely (rate requests a second, one at a time), patient with servers that are
 * busy (429, 503 and Retry-After) up to a point. After a batch it waits for ct_reader_go.
 */
struct ct_reader;
struct ct_reader_options {
	struct loop *loop;
	struct egress *egress;
	struct ct_walk_options walk;
	uint32_t rate; /* 0: 4 */
	void (*batch)(void *data, const struct ct_batch *batch);
	/* Once; why is NULL when all was read. ERR_LATER carries retry_s. Free the reader then or later. */
	void (*ended)(void *data, const struct err *why);
	void *data;
};
struct ct_reader *ct_reader_new(const struct ct_reader_options *options);
void ct_reader_go(struct ct_reader *reader); /* the batch is kept: on with the next */
void ct_reader_free(struct ct_reader *reader); /* NULL is fine; allowed within a call */
