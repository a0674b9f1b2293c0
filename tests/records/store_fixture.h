/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* store_fixture - a store in a place of its own, and things to put into it. */

#include <stdio.h>
#include <unistd.h>

#include "test.h"

#include "base/arena.h"
#include "facts/model.h"
#include "records/audit.h"
#include "records/place.h"
#include "records/store.h"

#define NOW 1800000000

struct fixture {
	struct place place;
	const char *path; /* place.url */
	struct store *store;
	struct arena *arena;
	struct err err;
};

static inline void fixture_open(struct fixture *f)
{
	if (!store_open(f->path, NULL, &f->store, &f->err))
		fail_msg("%s", f->err.text);
}

static inline void fixture_start(struct fixture *f)
{
	memset(f, 0, sizeof *f);
	place_make(&f->place);
	f->path = f->place.url;
	f->arena = arena_new();
	fixture_open(f);
}

static inline void fixture_end(struct fixture *f)
{
	store_close(f->store);
	arena_free(f->arena);
	place_remove(&f->place);
}

#define OK(f, call)                                                                                \
	do {                                                                                       \
		if (!(call))                                                                       \
			fail_msg("%s", (f)->err.text);                                             \
	} while (0)

static inline struct store_txn *writing(struct fixture *f)
{
	struct store_txn *txn = NULL;

	OK(f, store_write(f->store, &txn, &f->err));
	return txn;
}

static inline struct store_txn *reading(struct fixture *f)
{
	struct store_txn *txn = NULL;

	OK(f, store_read(f->store, &txn, &f->err));
	return txn;
}

static inline void note(struct fixture *f, struct store_txn *txn)
{
	static const struct audit_actor actor = {STR_INIT("user:test"), STR_INIT("127.0.0.1"), {NULL, 0}};

	OK(f, audit_add(txn, &actor, "test.change", STR("thing:1"), NOW, &f->err));
}

/* A certificate whose SHA-256 is that of its name and number. */
static inline struct model_new_certificate certificate(struct arena *arena, const char *name, int64_t number)
{
	struct str text = arena_format(arena, "%s/%lld", name, (long long)number);
	struct str *names = ARENA_ARRAY(arena, struct str, 2);
	struct model_new_certificate made = {
		.row = {
			.name = str_of(name),
			.subject = arena_format(arena, "CN=%s", name),
			.subject_cn = str_of(name),
			.issuer = STR("CN=R11,O=Test"),
			.issuer_cn = STR("R11"),
			.serial = STR("0a"),
			.not_before = NOW - 30 * 86400,
			.not_after = NOW + 60 * 86400,
			.lifetime_s = 90 * 86400,
			.key_algorithm = STR("rsa"),
			.key_bits = 2048,
			.signature = STR("sha256WithRSAEncryption"),
			.names_count = 2,
			.first_seen = NOW,
			.last_seen = NOW,
		},
		.der = bytes_from(text),
		.facts_json = STR("{\"sha256\":\"x\"}"),
		.names = names,
		.name_count = 2,
	};

	names[0] = str_of(name);
	names[1] = arena_format(arena, "WWW.%s", name);
	hash_sha256(bytes_from(text), made.row.sha256);
	memcpy(made.row.key_sha256, made.row.sha256, HASH_SHA256);
	return made;
}

static inline int64_t add_certificate(struct fixture *f, struct store_txn *txn, const char *name, int64_t number)
{
	struct model_new_certificate made = certificate(f->arena, name, number);
	int64_t id;

	OK(f, store_certificate_add(txn, &made, &id, NULL, &f->err));
	return id;
}

static inline int64_t add_scan(struct fixture *f, struct store_txn *txn)
{
	struct store_scan_new scan = {STR("[\"a\"]"), STR("{}"), STR("user:test"), 10, false};
	int64_t id;

	OK(f, store_scan_add(txn, &scan, NOW, &id, &f->err));
	note(f, txn);
	return id;
}

static inline struct store_seen seen_at(int64_t scan, int64_t number, const char *host, const int64_t *chain,
					size_t count)
{
	return (struct store_seen){
		.scan_id = scan,
		.number = number,
		.host = str_of(host),
		.address = STR("127.0.0.1"),
		.protocol = STR("tls"),
		.server_name = str_of(host),
		.port = 443,
		.outcome = STR("ok"),
		.tls_known = count > 0,
		.chain = chain,
		.chain_count = count,
		.name_matches = 1,
		.chain_complete = 1,
		.private_ca = -1,
		.json = STR("{\"target\":\"x\",\"chain\":[]}"),
		.at = NOW,
		.whole = true,
	};
}
