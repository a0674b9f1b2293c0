/* SPDX-License-Identifier: Apache-2.0 */

/* Rows of rules: name constraints, policies, usages, path lengths, forms; each a chain of root, CA and leaf. */

#include "decisions/trust.h"

#include "cert_maker.h"
#include "test.h"

struct bench {
	struct arena *arena;
	struct trust_store *store;
	struct trust_pool *pool;
	struct trust_answer answer;
};

static struct bench bench_open(void)
{
	return (struct bench){arena_new(), trust_store_new(STR("given"), STR("1"), 0), trust_pool_new(), {0}};
}

static void bench_close(struct bench *b)
{
	trust_pool_free(b->pool);
	trust_store_free(b->store);
	arena_free(b->arena);
}

static bool check(struct bench *b, const struct made *leaf, enum trust_purpose purpose, int32_t depth)
{
	struct trust_query query = {.leaf = leaf->cert, .pool = b->pool, .store = b->store, .now = MADE_AT,
				    .purpose = purpose, .depth = depth};

	trust_check(b->arena, &query, &b->answer);
	return b->answer.trusted;
}

static void assert_row(const struct bench *b, size_t row, const char *text, bool good)
{
	if (b->answer.trusted != good)
		fail_msg("row %zu (%s): wanted %s, got: %.*s", row, text, good ? "yes" : "no", STR_ARG(b->answer.reason));
}

