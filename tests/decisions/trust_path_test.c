/* SPDX-License-Identifier: Apache-2.0 */

/* Path building: several paths, rollovers, loops, look-alikes; and what the root programs' dates do. */

#include "decisions/trust.h"

#include "base/limits.h"
#include "cert_maker.h"
#include "facts/hostname.h"
#include "test.h"

struct bench {
	struct arena *arena;
	struct trust_store *store;
	struct trust_pool *pool;
	struct trust_answer answer;
};

static struct bench bench_open(const char *program)
{
	return (struct bench){arena_new(), trust_store_new(str_of(program), STR("1"), 0), trust_pool_new(), {0}};
}

static void bench_close(struct bench *b)
{
	trust_pool_free(b->pool);
	trust_store_free(b->store);
	arena_free(b->arena);
}

static bool check_as(struct bench *b, const struct made *leaf, enum trust_purpose purpose, const char *name)
{
	struct trust_query query = {.leaf = leaf->cert, .pool = b->pool, .store = b->store, .now = MADE_AT,
				    .purpose = purpose, .depth = -1};
	struct hostname host;
	struct err err;

	if (name) {
		assert_true(hostname_read(b->arena, str_of(name), &host, &err));
		query.name = &host;
	}
	trust_check(b->arena, &query, &b->answer);
	assert_true(b->answer.reason.len > 0);
	return b->answer.trusted;
}

static bool check(struct bench *b, const struct made *leaf)
{
	return check_as(b, leaf, TRUST_SERVER, NULL);
}

static void assert_reason(const struct bench *b, const char *part)
{
	if (!str_has(b->answer.reason, str_of(part)))
		fail_msg("\"%.*s\" should have \"%s\"", STR_ARG(b->answer.reason), part);
}

static struct made root_of(struct bench *b, const char *subject)
{
	return make(b->arena, &(struct make){.subject = subject, .ca = true});
}

static struct made leaf_by(struct bench *b, const struct made *issuer)
{
	return make(b->arena, &(struct make){.subject = "CN=a.example.org", .by = issuer, .names = "DNS:a.example.org",
					     .usage = "serverAuth"});
}

TEST(a_chain_of_three_is_trusted_and_told)
{
	struct bench b = bench_open("given");
	struct made root = root_of(&b, "CN=Root"), leaf;
	struct made middle = make(b.arena, &(struct make){.subject = "CN=Middle", .by = &root, .ca = true});

	leaf = leaf_by(&b, &middle);
	trust_store_add(b.store, root.cert, NULL);
	trust_pool_add(b.pool, middle.cert);
	assert_true(check_as(&b, &leaf, TRUST_SERVER, "a.example.org"));
	assert_str(b.answer.reason, "trusted");
	assert_int_equal(b.answer.path_count, 3);
	assert_ptr_equal(b.answer.path[0], leaf.cert);
	assert_ptr_equal(b.answer.path[1], middle.cert);
	assert_ptr_equal(b.answer.path[2], root.cert);
	assert_int_equal(b.answer.signatures, 2);
	assert_true(check(&b, &leaf));
	assert_int_equal(b.answer.signatures, 0); /* remembered */
	assert_false(check_as(&b, &leaf, TRUST_SERVER, "b.example.org"));
	assert_reason(&b, "not for b.example.org, but for a.example.org");
	assert_false(check_as(&b, &leaf, TRUST_CLIENT, NULL));
	bench_close(&b);
}

TEST(without_a_way_by_names_no_signature_is_checked)
{
	struct bench b = bench_open("mozilla");
	struct made root = root_of(&b, "CN=Root"), other = root_of(&b, "CN=Other"), leaf;
	struct made middle = make(b.arena, &(struct make){.subject = "CN=Middle", .by = &other, .ca = true});

	leaf = leaf_by(&b, &middle);
	trust_store_add(b.store, root.cert, NULL);
	trust_pool_add(b.pool, middle.cert);
	assert_false(check(&b, &leaf));
	assert_reason(&b, "neither in the store nor sent along: CN=Other");
	assert_int_equal(b.answer.signatures, 0);
	trust_pool_add(b.pool, other.cert);
	assert_false(check(&b, &leaf));
	assert_reason(&b, "root not in the store: CN=Other");
	assert_int_equal(b.answer.signatures, 0);
	assert_false(check(&b, &other));
	assert_reason(&b, "self-signed, not in the store: CN=Other");
	bench_close(&b);
}

