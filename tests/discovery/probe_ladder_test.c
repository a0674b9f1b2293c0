/* SPDX-License-Identifier: Apache-2.0 */

/* What is asked next, from evidence alone; and what earlier endpoints teach. No socket, no clock. */

#include "test.h"

#include "discovery/probe/room.h"
#include "facts/cert.h"

/* A server as answers by hello; what is not listed refuses with alert 40. */
struct model {
	struct { int kind; enum answer answer; uint8_t alert; uint16_t version, suite; } rows[12];
};

static struct cert rsa_facts = {.key.algorithm = CERT_KEY_RSA}, ec_facts = {.key.algorithm = CERT_KEY_EC};
static struct scan_cert rsa = {.facts = &rsa_facts}, ec = {.facts = &ec_facts};
static struct scan_cert *rsa_chain[] = {&rsa}, *ec_chain[] = {&ec};

/* Plays the ladder against the model; the kinds asked in order. */
static size_t climb(const struct model *model, enum probe_look look, bool name, struct evidence *evidence, int first,
		    int asked[32])
{
	size_t count = 0;
	int next = first;

	*evidence = (struct evidence){.has_name = name, .look_for_others = true};
	while (next != ASK_NOTHING) {
		size_t row = 0;

		assert_true(count < 31);
		asked[count++] = next;
		evidence->without_name |= (next & ASK_WITHOUT_NAME) != 0;
		evidence->kind = (uint8_t)next;
		evidence->seen = (struct tls_seen){.alert = 40};
		while (row < COUNT_OF(model->rows) && model->rows[row].answer && model->rows[row].kind != evidence->kind)
			row++;
		evidence->asked |= 1u << evidence->kind;
		if (row == COUNT_OF(model->rows) || !model->rows[row].answer) {
			ladder_take(evidence, ANSWER_ALERT);
		} else {
			evidence->seen.alert = model->rows[row].alert;
			evidence->seen.hello = model->rows[row].version != 0;
			evidence->seen.version = model->rows[row].version;
			evidence->seen.suite = model->rows[row].suite;
			if (model->rows[row].answer == ANSWER_RETRY)
				evidence->seen.retry_group = TLS_GROUP_X25519MLKEM768;
			if (model->rows[row].answer == ANSWER_CERTIFICATE) {
				evidence->seen.certificate = true;
				if (!evidence->chain_count) {
					evidence->chain = model->rows[row].kind == TLS_HELLO_ECDSA ? ec_chain : rsa_chain;
					evidence->chain_count = 1;
				} else if (model->rows[row].kind == TLS_HELLO_ECDSA) {
					evidence->others[evidence->other_count++] = &ec;
				}
			}
			ladder_take(evidence, model->rows[row].answer);
		}
		next = ladder_next(evidence, look);
	}
	return count;
}