/* after RFC 5280 section 4.2.1.10 */
TEST(name_constraints_hold)
{
	static const struct {
		const char *constraints, *names, *subject;
		bool good;
	} rows[] = {
		{"permitted;DNS:example.org", "DNS:example.org", NULL, true},
		{"permitted;DNS:example.org", "DNS:a.b.EXAMPLE.org", NULL, true},
		{"permitted;DNS:example.org", "DNS:badexample.org", NULL, false},
		{"permitted;DNS:example.org", "DNS:example.org,DNS:other.net", NULL, false},
		{"permitted;DNS:example.org", "IP:192.0.2.1", NULL, true},
		{"permitted;DNS:example.org", "DNS:*.example.org", NULL, true},
		{"permitted;DNS:a.example.org", "DNS:*.example.org", NULL, false},
		{"permitted;DNS:.example.org", "DNS:a.example.org", NULL, true},
		{"permitted;DNS:.example.org", "DNS:example.org", NULL, false},
		{"permitted;DNS:*.example.org", "DNS:a.example.org", NULL, false},
		{"permitted;DNS:example.org.", "DNS:a.example.org", NULL, false},
		{"permitted;DNS:example.org", "DNS:example.org.", NULL, false},
		{"permitted;DNS:example.org", "DNS:a..example.org", NULL, false},
		{"permitted;DNS:example.org", NULL, "CN=www.example.org", true},
		{"permitted;DNS:example.org", NULL, "CN=www.other.net", false},
		{"permitted;DNS:example.org", NULL, "CN=A person", true},
		{"permitted;DNS:example.org", "email:a@b.net", "CN=www.other.net", true},
		{"excluded;DNS:example.org", "DNS:a.example.org", NULL, false},
		{"excluded;DNS:a.example.org", "DNS:*.example.org", NULL, false},
		{"excluded;DNS:a.b.example.org", "DNS:*.example.org", NULL, true},
		{"excluded;DNS:example.org", "DNS:notexample.org", NULL, true},
		{"excluded;DNS:example.org", "DNS:*.org", NULL, false},
		{"permitted;DNS:example.org,excluded;DNS:a.example.org", "DNS:b.example.org", NULL, true},
		{"permitted;DNS:example.org,excluded;DNS:a.example.org", "DNS:x.a.example.org", NULL, false},
		{"permitted;IP:192.0.2.0/255.255.255.0", "IP:192.0.2.77", NULL, true},
		{"permitted;IP:192.0.2.0/255.255.255.0", "IP:192.0.3.1", NULL, false},
		{"permitted;IP:192.0.2.0/255.255.255.0", "IP:2001:db8::1", NULL, false},
		{"permitted;IP:192.0.2.0/255.0.255.0", "IP:192.0.2.1", NULL, false},
		{"permitted;IP:0.0.0.0/0.0.0.0", "IP:198.51.100.7", NULL, true},
		{"excluded;IP:0:0:0:0:0:ffff:c000:200/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00", "IP:192.0.2.1", NULL, true},
		{"permitted;email:example.org", "email:a@example.org", NULL, true},
		{"permitted;email:example.org", "email:a@b.example.org", NULL, false},
		{"permitted;email:.example.org", "email:a@b.example.org", NULL, true},
		{"permitted;email:.example.org", "email:a@example.org", NULL, false},
		{"permitted;email:a@example.org", "email:a@EXAMPLE.org", NULL, true},
		{"permitted;email:a@example.org", "email:A@example.org", NULL, false},
		{"permitted;email:example.org", "email:a@b@example.org", NULL, false},
		{"permitted;email:example.org", NULL, "CN=x/emailAddress=a@other.net", false},
		{"permitted;email:example.org", NULL, "CN=x/emailAddress=a@example.org", true},
		{"permitted;email:example.org", "DNS:x.example", "CN=x/emailAddress=a@other.net", true},
		{"permitted;email:a@b@example.org", "DNS:x.example", NULL, false},
		{"permitted;URI:host.example.org", "URI:https://host.example.org:8443/x", NULL, true},
		{"permitted;URI:host.example.org", "URI:https://a.host.example.org/", NULL, false},
		{"permitted;URI:.example.org", "URI:https://user@a.example.org/?q", NULL, true},
		{"permitted;URI:.example.org", "URI:https://example.org/", NULL, false},
		{"permitted;URI:.example.org", "URI:https://192.0.2.1/", NULL, false},
		{"permitted;URI:.example.org", "URI:https://a.example.org:http/", NULL, false},
		{"permitted;URI:.example.org", "URI:urn:isbn:1", NULL, false},
		{"permitted;URI:org", "URI:https://org/", NULL, false},
		{"permitted;RID:1.2.3", "DNS:x.example", NULL, true},
		{"permitted;RID:1.2.3", "RID:1.2.3", NULL, false},
		{"excluded;otherName:1.2.3;UTF8:x", "otherName:1.2.3;UTF8:y", NULL, false},
		{"excluded;otherName:1.2.3;UTF8:x", "otherName:1.2.4;UTF8:y", NULL, true},
	};
	struct bench b = bench_open();
	struct made root = make(b.arena, &(struct make){.subject = "CN=Root", .ca = true}), ca, leaf;
	char text[64];

	trust_store_add(b.store, root.cert, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		snprintf(text, sizeof(text), "CN=CA %zu", i);
		ca = make(b.arena, &(struct make){.subject = text, .by = &root, .ca = true,
						  .constraints = rows[i].constraints});
		leaf = make(b.arena, &(struct make){.subject = rows[i].subject ? rows[i].subject : "CN=leaf", .by = &ca,
						    .names = rows[i].names});
		trust_pool_add(b.pool, ca.cert);
		check(&b, &leaf, TRUST_ANY, -1);
		assert_row(&b, i, rows[i].names ? rows[i].names : rows[i].subject, rows[i].good);
	}
	bench_close(&b);
}

struct policy_row {
	const char *root_inhibit, *ca_policies, *ca_constraints, *ca_mappings, *ca_inhibit, *leaf_policies;
	bool good;
};

