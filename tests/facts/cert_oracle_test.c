/* SPDX-License-Identifier: Apache-2.0 */

/* Every certificate at hand, read by us and by OpenSSL: the same in every field. */

#include "test.h"

#include "facts/corpus.h"
#include "facts/oracle.h"

static size_t compared;

static void compare(const char *name, struct bytes der)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const uint8_t *at = der.data;
	X509 *theirs = d2i_X509(NULL, &at, (long)der.len);
	const struct cert *ours;
	struct err err;

	if (!cert_read(arena, der, &ours, &err))
		fail_msg("%s: %s", name, err.text);
	if (theirs) {
		oracle_compare(name, ours, theirs);
		compared++;
	}
	X509_free(theirs);
	ERR_clear_error();
}

TEST(odd_certificates_of_linters_are_read_as_openssl_reads_them)
{
	assert_true(corpus_folder("data/lint", ".pem", "CERTIFICATE", compare) >= 100);
	(void)state;
}

TEST(chains_of_badssl_are_read_as_openssl_reads_them)
{
	assert_true(corpus_folder("data/badssl", ".pem", "CERTIFICATE", compare) >= 50);
	(void)state;
}

TEST(roots_of_this_system_are_read_as_openssl_reads_them)
{
	assert_true(corpus_file("/etc/ssl/certs/ca-certificates.crt", "CERTIFICATE", compare) >= 100);
	(void)state;
}

TEST(roots_of_the_trust_pack_are_read_as_openssl_reads_them)
{
	assert_true(corpus_file("../data/trust/mozilla_tls_roots.pem", "CERTIFICATE", compare) >= 100);
	(void)state;
}

TEST(certificates_beside_lists_and_answers_are_read_too)
{
	assert_true(corpus_folder("data/revocation", ".cer", "CERTIFICATE", compare) >= 2);
	assert_true(corpus_folder("data/revocation", ".pem", "CA CERTIFICATE", compare) >= 5);
	assert_true(compared > 300);
	(void)state;
}

static void cut(const char *name, struct bytes der)
{
	const struct cert *cert;
	struct err err;

	for (size_t len = 0; len < der.len; len += der.len > 2500 ? 17 : 1) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		uint8_t *copy = malloc(len ? len : 1);

		memcpy(copy, der.data, len);
		if (cert_read(arena, bytes_of(copy, len), &cert, &err))
			fail_msg("%s: read though cut at %zu", name, len);
		assert_int_equal(err.kind, ERR_INPUT);
		assert_non_null(strstr(err.text, "at byte"));
		assert_true(err.fix[0] && err.code[0]);
		free(copy);
	}
}

TEST(a_certificate_cut_anywhere_is_refused_with_the_offset)
{
	corpus_folder("data/lint", ".pem", "CERTIFICATE", cut);
	corpus_folder("data/badssl", ".pem", "CERTIFICATE", cut);
	(void)state;
}

/* One byte turned over, at each place in turn: an error or facts. */
static void damage(const char *name, struct bytes der)
{
	for (size_t at = 0; at < der.len && der.len < 1500; at++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		struct bytes copy = arena_bytes(arena, der);
		const struct cert *cert;
		struct err err;

		((uint8_t *)(uintptr_t)copy.data)[at] ^= 0xff;
		if (!cert_read(arena, copy, &cert, &err))
			assert_int_equal(err.kind, ERR_INPUT);
	}
}

TEST(a_damaged_byte_is_an_answer_and_no_crash)
{
	corpus_folder("data/lint", ".pem", "CERTIFICATE", damage);
	(void)state;
}

TESTS(RUN(odd_certificates_of_linters_are_read_as_openssl_reads_them),
      RUN(chains_of_badssl_are_read_as_openssl_reads_them),
      RUN(roots_of_this_system_are_read_as_openssl_reads_them),
      RUN(roots_of_the_trust_pack_are_read_as_openssl_reads_them),
      RUN(certificates_beside_lists_and_answers_are_read_too),
      RUN(a_certificate_cut_anywhere_is_refused_with_the_offset), RUN(a_damaged_byte_is_an_answer_and_no_crash))