TEST(an_expired_cross_certificate_hides_no_good_path)
{
	struct bench b = bench_open("mozilla");
	struct made old = root_of(&b, "CN=Old Root"), root = root_of(&b, "CN=New Root");
	struct made gone = make(b.arena, &(struct make){.subject = "CN=Gone Root", .ca = true, .from = -900, .until = -10});
	struct make cross = {.subject = "CN=New Root", .by = &gone, .ca = true, .key = root.key, .from = -800, .until = -5};
	struct made expired = make(b.arena, &cross), leaf = leaf_by(&b, &root), crossed;

	cross = (struct make){.subject = "CN=New Root", .by = &old, .ca = true, .key = root.key};
	crossed = make(b.arena, &cross);
	trust_store_add(b.store, gone.cert, NULL);
	trust_store_add(b.store, old.cert, NULL);
	trust_pool_add(b.pool, expired.cert);
	assert_false(check(&b, &leaf));
	assert_reason(&b, "expired");
	trust_pool_add(b.pool, crossed.cert);
	assert_true(check(&b, &leaf));
	assert_ptr_equal(b.answer.path[1], crossed.cert);
	trust_store_add(b.store, root.cert, NULL);
	assert_true(check(&b, &leaf));
	assert_int_equal(b.answer.path_count, 2); /* the nearest anchor */
	bench_close(&b);
}

TEST(a_ca_that_changed_its_key_is_followed)
{
	struct bench b = bench_open("given");
	struct made old = root_of(&b, "CN=Root"), now = root_of(&b, "CN=Root"), leaf;
	struct made bridge = make(b.arena, &(struct make){.subject = "CN=Root", .by = &old, .ca = true, .key = now.key});

	leaf = leaf_by(&b, &now);
	trust_store_add(b.store, old.cert, NULL);
	trust_pool_add(b.pool, now.cert);
	assert_false(check(&b, &leaf));
	trust_pool_add(b.pool, bridge.cert);
	assert_true(check(&b, &leaf));
	assert_int_equal(b.answer.path_count, 3);
	bench_close(&b);
}

TEST(a_constrained_twin_hides_no_good_path)
{
	struct bench b = bench_open("given");
	struct made root = root_of(&b, "CN=Root"), leaf;
	EVP_PKEY *key = make_key();
	struct made tight = make(b.arena, &(struct make){.subject = "CN=Sub", .by = &root, .ca = true, .key = key, .until = 90,
							 .constraints = "critical,permitted;DNS:other.example"});
	struct made wide = make(b.arena, &(struct make){.subject = "CN=Sub", .by = &root, .ca = true, .key = key});

	leaf = leaf_by(&b, &wide);
	trust_store_add(b.store, root.cert, NULL);
	trust_pool_add(b.pool, tight.cert);
	assert_false(check(&b, &leaf));
	assert_reason(&b, "a.example.org is not permitted by the name constraints of CN=Sub");
	trust_pool_add(b.pool, wide.cert);
	assert_true(check(&b, &leaf));
	bench_close(&b);
}

TEST(names_chain_whatever_their_case_spaces_and_string_types)
{
	struct bench b = bench_open("given");
	struct made root = root_of(&b, "CN=Test Root/O=Example Org"), leaf;

	leaf = make(b.arena, &(struct make){.subject = "CN=x", .by = &root, .issuer = "CN=!  test   ROOT /O=!example org"});
	trust_store_add(b.store, root.cert, NULL);
	assert_true(check_as(&b, &leaf, TRUST_ANY, NULL));
	leaf = make(b.arena, &(struct make){.subject = "CN=x", .by = &root, .issuer = "O=Example Org/CN=Test Root"});
	assert_false(check_as(&b, &leaf, TRUST_ANY, NULL));
	leaf = make(b.arena, &(struct make){.subject = "CN=x", .by = &root, .issuer = "CN=TestRoot/O=Example Org"});
	assert_false(check_as(&b, &leaf, TRUST_ANY, NULL));
	bench_close(&b);
}