static void asked_are(const int *asked, size_t count, const int *expected, size_t expected_count)
{
	assert_int_equal(count, expected_count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(asked[i], expected[i]);
}

#define ASKED(...)                                                                                 \
	do {                                                                                       \
		const int expected_[] = {__VA_ARGS__};                                             \
		asked_are(asked, count, expected_, COUNT_OF(expected_));                           \
	} while (0)

TEST(a_whole_look_at_a_modern_server_asks_for_types_group_and_versions)
{
	struct model model = {{{TLS_HELLO_ALL, ANSWER_CERTIFICATE, 0, TLS_13, 0x1301}, {TLS_HELLO_CHEAP, ANSWER_CERTIFICATE, 0, TLS_12, 0xc02f},
			       {TLS_HELLO_PQ, ANSWER_RETRY, 0, 0, 0}, {TLS_HELLO_TLS11, ANSWER_ALERT, 70, 0, 0}}};
	struct evidence evidence;
	int asked[32];
	size_t count = climb(&model, PROBE_WHOLE, true, &evidence, TLS_HELLO_ALL, asked);

	ASKED(TLS_HELLO_ALL, TLS_HELLO_ECDSA, TLS_HELLO_PQ, TLS_HELLO_CHEAP, TLS_HELLO_TLS11);
	assert_int_equal(evidence.pq, SCAN_YES);
	assert_int_equal(evidence.versions, 1 << 5 | 1 << 4);
	(void)state;
}

TEST(a_server_with_two_types_is_asked_for_the_rare_ones_too)
{
	struct model model = {{{TLS_HELLO_ALL, ANSWER_CERTIFICATE, 0, TLS_12, 0xc02f}, {TLS_HELLO_ECDSA, ANSWER_CERTIFICATE, 0, TLS_12, 0xc02b}}};
	struct evidence evidence;
	int asked[32];
	size_t count = climb(&model, PROBE_WHOLE, true, &evidence, TLS_HELLO_ALL, asked);

	ASKED(TLS_HELLO_ALL, TLS_HELLO_ECDSA, TLS_HELLO_RARE, TLS_HELLO_TLS11);
	assert_int_equal(evidence.other_count, 1);
	assert_int_equal(evidence.pq, SCAN_NO);
	(void)state;
}

TEST(a_light_look_stops_at_the_first_certificate_unless_another_may_be_there)
{
	struct model model = {{{TLS_HELLO_CHEAP, ANSWER_CERTIFICATE, 0, TLS_12, 0x009c}}};
	struct evidence evidence;
	int asked[32];
	size_t count = climb(&model, PROBE_LIGHT, true, &evidence, TLS_HELLO_CHEAP, asked);

	ASKED(TLS_HELLO_CHEAP, TLS_HELLO_ECDSA); /* look_for_others is set in this test */
	assert_true(ladder_is_conclusive(&evidence));
	evidence.best.suite = 0xc02f;
	assert_false(ladder_is_conclusive(&evidence));
	(void)state;
}

TEST(a_server_of_tls13_only_refuses_the_cheap_hello_first)
{
	struct model model = {{{TLS_HELLO_CHEAP, ANSWER_ALERT, 70, 0, 0}, {TLS_HELLO_ALL, ANSWER_CERTIFICATE, 0, TLS_13, 0x1301}}};
	struct evidence evidence;
	int asked[32];
	size_t count = climb(&model, PROBE_LIGHT, true, &evidence, TLS_HELLO_CHEAP, asked);

	ASKED(TLS_HELLO_CHEAP, TLS_HELLO_ALL, TLS_HELLO_ECDSA);
	(void)state;
}

TEST(who_locks_out_is_asked_once)
{
	static const enum answer answers[] = {ANSWER_CERTIFICATE, ANSWER_ALERT, ANSWER_CLOSED, ANSWER_BROKEN, ANSWER_CUT};
	static const enum probe_look looks[] = {PROBE_LIGHT, PROBE_WHOLE, PROBE_POLITE};

	for (size_t i = 0; i < COUNT_OF(answers); i++)
		for (size_t k = 0; k < COUNT_OF(looks); k++) {
			struct evidence evidence = {.few = true, .look_for_others = true, .kind = TLS_HELLO_ALL,
						    .seen = {.alert = 40, .version = TLS_13}};

			if (answers[i] == ANSWER_CERTIFICATE) {
				evidence.chain = rsa_chain;
				evidence.chain_count = 1;
			}
			ladder_take(&evidence, answers[i]);
			assert_int_equal(ladder_next(&evidence, looks[k]), ASK_NOTHING);
		}
	(void)state;
}

TEST(each_kind_of_failure_has_its_rungs)
{
	static const struct { enum answer answer; uint8_t alert; bool name; int asked[8]; size_t count; } rows[] = {
		{ANSWER_ALERT, 70, false, {TLS_HELLO_ALL, TLS_HELLO_CHEAP, TLS_HELLO_OLD, TLS_HELLO_SSL30}, 4},
		{ANSWER_ALERT, 40, false, {TLS_HELLO_ALL, TLS_HELLO_CHEAP, TLS_HELLO_LEGACY, TLS_HELLO_OLD, TLS_HELLO_SSL30}, 5},
		{ANSWER_ALERT, 47, false, {TLS_HELLO_ALL, TLS_HELLO_CHEAP, ASK_REAL, TLS_HELLO_SHORT, TLS_HELLO_OLD, TLS_HELLO_SSL30}, 6},
		{ANSWER_ALERT, 112, false, {TLS_HELLO_ALL}, 1},
		{ANSWER_ALERT, 112, true, {TLS_HELLO_ALL, TLS_HELLO_ALL | ASK_WITHOUT_NAME}, 2},
		{ANSWER_ALERT, 116, false, {TLS_HELLO_ALL}, 1},
		{ANSWER_CLOSED, 0, false, {TLS_HELLO_ALL, TLS_HELLO_SHORT, TLS_HELLO_OLD, TLS_HELLO_SSL30, TLS_HELLO_SSL20}, 5},
		{ANSWER_TIMEOUT, 0, false, {TLS_HELLO_ALL}, 1},
		{ANSWER_PLAIN, 0, false, {TLS_HELLO_ALL}, 1},
		{ANSWER_BROKEN, 0, false, {TLS_HELLO_ALL}, 1},
		{ANSWER_LIMIT, 0, false, {TLS_HELLO_ALL}, 1},
		{ANSWER_RETRY, 0, false, {TLS_HELLO_ALL}, 1},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct model model = {0};
		struct evidence evidence;
		int asked[32];
		size_t count, k = 0;

		for (int kind = 0; kind < TLS_HELLO_COUNT && k < COUNT_OF(model.rows); kind++) {
			if (kind == TLS_HELLO_ECDSA || kind == TLS_HELLO_RSA || kind == TLS_HELLO_RARE)
				continue;
			model.rows[k].kind = kind == TLS_HELLO_PQ ? ASK_REAL : kind;
			model.rows[k].answer = rows[i].answer;
			model.rows[k++].alert = rows[i].alert;
		}
		count = climb(&model, PROBE_WHOLE, rows[i].name, &evidence, TLS_HELLO_ALL, asked);
		asked_are(asked, count, rows[i].asked, rows[i].count);
	}
	(void)state;
}

TEST(nothing_is_asked_twice_whatever_the_answers)
{
	uint64_t seed = 12345;

	for (int round = 0; round < 20000; round++) {
		struct model model = {0};
		struct evidence evidence;
		int asked[32];
		size_t count;
		uint32_t once = 0;

		for (size_t i = 0; i < COUNT_OF(model.rows); i++) {
			static const uint8_t alerts[] = {40, 70, 112, 47, 80, 116, 86, 10};

			seed = seed * 6364136223846793005u + 1442695040888963407u;
			model.rows[i].kind = (int)(seed >> 33) % (TLS_HELLO_COUNT + 1);
			model.rows[i].answer = (enum answer)(1 + (seed >> 40) % ANSWER_TIMEOUT);
			model.rows[i].alert = alerts[seed >> 50 & 7];
			model.rows[i].version = (uint16_t)(TLS_SSL30 + (seed >> 54) % 5);
			model.rows[i].suite = 0xc02f;
		}
		count = climb(&model, (enum probe_look)(round % 3), round & 1, &evidence,
			      round % 3 == PROBE_POLITE ? ASK_REAL : round % 3 ? TLS_HELLO_CHEAP : TLS_HELLO_ALL, asked);
		for (size_t i = 0; i < count; i++) {
			if (asked[i] & ASK_WITHOUT_NAME)
				continue;
			assert_false(once >> asked[i] & 1);
			once |= 1u << asked[i];
		}
	}
	(void)state;
}

TEST(a_farm_of_tls13_teaches_the_hello_and_forgets_it)
{
	struct learn *learn = learn_new();
	uint8_t address[4] = {192, 0, 2, 1}, other[4] = {198, 51, 100, 1};
	struct place place = {.address = address, .len = 4, .port = 443}, elsewhere = {.address = other, .len = 4, .port = 443};
	struct evidence evidence = {.asked = 1u << TLS_HELLO_CHEAP | 1u << TLS_HELLO_ALL, .chain = rsa_chain, .chain_count = 1,
				    .best = {.hello = true, .version = TLS_13}, .best_kind = TLS_HELLO_ALL};
	size_t cheap = 0;

	assert_int_equal(learn_first(learn, &place), TLS_HELLO_CHEAP);
	learn_saw_first(learn, &place, &evidence);
	for (int i = 0; i < 128; i++)
		cheap += learn_first(learn, &place) == TLS_HELLO_CHEAP;
	assert_int_equal(cheap, 2); /* now and then the other one is tried */
	assert_int_equal(learn_first(learn, &elsewhere), TLS_HELLO_ALL); /* by the port */
	evidence.asked = 1u << TLS_HELLO_CHEAP;
	evidence.best = (struct tls_seen){.hello = true, .version = TLS_12};
	evidence.best_kind = TLS_HELLO_CHEAP;
	learn_saw_first(learn, &place, &evidence);
	assert_int_equal(learn_first(learn, &place), TLS_HELLO_CHEAP);
	learn_free(learn);
	(void)state;
}

TEST(the_leaves_of_a_great_scan_do_not_crowd_out_what_is_known_of_their_issuer)
{
	struct learn *learn = learn_new();
	uint8_t address[4] = {192, 0, 2, 0};
	struct place place = {.address = address, .len = 4, .port = 443, .issuer = 77};
	struct evidence single = {.asked = 1u << TLS_HELLO_ALL | 1u << TLS_HELLO_RSA, .chain = ec_chain, .chain_count = 1,
				  .best = {.hello = true, .version = TLS_13}, .best_kind = TLS_HELLO_ALL};
	size_t looks = 0;

	for (uint64_t i = 0; i < 64000; i++) {
		address[1] = (uint8_t)(i >> 8);
		address[3] = (uint8_t)i;
		place.leaf = i * 0x9e3779b97f4a7c15;
		if (!learn_wants_other(learn, &place, false))
			continue;
		looks++;
		learn_saw(learn, &place, &single);
	}
	assert_in_range(looks, 16, 16 + 64000 / 64 + 1);
	learn_free(learn);
	(void)state;
}

TEST(second_looks_become_samples_where_there_are_no_pairs_and_go_on_where_there_are)
{
	struct learn *learn = learn_new();
	uint8_t address[4] = {192, 0, 2, 0};
	struct place place = {.address = address, .len = 4, .port = 443, .issuer = 77};
	struct evidence single = {.asked = 1u << TLS_HELLO_ALL | 1u << TLS_HELLO_RSA, .chain = ec_chain, .chain_count = 1,
				  .best = {.hello = true, .version = TLS_13}, .best_kind = TLS_HELLO_ALL};
	struct evidence pair = single;
	size_t looks = 0;

	pair.others[0] = &rsa;
	pair.other_count = 1;
	for (int i = 0; i < 400; i++) {
		address[3] = (uint8_t)i;
		place.leaf = 1000 + (uint64_t)i;
		if (!learn_wants_other(learn, &place, true))
			continue;
		looks++;
		learn_saw(learn, &place, &single);
	}
	assert_in_range(looks, 16 + 20, 16 + 40); /* rarer and rarer, but never none */
	assert_false(learn_wants_other(learn, &place, true) && learn_wants_other(learn, &place, true));
	learn_saw(learn, &place, &pair);
	for (int i = 0; i < 20; i++) {
		place.leaf = 5000 + (uint64_t)i;
		assert_true(learn_wants_other(learn, &place, true));
	}
	learn_free(learn);
	(void)state;
}

TESTS(RUN(a_whole_look_at_a_modern_server_asks_for_types_group_and_versions),
      RUN(a_server_with_two_types_is_asked_for_the_rare_ones_too),
      RUN(a_light_look_stops_at_the_first_certificate_unless_another_may_be_there),
      RUN(a_server_of_tls13_only_refuses_the_cheap_hello_first), RUN(who_locks_out_is_asked_once), RUN(each_kind_of_failure_has_its_rungs),
      RUN(nothing_is_asked_twice_whatever_the_answers), RUN(a_farm_of_tls13_teaches_the_hello_and_forgets_it),
      RUN(the_leaves_of_a_great_scan_do_not_crowd_out_what_is_known_of_their_issuer),
      RUN(second_looks_become_samples_where_there_are_no_pairs_and_go_on_where_there_are))
