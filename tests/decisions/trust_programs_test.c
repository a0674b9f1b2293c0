/* SPDX-License-Identifier: Apache-2.0 */

/* The root programs' lists, and the judgement of scan records. */

#include "decisions/trust.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include "base/asset.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/pem.h"
#include "cert_maker.h"
#include "facts/scan_record.h"
#include "test.h"

static struct trust_packs shipped(void)
{
	return (struct trust_packs){
		.mozilla_json = asset_find(STR("data/trust/mozilla_roots.json")),
		.mozilla_pem = asset_find(STR("data/trust/mozilla_tls_roots.pem")),
		.chrome_json = asset_find(STR("data/trust/chrome_root_store.json")),
		.programs_json = asset_find(STR("data/trust/root_programs.json")),
	};
}

TEST(the_shipped_lists_are_read_whole_and_have_their_dates)
{
	static const struct {
		const char *name;
		size_t count;
		const char *date;
	} rows[] = {
		{"mozilla", 121, "2026-05-01T00:00:00Z"},
		{"chrome", 104, "2026-01-01T00:00:00Z"},
		{"apple", 156, "2025-12-28T00:00:00Z"},
		{"microsoft", 331 + 218, "2026-07-19T00:00:00Z"},
		{"system", 0, NULL},
	};
	struct trust_packs packs = shipped();
	struct trust_set *set;
	struct err err;

	assert_true(trust_set_new(&packs, &set, &err));
	assert_int_equal(trust_set_count(set), COUNT_OF(rows));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct trust_store *store = trust_set_at(set, i);
		int64_t at = INT64_MIN;

		assert_str(trust_store_name(store), rows[i].name);
		assert_int_equal(trust_store_count(store), rows[i].count);
		if (rows[i].date)
			assert_true(clock_read(str_of(rows[i].date), &at));
		assert_true(trust_store_dated(store) == at);
		assert_true(trust_store_version(store).len > 0 || i == 3);
		assert_ptr_equal(trust_set_find(set, str_of(rows[i].name)), store);
	}
	assert_null(trust_set_find(set, STR("nobody")));
	trust_set_free(set);
}

TEST(a_spoilt_list_is_an_error_that_names_the_file)
{
	static const char *const spoilt[] = {
		"", "[]", "{}", "{\"roots\":7}", "{\"roots\":[{}]}", "{\"roots\":[{\"sha256\":\"00\"}]}",
		("{\"roots\":[{\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\","
		 "\"server_auth\":\"trusted\",\"server_distrust_after\":\"soon\"}]}"),
	};
	struct trust_packs packs;
	struct trust_set *set;
	struct err err;

	for (size_t i = 0; i < COUNT_OF(spoilt); i++) {
		packs = shipped();
		packs.mozilla_json = bytes_from(str_of(spoilt[i]));
		assert_false(trust_set_new(&packs, &set, &err));
		assert_non_null(strstr(err.text, "mozilla_roots.json"));
	}
	packs = shipped();
	packs.mozilla_pem = (struct bytes){0};
	assert_false(trust_set_new(&packs, &set, &err));
	packs = shipped();
	packs.programs_json = (struct bytes){0};
	assert_false(trust_set_new(&packs, &set, &err));
}

/* A set whose system store is one root of our own. */
static struct trust_set *set_with(const struct made *root)
{
	CLEANUP(buf_done) struct buf pem = buf_capped(1 << 16);
	struct trust_packs packs = shipped();
	BIO *bio = BIO_new(BIO_s_mem());
	struct trust_set *set;
	struct err err;
	char *text;
	long len;

	PEM_write_bio_X509(bio, root->x509);
	len = BIO_get_mem_data(bio, &text);
	buf_add(&pem, text, (size_t)len);
	BIO_free(bio);
	packs.system_pem = buf_bytes(&pem);
	assert_true(trust_set_new(&packs, &set, &err));
	return set;
}

static struct scan_cert *scanned(struct arena *arena, const struct cert *cert)
{
	struct scan_cert *scan = ARENA_NEW(arena, struct scan_cert);

	scan->der = cert->der;
	scan->facts = cert;
	memcpy(scan->sha256, cert->sha256, sizeof(scan->sha256));
	return scan;
}

