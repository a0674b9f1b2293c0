/* SPDX-License-Identifier: Apache-2.0 */

/* Odd certificates, made value by value: what is tolerated, and what is refused with field and offset. */

#include "test.h"

#include <stdio.h>

#include "facts/cert.h"
#include "facts/maker.h"

#define SAN "\x55\x1d\x11"

static const struct cert *must_read(struct arena *arena, const struct maker *m)
{
	const struct cert *cert;
	struct err err;

	if (!cert_read(arena, maker_cert(arena, m), &cert, &err))
		fail_msg("%s", err.text);
	return cert;
}

static void must_refuse(struct arena *arena, const struct maker *m, const char *text)
{
	const struct cert *cert;
	struct err err;

	assert_false(cert_read(arena, maker_cert(arena, m), &cert, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	if (!strstr(err.text, text))
		fail_msg("\"%s\" does not say \"%s\"", err.text, text);
}

static bool is_odd(const struct cert *cert, const char *text)
{
	for (size_t i = 0; i < cert->oddities.count; i++)
		if (str_has(cert->oddities.at[i], str_of(text)))
			return true;
	return false;
}

TEST(a_plain_certificate_has_no_oddities)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct maker m = maker_plain();
	const struct cert *cert = must_read(arena, &m);

	assert_int_equal(cert->oddities.count, 0);
	assert_str(cert->serial, "7");
	assert_int_equal(cert->version, 3);
	assert_str(cert->subject, "CN=x");
	assert_str(cert->issuer, "CN=CA");
	assert_int_equal(cert->key.algorithm, CERT_KEY_ED25519);
	assert_int_equal(cert->path_length, -1);
	assert_false(cert->self_issued || cert->ca || cert->has_key_usage || cert->names.present);
	assert_null(cert->subject_key_id.data);
	(void)state;
}

TEST(strange_serials_are_read_and_called_odd)
{
	static const struct {
		struct bytes der;
		const char *text, *odd;
	} rows[] = {
		{{(const uint8_t *)"\x02\x01\xff", 3}, "-1", "negative"},
		{{(const uint8_t *)"\x02\x01\x00", 3}, "0", NULL},
		{{(const uint8_t *)"\x02\x00", 2}, "0", "empty"},
		{{(const uint8_t *)"\x02\x03\x00\x00\x07", 5}, "7", "superfluous"},
		{{(const uint8_t *)"\x02\x16\x7f" "aaaaaaaaaaaaaaaaaaaaa", 24},
		 "7f616161616161616161616161616161616161616161", "20 bytes"},
	};
	CLEANUP(arena_done) struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct maker m = maker_plain();
		const struct cert *cert;

		m.serial = rows[i].der;
		cert = must_read(arena, &m);
		assert_str(cert->serial, rows[i].text);
		assert_true(rows[i].odd ? is_odd(cert, rows[i].odd) : cert->oddities.count == 0);
	}
	(void)state;
}

TEST(strange_versions_are_read_and_called_odd)
{
	static const struct {
		struct bytes der;
		uint32_t version;
		bool odd;
	} rows[] = {
		{{NULL, 0}, 1, false},
		{{(const uint8_t *)"\xa0\x03\x02\x01\x00", 5}, 1, true},
		{{(const uint8_t *)"\xa0\x03\x02\x01\x01", 5}, 2, false},
		{{(const uint8_t *)"\xa0\x03\x02\x01\x03", 5}, 4, true},
	};
	CLEANUP(arena_done) struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct maker m = maker_plain();
		const struct cert *cert;

		m.version = rows[i].der;
		cert = must_read(arena, &m);
		assert_int_equal(cert->version, rows[i].version);
		assert_int_equal(cert->oddities.count > 0, rows[i].odd);
	}
	(void)state;
}

TEST(extensions_in_an_old_version_count_and_are_odd)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct maker m = maker_plain();
	const struct cert *cert;

	m.version = bytes_of(NULL, 0);
	m.extensions = maker_extension(arena, DER("\x55\x1d\x13"), true, DER("\x30\x03\x01\x01\xff"));
	cert = must_read(arena, &m);
	assert_true(cert->ca && is_odd(cert, "version 1 with extensions"));
	(void)state;
}

TEST(times_before_1950_and_without_end_are_read)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct maker m = maker_plain();
	const struct cert *cert;

	m.not_before = DER("\x18\x0f" "19000101000000Z");
	m.not_after = DER("\x18\x0f" "99991231235959Z");
	cert = must_read(arena, &m);
	assert_true(cert->not_before == -2208988800 && cert->not_after == 253402300799);
	m.not_before = m.not_after;
	m.not_after = DER("\x17\x0b" "2601010000Z");
	cert = must_read(arena, &m);
	assert_true(is_odd(cert, "without seconds") && is_odd(cert, "before notBefore"));
	(void)state;
}