/* after RFC 5280 section 6.1.3 (d) to (f) */
TEST(policies_are_asked_for_when_a_ca_requires_one)
{
	static const struct policy_row rows[] = {
		{NULL, NULL, NULL, NULL, NULL, NULL, true},
		{NULL, "1.2.3", "requireExplicitPolicy:0", NULL, NULL, "1.2.3", true},
		{NULL, "1.2.3", "requireExplicitPolicy:0", NULL, NULL, "1.2.4", false},
		{NULL, "1.2.3", "requireExplicitPolicy:0", NULL, NULL, NULL, false},
		{NULL, NULL, "requireExplicitPolicy:0", NULL, NULL, "1.2.3", false},
		{NULL, "1.2.3", "requireExplicitPolicy:1", NULL, NULL, "1.2.4", false},
		{NULL, "1.2.3", "requireExplicitPolicy:2", NULL, NULL, "1.2.4", true},
		{NULL, "2.5.29.32.0", "requireExplicitPolicy:0", NULL, NULL, "1.2.4", true},
		{NULL, "1.2.3", "requireExplicitPolicy:0", NULL, NULL, "2.5.29.32.0", true},
		{NULL, "1.2.3", "requireExplicitPolicy:0", NULL, "0", "2.5.29.32.0", false},
		{NULL, "1.2.3", "requireExplicitPolicy:0", NULL, "1", "2.5.29.32.0", true},
		{"0", "2.5.29.32.0", "requireExplicitPolicy:0", NULL, NULL, "1.2.4", true}, /* a root gives name and key only */
		{NULL, "1.2.3", "requireExplicitPolicy:0", "1.2.3:1.2.9", NULL, "1.2.9", true},
		{NULL, "1.2.3", "requireExplicitPolicy:0", "1.2.3:1.2.9", NULL, "1.2.3", false},
		{NULL, "1.2.3", "requireExplicitPolicy:0,inhibitPolicyMapping:0", "1.2.3:1.2.9", NULL, "1.2.9", true},
		{NULL, "1.2.3", NULL, "2.5.29.32.0:1.2.9", NULL, "1.2.9", false},
	};
	struct bench b = bench_open();
	struct made root, ca, leaf;
	char text[64];

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		snprintf(text, sizeof(text), "CN=Root %zu", i);
		root = make(b.arena, &(struct make){.subject = text, .ca = true, .inhibit_any = rows[i].root_inhibit});
		ca = make(b.arena, &(struct make){.subject = "CN=CA", .by = &root, .ca = true,
						  .policies = rows[i].ca_policies,
						  .policy_constraints = rows[i].ca_constraints,
						  .mappings = rows[i].ca_mappings, .inhibit_any = rows[i].ca_inhibit});
		leaf = make(b.arena, &(struct make){.subject = "CN=leaf", .by = &ca, .policies = rows[i].leaf_policies});
		trust_store_add(b.store, root.cert, NULL);
		trust_pool_add(b.pool, ca.cert);
		check(&b, &leaf, TRUST_ANY, -1);
		assert_row(&b, i, rows[i].ca_constraints ? rows[i].ca_constraints : "none", rows[i].good);
	}
	bench_close(&b);
}

/* Mappings that inhibit takes effect below the CA that says so. */
TEST(mapping_ends_where_it_is_inhibited)
{
	struct bench b = bench_open();
	struct made root = make(b.arena, &(struct make){.subject = "CN=Root", .ca = true});
	struct made one = make(b.arena, &(struct make){.subject = "CN=One", .by = &root, .ca = true, .policies = "1.2.3",
						       .policy_constraints = "requireExplicitPolicy:0,inhibitPolicyMapping:0"});
	struct made two = make(b.arena, &(struct make){.subject = "CN=Two", .by = &one, .ca = true, .policies = "1.2.3",
						       .mappings = "1.2.3:1.2.9"});
	struct made leaf = make(b.arena, &(struct make){.subject = "CN=leaf", .by = &two, .policies = "1.2.9"});

	trust_store_add(b.store, root.cert, NULL);
	trust_pool_add(b.pool, one.cert);
	trust_pool_add(b.pool, two.cert);
	assert_false(check(&b, &leaf, TRUST_ANY, -1));
	bench_close(&b);
}

