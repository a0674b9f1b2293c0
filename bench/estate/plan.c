/* SPDX-License-Identifier: Apache-2.0 */

/* An estate by arithmetic: every property of the nth thing is a hash of n, so any part can be made by itself. */

#include "plan.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"

#define DAY 86400

/* splitmix64 */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

static uint64_t draw(const struct plan *plan, uint64_t n, uint64_t what, uint64_t below)
{
	return mix(mix(plan->seed ^ what << 56) ^ n) % below;
}

static const char *const words[] = {
	"shop",  "mail",  "api",    "vpn",   "portal", "pay",    "auth",   "login", "cdn",   "img",   "static", "search",
	"stats", "admin", "intra",  "wiki",  "git",    "build",  "chat",   "voice", "video", "files", "backup", "db",
	"cache", "queue", "events", "audit", "report", "ledger", "orders", "stock", "fleet", "maps",  "edge",   "gate",
};
static const char *const domains[] = {"example.org", "example.net", "example.com", "corp.example", "retail.example",
				      "bank.example", "iot.example", "lab.example"};
static const char *const publics[] = {"R10", "R11", "E5", "E6", "R12", "E7", "DigiCert TLS RSA SHA256 2020 CA1", "GTS CA 1P5",
				      "Sectigo RSA Domain Validation Secure Server CA", "Amazon RSA 2048 M03"};

struct plan plan_of(uint64_t certificates, uint64_t seed, int64_t now)
{
	struct plan plan = {.certificates = certificates, .seed = seed, .now = now};

	plan.authorities = certificates < 1000 ? 20 : certificates / 5000 + 100;
	plan.lineages = (certificates - plan.authorities) * 2 / 5 + 1;
	plan.hosts = certificates * 2 / 3 + 1;
	plan.teams = certificates < 10000 ? 20 : 300;
	return plan;
}

static struct str name_of(const struct plan *plan, uint64_t lineage, struct arena *arena)
{
	const char *word = words[draw(plan, lineage, 1, COUNT_OF(words))];
	const char *domain = domains[draw(plan, lineage, 2, COUNT_OF(domains))];

	if (draw(plan, lineage, 3, 20) == 0)
		return arena_format(arena, "*.%s%llu.%s", word, (unsigned long long)lineage, domain);
	return arena_format(arena, "%s%llu.%s", word, (unsigned long long)lineage, domain);
}

/* Few issuers sign most: the smaller of two draws, twice. */
static uint64_t issuer_of(const struct plan *plan, uint64_t n)
{
	uint64_t a = draw(plan, n, 4, plan->authorities), b = draw(plan, n, 5, plan->authorities);
	uint64_t c = draw(plan, n, 6, plan->authorities);

	a = a < b ? a : b;
	return a < c ? a : c;
}

static struct str authority_name(uint64_t n, struct arena *arena)
{
	if (n < COUNT_OF(publics))
		return str_of(publics[n]);
	return arena_format(arena, "Example Issuing CA %llu", (unsigned long long)n);
}

static uint64_t lineage_of(const struct plan *plan, uint64_t n)
{
	return (n - plan->authorities) % plan->lineages;
}

static void hash_of(const struct plan *plan, uint64_t n, uint64_t what, uint8_t to[HASH_SHA256])
{
	for (size_t i = 0; i < HASH_SHA256; i += 8) {
		uint64_t part = mix(mix(plan->seed + what) ^ (n * 4 + i / 8));

		memcpy(to + i, &part, 8);
	}
}

/* One leaf in twelve has the key of the one before it in its lineage, or of another name. */
static uint64_t key_of(const struct plan *plan, uint64_t n)
{
	if (n >= plan->authorities && draw(plan, n, 7, 12) == 0)
		return plan->authorities + draw(plan, n, 8, plan->certificates - plan->authorities);
	return n;
}

static void key_fill(const struct plan *plan, uint64_t n, struct model_certificate *row)
{
	static const struct {
		const char *algorithm, *curve;
		int64_t bits;
	} kinds[] = {{"rsa", NULL, 2048}, {"rsa", NULL, 2048}, {"ec", "P-256", 256}, {"ec", "P-256", 256},
		     {"rsa", NULL, 4096}, {"ec", "P-384", 384}, {"rsa", NULL, 3072}, {"rsa", NULL, 2048}};
	uint64_t key = key_of(plan, n), kind = draw(plan, key, 9, COUNT_OF(kinds));

	hash_of(plan, key, 2, row->key_sha256);
	row->key_algorithm = str_of(kinds[kind].algorithm);
	row->key_curve = str_of(kinds[kind].curve);
	row->key_bits = kinds[kind].bits;
	row->signature = STR("sha256WithRSAEncryption");
	if (draw(plan, key, 10, 500) == 0) {
		row->key_algorithm = STR("rsa");
		row->key_curve = (struct str){NULL, 0};
		row->key_bits = 1024;
		row->problems |= MODEL_PROBLEM_WEAK_KEY;
	}
}