struct scene {
	struct arena *arena;
	struct made root, sub, leaf;
	struct trust_set *set;
	struct trust_judge *judge;
	struct scan_record record;
	struct scan_cert *chain[4];
};

static void scene_open(struct scene *s)
{
	*s = (struct scene){.arena = arena_new()};
	s->root = make(s->arena, &(struct make){.subject = "CN=Own Root", .ca = true});
	s->sub = make(s->arena, &(struct make){.subject = "CN=Own Sub", .by = &s->root, .ca = true});
	s->leaf = make(s->arena, &(struct make){.subject = "CN=a.example", .by = &s->sub, .names = "DNS:a.example",
						.usage = "serverAuth"});
	s->set = set_with(&s->root);
	s->judge = trust_judge_new(s->set);
	s->record = (struct scan_record){.host = STR("a.example"), .chain = s->chain};
}

static void scene_close(struct scene *s)
{
	trust_judge_free(s->judge);
	trust_set_free(s->set);
	arena_free(s->arena);
}

static void judge(struct scene *s, const struct cert *one, const struct cert *two, int64_t now)
{
	s->record.chain_count = 0;
	if (one)
		s->chain[s->record.chain_count++] = scanned(s->arena, one);
	if (two)
		s->chain[s->record.chain_count++] = scanned(s->arena, two);
	s->record.name_matches = s->record.chain_complete = SCAN_UNKNOWN;
	s->record.trust.mozilla = s->record.trust.chrome = s->record.trust.system = (struct str){0};
	trust_judge_record(s->judge, &s->record, now);
}

TEST(records_are_judged_by_what_the_server_sent)
{
	struct scene s;

	scene_open(&s);
	for (size_t round = 0; round < 2; round++) { /* the second time from memory */
		judge(&s, s.leaf.cert, s.sub.cert, MADE_AT);
		assert_int_equal(s.record.name_matches, SCAN_YES);
		assert_int_equal(s.record.chain_complete, SCAN_YES);
		assert_str(s.record.trust.system, "trusted");
		assert_str(s.record.trust.mozilla, "its issuer is neither in the store nor sent along: CN=Own Root");
		judge(&s, s.leaf.cert, NULL, MADE_AT);
		assert_int_equal(s.record.chain_complete, SCAN_NO);
		assert_str(s.record.trust.system, "its issuer is neither in the store nor sent along: CN=Own Sub");
	}
	judge(&s, s.leaf.cert, s.sub.cert, MADE_AT + 90 * DAY); /* memory ends with time */
	assert_true(str_starts(s.record.trust.system, STR("expired 30 days ago")));
	judge(&s, NULL, NULL, MADE_AT);
	assert_int_equal(s.record.name_matches, SCAN_UNKNOWN);
	assert_null(s.record.trust.system.data);
	scene_close(&s);
}

TEST(the_name_that_was_asked_for_decides)
{
	struct scene s;

	scene_open(&s);
	s.record.server_name = STR("b.example");
	judge(&s, s.leaf.cert, s.sub.cert, MADE_AT);
	assert_int_equal(s.record.name_matches, SCAN_NO);
	s.record.server_name = STR("A.EXAMPLE");
	judge(&s, s.leaf.cert, s.sub.cert, MADE_AT);
	assert_int_equal(s.record.name_matches, SCAN_YES);
	s.record.server_name = (struct str){0};
	s.record.host = STR("192.0.2.1"); /* the certificate names no address: nothing to be said */
	judge(&s, s.leaf.cert, s.sub.cert, MADE_AT);
	assert_int_equal(s.record.name_matches, SCAN_UNKNOWN);
	s.leaf = make(s.arena, &(struct make){.subject = "CN=x", .by = &s.sub, .names = "IP:192.0.2.9"});
	judge(&s, s.leaf.cert, s.sub.cert, MADE_AT);
	assert_int_equal(s.record.name_matches, SCAN_NO);
	s.record.host = STR("192.0.2.9");
	judge(&s, s.leaf.cert, s.sub.cert, MADE_AT);
	assert_int_equal(s.record.name_matches, SCAN_YES);
	scene_close(&s);
}