/* What is wrong with one certificate alone. */
TEST(forms_and_rights)
{
	static const struct {
		const char *what;
		struct make ca, leaf;
		enum trust_purpose purpose;
		bool good;
	} rows[] = {
		{"plain", {.ca = true}, {.usage = "serverAuth"}, TRUST_SERVER, true},
		{"no usage at all", {.ca = true}, {0}, TRUST_SERVER, true},
		{"usage of clients", {.ca = true}, {.usage = "clientAuth"}, TRUST_SERVER, false},
		{"usage of clients, for a client", {.ca = true}, {.usage = "clientAuth"}, TRUST_CLIENT, true},
		{"any usage", {.ca = true}, {.usage = "anyExtendedKeyUsage"}, TRUST_CLIENT, true},
		{"CA for mail only", {.ca = true, .usage = "emailProtection"}, {.usage = "serverAuth"}, TRUST_SERVER, false},
		{"CA for any usage", {.ca = true, .usage = "anyExtendedKeyUsage"}, {.usage = "serverAuth"}, TRUST_SERVER, true},
		{"server-gated crypto", {.ca = true, .usage = "nsSGC"}, {.usage = "serverAuth"}, TRUST_SERVER, false},
		{"not a CA", {.basic = "critical,CA:FALSE"}, {0}, TRUST_ANY, false},
		{"nothing about CA", {0}, {0}, TRUST_ANY, false},
		{"version 1", {.v1 = true}, {0}, TRUST_ANY, false},
		{"CA may not sign", {.ca = true, .key_usage = "critical,cRLSign"}, {0}, TRUST_ANY, false},
		{"CA expired", {.ca = true, .from = -100, .until = -1}, {0}, TRUST_ANY, false},
		{"CA of tomorrow", {.ca = true, .from = 1}, {0}, TRUST_ANY, false},
		{"leaf expired", {.ca = true}, {.from = -100, .until = -1}, TRUST_ANY, false},
		{"path length 0", {.ca = true, .path_length = 1}, {0}, TRUST_ANY, true},
		{"unknown extension", {.ca = true}, {.oid = "1.2.3.4", .oid_value = "DER:05:00"}, TRUST_ANY, true},
		{"unknown critical extension", {.ca = true}, {.oid = "1.2.3.4", .oid_value = "critical,DER:05:00"}, TRUST_ANY, false},
		{"in the CA", {.ca = true, .oid = "1.2.3.4", .oid_value = "critical,DER:05:00"}, {0}, TRUST_ANY, false},
		{"critical access information", {.ca = true}, {.oid = "authorityInfoAccess",
		 .oid_value = "critical,OCSP;URI:http://x.example"}, TRUST_ANY, false},
		{"precertificate", {.ca = true}, {.oid = "1.3.6.1.4.1.11129.2.4.3", .oid_value = "critical,DER:05:00"}, TRUST_ANY, false},
		{"constraints in a leaf", {.ca = true}, {.constraints = "permitted;DNS:x.example"}, TRUST_SERVER, false},
		{"leaf signs", {.ca = true}, {.key_usage = "keyCertSign"}, TRUST_SERVER, false},
		{"no key ids", {.ca = true, .no_key_ids = true}, {0}, TRUST_SERVER, false},
		{"no key ids, any purpose", {.ca = true, .no_key_ids = true}, {.no_key_ids = true}, TRUST_ANY, true},
		{"negative serial", {.ca = true}, {.serial = -5}, TRUST_SERVER, false},
		{"negative serial, any purpose", {.ca = true}, {.serial = -5}, TRUST_ANY, true},
		{"a CA as a server", {.ca = true}, {.ca = true}, TRUST_SERVER, false},
		{"empty list of names", {.ca = true}, {.oid = "2.5.29.17", .oid_value = "DER:30:00"}, TRUST_ANY, false},
	};
	struct bench b = bench_open();
	struct made root = make(b.arena, &(struct make){.subject = "CN=Root", .ca = true}), ca, leaf;
	struct make m;
	char text[64];

	trust_store_add(b.store, root.cert, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		snprintf(text, sizeof(text), "CN=CA %zu", i);
		m = rows[i].ca;
		m.subject = text;
		m.by = &root;
		ca = make(b.arena, &m);
		m = rows[i].leaf;
		m.subject = "CN=leaf";
		m.by = &ca;
		leaf = make(b.arena, &m);
		trust_pool_add(b.pool, ca.cert);
		check(&b, &leaf, rows[i].purpose, -1);
		assert_row(&b, i, rows[i].what, rows[i].good);
	}
	bench_close(&b);
}

