/* SPDX-License-Identifier: Apache-2.0 */

/* Every case of tests/data/chains/cases.json: the verdict of its suite, and words when it is "no". */

#include "decisions/trust.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/pem.h"
#include "facts/crl.h"
#include "facts/hostname.h"
#include "test.h"

#define CRLS_MAX 16

static const struct cert *cert_of(struct arena *arena, struct str pem)
{
	const struct cert *cert = NULL;
	struct str label;
	struct bytes der;
	struct err err;

	if (!pem_take(arena, &pem, &label, &der) || !der.data || !cert_read(arena, der, &cert, &err))
		return NULL;
	return cert;
}

static size_t crls_of(struct arena *arena, const struct json_value *list, const struct crl **to)
{
	size_t count = 0;

	for (size_t i = 0; i < json_in_count(list) && count < CRLS_MAX; i++) {
		struct str pem = json_in_str(json_in_at(list, i), (struct str){0}), label;
		struct bytes der;
		struct err err;

		if (pem_take(arena, &pem, &label, &der) && crl_read(arena, der, &to[count], &err))
			count++;
		else
			print_message("a list cannot be read: %s\n", err.text);
	}
	return count;
}

static enum trust_purpose purpose_of(struct str text)
{
	return str_is(text, "server") ? TRUST_SERVER : str_is(text, "client") ? TRUST_CLIENT : TRUST_ANY;
}

static void judge(struct arena *arena, const struct json_value *test, struct trust_answer *answer)
{
	const struct json_value *roots = json_in_get(test, "roots"), *others = json_in_get(test, "intermediates");
	struct trust_store *store = trust_store_new(STR("given"), (struct str){0}, 0);
	struct trust_pool *pool = trust_pool_new();
	struct str host = json_in_str(json_in_get(test, "host"), (struct str){0});
	struct str time = json_in_str(json_in_get(test, "time"), (struct str){0});
	const struct cert *cert;
	const struct crl *crls[CRLS_MAX];
	struct hostname name;
	struct err err;
	struct trust_query query = {
		.pool = pool, .store = store, .crls = crls, .now = clock_now_s(),
		.purpose = purpose_of(json_in_str(json_in_get(test, "purpose"), STR("any"))),
		.depth = (int32_t)json_in_int(json_in_get(test, "max_depth"), -1),
		.leaf = cert_of(arena, json_in_str(json_in_get(test, "leaf"), (struct str){0})),
	};

	*answer = (struct trust_answer){.reason = STR("the certificate cannot be read")};
	for (size_t i = 0; i < json_in_count(roots); i++)
		if ((cert = cert_of(arena, json_in_str(json_in_at(roots, i), (struct str){0}))))
			trust_store_add(store, cert, NULL);
	for (size_t i = 0; i < json_in_count(others); i++)
		if ((cert = cert_of(arena, json_in_str(json_in_at(others, i), (struct str){0}))))
			trust_pool_add(pool, cert);
	query.crl_count = crls_of(arena, json_in_get(test, "crls"), crls);
	if (time.data)
		assert_true(clock_read(time, &query.now));
	if (host.data) {
		assert_true(hostname_read(arena, host, &name, &err));
		query.name = &name;
	}
	if (query.leaf)
		trust_check(arena, &query, answer);
	trust_pool_free(pool);
	trust_store_free(store);
}

TEST(every_case_of_the_suites_comes_out_right)
{
	struct arena *arena = arena_new(), *work = arena_new();
	const struct json_value *cases;
	struct json_doc *doc = NULL;
	struct bytes text;
	struct err err;
	size_t wrong = 0;

	if (!file_read(arena, "data/chains/cases.json", 16 << 20, &text, &err) ||
	    !json_doc_read(str_from(text), &doc, &err))
		fail_msg("%s", err.text);
	cases = json_in_get(json_doc_root(doc), "cases");
	assert_true(json_in_count(cases) >= 90);
	for (size_t i = 0; i < json_in_count(cases); i++) {
		const struct json_value *test = json_in_at(cases, i);
		const bool accept = json_in_bool(json_in_get(test, "accept"), false);
		struct trust_answer answer;

		arena_reset(work);
		judge(work, test, &answer);
		assert_true(answer.reason.len > 0);
		if (getenv("SHOW"))
			print_message("%s %s: %.*s\n", accept ? "ACCEPT" : "reject",
				      json_in_str(json_in_get(test, "name"), STR("?")).data, STR_ARG(answer.reason));
		if (answer.trusted == accept)
			continue;
		wrong++;
		print_message("%s %s: wanted %s, got: %.*s\n", json_in_str(json_in_get(test, "suite"), STR("?")).data,
			      json_in_str(json_in_get(test, "name"), STR("?")).data, accept ? "yes" : "no",
			      STR_ARG(answer.reason));
	}
	json_doc_free(doc);
	arena_free(work);
	arena_free(arena);
	assert_int_equal(wrong, 0);
}

TESTS(RUN(every_case_of_the_suites_comes_out_right))