TEST(keys_are_told_whether_openssl_knows_them_or_not)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	static const uint8_t ml_dsa[1953] = {0};
	struct bytes algorithm = DER("\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x12");
	struct maker m = maker_plain();
	const struct cert *cert;

	m.spki = VALUE(arena, DER_SEQUENCE, algorithm, VALUE(arena, DER_BIT_STRING, bytes_of(ml_dsa, sizeof ml_dsa)));
	m.algorithm = m.outer_algorithm = algorithm;
	cert = must_read(arena, &m);
	assert_int_equal(cert->key.algorithm, CERT_KEY_ML_DSA);
	assert_int_equal(cert->key.bits, 15616);
	assert_str(cert->signature, "ML-DSA-65");

	m.spki = VALUE(arena, DER_SEQUENCE, DER("\x30\x05\x06\x03\x2a\x03\x04"), DER("\x03\x02\x00x"));
	m.algorithm = m.outer_algorithm = DER("\x30\x05\x06\x03\x2a\x03\x04");
	cert = must_read(arena, &m);
	assert_int_equal(cert->key.algorithm, CERT_KEY_UNKNOWN);
	assert_str(cert->signature, "1.2.3.4");

	m.spki = VALUE(arena, DER_SEQUENCE, DER("\x30\x0c\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x01\x2a"),
		       DER("\x03\x02\x00x"));
	cert = must_read(arena, &m);
	assert_int_equal(cert->key.algorithm, CERT_KEY_EC);
	assert_str(cert->key.curve, "1.2");
	(void)state;
}

TEST(a_curve_that_is_written_out_is_measured)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct bytes field = VALUE(arena, DER_SEQUENCE, DER("\x06\x07\x2a\x86\x48\xce\x3d\x01\x01"),
				   DER("\x02\x21\x00\xff\xff\xff\xff\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"
				       "\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"));
	struct bytes parameters = VALUE(arena, DER_SEQUENCE, DER("\x02\x01\x01"), field);
	struct maker m = maker_plain();
	const struct cert *cert;

	m.spki = VALUE(arena, DER_SEQUENCE,
		       VALUE(arena, DER_SEQUENCE, DER("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"), parameters),
		       DER("\x03\x02\x00x"));
	cert = must_read(arena, &m);
	assert_int_equal(cert->key.bits, 256);
	assert_null(cert->key.curve.data);
	assert_true(is_odd(cert, "written out"));
	(void)state;
}

TEST(names_of_odd_spelling_are_kept_and_shown)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct bytes names = VALUE(
		arena, DER_SEQUENCE, VALUE(arena, DER_CONTEXT(2), DER("WWW.Example.ORG")),
		VALUE(arena, DER_CONTEXT(2), DER("bank.example\0.evil.example")),
		VALUE(arena, DER_CONTEXT(2), DER("*.example.org")), VALUE(arena, DER_CONTEXT(2), DER("")),
		VALUE(arena, DER_CONTEXT(7), DER("\xc0\x00\x02\x01")),
		VALUE(arena, DER_CONTEXT(7), DER("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01")),
		VALUE(arena, DER_CONTEXT(7), DER("\x01\x02\x03")), VALUE(arena, DER_CONTEXT(1), DER("a@example.org")),
		VALUE(arena, DER_CONTEXT(6), DER("https://example.org/")), VALUE(arena, DER_CONTEXT(8), DER("\x2a\x03")));
	struct maker m = maker_plain();
	const struct cert *cert;

	m.extensions = maker_extension(arena, DER(SAN), false, names);
	cert = must_read(arena, &m);
	assert_int_equal(cert->names.dns.count, 4);
	assert_str(cert->names.dns.at[0], "www.example.org");
	assert_str(cert->names.dns.at[1], "bank.example\\00.evil.example");
	assert_str(cert->names.dns.at[3], "");
	assert_int_equal(cert->names.ip.count, 3);
	assert_str(cert->names.ip.at[0], "192.0.2.1");
	assert_str(cert->names.ip.at[1], "2001:db8::1");
	assert_str(cert->names.ip.at[2], "010203");
	assert_str(cert->names.email.at[0], "a@example.org");
	assert_str(cert->names.uri.at[0], "https://example.org/");
	assert_true(cert->wildcard && cert->names.present && !cert->broken_extension);
	(void)state;
}

static struct bytes many_names(struct arena *arena, size_t count)
{
	CLEANUP(buf_done) struct buf names = buf_capped(1 << 20);

	for (size_t i = 0; i < count; i++) {
		char name[16];
		int len = snprintf(name, sizeof name, "%05zx.org", i);

		buf_add_u8(&names, DER_CONTEXT(2));
		buf_add_u8(&names, (uint8_t)len);
		buf_add(&names, name, (size_t)len);
	}
	assert_true(buf_ok(&names));
	return VALUE(arena, DER_SEQUENCE, buf_bytes(&names));
}

