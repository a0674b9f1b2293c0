/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Makes a synthetic but realistic estate, straight into a store by its own functions, so that every count is right:
 *
 *     bench_estate DATABASE CERTIFICATES [TEAMS]
 *
 * Twice as many sightings as certificates, a host for every second leaf, a few dozen issuers of which two or three have most,
 * lifetimes of 90 days mostly, names of shops and labs, a key shared here and there, expired and forgotten ones, files.
 * The same numbers give the same estate. Prints how long each part took.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hex.h"
#include "facts/model.h"
#include "records/audit.h"
#include "records/store.h"

#define DAY      86400
#define BATCH    500
#define DER_LEN  1100

static uint64_t seed = 88172645463325252u;

/* xorshift64: the same estate each time */
static uint64_t any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}
static uint64_t below(uint64_t n)
{
	return any() % n;
}
static bool chance(uint64_t in_thousand)
{
	return below(1000) < in_thousand;
}

static _Noreturn void die(const struct err *err)
{
	fprintf(stderr, "bench_estate: %s\n", err->text);
	exit(1);
}
#define DO(call)                                                                                   \
	do {                                                                                       \
		if (!(call))                                                                       \
			die(&err);                                                                 \
	} while (0)

static const struct issuer {
	const char *name;
	int weight; /* in a thousand */
	int life_days;
	bool is_private;
} issuers[] = {
	{"R11", 260, 90, false},	   {"R10", 190, 90, false},	    {"E6", 90, 90, false},
	{"WR2", 80, 90, false},		   {"DigiCert TLS RSA SHA256 2020 CA1", 70, 398, false},
	{"Sectigo RSA DV Secure Server CA", 50, 365, false},		    {"Amazon RSA 2048 M03", 40, 395, false},
	{"Corp Issuing CA 1", 100, 365, true}, {"Corp Issuing CA 2", 60, 730, true},
	{"Lab CA", 30, 3650, true},	   {"GlobalSign GCC R6 AlphaSSL CA 2023", 30, 398, false},
};
static const char *const words[] = {"shop", "mail", "api", "www", "vpn", "auth", "cdn", "lab", "pay", "docs", "git", "wiki",
				    "img", "app", "db", "mq", "ldap", "stage", "test", "erp"};
static const char *const zones[] = {"example.org", "shop.example.net", "corp.example", "lab.example", "eu.example.com"};

struct estate {
	struct store *store;
	int64_t now, scan_id;
	int64_t issuer_ids[COUNT_OF(issuers)];
	int64_t certificates;
};

static const struct audit_actor actor = {STR_INIT("bench"), STR_INIT("bench"), {NULL, 0}};

static size_t pick_issuer(void)
{
	int at = (int)below(1000);

	for (size_t i = 0; i < COUNT_OF(issuers); i++)
		if ((at -= issuers[i].weight) < 0)
			return i;
	return 0;
}

/* A certificate that is the nth of the estate; ca: one of the issuers. */
static void make(struct arena *arena, const struct estate *estate, int64_t nth, size_t issuer, bool ca,
		 struct model_new_certificate *out)
{
	const struct issuer *by = &issuers[issuer];
	char *der = arena_chars(arena, DER_LEN);
	struct str *names = ARENA_ARRAY(arena, struct str, 4);
	struct str name = ca ? str_of(by->name)
			     : arena_format(arena, "%s%lld.%s", words[below(COUNT_OF(words))], (long long)nth / 2,
					    zones[below(COUNT_OF(zones))]);
	bool ec = chance(450), wild = !ca && chance(40);
	int64_t life = (int64_t)(ca ? 3650 : by->life_days) * DAY, age = (int64_t)below((uint64_t)life + 20 * DAY);
	struct model_certificate *row = &out->row;
	int64_t key_of = chance(30) ? nth - nth % 50 : nth; /* some share a key */

	if (wild)
		name = arena_format(arena, "*.%.*s", STR_ARG(name));
	for (size_t i = 0; i < DER_LEN; i += 8) {
		uint64_t random = any();

		memcpy(der + i, &random, DER_LEN - i < 8 ? DER_LEN - i : 8);
	}
	memcpy(der, &nth, sizeof nth);
	*out = (struct model_new_certificate){.der = bytes_of(der, DER_LEN), .names = names};
	out->facts_json = arena_format(arena, "{\"subject\":\"CN=%.*s\",\"scts\":2,\"key_usage\":[\"digitalSignature\"]}",
				       STR_ARG(name));
	names[out->name_count++] = name;
	if (!ca && !wild && chance(600))
		names[out->name_count++] = arena_format(arena, "www.%.*s", STR_ARG(name));
	hash_sha256(out->der, row->sha256);
	hash_sha256(bytes_of(&key_of, sizeof key_of), row->key_sha256);
	row->name = name;
	row->subject = arena_format(arena, "CN=%.*s,O=Example %lld", STR_ARG(name), (long long)(nth % 300));
	row->subject_cn = name;
	row->issuer = ca ? STR("CN=Example Root,O=Example") : arena_format(arena, "CN=%s,O=Issuer", by->name);
	if (ca)
		row->subject = arena_format(arena, "CN=%s,O=Issuer", by->name);
	row->issuer_cn = ca ? STR("Example Root") : str_of(by->name);
	row->serial = arena_format(arena, "%016llx", (unsigned long long)any());
	row->not_before = estate->now - age;
	row->not_after = row->not_before + life;
	row->lifetime_s = life;
	row->key_algorithm = ec ? STR("ec") : STR("rsa");
	row->key_curve = ec ? STR("P-256") : (struct str){NULL, 0};
	row->key_bits = ec ? 256 : chance(20) ? 1024 : chance(150) ? 4096 : 2048;
	row->signature = STR("sha256WithRSAEncryption");
	row->names_count = (int64_t)out->name_count;
	row->ca = ca;
	row->problems = row->key_bits == 1024 ? MODEL_PROBLEM_WEAK_KEY : 0;
	row->first_seen = row->not_before < estate->now - 400 * DAY ? estate->now - 400 * DAY : row->not_before;
	row->last_seen = row->first_seen;
	row->wildcard = wild;
	row->validation = by->is_private ? MODEL_KIND_NONE : by->life_days > 90 ? MODEL_KIND_OV : MODEL_KIND_DV;
	row->private_ca = by->is_private;
	row->kind = by->is_private ? MODEL_KIND_PRIVATE : row->validation;
}