TEST(unreadable_certificates_are_judged_too)
{
	struct scene s;

	scene_open(&s);
	s.chain[0] = scanned(s.arena, s.leaf.cert);
	s.chain[1] = scanned(s.arena, s.sub.cert);
	s.record.chain_count = 2;
	s.chain[0]->facts = NULL;
	trust_judge_record(s.judge, &s.record, MADE_AT);
	assert_str(s.record.trust.mozilla, "the certificate cannot be read");
	s.chain[0] = scanned(s.arena, s.leaf.cert);
	s.chain[1]->facts = NULL;
	trust_judge_record(s.judge, &s.record, MADE_AT);
	assert_int_equal(s.record.chain_complete, SCAN_NO);
	scene_close(&s);
}

TEST(a_long_scan_forgets_and_goes_on)
{
	struct scene s;
	struct scan_cert *fake;

	scene_open(&s);
	s.record.chain_count = 2;
	s.chain[1] = scanned(s.arena, s.sub.cert);
	for (uint32_t i = 0; i < 20000; i++) { /* as many leaves by hash */
		fake = scanned(s.arena, s.leaf.cert);
		memcpy(fake->sha256, &i, sizeof(i));
		s.chain[0] = fake;
		trust_judge_record(s.judge, &s.record, MADE_AT);
		assert_str(s.record.trust.system, "trusted");
	}
	scene_close(&s);
}

/* A chain of one or two, judged with lists that were read at once and with lists that wait: the same is said. */
static void judge_both(struct arena *arena, struct trust_judge *at_once, const struct cert *one, const struct cert *two,
		       bool is_listed)
{
	struct trust_packs packs = shipped();
	struct scan_cert *chain[] = {scanned(arena, one), two ? scanned(arena, two) : NULL};
	struct scan_record now = {.host = STR("a.example"), .chain = chain, .chain_count = two ? 2 : 1}, late = now;
	struct trust_judge *waiting;
	struct trust_set *set;
	struct err err;

	packs.lists_may_wait = true;
	assert_true(trust_set_new(&packs, &set, &err));
	waiting = trust_judge_new(set);
	trust_judge_record(at_once, &now, 1785000000);
	trust_judge_record(waiting, &late, 1785000000);
	assert_int_equal(now.chain_complete, late.chain_complete);
	assert_true(str_equal(now.trust.mozilla, late.trust.mozilla));
	assert_true(str_equal(now.trust.chrome, late.trust.chrome));
	assert_true(str_equal(now.trust.system, late.trust.system));
	assert_int_equal(trust_store_count(trust_set_find(set, STR("mozilla"))), is_listed ? 121 : 0);
	assert_int_equal(trust_store_count(trust_set_find(set, STR("microsoft"))), is_listed ? 331 + 218 : 0);
	trust_judge_free(waiting);
	trust_set_free(set);
}

TEST(lists_that_wait_are_read_when_a_chain_comes_that_they_know_and_say_the_same)
{
	struct scene s;
	struct trust_packs packs = shipped();
	struct str pem = str_from(packs.mozilla_pem), label;
	struct trust_judge *at_once;
	struct trust_set *set;
	const struct cert *root;
	struct bytes der;
	struct err err;
	size_t seen = 0;

	scene_open(&s);
	assert_true(trust_set_new(&packs, &set, &err));
	at_once = trust_judge_new(set);
	judge_both(s.arena, at_once, s.leaf.cert, NULL, false);
	judge_both(s.arena, at_once, s.leaf.cert, s.sub.cert, false);
	while (pem_take(s.arena, &pem, &label, &der))
		if (der.data && cert_read(s.arena, der, &root, &err)) {
			judge_both(s.arena, at_once, root, NULL, true);
			judge_both(s.arena, at_once, s.leaf.cert, root, true);
			seen++;
		}
	assert_in_range(seen, 100, 200);
	trust_judge_free(at_once);
	trust_set_free(set);
	scene_close(&s);
}

TESTS(RUN(the_shipped_lists_are_read_whole_and_have_their_dates), RUN(a_spoilt_list_is_an_error_that_names_the_file),
      RUN(records_are_judged_by_what_the_server_sent), RUN(the_name_that_was_asked_for_decides),
      RUN(unreadable_certificates_are_judged_too), RUN(a_long_scan_forgets_and_goes_on),
      RUN(lists_that_wait_are_read_when_a_chain_comes_that_they_know_and_say_the_same))