TEST(sixty_five_thousand_names_are_read)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf text = buf_capped(8 << 20);
	struct json_out json = json_out_start(&text);
	struct maker m = maker_plain();
	const struct cert *cert;

	m.extensions = maker_extension(arena, DER(SAN), false, many_names(arena, 65536));
	cert = must_read(arena, &m);
	assert_int_equal(cert->names.dns.count, 65536);
	assert_str(cert->names.dns.at[65535], "0ffff.org");
	cert_write(&json, cert);
	assert_true(buf_ok(&text) && strstr(text.data, "\"0ffff.org\""));
	(void)state;
}

TEST(more_names_than_the_limit_are_a_broken_extension)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct maker m = maker_plain();
	const struct cert *cert;

	m.extensions = maker_extension(arena, DER(SAN), false, many_names(arena, 65537));
	cert = must_read(arena, &m);
	assert_int_equal(cert->names.dns.count, 0);
	assert_true(cert->names.present && cert->broken_extension && is_odd(cert, "subjectAltName"));
	(void)state;
}

TEST(an_extension_that_cannot_be_read_does_not_hide_the_rest)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf list = buf_capped(1000);
	struct maker m = maker_plain();
	const struct cert *cert;

	buf_add_bytes(&list, maker_extension(arena, DER(SAN), false, DER("\x30\x05\x82\x01x")));
	buf_add_bytes(&list, maker_extension(arena, DER("\x55\x1d\x0f"), true, DER("\x03\x02\x05\xa0")));
	buf_add_bytes(&list, maker_extension(arena, DER("\x55\x1d\x0f"), true, DER("\x03\x02\x00\xff")));
	m.extensions = buf_bytes(&list);
	cert = must_read(arena, &m);
	assert_true(cert->broken_extension && cert->has_key_usage);
	assert_int_equal(cert->key_usage, CERT_USAGE_DIGITAL_SIGNATURE | CERT_USAGE_KEY_ENCIPHERMENT);
	assert_true(is_odd(cert, "subjectAltName at byte") && is_odd(cert, "keyUsage stands there twice"));
	(void)state;
}

TEST(usages_are_named_as_openssl_names_them)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf list = buf_capped(1000), text = buf_capped(8000);
	struct json_out json = json_out_start(&text);
	struct maker m = maker_plain();

	buf_add_bytes(&list, maker_extension(arena, DER("\x55\x1d\x25"), false,
					     VALUE(arena, DER_SEQUENCE, DER("\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01"),
						   DER("\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02"),
						   DER("\x06\x04\x55\x1d\x25\x00"), DER("\x06\x03\x2a\x03\x04"))));
	buf_add_bytes(&list, maker_extension(arena, DER("\x55\x1d\x0f"), true, DER("\x03\x03\x07\xff\x80")));
	m.extensions = buf_bytes(&list);
	cert_write(&json, must_read(arena, &m));
	assert_non_null(strstr(text.data, "\"extended_key_usage\":[\"serverAuth\",\"clientAuth\",\"anyExtendedKeyUsage\","
					  "\"1.2.3.4\"]"));
	assert_non_null(strstr(text.data, "\"key_usage\":[\"digitalSignature\",\"nonRepudiation\",\"keyEncipherment\","
					  "\"dataEncipherment\",\"keyAgreement\",\"keyCertSign\",\"cRLSign\",\"encipherOnly\","
					  "\"decipherOnly\"]"));
	(void)state;
}

TEST(policies_tell_how_the_subject_was_validated)
{
	static const struct {
		struct bytes policy;
		enum cert_validation validation;
	} rows[] = {
		{{(const uint8_t *)"\x06\x06\x67\x81\x0c\x01\x02\x01", 8}, CERT_DV},
		{{(const uint8_t *)"\x06\x06\x67\x81\x0c\x01\x02\x02", 8}, CERT_OV},
		{{(const uint8_t *)"\x06\x06\x67\x81\x0c\x01\x02\x03", 8}, CERT_IV},
		{{(const uint8_t *)"\x06\x05\x67\x81\x0c\x01\x01", 7}, CERT_EV},
		{{(const uint8_t *)"\x06\x0b\x2b\x06\x01\x04\x01\xa5\x34\x02\x81\x4a\x01", 13}, CERT_EV}, /* of the trust pack: 1.3.6.1.4.1.4788.2.202.1 */
		{{(const uint8_t *)"\x06\x04\x55\x1d\x20\x00", 6}, CERT_VALIDATION_NONE},
	};
	CLEANUP(arena_done) struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct maker m = maker_plain();

		m.extensions = maker_extension(
			arena, DER("\x55\x1d\x20"), false,
			VALUE(arena, DER_SEQUENCE, VALUE(arena, DER_SEQUENCE, rows[i].policy)));
		assert_int_equal(must_read(arena, &m)->validation, rows[i].validation);
	}
	(void)state;
}

