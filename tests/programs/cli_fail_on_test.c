/* SPDX-License-Identifier: Apache-2.0 */

#include "test.h"

#include "facts/cert.h"
#include "programs/cli/fail_on.h"
#include "programs/cli/findings.h"

enum { NOW = 1800000000, DAY = 86400 };

/* A record with one certificate that ends in so many days, of 90. */
struct sample {
	struct cert cert;
	struct scan_cert scanned, *chain[1];
	struct scan_record record;
};

static struct sample *sample_of(struct sample *sample, int days)
{
	*sample = (struct sample){0};
	sample->cert.not_after = NOW + (int64_t)days * DAY;
	sample->cert.not_before = sample->cert.not_after - 90ll * DAY;
	sample->cert.key = (struct cert_key){.algorithm = CERT_KEY_RSA, .bits = 2048};
	sample->cert.signature = STR("sha256WithRSAEncryption");
	sample->scanned.facts = &sample->cert;
	sample->chain[0] = &sample->scanned;
	sample->record = (struct scan_record){.outcome = SCAN_OK, .chain = sample->chain, .chain_count = 1};
	sample->record.name_matches = sample->record.chain_complete = SCAN_YES;
	sample->record.trust.mozilla = sample->record.trust.chrome = STR("trusted");
	sample->record.trust.system = STR("no path");
	return sample;
}

static bool matches(const char *expression, const struct scan_record *record)
{
	struct fail_on *fail_on = NULL;
	struct err err = {0};
	bool out;

	if (!fail_on_read(expression, &fail_on, &err))
		fail_msg("%s: %s", expression, err.text);
	out = fail_on_matches(fail_on, record, NOW);
	fail_on_free(fail_on);
	return out;
}

TEST(time_left_is_compared_in_either_direction)
{
	struct sample sample;

	sample_of(&sample, 20);
	assert_true(matches("expires<30d", &sample.record));
	assert_false(matches("expires<20d", &sample.record));
	assert_true(matches("expires<=20d", &sample.record));
	assert_true(matches("expires>2w", &sample.record));
	assert_true(matches("expires>=20d", &sample.record));
	assert_false(matches("expires>20d", &sample.record));
	sample_of(&sample, -3);
	assert_true(matches("expires<1d", &sample.record));
	assert_true(matches("expired", &sample.record));
}

TEST(blanks_mean_and_commas_mean_or_and_a_dash_negates)
{
	struct sample sample;

	sample_of(&sample, 20);
	assert_false(matches("expires<30d untrusted", &sample.record));
	assert_true(matches("expires<30d -untrusted", &sample.record));
	assert_true(matches("untrusted OR expires<30d", &sample.record));
	assert_true(matches("untrusted,expires<30d", &sample.record));
	assert_true(matches("untrusted , expires<30d", &sample.record));
	assert_false(matches("untrusted OR expired OR -expires<30d", &sample.record));
	assert_true(matches("untrusted expires<30d OR -expired expires>1d", &sample.record));
}

TEST(outcomes_and_trust_are_conditions)
{
	struct sample sample;
	struct scan_record silent = {.outcome = SCAN_TIMEOUT};

	assert_true(matches("outcome:timeout", &silent));
	assert_true(matches("outcome:refused|timeout", &silent));
	assert_false(matches("outcome:refused", &silent));
	assert_true(matches("failed", &silent));
	assert_false(matches("expired", &silent));
	assert_false(matches("expires<99999d", &silent));
	sample_of(&sample, 50);
	assert_true(matches("untrusted:system", &sample.record));
	assert_false(matches("untrusted:mozilla", &sample.record));
	assert_false(matches("failed", &sample.record));
	sample.record.trust.mozilla = sample.record.trust.chrome = (struct str){0};
	assert_true(matches("untrusted", &sample.record));
	sample.record.trust.system = (struct str){0};
	assert_false(matches("untrusted", &sample.record));
}

TEST(each_finding_is_a_condition)
{
	struct sample sample;

	for (int bit = 0; bit < FINDING_COUNT; bit++)
		assert_false(matches(finding_name(bit), &sample_of(&sample, 50)->record));
	sample_of(&sample, 120)->cert.not_before = NOW + DAY;
	assert_true(matches("not-yet-valid", &sample.record));
	assert_true(matches("expiring", &sample_of(&sample, 29)->record));
	sample_of(&sample, 50)->record.name_matches = SCAN_NO;
	assert_true(matches("name-mismatch", &sample.record));
	sample_of(&sample, 50)->record.chain_complete = SCAN_NO;
	assert_true(matches("incomplete-chain", &sample.record));
	sample_of(&sample, 50)->cert.self_signed = true;
	assert_true(matches("self-signed", &sample.record));
	sample_of(&sample, 50)->cert.key.bits = 1024;
	assert_true(matches("weak-key", &sample.record));
	sample_of(&sample, 50)->cert.signature = STR("sha1WithRSAEncryption");
	assert_true(matches("weak-signature", &sample.record));
	sample_of(&sample, 50)->record.tls.known = true;
	sample.record.tls.version = STR("TLSv1.0");
	assert_true(matches("old-tls", &sample.record));
	sample_of(&sample, 50)->scanned.facts = NULL;
	assert_true(matches("unreadable", &sample.record));
}

TEST(the_second_certificate_of_an_endpoint_counts_too)
{
	struct sample good, old;
	struct scan_cert *others[1];

	sample_of(&good, 50);
	others[0] = &sample_of(&old, -1)->scanned;
	good.record.other_leaves = others;
	good.record.other_leaf_count = 1;
	assert_true(matches("expired", &good.record));
	assert_true(matches("expires<1d", &good.record));
}

TEST(what_cannot_be_read_is_refused_with_its_column)
{
	/* clang-format off */
	static const struct { const char *expression, *want; } rows[] = {
		{"", "lacks a condition"}, {"expires", "column 1"}, {"expired  expires<x", "column 10"}, {"expires<", "is no condition"},
		{"expires=3d", "is no condition"}, {"outcome:gone", "is no condition"}, {"outcome:", "is no condition"},
		{"expired,", "lacks a condition"}, {"OR expired", "nothing before"}, {"expired OR", "lacks a condition"},
		{"-", "is no condition"}, {"--expired", "is no condition"}, {"untrusted:me", "is no condition"}, {"nonsense", "column 1"},
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct fail_on *fail_on = NULL;
		struct err err = {0};

		if (fail_on_read(rows[i].expression, &fail_on, &err))
			fail_msg("%s was read", rows[i].expression);
		assert_int_equal(err.kind, ERR_INPUT);
		if (!strstr(err.text, rows[i].want))
			fail_msg("%s: %s", rows[i].expression, err.text);
	}
}

TESTS(RUN(time_left_is_compared_in_either_direction), RUN(blanks_mean_and_commas_mean_or_and_a_dash_negates),
      RUN(outcomes_and_trust_are_conditions), RUN(each_finding_is_a_condition),
      RUN(the_second_certificate_of_an_endpoint_counts_too), RUN(what_cannot_be_read_is_refused_with_its_column))