TEST(circles_end)
{
	struct bench b = bench_open("mozilla");
	struct made root = root_of(&b, "CN=Root"), one = root_of(&b, "CN=One"), two = root_of(&b, "CN=Two"), leaf, extra;

	leaf = leaf_by(&b, &one);
	trust_store_add(b.store, root.cert, NULL);
	trust_pool_add(b.pool, one.cert);
	trust_pool_add(b.pool, two.cert);
	extra = make(b.arena, &(struct make){.subject = "CN=One", .by = &two, .ca = true, .key = one.key});
	trust_pool_add(b.pool, extra.cert);
	extra = make(b.arena, &(struct make){.subject = "CN=Two", .by = &one, .ca = true, .key = two.key});
	trust_pool_add(b.pool, extra.cert);
	assert_false(check(&b, &leaf));
	assert_int_equal(b.answer.signatures, 0);
	extra = make(b.arena, &(struct make){.subject = "CN=Two", .by = &root, .ca = true, .key = two.key});
	trust_pool_add(b.pool, extra.cert);
	assert_true(check(&b, &leaf));
	assert_int_equal(b.answer.path_count, 4);
	bench_close(&b);
}

/* Same name, same key identifier, other keys: only signatures tell them apart. */
TEST(thousands_of_look_alikes_end_at_the_limit_of_signatures)
{
	struct bench b = bench_open("mozilla");
	struct made root = root_of(&b, "CN=Root"), sub, leaf, fake;
	EVP_PKEY *keys[LIMIT_PATH_SIGNATURES + 50];

	sub = make(b.arena, &(struct make){.subject = "CN=Sub", .by = &root, .ca = true, .until = 50});
	leaf = make(b.arena, &(struct make){.subject = "CN=x", .by = &sub, .no_key_ids = true, .names = "DNS:x.example"});
	trust_store_add(b.store, root.cert, NULL);
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		keys[i] = make_key();
	for (size_t i = 0; i < 3000; i++) {
		fake = make(b.arena, &(struct make){.subject = "CN=Sub", .by = &root, .ca = true, .sign_key = keys[0],
						    .key = keys[i % COUNT_OF(keys)]});
		trust_pool_add(b.pool, fake.cert);
	}
	trust_pool_add(b.pool, sub.cert);
	assert_false(check(&b, &leaf));
	assert_reason(&b, "within the limit of signatures");
	assert_int_equal(b.answer.signatures, LIMIT_PATH_SIGNATURES);
	bench_close(&b);
}

/* The key identifier leads to the right one among many. */
TEST(the_key_identifier_goes_first)
{
	struct bench b = bench_open("mozilla");
	struct made root = root_of(&b, "CN=Root"), sub, leaf, fake;

	sub = make(b.arena, &(struct make){.subject = "CN=Sub", .by = &root, .ca = true, .until = 50});
	leaf = leaf_by(&b, &sub);
	trust_store_add(b.store, root.cert, NULL);
	for (size_t i = 0; i < 400; i++) {
		fake = make(b.arena, &(struct make){.subject = "CN=Sub", .by = &root, .ca = true});
		trust_pool_add(b.pool, fake.cert);
	}
	trust_pool_add(b.pool, sub.cert);
	assert_true(check(&b, &leaf));
	assert_int_equal(b.answer.signatures, 2);
	bench_close(&b);
}

/* Layers of CAs, each certified by all of the layer above: the number of paths is exponential. */
static void add_mesh(struct bench *b, const struct made *top, struct made *bottom, size_t layers, size_t width,
		     const char *basic)
{
	struct made layer[8] = {*top}, next[8], cross;
	size_t above = 1;
	char name[64];

	for (size_t i = 0; i < layers; i++) {
		for (size_t j = 0; j < width; j++) {
			EVP_PKEY *key = make_key();

			snprintf(name, sizeof(name), "CN=Layer %zu %zu", i, j);
			for (size_t k = 0; k < above; k++) {
				cross = make(b->arena, &(struct make){.subject = name, .by = &layer[k], .ca = true,
								      .key = key, .basic = i ? NULL : basic});
				trust_pool_add(b->pool, cross.cert);
				next[j] = cross;
			}
		}
		memcpy(layer, next, sizeof(layer));
		above = width;
	}
	*bottom = layer[0];
}