TEST(staple_poison_and_constraints_are_seen)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf list = buf_capped(1000);
	struct maker m = maker_plain();
	const struct cert *cert;

	buf_add_bytes(&list, maker_extension(arena, DER("\x2b\x06\x01\x05\x05\x07\x01\x18"), false,
					     DER("\x30\x03\x02\x01\x05")));
	buf_add_bytes(&list, maker_extension(arena, DER("\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x03"), true,
					     DER("\x05\x00")));
	buf_add_bytes(&list, maker_extension(arena, DER("\x55\x1d\x13"), true, DER("\x30\x06\x01\x01\xff\x02\x01\x00")));
	m.extensions = buf_bytes(&list);
	cert = must_read(arena, &m);
	assert_true(cert->must_staple && cert->precertificate && cert->ca && cert->path_length == 0);
	(void)state;
}

TEST(what_cannot_be_understood_is_refused_with_field_and_offset)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct maker m = maker_plain();

	m.not_after = DER("\x17\x0d" "999999999999Z");
	must_refuse(arena, &m, "notAfter at byte 52 is no time");
	m = maker_plain();
	m.subject = DER("\x31\x00");
	must_refuse(arena, &m, "subject at byte 66 has tag 0x31, not 0x30");
	m = maker_plain();
	m.spki = DER("\x30\x00");
	must_refuse(arena, &m, "subjectPublicKeyInfo at byte");
	m = maker_plain();
	m.issuer = DER("\x30\x02\x30\x00");
	must_refuse(arena, &m, "issuer at byte");
	m = maker_plain();
	m.extensions = DER("\x30\x00");
	must_refuse(arena, &m, "extension at byte");
	m = maker_plain();
	m.serial = DER("\x30\x00");
	must_refuse(arena, &m, "serialNumber at byte");
	m = maker_plain();
	m.signature = DER("\x03\x02\x09x");
	must_refuse(arena, &m, "signatureValue at byte");
	(void)state;
}

TEST(trailing_bytes_after_the_certificate_are_refused)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct maker m = maker_plain();
	struct bytes der = maker_cert(arena, &m);
	CLEANUP(buf_done) struct buf more = buf_capped(1000);
	const struct cert *cert;
	struct err err;

	buf_add_bytes(&more, der);
	buf_add_u8(&more, 0);
	assert_false(cert_read(arena, buf_bytes(&more), &cert, &err));
	assert_non_null(strstr(err.text, "is followed by more bytes"));
	(void)state;
}

TEST(lengths_of_ber_are_named)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const struct cert *cert;
	struct err err;

	assert_false(cert_read(arena, DER("\x30\x80\x30\x80\x00\x00\x00\x00"), &cert, &err));
	assert_non_null(strstr(err.text, "certificate at byte 0 has an indefinite length"));
	assert_false(cert_read(arena, bytes_of(NULL, 0), &cert, &err));
	assert_non_null(strstr(err.text, "is missing"));
	(void)state;
}

TEST(hostile_oddities_are_bounded)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf list = buf_capped(1 << 19);
	struct bytes one = maker_extension(arena, DER("\x55\x1d\x0f"), true, DER("\x03\x02\x05\xa0"));
	struct maker m = maker_plain();

	for (size_t i = 0; i < 20000; i++)
		buf_add_bytes(&list, one);
	m.extensions = buf_bytes(&list);
	assert_true(must_read(arena, &m)->oddities.count <= 32);
	(void)state;
}

TESTS(RUN(a_plain_certificate_has_no_oddities), RUN(strange_serials_are_read_and_called_odd),
      RUN(strange_versions_are_read_and_called_odd), RUN(extensions_in_an_old_version_count_and_are_odd),
      RUN(times_before_1950_and_without_end_are_read), RUN(keys_are_told_whether_openssl_knows_them_or_not),
      RUN(a_curve_that_is_written_out_is_measured), RUN(names_of_odd_spelling_are_kept_and_shown),
      RUN(sixty_five_thousand_names_are_read), RUN(more_names_than_the_limit_are_a_broken_extension),
      RUN(an_extension_that_cannot_be_read_does_not_hide_the_rest), RUN(usages_are_named_as_openssl_names_them),
      RUN(policies_tell_how_the_subject_was_validated), RUN(staple_poison_and_constraints_are_seen),
      RUN(what_cannot_be_understood_is_refused_with_field_and_offset),
      RUN(trailing_bytes_after_the_certificate_are_refused), RUN(lengths_of_ber_are_named),
      RUN(hostile_oddities_are_bounded))
