/* SPDX-License-Identifier: Apache-2.0 */

/* The scan record as the contract writes it. */

#include "test.h"

#include "base/arena.h"
#include "facts/cert.h"
#include "facts/maker.h"
#include "facts/scan_record.h"

static struct buf written(const struct scan_record *record)
{
	struct buf text = buf_capped(1 << 20);
	struct json_out json = json_out_start(&text);

	scan_record_write(&json, record);
	assert_true(buf_ok(&text));
	return text;
}

TEST(a_refused_target_has_every_key)
{
	struct scan_record record = {
		.target = STR("host.example:443"),
		.host = STR("host.example"),
		.port = 443,
		.protocol = STR("tls"),
		.outcome = SCAN_REFUSED,
		.at_ms = 1763650800123,
		.elapsed_ms = 12,
		.connections = 1,
	};
	CLEANUP(buf_done) struct buf text = written(&record);

	assert_string_equal(text.data,
			    "{\"target\":\"host.example:443\",\"host\":\"host.example\",\"address\":null,\"port\":443,"
			    "\"protocol\":\"tls\",\"server_name\":null,\"outcome\":\"refused\",\"detail\":null,\"tls\":null,"
			    "\"chain\":[],\"other_leaves\":[],\"name_matches\":null,\"chain_complete\":null,"
			    "\"trust\":{\"mozilla\":null,\"chrome\":null,\"system\":null},"
			    "\"at\":\"2025-11-20T15:00:00Z\",\"elapsed_ms\":12,\"connections\":1}");
	(void)state;
}

TEST(a_whole_record_shows_what_the_endpoint_speaks_and_sends)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct maker m = maker_plain();
	struct scan_cert good = {.der = maker_cert(arena, &m)}, ready = {.facts_json = STR("{\"ready\":1}")};
	struct scan_cert bad = {.problem = STR("certificate: end at byte 3")};
	struct scan_cert *chain[] = {&good, &bad}, *others[] = {&ready};
	struct scan_record record = {
		.target = STR("a"), .host = STR("a"), .address = STR("192.0.2.1"), .port = 8443, .protocol = STR("tls"),
		.server_name = STR("a"), .outcome = SCAN_OK, .chain = chain, .chain_count = 2, .other_leaves = others,
		.other_leaf_count = 1, .name_matches = SCAN_YES, .chain_complete = SCAN_NO,
		.trust = {STR("trusted"), STR("not in the list"), STR("expired")},
	};
	struct err err;

	assert_true(cert_read(arena, good.der, &good.facts, &err));
	record.tls.known = true;
	record.tls.version = STR("TLSv1.3");
	record.tls.cipher = STR("TLS_AES_128_GCM_SHA256");
	record.tls.group = STR("x25519");
	record.tls.x25519mlkem768 = SCAN_YES;
	record.tls.versions[0] = STR("TLSv1.2");
	record.tls.versions[1] = STR("TLSv1.3");
	record.tls.version_count = 2;
	CLEANUP(buf_done) struct buf text = written(&record);

	assert_non_null(strstr(text.data, "\"tls\":{\"version\":\"TLSv1.3\",\"cipher\":\"TLS_AES_128_GCM_SHA256\","
					  "\"group\":\"x25519\",\"alpn\":null,\"x25519mlkem768\":true,"
					  "\"versions\":[\"TLSv1.2\",\"TLSv1.3\"],\"client_certificate_asked\":false}"));
	assert_non_null(strstr(text.data, "\"subject\":\"CN=x\",\"subject_cn\":\"x\",\"issuer\":\"CN=CA\""));
	assert_non_null(strstr(text.data, "\"problem\":\"certificate: end at byte 3\"}]"));
	assert_non_null(strstr(text.data, "\"other_leaves\":[{\"ready\":1}],\"name_matches\":true,\"chain_complete\":false,"
					  "\"trust\":{\"mozilla\":\"trusted\",\"chrome\":\"not in the list\",\"system\":\"expired\"}"));
	(void)state;
}

TEST(outcomes_have_the_names_of_the_contract)
{
	assert_string_equal(scan_outcome_name(SCAN_OK), "ok");
	assert_string_equal(scan_outcome_name(SCAN_STARTTLS_MISSING), "starttls-missing");
	assert_string_equal(scan_outcome_name(SCAN_CLIENT_CERTIFICATE_NEEDED), "client-certificate-needed");
	assert_string_equal(scan_outcome_name(SCAN_LIMIT), "limit");
	(void)state;
}

/* Every element of these records is the certificate that data points to. */
static struct scan_cert *the_one(void *data, const struct json_value *element, struct err *err)
{
	return json_in_type(json_in_get(element, "ready")) == JSON_IS_INT
		       ? data
		       : (err_set(err, ERR_PROTOCOL, "another certificate"), NULL);
}

TEST(what_is_written_is_read_back)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct scan_cert ready = {.facts_json = STR("{\"ready\":1}")};
	struct scan_cert *chain[] = {&ready, &ready};
	struct scan_record_certs certs = {the_one, &ready};
	struct scan_record back, record = {
		.target = STR("a:1"), .host = STR("a"), .address = STR("192.0.2.1"), .port = 8443, .protocol = STR("smtp"),
		.outcome = SCAN_CLIENT_CERTIFICATE_NEEDED, .detail = STR("so"), .chain = chain, .chain_count = 2,
		.other_leaves = chain, .other_leaf_count = 1, .name_matches = SCAN_NO, .chain_complete = SCAN_YES,
		.trust = {STR("trusted"), STR("no"), {NULL, 0}}, .at_ms = 1763650800000, .elapsed_ms = 12, .connections = 3,
	};
	struct err err = {0};

	record.tls.known = true;
	record.tls.version = STR("TLSv1.2");
	record.tls.cipher = STR("x");
	record.tls.versions[record.tls.version_count++] = STR("TLSv1.2");
	record.tls.client_certificate_asked = true;
	CLEANUP(buf_done) struct buf text = written(&record);

	assert_true(json_doc_read(buf_str(&text), &doc, &err));
	assert_true(scan_record_read(arena, json_doc_root(doc), &certs, &back, &err));
	CLEANUP(buf_done) struct buf again = written(&back);

	assert_string_equal(text.data, again.data);
	(void)state;
}

TEST(what_is_no_record_is_refused)
{
	static const char *const texts[] = {"{}", "[]", "{\"target\":\"a\",\"port\":1,\"outcome\":\"fine\"}",
					    "{\"target\":\"a\",\"port\":70000,\"outcome\":\"ok\"}",
					    "{\"target\":\"a\",\"port\":1,\"outcome\":\"ok\",\"chain\":[{}]}"};
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct scan_record_certs certs = {the_one, NULL};
	struct scan_record back;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		CLEANUP(json_doc_done) struct json_doc *doc = NULL;
		struct err err = {0};

		assert_true(json_doc_read(str_of(texts[i]), &doc, &err));
		assert_false(scan_record_read(arena, json_doc_root(doc), &certs, &back, &err));
		assert_int_equal(err.kind, ERR_PROTOCOL);
	}
	(void)state;
}

TESTS(RUN(a_refused_target_has_every_key), RUN(a_whole_record_shows_what_the_endpoint_speaks_and_sends),
      RUN(outcomes_have_the_names_of_the_contract), RUN(what_is_written_is_read_back),
      RUN(what_is_no_record_is_refused))
