/* SPDX-License-Identifier: Apache-2.0 */

/*
 * OpenSSL as the oracle: thousands of chains, each with a few faults chosen at random (the seed is fixed), are judged by
 * X509_verify_cert and by us, purpose "any". Only faults on which both follow RFC 5280 section 6 are used, and
 * each chain is the only path, for OpenSSL does not go back.
 */

#include "decisions/trust.h"

#include <openssl/x509_vfy.h>

#include "cert_maker.h"
#include "test.h"

#define CHAINS 1500
#define LENGTH_MAX 6

static uint64_t seed = 0x9e3779b97f4a7c15u;

static uint32_t random_below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % n;
}

static bool one_in(uint32_t n)
{
	return random_below(n) == 0;
}

static const char *const constraints[] = {
	"critical,permitted;DNS:example.org",
	"critical,permitted;DNS:a.example.org,permitted;DNS:b.example.org",
	"critical,excluded;DNS:bad.example.org",
	"critical,permitted;email:example.org",
	"critical,permitted;IP:192.0.2.0/255.255.255.0",
	"critical,excluded;IP:192.0.2.128/255.255.255.128",
	"critical,permitted;URI:.example.org",
};

static const char *const names[] = {
	"DNS:example.org", "DNS:a.example.org", "DNS:b.example.org,DNS:a.example.org", "DNS:bad.example.org",
	"DNS:x.bad.example.org,DNS:a.example.org", "DNS:example.net", "IP:192.0.2.1", "IP:192.0.2.200",
	"IP:198.51.100.1,DNS:a.example.org", "email:a@example.org", "email:a@b.example.org", "URI:https://a.example.org/",
	"URI:https://example.org/", NULL,
};

static EVP_PKEY *keys[LENGTH_MAX + 2];

static void spoil_ca(struct make *m)
{
	if (one_in(12))
		m->path_length = 1 + (int)random_below(3);
	if (one_in(25))
		m->basic = one_in(2) ? "critical,CA:FALSE" : "CA:TRUE";
	if (one_in(25))
		m->key_usage = one_in(2) ? "critical,cRLSign" : "keyCertSign";
	if (one_in(8))
		m->constraints = constraints[random_below(COUNT_OF(constraints))];
}

static void spoil(struct make *m, bool twins)
{
	if (one_in(30))
		m->until = -1;
	if (one_in(30))
		m->from = 1;
	if (one_in(25)) {
		m->oid = "1.2.3.4";
		m->oid_value = one_in(2) ? "critical,DER:05:00" : "DER:05:00";
	}
	if (one_in(30))
		m->sign_key = keys[LENGTH_MAX + 1];
	if (one_in(40))
		m->issuer = "CN=Nobody";
	if (!twins && one_in(6))
		m->no_key_ids = true;
}

/* From the root down; returns how many there are. */
static size_t make_chain(struct arena *arena, struct made *chain)
{
	size_t count = 2 + random_below(LENGTH_MAX - 1);
	const bool twins = one_in(5); /* only key identifiers tell those of one name apart */
	char subject[64];

	for (size_t i = 0; i < count; i++) {
		struct make m = {.subject = subject, .by = i ? &chain[i - 1] : NULL, .key = keys[i], .ca = i + 1 < count};

		snprintf(subject, sizeof(subject), "CN=Number %zu/O=Oracle", i);
		if (twins && i && i + 1 < count && one_in(2)) /* self-issued: its issuer's name, when that is not so too */
			snprintf(subject, sizeof(subject), "CN=Number %zu/O=Oracle", i - 1);
		if (i + 1 == count)
			m.names = names[random_below(COUNT_OF(names))];
		if (i && m.ca)
			spoil_ca(&m);
		if (i)
			spoil(&m, twins);
		chain[i] = make(arena, &m);
	}
	return count;
}

static bool by_openssl(const struct made *chain, size_t count, int *why)
{
	STACK_OF(X509) *others = sk_X509_new_null();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	X509_STORE *store = X509_STORE_new();
	bool good;

	X509_STORE_add_cert(store, chain[0].x509);
	for (size_t i = 1; i + 1 < count; i++)
		sk_X509_push(others, chain[i].x509);
	X509_STORE_CTX_init(context, store, chain[count - 1].x509, others);
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context), (time_t)MADE_AT);
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context), 0);
	good = X509_verify_cert(context) == 1;
	*why = X509_STORE_CTX_get_error(context);
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	sk_X509_free(others);
	return good;
}

static bool by_us(struct arena *arena, const struct made *chain, size_t count, struct trust_answer *answer)
{
	struct trust_store *store = trust_store_new(STR("given"), (struct str){0}, 0);
	struct trust_pool *pool = trust_pool_new();
	struct trust_query query = {.leaf = chain[count - 1].cert, .pool = pool, .store = store, .now = MADE_AT,
				    .purpose = TRUST_ANY, .depth = -1};

	trust_store_add(store, chain[0].cert, NULL);
	for (size_t i = 1; i + 1 < count; i++)
		trust_pool_add(pool, chain[i].cert);
	trust_check(arena, &query, answer);
	trust_pool_free(pool);
	trust_store_free(store);
	return answer->trusted;
}

TEST(openssl_and_we_agree)
{
	size_t good = 0, apart = 0;

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		keys[i] = make_key();
	for (size_t i = 0; i < CHAINS; i++) {
		struct arena *arena = arena_new();
		struct made chain[LENGTH_MAX + 1];
		struct trust_answer answer;
		size_t count = make_chain(arena, chain);
		int why;
		bool theirs = by_openssl(chain, count, &why), ours = by_us(arena, chain, count, &answer);

		good += ours;
		if (ours != theirs) {
			apart++;
			print_message("chain %zu of %zu: OpenSSL says %s, we say %.*s\n", i, count,
				      X509_verify_cert_error_string(why), STR_ARG(answer.reason));
			for (size_t j = 0; getenv("SHOW") && j < count; j++)
				X509_print_ex_fp(stdout, chain[j].x509, XN_FLAG_ONELINE, X509_FLAG_NO_SIGDUMP | X509_FLAG_NO_PUBKEY);
		}
		arena_free(arena);
	}
	print_message("%zu of %d chains are good\n", good, CHAINS);
	assert_int_equal(apart, 0);
	assert_in_range(good, CHAINS / 10, CHAINS * 9 / 10);
}

TESTS(RUN(openssl_and_we_agree))