static void dates_fill(const struct plan *plan, uint64_t n, struct model_certificate *row)
{
	static const int64_t lives[] = {90, 90, 90, 90, 90, 90, 398, 398, 200, 47, 730, 6};
	uint64_t lineage = lineage_of(plan, n), generation = (n - plan->authorities) / plan->lineages;
	uint64_t generations = (plan->certificates - plan->authorities + plan->lineages - 1) / plan->lineages;
	int64_t life = lives[draw(plan, lineage, 11, COUNT_OF(lives))] * DAY, step = life * 2 / 3;
	int64_t age = (int64_t)draw(plan, lineage, 12, (uint64_t)step);

	/* the last generation is the current one; one lineage in forty was not renewed in time */
	row->not_before = plan->now - age - (int64_t)(generations - 1 - generation) * step;
	if (draw(plan, lineage, 13, 40) == 0)
		row->not_before -= life / 2;
	row->not_after = row->not_before + life - 1;
	row->lifetime_s = life;
	row->first_seen = row->not_before + 3600 < plan->now ? row->not_before + 3600 : plan->now;
	row->last_seen = row->not_after < plan->now ? row->not_after : plan->now;
}

static void authority_fill(const struct plan *plan, uint64_t n, struct arena *arena, struct model_certificate *row)
{
	row->name = row->subject_cn = authority_name(n, arena);
	row->issuer_cn = arena_format(arena, "Example Root %llu", (unsigned long long)(n % 12));
	row->ca = true;
	row->not_before = plan->now - 1000 * DAY;
	row->not_after = plan->now + (int64_t)draw(plan, n, 14, 2500) * DAY;
	row->lifetime_s = row->not_after - row->not_before + 1;
	row->first_seen = plan->now - 300 * DAY;
	row->last_seen = plan->now;
}

static void names_fill(const struct plan *plan, uint64_t lineage, struct arena *arena, struct model_new_certificate *out)
{
	uint64_t more = draw(plan, lineage, 15, 8);
	size_t count = more < 4 ? 1 : more < 7 ? 2 : 3 + draw(plan, lineage, 16, 12);
	struct str *names = ARENA_ARRAY(arena, struct str, count);

	names[0] = name_of(plan, lineage, arena);
	for (size_t i = 1; i < count; i++)
		names[i] = i == 1 ? arena_format(arena, "www.%.*s", STR_ARG(names[0]))
				  : arena_format(arena, "n%zu.%.*s", i, STR_ARG(names[0]));
	out->names = names;
	out->name_count = count;
	out->row.names_count = (int64_t)count;
}

static struct str facts_of(const struct model_new_certificate *of, struct arena *arena)
{
	const struct model_certificate *row = &of->row;
	struct buf to = buf_capped(65536);
	char from[CLOCK_TEXT], until[CLOCK_TEXT];
	struct str out;

	clock_write(row->not_before, from);
	clock_write(row->not_after, until);
	buf_addf(&to, "{\"sha256\":\"");
	for (size_t i = 0; i < HASH_SHA256; i++)
		buf_addf(&to, "%02x", row->sha256[i]);
	buf_addf(&to, "\",\"serial\":\"%.*s\",\"version\":3,\"subject\":\"%.*s\",\"subject_cn\":\"%.*s\",\"issuer\":\"%.*s\",\"issuer_cn\":"
		      "\"%.*s\",\"names\":{\"dns\":[",
		 STR_ARG(row->serial), STR_ARG(row->subject), STR_ARG(row->subject_cn), STR_ARG(row->issuer),
		 STR_ARG(row->issuer_cn));
	for (size_t i = 0; i < of->name_count; i++)
		buf_addf(&to, "%s\"%.*s\"", i ? "," : "", STR_ARG(of->names[i]));
	buf_addf(&to, "],\"ip\":[],\"email\":[],\"uri\":[]},\"not_before\":\"%s\",\"not_after\":\"%s\",\"lifetime_s\":%lld,\"key\":{"
		      "\"algorithm\":\"%.*s\",\"bits\":%lld,\"curve\":%s%.*s%s,\"sha256\":\"",
		 from, until, (long long)row->lifetime_s, STR_ARG(row->key_algorithm), (long long)row->key_bits,
		 row->key_curve.data ? "\"" : "null", STR_ARG(row->key_curve), row->key_curve.data ? "\"" : "");
	for (size_t i = 0; i < HASH_SHA256; i++)
		buf_addf(&to, "%02x", row->key_sha256[i]);
	buf_addf(&to, "\"},\"signature\":\"%.*s\",\"validation\":\"dv\",\"ca\":%s,\"path_length\":null,\"self_issued\":false,"
		      "\"self_signed\":false,\"wildcard\":false,\"key_usage\":[\"Digital Signature\",\"Key Encipherment\"],"
		      "\"extended_key_usage\":[\"TLS Web Server Authentication\"],\"policies\":[\"2.23.140.1.2.1\"],"
		      "\"subject_key_id\":\"5d2f\",\"authority_key_id\":\"c5cf\",\"ocsp\":[],\"crl\":[\"http://crl.example/1.crl\"],"
		      "\"ca_issuers\":[\"http://ca.example/1.der\"],\"scts\":2,\"must_staple\":false,\"precertificate\":false}",
		 STR_ARG(row->signature), row->ca ? "true" : "false");
	out = arena_str(arena, buf_str(&to));
	buf_done(&to);
	return out;
}