/* A server that shows it, with its authority behind it. */
static void see(struct store_txn *txn, struct estate *estate, struct arena *arena, int64_t id, size_t issuer, int64_t number,
		struct str host, int64_t port)
{
	const int64_t chain[] = {id, estate->issuer_ids[issuer]};
	struct store_seen seen = {
		.scan_id = estate->scan_id,
		.number = number,
		.host = host,
		.address = arena_format(arena, "10.%lld.%lld.%lld", (long long)(number >> 16 & 255), (long long)(number >> 8 & 255),
					(long long)(number & 255)),
		.protocol = port == 25 ? STR("smtp") : STR("tls"),
		.server_name = host,
		.port = port,
		.outcome = STR("ok"),
		.tls_known = true,
		.tls_json = chance(800) ? STR("{\"version\":\"TLSv1.3\",\"group\":\"x25519\"}")
					: STR("{\"version\":\"TLSv1.2\",\"group\":\"secp256r1\"}"),
		.chain = chain,
		.chain_count = 2,
		.name_matches = !chance(20),
		.chain_complete = !chance(30),
		.trust_mozilla = STR("trusted"),
		.json = STR("{}"),
		.at = estate->now - (int64_t)below(3 * DAY),
		.whole = true,
	};
	struct err err = {0};
	bool fresh;

	if (!seen.name_matches)
		seen.problems |= MODEL_PROBLEM_NAME_MISMATCH;
	if (!seen.chain_complete)
		seen.problems |= MODEL_PROBLEM_INCOMPLETE_CHAIN;
	DO(store_see(txn, &seen, &fresh, &err));
}

static void add_one(struct store_txn *txn, struct estate *estate, struct arena *arena, int64_t nth)
{
	struct model_new_certificate made;
	size_t issuer = pick_issuer();
	int64_t id, lineage, ports[] = {443, 443, 443, 8443, 25};
	struct err err = {0};
	struct str host;
	bool adopted;

	make(arena, estate, nth, issuer, false, &made);
	DO(store_certificate_add(txn, &made, &id, NULL, &err));
	host = arena_format(arena, "h%lld.%s", (long long)(nth / 2), zones[nth % (int64_t)COUNT_OF(zones)]);
	if (chance(900) && made.row.not_after > estate->now - 10 * DAY)
		see(txn, estate, arena, id, issuer, nth, host, ports[below(COUNT_OF(ports))]);
	DO(store_lineage_adopt(txn, id, false, estate->now, &lineage, &adopted, &err));
	if (chance(550))
		DO(store_lineage_path(txn, lineage, (enum model_path)below(MODEL_PATH_PROVEN + 1), STR("as the bench says"), &err));
}

static void fill(struct estate *estate)
{
	struct err err = {0};

	for (int64_t nth = 0; nth < estate->certificates;) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		struct store_txn *txn = NULL;

		DO(store_write(estate->store, &txn, &err));
		for (int i = 0; i < BATCH && nth < estate->certificates; i++, nth++)
			add_one(txn, estate, arena, nth);
		DO(audit_add(txn, &actor, "bench.fill", STR("estate:1"), estate->now, &err));
		DO(store_commit(&txn, &err));
		if (nth % 20000 == 0)
			fprintf(stderr, "\r%lld", (long long)nth);
	}
	fputc('\r', stderr);
}

static void start(struct estate *estate)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct store_scan_new scan = {STR("[\"bench\"]"), STR("{}"), STR("bench"), estate->certificates, false};
	struct store_txn *txn = NULL;
	struct err err = {0};

	DO(store_write(estate->store, &txn, &err));
	DO(store_scan_add(txn, &scan, estate->now, &estate->scan_id, &err));
	for (size_t i = 0; i < COUNT_OF(issuers); i++) {
		struct model_new_certificate made;

		make(arena, estate, -1 - (int64_t)i, i, true, &made);
		DO(store_certificate_add(txn, &made, &estate->issuer_ids[i], NULL, &err));
	}
	DO(store_scan_state(txn, estate->scan_id, MODEL_SCAN_DONE, STR("bench"), estate->now, &err));
	DO(audit_add(txn, &actor, "bench.start", STR("estate:1"), estate->now, &err));
	DO(store_commit(&txn, &err));
}

int main(int argc, char **argv)
{
	struct estate estate = {.now = clock_now_s()};
	int64_t began = clock_ticks_ms();
	struct err err = {0};
	uint64_t count;

	if (argc < 3 || !str_to_u64(str_of(argv[2]), 10000000, &count)) {
		fprintf(stderr, "usage: bench_estate DATABASE CERTIFICATES\n");
		return 2;
	}
	estate.certificates = (int64_t)count;
	DO(store_open(argv[1], NULL, &estate.store, &err));
	start(&estate);
	fill(&estate);
	DO(store_checkpoint(estate.store, &err));
	store_close(estate.store);
	printf("%llu certificates in %lld ms\n", (unsigned long long)count, (long long)(clock_ticks_ms() - began));
	return 0;
}