TEST(a_maze_without_an_exit_ends_before_it_begins)
{
	struct bench b = bench_open("mozilla");
	struct made root = root_of(&b, "CN=Root"), away = root_of(&b, "CN=Away"), bottom, leaf;

	trust_store_add(b.store, root.cert, NULL);
	add_mesh(&b, &away, &bottom, 12, 3, NULL);
	leaf = leaf_by(&b, &bottom);
	assert_false(check(&b, &leaf));
	assert_int_equal(b.answer.signatures, 0);
	bench_close(&b);
}

TEST(a_maze_whose_every_way_fails_ends_at_a_limit)
{
	struct bench b = bench_open("mozilla");
	struct made root = root_of(&b, "CN=Root"), bottom, leaf;

	trust_store_add(b.store, root.cert, NULL);
	add_mesh(&b, &root, &bottom, 12, 3, "critical,CA:TRUE,pathlen:0");
	leaf = leaf_by(&b, &bottom);
	assert_false(check(&b, &leaf));
	assert_true(b.answer.signatures <= LIMIT_PATH_SIGNATURES);
	assert_reason(&b, "allows 0 CAs below it");
	bench_close(&b);
}

TEST(mozilla_goes_by_the_date_of_the_leaf)
{
	struct bench b = bench_open("mozilla");
	struct made root = root_of(&b, "CN=Old Root"), leaf = leaf_by(&b, &root);
	struct trust_anchor_limits limits = {.not_before_max = MADE_AT - 40 * DAY, .sct_max_ms = INT64_MAX};
	struct made early = make(b.arena, &(struct make){.subject = "CN=x", .by = &root, .from = -50, .names = "DNS:x.example"});

	trust_store_add(b.store, root.cert, &limits);
	assert_false(check(&b, &leaf));
	assert_reason(&b, "issued by CN=Old Root, which Mozilla stopped trusting for certificates issued after 2026-12-06");
	assert_true(b.answer.limit == limits.not_before_max);
	assert_true(check(&b, &early));
	assert_true(b.answer.limit == limits.not_before_max);
	bench_close(&b);
}

/* An SCT list with one timestamp: RFC 6962 section 3.3, in an OCTET STRING. */
static const char *sct_list(struct arena *arena, int64_t ms)
{
	char text[256];
	size_t at = (size_t)snprintf(text, sizeof(text), "DER:04:33:00:31:00:2f:00");

	for (size_t i = 0; i < 32; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, ":11");
	for (int shift = 56; shift >= 0; shift -= 8)
		at += (size_t)snprintf(text + at, sizeof(text) - at, ":%02x", (unsigned)(ms >> shift & 0xff));
	snprintf(text + at, sizeof(text) - at, ":00:00:04:03:00:00");
	return arena_str(arena, str_of(text)).data;
}

TEST(chrome_goes_by_the_timestamps_of_the_leaf)
{
	struct bench b = bench_open("chrome");
	struct made root = root_of(&b, "CN=Old Root"), none = leaf_by(&b, &root), early, late;
	struct trust_anchor_limits limits = {.not_before_max = INT64_MAX, .sct_max_ms = (MADE_AT - 40 * DAY) * 1000};
	struct make m = {.subject = "CN=x", .by = &root, .names = "DNS:x.example", .oid = "1.3.6.1.4.1.11129.2.4.2"};

	m.oid_value = sct_list(b.arena, limits.sct_max_ms);
	early = make(b.arena, &m);
	m.oid_value = sct_list(b.arena, limits.sct_max_ms + 1);
	late = make(b.arena, &m);
	trust_store_add(b.store, root.cert, &limits);
	assert_true(check(&b, &early));
	assert_true(b.answer.limit == MADE_AT - 40 * DAY);
	assert_false(check(&b, &late));
	assert_reason(&b, "which Chrome stopped trusting for certificates logged after 2026-12-06");
	assert_false(check(&b, &none));
	assert_reason(&b, "it carries no signed timestamp from before");
	bench_close(&b);
}

TEST(a_root_known_by_its_hash_counts_when_it_is_sent)
{
	struct bench b = bench_open("apple");
	struct made root = root_of(&b, "CN=Root"), leaf = leaf_by(&b, &root);

	trust_store_add_hash(b.store, root.cert->sha256, NULL);
	assert_false(check(&b, &leaf));
	assert_int_equal(trust_store_count(b.store), 1);
	trust_pool_add(b.pool, root.cert);
	assert_true(check(&b, &leaf));
	assert_int_equal(b.answer.path_count, 2);
	assert_true(check(&b, &root));
	bench_close(&b);
}