/* Self-issued CAs do not count, neither for path lengths nor for the depth. */
TEST(path_lengths_count_cas_that_are_not_self_issued)
{
	struct bench b = bench_open();
	struct made root = make(b.arena, &(struct make){.subject = "CN=Root", .ca = true});
	struct made one = make(b.arena, &(struct make){.subject = "CN=One", .by = &root, .ca = true, .path_length = 1});
	struct made again = make(b.arena, &(struct make){.subject = "CN=One", .by = &one, .ca = true, .path_length = 1});
	struct made two = make(b.arena, &(struct make){.subject = "CN=Two", .by = &again, .ca = true});
	struct made leaf = make(b.arena, &(struct make){.subject = "CN=leaf", .by = &again});
	struct made far = make(b.arena, &(struct make){.subject = "CN=far", .by = &two});

	trust_store_add(b.store, root.cert, NULL);
	trust_pool_add(b.pool, one.cert);
	trust_pool_add(b.pool, again.cert);
	trust_pool_add(b.pool, two.cert);
	assert_true(check(&b, &leaf, TRUST_SERVER, -1));
	assert_int_equal(b.answer.path_count, 4);
	assert_true(check(&b, &leaf, TRUST_SERVER, 1));
	assert_false(check(&b, &leaf, TRUST_SERVER, 0));
	assert_false(check(&b, &far, TRUST_SERVER, -1));
	assert_true(str_has(b.answer.reason, STR("allows 0 CAs below it")));
	bench_close(&b);
}

static EVP_PKEY *dsa_key(EVP_PKEY *parameters)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(parameters, NULL);
	EVP_PKEY *key = NULL;

	EVP_PKEY_keygen_init(context);
	assert_int_equal(EVP_PKEY_keygen(context, &key), 1);
	EVP_PKEY_CTX_free(context);
	return make_kept(key);
}

static EVP_PKEY *dsa_parameters(void)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_DSA, NULL);
	EVP_PKEY *parameters = NULL;

	EVP_PKEY_paramgen_init(context);
	EVP_PKEY_CTX_set_dsa_paramgen_bits(context, 1024);
	assert_int_equal(EVP_PKEY_paramgen(context, &parameters), 1);
	EVP_PKEY_CTX_free(context);
	return make_kept(parameters);
}

/* after RFC 5280 section 6.1.4 (e) */
TEST(dsa_parameters_are_inherited)
{
	struct bench b = bench_open();
	EVP_PKEY *parameters = dsa_parameters();
	struct made root = make(b.arena, &(struct make){.subject = "CN=Root", .ca = true, .key = dsa_key(parameters)});
	struct made ca = make(b.arena, &(struct make){.subject = "CN=CA", .by = &root, .ca = true, .key = dsa_key(parameters),
						      .no_parameters = true});
	struct made leaf = make(b.arena, &(struct make){.subject = "CN=leaf", .by = &ca});
	struct made wrong = make(b.arena, &(struct make){.subject = "CN=leaf", .by = &ca, .sign_key = dsa_key(parameters)});

	trust_store_add(b.store, root.cert, NULL);
	trust_pool_add(b.pool, ca.cert);
	assert_true(check(&b, &leaf, TRUST_ANY, -1));
	assert_false(check(&b, &wrong, TRUST_ANY, -1));
	assert_false(check(&b, &leaf, TRUST_SERVER, -1)); /* no DSA for servers */
	bench_close(&b);
}

TESTS(RUN(dsa_parameters_are_inherited), RUN(name_constraints_hold), RUN(policies_are_asked_for_when_a_ca_requires_one), RUN(mapping_ends_where_it_is_inhibited),
      RUN(forms_and_rights), RUN(path_lengths_count_cas_that_are_not_self_issued))
