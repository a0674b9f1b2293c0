/* SPDX-License-Identifier: Apache-2.0 */

/* Revocation lists of real CAs, read by us and by OpenSSL. */

#include "test.h"

#include <time.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "facts/corpus.h"
#include "facts/crl.h"

static int64_t oracle_time(const ASN1_TIME *at)
{
	struct tm tm;

	return ASN1_TIME_to_tm(at, &tm) ? timegm(&tm) : INT64_MIN;
}

static void compare_entry(const struct crl *ours, size_t i, const X509_REVOKED *theirs)
{
	const ASN1_INTEGER *serial = X509_REVOKED_get0_serialNumber(theirs);
	ASN1_ENUMERATED *reason = X509_REVOKED_get_ext_d2i(theirs, NID_crl_reason, NULL, NULL);
	struct bytes digits = bytes_of(ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial));
	struct bytes found = ours->entries[i].serial;

	if (found.len > digits.len)
		found = bytes_of(found.data + 1, found.len - 1); /* our sign octet */
	assert_true(bytes_equal(found, digits));
	assert_true(ours->entries[i].revoked_at == oracle_time(X509_REVOKED_get0_revocationDate(theirs)));
	assert_int_equal(ours->entries[i].reason, reason ? ASN1_ENUMERATED_get(reason) : CRL_NO_REASON);
	assert_ptr_equal(crl_find(ours, ours->issuer_der, ours->entries[i].serial), &ours->entries[i]);
	ASN1_ENUMERATED_free(reason);
}

static void compare(const char *name, struct bytes der)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const uint8_t *at = der.data;
	X509_CRL *theirs = d2i_X509_CRL(NULL, &at, (long)der.len);
	STACK_OF(X509_REVOKED) *revoked = X509_CRL_get_REVOKED(theirs);
	ASN1_INTEGER *number = X509_CRL_get_ext_d2i(theirs, NID_crl_number, NULL, NULL);
	const struct crl *ours;
	struct err err;

	if (!crl_read(arena, der, &ours, &err))
		fail_msg("%s: %s", name, err.text);
	assert_non_null(theirs);
	assert_true(ours->this_update == oracle_time(X509_CRL_get0_lastUpdate(theirs)));
	assert_true(ours->next_update == oracle_time(X509_CRL_get0_nextUpdate(theirs)));
	assert_int_equal(ours->entry_count, revoked ? sk_X509_REVOKED_num(revoked) : 0);
	for (size_t i = 0; i < ours->entry_count; i++)
		compare_entry(ours, i, sk_X509_REVOKED_value(revoked, (int)i));
	assert_true((number != NULL) == (ours->number.data != NULL));
	assert_false(ours->unknown_critical || ours->broken_extension);
	ASN1_INTEGER_free(number);
	X509_CRL_free(theirs);
	ERR_clear_error();
}

TEST(lists_of_a_real_ca_are_read_as_openssl_reads_them)
{
	assert_true(corpus_folder("data/revocation", ".crl", "X509 CRL", compare) >= 10);
	assert_true(corpus_folder("data/revocation", ".pem", "CRL", compare) >= 3);
	(void)state;
}

static void cut(const char *name, struct bytes der)
{
	const struct crl *ours;
	struct err err;

	if (der.len > 3000)
		return;
	for (size_t len = 0; len < der.len; len++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		uint8_t *copy = malloc(len ? len : 1);

		memcpy(copy, der.data, len);
		if (crl_read(arena, bytes_of(copy, len), &ours, &err))
			fail_msg("%s: read though cut at %zu", name, len);
		assert_int_equal(err.kind, ERR_INPUT);
		assert_non_null(strstr(err.text, "at byte"));
		free(copy);
	}
}

TEST(a_list_cut_anywhere_is_refused_with_the_offset)
{
	corpus_folder("data/revocation", ".crl", "X509 CRL", cut);
	(void)state;
}

TESTS(RUN(lists_of_a_real_ca_are_read_as_openssl_reads_them),
      RUN(a_list_cut_anywhere_is_refused_with_the_offset))