TEST(a_blocked_root_is_never_trusted)
{
	struct bench b = bench_open("microsoft");
	struct made root = root_of(&b, "CN=Root"), leaf = leaf_by(&b, &root);

	trust_store_block(b.store, root.cert->sha256);
	trust_pool_add(b.pool, root.cert);
	assert_false(check(&b, &leaf));
	assert_reason(&b, "blocked by the program: CN=Root");
	bench_close(&b);
}

TEST(browsers_refuse_sha_1_but_not_what_only_binds_cas)
{
	struct bench b = bench_open("mozilla"), g = bench_open("given");
	struct made root = root_of(&b, "CN=Root"), leaf;

	trust_store_add(b.store, root.cert, NULL);
	trust_store_add(g.store, root.cert, NULL);
	leaf = make(b.arena, &(struct make){.subject = "CN=x", .by = &root, .names = "DNS:x.example", .digest = EVP_sha1()});
	assert_false(check(&b, &leaf));
	assert_reason(&b, "signed with SHA-1");
	assert_true(check_as(&b, &leaf, TRUST_ANY, NULL));
	leaf = make(b.arena, &(struct make){.subject = "CN=x", .by = &root, .names = "DNS:x.example",
					    .usage = "critical,serverAuth"});
	assert_true(check(&b, &leaf));
	assert_false(check(&g, &leaf));
	assert_reason(&g, "BR 7.1.2.7.6");
	bench_close(&g);
	bench_close(&b);
}

TEST(chains_are_complete_when_nothing_is_missing)
{
	struct bench b = bench_open("mozilla");
	struct made root = root_of(&b, "CN=Root"), mine = root_of(&b, "CN=Mine"), sub, leaf, other, alone;

	sub = make(b.arena, &(struct make){.subject = "CN=Sub", .by = &root, .ca = true});
	leaf = leaf_by(&b, &sub);
	other = leaf_by(&b, &mine);
	alone = make(b.arena, &(struct make){.subject = "CN=alone"});
	trust_store_add(b.store, root.cert, NULL);
	assert_true(trust_chain_complete((const struct cert *[]){leaf.cert, sub.cert}, 2, b.store));
	assert_true(trust_chain_complete((const struct cert *[]){leaf.cert, mine.cert, sub.cert, root.cert}, 4, b.store));
	assert_false(trust_chain_complete((const struct cert *[]){leaf.cert}, 1, b.store));
	assert_false(trust_chain_complete((const struct cert *[]){leaf.cert, root.cert}, 2, b.store));
	assert_false(trust_chain_complete((const struct cert *[]){other.cert}, 1, b.store));
	assert_true(trust_chain_complete((const struct cert *[]){other.cert, mine.cert}, 2, b.store));
	assert_true(trust_chain_complete((const struct cert *[]){alone.cert}, 1, b.store));
	assert_false(trust_chain_complete(NULL, 0, b.store));
	bench_close(&b);
}

TESTS(RUN(a_chain_of_three_is_trusted_and_told), RUN(without_a_way_by_names_no_signature_is_checked),
      RUN(an_expired_cross_certificate_hides_no_good_path), RUN(a_ca_that_changed_its_key_is_followed),
      RUN(a_constrained_twin_hides_no_good_path), RUN(names_chain_whatever_their_case_spaces_and_string_types),
      RUN(circles_end), RUN(thousands_of_look_alikes_end_at_the_limit_of_signatures), RUN(the_key_identifier_goes_first),
      RUN(a_maze_without_an_exit_ends_before_it_begins), RUN(a_maze_whose_every_way_fails_ends_at_a_limit),
      RUN(mozilla_goes_by_the_date_of_the_leaf), RUN(chrome_goes_by_the_timestamps_of_the_leaf),
      RUN(a_root_known_by_its_hash_counts_when_it_is_sent), RUN(a_blocked_root_is_never_trusted),
      RUN(browsers_refuse_sha_1_but_not_what_only_binds_cas), RUN(chains_are_complete_when_nothing_is_missing))