static struct bytes der_of(const struct plan *plan, uint64_t n, struct arena *arena)
{
	size_t len = 900 + draw(plan, n, 17, 600);
	uint8_t *to = arena_alloc(arena, len + 8);

	for (size_t i = 0; i < len; i += 8) {
		uint64_t part = mix(n * 4096 + i);

		memcpy(to + i, &part, 8);
	}
	to[0] = 0x30;
	return bytes_of(to, len);
}

void plan_certificate(const struct plan *plan, uint64_t n, struct arena *arena, struct model_new_certificate *out)
{
	struct model_certificate *row = &out->row;

	*out = (struct model_new_certificate){0};
	hash_of(plan, n, 1, row->sha256);
	row->serial = arena_format(arena, "%016llx%016llx", (unsigned long long)mix(n), (unsigned long long)mix(~n));
	key_fill(plan, n, row);
	if (n < plan->authorities) {
		authority_fill(plan, n, arena, row);
	} else {
		names_fill(plan, lineage_of(plan, n), arena, out);
		row->name = row->subject_cn = out->names[0];
		row->issuer_cn = authority_name(issuer_of(plan, lineage_of(plan, n)), arena);
		dates_fill(plan, n, row);
	}
	row->subject = arena_format(arena, "CN=%.*s", STR_ARG(row->subject_cn));
	row->issuer = arena_format(arena, "CN=%.*s,O=Example Trust,C=US", STR_ARG(row->issuer_cn));
	out->der = der_of(plan, n, arena);
	out->facts_json = facts_of(out, arena);
}

uint64_t plan_place_count(const struct plan *plan)
{
	return plan->certificates;
}

void plan_place(const struct plan *plan, uint64_t n, struct arena *arena, struct plan_place *out)
{
	static const struct {
		int64_t port;
		const char *protocol;
	} kinds[] = {{443, "tls"}, {443, "tls"}, {443, "tls"}, {8443, "tls"}, {443, "tls"}, {993, "tls"}, {25, "smtp"}, {636, "tls"}};
	uint64_t lineage = draw(plan, n, 18, plan->lineages), leaves = plan->certificates - plan->authorities;
	uint64_t generations = (leaves + plan->lineages - 1) / plan->lineages, generation = generations - 1;
	uint64_t kind = draw(plan, n, 19, COUNT_OF(kinds));

	/* one place in sixty still shows the certificate before the current one */
	if (generation && draw(plan, n, 20, 60) == 0)
		generation--;
	while (generation * plan->lineages + lineage >= leaves)
		generation--;
	out->certificate = plan->authorities + generation * plan->lineages + lineage;
	out->authority = issuer_of(plan, lineage);
	out->host = n % plan->hosts;
	out->host_name = arena_format(arena, "host%llu.dc%llu.example", (unsigned long long)out->host,
				      (unsigned long long)(out->host % 7));
	out->address = arena_format(arena, "10.%llu.%llu.%llu", (unsigned long long)(out->host >> 16 & 255),
				    (unsigned long long)(out->host >> 8 & 255), (unsigned long long)(out->host & 255));
	out->server_name = name_of(plan, lineage, arena);
	out->port = kinds[kind].port;
	out->protocol = kinds[kind].protocol;
}

void plan_words(const struct plan *plan, uint64_t lineage, struct arena *arena, struct plan_words *out)
{
	static const char *const environments[] = {"production", "production", "test", "staging", "development", NULL};
	static const char *const ranks[] = {"normal", "normal", "normal", "high", "low", "critical"};

	*out = (struct plan_words){.team = draw(plan, lineage, 21, plan->teams + plan->teams / 10)};
	if (out->team > plan->teams)
		out->team = plan->teams;
	out->environment = environments[draw(plan, lineage, 22, COUNT_OF(environments))];
	out->criticality = ranks[draw(plan, lineage, 23, COUNT_OF(ranks))];
	out->tag_count = draw(plan, lineage, 24, 4);
	for (size_t i = 0; i < out->tag_count; i++)
		out->tags[i] = arena_format(arena, "tag%llu", (unsigned long long)draw(plan, lineage, 25 + i, 60));
}

struct str plan_team_name(const struct plan *plan, uint64_t team, struct arena *arena)
{
	return arena_format(arena, "team-%03llu-%s", (unsigned long long)team, words[draw(plan, team, 30, COUNT_OF(words))]);
}
